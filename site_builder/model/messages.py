"""Sentences for people, kept untranslated until somebody reads them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence: an English template, which is its key in the translations, and the values that fill it.

    A value may be text (shown as it stands), a `Decimal`, an `int`, a `date`, a `Message`, or a tuple of these,
    which is shown as a list.
    """

    template: str
    values: tuple[tuple[str, object], ...] = ()


def printable(text: str) -> str:
    """Somebody's text as a terminal can show it: without characters that would steer it."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def message(template: str, **values: object) -> Message:
    """Make a `Message`. Calls to this function are what the translations are collected from."""
    return Message(template, tuple(values.items()))
