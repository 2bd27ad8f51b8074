"""What an event would deduct: a page on which scripts count as the program does."""

from dataclasses import dataclass

from site_builder import urls
from site_builder.model import Message, message
from site_builder.pages.annual import Annual
from site_builder.pages.page import Page, crumbs

SENTENCES: tuple[Message, ...] = (
    message("{amount}, at the assessor's discretion"),
    message("{product}"),
    message("Withdrawn: deducts nothing"),
    message("Not approved yet: deducts nothing"),
    message("The highest of case {case}: it counts"),
    message("Once per item and year: already counted in {other}"),
    message("Case {case} counts once, at its highest: counted in {other}"),
    message("This clause"),
    message("“{title}”"),
    message("{whose} deducts at most {limit}: earlier incidents used {used}, so {left} of {value} counts"),
)
"""The sentences of `scoring`, which the page's script fills in."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A department with the script that holds its records."""

    department: str
    name: str
    script: str


@dataclass(frozen=True, slots=True)
class Group:
    """The items of a section, as the page offers them."""

    title: str
    items: tuple[tuple[str, str], ...]


def simulator_page(annual: Annual) -> Page:
    """The page: the departments, the items by section, the sections to be shown, and the sentences."""
    scheme = annual.scheme
    return Page(
        urls.simulator(annual.year),
        "simulator.html",
        {
            "title": message("What-if"),
            "crumbs": crumbs(annual),
            "year": annual.year,
            "departments": tuple(
                Choice(name, one.name, urls.record_script(annual.year, name))
                for name, one in annual.departments.items()
            ),
            "groups": tuple(
                Group(section.title, tuple((item.id, item.text) for item in section.all_items()))
                for section in annual.account_sections
            ),
            "tops": tuple(annual.section_link(section.id) for section in scheme.sections),
            "sections": tuple(
                (section.id, annual.section_link(section.id), section.titled_points)
                for top in scheme.sections
                for section in (top, *top.sections)
            ),
            "units": tuple(scheme.units.items()),
            "sentences": SENTENCES,
            "first": scheme.first,
            "last": scheme.last,
        },
    )
