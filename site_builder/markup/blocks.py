"""The blocks of a Markdown text, by the rules of CommonMark 0.29 and GitHub's tables; each knows its lines.

The text is read once, line by line: containers that go on, new ones that begin, then what is left of the line
(https://spec.commonmark.org/0.29/#appendix-a-parsing-strategy). The time is linear in the text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

DEEPEST = 20
"""The most quotations and lists that may stand in one another; what would be deeper is text."""

_ATX = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_ATX_END = re.compile(r"(?:^|[ \t]+)#+[ \t]*$")
_SETEXT = re.compile(r"(=+|-+)[ \t]*$")
_FENCE = re.compile(r"(`{3,})(?!.*`)|(~{3,})")
_RULE = re.compile(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_MARKER = re.compile(r"([-+*])(?=[ \t]|$)|([0-9]{1,9})([.)])(?=[ \t]|$)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]:")
_DELIMITERS = re.compile(r"\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_CELL = re.compile(r"((?:\\[!-/:-@\[-`{-~]|[^|])*)(\||$)")
_REFERENCE = re.compile(
    r"[ \t]*\[(?!\^)((?:[^\[\]\\]|\\.){1,999})\]:[ \t]*\n?[ \t]*(<(?:[^<>\n\\]|\\.)*>|[^\s<]\S*)"
    r"(?:(?:[ \t]+|[ \t]*\n[ \t]*)(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|\((?:[^()\\]|\\.)*\))(?=[ \t]*(?:\n|$)))?"
    r"[ \t]*(?:\n|$)",
    re.DOTALL,
)
_BLOCK_TAGS = (
    "address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir|div|dl|dt|"
    "fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link|main|menu|"
    "menuitem|nav|noframes|ol|optgroup|option|p|param|section|source|summary|table|tbody|td|tfoot|th|thead|title|tr|"
    "track|ul"
)
TAG = (
    r"<[A-Za-z][A-Za-z0-9-]*(?:\s+[A-Za-z_:][A-Za-z0-9_.:-]*(?:\s*=\s*(?:[^\s\"'=<>`]+|'[^']*'|\"[^\"]*\"))?)*\s*/?>"
    r"|</[A-Za-z][A-Za-z0-9-]*\s*>"
)
"""An opening or closing tag."""

_HTML = tuple(
    (re.compile(begin, re.IGNORECASE), None if end is None else re.compile(end, re.IGNORECASE))
    for begin, end in (
        (r"<(?:script|pre|style)(?:\s|>|$)", r"</(?:script|pre|style)>"),
        (r"<!--", r"-->"),
        (r"<\?", r"\?>"),
        (r"<![A-Z]", r">"),
        (r"<!\[CDATA\[", r"\]\]>"),
        (rf"</?(?:{_BLOCK_TAGS})(?:\s|/?>|$)", None),
        (rf"(?:{TAG})\s*$", None),
    )
)
"""How blocks of HTML begin and end; those without an end last until an empty line."""


@dataclass(slots=True)
class Block:
    """A part of a text: `line` and `last` are its first and last, from 1.

    `lines` are the words of one without inner blocks, each with its number and its column, from 1.

    `kind` is `document`, `quote`, `list`, `item`, `paragraph`, `heading`, `code`, `html`, `table`, `rule` or
    `references`.
    """

    kind: str
    line: int
    last: int = 0
    inner: list["Block"] = field(default_factory=list)
    lines: list[tuple[int, int, str]] = field(default_factory=list)
    level: int = 0
    """Of a heading, from 1."""
    marker: str = ""
    """Of a list, and of an item with which its line begins: what that is; of code: its fence, if any."""
    start: int = 1
    """The first number of a list."""
    offset: int = 0
    """By how much the lines of an item are indented."""
    loose: bool = False
    """Whether the items of a list are paragraphs."""
    columns: tuple[str, ...] = ()
    """Of a table: how each column is aligned, `left`, `center`, `right` or nothing."""
    references: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Of the document: targets and titles of links by their normalised labels."""
    end: re.Pattern[str] | None = None
    """What the last line of this block of HTML holds."""
    too_deep: int | None = None
    """Of the document: the first line on which something stands too deep."""

    @property
    def words(self) -> str:
        """The lines as one text."""
        return "\n".join(text for _, _, text in self.lines)

    def all(self) -> Iterator["Block"]:
        """It and all inside, in the order of the text."""
        waiting = [self]
        while waiting:
            block = waiting.pop()
            yield block
            waiting.extend(reversed(block.inner))


