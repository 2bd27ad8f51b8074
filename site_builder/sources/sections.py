"""Sections, items and clauses from the fields of the rule book's files."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from site_builder.model import (
    FRACTIONAL,
    UNCOUNTED,
    ZERO,
    Clause,
    Cumulation,
    DiscretionaryDeduction,
    Effect,
    Fix,
    FixedDeduction,
    Item,
    Kind,
    Measure,
    Section,
    has_error,
    is_identifier,
    message,
)
from site_builder.sources.broken import Broken
from site_builder.sources.examples import PendingExample
from site_builder.sources.fields import Fields, as_fields
from site_builder.sources.likely import in_words
from site_builder.sources.mistakes import shown
from site_builder.sources.nodes import Mapping as MappingNode
from site_builder.sources.nodes import Scalar
from site_builder.sources.nodes import Sequence as SequenceNode
from site_builder.sources.report import Report
from site_builder.sources.values import report_identifier

MOST_UNITS = 8
"""The most units that a clause may multiply by: figures stay within what is counted exactly."""

_DISCRETIONARY = "discretionary"
_RANGE = re.compile(r"[0-9.]+ *分? *[-－—–~～至到] *[0-9.]+ *分?")


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a section passes on to what is inside: the assessor, the shared clauses, whether all of it could be read."""

    assessor: str | None = None
    clauses: Mapping[str, Clause] = field(default_factory=dict)
    whole: bool = True


def _words_of(clauses: Iterable[Clause]) -> Mapping[str, str]:
    """The words of clauses by their names."""
    return {clause.name: clause.text for clause in clauses}


Inner = Callable[[Inherited], tuple[Section, ...]]
"""Reads sections inside another, given what they inherit."""


