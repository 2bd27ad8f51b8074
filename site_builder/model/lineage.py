"""Departments over the years: what one became and came from, where they were renamed, merged or split."""

from collections.abc import Iterable, Mapping

from site_builder.model.record import Department

Departments = Mapping[str, Department]


def counterparts(departments: Departments, identifier: str, year: int, other: int) -> tuple[str, ...]:
    """The departments of another year that one of a year is, became or came from, in the site's order.

    Empty where it was dissolved, or founded, between the two. A department that goes on and took in another has both
    as its counterparts in the years before.
    """
    step = 1 if other > year else -1
    found = {identifier}
    for at in range(year, other, step):
        found = {name for one in found for name in _neighbours(departments, one, at, at + step)}
    return tuple(name for name in departments if name in found)


def is_same(departments: Departments, one: str, year: int, another: str, other: int) -> bool:
    """Whether departments of two years are one and the same, perhaps renamed, and neither merged nor split between."""
    there = counterparts(departments, one, year, other)
    back = counterparts(departments, another, other, year)
    return there == (another,) and back == (one,)


def _neighbours(departments: Departments, identifier: str, year: int, other: int) -> Iterable[str]:
    """The counterparts in the year before or after."""
    earlier, later = min(year, other), max(year, other)
    if year == earlier:
        return _heirs(departments, identifier, later)
    return [name for name in _existing(departments, earlier) if identifier in _heirs(departments, name, later)]


def _heirs(departments: Departments, identifier: str, year: int) -> tuple[str, ...]:
    """What a department of the year before is in this year: itself, or its successors."""
    department = departments[identifier]
    if department.exists_in(year):
        return (identifier,)
    return tuple(name for name in department.successors if name in departments and departments[name].exists_in(year))


def _existing(departments: Departments, year: int) -> Iterable[str]:
    return (name for name, department in departments.items() if department.exists_in(year))
