"""The value of a YAML node as text, id, number, date or address; a wrong one is a problem, and None."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from site_builder.model import LONGEST, ZERO, Fix, Message, Place, is_identifier, message
from site_builder.sources.likely import counted, dated, entries, identified, named, parted
from site_builder.sources.mistakes import shown
from site_builder.sources.nodes import Node, Scalar
from site_builder.sources.report import Report, nearest

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,8})(?:\.[0-9]{1,6})?")
_ADDRESS = re.compile(r"https?://[^/@ \"'<>\\^`{|}]+(?:/[^ \"'<>\\^`{|}]*)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_YEARS = ("from", "to")


def as_text(report: Report, node: Node) -> str | None:
    """A text that is not empty; what YAML takes for a number, a date or a truth value needs quotes."""
    if not isinstance(node, Scalar):
        report.error(
            node.place, "wrong-type", message("This must be a text"), message("Write a single text, in quotes")
        )
    elif node.kind != "str":
        hint = message('Put it in quotes: "{text}"', text=shown(node.text))
        text = message("This must be a text, YAML reads a value of another type")
        fix = Fix(node.place, node.text, f'"{node.text}"') if node.text else None
        report.error(node.place, "wrong-type", text, hint, fix)
    elif not node.text.strip():
        report.error(
            node.place, "missing-value", message("This text is empty"), message("Write a value, or remove the key")
        )
    else:
        return node.text.strip()
    return None


def as_identifier(report: Report, node: Node, known: Mapping[str, str] | None = None) -> str | None:
    """An id: text, or a number that reads as one; where a text is what an id is `known` to mean, that is the one."""
    if isinstance(node, Scalar) and is_identifier(node.text):
        return node.text
    if not isinstance(node, Scalar):
        as_text(report, node)
        return None
    parts = parted(node.text)
    if parts and all(map(is_identifier, parts)):
        words = ", ".join(parts)
        hint = message("Commas are plain, and each is named by itself: {words}", words=words)
        fix = Fix(node.place, node.text, words) if node.inside else None
        report.error(node.place, "invalid-id", _no_identifier(node.text), hint, fix)
        return None
    right = identified(node.text) if known is None else named(node.text, known)
    if right is None and known is None:
        report_identifier(report, node.place, node.text)
    elif right is None:
        report.error(node.place, "invalid-id", _no_identifier(node.text), nearest(node.text, known or {}))
    else:
        fix = Fix(node.place, node.text, right)
        report.error(node.place, "invalid-id", _no_identifier(node.text), message("Write the id: {id}", id=right), fix)
    return right


def report_identifier(report: Report, place: Place, text: str, right: str | None = None) -> None:
    """Report that what is called by a text needs an id; `right` is how it is written, where that is known."""
    if right is not None:
        hint = message("Write {word}", word=right)
    elif (likely := identified(re.sub("[ _]+", "-", text.strip()))) is not None:
        hint = message(
            "Write {id}: lower-case letters a–z, digits and single hyphens, at most 64, and no Windows device name",
            id=likely,
        )
    else:
        hint = message("Use lower-case letters a–z, digits and single hyphens, at most 64, and no Windows device name")
    report.error(place, "invalid-id", _no_identifier(text), hint)


def _no_identifier(text: str) -> Message:
    return message("“{text}” cannot be an id", text=shown(text))


def report_zero(report: Report, place: Place) -> None:
    """Report a zero where something is counted or deducted."""
    report.error(
        place, "number-too-small", message("0 deducts nothing"), message("Write a number above 0, or remove the entry")
    )


def as_label(report: Report, node: Node) -> str | None:
    """A short text of up to 64 characters, or a whole number's own text."""
    label = node.text if isinstance(node, Scalar) and node.kind == "int" else as_text(report, node)
    if label is not None and len(label) > LONGEST:
        text = message("This text has more than {limit} characters", limit=LONGEST)
        report.error(node.place, "text-too-long", text, message("Write a shorter one"))
    return label


def as_number(report: Report, node: Node, *, least: Decimal = ZERO, key: str = "") -> Decimal | None:
    """A number in plain decimal notation, at least `least`; the figure of a `key`."""
    if not isinstance(node, Scalar):
        report.error(
            node.place, "not-a-number", message("This must be a number"), message("Write a number such as 0.5")
        )
        return None
    value = plain_number(node.text) if node.kind in ("int", "float") else None
    if value is None:
        report_number(report, node.place, node.text, key=key)
        return None
    if value < least:
        text = message("{value} is too small: the least is {least}", value=value, least=least)
        without = message("Write {number}, without the sign", number=-value)
        hint = without if -value > least else message("Write a larger number")
        report.error(node.place, "number-too-small", text, hint)
        return None
    return value


def plain_number(text: str) -> Decimal | None:
    """The number that a text writes in plain decimal notation: up to 9 digits before the point and 6 behind."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def report_number(report: Report, place: Place, text: str, words: Iterable[str] = (), key: str = "") -> None:
    """Report that a text is no number; `words` are the units that may stand behind one, `key` is whose figure it is."""
    said = message("“{text}” is not a number in plain decimal notation", text=shown(text))
    right = counted(text, words, key)
    plain, day = entries(f"{key}: {text}"), dated(text)
    if plain is not None and "," in plain:
        hint = message("Write plain commas and colons, each with a space: {text}", text=shown(plain))
        report.error(place, "not-a-number", said, hint)
    elif day is not None and key in _YEARS:
        report.error(place, "not-a-number", said, message("Write the year alone: {year}", year=day[:4]))
    elif right is None or plain_number(right) is None:
        hint = message(
            "Write digits and a point such as 2 or 0.5, without quotes, exponent, sign or unit, at most 9 digits"
        )
        report.error(place, "not-a-number", said, hint)
    else:
        hint = message("Write {number}: digits and a point, without quotes, exponent, sign or unit", number=right)
        fix = (
            Fix(place, text, right) if "," not in unicodedata.normalize("NFKC", text) or text.startswith("0") else None
        )
        report.error(place, "not-a-number", said, hint, fix)


def as_date(report: Report, node: Node) -> date | None:
    """A date written 2021-03-15."""
    written = node.text if isinstance(node, Scalar) else ""
    right = dated(written)
    if right == written and _DATE.fullmatch(written):
        return date.fromisoformat(written)
    if _DATE.fullmatch(written):
        text = message("There is no day {text}", text=written)
        report.error(node.place, "invalid-date", text, message("Check year, month and day"))
        return None
    said = message("“{text}” is not a date", text=shown(written) or "…")
    if right is None:
        report.error(
            node.place, "invalid-date", said, message("Write year, month and day as 2021-03-15, without a time")
        )
    else:
        hint = message("Write {date}: year, month and day with hyphens", date=right)
        report.error(node.place, "invalid-date", said, hint, Fix(node.place, written, right))
    return None


def as_address(report: Report, place: Place, text: str) -> str | None:
    """The address of a site, with `/` at its end; it names no user and no password."""
    if _ADDRESS.fullmatch(text):
        return text if text.endswith("/") else text + "/"
    said = message("This is not the address of a site")
    plain = unicodedata.normalize("NFKC", text).replace("\\", "/").replace("。", ".")
    if _ADDRESS.fullmatch(plain):
        hint = message("Write plain colons, slashes and points: {address}", address=plain)
        report.error(place, "invalid-url", said, hint, Fix(place, text, plain))
    else:
        report.error(place, "invalid-url", said, message("Write it in full: https://…/"))
    return None
