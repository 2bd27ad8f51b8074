"""What would an event cost: the page counts as the site does, says how, and can be sent."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import settled

PAGE = "2021/simulator.html"


def opened(page, address, query=""):
    page.goto(f"{address}/{PAGE}{query}")
    page.wait_for_selector("#simulator-form", state="visible")
    settled(page)


def cell(page, section, column):
    return page.inner_text(f'tr[data-section="{section}"] .{column}')


def add(page, item, clause):
    page.select_option("#item", item)
    page.check(f"#clauses input[value={clause}]")
    page.click("#add")


@pytest.fixture(scope="module")
def scores(site):
    return json.loads((site / "data/2021/scores.json").read_text(encoding="utf-8"))


def test_a_department_starts_from_what_is_recorded(page, address, scores):
    opened(page, address)
    for name, department in list(scores["departments"].items())[::5]:
        page.select_option("#department", name)
        settled(page)
        for section, score in department["sections"].items():
            if page.locator(f'tr[data-section="{section}"]').count():
                shown = cell(page, section, "before")
                assert shown == cell(page, section, "after")
                wanted = (
                    f"{score['score']} / {score['points']}" if score["points"] else score["score"].replace("-", "−")
                )
                assert shown == wanted, (name, section)


def test_an_event_lowers_the_score_and_says_how(page, address):
    opened(page, address)
    add(page, "base.conduct.attendance", "absence")
    event = page.locator("#added .event")
    event.locator("input.count").nth(0).fill("2")
    event.locator("input.count").nth(1).fill("3")
    assert cell(page, "base.conduct", "after") == "0 / 2" and cell(page, "base.conduct", "difference") == "−2"
    steps = event.locator(".step").all_inner_texts()
    assert "2人、3天，每人每天扣0.5分" in steps[0] and "= 3" in steps[0]
    assert "最多扣2分" in steps[1] and "= 2" in steps[1]
    assert "遵章守纪情况" in page.inner_text("#simulator-status")
    event.locator("button.remove").click()
    assert page.locator("#added .event").count() == 0 and cell(page, "base.conduct", "after") == "2 / 2"


def test_a_recorded_event_is_changed_taken_away_and_put_back(page, address):
    opened(page, address, "?department=law")
    page.locator("#recorded details[data-section='base.conduct'] > summary").click()
    event = page.locator("#recorded .event").first
    before = cell(page, "base.conduct", "after")
    event.locator("button.remove").click()
    assert cell(page, "base.conduct", "after") != before and "removed" in event.get_attribute("class")
    event.locator("button.remove").click()
    assert cell(page, "base.conduct", "after") == before
    event.locator("input.count").first.fill("4")
    assert cell(page, "base.conduct", "after") != before and event.locator(".status").inner_text() == "已修改"
    event.locator("button.undo").click()
    assert cell(page, "base.conduct", "after") == before
    event.locator("input.count").first.fill("4")
    page.click("button[type=reset]")
    assert cell(page, "base.conduct", "after") == before and "change" not in page.url


def test_the_address_shows_the_same_again(page, address):
    opened(page, address, "?department=law")
    add(page, "party.discipline", "heavy-sanction")
    page.locator("#added .event-case input").fill("一*案_1")
    add(page, "party.discipline", "light-sanction")
    page.locator("#added .event-case input").nth(1).fill("一*案_1")
    add(page, "base.conduct.other", "discretionary")
    page.locator("#added .event-deduction input").fill("0.35")
    page.locator("#recorded details[data-section='base.ideology'] > summary").click()
    page.locator("#recorded .event button.remove").first.click()
    texts = page.locator(".outcome-box tbody").inner_text()
    steps = page.locator("#added .steps").all_inner_texts()
    assert any("同一案件" in text or "案件" in text for text in steps)
    page.goto(page.url)
    settled(page)
    assert page.locator(".outcome-box tbody").inner_text() == texts
    assert page.locator("#added .event").count() == 3
    assert page.locator("#added .steps").all_inner_texts() == steps


@pytest.mark.parametrize(
    "query",
    [
        "?department=nobody",
        "?department=law&item=constructor",
        "?item=__proto__",
        "?item=base.conduct.nothing",
        "?department=law&remove=2021-9999",
        "?add=base.conduct.attendance*absence*2022-03-15*person.1**",
        "?add=base.conduct.attendance*absence*2021-03-15*person.-1**",
        "?add=base.conduct.attendance*absence*2021-03-15*hour.1**",
        "?add=base.conduct.attendance*constructor*2021-03-15***",
        "?add=__proto__*absence*2021-03-15***",
        "?add=base.conduct.other*discretionary*2021-03-15**1e3*",
        "?change=2021-0006",
        "?add=%E4%B8",
        "?" + "add=x&" * 900,
    ],
)
def test_a_damaged_address_is_told_and_shows_what_is_recorded(page, address, query):
    opened(page, address, query)
    assert "已按原有记录显示" in page.inner_text("#simulator-status")
    assert page.locator("#added .event").count() == 0


@pytest.mark.parametrize("value", ["", "0", "-1", "1.5", "1e9", "<img src=x>", "９999999999"])
def test_a_wrong_count_is_told_beside_its_field_and_not_counted(page, address, value):
    opened(page, address)
    add(page, "base.conduct.attendance", "absence")
    field = page.locator("#added input.count").first
    field.fill(value)
    assert page.inner_text("#added .wrong") == "请填不小于1的整数"
    assert field.get_attribute("aria-invalid") == "true" and cell(page, "base.conduct", "after") == "2 / 2"
    field.fill("３")
    assert not page.locator("#added .wrong").is_visible() and cell(page, "base.conduct", "after") == "0.5 / 2"


@pytest.fixture
def slow(chromium):
    """A page whose data files of departments wait until a test lets them come or fail."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    held = {}
    page.route(re.compile("/data/2021/departments/"), lambda route: held.setdefault(department_of(route), route))
    yield page, held
    context.close()


