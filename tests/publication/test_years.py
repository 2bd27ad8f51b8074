"""A site of three years, in which departments were renamed, merged and split and the rules changed."""

from decimal import Decimal
from urllib.parse import unquote

import pytest

from site_builder.assessment import assess
from site_builder.exports import data_files
from site_builder.model import Message, message
from site_builder.pages import Page, addresses, plan
from site_builder.sources import Tree, read_site
from tests.publication.conftest import kaohe
from tests.publication.test_pages import Page as Parsed
from tests.sites import CONDUCT, DEPARTMENTS, SCHEME, STUDY, incident, say, site, valid, write, years

LINEAGE = DEPARTMENTS.replace(
    "library: {name: The library, group: Services}",
    "library: {name: The library, to: 2021, successor: hall}\nhall: {name: The hall, from: 2022}",
) + (
    "left: {name: Left, to: 2021, successor: middle}\n"
    "right: {name: Right, to: 2021, successor: middle}\n"
    "middle: {name: Middle, from: 2022}\n"
    "whole: {name: Whole, to: 2022, successor: [part, rest]}\n"
    "part: {name: Part, from: 2023}\n"
    "rest: {name: Rest, from: 2023}\n"
    "closed: {name: Closed, to: 2021}\n"
)
"""Renamed in 2022: library; merged in 2022: left and right; split in 2023: whole."""

MORE_POINTS = CONDUCT.replace("points: 2", "points: 3")
ONE_DAY = "{person: 1, day: 1}"

WORLD = years(
    2021,
    2022,
    2023,
    departments=LINEAGE,
    criteria={2022: {"rest": STUDY}, 2023: {"rest": STUDY, "conduct": MORE_POINTS, "study": None}},
    incidents={
        2021: {
            "a": incident(count=ONE_DAY),
            "b": incident(department="left"),
            "c": incident(department="right", count=ONE_DAY),
            "d": incident(department="whole", count=ONE_DAY),
        },
        2022: {
            "a": incident(department="hall", count="{person: 1, day: 2}"),
            "b": incident(department="middle", count=ONE_DAY),
        },
        2023: {"a": incident(department="hall"), "b": incident(department="part", count=ONE_DAY)},
    },
)


def planned(tree: Tree) -> dict[str, Page]:
    """The pages of a site by URL."""
    assessment, problems = assess(read_site(tree))
    assert assessment is not None, problems
    found = plan(assessment, {year: data_files(year) for year in assessment.site.years}).pages
    assert len({page.url for page in found}) == len(found)
    return {page.url: page for page in found}


@pytest.fixture(scope="module")
def pages() -> dict[str, Page]:
    return planned(WORLD)


def told(value: object) -> object:
    return say(value) if isinstance(value, Message) else value


def choices(page: Page) -> dict[int, tuple[str | None, object]]:
    """Where the switch leads for each year, and its note."""
    return {one.year: (one.link and one.link.url, told(one.note)) for one in page.context["switch"]}


