"""The course of departments and sections over the years: compared where it can be, side by side where it cannot."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from site_builder import urls
from site_builder.model import ZERO, Department, Message, SectionScore, message
from site_builder.pages.annual import Link
from site_builder.pages.course_chart import Course, Stop, course
from site_builder.pages.page import Page, home_crumb
from site_builder.pages.years import COURSE, Years


@dataclass(frozen=True, slots=True)
class Part:
    """A department in a year of a course; `goes_on` says that it is one and the same with the part before it."""

    year: int
    department: str
    name: str
    link: Link
    goes_on: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What a department lost in a section, of how many points; both None where one of the two is not there.

    `changes` leads to what changed in the section's rules since the year before, where that is said beside the figure.
    """

    lost: Decimal | None
    points: Decimal | None
    changes: Link | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table: what it is about, a note on it, and a cell for each year or part."""

    link: Link
    note: tuple[Message, ...]
    cells: tuple[Cell, ...]
    outer: bool = False


@dataclass(frozen=True, slots=True)
class Whole:
    """A section in a year over all departments: how many lost something, and how much of what all could lose."""

    year: int
    link: Link | None
    points: Decimal | None
    departments: int
    losing: int
    lost: Decimal
    whole: Decimal | None
    changes: Link | None


def course_pages(years: Years) -> Iterator[Page]:
    """The index, and a page for each department and each section that any year has."""
    yield _index(years)
    for department in _departments(years):
        yield _department(years, department)
    for section in _sections(years):
        yield _section(years, section)


def _departments(years: Years) -> Iterator[Department]:
    """The departments that exist in a year of the site."""
    for department in years.site.departments.values():
        if any(department.exists_in(year) for year in years.numbers):
            yield department


def _sections(years: Years) -> tuple[str, ...]:
    """The sections of all rule books: in the order of the latest, then what only earlier ones have."""
    books = [years.scheme(year).all_sections for year in reversed(years.numbers)]
    return tuple(dict.fromkeys(name for book in books for name in book))


def _title(years: Years, section: str) -> str:
    """What the latest rule book that has it calls a section."""
    books = (years.scheme(year).all_sections for year in reversed(years.numbers))
    return next(book[section].title for book in books if section in book)


def _index(years: Years) -> Page:
    return Page(
        urls.YEARS,
        "years.html",
        {
            "title": COURSE,
            "crumbs": (home_crumb(),),
            "years": tuple(
                (
                    Link(urls.overview(year), message("{year} assessment", year=year)),
                    years.scheme(year).title,
                    tuple(
                        Link(
                            urls.rule_changes(year, before),
                            message("What changed in the rules since {year}", year=str(before)),
                        )
                        for before in reversed(years.numbers)
                        if before < year
                    ),
                )
                for year in reversed(years.numbers)
            ),
            "departments": tuple(
                (Link(urls.department_course(one.id), one.name), tuple(_succession(years, one)))
                for one in _departments(years)
            ),
            "sections": tuple(
                (Link(urls.section_course(one), _title(years, one)), "." not in one) for one in _sections(years)
            ),
        },
    )


def _succession(years: Years, department: Department) -> Iterator[Message]:
    """What a department came from and became, as far as it did not simply go on."""
    first, last = department.first, department.last
    if first is not None and any(year < first for year in years.numbers):
        came = years.counterparts(department.id, first, first - 1)
        yield _told(years, came, _CAME[_manner(years, department.id, first, came, first - 1)], first)
    for year in years.numbers[1:]:
        before = years.counterparts(department.id, year, year - 1) if department.exists_in(year - 1) else ()
        if department.exists_in(year) and len(before) > 1:
            others = tuple(one for one in before if one != department.id)
            yield _told(years, others, message("took in {names} in {year}"), year)
    if last is not None and any(year > last for year in years.numbers):
        became = years.counterparts(department.id, last, last + 1)
        if not became:
            yield message("until the end of {year}, without a successor", year=str(last))
            return
        yield _told(years, became, _BECAME[_manner(years, department.id, last, became, last + 1)], last + 1)


_CAME = {
    "same": message("since {year}; before that {names}"),
    "several": message("since {year}, merged from {names}"),
    "part": message("since {year}, split from {names}"),
    "none": message("since {year}"),
}
_BECAME = {
    "same": message("from {year} on {names}"),
    "several": message("split into {names} in {year}"),
    "part": message("merged into {names} in {year}"),
}


def _manner(years: Years, department: str, year: int, others: tuple[str, ...], other: int) -> str:
    """How a department and those of another year belong together."""
    if not others:
        return "none"
    if len(others) > 1:
        return "several"
    return "same" if years.is_same(department, year, others[0], other) else "part"


def _told(years: Years, names: Iterable[str], template: Message, year: int) -> Message:
    known = years.site.departments
    return Message(template.template, (("names", tuple(known[one].name for one in names)), ("year", str(year))))


def _parts(years: Years, department: Department) -> tuple[Part, ...]:
    """A department through all years: itself, and in the other years those that it came from or became."""
    own = max(year for year in years.numbers if department.exists_in(year))
    found: list[Part] = []
    for year in years.numbers:
        before = [one for one in found if one.year == years.before(year)]
        for name in years.counterparts(department.id, own, year):
            goes_on = len(before) == 1 and years.is_same(before[0].department, before[0].year, name, year)
            link = years.annuals[year].department_link(name)
            found.append(Part(year, name, str(link.text), link, goes_on))
    return tuple(found)


def _department(years: Years, department: Department) -> Page:
    parts = _parts(years, department)
    sections = tuple(one for one in _sections(years) if _is_accounted(years, one))
    return Page(
        urls.department_course(department.id),
        "department-course.html",
        {
            "title": message("{name} over the years", name=department.name),
            "crumbs": (home_crumb(), Link(urls.YEARS, COURSE)),
            "succession": tuple(_succession(years, department)),
            "parts": parts,
            "one_name": len({one.name for one in parts}) == 1,
            "spans": tuple(
                (year, sum(one.year == year for one in parts))
                for year in years.numbers
                if any(one.year == year for one in parts)
            ),
            "missing": tuple(str(year) for year in years.numbers if all(one.year != year for one in parts)),
            "rows": tuple(
                Row(
                    Link(urls.section_course(one), _title(years, one)),
                    (),
                    tuple(
                        replace(
                            _cell(years, part.department, part.year, one), changes=_rule_changes(years, part.year, one)
                        )
                        for part in parts
                    ),
                    outer="." not in one,
                )
                for one in sections
            ),
            "charts": tuple(_department_chart(years, parts, one) for one in sections if "." not in one),
        },
    )


def _is_accounted(years: Years, section: str) -> bool:
    """Whether scorecards account by a section in some year, or it is an outermost one."""
    accounts = (one.id for annual in years.annuals.values() for one in annual.account_sections)
    return "." not in section or section in accounts


def _score(years: Years, department: str, year: int, section: str) -> SectionScore | None:
    return years.annuals[year].ledger.scores.get(department, {}).get(section)


def _cell(years: Years, department: str, year: int, section: str) -> Cell:
    score = _score(years, department, year, section)
    return Cell(None, None) if score is None else Cell(score.deducted, score.points)


def _rule_changes(years: Years, year: int, section: str) -> Link | None:
    """The way to what changed in a section's rules since the year before; None where they are the same, or new."""
    before = years.before(year)
    if before is None or any(section not in years.scheme(one).all_sections for one in (before, year)):
        return None
    if section not in years.changed_sections(before, year):
        return None
    text = message("rules changed since {year}", year=str(before))
    return Link(f"{urls.rule_changes(year, before)}#{section}", text)


