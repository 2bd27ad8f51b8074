"""Sources, history and scoring together: what pages and exports are made of."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from site_builder.freezing import Difference, difference, proved, scores_of, standing
from site_builder.freezing import problems as frozen_problems
from site_builder.model import (
    POLICY,
    Decision,
    Entry,
    Event,
    Fixed,
    Frozen,
    Incident,
    Ledger,
    Level,
    Place,
    Problem,
    Rule,
    Severity,
    Site,
    Sources,
    Trail,
    Verdict,
    has_error,
    in_order,
    message,
    subject_of,
)
from site_builder.model.review import Episode, ScoreChange
from site_builder.scoring import failing_examples, score
from site_builder.sources import (
    stored_charge,
    stored_departments,
    stored_front,
    stored_policy,
    stored_results,
    stored_rules,
)
from site_builder.trail import Readers


def _fixed(data: bytes, year: int) -> Fixed | None:
    frozen = stored_results(data, year)
    if frozen is None:
        return None
    held, _ = standing(frozen)
    return Fixed(held.files, held.departments)


READERS = Readers(stored_policy, stored_rules, stored_front, stored_charge, _fixed, stored_departments)
"""How the trail reads the policy, the rules and what else decides of earlier times."""

PROPOSED, UNPROVED = "proposed", "unproved"
"""Marks of figures that are not those that count."""

STRICT = ("invisible-character", "unknown-outcome")
"""What no new file may have, and older ones may: an error for `check`, a warning where a record counts already."""

_NO_HISTORY = Verdict(Decision.UNKNOWN, message("There is no history"))


@dataclass(frozen=True, slots=True)
class Assessment:
    """A whole site, the ledger of each of its years, and what history proves of it.

    `episodes` are the commits of the main line, oldest first, as far as they were asked for. `marks` say why this is
    not what counts: `PROPOSED` where what nobody approved is counted, `UNPROVED` where nothing can be proved. `effects`
    are the scores that would change if all that is proposed were approved.
    """

    site: Site
    ledgers: Mapping[int, Ledger]
    trail: Trail
    episodes: tuple[Episode, ...] = ()
    marks: tuple[str, ...] = ()
    effects: tuple[ScoreChange, ...] = ()

    def verdict(self, incident: Incident) -> Verdict:
        """The verdict on an incident, which is that on its file."""
        return verdict(self.trail, incident)

    def statuses(self, incident: Incident, entry: Entry) -> tuple[str, ...]:
        """Words for what became of an incident beyond being counted, in the order in which they are shown.

        `withdrawn`, `pending`, `unknown`; `open`, `decided`; `limited`; `once`, `highest`.
        """
        rules = {step.rule for step in entry.steps if step.value != entry.gross}
        decision = None if self.trail.level is Level.RECORDED else self.verdict(incident).decision
        appeal = incident.appeal
        found = {
            "withdrawn": incident.withdrawn is not None,
            "pending": incident.withdrawn is None and decision is Decision.PENDING,
            "unknown": incident.withdrawn is None and decision is Decision.UNKNOWN,
            "open": appeal is not None and appeal.is_open,
            "decided": appeal is not None and not appeal.is_open,
            "limited": Rule.LIMIT in rules,
            "once": Rule.ONCE_PER_ITEM in rules,
            "highest": Rule.HIGHEST_PER_CASE in rules,
        }
        return tuple(name for name, holds in found.items() if holds)

    def life(self, path: str) -> tuple[Event, ...]:
        """What history tells of a file, in its order."""
        return self.trail.lives.get(subject_of(path) or "", ())


def verdict(trail: Trail, incident: Incident) -> Verdict:
    """The verdict on an incident as it counts, or as it waits: that on its content in force, else that on its file."""
    subject = subject_of(incident.origin.place.path) or ""
    return trail.counted.get(subject) or trail.verdicts.get(subject, _NO_HISTORY)


def check(sources: Sources) -> tuple[Problem, ...]:
    """The problems of sources as they are written; these are held to more than what once was approved (`STRICT`)."""
    return tuple(map(_strict, standing_problems(sources)))


def standing_problems(sources: Sources) -> tuple[Problem, ...]:
    """The problems of reading, of examples that do not hold, and of fixed results that differ from what is computed.

    History is not asked: verdicts are taken to be those that the fixed results rest on.
    """
    problems = _examined(sources)
    if sources.site is None or has_error(problems):
        return problems
    return in_order((*problems, *(one for year in sources.site.years for one in _as_fixed(sources.site, year))))


def _strict(problem: Problem) -> Problem:
    return replace(problem, severity=Severity.ERROR) if problem.code in STRICT else problem


def _examined(sources: Sources) -> tuple[Problem, ...]:
    years = sources.site.years.values() if sources.site else ()
    return in_order((*sources.problems, *(problem for year in years for problem in failing_examples(year.scheme))))


def _as_fixed(site: Site, number: int) -> Iterator[Problem]:
    year = site.years[number]
    if year.frozen is None or year.inputs is None:
        return
    held, _ = standing(year.frozen)
    approved = {subject for subject, decision in held.verdicts.items() if decision == Decision.APPROVED}
    pending = waiting(site, Level(held.level), approved).get(number, frozenset())
    inputs = replace(year.inputs, level=held.level, verdicts=held.verdicts)
    found = difference(year.frozen, inputs, scores_of(_score(site, number, pending, None)))
    yield from frozen_problems(site, number, found)


def difference_of(assessment: Assessment, frozen: Frozen) -> Difference:
    """What differs from the fixed results of a year, by history's verdicts of today."""
    inputs = assessment.site.years[frozen.year].inputs
    assert inputs is not None
    return difference(frozen, proved(inputs, assessment.trail), scores_of(assessment.ledgers[frozen.year]))


