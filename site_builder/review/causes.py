"""Why an incident is counted otherwise than before: through itself, through its rule, or through other incidents.

The ledgers of both sides say which steps an incident's figure took. Where neither the incident nor its rule changed,
its steps differ for one of two reasons: another incident of its case or item counts in its place, or earlier ones
left more or less of a limit. The incidents at the root of that are followed through all limits in the order of
counting.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain, islice

from site_builder.model import ZERO, Clause, Entry, Incident, Ledger, Rule, Year
from site_builder.model.review import Cause

NAMED = 20
"""At most so many other incidents are named as the reason of one difference."""


@dataclass(frozen=True, slots=True)
class Counted:
    """An incident at one revision, with its clause, its figure, and the limits that hold for it, innermost first."""

    incident: Incident
    clause: Clause
    entry: Entry
    sections: tuple[str, ...]
    limits: Mapping[str, Decimal]

    @property
    def is_pending(self) -> bool:
        """Whether it waits for an approval, and deducts nothing until then."""
        return any(step.rule is Rule.PENDING for step in self.entry.steps)

    @property
    def cuts(self) -> Mapping[str, Decimal]:
        """What the limits that it did not fit left of it."""
        return {step.clause or step.section or "": step.value for step in self.entry.steps if step.rule is Rule.LIMIT}

    @property
    def replaced_by(self) -> frozenset[str]:
        """The incidents that count in its place."""
        return frozenset(other for step in self.entry.steps for other in step.others)

    @property
    def uses(self) -> Mapping[str, Decimal]:
        """What it takes of each limit."""
        found, cuts = {}, self.cuts
        value = next(step.value for step in reversed(self.entry.steps) if step.rule is not Rule.LIMIT)
        for limit in self.limits:
            found[limit] = value = cuts.get(limit, value)
        return found


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an incident is counted otherwise: `rules` and `others` as in `Reason`."""

    cause: Cause
    rules: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    more: bool = False


def counted(year: Year, ledger: Ledger) -> Mapping[str, Counted]:
    """The incidents of a year by id, as the ledger counts them; those that it does not have are left out."""
    found = {}
    for name in ledger.entries:
        incident = year.incidents[name]
        item = year.scheme.items[incident.criterion]
        clause = item.clause(incident.clause)
        assert clause is not None
        around = year.scheme.enclosing(item.section)
        limits = {} if clause.limit is None else {clause.id: clause.limit}
        limits |= {section.id: section.points for section in around if section.points is not None}
        found[name] = Counted(incident, clause, ledger.entries[name], tuple(one.id for one in around), limits)
    return found


def explanations(before: Mapping[str, Counted], after: Mapping[str, Counted]) -> Mapping[str, Explanation]:
    """Why incidents of a year are counted otherwise: at least for each one that is."""
    own = {name: _own_cause(before.get(name), after.get(name)) for name in (*before, *after)}
    tracing = _Tracing(own)
    found = {}
    for name, old, new in _events(before, after):
        cause = own[name]
        if cause is not None:
            found[name], roots = Explanation(cause), _Roots((name,))
        elif old is None or new is None or _is_same(old, new):
            continue
        else:
            found[name], roots = tracing.explained(name, old, new)
        tracing.follow(name, old, new, roots)
    return found


def _events(
    before: Mapping[str, Counted], after: Mapping[str, Counted]
) -> list[tuple[str, Counted | None, Counted | None]]:
    """The incidents in the order of counting; one that changed its date comes twice, once for each side."""
    events: dict[tuple[object, str], list[Counted | None]] = {}
    for side, incidents in enumerate((before, after)):
        for name, one in incidents.items():
            events.setdefault((one.incident.date, name), [None, None])[side] = one
    return [(name, *events[key, name]) for key, name in sorted(events)]  # type: ignore[misc]


def _own_cause(old: Counted | None, new: Counted | None) -> Cause | None:
    """What happened to the incident itself; None where nothing did that counts."""
    if old is None or new is None:
        return Cause.RECORDED if old is None else Cause.REMOVED
    before, after = old.incident, new.incident
    if (before.withdrawn is None) != (after.withdrawn is None):
        return Cause.WITHDRAWN if after.withdrawn else Cause.RESTORED
    if _charged(before) != _charged(after):
        return Cause.AMENDED
    if old.is_pending != new.is_pending:
        return Cause.PENDING if new.is_pending else Cause.APPROVED
    return None


def _charged(incident: Incident) -> tuple[object, ...]:
    """What of an incident counts."""
    return (
        incident.department,
        incident.criterion,
        incident.clause,
        incident.date,
        incident.counts,
        incident.case,
        incident.deduction,
    )


