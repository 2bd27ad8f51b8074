"""The overview of a year, and a scorecard for each department."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from site_builder import urls
from site_builder.model import Level, Section, SectionScore, message
from site_builder.pages.annual import Annual, Deduction, Link, share, total
from site_builder.pages.charts import Happened, Line, Timeline, Waterfall, lines, timeline, waterfall
from site_builder.pages.listing import LONGEST_LIST, filtered
from site_builder.pages.page import Page, Part, crumbs
from site_builder.pages.proposals import proposals
from site_builder.pages.restatements import restatements
from site_builder.pages.timeline import SHORT, level

_SHADES = 5
_LATEST = 8
_LARGEST = 3
_ACCOUNT, _ACCOUNT_PAGE = 30, 200
"""The most deductions of a section on a scorecard, and on each page that holds all of them."""

_IN_FULL = 60
"""A scorecard of more deductions than this has the beginnings of the facts only."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A department's standing in a section: `percent` of the points lost, and a `shade` from 0 to 5 for it."""

    section: Link
    titled_points: str
    points: Decimal | None
    deducted: Decimal
    score: Decimal
    percent: int
    shade: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Account:
    """A section of a scorecard: its standing, the deductions in the order of counting, and where all of them are.

    `all` is there where the scorecard holds only the first of them; `withheld` are the points that incidents deduct
    which this edition does not publish.
    """

    figure: Figure
    deductions: tuple[Deduction, ...]
    all: Link | None
    withheld: Decimal


def overview_page(annual: Annual) -> Page:
    """All departments × sections, what was recorded, and the latest incidents."""
    deductions = tuple(annual.deductions.values())
    pending = tuple(one for one in deductions if any(status.kind == "pending" for status in one.statuses))
    return Page(
        urls.overview(annual.year),
        "overview.html",
        {
            "title": message("{year} assessment", year=annual.year),
            "crumbs": crumbs(annual)[:1],
            "year": annual.year,
            "scheme_title": annual.scheme.title,
            "tops": tuple(annual.section_link(top.id) for top in annual.scheme.sections),
            "top_ids": tuple(top.id for top in annual.scheme.sections),
            "column_ids": tuple(one.id for one in annual.inner_sections),
            "columns": tuple((annual.section_link(one.id), one.titled_points) for one in annual.inner_sections),
            "courses": tuple(top.title for top in _tops_with(annual, deductions)),
            "rows": tuple(_rows(annual)),
            "groups": tuple(dict.fromkeys(one.group for one in annual.departments.values() if one.group)),
            "timelines": _timelines(annual, deductions),
            "counts": counts(deductions),
            "restatements": restatements(annual),
            "proposals": proposals(annual),
            "fixed": annual.assessment.site.years[annual.year].frozen,
            "listing": urls.listing(annual.year),
            "level": level(annual.assessment),
            "history_missing": annual.assessment.trail.why,
            "commit": annual.assessment.trail.commit[:SHORT],
            "demanded": annual.assessment.trail.level is not Level.RECORDED,
            "pending": pending[:LONGEST_LIST],
            "all_pending": filtered(annual, len(pending), LONGEST_LIST, status="pending"),
            "latest": tuple(reversed(deductions[-_LATEST:])),
            "assessors": tuple(annual.assessor_link(name) for name in annual.scheme.assessors),
            "handbook": Link(urls.handbook(annual.year), message("Handbook of criteria")),
            "interpretations": Link(urls.interpretations(annual.year), message("Register of interpretations")),
            "changes": Link(urls.changes(annual.year), message("Changes")),
            "downloads": Link(urls.downloads(annual.year), message("Downloads")),
            "simulator": Link(urls.simulator(annual.year), message("What-if")),
        },
    )


@dataclass(frozen=True, slots=True)
class Row:
    """A department in the table of all: its standing in the top sections and those inside, and its year in each top."""

    department: Link
    group: str
    tops: tuple[Figure, ...]
    figures: tuple[Figure, ...]
    lines: tuple[Line, ...]


def _rows(annual: Annual) -> Iterator[Row]:
    courses = [
        lines(
            annual.scheme.first,
            annual.scheme.last,
            {name: _happened(_of_top(annual, top, annual.of_department.get(name, ()))) for name in annual.departments},
        )
        for top in _tops_with(annual, annual.deductions.values())
    ]
    for name, department in annual.departments.items():
        yield Row(
            annual.department_link(name),
            department.group or "",
            top_figures(annual, name),
            _figures(annual, name, annual.inner_sections),
            tuple(one[name] for one in courses),
        )


def _tops_with(annual: Annual, deductions: Iterable[Deduction]) -> tuple[Section, ...]:
    """The top sections in which these incidents are charged: each has a drawing of its own."""
    touched = {annual.top_of(one) for one in deductions}
    return tuple(top for top in annual.scheme.sections if top.id in touched)


def _of_top(annual: Annual, top: Section, deductions: Iterable[Deduction]) -> tuple[Deduction, ...]:
    return tuple(one for one in deductions if annual.top_of(one) == top.id)


def _timelines(annual: Annual, deductions: tuple[Deduction, ...]) -> tuple[Timeline, ...]:
    """The year of these incidents, in each top section that they touch."""
    first, last = annual.scheme.first, annual.scheme.last
    return tuple(
        timeline(top.title, first, last, _happened(_of_top(annual, top, deductions)))
        for top in _tops_with(annual, deductions)
    )


def _happened(deductions: Iterable[Deduction]) -> tuple[Happened, ...]:
    return tuple((one.date, one.counted) for one in deductions)