SWITCHES = {
    "an overview": ("2021/index.html", {2022: ("2022/index.html", None), 2023: ("2023/index.html", None)}),
    "the same department": (
        "2022/departments/office.html",
        {2021: ("2021/departments/office.html", None), 2023: ("2023/departments/office.html", None)},
    ),
    "a renamed department": (
        "2021/departments/library.html",
        {2022: ("2022/departments/hall.html", "The hall"), 2023: ("2023/departments/hall.html", "The hall")},
    ),
    "a merged department, forth": (
        "2021/departments/left.html",
        {2022: ("2022/departments/middle.html", "Middle"), 2023: ("2023/departments/middle.html", "Middle")},
    ),
    "a merged department, back": (
        "2022/departments/middle.html",
        {2021: ("2021/index.html", "Overview"), 2023: ("2023/departments/middle.html", None)},
    ),
    "a split department, forth": (
        "2022/departments/whole.html",
        {2021: ("2021/departments/whole.html", None), 2023: ("2023/index.html", "Overview")},
    ),
    "a split department, back": (
        "2023/departments/part.html",
        {2021: ("2021/departments/whole.html", "Whole"), 2022: ("2022/departments/whole.html", "Whole")},
    ),
    "a department that is gone": (
        "2021/departments/closed.html",
        {2022: ("2022/index.html", "Overview"), 2023: ("2023/index.html", "Overview")},
    ),
    "an assessor": (
        "2021/assessors/office.html",
        {2022: ("2022/assessors/office.html", None), 2023: ("2023/assessors/office.html", None)},
    ),
    "a section": (
        "2021/handbook/conduct.html",
        {2022: ("2022/handbook/conduct.html", None), 2023: ("2023/handbook/conduct.html", None)},
    ),
    "a section that is gone": (
        "2021/handbook/study.html",
        {2022: ("2022/handbook/study.html", None), 2023: ("2023/handbook/index.html", "Handbook")},
    ),
    "an incident": (
        "2023/incidents/b.html",
        {2021: ("2021/incidents/b.html", None), 2022: ("2022/incidents/b.html", None)},
    ),
    "an incident of one year alone": (
        "2021/incidents/d.html",
        {2022: ("2022/incidents.html", "Incidents"), 2023: ("2023/incidents.html", "Incidents")},
    ),
    "a comparison": (
        "2023/handbook/changes/from-2021.html",
        {2021: ("2021/handbook/index.html", "Handbook"), 2022: ("2022/handbook/changes/from-2021.html", None)},
    ),
}


@pytest.mark.parametrize(("url", "expected"), SWITCHES.values(), ids=SWITCHES)
def test_the_switch_keeps_ones_place_or_says_where_it_leads(pages, url: str, expected: dict) -> None:
    year = int(url[:4])
    assert choices(pages[url]) == {**expected, year: (None, None)}


def test_every_page_of_a_year_has_the_switch_and_it_leads_to_pages(pages) -> None:
    for url, page in pages.items():
        assert ("switch" in page.context) == url.startswith(("2021/", "2022/", "2023/")), url
        for one in page.context.get("switch", ()):
            assert one.link is None or one.link.url in pages, f"{url}: {one}"
        if "switch" in page.context:
            assert page.context["course"].url in pages
            ways = [link.url for link in page.context["navigation"]]
            assert all(way.startswith(f"{url[:4]}/") for way in ways[:-1]) and ways[-1] == "years/index.html"


def test_links_in_prose_can_lead_to_every_page(pages) -> None:
    assert set(addresses(valid(WORLD)).pages) == set(pages)


def test_a_site_of_one_year_has_no_switch_and_no_pages_of_years() -> None:
    found = planned(site())
    assert not any(url.startswith("years/") or "switch" in page.context for url, page in found.items())


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_the_pages_of_three_years_are_whole_and_every_link_leads_somewhere(tmp_path, language: str) -> None:
    settings = {"content/site.yaml": f"language: {language}\n".encode()}
    write(Tree({**WORLD.files, **settings}, WORLD.folders), tmp_path)
    built = kaohe("build", folder=tmp_path)
    assert built.returncode == 0, built.stderr
    output = tmp_path / "output"
    parsed = {path.relative_to(output).as_posix(): Parsed(path) for path in output.rglob("*.html")}
    for url, page in parsed.items():
        assert len(page.ids) == len(set(page.ids)), url
        for link in page.links:
            path, _, anchor = link.partition("#")
            base = output if path.startswith("/") else (output / url).parent  # 404.html: from the server's root
            target = (base / path.partition("?")[0].lstrip("/")).resolve() if path else output / url
            assert target.is_file(), f"{url}: {link}"
            if anchor and target.suffix == ".html":
                assert unquote(anchor) in parsed[target.relative_to(output.resolve()).as_posix()].ids, f"{url}: {link}"


def entries(pages: dict[str, Page], url: str) -> list[tuple[str, str, str]]:
    """Section, what became of it, and words of each entry of a comparison."""
    context = pages[url].context
    groups = [("", context["head"]), *((group.anchor, group.entries) for group in context["groups"])]
    return [(anchor, say(one.change), one.title) for anchor, found in groups for one in found]


