"""Ids are permanent: they stand in URLs, in incident files and in every export."""

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
