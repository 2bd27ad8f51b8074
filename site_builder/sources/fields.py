"""Taking typed values out of YAML nodes: each mistake becomes a problem at its place, and reading goes on."""

import difflib
import re
import unicodedata
from collections.abc import Container, Iterable, Mapping
from datetime import date
from decimal import Decimal

from site_builder.model import LONGEST, ZERO, Fix, Message, Origin, Place, Problem, Severity, is_identifier, message
from site_builder.sources.likely import counted, dated, entries, flagged, identified, in_words, named, parted
from site_builder.sources.mistakes import mark_mistake, quoted, shortened
from site_builder.sources.nodes import Mapping as MappingNode
from site_builder.sources.nodes import Node, Scalar, Sequence

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?")
_ADDRESS = re.compile(r"https?://[^/@ \"'<>\\^`{|}]+(?:/[^ \"'<>\\^`{|}]*)?")
_SEVERAL = re.compile("[,，、;；\\[\\]{}]")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = ("from", "to")
_NUMBERED = re.compile(r"[0-9]{1,3} ?[.、．)）]")
_FURTHER_ENTRY = re.compile(r"\s[-－—·•●]")
_LONGEST_SHOWN = 60
_LONGEST_WORDS = 24


class Report:
    """The problems found so far."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def error(self, place: Place, code: str, text: Message, hint: Message, fix: Fix | None = None) -> None:
        """Add an error."""
        self.problems.append(Problem(place, code, text, hint, fix=fix))

    def warning(self, place: Place, code: str, text: Message, hint: Message) -> None:
        """Add a warning."""
        self.problems.append(Problem(place, code, text, hint, Severity.WARNING))

    def unknown(
        self, place: Place, code: str, text: Message, word: str, known: Iterable[str], taken: Container[str] = ()
    ) -> None:
        """Add an error for a word that nothing is called, with the nearest right ones.

        `known` may say what each of them means: where the word is the meaning of one, that one is right. Those that are
        `taken` are right no second time.
        """
        known = known if isinstance(known, Mapping) else tuple(map(str, known))
        meanings = _meanings(known)
        right = named(word, meanings) or in_words(word, meanings)
        parts = tuple(part if part in meanings else named(part, meanings) for part in parted(word))
        if parts and None not in parts:
            hint = message("Commas are plain, and each is named by itself: {words}", words=", ".join(map(str, parts)))
            self.error(place, code, text, hint)
        elif right is None or right == word:
            self.error(place, code, text, nearest(word, known))
        else:
            hint = (
                message("Write the id: {id}", id=right)
                if meanings[right] != right
                else message("Write {word}", word=right)
            )
            self.error(place, code, text, hint, None if right in taken else Fix(place, word, right))


def nearest(word: str, known: Iterable[str]) -> Message:
    """A hint that names the words most like this one, or else some that are right, with what they mean."""
    meanings = _meanings(known)
    names = sorted(set(known))
    close = difflib.get_close_matches(word[:_LONGEST_SHOWN], names, n=2, cutoff=0.5)
    if not close and meanings:
        alike = {meanings.get(name, name)[:_LONGEST_SHOWN]: name for name in names}
        part = [name for name in names if len(word) > 1 and word in meanings.get(name, name)]
        close = part[:2] or [
            alike[one] for one in difflib.get_close_matches(word[:_LONGEST_SHOWN], list(alike), n=2, cutoff=0.5)
        ]
    if close:
        return message("Did you mean {words}?", words=tuple(_with_meaning(one, meanings) for one in close))
    if not names:
        return message("Remove it")
    shown_names = tuple(_with_meaning(one, meanings) for one in names[:12])
    return message("Right would be: {words}", words=(*shown_names, *(["…"] if len(names) > 12 else [])))


def _meanings(known: Iterable[str]) -> Mapping[str, str]:
    """What words mean; themselves, where that is not known."""
    if isinstance(known, Mapping):
        return {one: said if isinstance(said, str) else one for one, said in known.items()}
    return {one: one for one in known}


def _with_meaning(name: str, meanings: Mapping[str, str]) -> Message | str:
    words = meanings.get(name, name)
    if words == name:
        return name
    return message(
        "{id} ({name})", id=name, name=words if len(words) <= _LONGEST_WORDS else words[:_LONGEST_WORDS] + "…"
    )


shown = shortened
"""A user's text as it is quoted in a problem: on one line and not too long."""


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


def as_text(report: Report, node: Node) -> str | None:
    """A text that is not empty; what YAML takes for a number, a date or a truth value needs quotes."""
    if not isinstance(node, Scalar):
        report.error(
            node.place, "wrong-type", message("This must be a text"), message("Write a single text, in quotes")
        )
    elif node.kind != "str":
        hint = message('Put it in quotes: "{text}"', text=shown(node.text))
        text = message("This must be a text, YAML reads a value of another type")
        fix = Fix(node.place, node.text, f'"{node.text}"') if node.text else None
        report.error(node.place, "wrong-type", text, hint, fix)
    elif not node.text.strip():
        report.error(
            node.place, "missing-value", message("This text is empty"), message("Write a value, or remove the key")
        )
    else:
        return node.text.strip()
    return None


