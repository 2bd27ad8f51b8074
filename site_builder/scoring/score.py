"""What a score is: amounts, then repetition, then limits (docs/reference.md, chapter Clauses)."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from math import prod

from site_builder.model import (
    EXACT,
    ZERO,
    Clause,
    Cumulation,
    DiscretionaryDeduction,
    Entry,
    Incident,
    Ledger,
    Message,
    Rule,
    Scheme,
    SectionScore,
    Step,
    message,
    plain,
)


def score(
    scheme: Scheme, departments: Iterable[str], incidents: Iterable[Incident], pending: Collection[str] = ()
) -> Ledger:
    """Count every incident and score each of the departments (ids) in every section, in points.

    Each incident must name an item of the scheme and a clause of that item; the order in which they come does not
    matter. Those in `pending` (ids) wait for an approval: they deduct nothing until then.
    """
    with localcontext(EXACT):
        charges = [_charge(scheme, incident) for incident in sorted(incidents, key=_order)]
        charges = _without_withdrawn(charges)
        charges = _without_pending(charges, frozenset(pending))
        charges = _without_repetition(charges)
        charges = _within_limits(scheme, charges)
        entries = {charge.incident.id: _entry(charge) for charge in charges}
        return Ledger(entries, _scores(scheme, departments, charges))


@dataclass(frozen=True, slots=True)
class _Charge:
    """An incident on its way through the stages: `step` is where its figure stands, `gross` where it began."""

    incident: Incident
    section: str
    clause: Clause
    gross: Decimal
    step: Step

    def then(self, rule: Rule, value: Decimal, text: Message, **details: object) -> "_Charge":
        """The charge after one more step, made from the step before it."""
        step = Step(rule, value, text, (self.step,), **details)  # type: ignore[arg-type]
        return replace(self, step=step)


def _order(incident: Incident) -> tuple[object, str]:
    """Earlier incidents are counted first: by date, then id."""
    return incident.date, incident.id


def _charge(scheme: Scheme, incident: Incident) -> _Charge:
    item = scheme.items[incident.criterion]
    clause = item.clause(incident.clause)
    assert clause is not None, f"{incident.id}: {incident.criterion} has no clause {incident.clause}"
    step = _amount(scheme, clause, incident)
    return _Charge(incident, item.section, clause, step.value, step)


def _amount(scheme: Scheme, clause: Clause, incident: Incident) -> Step:
    """The gross deduction: the clause's amount × each count of its units."""
    if isinstance(clause.effect, DiscretionaryDeduction):
        assert incident.deduction is not None, f"{incident.id} has no deduction"
        text = message("{amount}, at the assessor's discretion", amount=incident.deduction)
        return Step(Rule.AMOUNT, incident.deduction, text)
    counts = {unit: incident.counts.get(unit, Decimal(1)) for unit in clause.counted_units}
    counted = {unit: scheme.counted(unit, count) for unit, count in counts.items()}
    units = tuple(Step(Rule.UNIT, count, message("{counted}", counted=counted[unit])) for unit, count in counts.items())
    several = [counted[unit] for unit, count in counts.items() if count != 1] or list(counted.values())[:1]
    product = " × ".join((plain(clause.effect.amount), *several))
    return Step(
        Rule.AMOUNT, prod(counts.values(), start=clause.effect.amount), message("{product}", product=product), units
    )


def _without_withdrawn(charges: Iterable[_Charge]) -> list[_Charge]:
    """A withdrawn incident stays on record and deducts nothing."""
    return [
        charge
        if charge.incident.withdrawn is None
        else charge.then(Rule.WITHDRAWN, ZERO, message("Withdrawn: deducts nothing"))
        for charge in charges
    ]


def _without_pending(charges: Iterable[_Charge], pending: Collection[str]) -> list[_Charge]:
    """A pending incident is on record, and deducts nothing until it is approved."""
    return [
        charge.then(Rule.PENDING, ZERO, message("Not approved yet: deducts nothing"))
        if charge.incident.id in pending and charge.incident.withdrawn is None
        else charge
        for charge in charges
    ]


def _without_repetition(charges: list[_Charge]) -> list[_Charge]:
    """Of incidents that do not cumulate, the highest counts; of equals, the earliest."""
    groups: dict[Hashable, list[_Charge]] = defaultdict(list)
    for charge in charges:
        key = _repetition_key(charge)
        if key is not None:
            groups[key].append(charge)
    highest = {key: max(group, key=lambda charge: charge.step.value) for key, group in groups.items()}
    return [
        charge if (key := _repetition_key(charge)) is None or len(groups[key]) == 1 else _repeated(charge, highest[key])
        for charge in charges
    ]