def differences(assessment: Assessment) -> Iterator[tuple[int, Difference]]:
    """What differs from the fixed results of each year that has some, by history's verdicts of today."""
    for number, year in assessment.site.years.items():
        if year.frozen is not None and year.inputs is not None:
            yield number, difference_of(assessment, year.frozen)


def assess(
    sources: Sources,
    trail: Trail | None = None,
    episodes: tuple[Episode, ...] = (),
    *,
    held: bool = True,
    proposed: bool = False,
    unproved: bool = False,
) -> tuple[Assessment | None, tuple[Problem, ...]]:
    """Score every year, unless a problem is an error: then there is no assessment.

    Where the trail's level asks for approvals, only what is in force counts, unless everything `proposed` is to count;
    where it cannot be proved what that is, this is an error, unless `unproved` figures are asked for. Where results are
    fixed, and differ from what is computed, that is an error, unless they are not `held`.
    """
    problems = _examined(sources)
    site = sources.site
    if site is None or has_error(problems):
        return None, problems
    trail = trail or Trail(site.policy.level, site.policy, False, message("There is no history"))
    missing = lacking(trail)
    if missing is not None and not unproved and not proposed:
        return None, in_order((*problems, missing))
    counts_all = proposed or (missing is not None and trail.in_force is None)
    level = Level.RECORDED if counts_all else trail.level
    in_force = {subject_of(path) or "" for path in trail.in_force or ()}
    marks = (*([PROPOSED] if proposed and trail.proposals else ()), *([UNPROVED] if missing is not None else ()))
    scored = Assessment(site, score_years(site, waiting(site, level, in_force)), trail, episodes, marks)
    if held and not marks:
        fixed = (one for number, found in differences(scored) for one in frozen_problems(site, number, found))
        problems = in_order((*problems, *fixed))
    return (None if has_error(problems) else scored), problems


def lacking(trail: Trail) -> Problem | None:
    """What keeps the approvals that are demanded from being proved."""
    if trail.level is Level.RECORDED or (trail.known and trail.unproved is None):
        return None
    if trail.unproved is not None:
        text = message("The main line cannot be proved: {why}", why=trail.unproved)
        hint = message("See what is missing: kaohe verify; have it approved on the main line, or put the line back")
        return Problem(Place(POLICY), "line-unproved", text, hint)
    text = message("Approvals are demanded, and nothing can be proved: {why}", why=trail.why or "?")
    hint = message("Use a whole clone of the repository; or look at figures that prove nothing: kaohe build --unproved")
    return Problem(Place(POLICY), "unproved", text, hint)


def waiting(site: Site, level: Level, in_force: Collection[str]) -> Mapping[int, frozenset[str]]:
    """The incidents of each year that do not count as long as nobody approves them; `in_force` are subjects."""
    if level is Level.RECORDED:
        return {}
    return {
        number: frozenset(
            name for name, incident in year.incidents.items() if subject_of(incident.origin.place.path) not in in_force
        )
        for number, year in site.years.items()
    }


def score_years(
    site: Site, pending: Mapping[int, frozenset[str]], departments: Collection[str] | None = None
) -> Mapping[int, Ledger]:
    """The ledger of each year; the incidents in `pending` do not count. Where departments are given, only theirs."""
    return {number: _score(site, number, pending.get(number, frozenset()), departments) for number in site.years}


def _score(site: Site, number: int, pending: frozenset[str], departments: Collection[str] | None) -> Ledger:
    year, present = site.years[number], site.departments_of(number)
    incidents: Iterable[Incident] = year.incidents.values()
    if departments is not None:
        incidents = [one for one in incidents if one.department in departments]
    return score(year.scheme, [one for one in present if departments is None or one in departments], incidents, pending)
