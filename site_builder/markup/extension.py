"""The extension of the library `markdown` that reads blocks and lines as a forge does; all else stays the library's."""

import re
from itertools import count
from xml.etree.ElementTree import Element, ElementTree, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from site_builder.markup.blocks import Block, blocks_of, cells_of
from site_builder.markup.inlines import fill, unescaped
from site_builder.model import joins

MOST_CELLS = 10_000
"""The most cells that a table may have, those that its rows leave out counted too."""

_TASK = re.compile(r"\[([ xX])\](?=[ \t])")
_BOXES = {" ": "☐", "x": "☑"}
_BREAK = re.compile(r"[ \t]*\n[ \t]*")


class Forge(Extension):
    """Markdown as GitHub shows it; a line break between Chinese characters is none."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        """Take the place of the library's own reading of blocks and lines."""
        md.preprocessors.deregister("html_block")
        md.preprocessors.deregister("normalize_whitespace")
        md.treeprocessors.deregister("inline")
        md.treeprocessors.deregister("unescape")
        md.parser = _Parser(md)
        md.treeprocessors.register(_Escape(md), "escape", -5)


class _Parser(BlockParser):
    """Makes the library's tree of a text."""

    def parseDocument(self, lines: list[str]) -> "ElementTree[Element]":  # type: ignore[override]  # noqa: N802
        """The tree of these lines."""
        root = Element(self.md.doc_tag)
        document = blocks_of("\n".join(lines))
        references = {
            label: (unescaped(target.removeprefix("<").removesuffix(">")), unescaped(title))
            for label, (target, title) in document.references.items()
        }
        _Tree(references).put(root, document)
        return ElementTree(root)


class _Escape(Treeprocessor):
    """The library writes entities in texts as they are; but all that is left are signs that mean themselves."""

    def run(self, root: Element) -> None:
        """Escape each `&`."""
        for element in root.iter():
            if element.text and "&" in element.text:
                element.text = AtomicString(element.text.replace("&", "&amp;"))
            if element.tail and "&" in element.tail:
                element.tail = AtomicString(element.tail.replace("&", "&amp;"))
            for name, value in element.items():
                element.set(name, value.replace("&", "&amp;"))


class _Tree:
    """Blocks as elements."""

    def __init__(self, references: dict[str, tuple[str, str]]) -> None:
        self._targets = references

    def put(self, parent: Element, block: Block, *, loose: bool = True) -> None:
        """Put what is inside a block into an element."""
        for one in block.inner:
            getattr(self, f"_{one.kind}")(parent, one, loose)

    def _fill(self, element: Element, text: str) -> None:
        fill(element, text.rstrip(" \t"), self._targets)
        _join(element)

    def _paragraph(self, parent: Element, block: Block, loose: bool) -> None:
        if loose:
            self._fill(SubElement(parent, "p"), block.words)
            return
        own = Element("p")
        self._fill(own, block.words)
        _move(own, parent)

    def _heading(self, parent: Element, block: Block, loose: bool) -> None:
        self._fill(SubElement(parent, f"h{block.level}"), block.words)

    def _code(self, parent: Element, block: Block, loose: bool) -> None:
        SubElement(SubElement(parent, "pre"), "code").text = AtomicString("".join(f"{t}\n" for _, _, t in block.lines))

    def _html(self, parent: Element, block: Block, loose: bool) -> None:
        SubElement(parent, "p").text = AtomicString(block.words)

    def _rule(self, parent: Element, block: Block, loose: bool) -> None:
        SubElement(parent, "hr")

    def _references(self, parent: Element, block: Block, loose: bool) -> None: ...

    def _quote(self, parent: Element, block: Block, loose: bool) -> None:
        self.put(SubElement(parent, "blockquote"), block)

    def _list(self, parent: Element, block: Block, loose: bool) -> None:
        element = SubElement(parent, "ol" if block.marker in ".)" else "ul")
        if element.tag == "ol" and block.start != 1:
            element.set("start", str(block.start))
        for item in block.inner:
            own = SubElement(element, "li")
            first = item.inner[0] if item.inner else None
            if item.marker and first is not None and first.kind == "paragraph" and (match := _TASK.match(first.words)):
                number, column, words = first.lines[0]
                first.lines[0] = (number, column, _BOXES[match.group(1).lower()] + words[match.end() :])
            self.put(own, item, loose=block.loose)

    def _table(self, parent: Element, block: Block, loose: bool) -> None:
        table = SubElement(parent, "table")
        width, rows = len(block.columns), [[text for _, text in cells_of(line)] for _, _, line in block.lines]
        bounded = width * len(rows) <= MOST_CELLS
        body = None
        for number, cells in zip(count(), rows, strict=False):
            if number == 0:
                row = SubElement(SubElement(table, "thead"), "tr")
            else:
                body = SubElement(table, "tbody") if body is None else body
                row = SubElement(body, "tr")
            padded = cells[:width] + [""] * (width - len(cells) if bounded else 0)
            for text, side in zip(padded, block.columns, strict=False):
                cell = SubElement(row, "td" if number else "th", {"align": side} if side else {})
                self._fill(cell, text)


def _move(source: Element, parent: Element) -> None:
    """Put what is in an element behind what is in another."""
    if source.text:
        before = parent[-1] if len(parent) else None
        if before is None:
            parent.text = (parent.text or "") + source.text
        else:
            before.tail = (before.tail or "") + source.text
    parent.extend(list(source))


def _join(element: Element) -> None:
    """Join the lines of a paragraph, whatever elements lie between."""
    texts = [(owner, name) for owner, name in _texts(element) if name == "break" or getattr(owner, name)]
    words = ["\x00" if name == "break" else getattr(owner, name) for owner, name in texts]
    if not any("\n" in one for one in words):
        return
    whole = "".join(words)
    gone = {
        place
        for match in _BREAK.finditer(whole)
        if joins(whole[max(0, match.start() - 16) : match.start()], whole[match.end() : match.end() + 16])
        for place in range(match.start(), match.end())
    }
    begin = 0
    for (owner, name), text in zip(texts, words, strict=True):
        if name != "break":
            setattr(owner, name, "".join(sign for place, sign in enumerate(text, begin) if place not in gone))
        begin += len(text)


def _texts(element: Element) -> "list[tuple[Element, str]]":
    """The texts of an element in their order; a hard break is one of its own."""
    found = [(element, "break" if element.tag == "br" else "text")]
    for one in element:
        found += _texts(one)
        found.append((one, "tail"))
    return found
