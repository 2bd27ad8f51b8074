"""Sources, history and scoring together: what pages and exports are made of."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from site_builder.model import (
    Decision,
    Event,
    Incident,
    Ledger,
    Level,
    Problem,
    Site,
    Sources,
    Trail,
    Verdict,
    has_error,
    in_order,
    message,
    subject_of,
)
from site_builder.scoring import failing_examples, score
from site_builder.sources import Tree, stored_assessors, stored_policy
from site_builder.trail import Case, Evidence, Readers, judge

READERS = Readers(stored_policy, stored_assessors)
"""How the trail reads the policy and the rules of earlier times."""

_NO_HISTORY = Verdict(Decision.UNKNOWN, message("There is no history"))


@dataclass(frozen=True, slots=True)
class Assessment:
    """A whole site, the ledger of each of its years, and what history proves of it."""

    site: Site
    ledgers: Mapping[int, Ledger]
    trail: Trail

    def verdict(self, incident: Incident) -> Verdict:
        """The verdict on an incident, which is that on its file."""
        return verdict(self.trail, incident)

    def life(self, path: str) -> tuple[Event, ...]:
        """What history tells of a file, in its order."""
        return self.trail.lives.get(subject_of(path) or "", ())


def verdict(trail: Trail, incident: Incident) -> Verdict:
    """The verdict on an incident, which is that on its file."""
    return trail.verdicts.get(subject_of(incident.origin.place.path) or "", _NO_HISTORY)


def check(sources: Sources) -> tuple[Problem, ...]:
    """The problems of reading, and those of examples that do not hold."""
    years = sources.site.years.values() if sources.site else ()
    return in_order((*sources.problems, *(problem for year in years for problem in failing_examples(year.scheme))))


def trace(sources: Sources, tree: Tree, evidence: Evidence) -> Trail | None:
    """What history proves of the sources in a tree; None where these have errors."""
    site = sources.site
    if site is None:
        return None
    names = {department.id: department.name for department in site.departments.values()}
    return judge(evidence, _cases(site, tree), site.policy, names)


def _cases(site: Site, tree: Tree) -> Iterator[Case]:
    """Every file that is approved: those below `criteria/`, and those of incidents with the items that they charge."""
    for path, data in tree.under("criteria"):
        yield Case(path, data)
    items: dict[str, dict[tuple[int, str], str]] = defaultdict(dict)
    for number, year in site.years.items():
        for incident in year.incidents.values():
            assessor = year.scheme.items[incident.criterion].assessor or ""
            items[incident.origin.place.path][number, incident.criterion] = assessor
    for path, data in tree.under("incidents"):
        if subject_of(path) is not None:
            charged = items.get(path, {})
            yield Case(path, data, tuple(charged), tuple(dict.fromkeys(filter(None, charged.values()))))


def assess(sources: Sources, trail: Trail | None = None) -> tuple[Assessment | None, tuple[Problem, ...]]:
    """Score every year, unless a problem is an error: then there is no assessment.

    Where the trail's level asks for approvals, incidents that are not approved do not count.
    """
    problems = check(sources)
    site = sources.site
    if site is None or has_error(problems):
        return None, problems
    trail = trail or Trail(site.policy.level, site.policy, False, message("There is no history"))
    ledgers = {
        number: score(
            year.scheme, site.departments_of(number), year.incidents.values(), _pending(trail, year.incidents)
        )
        for number, year in site.years.items()
    }
    return Assessment(site, ledgers, trail), problems


def _pending(trail: Trail, incidents: Mapping[str, Incident]) -> frozenset[str]:
    """The incidents that do not count as long as nobody approves them."""
    if trail.level is Level.RECORDED:
        return frozenset()
    verdicts = {name: verdict(trail, incident).decision for name, incident in incidents.items()}
    return frozenset(name for name, decision in verdicts.items() if decision is not Decision.APPROVED)
