"""Markdown to safe HTML: no raw HTML, no pictures, links only to pages that exist and to http(s) addresses."""

import re
from collections.abc import Callable
from html import escape, unescape
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from site_builder.markup import Forge
from site_builder.pages import Addresses
from site_builder.pages.links import has_scheme, is_external
from site_builder.pages.page import Part

_TAGS = {
    *(
        "a",
        "blockquote",
        "br",
        "code",
        "del",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "li",
        "ol",
        "p",
        "pre",
        "strong",
    ),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}, "h2": {"id"}}
_PART = re.compile(r'<h2 id="(part-[0-9]+)">(.*?)</h2>', re.DOTALL)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LOWEST_HEADING = 6


def contents(rendered: str) -> tuple[Part, ...]:
    """The parts of rendered prose, by the anchors of their headings."""
    return tuple(Part(anchor, unescape(nh3.clean(words, tags=set()))) for anchor, words in _PART.findall(rendered))


class Prose:
    """Renders Markdown."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self._top = 2
        self._source = ""
        self._relative: Callable[[str], str] = str
        self._markdown = Markdown(extensions=[Forge()], output_format="html")
        self._markdown.treeprocessors.register(_Rewrite(self), "rewrite", 5)

    def html(self, text: str, source: str, top: int, relative: Callable[[str], str]) -> str:
        """The text of a source file (its path) as HTML.

        Its highest headings become those of level `top`, so that they follow the page's own; `relative` turns a URL
        from the site's root into a link.
        """
        self._source, self._top, self._relative = source, top, relative
        try:
            rendered = self._markdown.reset().convert(text)
        except RecursionError:
            rendered = f"<pre>{escape(text)}</pre>"
        return nh3.clean(rendered, tags=_TAGS, attributes=_ATTRIBUTES, link_rel="noopener noreferrer")

    def rewrite(self, root: Element) -> None:
        """Lead links to their pages and headings to their levels, in place."""
        elements = list(root.iter())
        parts = 0
        levels = [int(element.tag[1]) for element in elements if element.tag in _HEADINGS]
        for element in elements:
            if element.tag in _HEADINGS:
                level = int(element.tag[1]) - min(levels) + self._top
                element.tag = f"h{min(_LOWEST_HEADING, level)}"
                if element.tag == "h2":
                    parts += 1
                    element.set("id", f"part-{parts}")
            else:
                self._link(element)

    def _link(self, element: Element) -> None:
        """Lead a link to its page; one that leads nowhere becomes plain text, and so does a picture."""
        if element.tag == "a":
            target = element.get("href") or ""
            url = None if has_scheme(target) else self._addresses.resolve(target, self._source)
            if url is not None:
                element.set("href", self._relative(url))
            elif not is_external(target):
                element.tag = "span"
                element.attrib.clear()
        elif element.tag == "img":
            element.text = element.get("alt")
            element.tag = "span"
            element.attrib.clear()


class _Rewrite(Treeprocessor):
    """Runs `Prose.rewrite`."""

    def __init__(self, prose: Prose) -> None:
        super().__init__()
        self._prose = prose

    def run(self, root: Element) -> None:
        """Rewrite the tree in place."""
        self._prose.rewrite(root)
