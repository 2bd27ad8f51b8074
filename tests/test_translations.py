"""The interface is whole in Chinese: nothing untranslated, nothing unused, every placeholder in its place."""

import re
from string import Formatter

import polib

from tests.translations import CATALOGUE, collected

PLACEHOLDER = re.compile(r"\{[a-z_]*\}|%\([a-z_]+\)s|\{\{|\}\}")


def test_every_string_is_translated_and_none_is_unused():
    wanted = {entry.msgid for entry in collected()}
    catalogue = polib.pofile(str(CATALOGUE), encoding="utf-8")
    translated = {entry.msgid for entry in catalogue.translated_entries()}
    assert wanted - translated == set(), "run: make translations"
    assert translated - wanted == set(), "run: make translations"


def test_placeholders_are_the_same_in_both_languages():
    for entry in polib.pofile(str(CATALOGUE), encoding="utf-8"):
        assert sorted(PLACEHOLDER.findall(entry.msgid)) == sorted(PLACEHOLDER.findall(entry.msgstr)), entry.msgid


def test_chinese_uses_full_width_punctuation():
    for entry in polib.pofile(str(CATALOGUE), encoding="utf-8"):
        assert not re.search(r"[\u4e00-\u9fff][;?]|[\u4e00-\u9fff]\.(?:$|\s)", entry.msgstr), entry.msgstr


def test_every_sentence_can_be_filled_in():
    """A brace that is not doubled would keep a problem from being told."""
    for entry in polib.pofile(str(CATALOGUE), encoding="utf-8"):
        for text in (entry.msgid, entry.msgstr):
            if "%(" not in text:
                list(Formatter().parse(text))
