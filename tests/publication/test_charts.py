"""Charts say the same as the figures, and stay inside their drawing."""

from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.pages.charts import WIDTH, distribution, lines, timeline, waterfall
from tests.publication.conftest import kaohe

POINTS = st.integers(1, 400).map(lambda number: Decimal(number).scaleb(-1))
TITLES = st.text(min_size=1, max_size=60)


@st.composite
def losses(draw):
    """Points, and what was lost in sections: together at most the points."""
    points = draw(POINTS)
    left, found = points, []
    for title in draw(st.lists(TITLES, max_size=9)):
        loss = min(left, draw(st.integers(0, 50).map(lambda number: Decimal(number).scaleb(-1))))
        left -= loss
        found.append((title, loss))
    return points, found, left


@given(losses())
def test_a_waterfall_leads_from_the_points_to_the_score_without_a_gap(given_losses):
    points, lost, score = given_losses
    chart = waterfall("Base", points, lost, score)
    whole, *falls, rest = chart.bars
    assert (whole.points, rest.points) == (points, score)
    assert sum((bar.points for bar in falls), Decimal(0)) == points - score
    assert [bar.points for bar in falls] == sorted((loss for _, loss in lost if loss), reverse=True)
    at = Decimal(WIDTH)
    for bar in falls:
        assert abs(Decimal(bar.x) + Decimal(bar.width) - at) <= Decimal("0.2")
        at = Decimal(bar.x)
    assert all(
        0 <= Decimal(bar.x) <= Decimal(bar.x) + Decimal(bar.width) <= WIDTH + Decimal("0.1") for bar in chart.bars
    )
    assert chart.height == 36 * len(chart.bars)


FIRST, LAST = date(2021, 1, 1), date(2021, 12, 31)
HAPPENED = st.tuples(st.dates(FIRST, LAST), POINTS | st.just(Decimal(0)))


@given(st.lists(HAPPENED, max_size=200))
def test_the_timeline_adds_up_to_what_was_deducted(deductions):
    chart = timeline("Rules", FIRST, LAST, deductions)
    assert [column.label for column in chart.columns] == [str(number) for number in range(1, 13)]
    assert sum((one.points for one in chart.columns), Decimal(0)) == sum((one for _, one in deductions), Decimal(0))
    assert sum(one.count for one in chart.columns) == len(deductions)
    assert all(0 <= Decimal(one.y) <= 100 and Decimal(one.y) + Decimal(one.height) == 100 for one in chart.columns)
    assert chart.dense == (len(deductions) > 120)
    days = {day for day, _ in deductions}
    assert len(chart.marks) == len(days) if chart.dense else len(days) <= len(chart.marks) <= len(deductions)
    assert all(0 <= Decimal(mark.x) <= WIDTH and 0 <= mark.y <= 18 for mark in chart.marks)


@given(st.dictionaries(TITLES, st.lists(HAPPENED, max_size=20), min_size=1, max_size=5))
def test_small_lines_fall_as_the_points_go_and_are_on_one_scale(deductions):
    found = lines(FIRST, LAST, deductions)
    sums = {name: sum((lost for _, lost in own), Decimal(0)) for name, own in deductions.items()}
    most = max(sums.values())
    for name, line in found.items():
        heights = [Decimal(point.split(",")[1]) for point in line.points.split()]
        assert len(heights) == 13 and heights == sorted(heights)
        assert heights[-1] == (15 if most and sums[name] == most else heights[-1])
        assert dict(line.description.values)["sums"][-1] == sums[name]


@given(st.dictionaries(TITLES, POINTS | st.just(Decimal(0)), max_size=30), POINTS | st.none())
def test_every_department_has_its_dot(lost, points):
    points = None if points is None else max(points, *lost.values(), points)
    chart = distribution("Base", points, lost)
    named = {name: dot.points for dot in chart.dots for name in dot.names}
    assert named == lost
    assert all(
        4 <= Decimal(dot.x) <= WIDTH - 4 and min(dot.ys) >= 0 and max(dot.ys) < chart.height for dot in chart.dots
    )


def test_long_titles_are_shortened_in_the_drawing_and_whole_in_its_words():
    chart = waterfall("Base", Decimal(2), [("社" * 60, Decimal(1))], Decimal(1))
    assert len(str(chart.bars[1].label)) == 24
    assert "社" * 60 in str(chart.description)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    assert kaohe("init", folder, "--year", "2021").returncode == 0
    name = "\"><script>alert(1)</script>&'"
    for path in [*(folder / "criteria/2021").rglob("*.yaml"), folder / "content/departments.yaml"]:
        text = path.read_text(encoding="utf-8")
        escaped = name.replace("'", "''")
        path.write_text(
            text.replace("title: ", f"title: '{escaped}' #").replace("name: ", f"name: '{escaped}' #"), "utf-8"
        )
    assert kaohe("build", "-o", folder / "output", folder=folder).returncode == 0
    return folder / "output"


def test_the_drawings_are_well_formed_whatever_the_names(hostile, output):
    count = 0
    for folder in (hostile, output):
        for path in [*(folder / "2021/departments").glob("*.html"), *(folder / "2021/handbook").glob("*.html")]:
            for part in path.read_text(encoding="utf-8").split('<svg class="chart')[1:]:
                root = ElementTree.fromstring('<svg class="chart' + part.partition("</svg>")[0] + "</svg>")
                assert root.get("role") == "img" and root.get("aria-label")
                assert not {one.tag for one in root.iter()} - {"svg", "text", "rect", "line", "circle"}
                count += 1
    assert count > 30