def _department_chart(years: Years, parts: Iterable[Part], section: str) -> Course:
    """The parts that have the section; what has none between them, and a change of its rules, break the line."""
    named = {one.name for one in parts}
    stops: list[Stop] = []
    there = False
    for part in parts:
        score = _score(years, part.department, part.year, section)
        if score is not None:
            name = part.name if len(named) > 1 else ""
            goes_on = part.goes_on and there and _rule_changes(years, part.year, section) is None
            stops.append(Stop(part.year, name, score.deducted, score.points, goes_on))
        there = score is not None
    return course(_title(years, section), stops)


def _section(years: Years, section: str) -> Page:
    wholes = tuple(_whole(years, year, section) for year in years.numbers)
    return Page(
        urls.section_course(section),
        "section-course.html",
        {
            "title": message("{name} over the years", name=_title(years, section)),
            "crumbs": (home_crumb(), Link(urls.YEARS, COURSE)),
            "id": section,
            "wholes": wholes,
            "chart": course(_title(years, section), _section_stops(wholes)),
            "years": tuple((one.year, one.link) for one in wholes if one.link),
            "rows": tuple(
                Row(
                    Link(urls.department_course(one.id), one.name),
                    tuple(_succession(years, one)),
                    tuple(_cell(years, one.id, whole.year, section) for whole in wholes if whole.link),
                )
                for one in _departments(years)
            ),
        },
    )


def _whole(years: Years, year: int, section: str) -> Whole:
    annual = years.annuals[year]
    if section not in annual.scheme.all_sections:
        return Whole(year, None, None, 0, 0, ZERO, None, None)
    scores = [one[section] for one in annual.ledger.scores.values()]
    points = annual.scheme.all_sections[section].points
    return Whole(
        year=year,
        link=annual.section_link(section),
        points=points,
        departments=len(scores),
        losing=sum(bool(one.deducted) for one in scores),
        lost=sum((one.deducted for one in scores), ZERO),
        whole=None if points is None else points * len(scores),
        changes=_rule_changes(years, year, section),
    )


def _section_stops(wholes: Iterable[Whole]) -> Iterator[Stop]:
    """The section in each year that has it; it goes on where rules, points and number of departments are the same."""
    before: Whole | None = None
    for one in wholes:
        if one.link is not None:
            alike = before is not None and (before.points, before.departments) == (one.points, one.departments)
            yield Stop(one.year, "", one.lost, one.whole, alike and one.changes is None)
        before = one if one.link is not None else None