@dataclass(frozen=True, slots=True)
class SectionReader:
    """Reads sections. `units` are those of the rule book and `departments` the ids that may assess, None where unknown.

    Examples are put aside in `pending`: they can be read only when all items are known. Sections of which something
    could not be read are noted in `broken`.
    """

    report: Report
    units: Mapping[str, str] | None
    departments: Mapping[str, str] | None
    pending: list[PendingExample]
    broken: Broken

    def section(self, identifier: str, fields: Fields, inherited: Inherited, inner: Inner | None = None) -> Section:
        """The section that the fields describe, with what it inherits from around it.

        `inner` reads the sections that lie in files of their own, given what they inherit.
        """
        if fields.quiet:
            self.broken.add(identifier)
        title, points = fields.text("title", required=True), fields.number("points")
        if title is None or (points is None and "points" in fields):
            self.broken.add_words(identifier)
        passed_on = self._passed_on(identifier, fields, inherited)
        outer = inner(passed_on) if inner else ()
        inline = tuple(
            self.section(f"{identifier}.{name}", inside, passed_on)
            for name, inside in self._named(identifier, fields, "sections")
        )
        self._check_distinct(outer, inline)
        section = Section(
            id=identifier,
            title=title or identifier,
            points=points,
            assessor=passed_on.assessor,
            clauses=tuple(clause for clause in passed_on.clauses.values() if clause.section == identifier),
            items=tuple(
                self._item(identifier, name, inside, passed_on)
                for name, inside in self._named(identifier, fields, "items")
            ),
            sections=(*outer, *inline),
            note=fields.text("note"),
            origin=fields.origin,
        )
        self._set_aside(identifier, identifier, None, fields)
        fields.close()
        self._check_content(section, fields)
        return section

    def _assessor(self, fields: Fields) -> str | None:
        """The department that assesses, as the fields name it."""
        name = fields.identifier("assessor", known=self.departments)
        if name is not None and self.departments is not None and name not in self.departments:
            text = message("There is no department “{name}”", name=name)
            self.report.unknown(fields.place_of("assessor"), "unknown-department", text, name, self.departments)
        return name

    def _passed_on(self, identifier: str, fields: Fields, inherited: Inherited) -> Inherited:
        """What is inherited, with the section's own assessor and the clauses that its items share."""
        assessor = self._assessor(fields)
        clauses = {
            name: self._clause(identifier, None, name, inside)
            for name, inside in self._named(identifier, fields, "clauses")
        }
        unread = fields.quiet or ("assessor" in fields and assessor is None) or self.broken.may_hold(identifier)
        return Inherited(
            assessor or inherited.assessor, {**inherited.clauses, **clauses}, whole=inherited.whole and not unread
        )

    def _check_distinct(self, outer: tuple[Section, ...], inline: tuple[Section, ...]) -> None:
        """No section stands both in a file of its own and in the file around it."""
        files = {section.id: section for section in outer}
        for section in inline:
            if section.id in files:
                path = files[section.id].origin.place.path
                text = message("The section “{name}” stands in {path} as well", name=section.id, path=path)
                self.report.error(section.origin.place, "duplicate-section", text, message("Keep one of the two"))

    def _named(self, section: str, fields: Fields, key: str) -> list[tuple[str, Fields]]:
        """The entries of a mapping from ids to mappings; where one cannot be read, its section is broken."""
        inner = fields.fields(key)
        if inner is None and key in fields:
            self.broken.add(section)
        found = []
        for name in inner.names if inner else ():
            assert inner is not None
            inside = inner.fields(name, required=True)
            if not is_identifier(name):
                report_identifier(self.report, inner.key_place(name), name)
            elif inside is not None:
                found.append((name, inside))
                continue
            self.broken.add(section)
        return found

    def _check_content(self, section: Section, fields: Fields) -> None:
        if section.items and section.sections:
            text = message("A section holds either items or sections, not both")
            hint = message("Put the items into a section of their own")
            self.report.error(fields.place, "items-and-sections", text, hint)
        if self.broken.touches(section.id):
            return
        if not section.items and not section.sections:
            text = message("This section holds neither items nor sections")
            self.report.error(fields.place, "empty-section", text, message("Add “items:”"))
        parts = [inner.points for inner in section.sections]
        if section.points is not None and parts and None not in parts:
            total = sum((part for part in parts if part is not None), ZERO)
            if total != section.points:
                self.report.warning(
                    fields.place_of("points"),
                    "points-do-not-add-up",
                    message(
                        "The section has {points} points, the sections in it add up to {total}",
                        points=section.points,
                        total=total,
                    ),
                    message("Check the points, here and inside"),
                )

    def _item(self, section: str, name: str, fields: Fields, inherited: Inherited) -> Item:
        identifier = f"{section}.{name}"
        clauses = self._clauses_of(section, name, fields, inherited)
        text, method = fields.text("text", required=True), fields.text("method")
        if text is None or (method is None and "method" in fields):
            self.broken.add_words(identifier)
        item = Item(
            id=identifier,
            name=name,
            text=text or name,
            method=method or "；".join(clause.text for clause in clauses),
            section=section,
            assessor=self._assessor(fields) or inherited.assessor,
            clauses=clauses,
            note=fields.text("note"),
            origin=fields.origin,
        )
        fields.close()
        self._check_method(item, fields)
        if item.assessor is None and inherited.whole and "assessor" not in fields:
            unassessed = message("Nobody assesses this item")
            hint = message("Name the department in “assessor:”, here or on a section around it")
            self.report.warning(fields.place, "no-assessor", unassessed, hint)
        return item

    def _check_method(self, item: Item, fields: Fields) -> None:
        """Every clause's words stand in the rule cell, in the order of the clauses."""
        at = 0
        for clause in item.clauses:
            found = item.method.find(clause.text, at)
            if found < 0:
                text = message("The words of clause “{name}” do not stand here, or not in this order", name=clause.name)
                hint = message("Write the clause's text as it stands in “method:”: {text}", text=shown(clause.text))
                self.report.error(fields.place_of("method"), "clause-not-in-method", text, hint)
                return
            at = found + len(clause.text)

    def _clauses_of(self, section: str, item: str, fields: Fields, inherited: Inherited) -> tuple[Clause, ...]:
        """The item's own clauses, or those that it shares."""
        node = fields.node("clauses", required=True)
        if node is None:
            self.broken.add(section)
            return ()
        if node in (MappingNode((), node.place), SequenceNode((), node.place)):
            text = message("This item has no clause")
            hint = message("Name a shared clause, or write one: an item without clauses deducts nothing")
            self.report.error(node.place, "item-without-clauses", text, hint)
            self.broken.add(section)
        if not isinstance(node, MappingNode):
            return tuple(self._referred(section, fields, inherited))
        return tuple(
            self._clause(section, item, name, inside) for name, inside in self._named(section, fields, "clauses")
        )

    def _referred(self, section: str, fields: Fields, inherited: Inherited) -> Iterator[Clause]:
        for name in fields.identifiers("clauses", _words_of(inherited.clauses.values())):
            if name in inherited.clauses:
                yield inherited.clauses[name]
            elif inherited.whole:
                text = message("No clause “{name}” is shared here", name=name)
                self.report.unknown(
                    fields.place_of("clauses"), "unknown-clause", text, name, _words_of(inherited.clauses.values())
                )
                self.broken.add(section)

    def _clause(self, section: str, item: str | None, name: str, fields: Fields) -> Clause:
        before = len(self.report.problems)
        effect = self._effect(fields)
        per = self._units(fields, effect)
        clause = Clause(
            name=name,
            section=section,
            item=item,
            text=fields.text("text", required=True) or "",
            effect=effect,
            per=per,
            limit=fields.number("limit"),
            cumulation=self._cumulation(fields, per),
            measure=self._measure(fields, section, item),
            note=fields.text("note"),
            origin=fields.origin,
        )
        self._set_aside(clause.id, section, clause, fields)
        fields.close()
        self._check_measurable(clause, fields)
        if has_error(self.report.problems[before:]):
            self.broken.add(clause.id)
        return clause

    def _check_measurable(self, clause: Clause, fields: Fields) -> None:
        """A row of a measurements file states neither an amount nor a case."""
        stated = isinstance(clause.effect, DiscretionaryDeduction)
        if clause.measure and (stated or clause.cumulation is Cumulation.HIGHEST_PER_CASE):
            text = message("A measured project has neither an amount nor a case of its own")
            hint = message("Remove “measure:”, or fix the amount in “deduct:” and remove “cumulation:”")
            self.report.error(fields.place_of("measure"), "clause-not-measurable", text, hint)

    def _effect(self, fields: Fields) -> Effect:
        node = fields.node("deduct", required=True)
        if isinstance(node, Scalar) and node.text == _DISCRETIONARY:
            return DiscretionaryDeduction()
        if isinstance(node, Scalar) and (in_words(node.text, (_DISCRETIONARY,)) or _RANGE.fullmatch(node.text)):
            text = message("“{text}” is not a number in plain decimal notation", text=shown(node.text))
            hint = message("Where each incident states its own amount, write {word}", word=_DISCRETIONARY)
            fix = Fix(node.place, node.text, _DISCRETIONARY) if in_words(node.text, (_DISCRETIONARY,)) else None
            self.report.error(node.place, "not-a-number", text, hint, fix)
            return FixedDeduction(ZERO)
        return FixedDeduction((node and fields.positive("deduct")) or ZERO)

    def _units(self, fields: Fields, effect: Effect) -> tuple[str, ...]:
        per = fields.identifiers("per", self.units)
        if len(per) > MOST_UNITS:
            too_many = message("A clause counts at most {limit} units", limit=MOST_UNITS)
            self.report.error(fields.place_of("per"), "too-many-units", too_many, message("Name fewer units"))
        for unit in per:
            if self.units is not None and unit not in self.units and unit not in UNCOUNTED:
                text = message("The rule book has no unit “{name}”", name=unit)
                self.report.unknown(
                    fields.place_of("per"),
                    "unknown-unit",
                    text,
                    unit,
                    {**{one: one for one in (*UNCOUNTED, *FRACTIONAL)}, **self.units},
                )
            elif isinstance(effect, DiscretionaryDeduction) and unit not in UNCOUNTED:
                text = message("A discretionary deduction is not multiplied by “{name}”", name=unit)
                hint = message("Remove the unit: the incident states the whole deduction")
                self.report.error(fields.place_of("per"), "unit-not-counted", text, hint)
        return per

    def _cumulation(self, fields: Fields, per: tuple[str, ...]) -> Cumulation:
        stated = fields.identifier("cumulation")
        if stated is None:
            return Cumulation.ONCE_PER_ITEM if per == ("item",) else Cumulation.EACH
        if stated in tuple(Cumulation):
            return Cumulation(stated)
        text = message("There is no cumulation “{name}”", name=stated)
        self.report.unknown(fields.place_of("cumulation"), "unknown-cumulation", text, stated, tuple(Cumulation))
        return Cumulation.EACH

    def _measure(self, fields: Fields, section: str, item: str | None) -> Measure | None:
        inner = fields.fields("measure")
        if inner is None:
            return None
        columns = inner.fields("columns", required=True)
        titles = {name: columns.text(name, required=True) or name for name in columns.names} if columns else {}
        measure = Measure(
            file=inner.identifier("file", required=True) or "",
            item=f"{section}.{inner.identifier('item') or item or ''}",
            date=inner.date("date", required=True) or date.min,
            unit=inner.text("unit") or "",
            columns=titles,
            kinds={name: self._kind(name, inside, titles) for name, inside in self._named(section, inner, "kinds")},
            origin=inner.origin,
        )
        if "kinds" not in inner:
            inner.node("kinds", required=True)
        inner.close()
        return measure

    def _kind(self, name: str, fields: Fields, columns: Mapping[str, str]) -> Kind:
        thresholds = fields.fields("at-least", required=True)
        at_least = []
        for column in thresholds.names if thresholds else ():
            assert thresholds is not None
            number = thresholds.number(column, required=True)
            if column not in columns:
                text = message("There is no column “{name}”", name=shown(column))
                self.report.unknown(thresholds.key_place(column), "unknown-column", text, column, columns)
            elif number is not None:
                at_least.append((column, number))
        kind = Kind(name, fields.text("title") or name, tuple(at_least))
        fields.close()
        return kind

    def _set_aside(self, where: str, section: str, clause: Clause | None, fields: Fields) -> None:
        for node in fields.sequence("examples"):
            inner = as_fields(self.report, node)
            if inner is not None:
                self.pending.append(PendingExample(where, section, clause, inner))
