"""The same as CSV for spreadsheets: UTF-8 with a byte order mark, each cell inert, the columns documented."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from site_builder.assessment import Assessment
from site_builder.model import Column, DataFile, DiscretionaryDeduction, message, plain

SCORES = (
    Column("department", message("Id of the department")),
    Column("department-name", message("Name of the department")),
    Column("section", message("Id of the section")),
    Column("section-title", message("Title of the section")),
    Column("points", message("Points of the section; empty where it only deducts")),
    Column("deducted", message("Points deducted")),
    Column("score", message("Points less what was deducted; without points, minus what was deducted")),
)
INCIDENTS = (
    Column("incident", message("Id of the incident")),
    Column("date", message("Date on which it happened")),
    Column("department", message("Id of the department")),
    Column("department-name", message("Name of the department")),
    Column("criterion", message("Id of the item")),
    Column("item", message("Words of the item")),
    Column("clause", message("Id of the clause")),
    Column("clause-text", message("Words of the clause")),
    Column("count", message("Units counted, as unit=number")),
    Column("case", message("Id of the case, where cases do not cumulate")),
    Column("gross", message("Deduction before repetition and limits")),
    Column("counted", message("Deduction that counts")),
    Column("status", message("recorded, appealed (open) or withdrawn")),
    Column("evidence", message("Documents that prove it")),
)
HANDBOOK = (
    Column("section", message("Id of the section")),
    Column("section-title", message("Title of the section")),
    Column("criterion", message("Id of the item")),
    Column("item", message("Words of the item")),
    Column("clause", message("Id of the clause")),
    Column("clause-text", message("Words of the clause")),
    Column("deduct", message("Points deducted for each unit, or discretionary")),
    Column("per", message("Units that are counted")),
    Column("limit", message("Most points that the clause deducts in a year")),
    Column("cumulation", message("each, once-per-item or highest-per-case")),
    Column("assessor", message("Id of the department that assesses")),
)
_JSON_SCORES = (
    Column("departments", message("For each department and section: points, deducted, score")),
    Column("incidents", message("For each incident: gross and counted deduction, approval and steps")),
)
_JSON_INCIDENTS = (Column("incidents", message("For each incident: all that was recorded, and what it deducts")),)
_JSON_HANDBOOK = (
    Column("sections", message("Sections with their items, in the rule book's order")),
    Column("clauses", message("For each clause: words, amount, units, limit")),
    Column("interpretations", message("The register of interpretations")),
    Column("examples", message("Examples with what they deduct")),
)


def data_files(year: int) -> tuple[DataFile, ...]:
    """The data files of a year with their columns, as the downloads page describes them."""
    folder = f"data/{year}/"
    return (
        DataFile(folder + "scores.csv", message("Scores, a row for each department and section"), SCORES),
        DataFile(folder + "incidents.csv", message("Incidents, a row each"), INCIDENTS),
        DataFile(folder + "handbook.csv", message("Rules, a row for each item and clause"), HANDBOOK),
        DataFile(folder + "scores.json", message("Scores with the steps of every deduction"), _JSON_SCORES),
        DataFile(folder + "incidents.json", message("Incidents in full"), _JSON_INCIDENTS),
        DataFile(folder + "handbook.json", message("The rule book"), _JSON_HANDBOOK),
    )


def scores_csv(assessment: Assessment, year: int) -> bytes:
    """The scores of a year, a row for each department and section."""
    site, sections = assessment.site, assessment.site.years[year].scheme.all_sections
    return _table(
        SCORES,
        (
            (
                department,
                site.departments[department].name,
                section,
                sections[section].title,
                "" if score.points is None else plain(score.points),
                plain(score.deducted),
                plain(score.score),
            )
            for department, scores in assessment.ledgers[year].scores.items()
            for section, score in scores.items()
        ),
    )


def incidents_csv(assessment: Assessment, year: int) -> bytes:
    """The incidents of a year, a row each, in the order of counting."""
    return _table(INCIDENTS, _incident_rows(assessment, year))


def _incident_rows(assessment: Assessment, year: int) -> Iterator[Sequence[str]]:
    records = assessment.site.years[year]
    for name, entry in assessment.ledgers[year].entries.items():
        incident = records.incidents[name]
        item = records.scheme.items[incident.criterion]
        clause = item.clause(incident.clause)
        is_open = incident.appeal is not None and incident.appeal.is_open
        yield (
            name,
            incident.date.isoformat(),
            incident.department,
            assessment.site.departments[incident.department].name,
            incident.criterion,
            item.text,
            incident.clause,
            clause.text if clause else "",
            " ".join(f"{unit}={plain(count)}" for unit, count in incident.counts.items()),
            incident.case or "",
            plain(entry.gross),
            plain(entry.counted),
            "withdrawn" if incident.withdrawn else "appealed" if is_open else "recorded",
            "；".join(incident.evidence),
        )


def handbook_csv(assessment: Assessment, year: int) -> bytes:
    """The rules of a year, a row for each item and clause."""
    scheme = assessment.site.years[year].scheme
    return _table(
        HANDBOOK,
        (
            (
                item.section,
                scheme.all_sections[item.section].title,
                item.id,
                item.text,
                clause.name,
                clause.text,
                "discretionary" if isinstance(clause.effect, DiscretionaryDeduction) else plain(clause.effect.amount),
                " ".join(clause.per),
                "" if clause.limit is None else plain(clause.limit),
                clause.cumulation.value,
                item.assessor or "",
            )
            for item in scheme.items.values()
            for clause in item.clauses
        ),
    )


def _table(columns: Iterable[Column], rows: Iterable[Sequence[str]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([column.name for column in columns])
    writer.writerows([_inert(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula; negative numbers stay numbers."""
    looks_active = cell[:1] in ("=", "+", "-", "@", "\t", "\r")
    return "'" + cell if looks_active and not cell[1:].replace(".", "", 1).isdigit() else cell
