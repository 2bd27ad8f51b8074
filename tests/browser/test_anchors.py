"""Every link to a part of a page ends with that part at the top of the window: followed, and opened by its address."""

import re
from pathlib import Path
from urllib.parse import urldefrag

import pytest

from tests.browser.conftest import settled

KINDS = (
    "index.html",
    "glossary.html",
    "pages/about.html",
    "pages/recording-an-incident.html",
    "2021/index.html",
    "2021/handbook/index.html",
    "2021/handbook/base.conduct.html",
    "2021/handbook/party.html",
    "2021/departments/law.html",
    "2021/departments/logistics-office.html",
    "2021/incidents.html",
    "2021/incidents/2021-0006.html",
    "2021/interpretations.html",
    "2021/changes.html",
    "2022/index.html",
    "2022/handbook/changes/from-2021.html",
    "en/2021/departments/law.html",
)
LINKS = "[...new Set([...document.querySelectorAll('a[href*=\"#\"]')].map(one => one.href))]"
PLACE = """() => {
  const part = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!part) return { missing: true };
  const box = part.getBoundingClientRect();
  const page = document.documentElement;
  return {
    top: box.top, visible: part.checkVisibility() && box.height > 0,
    ended: scrollY + innerHeight >= page.scrollHeight - 2, height: innerHeight,
  };
}"""
LOWEST = 80
"""As far below the upper edge of the window a part may begin, in pixels, where the page does not end before."""


def arrived(page):
    """What is wrong with where the page stands; empty where its part is at the top, or as far up as the page goes."""
    place = page.evaluate(PLACE)
    if place.get("missing"):
        return "there is no such part"
    if not place["visible"]:
        return "it is not visible"
    low = place["height"] - 20 if place["ended"] else LOWEST
    return "" if -1 <= place["top"] <= low else f"it begins at {place['top']} px"


@pytest.fixture(params=[360, 1280])
def window(request, chromium):
    context = chromium.new_context(viewport={"width": request.param, "height": 800})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("url", KINDS)
def test_every_link_to_a_part_ends_there(window, served, url):
    window.goto(f"{served}/{url}")
    targets = [one for one in window.evaluate(LINKS) if one.startswith(served)]
    pages = {}
    for target in targets:
        pages.setdefault(urldefrag(target)[0], []).append(target)
    wrong = {}
    for address, parts in pages.items():
        # every part of the page itself; of other pages, which are asked for their own parts too, the first and the last
        chosen = parts if address == f"{served}/{url}" else dict.fromkeys((parts[0], parts[-1]))
        for part in chosen:
            window.goto("about:blank")
            window.goto(part)
            settled(window, 60)
            if found := arrived(window):
                wrong[part] = found
    assert not wrong


@pytest.mark.parametrize("url", KINDS)
def test_a_link_that_is_followed_ends_there(window, served, url):
    window.emulate_media(reduced_motion="reduce")
    window.goto(f"{served}/{url}")
    own = [one for one in window.evaluate(LINKS) if one.startswith(f"{served}/{url}#")]
    wrong = {}
    for target in own:
        link = window.locator(f'a[href="#{urldefrag(target)[1]}"]').first
        link.evaluate(
            "one => { for (let at = one; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true; }"
        )
        link.evaluate("one => one.click()")
        settled(window, 60)
        if found := arrived(window):
            wrong[target] = found
    assert not wrong


def test_every_anchor_of_the_site_is_there(site):
    """Of all pages and feeds: what a link or a feed names after # is a part of the page that it names."""
    texts = {one: one.read_text(encoding="utf-8") for one in site.rglob("*.html")}
    parts = {one: set(re.findall(r'\bid="([^"]+)"', text)) for one, text in texts.items()}
    feeds = {one: one.read_text(encoding="utf-8") for one in site.rglob("*.xml")}
    wrong = []
    for path, text in {**texts, **feeds}.items():
        for href in set(re.findall(r'\bhref="([^":]*#[^"]+)"', text)):
            address, part = urldefrag(href)
            target = Path(path.parent, address.partition("?")[0]).resolve() if address else path
            if part not in parts.get(target, ()):
                wrong.append(f"{path.relative_to(site)}: {href}")
    assert not wrong


def test_what_a_search_finds_leads_to_its_part(window, served):
    window.goto(f"{served}/search.html?q=旷工")
    window.wait_for_selector("#results a[href*='#']")
    for target in window.evaluate("[...document.querySelectorAll('#results a[href*=\"#\"]')].map(one => one.href)")[:6]:
        window.goto(target)
        settled(window, 60)
        assert not arrived(window), target
        window.go_back()


@pytest.mark.parametrize("item", ["base.conduct.attendance", "base.conduct.other"])
def test_an_item_is_found_in_a_filtered_handbook(window, served, item):
    window.goto(f"{served}/2021/handbook/index.html?section=base.conduct#{item}")
    settled(window)
    assert not arrived(window)


def test_a_folded_part_unfolds(window, served):
    window.goto(f"{served}/2021/handbook/base.conduct.html")
    window.evaluate("document.querySelector('details.deducted table').id = 'folded'")
    window.evaluate("location.hash = 'folded'")
    settled(window)
    assert not arrived(window)


def test_the_other_language_keeps_part_and_filter(window, served):
    window.goto(f"{served}/2021/incidents.html?department=law#more")
    window.locator("#filters select[name=section]").select_option("base.conduct")
    settled(window)
    window.locator(".masthead a[hreflang=en]").click()
    window.wait_for_url("**/en/**")
    assert window.url == f"{served}/en/2021/incidents.html?department=law&section=base.conduct#more"
    assert window.locator("select[name=section]").input_value() == "base.conduct"


@pytest.mark.parametrize(("day", "open_"), [("2023-01-13T22:00:00", True), ("2023-01-14T01:00:00", False)])
def test_nothing_invites_after_the_last_day(window, served, day, open_):
    window.clock.set_fixed_time(day)
    for url in ("2022/index.html", "2022/departments/law.html", "pages/objecting.html"):
        window.goto(f"{served}/{url}")
        inviting, over = window.locator("[data-until]"), window.locator("[data-until] + *")
        assert inviting.count() and all(inviting.nth(at).is_visible() is open_ for at in range(inviting.count())), url
        assert "2023-01-13" in inviting.first.text_content() and "2023-01-13" in over.first.text_content()
        assert all(over.nth(at).is_visible() is not open_ for at in range(over.count())), url
    window.goto(f"{served}/2021/departments/law.html")
    assert not window.locator(".objections, [data-until]").count()
