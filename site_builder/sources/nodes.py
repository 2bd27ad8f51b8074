"""YAML as a tree of nodes with places: what PyYAML's safe loader reads, stricter.

Anchors, aliases, tags, several documents and nesting over 32 levels are errors; numbers and dates keep their own text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from site_builder.model import Message, Origin, Place, Problem, message
from site_builder.sources.text import hidden

DEEPEST = 32
"""The most levels that mappings and lists may be nested."""

_SHORT = 40
"""The characters of a scalar whose kind is remembered."""

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Any = yaml.SafeLoader("")
_TAG = "tag:yaml.org,2002:"


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: its own text, and the kind that YAML 1.1 sees in it (`str`, `int`, `bool`, `null`, …)."""

    text: str
    kind: str
    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    nodes: tuple["Node", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their nodes, as written: a key may still be repeated or not be text."""

    entries: tuple[tuple["Node", "Node"], ...]
    place: Place

    def origin(self) -> Origin:
        """Where this mapping and the value of each of its keys was written."""
        keys = {
            key.text: (value.place.line, value.place.column) for key, value in self.entries if isinstance(key, Scalar)
        }
        return Origin(self.place, keys)


Node = Scalar | Sequence | Mapping


class _RefusedError(Exception):
    """Something that YAML allows and these files do not."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def parse(path: str, text: str, first_line: int = 1) -> tuple[Node | None, tuple[Problem, ...]]:
    """The node that the text holds (None for an empty text), or the problem that keeps it from being read.

    `first_line` is the line of the file on which the text begins.
    """
    try:
        return _Composer(path, text, first_line).document(), ()
    except _RefusedError as refused:
        return None, (refused.problem,)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(path, first_line + mark.line, mark.column + 1) if mark else Place(path, first_line)
        return None, (_syntax(place, error.problem or error.context or ""),)


class _Composer:
    """Turns the events of one stream into nodes."""

    def __init__(self, path: str, text: str, first_line: int) -> None:
        self._path = path
        self._first_line = first_line
        self._events = _Loader(text)

    def document(self) -> Node | None:
        """The node of the stream's only document."""
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            return None
        node = self._node(self._next(), 1)
        self._next()
        after = self._next()
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._refused(
                after,
                "yaml-documents",
                message("A second YAML document begins here"),
                message("Put it into a file of its own; text that begins with --- needs quotes"),
            )
        return node

    def _next(self) -> Any:
        return self._events.get_event()

    def _node(self, event: Any, depth: int) -> Node:
        self._refuse_special(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event)
        if depth > DEEPEST:
            raise self._refused(
                event,
                "nested-too-deep",
                message("Lists and mappings are nested over {limit} levels here", limit=DEEPEST),
                message("Write it flatter"),
            )
        if isinstance(event, yaml.SequenceStartEvent):
            return Sequence(tuple(self._nodes(yaml.SequenceEndEvent, depth)), self._place(event))
        parts = list(self._nodes(yaml.MappingEndEvent, depth))
        return Mapping(tuple(zip(parts[::2], parts[1::2], strict=True)), self._place(event))

    def _scalar(self, event: Any) -> Scalar:
        place = self._place(event)
        problem = hidden(place, event.value) if event.style == '"' else None
        if problem is not None:
            raise _RefusedError(problem)
        return Scalar(event.value, _kind(event), place)

    def _nodes(self, end: type, depth: int) -> Iterator[Node]:
        while not isinstance(event := self._next(), end):
            yield self._node(event, depth + 1)

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(self._path, self._first_line + mark.line, mark.column + 1)

    def _refuse_special(self, event: Any) -> None:
        """Anchors, aliases and tags let one place change another, or what a value is."""
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._refused(
                event,
                "yaml-anchor",
                message("Anchors (&) and aliases (*) are not allowed"),
                message("Write the value out; text that begins with & or * needs quotes"),
            )
        if event.tag is not None:
            raise self._refused(
                event,
                "yaml-tag",
                message("Tags (!) are not allowed"),
                message("Remove the tag; text that begins with ! needs quotes"),
            )

    def _refused(self, event: Any, code: str, text: Message, hint: Message) -> _RefusedError:
        return _RefusedError(Problem(self._place(event), code, text, hint))


def _kind(event: Any) -> str:
    """What YAML 1.1 takes a scalar for; quoted ones and blocks are always text."""
    if not event.implicit[0]:
        return "str"
    return _short_kind(event.value) if len(event.value) <= _SHORT else _resolved(event.value)


def _resolved(text: str) -> str:
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, text, (True, False))
    return tag.removeprefix(_TAG)


_short_kind = lru_cache(1 << 14)(_resolved)
"""The kind of a short scalar: most of them, keys above all, stand in file after file."""


_HINTS = {
    "mapping values are not allowed in this context": message(
        "A colon and a space inside a text begin a new key: put the text in quotes"
    ),
    "mapping values are not allowed here": message(
        "A colon and a space inside a text begin a new key: put the text in quotes"
    ),
    "could not find expected ':'": message("Each line of a mapping is “key: value”: add the colon and a space"),
    "found character that cannot start any token": message(
        "A tab, @, ` or % cannot stand here: indent with spaces, and put the text in quotes"
    ),
    "found unexpected end of stream": message("A quotation mark or a bracket is opened and never closed"),
    "did not find expected key": message("The keys of one mapping begin in the same column: check the indentation"),
    "did not find expected '-' indicator": message("Each entry of a list begins with “- ” in the same column"),
    "did not find expected ',' or ']'": message("Close the list with ], and put a comma between its entries"),
    "did not find expected ',' or '}'": message("Close the mapping with }}, and put a comma between its entries"),
}


def _syntax(place: Place, reason: str) -> Problem:
    hint = _HINTS.get(reason, message("Check indentation, colons, quotation marks and brackets near this place"))
    return Problem(place, "yaml-syntax", message("This is not YAML: {reason}", reason=reason), hint)