def test_sections_without_a_counterpart_are_told(pages) -> None:
    assert entries(pages, "2023/handbook/changes/from-2022.html") == [
        ("conduct", "Changed", "Conduct"),
        ("study", "Removed", "Study"),
        ("study", "Removed", "A plan"),
        ("study", "Removed", "A report"),
        ("study", "Removed", "Not done"),
    ]
    assert [group.gone for group in pages["2023/handbook/changes/from-2022.html"].context["groups"]] == [False, True]
    assert entries(pages, "2022/handbook/changes/from-2021.html") == [
        ("rest", "New", "Study"),
        ("rest", "New", "A plan"),
        ("rest", "New", "A report"),
        ("rest", "New", "Not done"),
    ]


CHANGED = years(
    2021,
    2022,
    criteria={
        2021: {
            "scheme": SCHEME + "interpretations:\n  - {where: conduct.other, words: As is fitting, reading: R, "
            "decided: D}\n"
        },
        2022: {
            "scheme": SCHEME.replace("day: days", "day: whole days")
            + "interpretations:\n  - {where: conduct.other, words: As is fitting, reading: Another, decided: D}\n",
            "conduct": CONDUCT.replace("text: Absent, deduct: 0.5, per: [person, day]", "text: Absent at all, "
            "deduct: 1, per: [person], limit: 2")
            .replace("text: Sanctions", "text: Sanctions\n    assessor: library")
            .replace("points: 2", "points: 3")
            + "  plan:\n    text: A plan\n    clauses:\n      late: {text: Late, deduct: 1}\n",
            "study": STUDY.replace("  plan: {text: A plan, clauses: [not-done]}\n", ""),
        },
    },
)  # fmt: skip


def test_what_changed_is_told_part_by_part() -> None:
    context = planned(CHANGED)["2022/handbook/changes/from-2021.html"].context
    found = {}
    for group in (*context["groups"], None):
        for one in group.entries if group else context["head"]:
            differences = {say(d.label): (told(d.before), told(d.after)) for d in one.differences}
            marked = "".join(f"[{run.mark.value}:{run.text}]" for run in one.words)
            found[group.anchor if group else "", say(one.change), one.title] = marked, differences
    assert found == {
        ("", "Changed", "whole days"): ("", {"measure word": ("days", "whole days")}),
        ("conduct", "Changed", "Conduct"): ("", {"points": (Decimal(2), Decimal(3))}),
        ("conduct", "Changed", "Sanctions"): ("", {"assessor": ("The office", "The library")}),
        ("conduct", "Moved here", "A plan"): (
            "",
            {"clauses": ("Not done", "Late"), "section": ("Study", "Conduct（3分）")},
        ),
        ("conduct", "Changed", "Absent at all"): (
            "[same:Absent][added: at all]",
            {"amount": (Decimal("0.5"), Decimal(1)), "per": ("persons × days", "persons"), "limit": (None, Decimal(2))},
        ),
        ("conduct", "New", "Late"): ("", {"amount": (None, Decimal(1)), "cumulation": (None, "each incident counts")}),
        ("conduct", "Changed", "As is fitting"): ("", {"reading": ("R", "Another")}),
        ("study", "Moved away", "A plan"): ("", {"now in": (None, "Conduct（3分）")}),
    }


def test_entries_lead_to_their_places_in_both_books() -> None:
    context = planned(CHANGED)["2022/handbook/changes/from-2021.html"].context
    conduct, study = context["groups"]
    places = {one.title: (one.before and one.before.url, one.after and one.after.url) for one in conduct.entries}
    assert places["Absent at all"] == (
        "2021/handbook/conduct.html#attendance.absence",
        "2022/handbook/conduct.html#attendance.absence",
    )
    assert places["A plan"] == ("2021/handbook/study.html#plan", "2022/handbook/conduct.html#plan")
    assert places["Late"] == (None, "2022/handbook/conduct.html#plan.late")
    assert study.entries[0].after == next(one.after for one in conduct.entries if one.title == "A plan")


