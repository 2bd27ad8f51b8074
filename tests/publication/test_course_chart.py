"""A course stays inside its drawing, and says the same as its parts."""

from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from site_builder.pages.charts import WIDTH
from site_builder.pages.course_chart import Stop, course
from tests.sites import say

TENTHS = st.integers(0, 400).map(lambda number: Decimal(number).scaleb(-1))


@st.composite
def stops(draw) -> list[Stop]:
    found = []
    for year in range(2015, 2015 + draw(st.integers(0, 11))):
        points = draw(st.none() | TENTHS)
        lost = draw(TENTHS) if points is None else min(points, draw(TENTHS))
        found.append(Stop(year, draw(st.text(max_size=30)), lost, points, bool(found) and draw(st.booleans())))
    return found


@given(stops())
def test_a_course_lies_inside_its_drawing_and_joins_only_what_goes_on(given_stops: list[Stop]) -> None:
    chart = course("Base", given_stops)
    drawn = given_stops[len(given_stops) - len(chart.columns) :]
    assert chart.earlier == len(given_stops) - len(drawn) and len(drawn) <= 8
    assert [one.label for one in chart.columns] == [one.label for one in drawn]
    assert [one.lines[0] for one in chart.columns] == [str(one.year) for one in drawn]
    for one in chart.columns:
        assert Decimal(one.left) >= 0 and Decimal(one.left) + chart.width <= WIDTH
        assert Decimal(one.y) >= 18 and Decimal(one.y) + Decimal(one.height) == 98
        assert len(one.lines) <= 3 and 98 + 15 * len(one.lines) <= chart.height
    xs = [Decimal(one.x) for one in chart.columns]
    assert xs == sorted(xs)
    joined = [after.goes_on and after.points == before.points for before, after in pairwise(drawn)]
    assert len(chart.lines) == sum(joined)
    assert all(str(one.year) in say(chart.description) for one in drawn)


def test_points_and_no_points_are_no_measure_of_each_other() -> None:
    chart = course(
        "Party",
        [Stop(2021, "", Decimal(9), None, False), Stop(2022, "", Decimal(1), Decimal(20), True)],
    )
    assert [one.height for one in chart.columns] == ["80", "80"] and chart.lines == ()


def test_a_share_has_both_numbers() -> None:
    """1 of 2 is drawn higher than 1.2 of 3, though less was lost."""
    chart = course(
        "Conduct",
        [Stop(2021, "", Decimal(1), Decimal(2), False), Stop(2022, "", Decimal("1.2"), Decimal(3), True)],
    )
    assert [one.label for one in chart.columns] == ["−1/2", "−1.2/3"]
    assert Decimal(chart.columns[0].height) > Decimal(chart.columns[1].height)
    assert chart.lines == ()