def _is_same(old: Counted, new: Counted) -> bool:
    return old.entry == new.entry and old.limits == new.limits and _terms(old.clause) == _terms(new.clause)


def _terms(clause: Clause) -> tuple[object, ...]:
    """What of a clause counts, beside its limit."""
    return clause.id, clause.effect, clause.per, clause.cumulation


def _rules(old: Counted, new: Counted) -> Iterator[str]:
    """The clause and the sections whose terms changed, where that matters for the incident."""
    cut = _differing(old.cuts, new.cuts)
    replaced = old.replaced_by != new.replaced_by
    limited = old.clause.limit != new.clause.limit and (replaced or bool(cut & {old.clause.id, new.clause.id}))
    if limited or _terms(old.clause) != _terms(new.clause):
        yield new.clause.id
    for section in new.sections:
        if section in cut and old.limits.get(section) != new.limits.get(section):
            yield section


def _differing(before: Mapping[str, Decimal], after: Mapping[str, Decimal]) -> set[str]:
    return {key for key in {*before, *after} if before.get(key) != after.get(key)}


@dataclass(frozen=True, slots=True)
class _Roots:
    """The incidents at the root of a difference: those that changed themselves, and those of which the rule did."""

    changed: tuple[str, ...] = ()
    ruled: tuple[str, ...] = ()


@dataclass(slots=True)
class _Pool:
    """What earlier incidents took of a department's limit on each side, and the roots of what they took otherwise."""

    uses: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    changed: Counter[str] = field(default_factory=Counter)
    ruled: Counter[str] = field(default_factory=Counter)

    def take(self, name: str, side: int, use: Decimal, roots: _Roots) -> None:
        """Note what an incident takes on one side; it concerns later ones as long as the sides differ."""
        was = self.uses.get(name, (ZERO, ZERO))
        now = (use, was[1]) if side == 0 else (was[0], use)
        self.uses[name] = now
        step = (now[0] != now[1]) - (was[0] != was[1])
        _count(self.changed, roots.changed, step)
        _count(self.ruled, roots.ruled, step)


def _count(counter: Counter[str], names: Iterable[str], step: int) -> None:
    for name in names if step else ():
        counter[name] += step
        if not counter[name]:
            del counter[name]


@dataclass(slots=True)
class _Tracing:
    """Follows the roots of differences through the limits, in the order of counting."""

    own: Mapping[str, Cause | None]
    pools: dict[tuple[str, str], _Pool] = field(default_factory=lambda: defaultdict(_Pool))
    ruled: set[str] = field(default_factory=set)

    def explained(self, name: str, old: Counted, new: Counted) -> tuple[Explanation, _Roots]:
        """Why an incident that did not change itself is counted otherwise, and the roots of that."""
        rules = tuple(_rules(old, new))
        roots = self._roots(old, new)
        if rules:
            self.ruled.add(name)
            explanation = Explanation(Cause.RULE, rules, *_named(roots.changed))
            return explanation, _Roots(roots.changed, _first((name, *roots.ruled)))
        return Explanation(Cause.OTHERS, (), *_named((*roots.changed, *roots.ruled))), roots

    def _roots(self, old: Counted, new: Counted) -> _Roots:
        """The roots behind the incidents that count in its place, and behind what limits left of it."""
        others = sorted(old.replaced_by ^ new.replaced_by)
        department = new.incident.department
        pools = [self.pools[department, limit] for limit in sorted(_differing(old.cuts, new.cuts))]
        changed = chain((other for other in others if other not in self.ruled), *(pool.changed for pool in pools))
        ruled = chain((other for other in others if other in self.ruled), *(pool.ruled for pool in pools))
        return _Roots(_first(changed), _first(ruled))

    def follow(self, name: str, old: Counted | None, new: Counted | None, roots: _Roots) -> None:
        """Note what the incident takes of each of its limits."""
        for side, one in enumerate((old, new)):
            if one is None:
                continue
            for limit, use in one.uses.items():
                self.pools[one.incident.department, limit].take(name, side, use, roots)


def _first(names: Iterable[str]) -> tuple[str, ...]:
    """The first names, each once: one more than are named, so that it is known whether there are further ones."""
    return tuple(islice(dict.fromkeys(names), NAMED + 1))


def _named(names: Iterable[str]) -> tuple[tuple[str, ...], bool]:
    """The names that are named, and whether there are further ones."""
    found = _first(names)
    return found[:NAMED], len(found) > NAMED