def department_of(route):
    return re.search(r"departments/([a-z-]+)\.", route.request.url)[1]


def choose(page, held, name):
    """Choose a department whose data are still to come."""
    page.select_option("#department", name)
    for _ in range(500):
        if name in held:
            return
        page.wait_for_timeout(10)
    raise AssertionError(f"nobody asked for {name}")


def figures(page):
    return page.locator(".outcome-box tbody").inner_text()


def test_a_department_whose_data_do_not_come_is_not_shown_with_the_figures_of_another(slow, served):
    page, held = slow
    opened(page, served)
    full = figures(page)
    choose(page, held, "law")
    held.pop("law").continue_()
    page.wait_for_selector("#recorded details")
    settled(page)
    law = figures(page)
    assert law != full
    choose(page, held, "finance-office")
    settled(page)
    assert not page.locator(".outcome-box").is_visible() and not page.locator("#add").is_visible()
    held.pop("finance-office").abort()
    expect(page.locator("#simulator-status")).to_contain_text("未能载入数据")
    assert page.input_value("#department") == "law" and figures(page) == law
    add(page, "base.secrecy.leak", "occurrence")
    page.locator("#added .event button.remove").click()
    assert "department=law" in page.url and figures(page) == law
    choose(page, held, "finance-office")
    held.pop("finance-office").continue_()
    settled(page)
    assert page.input_value("#department") == "finance-office" and "department=finance-office" in page.url


def test_an_address_whose_data_do_not_come_is_kept_and_shows_nobody_s_figures(slow, served):
    page, held = slow
    page.goto(f"{served}/{PAGE}")
    page.wait_for_selector("#simulator-form", state="visible")
    full = figures(page)
    page.goto(f"{served}/{PAGE}?department=law", wait_until="commit")
    page.wait_for_selector("#simulator-form", state="visible")
    settled(page)
    held.pop("law").abort()
    settled(page)
    assert "未能载入数据" in page.inner_text("#simulator-status")
    assert page.input_value("#department") == "" and figures(page) == full and "department=law" in page.url


