"""What a score is: amounts, then repetition, then limits (docs/reference.md, chapter Clauses)."""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from math import prod
from operator import attrgetter
from typing import NamedTuple

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
    Section,
    SectionScore,
    Step,
    message,
    plain,
)

Scores = Mapping[str, Mapping[str, SectionScore]]
"""Every department's standing in every section, by their ids."""


def score(
    scheme: Scheme, departments: Iterable[str], incidents: Iterable[Incident], pending: Collection[str] = ()
) -> Ledger:
    """Count every incident and score each of the departments (ids) in every section, in points.

    Each incident must name an item of the scheme and a clause of that item; the order in which they come does not
    matter. Those in `pending` (ids) wait for an approval: they deduct nothing until then.
    """
    with localcontext(EXACT):
        counted = _counted((charge(scheme, incident) for incident in incidents), frozenset(pending))
        entries = {one.charge.incident.id: _entry(one) for one in counted}
        return Ledger(entries, _scores(scheme, departments, counted))


def scores(scheme: Scheme, departments: Iterable[str], charges: Iterable["Charge"], parts: "Parts") -> Scores:
    """The scores that `score` gives for the incidents of these charges, made with `charge` under the same scheme.

    Nothing is explained, and nothing worked out twice: who counts the same incidents many times over, with one or
    another changed, keeps their charges, and `parts`, which is empty at first and becomes what was counted now.
    """
    with localcontext(EXACT):
        return _scores(scheme, departments, _counted(charges, parts=parts))


@dataclass(frozen=True, slots=True)
class Charge:
    """What an incident deducts by itself, and which rules it meets with others; it follows from the two alone.

    `step` is the amount. `repeats` is what it may not cumulate with, None where it counts whatever else happened.
    `sections` (ids) are those that it lies in, innermost first; `inner` are the limits of the clause and the first of
    them, `outer` those of the others. `part` is the section beyond which only `outer` limits meet it. Earlier incidents
    are counted first: `order` is the date, then the id.
    """

    incident: Incident
    order: str
    clause: Clause
    step: Step
    repeats: Hashable | None
    inner: tuple["_Bound", ...]
    outer: tuple["_Bound", ...]
    sections: tuple[str, ...]
    part: str


@dataclass(frozen=True, slots=True)
class _Bound:
    """A limit of a clause or a section for a department; `key` tells apart whose points it limits."""

    key: tuple[str, str]
    limit: Decimal
    whose: Message
    section: str | None = None
    clause: str | None = None


class _Counted(NamedTuple):
    """A charge on its way through the stages: where its figure stands, and what was done to it so far."""

    charge: Charge
    value: Decimal
    done: tuple["_Done", ...] = ()

    def then(self, rule: Rule, value: Decimal, cause: Charge | _Bound | None = None) -> "_Counted":
        """The charge after one more stage."""
        return _Counted(self.charge, value, (*self.done, _Done(rule, value, cause)))


Parts = dict[tuple[str, str], tuple[list[Charge], list[_Counted]]]
"""The charges of a department in a part (ids), and how they were counted there."""


class _Done(NamedTuple):
    """What a stage did, and what made it so: the charge that counts instead, or the limit."""

    rule: Rule
    value: Decimal
    cause: Charge | _Bound | None


def charge(scheme: Scheme, incident: Incident) -> Charge:
    """What an incident is charged with under the rules, before others are looked at."""
    with localcontext(EXACT):
        item = scheme.items[incident.criterion]
        clause = item.clause(incident.clause)
        assert clause is not None, f"{incident.id}: {incident.criterion} has no clause {incident.clause}"
        around = scheme.enclosing(item.section)
        return Charge(
            incident,
            f"{incident.date.isoformat()} {incident.id}",
            clause,
            _amount(scheme, clause, incident),
            _repetition_key(item.section, clause, incident),
            (*_clause_bound(clause, incident.department), *_section_bounds(around[:1], incident.department)),
            tuple(_section_bounds(around[1:], incident.department)),
            tuple(section.id for section in around),
            _part(around),
        )


def _part(around: Sequence[Section]) -> str:
    """The innermost section, or the outermost whose clauses carry a limit over all sections inside that share them."""
    limiting = (one for one in reversed(around) if any(clause.limit is not None for clause in one.clauses))
    return next(limiting, around[0]).id


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


def _counted(charges: Iterable[Charge], pending: Collection[str] = (), parts: Parts | None = None) -> list[_Counted]:
    """The charges through all stages, in the order of counting; the figures alone, which `_entry` explains.

    Only the limits of outer sections know what happened in another part: the rest is counted part by part.
    """
    parts = {} if parts is None else parts
    inside: dict[tuple[str, str], list[Charge]] = defaultdict(list)
    for one in charges:
        inside[one.incident.department, one.part].append(one)
    for key, group in inside.items():
        if key not in parts or parts[key][0] != group:
            parts[key] = group, _inside(group, pending)
    ordered = sorted((one for key in inside for one in parts[key][1]), key=attrgetter("charge.order"))
    used: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    return [_limited(one, one.charge.outer, used) for one in ordered]


def _inside(charges: Iterable[Charge], pending: Collection[str]) -> list[_Counted]:
    """Charges of one part: what others in it, and the limits of clauses and innermost sections, leave of them."""
    ordered = sorted(charges, key=attrgetter("order"))
    used: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    counted = _without_repetition([_standing(one, pending) for one in ordered])
    return [_limited(one, one.charge.inner, used) for one in counted]


