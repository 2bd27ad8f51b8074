"""What is wrong in the sources, and where: values, not exceptions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from site_builder.model.messages import Message, message


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A point in a file: its path relative to the site with `/`, line and column from 1, in characters."""

    path: str
    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value of the model was written: its own place, and that of each of its keys."""

    place: Place
    keys: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def of(self, key: str) -> Place:
        """Place of the key's value; where the key was not written, the place of the whole."""
        at = self.keys.get(key)
        return Place(self.place.path, *at) if at else self.place


class Severity(StrEnum):
    """An error stops every figure; a warning is shown and stops nothing."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Fix:
    """The only right answer to a mistake: what stands at a place, and what is to stand there.

    What stands there may be in quotation marks, which go with it; `everywhere` in the file where it says so.
    """

    place: Place
    old: str
    new: str
    everywhere: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a person can mend in a file.

    `code` is a stable, documented word; `text` says what is wrong and `hint` how to put it right; `fix` is there where
    one answer alone is right.
    """

    place: Place
    code: str
    text: Message
    hint: Message
    severity: Severity = Severity.ERROR
    fix: Fix | None = None


def in_order(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems by path, line, column and code, each once."""
    unique = dict.fromkeys(problems)
    return tuple(sorted(unique, key=lambda problem: (problem.place, problem.code, problem.text.template)))


def has_error(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems is an error."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def left_out(problem: Problem) -> Problem:
    """A warning that a file which nobody approved is left out, for an error that it has."""
    text = message("This file is left out: {problem}", problem=problem.text)
    return replace(problem, severity=Severity.WARNING, code="set-aside", text=text)
