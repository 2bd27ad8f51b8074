"""What a site of several years has more: a switch on each page of a year, and pages about more than one."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from site_builder import urls
from site_builder.model import Site
from site_builder.pages.against import against
from site_builder.pages.annual import Annual
from site_builder.pages.comparison import comparison_pages
from site_builder.pages.courses import course_pages
from site_builder.pages.links import addresses
from site_builder.pages.page import Page
from site_builder.pages.switch import Switch
from site_builder.pages.years import Years, side_by_side


def with_years(site: Site, annuals: Sequence[Annual], pages: Iterable[Page]) -> Iterator[Page]:
    """The pages, those of a year with the ways to the other years; then the pages about several years."""
    years = side_by_side(site, annuals)
    switch = Switch(years, addresses(site).pages)
    for page in pages:
        annual = _year_of(page, years)
        if annual is None:
            yield page
        elif page.url == urls.overview(annual.year):
            beside = replace(page, context={**page.context, "against": against(years, annual)})
            yield switch.placed(beside, annual)
        else:
            yield switch.placed(page, annual)
    for annual in annuals:
        yield from (switch.placed(page, annual) for page in comparison_pages(years, annual))
    yield from course_pages(years)


def _year_of(page: Page, years: Years) -> Annual | None:
    """The year that a page belongs to."""
    folder = page.url.partition("/")[0]
    return years.annuals.get(int(folder)) if folder.isdecimal() else None
