"""The plan of a build: every page of the site, and what all of them show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from site_builder import urls
from site_builder.assessment import Assessment
from site_builder.model import DataFile, message
from site_builder.pages.annual import Annual, Link
from site_builder.pages.changes import changes_pages, latest_changes
from site_builder.pages.glossary import glossary_page
from site_builder.pages.handbook import handbook_pages
from site_builder.pages.incidents import incident_pages
from site_builder.pages.listing import listing_pages
from site_builder.pages.page import Page, home_crumb
from site_builder.pages.register import assessor_pages, downloads_page, interpretations_page
from site_builder.pages.scorecards import department_pages, overview_page, top_figures
from site_builder.pages.several_years import with_years
from site_builder.pages.simulator import simulator_page
from site_builder.pages.stages import stage_view
from site_builder.pages.switch import navigation

_LATEST = 6


@dataclass(frozen=True, slots=True)
class Plan:
    """All pages, and `shared`: what every one of them shows beside its own context."""

    pages: tuple[Page, ...]
    shared: Mapping[str, object]


def plan(assessment: Assessment, files: Mapping[int, Sequence[DataFile]]) -> Plan:
    """Plan the site of an assessment; `files` are the data files of each year."""
    years = [Annual(assessment, year) for year in sorted(assessment.site.years, reverse=True)]
    pages = _pages(assessment, years, files)
    if len(years) > 1:
        pages = with_years(assessment.site, years, pages)
    return Plan(tuple(pages), _shared(assessment, years))


def _pages(assessment: Assessment, years: Sequence[Annual], files: Mapping[int, Sequence[DataFile]]) -> Iterator[Page]:
    yield _home(assessment, years)
    yield Page(urls.NOT_FOUND, "404.html", {"title": message("There is no such page"), "crumbs": (home_crumb(),)})
    yield _search()
    yield glossary_page()
    periods = tuple(map(stage_view, years))
    for prose in assessment.site.prose:
        context = {
            "title": prose.title,
            "crumbs": (home_crumb(),),
            "body": prose.body,
            "source": prose.origin.place.path,
            "periods": periods if prose.name == assessment.site.settings.objections else (),
            "days": assessment.site.settings.objection_days,
        }
        yield Page(urls.prose(prose.name), "prose.html", context)
    for annual in years:
        yield overview_page(annual)
        yield from handbook_pages(annual)
        yield from department_pages(annual)
        yield from assessor_pages(annual)
        yield interpretations_page(annual)
        yield from changes_pages(annual)
        yield from listing_pages(annual)
        yield simulator_page(annual)
        yield downloads_page(annual, files[annual.year])
        yield from incident_pages(annual)


def _home(assessment: Assessment, years: Sequence[Annual]) -> Page:
    latest = years[0]
    groups: dict[str, list[tuple[Link, object]]] = {}
    for name, department in latest.departments.items():
        entry = latest.department_link(name), top_figures(latest, name)
        groups.setdefault(department.group or "", []).append(entry)
    return Page(
        urls.HOME,
        "home.html",
        {
            "title": assessment.site.settings.title,
            "crumbs": (),
            "year": latest.year,
            "scheme_title": latest.scheme.title,
            "overview": Link(urls.overview(latest.year), message("Overview of {year}", year=latest.year)),
            "handbook": Link(urls.handbook(latest.year), message("Handbook of criteria")),
            "groups": tuple((group, tuple(entries)) for group, entries in groups.items()),
            "latest": tuple(reversed(tuple(latest.deductions.values())[-_LATEST:])),
            "changes": tuple(latest_changes(latest)),
            "all_changes": Link(urls.changes(latest.year), message("All changes")),
            "years": tuple(Link(urls.overview(one.year), str(one.year)) for one in years),
            "prose": tuple(Link(urls.prose(one.name), one.title) for one in assessment.site.prose),
            "description": urls.SITE_DESCRIPTION,
        },
    )


def _search() -> Page:
    kinds = (
        ("rules", message("Rules")),
        ("incidents", message("Incidents")),
        ("interpretations", message("Interpretations")),
        ("departments", message("Departments")),
        ("pages", message("Pages to read")),
    )
    context = {"title": message("Search"), "crumbs": (home_crumb(),), "index": urls.SEARCH_INDEX, "kinds": kinds}
    return Page(urls.SEARCH, "search.html", context)


def _shared(assessment: Assessment, years: Sequence[Annual]) -> Mapping[str, object]:
    settings = assessment.site.settings
    return {
        "site": settings,
        "marks": assessment.marks,
        "home": urls.HOME,
        "search": urls.SEARCH,
        "navigation": navigation(years[0], many=len(years) > 1),
        "prose_links": tuple(Link(urls.prose(one.name), one.title) for one in assessment.site.prose),
        "glossary": Link(urls.GLOSSARY, message("Glossary")),
        "stages": {annual.year: stage_view(annual) for annual in years},
        "latest_year": years[0].year,
        "rule_scripts": tuple((str(one.year), urls.rules_script(one.year)) for one in years),
    }
