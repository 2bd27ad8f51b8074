"""Ids are permanent: they stand in URLs, in incident files and in every export. People are known by addresses."""

import re

LONGEST = 64
"""The most characters an id may have."""

_FORM = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", *(f"{name}{digit}" for name in ("com", "lpt") for digit in range(10))]
)


def is_identifier(text: str) -> bool:
    """Whether the text is a valid id: lower-case letters and digits joined by single hyphens, 64 at most.

    Names of Windows devices (`con`, `lpt1`, …) are not: a checkout on Windows could not hold their files.
    """
    return len(text) <= LONGEST and _FORM.fullmatch(text) is not None and text not in _DEVICES


_SPACE = " \t\n\r\x0b\x0c"
_LOWER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def folded(address: str) -> str:
    """An address in the one spelling in which addresses are compared: A to Z are a to z, and nothing else changes."""
    stripped = address.strip(_SPACE)
    return stripped.lower() if stripped.isascii() else stripped.translate(_LOWER)