def counts(deductions: tuple[Deduction, ...]) -> dict[str, int]:
    """How many incidents were recorded, count, were withdrawn, or have an open appeal."""
    kinds = [status.kind for one in deductions for status in one.statuses]
    return {
        "recorded": len(deductions),
        "counting": sum(not one.took_nothing for one in deductions),
        "withdrawn": kinds.count("withdrawn"),
        "pending": kinds.count("pending"),
        "open": kinds.count("open"),
    }


def top_figures(annual: Annual, department: str) -> tuple[Figure, ...]:
    """The department's standing in each top section."""
    return _figures(annual, department, annual.scheme.sections)


def _figures(annual: Annual, department: str, sections: Iterable[Section]) -> tuple[Figure, ...]:
    scores = annual.ledger.scores[department]
    return tuple(_figure(annual, scores[section.id]) for section in sections)


def _figure(annual: Annual, score: SectionScore) -> Figure:
    percent = share(score.deducted, score.points) if score.points is not None else 0
    shade = -(-percent * _SHADES // 100) if score.points is not None else int(bool(score.deducted))
    return Figure(
        section=annual.section_link(score.section),
        titled_points=annual.scheme.all_sections[score.section].titled_points,
        points=score.points,
        deducted=score.deducted,
        score=score.score,
        percent=percent,
        shade=shade,
        anchor=score.section,
    )


def department_pages(annual: Annual) -> Iterator[Page]:
    """A scorecard for each department of the year."""
    names = tuple(annual.departments)
    for number, name in enumerate(names):
        before = annual.department_link(names[number - 1]) if number else None
        after = annual.department_link(names[number + 1]) if number + 1 < len(names) else None
        accounts = tuple(_accounts(annual, name))
        yield _department(annual, name, accounts, before, after)
        for section, inside in _inside(annual, name):
            if len(inside) > _ACCOUNT:
                yield from _account_pages(annual, name, section, inside)


def _department(
    annual: Annual, name: str, accounts: tuple[Account, ...], before: Link | None, after: Link | None
) -> Page:
    deductions = annual.of_department.get(name, ())
    department = annual.departments[name]
    waterfalls = tuple(_waterfalls(annual, name))
    largest = sorted((one for one in deductions if one.counted), key=lambda one: -one.counted)[:_LARGEST]
    return Page(
        urls.department(annual.year, name),
        "department.html",
        {
            "title": department.name,
            "crumbs": crumbs(annual),
            "year": annual.year,
            "id": name,
            "listing": urls.listing(annual.year),
            "group": department.group,
            "tops": top_figures(annual, name),
            "sections": _figures(annual, name, annual.account_sections),
            "waterfalls": waterfalls,
            "timelines": _timelines(annual, deductions),
            "counts": counts(deductions),
            "largest": tuple(largest),
            "accounts": accounts,
            "restatements": restatements(annual, name),
            "full": len(deductions) <= _IN_FULL,
            "parts": tuple(Part(one.figure.anchor, one.figure.section.text) for one in accounts),
            "period": (annual.scheme.first, annual.scheme.last),
            "scheme_title": annual.scheme.title,
            "simulator": Link(f"{urls.simulator(annual.year)}?department={name}", message("What would an event cost?")),
            "assesses": annual.assessor_link(name) if name in annual.scheme.assessors else None,
            "previous": before,
            "next": after,
        },
    )


def _waterfalls(annual: Annual, name: str) -> Iterator[Waterfall]:
    """From the points of each top section that has some to the score, by the sections directly inside."""
    scores = annual.ledger.scores[name]
    for top in annual.scheme.sections:
        if top.points is not None and scores[top.id].deducted:
            losses = [(inner.title, scores[inner.id].deducted) for inner in top.sections or (top,)]
            yield waterfall(top.title, top.points, losses, scores[top.id].score)


def _inside(annual: Annual, name: str) -> Iterator[tuple[Section, tuple[Deduction, ...]]]:
    """The sections by which scorecards account, each with the department's deductions in it, where there are any."""
    deductions = annual.of_department.get(name, ())
    for section in annual.account_sections:
        prefix = section.id + "."
        inside = tuple(
            one
            for one in deductions
            if f"{annual.scheme.items[annual.incidents[one.id].criterion].section}.".startswith(prefix)
        )
        if inside or annual.ledger.scores[name][section.id].deducted:
            yield section, inside


def _accounts(annual: Annual, name: str) -> Iterator[Account]:
    """The accounts of a scorecard; long ones with their first deductions only."""
    scores = annual.ledger.scores[name]
    for section, inside in _inside(annual, name):
        more = Link(urls.account(annual.year, name, section.id), message("All {count} incidents", count=len(inside)))
        yield Account(
            _figure(annual, scores[section.id]),
            inside[:_ACCOUNT],
            more if len(inside) > _ACCOUNT else None,
            scores[section.id].deducted - total(inside),
        )


def _account_pages(annual: Annual, name: str, section: Section, inside: tuple[Deduction, ...]) -> Iterator[Page]:
    """All deductions of a department in a section, over as many pages as they need."""
    department = annual.departments[name].name
    starts = range(0, len(inside), _ACCOUNT_PAGE)
    links = tuple(
        Link(urls.account(annual.year, name, section.id, number), str(number)) for number in range(1, len(starts) + 1)
    )
    for number, start in enumerate(starts, 1):
        yield Page(
            urls.account(annual.year, name, section.id, number),
            "account.html",
            {
                "title": message("{department}: {section}", department=department, section=section.title),
                "crumbs": (*crumbs(annual), annual.department_link(name)),
                "year": annual.year,
                "figure": _figure(annual, annual.ledger.scores[name][section.id]),
                "count": len(inside),
                "deductions": inside[start : start + _ACCOUNT_PAGE],
                "number": number,
                "pages": links if len(links) > 1 else (),
            },
        )
