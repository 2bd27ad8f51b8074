"""The two kinds of text file: a YAML mapping, and Markdown behind a front matter."""

import re
from dataclasses import dataclass

from site_builder.model import Fix, Place, has_error, message
from site_builder.sources.fields import Fields, as_fields
from site_builder.sources.nodes import parse
from site_builder.sources.report import Report
from site_builder.sources.text import decode

LONGEST_BODY = 12_000
"""The most characters that a Markdown body may have."""

_FENCE = "---"


@dataclass(frozen=True, slots=True)
class Document:
    """A Markdown file: its front matter as text and as fields, its body, and the line on which the body begins."""

    front: str
    fields: Fields
    body: str
    body_line: int


@dataclass(frozen=True, slots=True)
class Parts:
    """A Markdown file's front matter and its body, as text, and the line on which the body begins."""

    front: str
    body: str
    body_line: int


def read_mapping(report: Report, path: str, data: bytes) -> Fields | None:
    """The fields of a YAML file; None where it cannot be read."""
    text, problems = decode(path, data)
    report.problems.extend(problems)
    return None if text is None else _fields(report, path, text, 1)


def read_document(report: Report, path: str, data: bytes) -> Document | None:
    """A Markdown file with its front matter; None where that cannot be read."""
    parts = read_parts(report, path, data)
    fields = None if parts is None else read_front(report, path, parts.front)
    return None if parts is None or fields is None else Document(parts.front, fields, parts.body, parts.body_line)


def read_parts(report: Report, path: str, data: bytes) -> Parts | None:
    """What stands before and behind the front matter's end in a Markdown file; None where it has none."""
    text, problems = decode(path, data)
    report.problems.extend(problems)
    if text is None:
        return None
    lines = text.split("\n")
    if lines[0].rstrip() != _FENCE:
        _missing_front_matter(report, path, lines)
        return None
    end = next((number for number, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        _unclosed_front_matter(report, path, lines)
        return None
    first = next((number for number, line in enumerate(lines[end + 1 :], end + 1) if line.strip()), end)
    body = "\n".join(lines[first:]).rstrip() if first > end else ""
    if len(body) > LONGEST_BODY:
        text_too_long = message("This text has more than {limit} characters", limit=LONGEST_BODY)
        report.error(Place(path, first + 1), "text-too-long", text_too_long, message("Write a shorter one"))
    return Parts("\n".join(lines[1:end]), body, first + 1)


def read_front(report: Report, path: str, front: str) -> Fields | None:
    """The fields of a front matter; None where it cannot be read."""
    return _fields(report, path, front, 2)


def _fields(report: Report, path: str, text: str, first_line: int) -> Fields | None:
    node, problems = parse(path, text, first_line)
    report.problems.extend(problems)
    if node is not None:
        return as_fields(report, node)
    if not has_error(problems):
        report.error(
            Place(path, first_line),
            "missing-keys",
            message("Nothing is written here"),
            message("Write lines “key: value”"),
        )
    return None


_FENCE_LIKE = re.compile("[-－—–_=*~]{2,}|-|-- -|- - -")
"""What was meant to be a line of three hyphens."""

_OF_KEYS = re.compile(r"[\s#}\]-]|[a-z][a-z0-9_-]*\s*[:：]")
"""How a line begins that may stand among keys: one of them, or what goes on from the line before."""


def _missing_front_matter(report: Report, path: str, lines: list[str]) -> None:
    first = lines[0].strip()
    if first and _FENCE_LIKE.fullmatch(first):
        text = message("The first line is “{line}”, not ---", line=first[:20])
        fix = Fix(Place(path), lines[0].rstrip(), _FENCE)
        report.error(
            Place(path), "missing-front-matter", text, message("Begin with a line ---: three plain hyphens"), fix
        )
        return
    written = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if lines[written].strip() == _FENCE:
        hint = message("Begin with a line ---: delete the empty lines before it")
        text = message("This file does not begin with a line ---: it stands in line {line}", line=written + 1)
        report.error(Place(path), "missing-front-matter", text, hint)
        return
    report.error(
        Place(path),
        "missing-front-matter",
        message("This file does not begin with a line ---"),
        message("Begin with a line ---, then the keys, then a second line ---, then the text"),
    )


def _unclosed_front_matter(report: Report, path: str, lines: list[str]) -> None:
    for number, line in enumerate(lines[1:], 2):
        if _FENCE_LIKE.fullmatch(line.strip()):
            text = message(
                "The keys at the beginning have no end: line {line} is “{words}”, not ---",
                line=number,
                words=line.strip()[:20],
            )
            place = Place(path, number)
            hint = message("Write --- there: three plain hyphens at the beginning of the line")
            report.error(place, "unclosed-front-matter", text, hint, Fix(place, line.rstrip(), _FENCE))
            return
    text = message("The keys at the beginning have no end")
    hint = message("Put a line --- between the keys and the text")
    place = Place(path)
    first = next((number for number, line in enumerate(lines[1:], 2) if line and not _OF_KEYS.match(line)), None)
    if first is not None:
        text = message("The keys at the beginning have no end, and this line is none of them")
        hint = message("Put a line --- between the keys and the text: before line {line}", line=first)
        place = Place(path, first)
    report.error(place, "unclosed-front-matter", text, hint)
