"""The entries of a mapping, taken by their keys: each mistake becomes a problem at its place, and reading goes on."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from site_builder.model import ZERO, Fix, Message, Origin, Place, is_identifier, message
from site_builder.sources.likely import entries, flagged, parted
from site_builder.sources.mistakes import mark_mistake, quoted, shown
from site_builder.sources.nodes import Mapping as MappingNode
from site_builder.sources.nodes import Node, Scalar, Sequence
from site_builder.sources.report import Report
from site_builder.sources.values import as_date, as_identifier, as_label, as_number, as_text, report_zero

_SEVERAL = re.compile("[,，、;；\\[\\]{}]")
_NUMBERED = re.compile(r"[0-9]{1,3} ?[.、．)）]")
_FURTHER_ENTRY = re.compile(r"\s[-－—·•●]")


class Fields:
    """The entries of one mapping, taken one by one; `close` reports those that nobody asked for.

    Each method gives None where the key is absent or its value is wrong; a wrong value is a problem, and so is an
    absent one where `required`.
    """

    def __init__(self, report: Report, node: MappingNode, *, quiet: bool = False) -> None:
        """`quiet` fields stand for a file that could not be read: what they lack is no further problem."""
        self.report = report
        self.quiet = quiet
        self.place = node.place
        self.origin: Origin = node.origin()
        self._asked: dict[str, None] = {}
        self._nodes: dict[str, Node] = {}
        self._key_places: dict[str, Place] = {}
        for key, value in node.entries:
            self._add(key, value)

    def _add(self, key: Node, value: Node) -> None:
        if isinstance(key, Scalar) and key.kind == "merge":
            text = message("Merge keys (<<) are not allowed")
            self.report.error(key.place, "yaml-merge", text, message("Write the keys and values out"))
        elif not isinstance(key, Scalar) or key.kind not in ("str", "int"):
            text = message("This key is not text")
            self.report.error(key.place, "wrong-type", text, message("Put it in quotes, or write “key: value”"))
        elif key.text in self._nodes:
            first = self._key_places[key.text].line
            text = message("“{key}” stands here twice, first in line {line}", key=shown(key.text), line=first)
            self.report.error(key.place, "duplicate-key", text, message("Keep one of the two"))
        else:
            self._nodes[key.text] = value
            self._key_places[key.text] = key.place

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    @property
    def names(self) -> tuple[str, ...]:
        """The keys, as written."""
        return tuple(self._nodes)

    def place_of(self, key: str) -> Place:
        """The place of the key's value, or of the mapping."""
        return self._nodes[key].place if key in self._nodes else self.place

    def key_place(self, key: str) -> Place:
        """The place of the key itself."""
        return self._key_places[key]

    def close(self) -> None:
        """Report every key that nobody asked for, with the nearest one that would be right."""
        for key in self._nodes:
            if key not in self._asked:
                self._unknown_key(key)

    def _unknown_key(self, key: str) -> None:
        if not self.is_misread(key):
            text = message("Nothing here is called “{key}”", key=shown(key))
            self.report.unknown(self.key_place(key), "unknown-key", text, key, tuple(self._asked), taken=self._nodes)

    def is_misread(self, key: str) -> bool:
        """Whether the key came about by wrong marks (`person：2`, `person:2`); that is reported."""
        place = self.key_place(key)
        marks = mark_mistake(place.path, place.line, key, place.column - 1)
        if (plain := entries(key)) is not None and "," in plain:
            text = message("Nothing here is called “{key}”", key=shown(key))
            hint = message("Write plain commas and colons, each with a space: {text}", text=shown(plain))
            self.report.error(place, "unknown-key", text, hint, Fix(place, key, plain))
        elif marks is not None:
            self.report.error(marks.place, "unknown-key", marks.text, marks.hint, marks.fix)
        else:
            return False
        return True

    def leave(self, key: str) -> None:
        """Let a key be, whatever its value is; what is wrong with it is told elsewhere."""
        self._asked[key] = None

    def node(self, key: str, *, required: bool = False) -> Node | None:
        """The key's node; a key without a value counts as absent."""
        self._asked[key] = None
        node = self._nodes.get(key)
        if node is not None and not (isinstance(node, Scalar) and node.kind == "null"):
            return node
        if self.quiet:
            return None
        if required:
            hint = message("Add a line “{key}: …”", key=key)
            self.report.error(self.place_of(key), "missing-key", message("“{key}” is missing", key=key), hint)
        elif node is not None:
            hint = message("Write a value, or remove the key")
            self.report.error(node.place, "missing-value", message("“{key}” has no value", key=key), hint)
        return None

    def text(self, key: str, *, required: bool = False) -> str | None:
        """A text that is not empty."""
        node = self.node(key, required=required)
        return None if node is None else as_text(self.report, node)

    def written(self, key: str, *, required: bool = False) -> str | None:
        """A text or a date, as it is written."""
        node = self.node(key, required=required)
        if isinstance(node, Scalar) and node.kind == "timestamp":
            node = Scalar(node.text, "str", node.place)
        return None if node is None else as_text(self.report, node)

    def identifier(self, key: str, *, required: bool = False, known: Iterable[str] | None = None) -> str | None:
        """An id; where those that are `known` are given, any text, which need be none of them."""
        node = self.node(key, required=required)
        if isinstance(node, Scalar) and known is not None and node.kind == "str" and node.text.strip():
            return node.text
        return None if node is None else as_identifier(self.report, node)

    def label(self, key: str) -> str | None:
        """A short text or a whole number's own text."""
        node = self.node(key)
        return None if node is None else as_label(self.report, node)

    def number(self, key: str, *, required: bool = False, least: Decimal = ZERO) -> Decimal | None:
        """A decimal number, at least `least`."""
        node = self.node(key, required=required)
        return None if node is None else as_number(self.report, node, least=least, key=key)

    def positive(self, key: str, *, required: bool = False) -> Decimal | None:
        """A decimal number above 0."""
        value = self.number(key, required=required)
        if value == ZERO:
            report_zero(self.report, self.place_of(key))
            return None
        return value

    def integer(self, key: str) -> int | None:
        """A whole number from 0."""
        number = self.number(key)
        if number is not None and number != number.to_integral_value():
            hint = message("Write a whole number")
            self.report.error(self.place_of(key), "not-a-whole-number", message("This must be a whole number"), hint)
            return None
        return None if number is None else int(number)

    def date(self, key: str, *, required: bool = False) -> date | None:
        """A date written 2021-03-15."""
        node = self.node(key, required=required)
        return None if node is None else as_date(self.report, node)

    def flag(self, key: str) -> bool:
        """`true` or `false`; false where absent."""
        node = self.node(key)
        if node is None:
            return False
        if isinstance(node, Scalar) and node.kind == "bool":
            return node.text.lower() in ("true", "yes", "on")
        right = flagged(node.text) if isinstance(node, Scalar) else None
        hint = message("Write {word}", word=right) if right else message("Write true or false")
        fix = Fix(node.place, node.text, right) if isinstance(node, Scalar) and right else None
        self.report.error(node.place, "wrong-type", message("This must be true or false"), hint, fix)
        return False

    def sequence(self, key: str, *, required: bool = False) -> tuple[Node, ...]:
        """The nodes of a list."""
        node = self.node(key, required=required)
        if node is None:
            return ()
        if isinstance(node, Sequence):
            return node.nodes
        text = message("“{key}” must be a list", key=key)
        if not isinstance(node, Scalar):
            self.report.error(node.place, "wrong-type", text, message("Write it as a list: [one, another]"))
            return ()
        hint, fix = self._list_of(key, node)
        self.report.error(node.place, "wrong-type", text, hint, fix)
        return ()

    def _list_of(self, key: str, node: Scalar) -> tuple[Message, Fix | None]:
        """How a list is written, of which this was meant to be one."""
        place, words = node.place, node.text
        on_the_line = self.key_place(key).line == place.line
        line, before = (f"{key}: {words}", len(key) + 2) if on_the_line else (words, 0)
        marks = mark_mistake(place.path, place.line, line, place.column - before - 1)
        if marks is not None:
            is_only = not on_the_line and not _FURTHER_ENTRY.search(words)
            is_bracket = marks.fix is not None and marks.fix.new[:1] in "[{"
            return marks.hint, marks.fix if is_only or is_bracket else None
        if not on_the_line and _NUMBERED.match(words):
            return message("Begin each entry with “- ” instead of its number"), None
        parts = parted(words)
        if parts and all(map(is_identifier, parts)):
            right = f"[{', '.join(parts)}]"
            return message("Write it as a list: {list}", list=shown(right)), Fix(place, words, right)
        if "\n" in words or _SEVERAL.search(words):
            return message("Write it as a list: [one, another]"), None
        right = f"[{words if is_identifier(words) else quoted(words)}]"
        return message("Write it as a list: {list}, or [one, another]", list=shown(right)), Fix(place, words, right)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        found = (as_text(self.report, node) for node in self.sequence(key))
        return tuple(text for text in found if text is not None)

    def identifiers(self, key: str, known: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """A list of ids, each once; `known` says what ids mean."""
        found: dict[str, None] = {}
        for node in self.sequence(key):
            name = as_identifier(self.report, node, known)
            if name in found:
                text = message("“{key}” stands here twice", key=name)
                self.report.error(node.place, "duplicate-key", text, message("Keep one of the two"))
            elif name is not None:
                found[name] = None
        return tuple(found)

    def one_or_several(self, key: str) -> tuple[str, ...]:
        """An id, or a list of ids, each once."""
        node = self.node(key)
        if isinstance(node, Scalar):
            name = as_identifier(self.report, node)
            return () if name is None else (name,)
        return self.identifiers(key) if node is not None else ()

    def fields(self, key: str, *, required: bool = False, keys: tuple[str, ...] = ()) -> "Fields | None":
        """A mapping; `keys` are some that it may have."""
        node = self.node(key, required=required)
        return None if node is None else as_fields(self.report, node, keys)


def as_fields(report: Report, node: Node, keys: tuple[str, ...] = ()) -> Fields | None:
    """The entries of a node that must be a mapping; `keys` are some that it may have."""
    if isinstance(node, MappingNode):
        return Fields(report, node)
    text = message("This must be keys with values")
    marks = (
        mark_mistake(node.place.path, node.place.line, node.text, node.place.column - 1)
        if isinstance(node, Scalar)
        else None
    )
    if marks is not None:
        report.error(marks.place, "wrong-type", marks.text, marks.hint, marks.fix)
    elif isinstance(node, Sequence) and all(isinstance(one, MappingNode) for one in node.nodes) and node.nodes:
        report.error(node.place, "wrong-type", text, message("Write lines “key: value”, without the hyphens of a list"))
    elif keys:
        hint = message("Write lines “key: value”; the keys are {keys}", keys=keys)
        report.error(node.place, "wrong-type", text, hint)
    else:
        report.error(node.place, "wrong-type", text, message("Write lines “key: value”"))
    return None
