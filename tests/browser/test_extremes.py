"""Sites at the edges of what may come look right: nothing is cut off or scrolls sideways, axe finds nothing."""

import gzip

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import extremes
from tests.browser.conftest import follow, settled

KINDS = (
    "index.html",
    "2021/index.html",
    "2021/incidents.html",
    "2021/simulator.html",
    "2021/changes.html",
    "2021/interpretations.html",
    "2021/handbook/index.html",
    "2021/handbook/discipline.html",
    "2021/departments/{department}.html",
    "2021/assessors/office.html",
)


def no_incident(folder):
    extremes.start(folder)


def one_incident(folder):
    extremes.absences(folder, extremes.start(folder)[1], 1)


def three_thousand(folder):
    extremes.absences(folder, extremes.start(folder)[1], 3000)


def long_names(folder):
    extremes.absences(folder, extremes.start(folder)[1], 30)
    extremes.long_names(folder)


def unbroken_names(folder):
    extremes.absences(folder, extremes.start(folder)[1], 30)
    extremes.long_names(folder, extremes.UNBROKEN)


def no_points(folder):
    extremes.absences(folder, extremes.start(folder)[1], 5)
    extremes.without_points(folder)


@pytest.fixture(
    scope="module", params=[no_incident, one_incident, three_thousand, long_names, unbroken_names, no_points]
)
def edge(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param.__name__) / "site"
    request.param(folder)
    return extremes.built(folder)


@pytest.mark.parametrize("width", [360, 1280])
def test_every_kind_of_page_looks_right(chromium, edge, width):
    context = chromium.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for kind in KINDS:
        url = kind.format(department="teaching")
        page.goto(f"{edge.as_uri()}/{url}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url
        cut = page.evaluate(
            """[...document.querySelectorAll("h1, h2, h3, p, dd, dt, label, button, .tile-name, .button")]
              .filter(one => one.offsetParent && !one.closest(".scroll, .visually-hidden, .skip, svg")
                && one.getBoundingClientRect().right > innerWidth + 1).map(one => one.outerHTML.slice(0, 120))"""
        )
        assert not cut, f"{url}: {cut[:2]}"
        found = Axe().run(page).response["violations"]
        assert not [f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found], url
    assert not complaints
    context.close()


@pytest.mark.parametrize("width", [320, 360])
def test_the_simulator_fits_on_a_small_phone(chromium, edge, width):
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    for folder in ("", "en/"):
        url = f"{folder}2021/simulator.html?department=teaching"
        if (edge / folder / "2021").exists():
            fits(page, f"{edge.as_uri()}/{url}")
    context.close()


def fits(page, url):
    """Nothing of the page is beside the window, once its scripts are done."""
    page.goto(url)
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), url


def test_more_rows_of_the_register_take_the_focus_to_the_first_of_them(chromium, edge):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{edge.as_uri()}/2021/incidents.html?department=teaching")
    settled(page)
    if page.locator("#more:visible").count():
        assert page.locator("tbody tr").count() == 200
        page.focus("#more")
        page.keyboard.press("Enter")
        row = "document.activeElement.closest('tr').sectionRowIndex"
        assert page.locator("tbody tr").count() == 400 and page.evaluate(row) == 200
    context.close()


def test_on_paper_a_selection_has_all_its_rows(chromium, edge):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{edge.as_uri()}/2021/incidents.html?department=teaching")
    settled(page)
    if page.locator("#more:visible").count():
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("tbody tr").count() == 3000
        page.click("#filters button[type=reset]")
        settled(page)
        whole = page.locator("tbody tr").count()
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("tbody tr").count() == whole < 3000
    context.close()


def test_no_page_weighs_more_than_150_kilobytes(edge):
    sizes = {path: len(gzip.compress(path.read_bytes(), 6)) for path in edge.rglob("*.html")}
    largest = max(sizes, key=sizes.get)
    assert sizes[largest] <= 150_000, largest


def test_long_lists_lead_to_all_that_they_leave_out(chromium, edge):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{edge.as_uri()}/2021/departments/teaching.html")
    more = page.locator(".account a.all")
    if more.count():
        follow(page, more)
        shown = page.locator(".deduction").count()
        while page.locator("#pages [aria-current]").count():
            later = page.locator("#pages li:has([aria-current]) + li a")
            if not later.count():
                break
            follow(page, later)
            shown += page.locator(".deduction").count()
        assert shown == 3000
    context.close()
