"""YAML as a tree of nodes with places: what PyYAML's safe loader reads, stricter.

Anchors, aliases, tags, several documents and nesting over 32 levels are errors; numbers and dates keep their own text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from site_builder.model import Message, Origin, Place, Problem, Severity, message
from site_builder.sources.mistakes import Breakdown, cause, quoted, shown
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
    """A single value: its own text, and the kind that YAML 1.1 sees in it (`str`, `int`, `bool`, `null`, …).

    Between brackets (`inside`), a comma ends it.
    """

    text: str
    kind: str
    place: Place
    inside: bool = False


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
    """The node that the text holds, or the problem that keeps it from being read; and warnings.

    The node is None for an empty text, and where it cannot be read. `first_line` is the line of the file on which the
    text begins.
    """
    composer = _Composer(path, text, first_line)
    try:
        return composer.document(), tuple(composer.warnings)
    except _RefusedError as refused:
        return None, (*composer.warnings, refused.problem)
    except yaml.MarkedYAMLError as error:
        return None, composer.syntax(error)
    except yaml.YAMLError:
        return None, (cause(Breakdown(path, first_line, text.split("\n"), "", "", (0, 0), (0, 0), ())),)


_JOINED = "\ue000"
"""Stands before a word that follows a Chinese one on the line before. No source has it: characters of private use are
problems; where one has it all the same, lines are joined as YAML joins them."""

_WIDE = (
    "\u2e80-\u303f\u3040-\u30ff\u3100-\u312f\u3190-\u4dbf\u4e00-\u9fff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\U00020000-\U0003ffff"
)
_EITHER = "“”‘’…—·"
"""Marks that Chinese and other writing share: they are Chinese beside a Chinese character."""

_BREAK = re.compile(
    f"(?:(?<=[{_WIDE}])(?P<left> *\n *)(?=[{_WIDE}{_EITHER}])|(?<=[{_EITHER}])(?P<right> *\n *)(?=[{_WIDE}]))"
)
_FOLD = re.compile(f" +{_JOINED}")


def _marked(text: str) -> str:
    """The text with a sign at each line break that is none between two Chinese characters."""
    if _JOINED in text or not _BREAK.search(text):
        return text
    return _BREAK.sub(lambda match: match.group() + _JOINED, text)


_CUT = re.compile(r"[ \t]+(#(?=[^\s#]).*)")
"""What YAML takes for a comment, and was hardly meant as one: a comment has a space behind its sign."""


class _Composer:
    """Turns the events of one stream into nodes."""

    def __init__(self, path: str, text: str, first_line: int) -> None:
        self.warnings: list[Problem] = []
        self._path = path
        self._first_line = first_line
        self._lines = text.split("\n")
        marked = _marked(text)
        self._is_marked = marked is not text
        self._marked_lines = marked.split("\n") if self._is_marked else self._lines
        self._events = _Loader(marked)
        self._last: Any = None
        self._open: list[tuple[int, int]] = []

    def syntax(self, error: yaml.MarkedYAMLError) -> tuple[Problem, ...]:
        """Why the text is not YAML; where a value was cut before, that alone is why."""
        end = error.problem_mark or error.context_mark
        at = self._at(end) if end else (0, 0)
        since = self._at(self._last.start_mark) if isinstance(self._last, yaml.ScalarEvent) else at
        began = self._at(error.context_mark) if error.context_mark else at
        style = self._last.style if isinstance(self._last, yaml.ScalarEvent) else None
        breakdown = Breakdown(
            self._path,
            self._first_line,
            self._lines,
            error.problem or "",
            error.context or "",
            at,
            began,
            tuple(self._open),
            since,
            style or "",
        )
        cut = [one for one in self.warnings if one.code == "value-cut" and self._explains(one, at)]
        return (*self.warnings, cause(breakdown, cut[-1].place if cut else None))

    def _explains(self, cut: Problem, at: tuple[int, int]) -> bool:
        """Whether a comment that cuts a value is why the text breaks off later."""
        line = cut.place.line - self._first_line
        return line == at[0] - 1 or any(opened[0] <= line <= at[0] for opened in self._open[-1:])

    def _at(self, mark: Any) -> tuple[int, int]:
        """Line and column of a mark in the text as it was written, from 0."""
        if not self._is_marked or mark.line >= len(self._marked_lines):
            return mark.line, mark.column
        return mark.line, mark.column - self._marked_lines[mark.line].count(_JOINED, 0, mark.column)

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
        self._last = event = self._events.get_event()
        if getattr(event, "flow_style", False) and self._is_written(event):
            self._open.append(self._at(event.start_mark))
        elif self._open and isinstance(event, yaml.CollectionEndEvent) and self._is_written(event):
            self._open.pop()
        return event

    @staticmethod
    def _is_written(event: Any) -> bool:
        """Whether a beginning or an end is a bracket, not only meant."""
        return bool(event.start_mark.index < event.end_mark.index)

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
        if not event.style:
            self._look_for_cut(event, place)
            if self._is_marked and _JOINED in event.value:
                return Scalar(_unmarked(event.value), "str", place, bool(self._open))
            return Scalar(event.value, _kind(event), place, bool(self._open))
        value = _unmarked(event.value) if self._is_marked else event.value
        if event.style == '"':
            self._look_for_escapes(event, value, place)
        return Scalar(value, "str", place)

    def _look_for_escapes(self, event: Any, value: str, place: Place) -> None:
        """Refuse, or warn of, an invisible character that an escape writes; one that stands there itself is told."""
        written = "\n".join(self._lines[event.start_mark.line : event.end_mark.line + 1])
        if "\\" not in written or (problem := hidden(place, value, written)) is None:
            return
        if problem.severity is Severity.ERROR:
            raise _RefusedError(problem)
        self.warnings.append(problem)

    def _look_for_cut(self, event: Any, place: Place) -> None:
        """Warn where ` #` ends a value that goes on."""
        line, column = self._at(event.end_mark)
        text = self._lines[line] if line < len(self._lines) else ""
        match = _CUT.match(text, column) if "#" in text[column:] else None
        if match is None or (not event.value and not text[:column].strip()):
            return
        rest = match.group(1)
        if self._open:
            rest = rest.rstrip().removesuffix("]").removesuffix("}")
        whole = f"{_unmarked(event.value)} {rest}".strip()
        at = Place(self._path, self._first_line + line, match.start(1) + 1)
        said = message("YAML takes “{rest}” for a comment: the value ends before it", rest=shown(match.group(1)))
        hint = message("Put the value in quotes: {text}; a comment has a space behind #", text=quoted(whole))
        self.warnings.append(Problem(at, "value-cut", said, hint, Severity.WARNING))

    def _nodes(self, end: type, depth: int) -> Iterator[Node]:
        while not isinstance(event := self._next(), end):
            yield self._node(event, depth + 1)

    def _place(self, event: Any) -> Place:
        line, column = self._at(event.start_mark)
        return Place(self._path, self._first_line + line, column + 1)

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


def _unmarked(value: str) -> str:
    return _FOLD.sub("", value).replace(_JOINED, "")


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
