"""What an incident, a rule or a department says, key by key, and which keys say something else."""

from collections.abc import Mapping

from site_builder.model import (
    Appeal,
    Clause,
    Department,
    DiscretionaryDeduction,
    Example,
    Given,
    Incident,
    Interpretation,
    Item,
    Measure,
    Scheme,
    Section,
    Withdrawal,
    plain,
)
from site_builder.model.review import FieldChange, Value
from site_builder.review.words import difference

Facts = Mapping[str, Value]
"""Keys, named as in the file, and what they say; keys inside others stand behind a dot: `count.person`."""

_TEXTS = frozenset(["text", "title", "method", "note", "source", "words", "reading", "evidence", "name"])
_INNER_TEXTS = frozenset(["appeal.outcome", "appeal.note", "withdrawn.reason"])


def changed_fields(before: Facts, after: Facts) -> tuple[FieldChange, ...]:
    """The keys that say something else, in the order of the file at the head, then those that are gone."""
    names = dict.fromkeys((*after, *before))
    return tuple(
        _field(name, before.get(name), after.get(name)) for name in names if before.get(name) != after.get(name)
    )


def _field(name: str, before: Value, after: Value) -> FieldChange:
    is_text = name in _TEXTS or name in _INNER_TEXTS
    if is_text and isinstance(before, str) and isinstance(after, str):
        return FieldChange(name, before, after, difference(before, after))
    return FieldChange(name, before, after)


def _without_gaps(facts: Facts) -> Facts:
    return {name: value for name, value in facts.items() if value is not None and value != ""}


def of_incident(incident: Incident) -> Facts:
    """What an incident says. Where its file lies, and in which line, is none of it."""
    return _without_gaps(
        {
            "department": incident.department,
            "criterion": incident.criterion,
            "clause": incident.clause,
            "date": incident.date.isoformat(),
            **{f"count.{unit}": count for unit, count in incident.counts.items()},
            "case": incident.case,
            "deduction": incident.deduction,
            "evidence": "\n".join(incident.evidence),
            **_appeal(incident.appeal),
            **_withdrawal(incident.withdrawn),
            **_measured(incident),
            "text": incident.body,
        }
    )


def _appeal(appeal: Appeal | None) -> Facts:
    if appeal is None:
        return {}
    return {
        "appeal.filed": appeal.filed.isoformat(),
        "appeal.outcome": appeal.outcome,
        "appeal.decided": appeal.decided.isoformat() if appeal.decided else None,
        "appeal.note": appeal.note,
    }


def _withdrawal(withdrawn: Withdrawal | None) -> Facts:
    if withdrawn is None:
        return {}
    return {"withdrawn.date": withdrawn.date.isoformat(), "withdrawn.reason": withdrawn.reason}


def _measured(incident: Incident) -> Facts:
    measurement = incident.measurement
    if measurement is None:
        return {}
    return {
        "project": measurement.project,
        "name": measurement.name,
        "kind": measurement.kind,
        **{f"measured.{reading.title}": reading.value for reading in measurement.readings},
        **{f"at-least.{reading.title}": reading.at_least for reading in measurement.readings},
    }


def of_department(department: Department) -> Facts:
    """What is known of a department."""
    return _without_gaps(
        {
            "name": department.name,
            "group": department.group,
            "from": None if department.first is None else str(department.first),
            "to": None if department.last is None else str(department.last),
            "successor": ", ".join(department.successors),
        }
    )


def of_scheme(scheme: Scheme) -> Facts:
    """What the head of a rule book says."""
    return _without_gaps(
        {
            "title": scheme.title,
            "source": scheme.source,
            "period.from": scheme.first.isoformat(),
            "period.to": scheme.last.isoformat(),
        }
    )


def of_section(section: Section) -> Facts:
    """What a section says itself, without what is inside."""
    return _without_gaps(
        {
            "title": section.title,
            "points": section.points,
            "assessor": section.assessor,
            "note": section.note,
        }
    )


def of_item(item: Item) -> Facts:
    """What an item says. A rule cell that is nothing but the words of its clauses is none of its own."""
    joined = "；".join(clause.text for clause in item.clauses)
    return _without_gaps(
        {
            "text": item.text,
            "method": None if item.method == joined else item.method,
            "assessor": item.assessor,
            "clauses": ", ".join(clause.id for clause in item.clauses),
            "note": item.note,
        }
    )


def of_clause(clause: Clause) -> Facts:
    """What a clause says, and what it is measured by."""
    return _without_gaps(
        {
            "text": clause.text,
            "deduct": "discretionary" if isinstance(clause.effect, DiscretionaryDeduction) else clause.effect.amount,
            "per": ", ".join(clause.per),
            "limit": clause.limit,
            "cumulation": clause.cumulation.value,
            **(_measure(clause.measure) if clause.measure else {}),
            "note": clause.note,
        }
    )


def _measure(measure: Measure) -> Facts:
    return {
        "measure.file": measure.file,
        "measure.item": measure.item,
        "measure.date": measure.date.isoformat(),
        "measure.unit": measure.unit,
        **{f"measure.columns.{name}": title for name, title in measure.columns.items()},
        **{f"measure.kinds.{name}.title": kind.title for name, kind in measure.kinds.items()},
        **{
            f"measure.kinds.{name}.at-least.{column}": least
            for name, kind in measure.kinds.items()
            for column, least in kind.at_least
        },
    }


def of_interpretation(interpretation: Interpretation) -> Facts:
    """What an interpretation says."""
    return {
        "where": interpretation.where,
        "words": interpretation.words,
        "reading": interpretation.reading,
        "decided": interpretation.decided,
    }


def of_example(example: Example) -> Facts:
    """What an example says."""
    return _without_gaps(
        {
            "where": example.where,
            "given": "; ".join(_given(given) for given in example.given),
            "deducts": example.deducts,
            "note": example.note,
        }
    )


def _given(given: Given) -> str:
    counts = [f"{unit}: {plain(count)}" for unit, count in given.counts.items()]
    case = [] if given.case is None else [f"case: {given.case}"]
    deduction = [] if given.deduction is None else [f"deduction: {plain(given.deduction)}"]
    return ", ".join((f"{given.item}#{given.clause}", *counts, *case, *deduction))
