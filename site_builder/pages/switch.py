"""The switch of year on every page of a year: the same place in the other years, or what comes nearest to it."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from site_builder import urls
from site_builder.model import Message, message
from site_builder.pages.annual import Annual, Link
from site_builder.pages.page import Page
from site_builder.pages.years import COURSE, Years

_NEAREST = {
    "handbook": (urls.handbook, message("Handbook")),
    "handbook/changes": (urls.handbook, message("Handbook")),
    "incidents": (urls.listing, message("Incidents")),
    "changes": (urls.changes, message("Changes")),
}
"""By the folder of a page, or its name: where another year is entered if the page has no counterpart there."""

_OVERVIEW = (urls.overview, message("Overview"))
_OF_DEPARTMENTS = ("departments", "assessors")


@dataclass(frozen=True, slots=True)
class Choice:
    """A year to choose: None where one is, and a note where the link leads to another place than the same."""

    year: int
    link: Link | None
    note: str | Message | None


@dataclass(frozen=True)
class Switch:
    """Adds to each page of a year the ways to the other years; `known` are the URLs of all pages."""

    years: Years
    known: Container[str]

    def placed(self, page: Page, annual: Annual) -> Page:
        """The page with its `switch`, the `course` over the years that goes with it, and its own year's navigation."""
        path = page.url.removeprefix(f"{annual.year}/")
        context = {
            **page.context,
            "navigation": self._navigations[annual.year],
            "switch": tuple(self._choice(path, annual.year, other) for other in self.years.numbers),
            "course": _course(path),
        }
        return replace(page, context=context)

    @cached_property
    def _navigations(self) -> Mapping[int, tuple[Link, ...]]:
        return {year: navigation(annual, many=True) for year, annual in self.years.annuals.items()}

    def _choice(self, path: str, year: int, other: int) -> Choice:
        if other == year:
            return Choice(other, None, None)
        folder, _, name = path.rpartition("/")
        if folder in _OF_DEPARTMENTS:
            found = self.years.counterparts(_identifier(path), year, other)
            same = f"{other}/{folder}/{found[0]}.html" if len(found) == 1 else ""
        else:
            same = f"{other}/{path}"
        if same in self.known:
            return Choice(other, Link(same, str(other)), self._new_name(same, path))
        nearest, note = _NEAREST.get(folder or name.partition("-")[0].removesuffix(".html"), _OVERVIEW)
        return Choice(other, Link(nearest(other), str(other)), note)

    def _new_name(self, url: str, path: str) -> str | None:
        """What a department is called in the other year, where it has another id there."""
        return None if _identifier(url) == _identifier(path) else self.years.site.departments[_identifier(url)].name


def _identifier(url: str) -> str:
    return url.rpartition("/")[2].removesuffix(".html")


def _course(path: str) -> Link:
    """Where a page's subject is followed over all years."""
    folder = path.rpartition("/")[0]
    if folder == "departments":
        return Link(urls.department_course(_identifier(path)), COURSE)
    if folder == "handbook" and _identifier(path) != "index":
        return Link(urls.section_course(_identifier(path)), COURSE)
    return Link(urls.YEARS, COURSE)


def navigation(annual: Annual, *, many: bool) -> tuple[Link, ...]:
    """The main ways of a year; to all years too, where there are `many`."""
    year = annual.year
    return (
        Link(urls.overview(year), message("Overview")),
        Link(urls.handbook(year), message("Handbook")),
        Link(urls.listing(year), message("Incidents")),
        Link(urls.simulator(year), message("What-if")),
        Link(urls.interpretations(year), message("Interpretations")),
        Link(urls.changes(year), message("Changes")),
        Link(urls.downloads(year), message("Downloads")),
        *((Link(urls.YEARS, COURSE),) if many else ()),
    )
