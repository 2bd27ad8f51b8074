"""Search as a reader uses it."""

import re

import pytest

from tests.browser.conftest import follow, settled


def found(page, query):
    """The status after a query, once everything has been searched."""
    page.fill("#query", query)
    for _ in range(1500):
        text = page.inner_text("#search-status")
        if text and "部分" not in text:
            return text
        page.wait_for_timeout(20)
    raise AssertionError(page.inner_text("#search-status"))


@pytest.mark.parametrize(
    "query",
    ["三会一课", "2021-0006", "２０２１－０００６", "考勤通报 旷工", "academic", "ACADEMIC", "2021-03", "〔2021〕"],
)
def test_any_words_are_found_and_marked(page, address, query):
    page.goto(f"{address}/search.html")
    assert re.search("找到[1-9]", found(page, query))
    assert page.locator("#results mark").count()
    assert "q=" in page.url


NUMBERS = ("〔2021〕3号", "[2021]3号", "(2021)3号", "（2021）3号", "［2021］3号", "【2021】3号", "“〔2021〕3号”")
DATES = (
    "2021-03-16",
    "2021年3月16日",
    "2021-3-16",
    "2021/3/16",
    "2021.3.16",
    "２０２１．３．１６",
    "「2021年03月16日」",
)


@pytest.mark.parametrize(("spellings", "mark"), [(NUMBERS, "〔2021〕3号"), (DATES, "2021-03-16")])
def test_a_document_number_and_a_date_are_found_in_every_spelling(page, address, spellings, mark):
    page.goto(f"{address}/search.html")
    told = found(page, spellings[0])
    links = page.locator("#results li a").evaluate_all("all => all.map(one => one.href)")
    assert links
    for query in spellings:
        assert found(page, query) == told
        assert page.locator("#results li a").evaluate_all("all => all.map(one => one.href)") == links
        assert set(page.locator("#results mark").all_inner_texts()) == {mark}


def test_a_quotation_is_found_without_its_marks(page, address):
    page.goto(f"{address}/search.html")
    told = found(page, "三会一课 上报")
    for query in ("“三会一课” 上报", '"三会一课 上报"', "「三会一课」 『上报』"):
        assert found(page, query) == told
    assert set(page.locator("#results mark").all_inner_texts()) == {"三会一课", "上报"}


def test_words_that_stand_apart_are_found_too_after_those_that_do_not(page, address):
    page.goto(f"{address}/search.html")
    assert "分开" in found(page, "档案移交")
    rules = page.locator("#results .found").first
    assert "按规定时间收集、整理、移交部门档案" in rules.inner_text()


def test_every_link_leads_to_the_place(page, address):
    page.goto(f"{address}/search.html")
    found(page, "三会一课")
    first = page.locator("#results li a").first
    words = first.inner_text()
    follow(page, first)
    assert "/handbook/" in page.url and words[:6] in page.inner_text("main")


def test_the_keyboard_is_enough(page, address):
    page.goto(f"{address}/2021/index.html")
    page.keyboard.press("/")
    page.wait_for_selector("#query")
    settled(page)
    page.keyboard.type("旷工")
    page.wait_for_selector("#results li a")
    found(page, "旷工")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    words = page.evaluate("document.activeElement.textContent")
    assert words == page.locator("#results li a").first.inner_text()
    page.keyboard.press("Escape")
    assert page.input_value("#query") == "" and page.evaluate("document.activeElement.id") == "query"
    assert page.locator("#results li").count() == 0


def test_more_results_take_the_focus_to_the_first_of_them(page, address):
    page.goto(f"{address}/search.html")
    found(page, "2021")
    section = page.locator("#results .found").nth(2)
    more = section.locator("button")
    count = section.locator("li").count()
    assert more.is_visible()
    while more.is_visible():
        more.focus()
        page.keyboard.press("Enter")
        assert section.locator("li").count() > count
        focused = page.evaluate("document.activeElement.outerHTML")
        assert focused == section.locator("li a").nth(count).evaluate("one => one.outerHTML")
        count = section.locator("li").count()


def test_an_excerpt_has_whole_sentences(page, address):
    page.goto(f"{address}/search.html")
    words = "三名党员线上学习时长不足各0.02分。其中两名党员10月在乡村驻点，网络条件受限，平台不接受此类说明。"
    for start in range(24, 34):
        found(page, words[start : start + 10])
        result = page.locator("#results li:has(a[href$='2021-0149.html'])")
        said = result.locator("p").inner_text().partition("　")[2]
        held = [one for one in re.findall("[^。]+。", words) if words[start : start + 10] in one]
        assert said.endswith("。") and not said.startswith("…")
        assert all(one in said for one in held), said


@pytest.mark.parametrize("how", ["{isComposing: true}", "{keyCode: 229}"])
def test_keys_of_an_input_method_are_left_to_it(page, address, how):
    page.goto(f"{address}/search.html")
    found(page, "旷工")
    here = page.url
    for key in ("Enter", "ArrowDown", "Escape"):
        page.focus("#query")
        left = page.evaluate(
            f"""key => document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
              Object.assign({{ key: key, bubbles: true, cancelable: true }}, {how})))""",
            key,
        )
        assert left, key
        settled(page)
        assert page.url == here and page.input_value("#query") == "旷工"
        assert page.evaluate("document.activeElement.id") == "query"


def test_the_query_is_in_the_address_and_a_damaged_one_harms_nothing(page, address):
    page.goto(f"{address}/search.html?q=%E6%97%B7%E5%B7%A5")
    page.wait_for_selector("#results li a")
    assert page.input_value("#query") == "旷工"
    page.goto(f"{address}/search.html?q=%E4%B8&x=%")
    settled(page)
    page.goto(f"{address}/search.html?q=" + "a" * 500)
    settled(page, 500)
    assert len(page.input_value("#query")) == 200
    assert "200" in page.inner_text("#search-status") or "没有找到" in page.inner_text("#search-status")


def test_nothing_is_loaded_before_somebody_searches(page, served):
    loaded = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(f"{served}/search.html")
    settled(page)
    assert not any("/search/" in url for url in loaded)
    found(page, "旷工")
    assert any("/search/index." in url for url in loaded)
    assert all(url.startswith(served) for url in loaded)


def test_hostile_text_is_text(page, hostile):
    page.goto(f"{hostile.as_uri()}/search.html")
    found(page, "<img src=x")
    assert "<img src=x onerror=document.title='broken'>" in page.inner_text("#results")
    assert page.locator("#results mark").count()
    assert page.locator("#results img").count() == 0 and page.title() != "broken"


def test_without_scripts_the_page_says_what_to_do(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/search.html")
    assert "搜索需要启用脚本" in page.inner_text("main")
    context.close()
