"""One term for one thing: no text that people read has a word that docs/terms says not to use."""

import re
from pathlib import Path

import polib
import pytest

from tests.translations import CATALOGUE, ROOT, collected

SPELT = re.compile(r"`[^`]*`|```.*?^```", re.DOTALL | re.MULTILINE)


def terms(path):
    """The rows of the list: term, meaning, and the words that are not used for it."""
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [(term, meaning, re.split(r"[;；] ?", unused)) for term, meaning, unused in rows[1:]]


ENGLISH, CHINESE = terms(ROOT / "docs/terms.md"), terms(ROOT / "docs/terms.zh-CN.md")


def wrong(text, listed):
    """The words of a text that are not used, each with the term to write."""
    found = []
    for term, _, unused in listed:
        for word in unused:
            if re.search(rf"(?<![A-Za-z]){re.escape(word)}(?![A-Za-z])", text):
                found.append(f"{word} (write: {term})")
    return found


def chinese_pages():
    """The Chinese documentation and the site's own pages, the list itself left out."""
    pages = [*ROOT.glob("*.zh-CN.md"), *(ROOT / "docs").glob("*.zh-CN.md"), *(ROOT / "content/pages").glob("*.md")]
    return sorted(one for one in pages if one.name != "terms.zh-CN.md")


def test_the_lists_say_what_each_term_means():
    for listed in (ENGLISH, CHINESE):
        assert len(listed) > 15 and len({term for term, _, _ in listed}) == len(listed)
        assert all(meaning.strip() and unused != [""] for _, meaning, unused in listed)


def test_no_term_is_a_word_that_another_forbids():
    for listed in (ENGLISH, CHINESE):
        assert not [term for term, _, _ in listed if wrong(term, listed)]


def test_templates_and_code_use_the_terms():
    told = {entry.msgid: wrong(entry.msgid, ENGLISH) for entry in collected()}
    assert not {text: found for text, found in told.items() if found}


def test_translations_use_the_terms():
    told = {entry.msgid: wrong(entry.msgstr, CHINESE) for entry in polib.pofile(str(CATALOGUE), encoding="utf-8")}
    assert not {text: found for text, found in told.items() if found}


@pytest.mark.parametrize("path", chinese_pages(), ids=lambda path: Path(path).name)
def test_chinese_pages_use_the_terms(path):
    text = SPELT.sub("", path.read_text(encoding="utf-8"))
    assert not wrong(text, CHINESE)


@pytest.mark.parametrize(("text", "found"), [("本节失分", 1), ("审批办法", 2), ("`核准`", 1), ("扣分、得分", 0)])
def test_the_test_sees_such_words(text, found):
    assert len(wrong(text, CHINESE)) == found
