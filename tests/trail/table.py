"""The table of the attacks: a row is a function that builds on the base repository, and its sentence says why.

Where nothing else is said a row is about incident 2021-0001, and the command exits with 0 where that is approved.
"""

from collections.abc import Callable
from typing import NamedTuple

APPROVED, PENDING, UNKNOWN = "approved", "pending", "unknown"
REFUSED = None
"""No verdict is expected, only that the command ends with a plain message and does not exit with 0."""

ROWS = []


class Row(NamedTuple):
    level: str
    build: Callable
    verdict: str | None
    of: str = "2021-0001"
    exit: int | None = None
    shown_level: str | None = None
    by: list | None = None
    """The approvals that count, as `person kind`; None where the test does not look."""

    def __str__(self):
        return f"{self.build.__name__}-{self.level}"

    @property
    def why(self):
        return self.build.__doc__


def differs(reviewed, signed, **more):
    """A row at both levels, with another verdict at each."""

    def add(build):
        ROWS.extend([Row("reviewed", build, reviewed, **more), Row("signed", build, signed, **more)])
        return build

    return add


def both(verdict, **more):
    """A row with the same verdict at both levels."""
    return differs(verdict, verdict, **more)


def only(level, verdict, **more):
    """A row that makes sense at one level only."""

    def add(build):
        ROWS.append(Row(level, build, verdict, **more))
        return build

    return add
