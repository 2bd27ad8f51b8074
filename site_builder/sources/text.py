"""From a file's bytes to its text: UTF-8, without characters that nobody can see."""

import re
import unicodedata
from itertools import islice

from site_builder.model import Message, Place, Problem, message

_INVISIBLE = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
_MOST_REPORTED = 3


def decode(path: str, data: bytes) -> tuple[str | None, tuple[Problem, ...]]:
    """The text with line feeds as line breaks and no byte order mark, or None and why there is none."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None, (_encoding(Place(path), "UTF-16"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, (_not_utf8(path, data, error.start),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    found = islice(_INVISIBLE.finditer(text), _MOST_REPORTED)
    problems = tuple(_invisible(place_of(path, text, match.start()), match.group()) for match in found)
    return (None if problems else text), problems


def place_of(path: str, text: str, offset: int) -> Place:
    """The place of a character offset in a text."""
    line = text.count("\n", 0, offset) + 1
    return Place(path, line, offset - text.rfind("\n", 0, offset))


def _not_utf8(path: str, data: bytes, offset: int) -> Problem:
    place = place_of(
        path, data[:offset].decode("utf-8", "replace"), offset=len(data[:offset].decode("utf-8", "replace"))
    )
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return _encoding(place, None)
    return _encoding(place, "GBK")


def _encoding(place: Place, found: str | None) -> Problem:
    if found is None:
        text: Message = message("This file is not UTF-8 text")
        hint = message("Save it as text in UTF-8")
    else:
        text = message("This file is {encoding}, not UTF-8", encoding=found)
        hint = message(
            "Save it as UTF-8 in the editor (“Save as”, encoding UTF-8), or run: "
            "iconv -f {encoding} -t UTF-8 FILE > NEW-FILE",
            encoding=found,
        )
    return Problem(place, "not-utf-8", text, hint)


def hidden(place: Place, text: str) -> Problem | None:
    """The problem of a value that holds an invisible character, as YAML's escapes can write one."""
    match = _INVISIBLE.search(text)
    return None if match is None else _invisible(place, match.group())


def _invisible(place: Place, character: str) -> Problem:
    name = unicodedata.name(character, "TAB" if character == "\t" else "CONTROL CHARACTER")
    return Problem(
        place,
        "invisible-character",
        message("There is an invisible character here: U+{number} {name}", number=f"{ord(character):04X}", name=name),
        message("Delete it; for a tab, type spaces"),
    )
