"""From a file's bytes to its text: UTF-8, without characters that nobody can see, and merged to the end."""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice

from site_builder.model import Fix, Message, Place, Problem, Severity, message
from site_builder.sources.characters import CONTROLS, around, has_plain_shape, is_superfluous, kind_of, unseen

_MOST_REPORTED = 3
_CONFLICT = re.compile(r"^(?:<{7}(?: .*)?|>{7} .+)$", re.MULTILINE)
_CONFLICTS = re.compile(r"^(?:[<|>]{7}(?: .*)?|={7})$", re.MULTILINE)
"""A row of equal signs, or of bars, is a heading or a table, unless other marks stand around it."""

_MARKDOWN = ".md"


def decode(path: str, data: bytes) -> tuple[str | None, tuple[Problem, ...]]:
    """The text with line feeds as line breaks and no byte order mark, or None and why there is none.

    A text may have warnings: of characters without a shape, which `kaohe check` does not let pass.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return None, (_encoding(Place(path), "UTF-16"),)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return None, (_not_utf8(path, data, error.start),)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    problems = (
        tuple(_other_separators(path, text))
        or tuple(islice(_steering(path, text), _MOST_REPORTED))
        or tuple(_conflicts(path, text))
    )
    return (None, problems) if problems else (text, tuple(islice(_unseen(path, text), _MOST_REPORTED)))


def _steering(path: str, text: str) -> Iterator[Problem]:
    if has_plain_shape(text):
        return
    for match in CONTROLS.finditer(text):
        yield invisible(place_of(path, text, match.start()), text, match.start(), match.group())


_SEPARATORS = {
    "\t": message("tabs"),
    ";": message("semicolons"),
    "；": message("full-width semicolons"),
    "，": message("full-width commas"),
}


def _other_separators(path: str, text: str) -> Iterator[Problem]:
    """A table whose cells are separated as another program does it: copied from a spreadsheet, or saved by one."""
    first, _, _ = text.partition("\n")
    if not path.endswith(".csv") or "," in first:
        return
    for separator, name in _SEPARATORS.items():
        if separator in first:
            place = Place(path, 1, first.index(separator) + 1)
            only = not {",", '"'} & set(text) and all(text.count(one) == 0 for one in _SEPARATORS if one != separator)
            yield Problem(
                place,
                "csv-separator",
                message("The cells are separated by {separators} here, not by commas", separators=name),
                message("Save the table as CSV with commas (in a spreadsheet: “CSV UTF-8, comma separated”)"),
                fix=Fix(place, separator, ",", everywhere=True) if only else None,
            )
            return


def _unseen(path: str, text: str) -> Iterator[Problem]:
    for at, written in unseen(text):
        yield invisible(place_of(path, text, at), text, at, written, Severity.WARNING)


def _conflicts(path: str, text: str) -> Iterator[Problem]:
    """The marks that git leaves where two versions did not merge."""
    if "<<<<<<<" not in text and ">>>>>>>" not in text and ("\n=======" not in text or path.endswith(_MARKDOWN)):
        return
    first = _CONFLICT.search(text) or (None if path.endswith(_MARKDOWN) else re.search("^={7}$", text, re.MULTILINE))
    if first is not None:
        lines = tuple(str(text.count("\n", 0, mark.start()) + 1) for mark in _CONFLICTS.finditer(text))
        yield Problem(
            place_of(path, text, first.start()),
            "merge-conflict",
            message("Two versions were not merged here: this is a mark of git, “{mark}”", mark=first.group()[:40]),
            message(
                "Keep the lines that are right, and delete the others and the lines with the marks: {lines}",
                lines=lines[:12],
            ),
        )


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


def hidden(place: Place, value: str, written: str) -> Problem | None:
    """The problem of an invisible character that an escape of YAML writes: it does not stand in what is `written`."""
    match = CONTROLS.search(value)
    if match is not None:
        return invisible(place, value, match.start(), match.group())
    found = next(((at, one) for at, one in unseen(value) if one not in written), None)
    return None if found is None else invisible(place, value, *found, Severity.WARNING, mended=False)


def invisible(
    place: Place, text: str, at: int, written: str, severity: Severity = Severity.ERROR, *, mended: bool = True
) -> Problem:
    """The problem of an invisible character that stands at an offset of a text, itself or as `written` there."""
    character = unescape(written) if len(written) > 1 else written
    kind, hint = kind_of(character)
    shown = f"⟨U+{ord(character):04X}⟩"
    where = around(text, at, len(written)).replace(written, shown) if len(written) > 1 else around(text, at, 1)
    fix = Fix(place, written, "", everywhere=True) if mended and is_superfluous(character) else None
    said = message("There is an invisible character here, {kind} {code}: {where}", kind=kind, code=shown, where=where)
    if where == shown:
        said = message("There is an invisible character here, {kind}: {code}", kind=kind, code=shown)
    return Problem(place, "invisible-character", said, hint, severity, fix)
