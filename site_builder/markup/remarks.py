"""What of a Markdown text is shown otherwise here than a forge shows it, or not at all: each with its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from site_builder.markup.blocks import TAG, Block, blocks_of, cells_of
from site_builder.markup.extension import MOST_CELLS

_CODE = re.compile(r"\\`|(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
_HTML = re.compile(rf"\\<|(?!<br\s*/?>)(?:{TAG}|<!--.*?-->)", re.DOTALL | re.IGNORECASE)
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:")
_NOT_BREAK = re.compile(r"[^\n]")


class Remark(Enum):
    """What is to be said of a place."""

    HTML = "html"
    FOOTNOTE = "footnote"
    SURPLUS_CELL = "surplus-cell"
    MISSING_CELL = "missing-cell"
    LARGE_TABLE = "large-table"
    TOO_DEEP = "too-deep"


@dataclass(frozen=True, slots=True)
class Remarked:
    """A remark with its line and column in the text, from 1, and the words that it is about."""

    remark: Remark
    line: int
    column: int
    words: str = ""


def remarks(document: Block) -> Iterator[Remarked]:
    """What is to be said of a text, from its beginning to its end."""
    if document.too_deep is not None:
        yield Remarked(Remark.TOO_DEEP, document.too_deep, 1)
    for block in document.all():
        if block.kind == "html":
            number, column, words = block.lines[0]
            if not all(_is_break(text) for _, _, text in block.lines):
                yield Remarked(Remark.HTML, number, column + len(words) - len(words.lstrip()), words.strip())
        elif block.kind == "table":
            yield from _of_table(block)
        elif block.kind in ("paragraph", "heading"):
            yield from _of_words(block)


def without_code(text: str, document: Block | None = None) -> str:
    """The text in which code is blank, at the same places."""
    lines = text.split("\n")
    for block in (document or blocks_of(text)).all():
        if block.kind == "code":
            for number in range(block.line - 1, min(len(lines), max(block.last, block.line))):
                lines[number] = " " * len(lines[number])
    return _CODE.sub(lambda match: _NOT_BREAK.sub(" ", match.group()), "\n".join(lines))


def _is_break(text: str) -> bool:
    return re.fullmatch(r"(?:\s*<br\s*/?>)*\s*", text, re.IGNORECASE) is not None


def _of_words(block: Block) -> Iterator[Remarked]:
    number, column, first = block.lines[0]
    if _FOOTNOTE.match(first):
        yield Remarked(Remark.FOOTNOTE, number, column, first[: first.index("]") + 1])
    words = block.words
    if "<" not in words:
        return
    words = _CODE.sub(lambda match: _NOT_BREAK.sub(" ", match.group()), words)
    for match in _HTML.finditer(words):
        if match.group()[0] == "<":
            line = words.count("\n", 0, match.start())
            at = match.start() - words.rfind("\n", 0, match.start()) - 1
            yield Remarked(Remark.HTML, block.lines[line][0], block.lines[line][1] + at, match.group())


def _of_table(block: Block) -> Iterator[Remarked]:
    width = len(block.columns)
    if width * len(block.lines) > MOST_CELLS:
        yield Remarked(Remark.LARGE_TABLE, block.line, block.lines[0][1])
        return
    for number, column, line in block.lines:
        cells = cells_of(line)
        if len(cells) > width:
            at, words = cells[width]
            yield Remarked(Remark.SURPLUS_CELL, number, column + at, words)
        elif len(cells) < width:
            yield Remarked(Remark.MISSING_CELL, number, column)
        for at, words in cells:
            for match in _HTML.finditer(_CODE.sub(lambda one: " " * len(one.group()), words)):
                if match.group()[0] == "<":
                    yield Remarked(Remark.HTML, number, column + at + match.start(), match.group())
