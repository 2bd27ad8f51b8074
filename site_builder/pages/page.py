"""A page as a value."""

from collections.abc import Mapping
from dataclasses import dataclass

from site_builder import urls
from site_builder.model import Message, message
from site_builder.pages.annual import Annual, Link


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the plan: its URL from the site's root, its template, and all that the template shows.

    Every context has a `title` (text or `Message`) and `crumbs`, the links that lead to the page.
    """

    url: str
    template: str
    context: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page, for its table of contents: the anchor and the words that lead to it."""

    anchor: str
    text: str | Message


def home_crumb() -> Link:
    """The way back to the home page."""
    return Link(urls.HOME, message("Home"))


def crumbs(annual: Annual) -> tuple[Link, ...]:
    """The way to a page of a year."""
    return home_crumb(), Link(urls.overview(annual.year), message("{year} assessment", year=annual.year))
