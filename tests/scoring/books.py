"""Random rule books and records for the properties, and the same as the reference reads them."""

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

UNITS = {"occurrence": "次", "person": "人", "day": "天", "point": "分"}
DEPARTMENTS = ("one", "two")
AMOUNTS = st.sampled_from([Decimal(text) for text in ("0.1", "0.2", "0.3", "0.5", "1", "2", "10", "0.000001")])
LIMITS = st.sampled_from([Decimal(text) for text in ("0", "0.4", "1", "2", "3.5")])


@st.composite
def clauses(draw, section, item, name):
    """A clause of any kind: fixed or discretionary, with or without limit, once per item, highest of a case."""
    kind = draw(st.sampled_from(["plain", "plain", "item", "case", "discretionary"]))
    per = {"item": ("item",), "case": ("case",), "discretionary": ()}.get(kind)
    if per is None:
        per = tuple(sorted(draw(st.sets(st.sampled_from(sorted(UNITS)), max_size=2))))
    cumulation = {"item": Cumulation.ONCE_PER_ITEM, "case": Cumulation.HIGHEST_PER_CASE}.get(kind, Cumulation.EACH)
    return Clause(
        name=name,
        section=section,
        item=item,
        text=f"{section} {item} {name}",
        effect=DiscretionaryDeduction() if kind == "discretionary" else FixedDeduction(draw(AMOUNTS)),
        per=per,
        limit=draw(st.none() | LIMITS),
        cumulation=cumulation,
    )


@st.composite
def sections(draw, identifier, depth):
    """A section with sections inside, or with two items that share a clause and have one of their own."""
    points = draw(st.none() | LIMITS)
    if depth and draw(st.booleans()):
        inner = tuple(draw(sections(f"{identifier}.{name}", depth - 1)) for name in ("x", "y"))
        return Section(identifier, identifier, points, None, sections=inner)
    shared = draw(clauses(identifier, None, "shared"))
    items = []
    for name in ("p", "q"):
        own = draw(clauses(identifier, name, "own"))
        items.append(Item(f"{identifier}.{name}", name, name, "", identifier, None, (shared, own)))
    return Section(identifier, identifier, points, None, (shared,), tuple(items))


@st.composite
def schemes(draw):
    """A rule book of two top sections, up to three levels deep."""
    tops = tuple(draw(sections(name, 2)) for name in ("a", "b"))
    return Scheme(2021, "random", "", date(2021, 1, 1), date(2021, 12, 31), UNITS, tops)


@st.composite
def incidents(draw, scheme, number):
    """An incident that fits the rule book; its number makes its id."""
    item = draw(st.sampled_from(list(scheme.items.values())))
    clause = draw(st.sampled_from(item.clauses))
    discretionary = isinstance(clause.effect, DiscretionaryDeduction)
    counts = {unit: Decimal(draw(st.integers(1, 4))) for unit in clause.counted_units if draw(st.booleans())}
    withdrawn = draw(st.sampled_from([False, False, False, True]))
    return Incident(
        id=f"i-{number:03}",
        department=draw(st.sampled_from(DEPARTMENTS)),
        criterion=item.id,
        clause=clause.name,
        date=date(2021, 1, draw(st.integers(1, 5))),
        counts=counts,
        case=draw(st.sampled_from(["c", "d"])) if clause.cumulation is Cumulation.HIGHEST_PER_CASE else None,
        deduction=draw(AMOUNTS) if discretionary else None,
        withdrawn=Withdrawal(date(2021, 2, 1), "mistaken") if withdrawn else None,
    )


@st.composite
def years(draw, most=10):
    """A rule book with a record of incidents."""
    scheme = draw(schemes())
    return scheme, [draw(incidents(scheme, number)) for number in range(draw(st.integers(0, most)))]


def as_reference(scheme, records):
    """The same rule book and incidents in the reference's dictionaries."""
    book = {
        "sections": {section.id: section.points for section in scheme.all_sections.values()},
        "items": {item.id: item.section for item in scheme.items.values()},
        "clauses": {
            clause.id: {
                "amount": clause.effect.amount if isinstance(clause.effect, FixedDeduction) else None,
                "per": clause.per,
                "limit": clause.limit,
                "once": clause.cumulation is Cumulation.ONCE_PER_ITEM,
                "case": clause.cumulation is Cumulation.HIGHEST_PER_CASE,
            }
            for clause in scheme.clauses.values()
        },
    }
    plain = [
        {
            "id": one.id,
            "department": one.department,
            "item": one.criterion,
            "clause": scheme.items[one.criterion].clause(one.clause).id,
            "date": one.date,
            "counts": one.counts,
            "case": one.case,
            "deduction": one.deduction,
            "withdrawn": one.withdrawn is not None,
        }
        for one in records
    ]
    return book, plain
