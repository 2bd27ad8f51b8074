"""What a clause does, in words; and its rule cell, split so that each clause can be pointed at."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from site_builder import urls
from site_builder.model import (
    Clause,
    Cumulation,
    DiscretionaryDeduction,
    Example,
    Given,
    Interpretation,
    Item,
    Message,
    Scheme,
    message,
)
from site_builder.pages.annual import Link, units_in_words


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a rule cell's words; with a link where they are those of a clause."""

    text: str
    link: Link | None = None
    anchor: str | None = None


@dataclass(frozen=True, slots=True)
class ExampleView:
    """An example in words: what is given, incident by incident, and what it deducts."""

    given: tuple[Message, ...]
    deducts: Decimal
    note: str | None


def meaning(scheme: Scheme, clause: Clause) -> tuple[Message, ...]:
    """What the clause deducts, for what, and within which limit, a sentence each."""
    return tuple(_meaning(scheme, clause))


def _meaning(scheme: Scheme, clause: Clause) -> Iterator[Message]:
    if isinstance(clause.effect, DiscretionaryDeduction):
        yield message("The assessor states the amount and the reason")
    elif clause.counted_units:
        units = units_in_words(scheme, clause)
        yield message("{amount} for each {units}", amount=clause.effect.amount, units=units)
    else:
        yield message("{amount} each", amount=clause.effect.amount)
    if clause.cumulation is Cumulation.ONCE_PER_ITEM:
        yield message("an item is charged once a year")
    if clause.cumulation is Cumulation.HIGHEST_PER_CASE:
        yield message("a case counts once in a department, at its highest")
    if clause.limit is not None:
        yield message("at most {limit} a year", limit=clause.limit)


def pieces(year: int, item: Item) -> tuple[Piece, ...]:
    """The words of the item's rule cell to the character, split into clauses and what stands between them."""
    return tuple(_pieces(year, item))


def _pieces(year: int, item: Item) -> Iterator[Piece]:
    at = 0
    for clause in item.clauses:
        begin = item.method.index(clause.text, at)
        if begin > at:
            yield Piece(item.method[at:begin])
        at = begin + len(clause.text)
        yield Piece(clause.text, Link(urls.clause(year, clause), clause.name), urls.clause_anchor(clause))
    if at < len(item.method):
        yield Piece(item.method[at:])


def example_view(scheme: Scheme, example: Example) -> ExampleView:
    """The example in words; items are named where it is about several."""
    several = len({given.item for given in example.given}) > 1
    return ExampleView(tuple(_given(scheme, given, several) for given in example.given), example.deducts, example.note)


def _given(scheme: Scheme, given: Given, named: bool) -> Message:
    counts = tuple(scheme.counted(unit, count) for unit, count in given.counts.items())
    if given.deduction is not None:
        what: Message = message("the assessor sets {amount}", amount=given.deduction)
    elif counts:
        what = message("{counts}", counts=counts)
    else:
        what = message("one incident")
    if given.case is not None:
        clause = scheme.items[given.item].clause(given.clause)
        what = message("case {case}: {words}", case=given.case, words=clause.text if clause else given.clause)
    return message("{item}: {what}", item=scheme.items[given.item].text, what=what) if named else what


def interpretations_at(scheme: Scheme, *places: str) -> tuple[Interpretation, ...]:
    """The readings decided for any of these places."""
    return tuple(one for one in scheme.interpretations if one.where in places)
