"""Results as they were fixed: read with every digest and figure, and each mistake in the file told with its place."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from site_builder.sources import read_site
from site_builder.sources.results import inputs
from tests.sites import incident, placed, problems, site

PATH = "criteria/2021/results.yaml"
RESULTS = f"""\
frozen: 2022-01-21
commit: "{"a" * 40}"
version: "0.1.0"
level: recorded
scores:
  library: {{conduct: 9.5, study: 4}}
rules:
  "criteria/2021/conduct.yaml": "{"b" * 64}"
incidents:
  "0001": "{"c" * 64}"
policy:
  "criteria/approvals.yaml": "{"d" * 64}"
restatements:
  - date: 2022-03-01
    reason: Attendance corrected
    decision: Decision 8
    files: {{"0001": removed}}
    scores: {{library: {{conduct: 10, study: removed}}}}
"""


def results(old="", new=""):
    """The tree of a site whose results have this in place of that."""
    assert old in RESULTS
    return site({"0001": incident()}, files={PATH: RESULTS.replace(old, new, 1) if old else RESULTS})


def test_every_digest_and_figure_is_read():
    found = read_site(results()).site
    assert found is not None
    frozen = found.years[2021].frozen
    assert frozen is not None and frozen.date == date(2022, 1, 21) and frozen.commit == "a" * 40
    assert frozen.scores == {"library": {"conduct": Decimal("9.5"), "study": Decimal(4)}}
    assert frozen.inputs.files == {"criteria/2021/conduct.yaml": "b" * 64, "incidents/2021/0001.md": "c" * 64}
    (restated,) = frozen.restatements
    assert (restated.date, restated.reason, restated.decision) == (
        date(2022, 3, 1),
        "Attendance corrected",
        "Decision 8",
    )
    assert restated.files == {"incidents/2021/0001.md": None}
    assert restated.scores == {"library": {"conduct": Decimal(10), "study": None}}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("level: recorded", "level: sworn", "4:8 unknown-level"),
        ('version: "0.1.0"\n', "", "1:1 missing-key"),
        ("conduct: 9.5", "conduct: high", "6:22 not-a-number"),
        ("conduct: 9.5", "conduct: 9.50000000001", "6:22 not-a-number"),
        ("conduct: 9.5", "conduct: [9.5]", "6:22 not-a-number"),
        ("{conduct: 9.5, study: 4}", "9.5", "6:12 wrong-type"),
        ("frozen: 2022-01-21", "frozen: 21 January", "1:9 invalid-date"),
        ("rules:", "rule:", "7:1 unknown-key"),
        ("    reason: Attendance corrected\n", "", "14:5 missing-key"),
        ("    decision: Decision 8\n", "", "14:5 missing-key"),
        ("    decision: Decision 8", "    decision: Decision 8\n    why: So", "17:5 unknown-key"),
        ("date: 2022-03-01\n    reason", "reason", "14:5 missing-key"),
        ("date: 2022-03-01", "date: soon", "14:11 invalid-date"),
        ("level: recorded", "level: recorded\nverdicts: {}", "5:1 verdicts-at-recorded"),
        ("date: 2022-03-01", "date: 2020-03-01", "14:11 dates-reversed"),
        (
            "  - date: 2022-03-01",
            "  - {date: 2022-03-02, reason: R, decision: D}\n  - date: 2022-03-01",
            "15:11 dates-reversed",
        ),
        ("restatements:\n  - date: 2022-03-01", "restatements:\n  - soon\n  - date: 2022-03-01", "14:5 wrong-type"),
        ("    decision: Decision 8", "    decision: Decision 8\n    level: sworn", "17:12 unknown-level"),
        ("    decision: Decision 8", "    decision: Decision 8\n    verdicts: {}", "17:5 verdicts-at-recorded"),
        ("study: removed}", "study: gone}", "18:44 not-a-number"),
    ],
)
def test_a_mistake_is_told_with_its_place(old, new, told):
    assert placed(results(old, new)) == [f"{PATH}:{told}"]


def test_a_restatement_that_raises_the_level_has_verdicts_and_so_have_later_ones():
    later = "  - {date: 2022-03-01, reason: R, decision: D, verdicts: {'0001': pending}}\n"
    raised = results("    decision: Decision 8\n", "    decision: Decision 8\n    level: signed\n    verdicts: {}\n")
    assert placed(site({"0001": incident()}, files={PATH: raised.files[PATH].decode() + later})) == []


def test_results_rest_on_rules_records_and_tables_and_not_on_themselves():
    table = "Project,Kind,Department,Spent,Done\nRoof,routine,library,90,100\n"
    tree = site({"0001": incident()}, files={PATH: RESULTS, "criteria/2021/notes.txt": "Notes"})
    tree = replace(tree, files={**tree.files, "incidents/2021/measurements/spending.csv": table.encode()})
    names = ("conduct", "scheme", "study")
    assert set(inputs(tree, 2021, {}).files) == {
        *(f"criteria/2021/{name}.yaml" for name in names),
        "incidents/2021/0001.md",
        "incidents/2021/measurements/spending.csv",
    }


def test_a_level_and_its_verdicts_are_read_with_their_places():
    tree = results("level: recorded", "level: reviewed\nverdicts: {'0001': approved}")
    found = read_site(tree).site
    assert found is not None
    frozen = found.years[2021].frozen
    assert frozen is not None and frozen.inputs.level == "reviewed" and frozen.version == "0.1.0"
    assert frozen.inputs.verdicts == {"incidents/2021/0001.md": "approved"}
    assert frozen.inputs.policy == {"criteria/approvals.yaml": "d" * 64}
    lines = {name: place.line for name, place in frozen.places.items()}
    assert lines == {"library": 7, "criteria/2021/conduct.yaml": 9, "incidents/2021/0001.md": 5}


@pytest.mark.parametrize(("day", "told"), [("2020-12-31", [f"{PATH}:13:11 dates-reversed"]), ("2021-01-01", [])])
def test_without_the_day_of_the_freeze_restatements_begin_with_the_year(day, told):
    text = RESULTS.replace("frozen: 2022-01-21\n", "").replace("date: 2022-03-01", f"date: {day}")
    assert placed(site({"0001": incident()}, files={PATH: text})) == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("date: 2022-03-01", "date: 2022-01-20", "This is before 2022-01-21, when the results were fixed"),
        (
            "  - date: 2022-03-01",
            "  - {date: 2022-03-02, reason: R, decision: D}\n  - date: 2022-03-01",
            "This is before 2022-03-02: restatements stand in the order of their dates",
        ),
    ],
)
def test_a_restatement_that_is_dated_too_early_is_told_before_what(old, new, told):
    assert [problem.text for problem in problems(results(old, new))] == [told]