def blocks_of(text: str) -> Block:
    """The document that a text is."""
    return _Reader().read(text)


def label_of(words: str) -> str:
    """The form in which two labels of links are compared."""
    return " ".join(words.split()).casefold()


def cells_of(line: str) -> list[tuple[int, str]]:
    """The cells of a row of a table: the column where each begins, from 0, and its words."""
    begin = len(line) - len(line.lstrip())
    begin += line[begin : begin + 1] == "|"
    end, found = len(line.rstrip()), []
    while begin < end:
        match = _CELL.match(line, begin, end)
        if match is None:
            break
        words = match.group(1)
        found.append((begin + len(words) - len(words.lstrip()), words.strip().replace("\\|", "|")))
        begin = match.end()
    return found


def _lead(rest: str, column: int) -> tuple[int, str]:
    """How many columns of space a rest of a line begins with, tabs reaching to each fourth, and what follows."""
    stripped = rest.lstrip(" \t")
    spaces = rest[: len(rest) - len(stripped)]
    if "\t" not in spaces:
        return len(spaces), stripped
    at = column
    for one in spaces:
        at += 4 - at % 4 if one == "\t" else 1
    return at - column, stripped


class _Reader:
    """Reads one text."""

    def __init__(self) -> None:
        self._document = Block("document", 1)
        self._open = [self._document]
        """The containers that are open, each in the one before."""
        self._leaf: Block | None = None
        self._number = 0
        self._line = ""
        self._rest = ""
        self._column = 0

    def read(self, text: str) -> Block:
        for number, line in enumerate(text.split("\n"), 1):
            self._number, self._line, self._rest, self._column = number, line, line, 0
            self._read_line()
        self._close(0)
        for block in self._document.all():
            if block.kind == "list":
                block.loose = _is_loose(block)
        return self._document

    def _read_line(self) -> None:
        matched = self._go_on()
        if matched == len(self._open) and self._leaf is not None and self._continue_verbatim(self._leaf):
            return
        before = len(self._open)
        paragraph = self._leaf if self._leaf is not None and self._leaf.kind == "paragraph" else None
        keep = matched
        while True:
            began = self._begin(keep, paragraph, whole=keep == len(self._open))
            if began is None:
                break
            keep, paragraph = len(self._open), None
            if began:
                self._touch()
                return
        after = _lead(self._rest, self._column)[1]
        if not after:
            self._blank(keep)
        elif paragraph is not None and self._leaf is paragraph and before == len(self._open):
            paragraph.lines.append(self._place(after))  # also where a container does not go on: its text does
            self._touch()
        elif keep == len(self._open) and self._leaf is not None and self._leaf.kind == "table" and cells_of(after):
            self._leaf.lines.append(self._place(after))
            self._touch()
        else:
            self._close(keep)
            self._add(Block("paragraph", self._number, lines=[self._place(after)]))
            self._touch()

    # The containers

    def _go_on(self) -> int:
        """How many of the open containers this line belongs to; what marks them is taken from it."""
        for number, block in enumerate(self._open[1:], 1):
            indent, after = _lead(self._rest, self._column)
            if block.kind == "quote":
                if indent > 3 or not after.startswith(">"):
                    return number
                self._take_quote(indent, after)
                for one in self._open[: number + 1]:
                    one.last = self._number
            elif block.kind == "item":
                if indent >= block.offset:
                    self._take(block.offset)
                elif after or (not block.inner and self._leaf is None):
                    return number
        return len(self._open)

    def _take(self, columns: int) -> None:
        """Take columns of space from the line."""
        while columns and self._rest[:1] in (" ", "\t"):
            width = 4 - self._column % 4 if self._rest[0] == "\t" else 1
            taken = min(width, columns)
            self._rest = " " * (width - taken) + self._rest[1:]
            self._column += taken
            columns -= taken

    def _take_quote(self, indent: int, after: str) -> None:
        self._column += indent + 1
        self._rest = after[1:]
        if _lead(self._rest, self._column)[0]:
            self._take(1)

    def _close(self, keep: int) -> None:
        """Close what is open beyond the first `keep` containers, and what stands in them."""
        if keep < len(self._open) or keep == 0:
            self._close_leaf()
            del self._open[max(1, keep) :]

    def _close_leaf(self) -> None:
        leaf, self._leaf = self._leaf, None
        if leaf is None:
            return
        if leaf.kind == "paragraph":
            self._define(leaf)
        elif leaf.kind == "code" and not leaf.marker:
            while leaf.lines and not leaf.lines[-1][2].strip():
                leaf.lines.pop()

    def _add(self, block: Block) -> None:
        """Put a block that ends the one before into the innermost container."""
        self._close_leaf()
        if self._open[-1].kind == "list" and block.kind != "item":
            self._open.pop()
        self._open[-1].inner.append(block)
        block.last = self._number
        if block.kind in ("quote", "list", "item"):
            self._open.append(block)
        elif block.kind not in ("heading", "rule"):
            self._leaf = block

    def _touch(self) -> None:
        """The line is one of all that is open."""
        for block in self._open:
            block.last = self._number
        if self._leaf is not None:
            self._leaf.last = self._number

    def _place(self, after: str) -> tuple[int, int, str]:
        return self._number, len(self._line) - len(after) + 1, after

    def _blank(self, keep: int) -> None:
        self._close(keep)
        if self._leaf is not None and self._leaf.kind in ("paragraph", "table"):
            self._close_leaf()

    # What goes on as it is

    def _continue_verbatim(self, leaf: Block) -> bool:
        """Whether the line is one more of code or HTML."""
        indent, after = _lead(self._rest, self._column)
        if leaf.kind == "html":
            if not after and leaf.end is None:
                return False
            leaf.lines.append(self._place(self._rest))
            self._touch()
            if leaf.end is not None and leaf.end.search(self._rest):
                self._leaf = None
            return True
        if leaf.kind != "code":
            return False
        if leaf.marker:
            self._touch()
            fence = after.rstrip()
            if indent <= 3 and len(fence) >= len(leaf.marker) and not fence.strip(leaf.marker[0]):
                self._leaf = None
            else:
                self._code_line(leaf, min(indent, leaf.offset))
            return True
        if indent >= 4 or not after:
            self._code_line(leaf, min(indent, 4))
            if after:
                self._touch()
            return True
        return False

    def _code_line(self, leaf: Block, columns: int) -> None:
        if columns:
            self._take(columns)
        leaf.lines.append(self._place(self._rest))

    # What begins

    def _begin(self, keep: int, paragraph: Block | None, *, whole: bool) -> bool | None:
        """Begin a block: True where the line is used up, False where it goes on inside, None where none begins.

        `paragraph` is open as yet; it belongs to the innermost container that goes on where `whole`.
        """
        indent, after = _lead(self._rest, self._column)
        if not after:
            return None
        if indent >= 4:
            if paragraph is not None:
                return None
            self._close(keep)
            code = Block("code", self._number)
            self._add(code)
            self._code_line(code, 4)
            return True
        own = paragraph if whole else None
        if after[0] == ">":
            return self._quote(keep, indent, after)
        if self._heading_or_code(keep, indent, after) or (after[0] == "<" and self._html(keep, after, paragraph)):
            return True
        if own is not None and (match := _SETEXT.match(after)) and self._setext(own, match.group(1)):
            return True
        if _RULE.match(after):
            self._close(keep)
            self._add(Block("rule", self._number))
            return True
        if paragraph is not None and _FOOTNOTE.match(after):
            self._close(keep)
            self._close_leaf()
            return None
        began = self._item(keep, indent, after, own)
        return True if began is None and own is not None and self._table(own, after) else began

    def _heading_or_code(self, keep: int, indent: int, after: str) -> bool:
        if match := _ATX.match(after):
            text = _ATX_END.sub("", after[match.end() :].rstrip())
            column = len(self._line) - len(after) + match.end() + 1
            block = Block("heading", self._number, level=len(match.group(1)), lines=[(self._number, column, text)])
        elif match := _FENCE.match(after):
            block = Block("code", self._number, marker=match.group(), offset=indent)
        else:
            return False
        self._close(keep)
        self._add(block)
        return True

    def _is_too_deep(self) -> bool:
        if sum(block.kind != "item" for block in self._open) <= DEEPEST:
            return False
        self._document.too_deep = self._document.too_deep or self._number
        return True

    def _quote(self, keep: int, indent: int, after: str) -> bool | None:
        if self._is_too_deep() and keep == len(self._open):
            return None
        self._close(keep)
        self._add(Block("quote", self._number))
        self._take_quote(indent, after)
        self._touch()
        return False

    def _html(self, keep: int, after: str, paragraph: Block | None) -> bool:
        for number, (begin, end) in enumerate(_HTML, 1):
            if begin.match(after) and not (number == len(_HTML) and paragraph is not None):
                self._close(keep)
                block = Block("html", self._number, end=end, lines=[self._place(self._rest)])
                self._add(block)
                if end is not None and end.search(after):
                    self._leaf = None
                return True
        return False

    def _setext(self, paragraph: Block, underline: str) -> bool:
        self._define(paragraph)
        self._leaf = None
        if not paragraph.lines:  # there were only definitions of links
            return False
        paragraph.kind, paragraph.level, paragraph.last = "heading", 1 if underline[0] == "=" else 2, self._number
        self._touch()
        return True

    def _table(self, paragraph: Block, after: str) -> bool:
        marks = [words for _, words in cells_of(after)]
        if not paragraph.lines or not _DELIMITERS.match(after):
            return False
        number, column, header = paragraph.lines[-1]
        if len(cells_of(header)) != len(marks):
            return False
        self._leaf = None
        paragraph.lines.pop()
        if paragraph.lines:
            paragraph.last = number - 1
            self._define(paragraph)
        else:
            self._open[-1].inner.pop()
        sides = {(True, False): "left", (False, True): "right", (True, True): "center", (False, False): ""}
        aligned = tuple(sides[one.startswith(":"), one.endswith(":")] for one in marks)
        self._add(Block("table", number, lines=[(number, column, header)], columns=aligned))
        return True

    def _item(self, keep: int, indent: int, after: str, paragraph: Block | None) -> bool | None:
        match = _MARKER.match(after)
        if match is None:
            return None
        width, rest = match.end(), after[match.end() :]
        if paragraph is not None and (not rest.strip() or (match.group(2) and int(match.group(2)) != 1)):
            return None
        marker, start = match.group(1) or match.group(3), int(match.group(2) or 1)
        around = self._open[keep - 1]
        joins = around.kind == "list" and around.marker == marker
        if not joins and self._is_too_deep() and keep >= len(self._open) - 1:
            return None
        if around.kind == "list" and not joins:
            keep -= 1
        self._close(keep)
        if keep == len(self._open):
            self._close_leaf()
        if not joins:
            self._add(Block("list", self._number, marker=marker, start=start))
        self._column += indent + width
        spaces, words = _lead(rest, self._column)
        inside = 1 if spaces > 4 or not words else spaces
        self._rest = rest
        alone = self._line.lstrip() == after
        self._add(Block("item", self._number, marker=marker if alone else "", offset=indent + width + inside))
        if words:
            self._take(inside)
        else:
            self._rest = ""
        self._touch()
        return False

    def _define(self, paragraph: Block) -> None:
        """Take the definitions of links that a paragraph begins with."""
        text, at = paragraph.words, 0
        while text.startswith("[", at) and (match := _REFERENCE.match(text, at)):
            label = label_of(match.group(1))
            if not label:
                break
            title = (match.group(3) or "")[1:-1]
            self._document.references.setdefault(label, (match.group(2), title))
            at = match.end()
        if at:
            del paragraph.lines[: text.count("\n", 0, at) + (at >= len(text))]
            if not paragraph.lines:
                paragraph.kind = "references"


def _is_loose(block: Block) -> bool:
    """Whether an empty line stands between two items of a list, or two parts of one."""
    if any(after.line - before.last > 1 for before, after in _pairs(block.inner)):
        return True
    return any(after.line - before.last > 1 for item in block.inner for before, after in _pairs(item.inner))


def _pairs(blocks: list[Block]) -> Iterator[tuple[Block, Block]]:
    return pairwise(blocks)
