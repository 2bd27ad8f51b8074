"""Aids to reading: contents that follow, copied links, a clause's words where it is cited, languages, paper."""

import http.server
import threading

import pytest

from tests.browser.conftest import Quiet, follow, settled

POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
PAGES = (
    "index.html",
    "search.html?q=三会一课",
    "glossary.html",
    "2021/index.html?sort=base",
    "2021/incidents.html?department=law",
    "2021/simulator.html?department=law",
    "2021/handbook/index.html?text=考勤",
    "2021/handbook/base.conduct.html",
    "2021/departments/law.html",
    "2021/incidents/2021-0006.html",
    "2021/changes.html",
    "2021/downloads.html",
    "en/2021/departments/law.html",
)


@pytest.fixture(scope="module")
def strict(site):
    """The site as a server with a strict policy in its answers sends it."""

    class Strict(Quiet):
        def end_headers(self):
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *given: Strict(*given, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.mark.parametrize("url", PAGES)
def test_under_a_strict_policy_nothing_is_said_on_the_console(page, strict, url):
    page.goto(f"{strict}/{url}")
    page.wait_for_load_state("networkidle")
    assert page.locator("main h1").count() == 1


def test_the_contents_follow_what_is_read(page, address):
    page.goto(f"{address}/2021/handbook/base.security.html")
    links = page.locator(".contents a")
    assert links.count() == 12 and page.locator(".contents details[open]").count() == 1
    last = links.nth(8)
    last.click()
    settled(page, 500)
    assert page.locator(".contents [aria-current]").all_inner_texts() == [last.inner_text()]


def test_on_a_phone_the_contents_are_folded(chromium, site):
    context = chromium.new_context(viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{site.as_uri()}/2021/handbook/base.security.html")
    assert page.locator(".contents details:not([open])").count() == 1
    page.click(".contents summary")
    assert page.locator(".contents a").first.is_visible()
    context.close()


def test_a_permanent_link_is_copied_and_followed(chromium, served):
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{served}/2021/handbook/base.conduct.html")
    page.locator("#attendance\\.absence .permalink").click()
    settled(page)
    assert page.inner_text("#told") == "链接已复制"
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url == f"{served}/2021/handbook/base.conduct.html#attendance.absence"
    context.close()


def cited(page):
    """A link to a clause in the words of another page."""
    return page.locator("main a[href*='#attendance.']").first


def test_a_clause_shows_its_words_under_the_pointer_and_the_focus(page, address):
    page.goto(f"{address}/2021/interpretations.html")
    link = page.locator("main a[href*='#attendance.absence']").first
    link.evaluate("one => one.textContent = '旷工'")
    link.hover()
    page.wait_for_selector(".card")
    words = page.inner_text(".card")
    assert "部门人员旷工的，每人每天扣0.5分" in words and "遵守劳动考勤纪律" in words
    assert link.get_attribute("aria-describedby") == "card"
    page.hover(".card")
    settled(page)
    assert page.locator(".card").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".card").count() == 0
    page.mouse.move(0, 0)
    link.focus()
    page.wait_for_selector(".card")
    page.keyboard.press("Tab")
    assert page.locator(".card").count() == 0


def test_keys_of_an_input_method_are_not_the_page_s(page, address):
    page.goto(f"{address}/2021/interpretations.html")
    link = page.locator("main a[href*='#attendance.absence']").first
    link.evaluate("one => one.textContent = '旷工'")
    link.focus()
    page.wait_for_selector(".card")
    here = page.url
    for key in ("Escape", "/"):
        page.evaluate(
            """key => document.activeElement.dispatchEvent(
              new KeyboardEvent("keydown", { key: key, isComposing: true, bubbles: true, cancelable: true }))""",
            key,
        )
        settled(page)
        assert page.locator(".card").count() == 1 and page.url == here


def test_how_a_deduction_was_computed_unfolds_in_its_place(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/2021/index.html")
    computed = page.locator(".incidents details.computed").first
    assert not computed.locator(".step").first.is_visible()
    computed.locator("summary").click()
    assert computed.locator(".step").first.is_visible()
    context.close()


def test_the_other_language_keeps_the_place(page, address):
    page.goto(f"{address}/2021/departments/law.html")
    follow(page, page.locator(".masthead a[hreflang=en]"))
    assert page.url.endswith("/en/2021/departments/law.html")
    assert page.get_attribute("html", "lang") == "en"
    assert page.inner_text("h1") == "法学教研部" and page.get_attribute("h1 span", "lang") == "zh-CN"
    assert "Where the points went" in page.inner_text("main")
    follow(page, page.locator(".masthead a[hreflang=zh-CN]"))
    assert page.url.endswith("/2021/departments/law.html") and "/en/" not in page.url


def test_english_pages_say_everything_in_english_but_the_texts_of_the_sources(page, address):
    for url in ("index.html", "2021/index.html", "2021/departments/law.html", "2021/incidents/2021-0006.html"):
        page.goto(f"{address}/en/{url}")
        unmarked = page.evaluate(
            """() => {
              const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              while (walker.nextNode()) {
                const at = walker.currentNode;
                const marked = at.parentElement.closest("[lang^=zh], option, code, script, optgroup");
                if (/[\\u3400-\\u9fff]/.test(at.data) && !marked) found.push(at.data.trim());
              }
              return found;
            }"""
        )
        assert not [text for text in unmarked if not text.startswith("（")], f"{url}: {unmarked[:5]}"


@pytest.mark.parametrize("url", ["2021/handbook/index.html", "2021/departments/law.html"])
def test_on_paper_there_are_page_numbers_and_no_controls(page, address, url, tmp_path):
    page.goto(f"{address}/{url}")
    page.emulate_media(media="print")
    for hidden in (".masthead nav", ".filters", ".contents", ".neighbours", ".charts"):
        assert not page.locator(hidden).first.is_visible() or not page.locator(hidden).count()
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    assert (tmp_path / "page.pdf").stat().st_size > 10_000
