"""The table of incidents: sorted, filtered, counted, and sent as an address."""

from decimal import Decimal
from itertools import groupby

import pytest

from tests.browser.conftest import settled


def status(page):
    for _ in range(1500):
        if page.inner_text("#shown"):
            return page.inner_text("#shown")
        page.wait_for_timeout(20)
    raise AssertionError("nothing was said")


def rows(page):
    return page.locator("table.incidents tbody tr")


def test_a_filter_counts_what_fits_and_the_address_shows_the_same_again(page, address):
    page.goto(f"{address}/2021/incidents.html")
    everything = rows(page).count()
    page.select_option("select[name=department]", "law")
    said = status(page)
    assert 0 < rows(page).count() < everything and str(rows(page).count()) in said
    assert all("法学教研部" in text for text in rows(page).locator("td.who").all_inner_texts())
    page.goto(page.url)
    assert status(page) == said
    page.click("button[type=reset]")
    settled(page)
    assert rows(page).count() == everything and "department" not in page.url


def test_a_column_sorts_both_ways_by_its_value(page, address):
    page.goto(f"{address}/2021/incidents.html")
    button = page.locator("th button.sort").last
    for sign, sort in ((1, "ascending"), (-1, "descending")):
        button.click()
        settled(page)
        texts = rows(page).locator("td.number").all_inner_texts()
        values = [float(text.replace("−", "-")) * -1 for text in texts]
        assert values == sorted(values, reverse=sign < 0)
        assert page.locator("th").last.get_attribute("aria-sort") == sort
    button.click()
    settled(page)
    assert page.locator("th").last.get_attribute("aria-sort") == "none"


def test_words_are_found_in_full_and_half_width(page, address):
    page.goto(f"{address}/2021/incidents.html")
    page.fill("input[name=text]", "２０２１－０００６")
    status(page)
    assert rows(page).count() == 1


@pytest.mark.parametrize("query", ["2021年3月16日", "2021-3-16", "2021/3/16", "2021.3.16", "“2021-03-16”"])
def test_a_date_is_found_in_every_spelling(page, address, query):
    page.goto(f"{address}/2021/incidents.html?text=2021-03-16")
    said = status(page)
    assert rows(page).count()
    page.goto(f"{address}/2021/incidents.html")
    page.fill("input[name=text]", query)
    assert status(page) == said
    assert set(rows(page).locator("td.date").all_inner_texts()) == {"2021-03-16"}


def test_brackets_are_alike(page, address):
    page.goto(f"{address}/2021/handbook/index.html")
    said = set()
    for query in ("（4分）", "(4分)", "［4分］", "[4分]", "〔4分〕", "【4分】"):
        page.fill("input[name=text]", query)
        said.add(status(page))
        assert shown(page).count()
    assert len(said) == 1


def test_rows_made_by_the_script_are_those_of_the_page(page, address):
    page.goto(f"{address}/2021/incidents.html")
    before = [" ".join(text.split()) for text in rows(page).all_inner_texts()]
    links = page.evaluate("[...document.querySelectorAll('table.incidents tbody a')].map(one => one.href)")
    page.fill("input[name=text]", "2021")
    status(page)
    page.fill("input[name=text]", "")
    settled(page)
    assert [" ".join(text.split()) for text in rows(page).all_inner_texts()] == before
    again = page.evaluate("[...document.querySelectorAll('table.incidents tbody a')].map(one => one.href)")
    assert again == links


@pytest.mark.parametrize("query", ["department=nobody", "sort=size", "month=2020-99", "text=" + "a" * 300])
def test_a_damaged_address_is_told_and_shows_everything(page, address, query):
    page.goto(f"{address}/2021/incidents.html")
    everything = rows(page).count()
    page.goto(f"{address}/2021/incidents.html?{query}")
    assert "已显示全部内容" in status(page) and rows(page).count() == everything


def test_the_keyboard_is_enough(page, address):
    page.goto(f"{address}/2021/incidents.html")
    page.focus("input[name=text]")
    page.keyboard.type("旷工")
    status(page)
    page.focus("th button.sort >> nth=0")
    page.keyboard.press("Enter")
    settled(page)
    assert page.locator("th").first.get_attribute("aria-sort") == "ascending"


