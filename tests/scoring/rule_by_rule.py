"""The design's chapter “What a score is” once more: slow, obvious, in fractions, sharing nothing with the real one.

It goes through the chapter rule by rule, each time over all incidents of one department, where the real one takes
incident by incident through all rules.
"""

from collections.abc import Iterable
from fractions import Fraction

from site_builder.model import Clause, Cumulation, FixedDeduction, Incident, Scheme


def counted(scheme: Scheme, incidents: Iterable[Incident]) -> dict[str, Fraction]:
    """What each incident deducts, by its id."""
    figures: dict[str, Fraction] = {}
    by_date = sorted(incidents, key=lambda incident: (incident.date, incident.id))
    for department in {incident.department for incident in by_date}:
        own = [incident for incident in by_date if incident.department == department]
        figures |= _of_department(scheme, own)
    return figures


def scores(scheme: Scheme, department: str, incidents: Iterable[Incident]) -> dict[str, Fraction]:
    """A department's score in each section, by its id."""
    own = [incident for incident in incidents if incident.department == department]
    figures = counted(scheme, own)
    result = {}
    for section in scheme.all_sections.values():
        points = Fraction(section.points or 0)
        inside = [incident for incident in own if _lies_in(scheme, incident, section.id)]
        result[section.id] = points - sum(figures[incident.id] for incident in inside)
    return result


def _of_department(scheme: Scheme, own: list[Incident]) -> dict[str, Fraction]:
    figures = {incident.id: gross(_clause(scheme, incident), incident) for incident in own}
    figures = _once(scheme, own, figures)
    for clause in scheme.clauses.values():
        if clause.limit is not None:
            of_clause = [incident for incident in own if _clause(scheme, incident).id == clause.id]
            _at_most(Fraction(clause.limit), of_clause, figures)
    deepest_first = sorted(scheme.all_sections.values(), key=lambda section: -section.id.count("."))
    for section in deepest_first:
        if section.points is not None:
            inside = [incident for incident in own if _lies_in(scheme, incident, section.id)]
            _at_most(Fraction(section.points), inside, figures)
    return figures


def gross(clause: Clause, incident: Incident) -> Fraction:
    """Rule 1: the clause's amount × each count of its units; nothing of what was withdrawn."""
    if incident.withdrawn is not None:
        return Fraction(0)
    if not isinstance(clause.effect, FixedDeduction):
        assert incident.deduction is not None
        return Fraction(incident.deduction)
    product = Fraction(clause.effect.amount)
    for unit in clause.per:
        if unit not in ("item", "case"):
            product *= Fraction(incident.counts.get(unit, 1))
    return product


def _once(scheme: Scheme, own: list[Incident], figures: dict[str, Fraction]) -> dict[str, Fraction]:
    """Rule 2: of incidents that do not cumulate the highest counts; of equals, the earliest."""
    kept = {}
    for number, incident in enumerate(own):
        higher = [
            other
            for place, other in enumerate(own)
            if _do_not_cumulate(scheme, incident, other)
            and (
                figures[other.id] > figures[incident.id]
                or (figures[other.id] == figures[incident.id] and place < number)
            )
        ]
        kept[incident.id] = Fraction(0) if higher else figures[incident.id]
    return kept


def _do_not_cumulate(scheme: Scheme, one: Incident, other: Incident) -> bool:
    if one.withdrawn is not None or other.withdrawn is not None:
        return False
    first, second = _clause(scheme, one), _clause(scheme, other)
    if Cumulation.ONCE_PER_ITEM in (first.cumulation, second.cumulation):
        return one.criterion == other.criterion and first.id == second.id
    if first.cumulation is Cumulation.HIGHEST_PER_CASE and second.cumulation is Cumulation.HIGHEST_PER_CASE:
        together = first.id == second.id or (first.limit is None and second.limit is None)
        same_section = scheme.items[one.criterion].section == scheme.items[other.criterion].section
        return one.case == other.case and same_section and together
    return False


def _at_most(limit: Fraction, incidents: list[Incident], figures: dict[str, Fraction]) -> None:
    """Rule 3: earlier incidents are counted first; one that no longer fits counts what is left."""
    used = Fraction(0)
    for incident in incidents:
        figures[incident.id] = min(figures[incident.id], limit - used)
        used += figures[incident.id]


def _clause(scheme: Scheme, incident: Incident) -> Clause:
    [clause] = [one for one in scheme.items[incident.criterion].clauses if one.name == incident.clause]
    return clause


def _lies_in(scheme: Scheme, incident: Incident, section: str) -> bool:
    of_item = scheme.items[incident.criterion].section
    return of_item == section or of_item.startswith(section + ".")
