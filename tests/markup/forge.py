"""A text as GitHub's own renderer shows it, and as pages show it, in one form: what a reader sees."""

import re
from html.parser import HTMLParser
from urllib.parse import unquote

import cmarkgfm
from cmarkgfm.cmark import Options
from markdown import Markdown

from site_builder.markup import Forge

_BLOCKS = {
    *("blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p", "pre", "table", "tbody", "td", "th"),
    *("thead", "tr", "ul", "br"),
}
_SHOWN = {"href", "title", "start", "align"}
_EXTENSIONS = ["table", "strikethrough", "autolink", "tasklist"]


class _Tree(HTMLParser):
    """Elements and texts; spaces that nobody sees are gone."""

    def __init__(self):
        super().__init__()
        self.found, self._verbatim = [], False

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input":
            self.handle_data("☑" if "checked" in given else "☐")
            return
        kept = {name: unquote(value or "") for name, value in given.items() if name in _SHOWN}
        self.found.append((tag, *sorted(kept.items())))
        self._verbatim = self._verbatim or tag == "pre"

    def handle_endtag(self, tag):
        if tag == "input":
            return
        self.found.append((f"/{tag}",))
        self._verbatim = self._verbatim and tag != "pre"

    def handle_data(self, data):
        words = data.rstrip() if self._verbatim else re.sub(r"\s+", " ", data)
        if self.found and isinstance(self.found[-1], str):
            words = self.found.pop() + words
        self.found.append(words)


def tree(html):
    """What a reader sees of HTML."""
    parser = _Tree()
    parser.feed(re.sub(r"(☐|☑|<input[^>]*>)\s*<p>", r"<p>\1 ", html))
    parser.close()
    found = list(parser.found)
    for number, one in enumerate(found):
        if isinstance(one, str):
            around = [found[at][0].lstrip("/") if 0 <= at < len(found) else "p" for at in (number - 1, number + 1)]
            left = one.lstrip() if around[0] in _BLOCKS else one
            found[number] = left.rstrip() if around[1] in _BLOCKS else left
    return [one for one in found if one and one != ("/br",) and one != ("/hr",)]


def of_forge(text):
    """What GitHub's renderer makes of it."""
    options = Options.CMARK_OPT_UNSAFE
    return tree(cmarkgfm.cmark.markdown_to_html_with_extensions(text, options, extensions=_EXTENSIONS))


def html_of(text):
    """What pages show, before links are led to their pages."""
    return Markdown(extensions=[Forge()], output_format="html").convert(text)


def of_pages(text):
    """What a reader sees of a page."""
    return tree(html_of(text))
