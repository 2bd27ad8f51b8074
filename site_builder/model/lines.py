"""Lines that belong together: Chinese has no spaces, so a line break between two of its characters is none."""

import re

_WIDE = (
    "\u2e80-\u2fff\u3001-\u312f\u3190-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f"
    "\uff01-\uff60\uff66-\uff9f\uffe0-\uffe6\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_EITHER = "\u2018\u2019\u201c\u201d\u2026\u2014\u00b7"
"""Punctuation that Chinese shares with other scripts: it belongs to what stands beside it."""

_BREAK = re.compile(r"[ \t]*\n[ \t\n]*")
_BEFORE = re.compile(f"[{_WIDE}][{_EITHER}]*$")
_AFTER = re.compile(f"[{_EITHER}]*[{_WIDE}]")
_FITTING = re.compile(f"[{_WIDE}{_EITHER}]")
_SEEN = 16
"""How many characters around a break are looked at."""


def joins(before: str, after: str) -> bool:
    """Whether a line that ends with `before` and one that begins with `after` belong together without a space.

    That is so between Chinese characters and full-width punctuation; beside Latin letters and digits the break is a
    space. Quotation marks, dashes and dots that both scripts have go with the text beside them.
    """
    before, after = before[-_SEEN:], after[:_SEEN]
    if not before or not after or not _FITTING.match(before[-1]) or not _FITTING.match(after[0]):
        return False
    return _BEFORE.search(before) is not None or _AFTER.match(after) is not None


def joined(text: str) -> str:
    """The text on one line: a break between Chinese characters is none, any other is a space."""
    if "\n" not in text:
        return text

    def told(match: re.Match[str]) -> str:
        before, after = text[max(0, match.start() - _SEEN) : match.start()], text[match.end() : match.end() + _SEEN]
        return "" if joins(before, after) else " "

    return _BREAK.sub(told, text)
