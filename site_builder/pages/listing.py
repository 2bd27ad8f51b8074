"""All incidents of a year in one table, newest first; long ones go over several pages, and stay whole in scripts."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from site_builder import urls
from site_builder.model import message
from site_builder.pages.annual import STATUSES, Annual, Link
from site_builder.pages.page import Page, crumbs

_ROWS = 300

LONGEST_LIST, LONGEST_INNER_LIST = 100, 20
"""The most incidents that another page lists, and that a part of it does; the rest is in the table."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value by which the table can be filtered, and its words."""

    value: str
    text: object


def listing_pages(annual: Annual) -> Iterator[Page]:
    """The pages of the table."""
    deductions = tuple(reversed(tuple(annual.deductions.values())))
    starts = range(0, max(len(deductions), 1), _ROWS)
    links = tuple(Link(urls.listing(annual.year, number), str(number)) for number in range(1, len(starts) + 1))
    for number, start in enumerate(starts, 1):
        yield Page(
            urls.listing(annual.year, number),
            "incidents.html",
            {
                "title": message("Incidents of {year}", year=annual.year),
                "crumbs": crumbs(annual),
                "year": annual.year,
                "deductions": deductions[start : start + _ROWS],
                "count": len(deductions),
                "number": number,
                "pages": links if len(links) > 1 else (),
                "script": urls.register_script(annual.year),
                "filters": _filters(annual),
                "tops": tuple(Choice(top.id, top.title) for top in annual.scheme.sections),
                "statuses": tuple(STATUSES.items()),
            },
        )


def filtered(annual: Annual, count: int, limit: int, **keys: str) -> Link | None:
    """The way to all of so many incidents, where they are more than a list shows: the table, filtered by these keys."""
    if count <= limit:
        return None
    return Link(f"{urls.listing(annual.year)}?{urlencode(keys)}", message("All {count} incidents", count=count))


def section_choices(annual: Annual) -> tuple[Choice, ...]:
    """The sections by which a table can be filtered."""
    return tuple(Choice(one.id, one.title) for one in annual.account_sections)


def assessor_choices(annual: Annual) -> tuple[Choice, ...]:
    """The assessors by which a table can be filtered."""
    links = ((name, annual.assessor_link(name)) for name in annual.scheme.assessors)
    return tuple(Choice(name, link.text) for name, link in links if link)


def _filters(annual: Annual) -> tuple[tuple[str, object, tuple[Choice, ...]], ...]:
    """The choices by the name of the key in the address, with the label of each."""
    months = sorted({one.date.isoformat()[:7] for one in annual.incidents.values()}, reverse=True)
    return (
        ("department", message("Department"), tuple(Choice(k, one.name) for k, one in annual.departments.items())),
        ("section", message("Section"), section_choices(annual)),
        ("assessor", message("Assessor"), assessor_choices(annual)),
        ("month", message("Month"), tuple(Choice(month, month) for month in months)),
        ("status", message("Status"), tuple(Choice(name, one.label) for name, one in STATUSES.items())),
    )
