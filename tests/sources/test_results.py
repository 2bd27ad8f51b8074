"""Results as they were fixed: read with every digest and figure, and each mistake in the file told with its place."""

from datetime import date
from decimal import Decimal

import pytest

from site_builder.sources import read_site
from tests.sites import incident, placed, site

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
        ("study: removed}", "study: gone}", "18:44 not-a-number"),
    ],
)
def test_a_mistake_is_told_with_its_place(old, new, told):
    assert placed(results(old, new)) == [f"{PATH}:{told}"]
