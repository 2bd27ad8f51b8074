"""Sources and scoring together: what pages and exports are made of."""

from collections.abc import Mapping
from dataclasses import dataclass

from site_builder.model import Ledger, Problem, Site, Sources, has_error, in_order
from site_builder.scoring import failing_examples, score


@dataclass(frozen=True, slots=True)
class Assessment:
    """A whole site and the ledger of each of its years."""

    site: Site
    ledgers: Mapping[int, Ledger]


def check(sources: Sources) -> tuple[Problem, ...]:
    """The problems of reading, and those of examples that do not hold."""
    years = sources.site.years.values() if sources.site else ()
    return in_order((*sources.problems, *(problem for year in years for problem in failing_examples(year.scheme))))


def assess(sources: Sources) -> tuple[Assessment | None, tuple[Problem, ...]]:
    """Score every year, unless a problem is an error: then there is no assessment."""
    problems = check(sources)
    site = sources.site
    if site is None or has_error(problems):
        return None, problems
    ledgers = {
        number: score(year.scheme, site.departments_of(number), year.incidents.values())
        for number, year in site.years.items()
    }
    return Assessment(site, ledgers), problems