def _repetition_key(charge: _Charge) -> Hashable | None:
    """What an incident may not cumulate with; None where it counts whatever else happened.

    The incidents of a case are compared where the same limits hold for them: otherwise a new incident that takes
    another's place, but meets a limit that the other did not, would raise a score.
    """
    incident, clause = charge.incident, charge.clause
    if charge.step.rule in (Rule.WITHDRAWN, Rule.PENDING):
        return None
    if clause.cumulation is Cumulation.ONCE_PER_ITEM:
        return incident.department, incident.criterion, clause.id
    if clause.cumulation is Cumulation.HIGHEST_PER_CASE:
        return (
            incident.department,
            charge.section,
            clause.id if clause.limit is not None else "",
            incident.case,
        )
    return None


def _repeated(charge: _Charge, highest: _Charge) -> _Charge:
    once = charge.clause.cumulation is Cumulation.ONCE_PER_ITEM
    rule = Rule.ONCE_PER_ITEM if once else Rule.HIGHEST_PER_CASE
    other = highest.incident.id
    if charge is highest:
        if once:
            return charge
        text = message("The highest of case {case}: it counts", case=charge.incident.case)
        return charge.then(rule, charge.step.value, text)
    if once:
        text = message("Once per item and year: already counted in {other}", other=other)
    else:
        text = message(
            "Case {case} counts once, at its highest: counted in {other}",
            case=charge.incident.case,
            other=other,
        )
    return charge.then(rule, ZERO, text, others=(other,))


@dataclass(frozen=True, slots=True)
class _Bound:
    """A limit that holds for a department: the clause's or the section's own."""

    limit: Decimal
    whose: Message
    section: str | None = None
    clause: str | None = None


def _within_limits(scheme: Scheme, charges: list[_Charge]) -> list[_Charge]:
    """Limits, innermost first: an incident that no longer fits counts what earlier ones left."""
    used: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    bounds = {name: tuple(_section_bounds(scheme, name)) for name in {charge.section for charge in charges}}
    return [_limited(charge, (*_clause_bound(charge), *bounds[charge.section]), used) for charge in charges]


def _clause_bound(charge: _Charge) -> Iterator[_Bound]:
    if charge.clause.limit is not None:
        yield _Bound(charge.clause.limit, message("This clause"), clause=charge.clause.id)


def _section_bounds(scheme: Scheme, name: str) -> Iterator[_Bound]:
    for section in scheme.enclosing(name):
        if section.points is not None:
            yield _Bound(section.points, message("“{title}”", title=section.title), section=section.id)


def _limited(charge: _Charge, bounds: Iterable[_Bound], used: dict[tuple[str, str], Decimal]) -> _Charge:
    """The charge within all its bounds; `used`, the points by department and bound, grows by what it counts."""
    for bound in bounds:
        key = charge.incident.department, bound.clause or bound.section or ""
        left = bound.limit - used[key]
        if charge.step.value > left:
            charge = _cut(charge, bound, left)
        used[key] += charge.step.value
    return charge


def _cut(charge: _Charge, bound: _Bound, left: Decimal) -> _Charge:
    text = message(
        "{whose} deducts at most {limit}: earlier incidents used {used}, so {left} of {value} counts",
        whose=bound.whose,
        limit=bound.limit,
        used=bound.limit - left,
        left=left,
        value=charge.step.value,
    )
    return charge.then(Rule.LIMIT, left, text, section=bound.section, clause=bound.clause)


def _entry(charge: _Charge) -> Entry:
    return Entry(charge.incident.id, charge.incident.department, charge.gross, charge.step.value, charge.step)


def _scores(
    scheme: Scheme, departments: Iterable[str], charges: Iterable[_Charge]
) -> Mapping[str, Mapping[str, SectionScore]]:
    """A section's score is its points less what its incidents, those of sections inside included, were counted."""
    deducted: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for charge in charges:
        for section in scheme.enclosing(charge.section):
            deducted[charge.incident.department, section.id] += charge.step.value
    return {
        department: {
            section.id: _section_score(section.id, section.points, deducted[department, section.id])
            for section in scheme.all_sections.values()
        }
        for department in departments
    }


def _section_score(section: str, points: Decimal | None, deducted: Decimal) -> SectionScore:
    return SectionScore(section, points, deducted, (ZERO if points is None else points) - deducted)
