"""Characters that nobody can see, or that not everybody sees alike: which they are, and how they are shown."""

import re
import unicodedata
from collections.abc import Iterator
from html import unescape

from site_builder.model import Message, message

CONTROLS = re.compile(
    "[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""What steers a display, a direction or a parser: a text with one of them is not read."""

LOST = "\N{REPLACEMENT CHARACTER}"
"""Stands where a program lost the right character."""

_BLANK = "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u2800\u3164\uffa0"
"""Letters and marks without any shape."""

_SHAPELESS = re.compile(f"[{LOST}{_BLANK}]")
_SPACES = str.maketrans(dict.fromkeys("\n\u00a0\u2002\u2003\u2009\u202f\u3000", " "))
"""Spaces that people type: each is seen as one."""

_JOINER = "\N{ZERO WIDTH JOINER}"
_IDEOGRAPHS = range(0x20000, 0x40000)
"""The planes of rare ideographs, to which each edition of Unicode adds some: all count as assigned."""

_REFERENCE = re.compile("&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,24});")
_AROUND = 6


def unseen(text: str) -> Iterator[tuple[int, str]]:
    """Where invisible, unassigned, private and lost characters stand in a text, written out or as `&#8203;`."""
    plain = has_plain_shape(text) or text.translate(_SPACES).isprintable()
    if not plain or (not text.isascii() and _SHAPELESS.search(text) is not None):
        for at, character in enumerate(text):
            if is_unseen(character) and not _joins(text, at):
                yield at, character
    if "&" in text:
        for match in _REFERENCE.finditer(text):
            meaning = unescape(match.group())
            if len(meaning) == 1 and is_unseen(meaning):
                yield match.start(), match.group()


def has_plain_shape(text: str) -> bool:
    """Whether a text has, beside its line breaks, nothing but what Unicode calls printable: a quick first look."""
    return text.replace("\n", " ").isprintable()


def is_unseen(character: str) -> bool:
    """Whether a character has no shape that everybody sees."""
    if character == "\n" or ord(character) in _IDEOGRAPHS:
        return False
    return character in _BLANK or character == LOST or unicodedata.category(character) in ("Cf", "Cc", "Cn", "Co", "Cs")


def _joins(text: str, at: int) -> bool:
    """Whether a joiner makes one sign of two (a family of three people)."""
    around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return (
        text[at] == _JOINER
        and len(around) == 2
        and all(unicodedata.category(one) in ("So", "Sk", "Mn") for one in around)
    )


def visible(text: str) -> str:
    """A text on one line, in which each invisible character is named (`值班⟨U+200B⟩人员`)."""
    return "".join(f"⟨U+{ord(one):04X}⟩" if is_unseen(one) or CONTROLS.match(one) else one for one in text)


def around(text: str, at: int, length: int) -> str:
    """What stands around a character on its line, with all that is invisible named."""
    begin = max(text.rfind("\n", 0, at) + 1, at - _AROUND)
    end = text.find("\n", at + length)
    return visible(text[begin : min(len(text) if end < 0 else end, at + length + _AROUND)])


def kind_of(character: str) -> tuple[Message, Message]:
    """What an invisible character is, and what is to be done about it."""
    delete = message("Delete it: the text reads the same without it")
    if character == "\t":
        return message("a tab"), message("Delete it, and type spaces")
    if character == LOST:
        return message("a character that a program lost"), message("Type what stood here before")
    match unicodedata.category(character):
        case "Co":
            return message("a character of private use, which others see as something else"), message(
                "Type the common character, or describe it in words"
            )
        case "Cn":
            return message("a code that is no character"), message("Delete it, or type what stood here before")
        case "Cc":
            return message("a control character"), message("Delete it")
        case "Zl" | "Zp":
            return message("a line separator"), message("Delete it, and begin a new line")
    if character in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069":
        return message("a mark that changes the direction of writing"), delete
    return message("a character without width"), delete


def is_superfluous(character: str) -> bool:
    """Whether a text reads the same without an invisible character."""
    return unicodedata.category(character) == "Cf" or character in _BLANK
