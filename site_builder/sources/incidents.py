"""`incidents/YEAR/**/*.md`: one file an incident; the file's stem is its id."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from site_builder.model import (
    UNCOUNTED,
    Appeal,
    Charge,
    Clause,
    Cumulation,
    DiscretionaryDeduction,
    Incident,
    Outcome,
    Place,
    Problem,
    Scheme,
    Withdrawal,
    is_identifier,
    message,
)
from site_builder.sources.broken import Broken
from site_builder.sources.counts import read_count
from site_builder.sources.documents import Document, read_document
from site_builder.sources.fields import Fields
from site_builder.sources.likely import normal
from site_builder.sources.mistakes import shown
from site_builder.sources.report import Report
from site_builder.sources.scheme import SchemeReading
from site_builder.sources.tree import Tree, unread
from site_builder.sources.values import report_identifier

_OUTCOMES = {
    Outcome.UPHELD: ("成立", "支持", "申诉成立", "异议成立", "采纳", "撤销扣分", "申诉成立撤销扣分", "撤销", "同意"),
    Outcome.PARTLY: ("部分成立", "部分支持", "部分采纳", "更正", "部分更正"),
    Outcome.REJECTED: (
        "驳回",
        "不成立",
        "维持",
        "维持原扣分",
        "维持扣分",
        "异议不成立",
        "申诉不成立",
        "不予采纳",
        "不支持",
    ),
}
"""The words that offices use for what became of an objection: each is one word of the list."""

MEASUREMENTS = "measurements"
"""The folder of a year that holds measurements files."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What an incident is checked against: the rule book, and the departments of its year.

    `departments` are their names by id, None where unknown.
    """

    reading: SchemeReading
    departments: Mapping[str, str] | None

    @property
    def scheme(self) -> Scheme:
        """The rule book, as far as it could be read."""
        return self.reading.scheme


def incident_files(tree: Tree, year: int) -> Iterator[tuple[str, bytes]]:
    """Paths and bytes of what lies in the year's folder beside the measurements."""
    folder = f"incidents/{year}"
    return ((path, data) for path, data in tree.under(folder) if not path.startswith(f"{folder}/{MEASUREMENTS}/"))


def incident_id(path: str) -> str:
    """The id of the incident in a file: its stem."""
    return path.rpartition("/")[2].removesuffix(".md")


@dataclass(frozen=True)
class Reader:
    """Reads the incident files of a year under its rules, each content once.

    `charges` has what each front matter charges, by its text.
    """

    rules: Rules
    charges: dict[str, Charge] = field(default_factory=dict)
    _known: dict[tuple[str, bytes], tuple[Incident | None, tuple[Problem, ...]]] = field(default_factory=dict)

    def read(self, path: str, data: bytes) -> tuple[Incident | None, tuple[Problem, ...]]:
        """The incident in a file, None where it cannot be read; and the problems."""
        if (path, data) not in self._known:
            report = Report()
            document = _document(report, path, data)
            incident = None if document is None else _incident(path, document, self.rules)
            if document is not None and incident is not None:
                withdrawn = incident.withdrawn is not None
                charge = Charge(incident.department, incident.criterion, incident.clause, withdrawn)
                self.charges[document.front] = charge
            self._known[path, data] = incident, tuple(report.problems)
        return self._known[path, data]


def read_incidents(report: Report, tree: Tree, reader: Reader) -> Iterator[Incident]:
    """The incidents of the rule book's year; one that cannot be read is left out."""
    for path, data in incident_files(tree, reader.rules.scheme.year):
        incident, problems = reader.read(path, data)
        report.problems.extend(problems)
        if incident is not None:
            yield incident


def _document(report: Report, path: str, data: bytes) -> Document | None:
    identifier = incident_id(path)
    if not path.endswith(".md"):
        report.problems.append(unread(path, "*.md"))
    elif not is_identifier(identifier):
        report_identifier(report, Place(path), identifier)
    else:
        return read_document(report, path, data)
    return None


def _incident(path: str, document: Document, rules: Rules) -> Incident | None:
    fields = document.fields
    department = read_department(fields, rules)
    criterion, clause = _rule(fields, rules)
    day = fields.date("date", required=True)
    incident = Incident(
        id=incident_id(path),
        department=department or "",
        criterion=criterion or "",
        clause=clause.name if clause else "",
        date=day or rules.scheme.first,
        counts=_counts(fields, clause, rules.reading.broken, rules.scheme.units),
        evidence=fields.texts("evidence"),
        case=fields.label("case"),
        deduction=fields.positive("deduction"),
        appeal=_appeal(fields, day),
        withdrawn=_withdrawal(fields, day),
        body=document.body,
        body_line=document.body_line,
        origin=fields.origin,
    )
    fields.close()
    _check_outcome(fields, incident)
    _check_date(fields, day, rules.scheme)
    if clause is not None and clause.id not in rules.reading.broken:
        _check_clause(fields, incident, clause)
    return incident if criterion and clause and department and day else None


