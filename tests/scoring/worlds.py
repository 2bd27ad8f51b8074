"""Random rule books and records for the properties: small, so that limits bite, cases meet and dates are equal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from site_builder.model import (
    Clause,
    Cumulation,
    DiscretionaryDeduction,
    FixedDeduction,
    Incident,
    Item,
    Scheme,
    Section,
    Withdrawal,
)

DEPARTMENTS = ("law", "library")

_PER = (
    (),
    ("occurrence",),
    ("person", "day"),
    ("item",),
    ("item",),
    ("item", "occurrence"),
    ("point",),
    ("case",),
)


_Drawn = tuple[str, tuple[str, ...], Decimal, Decimal | None]


@dataclass(frozen=True)
class World:
    """A rule book, and incidents recorded under it."""

    scheme: Scheme
    incidents: tuple[Incident, ...]


def tenths(number: int) -> Decimal:
    """So many tenths of a point."""
    return Decimal(number).scaleb(-1)


_LIMITS = st.none() | st.integers(0, 30).map(tenths)
_FIXED, _DISCRETIONARY, _OF_A_CASE = "fixed", "discretionary", "of a case"
_MIXED, _CASES = (_FIXED, _FIXED, _DISCRETIONARY, _OF_A_CASE), (_OF_A_CASE,)
_CLAUSES = {
    kinds: st.tuples(st.sampled_from(kinds), st.sampled_from(_PER), st.integers(1, 25).map(tenths), _LIMITS)
    for kinds in (_MIXED, _CASES)
}


def _clause(drawn: _Drawn, name: str, section: str, item: str | None) -> Clause:
    kind, per, amount, limit = drawn
    once = Cumulation.ONCE_PER_ITEM if per == ("item",) else Cumulation.EACH
    return Clause(
        name=name,
        section=section,
        item=item,
        text=f"Clause {name}",
        effect=DiscretionaryDeduction() if kind is _DISCRETIONARY else FixedDeduction(amount),
        per=tuple(unit for unit in per if unit in ("item", "case")) if kind is _DISCRETIONARY else per,
        limit=limit,
        cumulation=Cumulation.HIGHEST_PER_CASE if kind is _OF_A_CASE else once,
    )


@st.composite
def _sections(
    draw: st.DrawFn, identifier: str, depth: int, inherited: Mapping[str, Clause], kinds: tuple[str, ...]
) -> Section:
    shared = dict(inherited)
    for number in range(draw(st.integers(0, 2))):
        shared[f"s{number}"] = _clause(draw(_CLAUSES[kinds]), f"s{number}", identifier, None)
    points = draw(_LIMITS)
    if depth < 3 and draw(st.booleans()):
        # A clause with a limit is used in one section only: the sources refuse it elsewhere.
        passed_on = {name: clause for name, clause in shared.items() if clause.limit is None}
        count = draw(st.integers(1, 2))
        inside = tuple(draw(_sections(f"{identifier}.{name}", depth + 1, passed_on, kinds)) for name in "ab"[:count])
        return Section(identifier, f"Section {identifier}", points, None, tuple(shared.values()), sections=inside)
    items = tuple(draw(_items(identifier, f"i{number}", shared, kinds)) for number in range(draw(st.integers(1, 2))))
    return Section(identifier, f"Section {identifier}", points, None, tuple(shared.values()), items=items)


@st.composite
def _items(draw: st.DrawFn, section: str, name: str, shared: Mapping[str, Clause], kinds: tuple[str, ...]) -> Item:
    if shared and draw(st.booleans()):
        clauses = tuple(shared.values())
    else:
        own = draw(st.lists(_CLAUSES[kinds], min_size=1, max_size=2))
        clauses = tuple(_clause(drawn, f"c{number}", section, name) for number, drawn in enumerate(own))
    return Item(f"{section}.{name}", name, name, name, section, None, clauses)


_OCCURRENCES = st.tuples(
    st.integers(0, 1000),  # which clause of the rule book
    st.sampled_from((*DEPARTMENTS, DEPARTMENTS[1])),
    st.integers(1, 4),  # the day
    st.integers(1, 3),  # a count
    st.integers(1, 30),  # another, and the amount at discretion
    st.sampled_from("xy"),  # the case
    st.integers(0, 7),  # withdrawn when 0
)


def _incident(scheme: Scheme, number: int, drawn: tuple[int, str, int, int, int, str, int]) -> Incident:
    which, department, day, count, amount, case, kept = drawn
    places = [(item, clause) for item in scheme.items.values() for clause in item.clauses]
    item, clause = places[which % len(places)]
    counts = {"person": Decimal(count), "occurrence": Decimal(count), "point": tenths(amount)}
    discretionary = isinstance(clause.effect, DiscretionaryDeduction)
    return Incident(
        id=f"{number:02}",
        department=department,
        criterion=item.id,
        clause=clause.name,
        date=date(2021, 1, day),
        counts={unit: counts[unit] for unit in clause.counted_units if unit in counts},
        case=case if clause.cumulation is Cumulation.HIGHEST_PER_CASE else None,
        deduction=tenths(amount) if discretionary else None,
        withdrawn=None if kept else Withdrawal(date(2021, 2, 1), "In error"),
    )


def scheme_of(sections: tuple[Section, ...]) -> Scheme:
    """A rule book of these sections."""
    return Scheme(2021, "Rules", "", date(2021, 1, 1), date(2021, 12, 31), {"person": "persons"}, sections)


@st.composite
def worlds(draw: st.DrawFn, least: int = 0) -> World:
    """A rule book of one or two sections with others inside, and at least so many incidents of two departments."""
    kinds = draw(st.sampled_from((_MIXED, _MIXED, _CASES)))  # a third is about cases alone, so that they meet
    top = tuple(draw(_sections(name, 1, {}, kinds)) for name in "pq"[: draw(st.integers(1, 2))])
    scheme = scheme_of(top)
    number = draw(st.integers(least, 9))
    occurrences = draw(st.lists(_OCCURRENCES, min_size=number, max_size=number))
    return World(scheme, tuple(_incident(scheme, number, drawn) for number, drawn in enumerate(occurrences)))