def test_what_changed_and_what_is_the_same_add_up() -> None:
    counts = planned(CHANGED)["2022/handbook/changes/from-2021.html"].context["counts"]
    assert {say(one.subject): one.numbers for one in counts} == {
        "Section": (0, 0, 0, 1, 1),
        "Item": (0, 0, 1, 1, 3),
        "Clause": (1, 0, 0, 1, 4),
        "Interpretation": (0, 0, 0, 1, 0),
    }


def course(pages: dict[str, Page], department: str) -> list[tuple[int, str, bool]]:
    parts = pages[f"years/departments/{department}.html"].context["parts"]
    return [(one.year, one.name, one.goes_on) for one in parts]


COURSES = {
    "office": [(2021, "The office", False), (2022, "The office", True), (2023, "The office", True)],
    "library": [(2021, "The library", False), (2022, "The hall", True), (2023, "The hall", True)],
    "hall": [(2021, "The library", False), (2022, "The hall", True), (2023, "The hall", True)],
    "left": [(2021, "Left", False), (2022, "Middle", False), (2023, "Middle", True)],
    "middle": [
        (2021, "Left", False),
        (2021, "Right", False),
        (2022, "Middle", False),
        (2023, "Middle", True),
    ],
    "whole": [(2021, "Whole", False), (2022, "Whole", True), (2023, "Part", False), (2023, "Rest", False)],
    "part": [(2021, "Whole", False), (2022, "Whole", True), (2023, "Part", False)],
    "closed": [(2021, "Closed", False)],
}


@pytest.mark.parametrize(("department", "expected"), COURSES.items(), ids=COURSES)
def test_a_course_goes_on_only_where_the_department_is_one_and_the_same(pages, department, expected) -> None:
    assert course(pages, department) == expected


SUCCESSIONS = {
    "office": [],
    "library": ["from 2022 on The hall"],
    "hall": ["since 2022; before that The library"],
    "left": ["merged into Middle in 2022"],
    "middle": ["since 2022, merged from Left, Right"],
    "whole": ["split into Part, Rest in 2023"],
    "part": ["since 2023, split from Whole"],
    "closed": ["until the end of 2021, without a successor"],
}


@pytest.mark.parametrize(("department", "expected"), SUCCESSIONS.items(), ids=SUCCESSIONS)
def test_what_became_of_a_department_is_said(pages, department, expected) -> None:
    context = pages[f"years/departments/{department}.html"].context
    assert list(map(say, context["succession"])) == expected
    listed = {link.url: list(map(say, found)) for link, found in pages["years/index.html"].context["departments"]}
    assert listed[f"years/departments/{department}.html"] == expected


def test_points_lost_stand_with_the_points_and_a_change_of_rules_is_said(pages) -> None:
    context = pages["years/departments/hall.html"].context
    rows = {row.link.text: row.cells for row in context["rows"]}
    assert [(cell.lost, cell.points) for cell in rows["Conduct"]] == [
        (Decimal("0.5"), Decimal(2)),
        (Decimal(1), Decimal(2)),
        (Decimal(3), Decimal(3)),
    ]
    assert [cell.changes and cell.changes.url for cell in rows["Conduct"]] == [
        None,
        None,
        "2023/handbook/changes/from-2022.html#conduct",
    ]
    assert [(cell.lost, cell.points) for cell in rows["Study"]][-1] == (None, None), "2023 has no such section"


def test_no_line_joins_years_with_other_points_or_another_department(pages) -> None:
    charts = {
        name: {chart.title: chart for chart in pages[f"years/departments/{name}.html"].context["charts"]}
        for name in ("hall", "middle")
    }
    conduct = charts["hall"]["Conduct"]
    assert [one.label for one in conduct.columns] == ["−0.5/2", "−1/2", "−3/3"]
    assert [one.lines for one in conduct.columns] == [
        ("2021", "The li", "brary"),
        ("2022", "The hall"),
        ("2023", "The hall"),
    ]
    assert len(conduct.lines) == 1, "2023 has other points"
    merged = charts["middle"]["Conduct"]
    assert [one.label for one in merged.columns] == ["−2/2", "−0.5/2", "−0.5/2", "0/3"] and merged.lines == ()
    assert say(conduct.description) == (
        "Conduct, points lost: 2021 The library: 0.5 of 2, 2022 The hall: 1 of 2, 2023 The hall: 3 of 3"
    )


