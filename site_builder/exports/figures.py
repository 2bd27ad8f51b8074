"""`scores.json`: every figure of a year with its derivation (docs/reference.md, chapter Data files)."""

import json
from decimal import Decimal

from site_builder.assessment import Assessment
from site_builder.language import Language
from site_builder.model import Entry, Incident, SectionScore, Step, plain


def scores_json(assessment: Assessment, year: int, language: Language) -> bytes:
    """The scores of a year as JSON: sorted keys, decimals as text, the sentences in the given language."""
    ledger, scheme = assessment.ledgers[year], assessment.site.years[year].scheme
    incidents = assessment.site.years[year].incidents
    return to_json(
        {
            "year": year,
            "scheme": scheme.title,
            "departments": {
                department: {"sections": {name: _section(score) for name, score in sections.items()}}
                for department, sections in ledger.scores.items()
            },
            "incidents": {
                name: _incident(incidents[name], assessment.verdict(incidents[name]).decision.value, entry, language)
                for name, entry in ledger.entries.items()
            },
        }
    )


def to_json(value: object) -> bytes:
    """JSON as it is published: UTF-8, sorted keys, two spaces, a line break at the end."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def amount(points: Decimal | None) -> str | None:
    """An amount as JSON has it: text, or null where there is none."""
    return None if points is None else plain(points)


def _section(score: SectionScore) -> dict[str, str | None]:
    return {
        "points": amount(score.points),
        "deducted": plain(score.deducted),
        "score": plain(score.score),
    }


def _incident(incident: Incident, approval: str, entry: Entry, language: Language) -> dict[str, object]:
    return {
        "department": incident.department,
        "criterion": incident.criterion,
        "clause": incident.clause,
        "date": incident.date.isoformat(),
        "gross": plain(entry.gross),
        "counted": plain(entry.counted),
        "approval": approval,
        "steps": [_step(step, language) for step in entry.steps],
    }


def _step(step: Step, language: Language) -> dict[str, str]:
    found = {"rule": step.rule.value, "value": plain(step.value), "text": language.say(step.text)}
    if step.section is not None:
        found["section"] = step.section
    if step.clause is not None:
        found["clause"] = step.clause
    return found
