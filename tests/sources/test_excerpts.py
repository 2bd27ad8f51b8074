"""What a rule file of any time says at each place."""

import pytest

from site_builder.sources import excerpts, section_of
from tests.sites import CONDUCT, STUDY


@pytest.mark.parametrize(
    "path, section",
    [
        ("criteria/2021/party.yaml", "party"),
        ("criteria/2021/base/secrecy.yaml", "base.secrecy"),
        ("criteria/2021/base/section.yaml", "base"),
        ("criteria/2021/scheme.yaml", None),
        ("criteria/approvals.yaml", None),
        ("criteria/2021/notes.txt", None),
        ("incidents/2021/party.yaml", None),
    ],
)
def test_the_section_that_a_file_holds(path, section):
    assert section_of(path) == section


def test_the_words_and_amounts_of_sections_items_and_clauses():
    found = excerpts("criteria/2021/conduct.yaml", CONDUCT)
    assert found["conduct"] == "title: Conduct\npoints: 2\nassessor: office"
    assert found["conduct.attendance"] == "Attendance"
    assert found["conduct.attendance#absence"] == "Absent\ndeduct: 0.5\nper: person, day"
    assert excerpts("criteria/2021/study.yaml", STUDY)["study#not-done"] == "Not done\ndeduct: 1\nper: item"


def test_sections_inside_others():
    text = "title: A\nsections:\n  inner:\n    title: B\n    items:\n      x:\n        text: C\n"
    assert excerpts("criteria/2021/a.yaml", text)["a.inner.x"] == "C"


def test_interpretations_by_their_place_and_number():
    text = (
        "interpretations:\n  - {where: a, words: X, reading: Y}\n  - {where: a, words: Z, reading: W}\n  - just words\n"
    )
    found = excerpts("criteria/2021/scheme.yaml", text)
    assert found == {
        "interpretations a 1": "where: a\nwords: X\nreading: Y",
        "interpretations a 2": "where: a\nwords: Z\nreading: W",
    }


@pytest.mark.parametrize(
    "text",
    ["", "- a\n", "a: [", "a: *x\n", "\x00", "clauses: 1\nitems: [x]\nsections: {a: 1}\n", "? [a]\n: b\n", "[" * 9999],
)
def test_what_cannot_be_read_says_nothing(text):
    assert set(excerpts("criteria/2021/a.yaml", text)) <= {"a"}