def test_on_paper_a_selection_says_that_it_is_one(page, address):
    page.goto(f"{address}/2021/incidents.html")
    page.emulate_media(media="print")
    assert not page.locator("#shown").is_visible() and not page.locator("#conditions").is_visible()
    page.goto(f"{address}/2021/incidents.html?department=law&text=2021")
    said = status(page)
    assert page.locator("#shown").is_visible() and str(rows(page).count()) in said
    words = page.inner_text("#conditions")
    assert "本表经过筛选，不是全部内容" in words and "部门：法学教研部" in words and "文字：2021" in words
    page.goto(f"{address}/2021/incidents.html?sort=counted")
    status(page)
    assert not page.locator("#shown").is_visible() and not page.locator("#conditions").is_visible()
    page.emulate_media(media="screen")
    page.select_option("select[name=department]", "law")
    settled(page)
    assert page.locator("#shown").is_visible() and not page.locator("#conditions").is_visible()


def test_hostile_text_is_text(page, hostile):
    page.goto(f"{hostile.as_uri()}/2021/incidents.html")
    page.fill("input[name=text]", "2021")
    status(page)
    assert rows(page).count() >= 1 and page.locator("main img").count() == 0


def test_without_scripts_the_table_is_whole(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/2021/incidents.html")
    assert rows(page).count() > 150 and not page.locator("#filters").is_visible()
    context.close()


@pytest.mark.parametrize("url", ["2021/incidents.html", "2021/index.html", "2021/handbook/index.html"])
def test_without_scripts_there_are_no_buttons_that_do_nothing(chromium, site, url):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/{url}")
    assert page.locator("main button").count() and not page.locator("main button:visible").count()
    context.close()


def shown(page):
    return page.locator("#table tbody tr")


def test_the_overview_is_sorted_and_filtered_by_group(page, address):
    page.goto(f"{address}/2021/index.html")
    everything = shown(page).count()
    page.select_option("select[name=group]", "教研部门")
    said = status(page)
    assert 0 < shown(page).count() < everything and str(shown(page).count()) in said
    button = page.locator("th[data-sort=base] button.sort")
    for sign in (1, -1):
        button.click()
        settled(page)
        texts = shown(page).locator("td[data-column=base]").all_inner_texts()
        values = [sign * Decimal(text.split("/")[0].strip()) for text in texts]
        assert values == sorted(values)
    page.goto(page.url)
    assert "sort=-base" in page.url and status(page) == said
    page.click("button[type=reset]")
    settled(page)
    assert shown(page).count() == everything


def test_a_column_whose_id_has_a_hyphen_is_sorted_and_kept_in_the_address(page, address):
    page.goto(f"{address}/2021/index.html")
    column = page.locator("th[data-sort='base.budget-control']")
    for sort in ("ascending", "descending"):
        column.locator("button.sort").click()
        status(page)
        assert column.get_attribute("aria-sort") == sort
        values = (
            shown(page)
            .locator("[data-column='base.budget-control']")
            .evaluate_all("cells => cells.map(one => +one.dataset.value)")
        )
        assert len(set(values)) > 1 and values == sorted(values, reverse=sort == "descending")
        said = status(page)
        page.goto(page.url)
        assert status(page) == said and column.get_attribute("aria-sort") == sort


def test_the_handbook_keeps_every_word_of_a_row_when_merged_cells_are_filtered(page, address):
    page.goto(f"{address}/2021/handbook/index.html")
    items = page.locator("#table td.cell-item").count()
    page.select_option("select[name=assessor]", "security-office")
    assert "10" in status(page) and shown(page).count() == 10
    for row in shown(page).all():
        words = row.inner_text()
        assert (
            "基础保障目标" in words
            and "社会治安综合治理暨平安校园建设" in words
            and "保卫处" in words
            and "扣" in words
        )
    page.fill("input[name=text]", "火灾")
    assert shown(page).count() == 1
    page.goto(page.url)
    status(page)
    assert shown(page).count() == 1
    page.click("button[type=reset]")
    settled(page)
    assert page.locator("#table td.cell-item").count() == items
    assert page.locator("#table [rowspan]").count() > 10


def test_the_handbook_is_filtered_by_section_and_sorted_by_assessor(page, address):
    page.goto(f"{address}/2021/handbook/index.html?section=base.budget-control")
    status(page)
    assert shown(page).count() == 5
    page.goto(f"{address}/2021/handbook/index.html")
    page.locator("th[data-sort=assessor] button.sort").click()
    settled(page)
    names = shown(page).locator("[data-column=assessor]").all_inner_texts()
    assert len(names) == 52 and names == [name for name, group in groupby(names) for _ in group]
    assert len({name for name, _ in groupby(names)}) == len(list(groupby(names))) == 7


@pytest.mark.parametrize(
    "url",
    [
        "2021/index.html?sort=size",
        "2021/index.html?sort=party-",
        "2021/index.html?sort=--party",
        "2021/handbook/index.html?assessor=nobody",
    ],
)
def test_a_damaged_address_of_a_table_is_told(page, address, url):
    page.goto(f"{address}/{url}")
    assert "已显示全部内容" in status(page)
