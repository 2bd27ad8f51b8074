"""`incidents/YEAR/measurements/*.csv`: each row that misses a threshold of its clause is an incident."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from site_builder.model import (
    Clause,
    Incident,
    Kind,
    Measure,
    Measurement,
    Origin,
    Place,
    Reading,
    is_identifier,
    message,
)
from site_builder.sources.incidents import MEASUREMENTS, Rules
from site_builder.sources.likely import named
from site_builder.sources.mistakes import shown
from site_builder.sources.report import Report
from site_builder.sources.text import decode
from site_builder.sources.tree import Tree, unread
from site_builder.sources.values import plain_number, report_identifier, report_number

_REQUIRED = ("department", "project", "kind")
_OPTIONAL = ("name",)
_CHINESE_COLUMNS = {"department": "部门", "project": "项目", "kind": "类别", "name": "名称"}
"""What spreadsheets are headed where columns are given by name."""

_HUNDRED = Decimal(100)


def measurements_path(year: int, stem: str) -> str:
    """The path of a year's measurements file that clauses name by its stem."""
    return f"incidents/{year}/{MEASUREMENTS}/{stem}.csv"


def read_measurements(report: Report, tree: Tree, rules: Rules) -> Iterator[Incident]:
    """The incidents of the year's measurements files."""
    folder = f"incidents/{rules.scheme.year}/{MEASUREMENTS}"
    broken = rules.reading.broken
    clauses = {one.measure.file: one for one in rules.scheme.clauses.values() if one.measure and one.id not in broken}
    for path, data in tree.under(folder):
        name = path.removeprefix(folder + "/")
        stem = name.removesuffix(".csv")
        if not name.endswith(".csv") or "/" in name:
            report.problems.append(unread(path, f"{MEASUREMENTS}/*.csv"))
        elif stem in clauses:
            yield from _File(report, path, stem, clauses[stem], rules).incidents(data)
        elif not broken:
            text = message("No clause measures by the file “{name}”", name=shown(stem))
            report.unknown(Place(path), "unknown-measurements", text, stem, clauses)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row: its cells by column, its line, and the column of the file where each cell begins."""

    cells: Mapping[str, str]
    line: int
    at: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _File:
    """One measurements file, its clause, and the rules it is read by."""

    report: Report
    path: str
    stem: str
    clause: Clause
    rules: Rules

    @property
    def measure(self) -> Measure:
        """The thresholds."""
        assert self.clause.measure is not None
        return self.clause.measure

    def incidents(self, data: bytes) -> Iterator[Incident]:
        """An incident for each row that misses a threshold; rows with problems are left out."""
        text, problems = decode(self.path, data)
        self.report.problems.extend(problems)
        seen: dict[str, int] = {}
        for row in self._rows(text) if text is not None else ():
            measurement = self._measurement(row)
            department = self._department(row)
            if self._repeated(row, seen) or measurement is None or department is None:
                continue
            if any(reading.missed for reading in measurement.readings):
                yield self._incident(row, department, measurement)

    def _rows(self, text: str) -> Iterator[_Row]:
        lines = text.split("\n")
        rows = csv.reader((line + "\n" for line in lines), strict=True)
        begin = 0
        try:
            header = [cell.strip() for cell in next(rows, [])]
            if not self._check_header(header, lines[0]):
                return
            begin = rows.line_num
            for cells in rows:
                line, begin = begin + 1, rows.line_num
                if any(cell.strip() for cell in cells):
                    yield from self._row(header, cells, line, lines[line - 1])
        except csv.Error as error:
            is_open = "end of data" in str(error)
            text_of_error = message("A quotation mark that opens a cell is not closed")
            if not is_open:
                text_of_error = message("Text stands behind the closing quotation mark of a cell")
            hint = message("Put quotation marks around the whole cell, and two for each inside it")
            self.report.error(Place(self.path, begin + 1), "csv-syntax", text_of_error, hint)

    def _row(self, header: list[str], cells: list[str], line: int, text: str) -> Iterator[_Row]:
        if len(cells) != len(header):
            wrong = message(
                "This row has {found} cells, the first row {expected}", found=len(cells), expected=len(header)
            )
            hint = message("Give each column one cell; a comma inside a cell needs quotation marks around the cell")
            wide = text.find("，") + 1
            if wide:
                hint = message("The comma here is full-width (，): write a plain one")
            self.report.error(Place(self.path, line, wide or 1), "row-length", wrong, hint)
            return
        starts = _starts(cells, text)
        values = (cell.strip() for cell in cells)
        yield _Row(dict(zip(header, values, strict=True)), line, dict(zip(header, starts, strict=True)))

    def _check_header(self, header: list[str], text: str) -> bool:
        known = (*_REQUIRED, *_OPTIONAL, *self.measure.columns)
        words = {**{one: one for one in known}, **self.measure.columns, **_CHINESE_COLUMNS}
        meant = {named(name, words) for name in header}
        before = len(self.report.problems)
        if meant == {None}:
            missing = message("The first row does not name the columns")
            hint = message("The first row names the columns: {columns}", columns=known)
            self.report.error(Place(self.path), "missing-column", missing, hint)
            return False
        for number, (name, column) in enumerate(zip(header, _starts(header, text), strict=True)):
            place = Place(self.path, 1, column)
            if name in header[:number]:
                twice = message("“{key}” stands here twice", key=shown(name))
                self.report.error(place, "duplicate-column", twice, message("Keep one of the two"))
            elif name not in known:
                unknown = message("There is no column “{name}”", name=shown(name))
                self.report.unknown(place, "unknown-column", unknown, name, words, taken=header)
        for name in (*_REQUIRED, *self.measure.columns):
            if name not in meant:
                missing = message("The column “{name}” is missing", name=name)
                hint = message("The first row names the columns: {columns}", columns=known)
                self.report.error(Place(self.path), "missing-column", missing, hint)
        return len(self.report.problems) == before

    def _place(self, row: _Row, column: str) -> Place:
        return Place(self.path, row.line, row.at[column])

    def _department(self, row: _Row) -> str | None:
        name, known = row.cells["department"], self.rules.departments
        if known is None or name in known:
            return name
        text = message("There is no department “{name}” in {year}", name=shown(name), year=self.rules.scheme.year)
        self.report.unknown(self._place(row, "department"), "unknown-department", text, name, known)
        return None

    def _measurement(self, row: _Row) -> Measurement | None:
        project = row.cells["project"]
        kind = self.measure.kinds.get(row.cells["kind"])
        if not is_identifier(f"{self.stem}-{project}"):
            report_identifier(self.report, self._place(row, "project"), project)
            return None
        if kind is None:
            text = message("There is no kind “{name}”", name=shown(row.cells["kind"]))
            self.report.unknown(
                self._place(row, "kind"),
                "unknown-kind",
                text,
                row.cells["kind"],
                {name: one.title for name, one in self.measure.kinds.items()},
            )
            return None
        before = len(self.report.problems)
        readings = tuple(self._reading(row, kind, column) for column in self.measure.columns)
        if any(problem.severity == "error" for problem in self.report.problems[before:]):
            return None
        name = row.cells.get("name") or project
        return Measurement(project, name, kind.title, self.measure.unit, readings, self.path, row.line)

    def _reading(self, row: _Row, kind: Kind, column: str) -> Reading:
        threshold = dict(kind.at_least).get(column)
        written = row.cells[column]
        number = written.removesuffix(self.measure.unit).rstrip() if self.measure.unit else written
        value = plain_number(number) if number else None
        place = self._place(row, column)
        if not number and threshold is not None:
            text = message("A project of the kind “{kind}” needs a value here", kind=kind.title)
            self.report.error(place, "missing-value", text, message("Write the measured value"))
        elif number and value is None:
            report_number(self.report, place, written, (self.measure.unit,))
        elif value is not None and value < 0:
            text = message("{value} is too small: the least is {least}", value=value, least=Decimal(0))
            self.report.error(place, "number-too-small", text, message("Write a larger number"))
        elif value is not None and self.measure.unit == "%" and value > _HUNDRED:
            text = message("{value}% is more than the whole", value=value)
            self.report.warning(place, "unlikely-value", text, message("Check the value: 85.5 means 85.5 %"))
        return Reading(self.measure.columns[column], value, threshold)

    def _repeated(self, row: _Row, seen: dict[str, int]) -> bool:
        project = row.cells["project"]
        if not project or project not in seen:
            seen[project] = row.line
            return False
        text = message("The project “{name}” stands in line {line} already", name=project, line=seen[project])
        hint = message("Keep one of the rows, or give the other project an id of its own")
        self.report.error(self._place(row, "project"), "duplicate-row", text, hint)
        return True

    def _incident(self, row: _Row, department: str, measurement: Measurement) -> Incident:
        places = {name: (row.line, column) for name, column in row.at.items()}
        return Incident(
            id=f"{self.stem}-{measurement.project}",
            department=department,
            criterion=self.measure.item,
            clause=self.clause.name,
            date=self.measure.date,
            measurement=measurement,
            origin=Origin(Place(self.path, row.line), places),
        )


def _starts(cells: list[str], line: str) -> list[int]:
    """The columns, from 1, where the cells of a line begin; 1 for all where quotation marks hide it."""
    if ",".join(cells) != line:
        return [1] * len(cells)
    starts, at = [], 1
    for cell in cells:
        starts.append(at)
        at += len(cell) + 1
    return starts