def read_department(fields: Fields, rules: Rules) -> str | None:
    """The department, which must exist in the year."""
    name = fields.identifier("department", required=True, known=rules.departments)
    if name is not None and rules.departments is not None and name not in rules.departments:
        text = message("There is no department “{name}” in {year}", name=name, year=rules.scheme.year)
        fields.report.unknown(fields.place_of("department"), "unknown-department", text, name, rules.departments)
    return name


def _rule(fields: Fields, rules: Rules) -> tuple[str | None, Clause | None]:
    """The item and the clause that the incident names."""
    criterion = fields.text("criterion", required=True)
    name = fields.text("clause", required=True)
    item = rules.scheme.items.get(criterion or "")
    clause = item.clause(name) if item is not None and name is not None else None
    if criterion is None or (clause is None and rules.reading.broken.may_hold(criterion)):
        return criterion, None
    if item is None:
        text = message("The rule book has no item “{name}”", name=shown(criterion))
        fields.report.unknown(
            fields.place_of("criterion"),
            "unknown-criterion",
            text,
            criterion,
            {item.id: item.text for item in rules.scheme.items.values()},
        )
        return criterion, None
    if name is not None and clause is None:
        text = message("{item} has no clause “{name}”", item=item.id, name=shown(name))
        names = {one.name: one.text for one in item.clauses}
        fields.report.unknown(fields.place_of("clause"), "unknown-clause", text, name, names)
    return criterion, clause


def _counts(fields: Fields, clause: Clause | None, broken: Broken, words: Mapping[str, str]) -> Mapping[str, Decimal]:
    inner = fields.fields("count", keys=clause.counted_units if clause else ())
    if inner is None:
        return {}
    if clause is None or clause.id in broken:
        counts = {unit: read_count(inner, unit) for unit in inner.names if unit not in UNCOUNTED}
    else:
        counts = {unit: read_count(inner, unit) for unit in clause.counted_units}
        _check_units(inner, clause, words)
    return {unit: count for unit, count in counts.items() if count is not None}


def _check_units(inner: Fields, clause: Clause, words: Mapping[str, str]) -> None:
    """An incident counts the units of its clause, and those that multiply by nothing not at all."""
    for unit in inner.names:
        if unit in UNCOUNTED and unit in clause.per and inner.number(unit) not in (None, Decimal(1)):
            text = message("“{unit}” is not counted", unit=unit)
            hint = message("Remove it, and record an incident for each")
            inner.report.error(inner.place_of(unit), "unit-not-counted", text, hint)
        elif unit not in clause.per and not inner.is_misread(unit):
            text = message("Clause “{clause}” does not count “{unit}”", clause=clause.name, unit=shown(unit))
            inner.report.unknown(
                inner.key_place(unit),
                "unknown-unit",
                text,
                unit,
                {one: words.get(one, one) for one in clause.counted_units},
            )


def _check_date(fields: Fields, day: date | None, scheme: Scheme) -> None:
    if day is not None and not scheme.first <= day <= scheme.last:
        fields.report.error(
            fields.place_of("date"),
            "date-outside-period",
            message("{date} lies outside the period of the rule book", date=day),
            message(
                "The period is {first} to {last}: correct the date, or move the file to its year",
                first=scheme.first,
                last=scheme.last,
            ),
        )


def _check_clause(fields: Fields, incident: Incident, clause: Clause) -> None:
    """The incident says what its clause asks for, and nothing that the clause fixes."""
    if isinstance(clause.effect, DiscretionaryDeduction):
        _check_discretion(fields, incident)
    elif "deduction" in fields:
        text = message("Clause “{clause}” fixes the deduction", clause=clause.name)
        hint = message("Remove “deduction:”; the amount follows from the clause and the counts")
        fields.report.error(fields.place_of("deduction"), "deduction-not-allowed", text, hint)
    if clause.cumulation is Cumulation.HIGHEST_PER_CASE and "case" not in fields:
        text = message("“{key}” is missing", key="case")
        hint = message("Incidents of one case count once, at the highest: give the case an id, “case: …”")
        fields.report.error(fields.place, "missing-case", text, hint)
    elif clause.cumulation is not Cumulation.HIGHEST_PER_CASE and incident.case is not None:
        text = message("Clause “{clause}” counts every incident, whatever its case", clause=clause.name)
        fields.report.warning(fields.place_of("case"), "case-not-used", text, message("Remove “case:”"))
    if not incident.body and not isinstance(clause.effect, DiscretionaryDeduction):
        text = message("The incident is not explained")
        hint = message("Write below the keys what happened, as established: it is published")
        fields.report.warning(fields.place, "missing-explanation", text, hint)


