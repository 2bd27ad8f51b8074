"""What departments became over the years."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.model import Department, counterparts, is_same


def departments(*all_of: Department) -> dict[str, Department]:
    return {one.id: one for one in all_of}


WORLD = departments(
    Department("same", "Same"),
    Department("old-name", "Old name", last=2021, successors=("new-name",)),
    Department("new-name", "New name", first=2022),
    Department("left", "Left", last=2021, successors=("merged",)),
    Department("right", "Right", last=2021, successors=("merged",)),
    Department("merged", "Merged", first=2022),
    Department("whole", "Whole", last=2021, successors=("part", "other-part")),
    Department("part", "Part", first=2022),
    Department("other-part", "Other part", first=2022, last=2022, successors=("host",)),
    Department("host", "Host"),
    Department("closed", "Closed", last=2021),
    Department("founded", "Founded", first=2022),
)

FORTH = {
    ("same", 2021, 2022): ("same",),
    ("old-name", 2021, 2022): ("new-name",),
    ("old-name", 2021, 2030): ("new-name",),
    ("new-name", 2022, 2021): ("old-name",),
    ("left", 2021, 2022): ("merged",),
    ("merged", 2022, 2021): ("left", "right"),
    ("whole", 2021, 2022): ("part", "other-part"),
    ("whole", 2021, 2023): ("part", "host"),
    ("part", 2022, 2021): ("whole",),
    ("host", 2021, 2023): ("host",),
    ("host", 2023, 2022): ("other-part", "host"),
    ("host", 2023, 2021): ("whole", "host"),
    ("closed", 2021, 2022): (),
    ("founded", 2022, 2021): (),
    ("same", 2021, 2021): ("same",),
}


@pytest.mark.parametrize(("asked", "expected"), FORTH.items(), ids=["-".join(map(str, one)) for one in FORTH])
def test_counterparts(asked, expected) -> None:
    assert counterparts(WORLD, *asked) == expected


def test_a_renamed_department_is_the_same_and_one_merged_or_split_is_not() -> None:
    assert is_same(WORLD, "same", 2021, "same", 2023)
    assert is_same(WORLD, "old-name", 2021, "new-name", 2023)
    assert not is_same(WORLD, "left", 2021, "merged", 2022)
    assert not is_same(WORLD, "part", 2022, "whole", 2021)
    assert not is_same(WORLD, "host", 2021, "host", 2023), "it took in another department"
    assert is_same(WORLD, "host", 2021, "host", 2022)
    assert not is_same(WORLD, "closed", 2021, "same", 2022)


@st.composite
def worlds(draw) -> dict[str, Department]:
    """Departments of 2020 to 2024; each that ends may lead to any that exist in the year after."""
    spans = draw(st.lists(st.tuples(st.integers(2020, 2024), st.integers(2020, 2024)), min_size=1, max_size=8))
    found = {f"d{n}": (min(span), max(span)) for n, span in enumerate(spans)}
    made = {}
    for name, (first, last) in found.items():
        after = [other for other, (begin, end) in found.items() if begin <= last + 1 <= end]
        heirs = draw(st.lists(st.sampled_from(after), unique=True, max_size=3)) if after else []
        made[name] = Department(name, name, None, first, last, tuple(heirs))
    return made


@given(worlds(), st.integers(2020, 2024), st.integers(2020, 2024))
def test_counterparts_look_back_as_they_look_forth(world, year, other) -> None:
    there = {name: set(counterparts(world, name, year, other)) for name, one in world.items() if one.exists_in(year)}
    back = {name: set(counterparts(world, name, other, year)) for name, one in world.items() if one.exists_in(other)}
    assert {(one, another) for one, found in there.items() for another in found} == {
        (one, another) for another, found in back.items() for one in found
    }
    for one, found in there.items():
        for another in found:
            assert is_same(world, one, year, another, other) == is_same(world, another, other, one, year)
