"""What of the rule book can be read only when all its items are known: examples, and what measures refer to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from site_builder.model import (
    Clause,
    Cumulation,
    DiscretionaryDeduction,
    Example,
    Given,
    Item,
    Message,
    Scheme,
    message,
)
from site_builder.sources.broken import Broken
from site_builder.sources.counts import read_count
from site_builder.sources.fields import Fields, as_fields
from site_builder.sources.mistakes import shown
from site_builder.sources.nodes import Node, Sequence
from site_builder.sources.report import Report


@dataclass(frozen=True, slots=True)
class PendingExample:
    """An example not yet read: the id it stands with, the section it stands in, the clause it is about."""

    where: str
    section: str
    clause: Clause | None
    fields: Fields


def read_examples(
    report: Report, scheme: Scheme, pending: Iterable[PendingExample], broken: Broken
) -> tuple[Example, ...]:
    """The examples of the rule book; one with a problem, or about something broken, is left out."""
    found = (_example(report, scheme, waiting, broken) for waiting in pending)
    return tuple(example for example in found if example is not None)


def _example(report: Report, scheme: Scheme, waiting: PendingExample, broken: Broken) -> Example | None:
    fields = waiting.fields
    node = fields.node("given", required=True)
    nodes: tuple[Node, ...] = node.nodes if isinstance(node, Sequence) else (node,) if node is not None else ()
    given = [_given(report, scheme, waiting, inner, broken) for inner in nodes]
    deducts = fields.number("deducts", required=True)
    note = fields.text("note")
    fields.close()
    if deducts is None or None in given:
        return None
    return Example(waiting.where, tuple(one for one in given if one is not None), deducts, note, origin=fields.origin)


def _given(report: Report, scheme: Scheme, waiting: PendingExample, node: Node, broken: Broken) -> Given | None:
    fields = as_fields(report, node)
    if fields is None:
        return None
    item = _item(report, scheme, waiting, fields, broken)
    clause = _clause(report, waiting, item, fields, broken) if item else None
    if item is None or clause is None or clause.id in broken:
        return None
    counts = _counts(report, clause, fields)
    given = Given(item.id, clause.name, counts, fields.label("case"), fields.positive("deduction"))
    fields.close()
    needs_case = clause.cumulation is Cumulation.HIGHEST_PER_CASE and given.case is None
    needs_deduction = isinstance(clause.effect, DiscretionaryDeduction) and given.deduction is None
    if needs_case or needs_deduction:
        key = "case" if needs_case else "deduction"
        text = message("“{key}” is missing", key=key)
        report.error(fields.place, "missing-key", text, message("Add a line “{key}: …”", key=key))
        return None
    return given


def _item(report: Report, scheme: Scheme, waiting: PendingExample, fields: Fields, broken: Broken) -> Item | None:
    """The item that the imagined incident is about: the one named, else the first that uses the clause."""
    if "item" not in fields:
        item = next(_users(scheme, waiting), None)
        if item is None and not broken.touches(waiting.section):
            text = message("No item uses this clause")
            hint = message("Name the clause in the “clauses:” of an item")
            report.error(fields.place, "unknown-item", text, hint)
        return item
    name = fields.text("item")
    item = scheme.items.get(f"{waiting.section}.{name}")
    if name is None or (item is not None and _uses(item, waiting.clause)):
        return item
    if not broken.may_hold(f"{waiting.section}.{name}"):
        text = message("There is no item “{name}” here", name=shown(name))
        known = (user.id.removeprefix(waiting.section + ".") for user in _users(scheme, waiting))
        report.unknown(fields.place_of("item"), "unknown-item", text, name, known)
    return None


def _users(scheme: Scheme, waiting: PendingExample) -> Iterator[Item]:
    """The items that the example may be about."""
    own = scheme.items.get(waiting.clause.owner) if waiting.clause else None
    inside = (own,) if own else scheme.all_sections[waiting.section].all_items()
    return (item for item in inside if _uses(item, waiting.clause))


def _uses(item: Item, clause: Clause | None) -> bool:
    return clause is None or clause.id in {one.id for one in item.clauses}


def _clause(report: Report, waiting: PendingExample, item: Item, fields: Fields, broken: Broken) -> Clause | None:
    name = fields.text("clause", required=waiting.clause is None)
    if name is None:
        return waiting.clause
    clause = item.clause(name)
    if clause is None and not broken.may_hold(item.id):
        text = message("{item} has no clause “{name}”", item=item.id, name=name)
        report.unknown(fields.place_of("clause"), "unknown-clause", text, name, [one.name for one in item.clauses])
    return clause


def _counts(report: Report, clause: Clause, fields: Fields) -> dict[str, Decimal]:
    counts = {unit: read_count(fields, unit) for unit in clause.counted_units}
    return {unit: count for unit, count in counts.items() if count is not None}


def check_measures(report: Report, scheme: Scheme, broken: Broken) -> None:
    """Every measure names an item that uses its clause, a date of the year, and a file of its own."""
    files: dict[str, Clause] = {}
    for clause in scheme.clauses.values():
        if (measure := clause.measure) is None or clause.id in broken:
            continue
        item = scheme.items.get(measure.item)
        if (item is None and not broken.may_hold(measure.item)) or (item and item.clause(clause.name) is not clause):
            users = [one.name for one in scheme.items.values() if clause in one.clauses]
            name = measure.item.rpartition(".")[2]
            text = message("No item “{name}” here uses this clause", name=name)
            report.unknown(measure.origin.of("item"), "unknown-item", text, name, users)
        if not scheme.first <= measure.date <= scheme.last:
            text = message("This date lies outside the period of the rule book")
            report.error(measure.origin.of("date"), "date-outside-period", text, period_hint(scheme))
        if measure.file in files:
            text = message("Clause {other} reads the same file", other=files[measure.file].id)
            report.error(measure.origin.of("file"), "duplicate-measure", text, message("Give each clause its own file"))
        files[measure.file] = clause


def period_hint(scheme: Scheme) -> Message:
    """The period, as a hint."""
    return message("The period is {first} to {last}", first=scheme.first, last=scheme.last)