def test_a_year_without_the_section_breaks_the_line() -> None:
    tree = years(2021, 2022, 2023, criteria={2022: {"study": None}})
    charts = {one.title: one for one in planned(tree)["years/departments/office.html"].context["charts"]}
    assert len(charts["Conduct"].lines) == 2
    assert [one.lines[0] for one in charts["Study"].columns] == ["2021", "2023"] and charts["Study"].lines == ()
    section = planned(tree)["years/sections/study.html"].context["chart"]
    assert len(section.columns) == 2 and section.lines == ()


def test_a_change_of_rules_breaks_the_line() -> None:
    tree = years(2021, 2022, criteria={2022: {"conduct": CONDUCT.replace("deduct: 0.5", "deduct: 0.6")}})
    for url in ("years/departments/office.html", "years/sections/conduct.html", "years/sections/study.html"):
        context = planned(tree)[url].context
        for chart in context.get("charts", [context.get("chart")]):
            assert bool(chart.lines) == (chart.title == "Study"), url


def test_a_section_over_the_years_says_where_there_is_none(pages) -> None:
    wholes = pages["years/sections/study.html"].context["wholes"]
    assert [(one.year, one.link is not None) for one in wholes] == [(2021, True), (2022, True), (2023, False)]
    conduct = pages["years/sections/conduct.html"].context["wholes"]
    assert [(one.losing, one.departments, one.lost, one.whole) for one in conduct] == [
        (4, 6, Decimal("3.5"), Decimal(12)),
        (2, 4, Decimal("1.5"), Decimal(8)),
        (2, 5, Decimal("3.5"), Decimal(15)),
    ]


def test_a_year_is_measured_against_the_year_before_only_where_that_is_fair(pages) -> None:
    assert pages["2021/index.html"].context["against"] is None
    found = pages["2022/index.html"].context["against"]
    assert (found.before, found.departments) == (2021, 3), "the office, whole, and the hall that was the library"
    assert [link.text for link in found.others] == ["Middle"]
    assert [
        (one.section.text, one.before, one.before_whole, one.after, one.after_whole, one.difference, told(one.why))
        for one in found.pairs
    ] == [
        ("Conduct", Decimal(1), Decimal(6), Decimal(1), Decimal(6), Decimal(0), None),
        ("Study", None, None, Decimal(0), None, None, "2021 had no such section"),
        ("Study", Decimal(0), None, Decimal(0), None, Decimal(0), None),
    ]
    later = {one.section.url: one for one in pages["2023/index.html"].context["against"].pairs}
    conduct = later["2023/handbook/conduct.html"]
    assert (conduct.difference, told(conduct.why)) == (None, "its points changed")
    assert (conduct.before, conduct.before_whole, conduct.after, conduct.after_whole) == (
        Decimal("1.5"),
        Decimal(6),
        Decimal(3),
        Decimal(9),
    )


def test_a_section_whose_rules_changed_is_not_compared() -> None:
    amount = CONDUCT.replace("deduct: 0.5", "deduct: 0.6")
    found = planned(years(2021, 2022, criteria={2022: {"conduct": amount}}))["2022/index.html"].context["against"]
    assert [(one.section.text, told(one.why)) for one in found.pairs] == [
        ("Conduct", "its rules changed"),
        ("Study", None),
    ]


def test_years_that_have_no_rule_book_between_them_are_bridged() -> None:
    found = planned(years(2021, 2023, departments=LINEAGE))
    assert course(found, "part") == [(2021, "Whole", False), (2023, "Part", False)]
    assert choices(found["2021/departments/library.html"])[2023] == ("2023/departments/hall.html", "The hall")
    assert say(message("{x}", x=found["2023/handbook/changes/from-2021.html"].context["title"])) == (
        "What changed in the rules from 2021 to 2023"
    )
