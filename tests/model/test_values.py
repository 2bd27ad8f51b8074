"""The small values that everything else rests on."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.model import (
    LONGEST,
    Origin,
    Place,
    Problem,
    Reading,
    Severity,
    has_error,
    in_order,
    is_identifier,
    message,
    plain,
)

AMOUNTS = {
    "0.50": "0.5", "20.00": "20", "20": "20", "-0.70": "-0.7", "0": "0", "-0": "0", "0.000": "0", "-0.00": "0",
    "1E+3": "1000", "1E-6": "0.000001", "100": "100", "999999999.999999": "999999999.999999",
}  # fmt: skip


@pytest.mark.parametrize(("amount", "text"), AMOUNTS.items())
def test_points_are_written_without_exponent_zeros_or_negative_zero(amount: str, text: str) -> None:
    assert plain(Decimal(amount)) == text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=6))
def test_what_is_written_is_the_amount(amount: Decimal) -> None:
    text = plain(amount)
    assert Decimal(text) == amount
    assert "E" not in text
    assert not (("." in text and text.endswith("0")) or text.endswith(".") or text == "-0")


@pytest.mark.parametrize(
    "text", ["a", "1", "2021-0001", "base", "a-b-c", "a" * LONGEST, "com", "lpt", "console", "com10"]
)
def test_ids(text: str) -> None:
    assert is_identifier(text)


NO_IDS = [
    *("", "-", "a-", "-a", "a--b", "A", "ä", "a.b", "a_b", "a b", "a\n", "a/b", "..", "一", "１", "a" * (LONGEST + 1)),
    *("con", "prn", "aux", "nul", "com0", "com1", "lpt9"),
]


@pytest.mark.parametrize("text", NO_IDS)
def test_no_ids(text: str) -> None:
    assert not is_identifier(text)


def problem(path: str, line: int, code: str = "a", severity: Severity = Severity.ERROR) -> Problem:
    return Problem(Place(path, line), code, message("T"), message("H"), severity)


def test_problems_come_by_place_then_code_each_once() -> None:
    found = [problem("b", 1), problem("a", 10), problem("a", 9, "z"), problem("a", 9), problem("a", 10)]
    assert [(one.place.path, one.place.line, one.code) for one in in_order(found)] == [
        ("a", 9, "a"), ("a", 9, "z"), ("a", 10, "a"), ("b", 1, "a"),
    ]  # fmt: skip


def test_a_warning_is_no_error() -> None:
    warning = problem("a", 1, severity=Severity.WARNING)
    assert not has_error([warning])
    assert has_error([warning, problem("a", 1)])


def test_the_place_of_a_key_is_that_of_its_value_or_of_the_whole() -> None:
    origin = Origin(Place("a", 2), {"date": (5, 7)})
    assert origin.of("date") == Place("a", 5, 7)
    assert origin.of("case") == Place("a", 2)


@pytest.mark.parametrize(
    ("value", "at_least", "missed"),
    [("79.9", "80", True), ("80", "80", False), (None, "80", False), ("1", None, False)],
)
def test_a_threshold_is_missed_below_it(value: str | None, at_least: str | None, missed: bool) -> None:
    reading = Reading("Spent", value and Decimal(value), at_least and Decimal(at_least))  # type: ignore[arg-type]
    assert reading.missed is missed
