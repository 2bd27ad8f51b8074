"""The rule book and each department's records as scripts: what the simulator counts with, and clauses to be shown."""

from collections.abc import Mapping

from site_builder import urls
from site_builder.assessment import Assessment
from site_builder.exports.figures import amount
from site_builder.exports.scripts import script
from site_builder.model import Clause, DiscretionaryDeduction, Incident, Rule, Scheme, plain


def rules_script(scheme: Scheme) -> bytes:
    """`data/YEAR/rules.js`: calls `kaohe.rules` with the rule book.

    `sections`: id, title, points; `clauses`: id, words, amount (null where the assessor sets it), units, limit,
    cumulation, page; `items`: id, words, section, and its clauses as pairs of name and id. Points are text.
    """
    return script(
        "kaohe.rules",
        {
            "year": scheme.year,
            "first": scheme.first.isoformat(),
            "last": scheme.last.isoformat(),
            "units": dict(scheme.units),
            "sections": [[one.id, one.title, amount(one.points)] for one in scheme.all_sections.values()],
            "clauses": [_clause(scheme, one) for one in scheme.clauses.values()],
            "items": [
                [item.id, item.text, item.section, [[clause.name, clause.id] for clause in item.clauses]]
                for item in scheme.items.values()
            ],
        },
    )


def _clause(scheme: Scheme, clause: Clause) -> list[object]:
    fixed = None if isinstance(clause.effect, DiscretionaryDeduction) else plain(clause.effect.amount)
    return [
        clause.id,
        clause.text,
        fixed,
        list(clause.counted_units),
        amount(clause.limit),
        clause.cumulation.value,
        urls.clause(scheme.year, clause),
    ]


def record_scripts(assessment: Assessment, year: int) -> Mapping[str, bytes]:
    """`data/YEAR/departments/ID.js` by URL: calls `kaohe.records` with the year, the department and its incidents.

    Each is a list: id, date, item, clause, counts by unit, deduction, case, state (`withdrawn`, `pending` or empty).
    """
    records: dict[str, list[list[object]]] = {name: [] for name in assessment.site.departments_of(year)}
    entries = assessment.ledgers[year].entries
    for name, incident in assessment.site.years[year].incidents.items():
        waits = any(step.rule is Rule.PENDING for step in entries[name].steps)
        records[incident.department].append(_record(incident, waits))
    return {
        urls.record_script(year, name): script("kaohe.records", {"department": name, "year": year, "records": own})
        for name, own in records.items()
    }


def _record(incident: Incident, waits: bool) -> list[object]:
    return [
        incident.id,
        incident.date.isoformat(),
        incident.criterion,
        incident.clause,
        {unit: plain(count) for unit, count in incident.counts.items()},
        amount(incident.deduction),
        incident.case,
        "withdrawn" if incident.withdrawn else "pending" if waits else "",
    ]