def test_an_answer_that_comes_after_another_choice_is_left(slow, served):
    page, held = slow
    opened(page, served)
    full = figures(page)
    choose(page, held, "law")
    page.select_option("#department", "")
    settled(page)
    held.pop("law").continue_()
    settled(page)
    assert page.input_value("#department") == "" and figures(page) == full
    assert page.locator("#recorded details").count() == 0 and "department" not in page.url


def test_events_of_one_day_are_counted_in_the_order_in_which_they_were_added(page, address):
    opened(page, address)
    for _ in range(11):
        add(page, "base.conduct.attendance", "absence")
    counted = page.locator("#added .event .amount").all_inner_texts()
    assert counted == ["−0.5"] * 4 + ["0"] * 7
    names = page.locator("#added .event-name").all_inner_texts()
    assert names[1] == "测算事项2" and names[10] == "测算事项11"
    page.goto(page.url)
    settled(page)
    assert page.locator("#added .event .amount").all_inner_texts() == counted


def test_the_keyboard_is_enough(page, address):
    opened(page, address)
    page.focus("#item")
    page.select_option("#item", "base.secrecy.leak")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "add"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "count"
    page.keyboard.press("Control+A")
    page.keyboard.type("1")
    assert cell(page, "base.secrecy", "after") == "0 / 2"
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "remove":
            break
    page.keyboard.press("Enter")
    assert cell(page, "base.secrecy", "after") == "2 / 2"
    assert page.evaluate("document.activeElement.id") == "add"


def test_nothing_leaves_the_browser(page, served):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    opened(page, served, "?department=law")
    page.wait_for_load_state("networkidle")
    count = len(asked)
    add(page, "base.conduct.attendance", "absence")
    page.locator("#added input.count").first.fill("5")
    settled(page)
    assert all(url == f"{served}/static/icon.svg" for url in asked[count:])


@pytest.mark.parametrize("width", [320, 360])
@pytest.mark.parametrize("folder", ["", "en/"])
def test_on_a_phone_the_scores_fit(chromium, site, folder, width):
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{site.as_uri()}/{folder}{PAGE}?department=law")
    page.wait_for_selector("#simulator-form", state="visible")
    settled(page)
    add(page, "base.conduct.attendance", "absence")
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator(".outcome-box .difference:not(:empty)").first.is_visible()
    context.close()


@pytest.mark.parametrize("folder", ["", "en/"])
def test_on_a_phone_the_bar_never_covers_what_has_the_focus(chromium, site, folder):
    context = chromium.new_context(viewport={"width": 360, "height": 800}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{site.as_uri()}/{folder}{PAGE}?department=law")
    page.wait_for_selector("#simulator-form", state="visible")
    for number in range(3):
        page.select_option("#item", "base.conduct.attendance")
        page.click("#add")
        settled(page)
        assert not covered(page), number
    page.focus("#department")
    seen = set()
    for key in ["Tab"] * 40 + ["Shift+Tab"] * 40:
        page.keyboard.press(key)
        settled(page, 60)
        seen.add(page.evaluate("document.activeElement.tagName + document.activeElement.className"))
        assert not covered(page), page.evaluate("document.activeElement.outerHTML")
    assert {"INPUTcount", "BUTTONremove", "SUMMARY"} <= seen
    context.close()


def covered(page):
    """Whether the bar lies over a part of what has the focus."""
    return page.evaluate(
        """() => {
          const bar = document.getElementById("simulator-status").getBoundingClientRect();
          const at = document.activeElement.getBoundingClientRect();
          return bar.height > 0 && at.bottom > bar.top + 1 && at.top < bar.bottom - 1;
        }"""
    )


def test_hostile_text_is_text(page, hostile):
    opened(page, hostile.as_uri())
    page.select_option("#department", index=1)
    page.click("#add")
    settled(page)
    assert page.locator("main img").count() == 0 and page.title() != "broken"


def test_without_scripts_the_page_says_what_to_do(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.as_uri()}/{PAGE}")
    assert "测算需要启用脚本" in page.inner_text("main") and not page.locator("#simulator-form").is_visible()
    context.close()
