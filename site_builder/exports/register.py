"""All incidents of a year as a script that a page may load: a table that can be sorted and filtered as a whole."""

from site_builder.assessment import Assessment
from site_builder.exports.scripts import script
from site_builder.model import plain, summary


def register_script(assessment: Assessment, year: int) -> bytes:
    """`data/YEAR/register.js`: calls `kaohe.rows` with a list for each incident, newest first.

    A list holds id, date, department, section, assessor (ids), the words of what happened, id and words of the clause,
    what is counted, and words for what became of it. `measured` are the ids of measured rows, which bear no number.
    """
    scheme, ledger = assessment.site.years[year].scheme, assessment.ledgers[year]
    incidents = assessment.site.years[year].incidents
    rows = []
    for name, entry in reversed(tuple(ledger.entries.items())):
        incident = incidents[name]
        item = scheme.items[incident.criterion]
        clause = item.clause(incident.clause)
        assert clause is not None
        rows.append(
            [
                name,
                incident.date.isoformat(),
                incident.department,
                item.section,
                item.assessor or "",
                summary(incident),
                clause.id,
                plain(entry.counted),
                " ".join(assessment.statuses(incident, entry)),
            ]
        )
    clauses = {one.id: one.text for one in scheme.clauses.values()}
    measured = [name for name, one in incidents.items() if one.measurement is not None]
    return script("kaohe.rows", {"rows": rows, "clauses": clauses, "measured": measured})
