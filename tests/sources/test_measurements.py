"""Given a measurements file, each row that misses a threshold is an incident, and each mistake a problem."""

from decimal import Decimal

import pytest

from site_builder.model import Origin
from site_builder.sources import Tree
from tests.sites import MEASURED, incident, placed, problems, site, valid

FILE = "incidents/2021/measurements/spending.csv"
HEADER = "department,project,name,kind,spent,done"


def rows(*lines: str, header: str = HEADER) -> str:
    return "\n".join([header, *lines, ""])


def measured(text: str | bytes) -> Tree:
    return site(criteria={"conduct": MEASURED}, measurements={"spending": text})


FILES = {
    "empty": ("", "1:1", "missing-column", "department, project, kind, name, spent, done"),
    "without a column": (rows(header="department,project,kind,spent"), "1:1", "missing-column", "The first row names"),
    "an extra column": (rows(header=HEADER + ",remarks"), "1:41", "unknown-column", "Right would be"),
    "a column twice": (rows(header=HEADER + ",kind"), "1:41", "duplicate-column", "Keep one"),
    "a cell too few": (rows("library,books,Books,routine,80"), "2:1", "row-length", "one cell"),
    "a cell too many": (rows("library,books,Books,routine,80,,"), "2:1", "row-length", "quotation marks around"),
    "a comma in a cell": (rows("library,books,Books, old,routine,80,"), "2:1", "row-length", "comma inside a cell"),
    "a row twice": (
        rows("library,books,Books,routine,80,", "office,books,More,routine,80,"), "3:8", "duplicate-row", "its own",
    ),
    "a quotation mark never closed": (rows('library,"books,Books,routine,80,'), "2:1", "csv-syntax", "quotation marks"),
    "a quotation mark in the middle": (rows('"lib"rary,books,B,routine,80,'), "2:1", "csv-syntax", "quotation marks"),
    "broken quoting at the top": ('"department', "1:1", "csv-syntax", "quotation marks"),
    "a huge cell": (rows(f"library,books,{'x' * 200_000},routine,80,"), "2:1", "csv-syntax", "quotation marks"),
    "semicolons": ("department;project\n", "1:11", "csv-separator", "CSV with commas"),
    "GBK": (rows("library,books,图书,routine,80,").encode("gbk"), "2:16", "not-utf-8", "iconv -f GBK"),
    "tabs": (rows("library\tbooks"), "2:8", "invisible-character", "spaces"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "where", "code", "hint"), FILES.values(), ids=FILES)
def test_file(text: str | bytes, where: str, code: str, hint: str) -> None:
    [problem] = [one for one in problems(measured(text)) if one.code == code][:1]
    assert problem.where == f"{FILE}:{where}"
    assert hint in problem.hint


CELLS = {
    "no department": (",books,Books,routine,80,", "2:1", "unknown-department", "library"),
    "unknown department": ("libary,books,Books,routine,80,", "2:1", "unknown-department", "library"),
    "no project": ("library,,Books,routine,80,", "2:9", "invalid-id", "lower-case"),
    "a project in capitals": ("library,Books,Books,routine,80,", "2:9", "invalid-id", "lower-case"),
    "a project's name too long": (f"library,{'b' * 60},Books,routine,80,", "2:9", "invalid-id", "at most 64"),
    "no kind": ("library,books,Books,,80,", "2:21", "unknown-kind", "routine"),
    "unknown kind": ("library,books,Books,rutine,80,", "2:21", "unknown-kind", "routine"),
    "no value": ("library,books,Books,routine,,", "2:29", "missing-value", "measured value"),
    "no value for a threshold": ("library,books,Books,one-off,80,", "2:32", "missing-value", "measured value"),
    "a word": ("library,books,Books,routine,most,", "2:29", "not-a-number", "digits"),
    "exponent": ("library,books,Books,routine,8e1,", "2:29", "not-a-number", "exponent"),
    "full-width digits": ("library,books,Books,routine,８０,", "2:29", "not-a-number", "digits"),
    "a million digits": (f"library,books,Books,routine,{'8' * 100_000},", "2:29", "not-a-number", "at most 9"),
    "below zero": ("library,books,Books,routine,-80,", "2:29", "number-too-small", "larger"),
    "more than the whole": ("library,books,Books,routine,8000,", "2:29", "unlikely-value", "85.5"),
    "quoted cells hide the column": ('library,"books",Books,rutine,80,', "2:1", "unknown-kind", "routine"),
}


