"""`incidents.json` and `handbook.json`: the records and the rules of a year as they were read."""

from site_builder.assessment import Assessment
from site_builder.exports.figures import amount, to_json
from site_builder.model import (
    Clause,
    DiscretionaryDeduction,
    Entry,
    Example,
    Incident,
    Item,
    Measurement,
    Section,
    plain,
)


def incidents_json(assessment: Assessment, year: int) -> bytes:
    """The incidents of a year by id, with their text and what they deduct."""
    entries, incidents = assessment.ledgers[year].entries, assessment.site.years[year].incidents
    return to_json(
        {
            "year": year,
            "incidents": {
                name: _incident(incidents[name], assessment.verdict(incidents[name]).decision.value, entry)
                for name, entry in entries.items()
            },
        }
    )


def _incident(incident: Incident, approval: str, entry: Entry) -> dict[str, object]:
    appeal, withdrawn = incident.appeal, incident.withdrawn
    return {
        "department": incident.department,
        "criterion": incident.criterion,
        "clause": incident.clause,
        "date": incident.date.isoformat(),
        "count": {unit: plain(count) for unit, count in incident.counts.items()},
        "case": incident.case,
        "deduction": amount(incident.deduction),
        "evidence": list(incident.evidence),
        "text": incident.body,
        "appeal": appeal
        and {
            "filed": appeal.filed.isoformat(),
            "outcome": appeal.outcome,
            "decided": appeal.decided and appeal.decided.isoformat(),
            "note": appeal.note,
        },
        "withdrawn": withdrawn and {"date": withdrawn.date.isoformat(), "reason": withdrawn.reason},
        "measurement": incident.measurement and _measurement(incident.measurement),
        "gross": plain(entry.gross),
        "counted": plain(entry.counted),
        "approval": approval,
    }


def _measurement(measurement: Measurement) -> dict[str, object]:
    return {
        "project": measurement.project,
        "name": measurement.name,
        "kind": measurement.kind,
        "unit": measurement.unit,
        "row": measurement.line,
        "readings": [
            {
                "title": reading.title,
                "value": amount(reading.value),
                "at-least": amount(reading.at_least),
                "missed": reading.missed,
            }
            for reading in measurement.readings
        ],
    }


def handbook_json(assessment: Assessment, year: int) -> bytes:
    """The rule book of a year: sections, items and clauses in its order, interpretations and examples."""
    scheme = assessment.site.years[year].scheme
    return to_json(
        {
            "year": year,
            "title": scheme.title,
            "source": scheme.source,
            "period": {"from": scheme.first.isoformat(), "to": scheme.last.isoformat()},
            "units": dict(scheme.units),
            "sections": [_section(section) for section in scheme.sections],
            "clauses": {name: _clause(clause) for name, clause in scheme.clauses.items()},
            "interpretations": [
                {"where": one.where, "words": one.words, "reading": one.reading, "decided": one.decided}
                for one in scheme.interpretations
            ],
            "examples": [_example(example) for example in scheme.examples],
        }
    )


def _section(section: Section) -> dict[str, object]:
    return {
        "id": section.id,
        "title": section.title,
        "points": amount(section.points),
        "assessor": section.assessor,
        "note": section.note,
        "items": [_item(item) for item in section.items],
        "sections": [_section(inner) for inner in section.sections],
    }


def _item(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "text": item.text,
        "method": item.method,
        "assessor": item.assessor,
        "note": item.note,
        "clauses": {clause.name: clause.id for clause in item.clauses},
    }


def _clause(clause: Clause) -> dict[str, object]:
    return {
        "text": clause.text,
        "deduct": "discretionary" if isinstance(clause.effect, DiscretionaryDeduction) else plain(clause.effect.amount),
        "per": list(clause.per),
        "limit": amount(clause.limit),
        "cumulation": clause.cumulation.value,
        "measured-by": clause.measure and clause.measure.file,
        "note": clause.note,
    }


def _example(example: Example) -> dict[str, object]:
    return {
        "where": example.where,
        "given": [
            {
                "item": given.item,
                "clause": given.clause,
                "count": {unit: plain(count) for unit, count in given.counts.items()},
                "case": given.case,
                "deduction": amount(given.deduction),
            }
            for given in example.given
        ],
        "deducts": plain(example.deducts),
        "note": example.note,
    }
