"""The other pages of a year: assessors, interpretations, downloads."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from site_builder import urls
from site_builder.model import DataFile, Interpretation, message
from site_builder.pages.annual import Annual, Link
from site_builder.pages.listing import LONGEST_LIST, filtered
from site_builder.pages.page import Page, crumbs
from site_builder.pages.scorecards import counts
from site_builder.pages.timeline import Moment, moments, moments_inside


@dataclass(frozen=True, slots=True)
class InterpretationView:
    """An entry of the register, with a link to the words that it reads, and its amendments."""

    interpretation: Interpretation
    place: Link
    history: tuple[Moment, ...]


def assessor_pages(annual: Annual) -> Iterator[Page]:
    """A page for each department that assesses: its sections, and what it recorded."""
    for name in annual.scheme.assessors:
        link = annual.assessor_link(name)
        assert link is not None
        items = [item for item in annual.scheme.items.values() if item.assessor == name]
        deductions = annual.of_assessor.get(name, ())
        yield Page(
            urls.assessor(annual.year, name),
            "assessor.html",
            {
                "title": message("{name} as assessor", name=link.text),
                "crumbs": crumbs(annual),
                "year": annual.year,
                "department": annual.department_link(name) if name in annual.departments else None,
                "sections": tuple(annual.section_link(one) for one in dict.fromkeys(item.section for item in items)),
                "counts": counts(deductions),
                "deducted": annual.sums(deductions),
                "deductions": tuple(reversed(deductions[-LONGEST_LIST:])),
                "all": filtered(annual, len(deductions), LONGEST_LIST, assessor=name),
            },
        )


def interpretations_page(annual: Annual) -> Page:
    """The register of interpretations, in the order of the rule book's file."""
    return Page(
        urls.interpretations(annual.year),
        "interpretations.html",
        {
            "title": message("Register of interpretations"),
            "crumbs": crumbs(annual),
            "year": annual.year,
            "entries": tuple(_entries(annual)),
            "history": tuple(moments(annual.assessment, annual.scheme.origin.place.path)),
        },
    )


def _entries(annual: Annual) -> Iterator[InterpretationView]:
    inside = moments_inside(annual.assessment, annual.scheme.origin.place.path)
    seen: Counter[str] = Counter()
    for one in annual.scheme.interpretations:
        seen[one.where] += 1
        history = inside.get(f"interpretations {one.where} {seen[one.where]}", ())
        yield InterpretationView(one, _place(annual, one.where), history)


def _place(annual: Annual, where: str) -> Link:
    scheme = annual.scheme
    if where in scheme.all_sections:
        section = scheme.all_sections[where]
        return Link(urls.section(annual.year, where), section.title + section.titled_points)
    item_id, _, name = where.partition("#")
    if where in scheme.items or where not in scheme.clauses:
        item = scheme.items[item_id]
        clause = item.clause(name) if name else None
        return annual.clause_link(clause) if clause else Link(urls.item(annual.year, item), item.text)
    return annual.clause_link(scheme.clauses[where])


def downloads_page(annual: Annual, files: Sequence[DataFile]) -> Page:
    """The data files of the year with their columns."""
    return Page(
        urls.downloads(annual.year),
        "downloads.html",
        {
            "title": message("Downloads"),
            "crumbs": crumbs(annual),
            "year": annual.year,
            "data_files": tuple(files),
            "description": urls.data_description(annual.year),
        },
    )
