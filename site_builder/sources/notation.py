"""The words of a source as readers see them: without the notation of Markdown, YAML and SVG, each with its place."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

_REFERENCE = "&(?:#[0-9]{1,20}|#[xX][0-9a-fA-F]{1,20}|[A-Za-z][0-9A-Za-z]{1,31});"
_NOTATION = re.compile(
    r"(?=[&\\*`_!\[\]])(?:"  # what all of it begins with: most characters need no further look
    + _REFERENCE
    + r"|\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[ -/:-@\[-`{-~]|\n *)"  # escapes of YAML and Markdown
    + r"|[*`]+|(?<![^\W_])_|_(?![^\W_])"  # emphasis; an underscore inside a word is none
    + r"|!?\[(?=[^\[\]\n]*\][(\[])|\]\([^()\n]*\)|\]\[[^\[\]\n]*\])"  # what stands around the words of a link
)
_NOTATION_OF_DRAWINGS = re.compile(f"{_REFERENCE}|</?[A-Za-z][^<>]*>|<!--|-->")
_DRAWING = ".svg"


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, and where in the source its parts begin: beginnings in the text, and the same in the source."""

    text: str
    beginnings: tuple[int, ...] = (0,)
    places: tuple[int, ...] = (0,)

    def offset(self, at: int) -> int:
        """Where in the source a character of the text is written."""
        part = bisect_right(self.beginnings, at) - 1
        return self.places[part] + at - self.beginnings[part]


def wordings(path: str, text: str) -> Iterator[Wording]:
    """The words of a source without notation, and as they are written; of a drawing, which is full of figures, not so.

    Escapes of YAML and notation of Markdown are taken away in every other file: a Markdown file begins with YAML.
    """
    is_drawing = path.endswith(_DRAWING)
    plain = _without(_NOTATION_OF_DRAWINGS if is_drawing else _NOTATION, text)
    yield plain
    if not is_drawing and len(plain.beginnings) > 1:
        yield Wording(text)


def _without(notation: re.Pattern[str], text: str) -> Wording:
    parts: list[str] = []
    beginnings, places = [0], [0]
    length = behind = 0
    for match in notation.finditer(text):
        before, meaning = text[behind : match.start()], _meaning(match.group())
        parts += (before, meaning)
        beginnings += (length + len(before), length + len(before) + len(meaning))
        places += (match.start(), match.end())
        length, behind = beginnings[-1], match.end()
    return Wording("".join((*parts, text[behind:])), tuple(beginnings), tuple(places))


def _meaning(notation: str) -> str:
    """The characters that a notation stands for."""
    if notation.startswith("&"):
        return unescape(notation)
    if not notation.startswith("\\"):
        return ""
    escaped = notation[1:]
    if escaped[0] in "xuU":
        return unescape(f"&#x{escaped[1:]};")
    return "" if escaped[0] == "\n" else escaped
