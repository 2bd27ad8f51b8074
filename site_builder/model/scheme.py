"""The rule book of a year: sections with points, items, and clauses that say what is deducted."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from site_builder.model.amounts import plain
from site_builder.model.problems import Origin, Place

NOWHERE = Origin(Place(""))
"""The origin of a value that no file holds."""

UNCOUNTED = frozenset(["item", "case"])
"""Units that multiply by nothing: a clause may name them, an incident never counts them."""

FRACTIONAL = frozenset(["point"])
"""Units of which an incident may count a fraction; persons, days and documents come whole."""


class Cumulation(StrEnum):
    """How repeated incidents of a clause add up.

    `EACH` counts every one; `ONCE_PER_ITEM` (a clause `per: [item]` alone) one in an item and year;
    `HIGHEST_PER_CASE` the highest of a case.
    """

    EACH = "each"
    ONCE_PER_ITEM = "once-per-item"
    HIGHEST_PER_CASE = "highest-per-case"


@dataclass(frozen=True, slots=True)
class FixedDeduction:
    """A clause's effect: so many points for each of its units."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class DiscretionaryDeduction:
    """A clause's effect: the assessor states the points and the reason in the incident (酌情扣分)."""


Effect = FixedDeduction | DiscretionaryDeduction


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of measured project, and the value that each column must at least reach."""

    id: str
    title: str
    at_least: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """The measurements file that a clause is applied to: each row that misses a threshold is an incident.

    `item` is the full id of the item charged, `date` the date of its incidents, `columns` maps the measured columns'
    ids to their titles.
    """

    file: str
    item: str
    date: date
    unit: str
    columns: Mapping[str, str]
    kinds: Mapping[str, Kind]
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """One imagined incident of an example: item by full id, clause by its id in the item."""

    item: str
    clause: str
    counts: Mapping[str, Decimal]
    case: str | None = None
    deduction: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """Incidents of one department, in this order, and the points that they deduct together; `kaohe check` runs it.

    `where` is the id of the section or clause that it stands with.
    """

    where: str
    given: tuple[Given, ...]
    deducts: Decimal
    note: str | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Clause:
    """What one sentence of the rules deducts, for what, and within which limit.

    `section` is the id of the section that it stands in, `item` the name of the item whose own it is, None where the
    section's items share it. `limit` is the most that the clause deducts from a department in a year, over all items
    that share it.
    """

    name: str
    section: str
    item: str | None
    text: str
    effect: Effect
    per: tuple[str, ...] = ()
    limit: Decimal | None = None
    cumulation: Cumulation = Cumulation.EACH
    measure: Measure | None = None
    note: str | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    @property
    def owner(self) -> str:
        """The full id of the section or item that defines it."""
        return f"{self.section}.{self.item}" if self.item else self.section

    @property
    def id(self) -> str:
        """The owner's id, `#` and the name: `base.secrecy#not-done`."""
        return f"{self.owner}#{self.name}"

    @property
    def counted_units(self) -> tuple[str, ...]:
        """The units that an incident of this clause may count."""
        return tuple(unit for unit in self.per if unit not in UNCOUNTED)


@dataclass(frozen=True, slots=True)
class Item:
    """A thing assessed (考核内容). `method` is the wording of its rule cell (计分办法) to the character."""

    id: str
    name: str
    text: str
    method: str
    section: str
    assessor: str | None
    clauses: tuple[Clause, ...]
    note: str | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    def clause(self, name: str) -> Clause | None:
        """The clause with this name, or None."""
        return next((clause for clause in self.clauses if clause.name == name), None)


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the rule book: either sections or items inside. Without `points` it only deducts, without a floor."""

    id: str
    title: str
    points: Decimal | None
    assessor: str | None
    clauses: tuple[Clause, ...] = ()
    items: tuple[Item, ...] = ()
    sections: tuple["Section", ...] = ()
    note: str | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    def walk(self) -> Iterator["Section"]:
        """The section itself, then all sections inside it, in the rule book's order."""
        yield self
        for section in self.sections:
            yield from section.walk()

    def all_items(self) -> Iterator[Item]:
        """Every item of this section and of those inside, in the rule book's order."""
        for section in self.walk():
            yield from section.items

    def all_clauses(self) -> tuple[Clause, ...]:
        """Every clause that the items inside use, each once, in the order of the items."""
        return tuple({clause.id: clause for item in self.all_items() for clause in item.clauses}.values())

    @property
    def titled_points(self) -> str:
        """The points as the rule book prints them behind a title: `（2分）`; empty without points."""
        return "" if self.points is None else f"（{plain(self.points)}分）"


@dataclass(frozen=True, slots=True)
class Interpretation:
    """How words that leave something open are read. `where` is a section, an item, or either with `#clause`."""

    where: str
    words: str
    reading: str
    decided: str
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True)
class Scheme:
    """The rule book of one year. `units` maps a unit's id to its measure word (天, 人, 次)."""

    year: int
    title: str
    source: str
    first: date
    last: date
    units: Mapping[str, str]
    sections: tuple[Section, ...]
    interpretations: tuple[Interpretation, ...] = ()
    examples: tuple[Example, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    @cached_property
    def all_sections(self) -> Mapping[str, Section]:
        """Every section by id, outer before inner, in the rule book's order."""
        return {inner.id: inner for section in self.sections for inner in section.walk()}

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Every item by id, in the rule book's order."""
        return {item.id: item for section in self.sections for item in section.all_items()}

    @cached_property
    def clauses(self) -> Mapping[str, Clause]:
        """Every clause that an item uses by its own id, in the rule book's order."""
        return {clause.id: clause for section in self.sections for clause in section.all_clauses()}

    @cached_property
    def assessors(self) -> tuple[str, ...]:
        """The departments that assess, in the rule book's order."""
        return tuple(dict.fromkeys(item.assessor for item in self.items.values() if item.assessor))

    def enclosing(self, section: str) -> tuple[Section, ...]:
        """The section with this id and those around it, innermost first."""
        parts = section.split(".")
        return tuple(self.all_sections[".".join(parts[:depth])] for depth in range(len(parts), 0, -1))

    def counted(self, unit: str, count: Decimal) -> str:
        """So many of a unit: `3天`; a measure word in Latin letters stands apart: `3 days`."""
        word = self.units.get(unit, unit)
        return f"{plain(count)} {word}" if word[0].isascii() else f"{plain(count)}{word}"

    def wording(self, where: str) -> str | None:
        """The words that stand at a section, item or clause and inside it; None where there is no such place."""
        if where in self.clauses:
            return self.clauses[where].text
        if where in self.items:
            item = self.items[where]
            return f"{item.text}\n{item.method}"
        item_id, _, name = where.partition("#")
        if item_id in self.items:
            clause = self.items[item_id].clause(name)
            return clause.text if clause else None
        if where in self.all_sections:
            section = self.all_sections[where]
            titles = (f"{inner.title}{inner.titled_points}" for inner in section.walk())
            return "\n".join((*titles, *(self.wording(item.id) or "" for item in section.all_items())))
        return None