def as_identifier(report: Report, node: Node, known: Mapping[str, str] | None = None) -> str | None:
    """An id: text, or a number that reads as one; where a text is what an id is `known` to mean, that is the one."""
    if isinstance(node, Scalar) and is_identifier(node.text):
        return node.text
    if not isinstance(node, Scalar):
        as_text(report, node)
        return None
    parts = parted(node.text)
    if parts and all(map(is_identifier, parts)):
        words = ", ".join(parts)
        hint = message("Commas are plain, and each is named by itself: {words}", words=words)
        fix = Fix(node.place, node.text, words) if node.inside else None
        report.error(node.place, "invalid-id", _no_identifier(node.text), hint, fix)
        return None
    right = identified(node.text) if known is None else named(node.text, known)
    if right is None and known is None:
        report_identifier(report, node.place, node.text)
    elif right is None:
        report.error(node.place, "invalid-id", _no_identifier(node.text), nearest(node.text, known or {}))
    else:
        fix = Fix(node.place, node.text, right)
        report.error(node.place, "invalid-id", _no_identifier(node.text), message("Write the id: {id}", id=right), fix)
    return right


def report_identifier(report: Report, place: Place, text: str, right: str | None = None) -> None:
    """Report that what is called by a text needs an id; `right` is how it is written, where that is known."""
    if right is not None:
        hint = message("Write {word}", word=right)
    elif (likely := identified(re.sub("[ _]+", "-", text.strip()))) is not None:
        hint = message(
            "Write {id}: lower-case letters a–z, digits and single hyphens, at most 64, and no Windows device name",
            id=likely,
        )
    else:
        hint = message("Use lower-case letters a–z, digits and single hyphens, at most 64, and no Windows device name")
    report.error(place, "invalid-id", _no_identifier(text), hint)


def _no_identifier(text: str) -> Message:
    return message("“{text}” cannot be an id", text=shown(text))


def report_zero(report: Report, place: Place) -> None:
    """Report a zero where something is counted or deducted."""
    report.error(
        place, "number-too-small", message("0 deducts nothing"), message("Write a number above 0, or remove the entry")
    )


def as_label(report: Report, node: Node) -> str | None:
    """A short text of up to 64 characters, or a whole number's own text."""
    label = node.text if isinstance(node, Scalar) and node.kind == "int" else as_text(report, node)
    if label is not None and len(label) > LONGEST:
        text = message("This text has more than {limit} characters", limit=LONGEST)
        report.error(node.place, "text-too-long", text, message("Write a shorter one"))
    return label


def as_number(report: Report, node: Node, *, least: Decimal = ZERO, key: str = "") -> Decimal | None:
    """A number in plain decimal notation, at least `least`; the figure of a `key`."""
    if not isinstance(node, Scalar):
        report.error(
            node.place, "not-a-number", message("This must be a number"), message("Write a number such as 0.5")
        )
        return None
    value = plain_number(node.text) if node.kind in ("int", "float") else None
    if value is None:
        report_number(report, node.place, node.text, key=key)
        return None
    if value < least:
        text = message("{value} is too small: the least is {least}", value=value, least=least)
        without = message("Write {number}, without the sign", number=-value)
        hint = without if -value > least else message("Write a larger number")
        report.error(node.place, "number-too-small", text, hint)
        return None
    return value


def plain_number(text: str) -> Decimal | None:
    """The number that a text writes in plain decimal notation: up to 9 digits before the point and 6 behind."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def report_number(report: Report, place: Place, text: str, words: Iterable[str] = (), key: str = "") -> None:
    """Report that a text is no number; `words` are the units that may stand behind one, `key` is whose figure it is."""
    said = message("“{text}” is not a number in plain decimal notation", text=shown(text))
    right = counted(text, words, key)
    plain, day = entries(f"{key}: {text}"), dated(text)
    if plain is not None and "," in plain:
        hint = message("Write plain commas and colons, each with a space: {text}", text=shown(plain))
        report.error(place, "not-a-number", said, hint)
    elif day is not None and key in _YEARS:
        report.error(place, "not-a-number", said, message("Write the year alone: {year}", year=day[:4]))
    elif right is None or plain_number(right) is None:
        hint = message(
            "Write digits and a point such as 2 or 0.5, without quotes, exponent, sign or unit, at most 9 digits"
        )
        report.error(place, "not-a-number", said, hint)
    else:
        hint = message("Write {number}: digits and a point, without quotes, exponent, sign or unit", number=right)
        fix = (
            Fix(place, text, right) if "," not in unicodedata.normalize("NFKC", text) or text.startswith("0") else None
        )
        report.error(place, "not-a-number", said, hint, fix)


def as_date(report: Report, node: Node) -> date | None:
    """A date written 2021-03-15."""
    written = node.text if isinstance(node, Scalar) else ""
    right = dated(written)
    if right == written and _DATE.fullmatch(written):
        return date.fromisoformat(written)
    if _DATE.fullmatch(written):
        text = message("There is no day {text}", text=written)
        report.error(node.place, "invalid-date", text, message("Check year, month and day"))
        return None
    said = message("“{text}” is not a date", text=shown(written) or "…")
    if right is None:
        report.error(
            node.place, "invalid-date", said, message("Write year, month and day as 2021-03-15, without a time")
        )
    else:
        hint = message("Write {date}: year, month and day with hyphens", date=right)
        report.error(node.place, "invalid-date", said, hint, Fix(node.place, written, right))
    return None


def as_address(report: Report, place: Place, text: str) -> str | None:
    """The address of a site, with `/` at its end; it names no user and no password."""
    if _ADDRESS.fullmatch(text):
        return text if text.endswith("/") else text + "/"
    said = message("This is not the address of a site")
    plain = unicodedata.normalize("NFKC", text).replace("\\", "/").replace("。", ".")
    if _ADDRESS.fullmatch(plain):
        hint = message("Write plain colons, slashes and points: {address}", address=plain)
        report.error(place, "invalid-url", said, hint, Fix(place, text, plain))
    else:
        report.error(place, "invalid-url", said, message("Write it in full: https://…/"))
    return None
