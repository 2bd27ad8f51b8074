"""Markdown to safe HTML: no raw HTML, no pictures, links only to pages that exist and to http(s) addresses."""

from collections.abc import Callable
from html import escape
from xml.etree.ElementTree import Element

import nh3
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor

from site_builder.pages import Addresses
from site_builder.pages.links import has_scheme, is_external

_TAGS = {
    *("a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "strong"),
    *("table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "th": {"align"}, "td": {"align"}}
_LOWEST_HEADING = 6


class Prose:
    """Renders Markdown; `depth` headings are pushed down so that they follow the page's own."""

    def __init__(self, addresses: Addresses, depth: int = 1) -> None:
        self._addresses = addresses
        self._depth = depth
        self._source = ""
        self._relative: Callable[[str], str] = str
        self._markdown = Markdown(extensions=["tables", "sane_lists", "fenced_code"], output_format="html")
        self._markdown.preprocessors.deregister("html_block")
        self._markdown.inlinePatterns.deregister("html")
        self._markdown.treeprocessors.register(_Rewrite(self), "rewrite", 5)

    def html(self, text: str, source: str, relative: Callable[[str], str]) -> str:
        """The text of a source file (its path) as HTML; `relative` turns a URL from the site's root into a link."""
        self._source, self._relative = source, relative
        try:
            rendered = self._markdown.reset().convert(text)
        except RecursionError:
            rendered = f"<pre>{escape(text)}</pre>"
        return nh3.clean(rendered, tags=_TAGS, attributes=_ATTRIBUTES, link_rel="noopener noreferrer")

    def rewrite(self, element: Element) -> None:
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
        elif element.tag in ("h1", "h2", "h3", "h4", "h5"):
            element.tag = f"h{min(_LOWEST_HEADING, int(element.tag[1]) + self._depth)}"


class _Rewrite(Treeprocessor):
    """Runs `Prose.rewrite` over every element."""

    def __init__(self, prose: Prose) -> None:
        super().__init__()
        self._prose = prose

    def run(self, root: Element) -> None:
        """Rewrite the tree in place."""
        for element in root.iter():
            self._prose.rewrite(element)