@pytest.mark.parametrize(("row", "where", "code", "hint"), CELLS.values(), ids=CELLS)
def test_cells(row: str, where: str, code: str, hint: str) -> None:
    [problem] = problems(measured(rows(row)))
    assert problem.where == f"{FILE}:{where}"
    assert problem.code == code
    assert hint in problem.hint


def test_all_problems_of_a_row_and_of_other_rows_come_in_one_run() -> None:
    text = rows("libary,books,Books,routine,most,", "office,books,Books,routine,80,", "office,desks,Desks,rutine,,")
    assert placed(measured(text)) == [
        f"{FILE}:2:1 unknown-department",
        f"{FILE}:2:28 not-a-number",
        f"{FILE}:3:8 duplicate-row",
        f"{FILE}:4:20 unknown-kind",
    ]


def test_each_row_that_misses_a_threshold_is_an_incident() -> None:
    text = rows(
        "library,books,Books,routine,79.99,",
        "library,shelves,,routine,80%,",
        "",
        'office,"desks","Desks, new",one-off,100,99.5 %',
        "office,lamps,Lamps,one-off,79,100",
    )
    incidents = valid(measured("\ufeff" + text.replace("\n", "\r\n"))).years[2021].incidents
    assert list(incidents) == ["spending-books", "spending-desks", "spending-lamps"]
    desks = incidents["spending-desks"]
    assert (desks.department, desks.criterion, desks.clause, str(desks.date)) == (
        "office", "conduct.budget", "missed", "2021-12-20",
    )  # fmt: skip
    assert desks.measurement is not None
    assert (desks.measurement.name, desks.measurement.kind, desks.measurement.line) == ("Desks, new", "One-off", 5)
    assert [(one.title, one.value, one.at_least, one.missed) for one in desks.measurement.readings] == [
        ("Spent", Decimal(100), Decimal(80), False),
        ("Done", Decimal("99.5"), Decimal(100), True),
    ]
    assert isinstance(desks.origin, Origin)
    assert desks.origin.place.line == 5


def test_a_cell_over_several_lines_does_not_move_the_next_row() -> None:
    text = rows('library,books,"Books,\nold and new",routine,79,', "library,desks,Desks,routine,most,")
    assert placed(measured(text)) == [f"{FILE}:4:29 not-a-number"]


def test_a_file_that_no_clause_measures_by() -> None:
    tree = site(criteria={"conduct": MEASURED}, measurements={"spendng": rows()})
    [problem] = problems(tree)
    assert problem[:2] == ("incidents/2021/measurements/spendng.csv:1:1", "unknown-measurements")
    assert "spending" in problem.hint


@pytest.mark.parametrize("name", ["spending.xlsx", "spending.CSV", "old/spending.csv"])
def test_a_file_that_is_no_measurements_file(name: str) -> None:
    path = f"incidents/2021/measurements/{name}"
    assert placed(site(criteria={"conduct": MEASURED}, files={path: rows()})) == [f"{path}:1:1 unexpected-file"]


def test_an_incident_may_not_have_the_id_of_a_row() -> None:
    tree = site(
        {"spending-books": incident(criterion="conduct.budget", clause="missed", count=None)},
        {"conduct": MEASURED},
        measurements={"spending": rows("library,books,Books,routine,79,")},
    )
    [problem] = problems(tree)
    assert problem[:2] == (f"{FILE}:2:1", "duplicate-id")
    assert problem.text == "incidents/2021/spending-books.md:1 has the same id “spending-books”"