def _standing(charge: Charge, pending: Collection[str]) -> _Counted:
    """A withdrawn incident stays on record and deducts nothing; a pending one deducts nothing until it is approved."""
    counted = _Counted(charge, charge.step.value)
    if charge.incident.withdrawn is not None:
        return counted.then(Rule.WITHDRAWN, ZERO)
    if charge.incident.id in pending:
        return counted.then(Rule.PENDING, ZERO)
    return counted


def _without_repetition(counted: list[_Counted]) -> list[_Counted]:
    """Of incidents that do not cumulate, the highest counts; of equals, the earliest."""
    groups: dict[Hashable, list[_Counted]] = defaultdict(list)
    for one in counted:
        if one.charge.repeats is not None and not one.done:  # what is withdrawn or pending takes nobody's place
            groups[one.charge.repeats].append(one)
    repeated: dict[str, _Counted] = {}
    for group in groups.values():
        highest = max(group, key=lambda one: one.value).charge
        repeated |= {one.charge.incident.id: _repeated(one, highest) for one in group if len(group) > 1}
    return [repeated.get(one.charge.incident.id, one) for one in counted] if repeated else counted


def _repetition_key(section: str, clause: Clause, incident: Incident) -> Hashable | None:
    """What an incident may not cumulate with; None where it counts whatever else happened.

    The incidents of a case are compared where the same limits hold for them: otherwise a new incident that takes
    another's place, but meets a limit that the other did not, would raise a score.
    """
    if clause.cumulation is Cumulation.ONCE_PER_ITEM:
        return incident.department, incident.criterion, clause.id
    if clause.cumulation is Cumulation.HIGHEST_PER_CASE:
        return incident.department, section, clause.id if clause.limit is not None else "", incident.case
    return None


def _repeated(one: _Counted, highest: Charge) -> _Counted:
    once = one.charge.clause.cumulation is Cumulation.ONCE_PER_ITEM
    if one.charge is highest:
        return one if once else one.then(Rule.HIGHEST_PER_CASE, one.value, highest)
    return one.then(Rule.ONCE_PER_ITEM if once else Rule.HIGHEST_PER_CASE, ZERO, highest)


def _clause_bound(clause: Clause, department: str) -> Iterator[_Bound]:
    if clause.limit is not None:
        yield _Bound((department, clause.id), clause.limit, message("This clause"), clause=clause.id)


def _section_bounds(around: Iterable[Section], department: str) -> Iterator[_Bound]:
    for section in around:
        if section.points is not None:
            whose = message("“{title}”", title=section.title)
            yield _Bound((department, section.id), section.points, whose, section=section.id)


def _limited(one: _Counted, bounds: Iterable[_Bound], used: dict[tuple[str, str], Decimal]) -> _Counted:
    """The charge within its bounds, innermost first: one that no longer fits counts what earlier ones left.

    `used`, the points by bound, grows by what it counts.
    """
    for bound in bounds:
        if not one.value:
            break
        left = bound.limit - used[bound.key]
        if one.value > left:
            one = one.then(Rule.LIMIT, left, bound)
        used[bound.key] += one.value
    return one


def _entry(one: _Counted) -> Entry:
    """The figure with the steps that led to it, each with its sentence."""
    charge = one.charge
    step = charge.step
    for done in one.done:
        step = _step(charge, done, step)
    return Entry(charge.incident.id, charge.incident.department, charge.step.value, one.value, step)


def _step(charge: Charge, done: _Done, before: Step) -> Step:
    rule, value, cause = done
    if isinstance(cause, _Bound):
        return _cut_step(value, cause, before)
    if cause is not None:
        return _repeated_step(charge, done, cause, before)
    if rule is Rule.WITHDRAWN:
        return Step(rule, value, message("Withdrawn: deducts nothing"), (before,))
    return Step(rule, value, message("Not approved yet: deducts nothing"), (before,))


def _repeated_step(charge: Charge, done: _Done, highest: Charge, before: Step) -> Step:
    other, case = highest.incident.id, charge.incident.case
    if charge is highest:
        text = message("The highest of case {case}: it counts", case=case)
        return Step(done.rule, done.value, text, (before,))
    if done.rule is Rule.ONCE_PER_ITEM:
        text = message("Once per item and year: already counted in {other}", other=other)
    else:
        text = message("Case {case} counts once, at its highest: counted in {other}", case=case, other=other)
    return Step(done.rule, done.value, text, (before,), others=(other,))


def _cut_step(left: Decimal, bound: _Bound, before: Step) -> Step:
    text = message(
        "{whose} deducts at most {limit}: earlier incidents used {used}, so {left} of {value} counts",
        whose=bound.whose,
        limit=bound.limit,
        used=bound.limit - left,
        left=left,
        value=before.value,
    )
    return Step(Rule.LIMIT, left, text, (before,), section=bound.section, clause=bound.clause)


def _scores(scheme: Scheme, departments: Iterable[str], counted: Iterable[_Counted]) -> Scores:
    """A section's score is its points less what its incidents, those of sections inside included, were counted."""
    deducted: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for one in counted:
        if one.value:
            for section in one.charge.sections:
                deducted[one.charge.incident.department, section] += one.value
    return {
        department: {
            section.id: _section_score(section.id, section.points, deducted[department, section.id])
            for section in scheme.all_sections.values()
        }
        for department in departments
    }


def _section_score(section: str, points: Decimal | None, deducted: Decimal) -> SectionScore:
    return SectionScore(section, points, deducted, (ZERO if points is None else points) - deducted)
