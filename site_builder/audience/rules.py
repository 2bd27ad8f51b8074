"""The rule book as the public may know it."""

from collections.abc import Iterable
from decimal import Decimal

from site_builder.audience.hidden import Hidden, origin
from site_builder.model import (
    ZERO,
    Clause,
    DiscretionaryDeduction,
    Effect,
    Example,
    FixedDeduction,
    Given,
    Interpretation,
    Item,
    Kind,
    Measure,
    Scheme,
    Section,
)
from site_builder.model.scheme import NOWHERE


def public_scheme(hidden: Hidden, scheme: Scheme) -> Scheme:
    """The rule book without internal sections, and without what is said of these."""
    sections = tuple(found for one in scheme.sections if (found := _section(hidden, one)) is not None)
    kept = _scheme(scheme, sections, (), ())
    interpretations = () if hidden.withholds("interpretations") else scheme.interpretations
    examples = () if hidden.withholds("examples") else scheme.examples
    return _scheme(
        scheme,
        sections,
        tuple(
            _interpretation(one)
            for one in interpretations
            if kept.wording(one.where) is not None and one.where not in hidden.reduced
        ),
        tuple(
            _example(hidden, one)
            for one in examples
            if kept.wording(one.where) is not None and all(given.item in kept.items for given in one.given)
        ),
    )


def _scheme(
    scheme: Scheme,
    sections: tuple[Section, ...],
    interpretations: tuple[Interpretation, ...],
    examples: tuple[Example, ...],
) -> Scheme:
    return Scheme(
        year=scheme.year,
        title=scheme.title,
        source=scheme.source,
        first=scheme.first,
        last=scheme.last,
        units=dict(scheme.units),
        sections=sections,
        interpretations=interpretations,
        examples=examples,
        origin=origin(scheme.origin),
    )


def _section(hidden: Hidden, section: Section) -> Section | None:
    """The section without the internal ones inside; None where nothing is left."""
    if hidden.section(section.id):
        return None
    inner = tuple(found for one in section.sections if (found := _section(hidden, one)) is not None)
    if not inner and not section.items and not hidden.nothing:
        return None
    used = {clause.id for one in inner for clause in one.all_clauses()}
    used |= {clause.id for item in section.items for clause in item.clauses}
    is_reduced = section.id in hidden.reduced
    return Section(
        id=section.id,
        title=section.title,
        points=_together(inner) if is_reduced else section.points,
        assessor=hidden.department(section.assessor),
        clauses=tuple(_clause(hidden, one) for one in section.clauses if one.id in used or hidden.nothing),
        items=tuple(_item(hidden, one) for one in section.items),
        sections=inner,
        note=None if is_reduced else _note(hidden, section.note),
        origin=origin(section.origin),
    )


def _together(sections: Iterable[Section]) -> Decimal | None:
    """The points of sections that are shown; None where one only deducts."""
    points = [one.points for one in sections]
    return None if None in points else sum((one for one in points if one is not None), ZERO)


def _item(hidden: Hidden, item: Item) -> Item:
    return Item(
        id=item.id,
        name=item.name,
        text=item.text,
        method=item.method,
        section=item.section,
        assessor=hidden.department(item.assessor),
        clauses=tuple(_clause(hidden, one) for one in item.clauses),
        note=_note(hidden, item.note),
        origin=NOWHERE,
    )


def _clause(hidden: Hidden, clause: Clause) -> Clause:
    return Clause(
        name=clause.name,
        section=clause.section,
        item=clause.item,
        text=clause.text,
        effect=_effect(clause.effect),
        per=clause.per,
        limit=clause.limit,
        cumulation=clause.cumulation,
        measure=None if clause.measure is None else _measure(hidden, clause.measure),
        note=_note(hidden, clause.note),
        origin=NOWHERE,
    )


def _effect(effect: Effect) -> Effect:
    if isinstance(effect, DiscretionaryDeduction):
        return DiscretionaryDeduction()
    return FixedDeduction(amount=effect.amount)


def _measure(hidden: Hidden, measure: Measure) -> Measure:
    section, _, _ = measure.item.rpartition(".")
    return Measure(
        file=measure.file,
        item="" if hidden.section(section) else measure.item,
        date=measure.date,
        unit=measure.unit,
        columns=dict(measure.columns),
        kinds={name: Kind(id=one.id, title=one.title, at_least=one.at_least) for name, one in measure.kinds.items()},
        origin=NOWHERE,
    )


def _interpretation(one: Interpretation) -> Interpretation:
    return Interpretation(where=one.where, words=one.words, reading=one.reading, decided=one.decided, origin=NOWHERE)


def _example(hidden: Hidden, example: Example) -> Example:
    return Example(
        where=example.where,
        given=tuple(_given(one) for one in example.given),
        deducts=example.deducts,
        note=_note(hidden, example.note),
        origin=NOWHERE,
    )


def _given(given: Given) -> Given:
    return Given(
        item=given.item,
        clause=given.clause,
        counts=dict(given.counts),
        case=given.case,
        deduction=given.deduction,
    )


def _note(hidden: Hidden, note: str | None) -> str | None:
    return None if hidden.withholds("notes") else note