def _check_discretion(fields: Fields, incident: Incident) -> None:
    if "deduction" not in fields:
        text = message("The clause leaves the amount to the assessor, and the incident states none")
        fields.report.error(fields.place, "missing-deduction", text, message("Add a line “deduction: 0.3”"))
    if not incident.body:
        text = message("A discretionary deduction needs a reason")
        hint = message("Write below the keys what happened and why this amount is fitting")
        fields.report.error(fields.place, "missing-reason", text, hint)


def _appeal(fields: Fields, day: date | None) -> Appeal | None:
    inner = fields.fields("appeal", keys=("filed", "outcome", "decided", "note"))
    if inner is None:
        return None
    filed = inner.date("filed", required=True)
    appeal = Appeal(
        filed=filed or date.min,
        outcome=inner.text("outcome"),
        decided=inner.date("decided"),
        note=inner.text("note"),
    )
    inner.close()
    _check_not_before(inner, "filed", filed, day)
    _check_not_before(inner, "decided", appeal.decided, filed)
    if ("outcome" in inner) != ("decided" in inner):
        text = message("A decided objection has both an outcome and a date")
        hint = message("Write “outcome:” and “decided:”, or neither while it is open")
        inner.report.error(inner.place, "appeal-half-decided", text, hint)
    return appeal


def _check_outcome(fields: Fields, incident: Incident) -> None:
    """An objection that was upheld leaves nothing to count, one upheld in part another figure than before."""
    appeal = incident.appeal
    if appeal is None or appeal.outcome is None or appeal.decided is None:
        return
    report, origin = fields.report, fields.place_of("appeal")
    if appeal.outcome not in tuple(Outcome):
        _unknown_outcome(fields, appeal.outcome)
    elif appeal.outcome == Outcome.UPHELD and incident.withdrawn is None:
        text = message("The objection was upheld, and the incident still counts")
        hint = message(
            "Withdraw it: “withdrawn: {{date: {date}, reason: …}}”; or write “partly” or “rejected”",
            date=appeal.decided,
        )
        report.warning(origin, "appeal-still-counts", text, hint)
    elif appeal.outcome == Outcome.PARTLY and appeal.note is None and incident.withdrawn is None:
        text = message("The objection was upheld in part, and nothing says what changed")
        hint = message("Amend counts, amount or clause, and write into “note:” what was changed")
        report.warning(origin, "appeal-still-counts", text, hint)


def _unknown_outcome(fields: Fields, outcome: str) -> None:
    inner = fields.fields("appeal")
    assert inner is not None
    place = inner.place_of("outcome")
    word = normal(outcome)
    right = next((one for one, words in _OUTCOMES.items() if word in words), None)
    text = message("“{name}” is no outcome of an objection", name=shown(outcome))
    hint = message(
        "Write upheld (成立, then it is withdrawn), partly (部分成立) or rejected (不成立); words go into “note:”"
    )
    if right is not None:
        hint = message("Write {word}; the words “{own}” go into “note:”", word=right.value, own=shown(outcome))
    fields.report.warning(place, "unknown-outcome", text, hint)


def _withdrawal(fields: Fields, day: date | None) -> Withdrawal | None:
    inner = fields.fields("withdrawn", keys=("date", "reason"))
    if inner is None:
        return None
    withdrawn = inner.date("date", required=True)
    reason = inner.text("reason", required=True)
    inner.close()
    _check_not_before(inner, "date", withdrawn, day)
    return Withdrawal(withdrawn or date.min, reason or "")


def _check_not_before(fields: Fields, key: str, later: date | None, earlier: date | None) -> None:
    if later is not None and earlier is not None and later < earlier:
        text = message("{later} lies before {earlier}", later=later, earlier=earlier)
        fields.report.error(fields.place_of(key), "dates-reversed", text, message("Check the two dates"))
