"""A comment on a forge: within its limit, and text from files does nothing there."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from site_builder.exports.review import MARKER, review_markdown
from site_builder.language import language
from site_builder.model import message
from site_builder.model.review import Mark, Run
from site_builder.render import review_html
from site_builder.review.telling import Line, Part, Telling

ENGLISH = language("en")
OWN = re.compile(r"[\u3400-\u9fff（）、，。；：“”《》〔〕·—…0-9.+−]*")
"""What may stand outside of code: no forge finds a person, an issue, an address or a command in it."""

HOSTILE = (
    "@everyone look",
    "fixes #1, closes GH-2, resolves owner/repository#3",
    "![x](https://example.org/spy.png) <img src=x onerror=alert(1)>",
    "`](https://example.org) `` ``` ~~~",
    "\n\n/approve\n/close\n/label ~bug",
    "</ins></del><script>alert(1)</script><!--",
    "-->\n# Heading\n| a | b |\n|---|---|",
    "www.example.org somebody@example.org !12 $1 %2 &3 [[wiki]] :tada:",
    "1234567890123456789012345678901234567890",
    " leading and trailing ",
    "\\`\\",
    "\u202eevil\u2066\x00\x1b[31m\ud800",
    "",
    " ",
)


def telling_of(text):
    """A review that shows the text in every place where text from files may stand."""
    words = (Run(Mark.SAME, text), Run(Mark.REMOVED, text), Run(Mark.ADDED, text), Run(Mark.SAME, text))
    inner = Line(message("{x}", x=text), words, (Line(message("{x}", x=(text, message("{y}", y=text)))),))
    return Telling(message("Scores"), (message("{x}", x=text),), (Part("x", message("Files"), (inner, inner)),))


def tokens(markdown):
    for token in MarkdownIt("commonmark", {"html": True}).parse(markdown):
        yield token
        yield from token.children or ()


@given(st.text(max_size=200) | st.text("`*_@#[]()<>!\\~ \n\t|&:/.-中文1a", max_size=60))
@example("`")
@example("a`")
def test_text_from_files_is_nothing_but_text(text):
    check_inert(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_nothing_but_text(text):
    check_inert(text)


def check_inert(text):
    markdown = review_markdown(telling_of(text), ENGLISH)
    assert markdown.startswith(f"{MARKER}\n\n## Scores\n\n")
    kinds = set()
    for token in tokens(markdown):
        kinds.add(token.type)
        if token.type == "html_inline":
            assert token.content in ("<del>", "</del>", "<ins>", "</ins>")
        if token.type == "html_block":
            assert token.content == MARKER + "\n"
        if token.type == "text" and token.content not in ("Scores", "Files"):
            assert all(OWN.fullmatch(word) for word in token.content.replace(",", " ").split()), token.content
    assert not kinds & {"image", "link_open", "fence", "code_block", "hr", "blockquote_open", "em_open", "table_open"}
    lines = [line for line in markdown.splitlines() if line.startswith(("- ", "  - "))]
    assert len(lines) == 4, "each line of the review is a line of the comment"


@given(st.text("`a b", max_size=20))
def test_the_text_can_be_read_as_it_stands(text):
    markdown = review_markdown(Telling(message("Scores"), (message("{x}", x=text),), ()), ENGLISH)
    shown = "".join(token.content for token in tokens(markdown) if token.type == "code_inline")
    assert shown.strip() == text.strip()


def long_telling(count, size):
    lines = tuple(Line(message("{n}: {x}", n=number, x="@" * size)) for number in range(count))
    parts = (
        Part("powers", message("Scores"), lines[:3]),
        Part("x", message("Files"), lines),
        Part("y", message("Rules"), lines),
    )
    return Telling(message("Scores"), (), parts)


@pytest.mark.parametrize("count, size", [(10, 10), (400, 20), (3000, 500), (20_000, 5)])
def test_a_long_comment_shows_what_is_most_important_and_counts_the_rest(count, size):
    markdown = review_markdown(long_telling(count, size), ENGLISH)
    assert len(markdown) <= 60_000
    first, files, rules = (part.splitlines() for part in markdown.split("\n### ")[1:])
    assert len([line for line in first if line.startswith("- ")]) == 3, "a small part is whole"
    for part in (files, rules):
        shown = [line for line in part if line.startswith("- ") and "more are not" not in line]
        more = [re.search(r"[0-9]+", line) for line in part if "more are not" in line]
        assert [line.split(":")[0] for line in shown] == [f"- {number}" for number in range(len(shown))]
        assert len(shown) + sum(int(match[0]) for match in more if match) == count
        assert len(shown) >= min(count, 40)


def test_one_line_with_very_much_below_it_is_cut():
    lines = tuple(Line(message("{x}", x="@" * 100)) for _ in range(1000))
    markdown = review_markdown(
        Telling(message("Scores"), (), (Part("x", message("Files"), (Line(message("Rules"), (), lines),)),)), ENGLISH
    )
    assert len(markdown) < 6_000
    assert re.search(r"[0-9]+ more are not listed here", markdown)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_text_on_the_page_too(text):
    page = review_html(telling_of(text), ENGLISH).decode()
    assert "<script" not in page and "<img" not in page and "onerror=alert(1)>" not in page
    assert page.count("<ins>") == page.count("</ins>") == 2
