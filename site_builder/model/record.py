"""What happened: departments, and the incidents recorded for them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from site_builder.model.amounts import plain
from site_builder.model.lines import joined
from site_builder.model.problems import Origin
from site_builder.model.scheme import NOWHERE


@dataclass(frozen=True, slots=True)
class Department:
    """A department that is assessed, and may assess; `first` and `last` are the years in which it exists.

    `successors` are the ids of those that it became after its last year: one where it was renamed or merged, several
    where it was split.
    """

    id: str
    name: str
    group: str | None = None
    first: int | None = None
    last: int | None = None
    successors: tuple[str, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    def exists_in(self, year: int) -> bool:
        """Whether the department exists in the year."""
        return (self.first is None or self.first <= year) and (self.last is None or year <= self.last)


class Outcome(StrEnum):
    """What became of an objection: the incident is withdrawn, amended, or stays as it is."""

    UPHELD = "upheld"
    PARTLY = "partly"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Appeal:
    """An objection to an incident. Open as long as `decided` is None; `outcome` is an `Outcome`, or words."""

    filed: date
    outcome: str | None = None
    decided: date | None = None
    note: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether it still waits for a decision."""
        return self.decided is None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The end of an incident: it stays on record and deducts nothing."""

    date: date
    reason: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One measured value of a row beside the threshold that its kind sets; None where the kind sets none."""

    title: str
    value: Decimal | None
    at_least: Decimal | None

    @property
    def missed(self) -> bool:
        """Whether the value lies below its threshold."""
        return self.at_least is not None and self.value is not None and self.value < self.at_least


@dataclass(frozen=True, slots=True)
class Measurement:
    """A row of a measurements file: a project, its kind, its values, and the path and line of the row."""

    project: str
    name: str
    kind: str
    unit: str
    readings: tuple[Reading, ...]
    path: str
    line: int


@dataclass(frozen=True, slots=True)
class Incident:
    """Something that happened to a department under one clause of one item (`criterion`, a full item id).

    `counts` holds only the units that were given; each of the clause's others is 1. `deduction` is given where the
    clause leaves the amount open. `body` is Markdown. `measurement` is there when the incident is a row.
    """

    id: str
    department: str
    criterion: str
    clause: str
    date: date
    counts: Mapping[str, Decimal] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    case: str | None = None
    deduction: Decimal | None = None
    appeal: Appeal | None = None
    withdrawn: Withdrawal | None = None
    body: str = ""
    body_line: int = 1
    measurement: Measurement | None = None
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)


_SUMMARY, _LONGEST_SENTENCE = 90, 180
"""The characters that whole sentences of a summary have, where the first has not more; and those it has at most."""

_SENTENCE = re.compile(r"[^。！？!?]*(?:[。！？!?]+[”’」』）)]*|$)")
_TABLE = re.compile(r"^\s*\|.*$|^.*\|\s*$|^[ |:-]{3,}$", re.MULTILINE)
_FENCED = re.compile(r"^(```+|~~~+).*?(?:^\1[ ]*$|\Z)", re.MULTILINE | re.DOTALL)
_MARKUP = re.compile(r"!?\[([^\]]*)\]\([^)]*\)|^[ |:-]{3,}$|[*_`>#|]+|^\s*(?:[-+]|\d+\.)\s+", re.MULTILINE)


def summary(incident: Incident) -> str:
    """The first sentences of what happened, whole, without markup and tables; of a measured row, what it missed."""
    if incident.measurement is not None:
        return _measured(incident.measurement)
    return _first_sentences(plain_words(_beginning(in_sentences(incident.body))))


def says_all(incident: Incident) -> bool:
    """Whether the summary has all that was recorded."""
    return incident.measurement is not None or summary(incident) == plain_words(incident.body)


def in_sentences(markdown: str) -> str:
    """A text without its tables and code, which are no sentences."""
    return _TABLE.sub("", _FENCED.sub("", markdown)).strip()


def _first_sentences(words: str) -> str:
    found = ""
    for sentence in _SENTENCE.findall(words):
        if found and len(found) + len(sentence) > _SUMMARY:
            break
        found += sentence
    found = re.sub("[：:]$", "。", found.strip())
    return found if len(found) <= _LONGEST_SENTENCE else _shortened(found)


def _shortened(sentence: str) -> str:
    """A sentence that is too long, up to a comma that stands in no brackets."""
    depth, end = 0, 0
    for at, one in enumerate(sentence[:_LONGEST_SENTENCE]):
        depth += (one in "（([〔【《“「") - (one in "）)]〕】》”」")
        if not depth and one in "，；、":
            end = at
    return sentence[: end or sentence[:_LONGEST_SENTENCE].rfind(" ")].rstrip("，；、 ") + "…"


def plain_words(markdown: str) -> str:
    """The words of a text without its markup, on one line."""
    return " ".join(joined(_MARKUP.sub(lambda match: match.group(1) or "", markdown)).split())


def _beginning(body: str) -> str:
    """The first paragraph; with the next one where it only leads to that."""
    first, _, rest = body.partition("\n\n")
    return first + "\n" + rest.partition("\n\n")[0] if first.endswith(("：", ":")) else first


def _measured(measurement: Measurement) -> str:
    missed = (
        f"{reading.title} {plain(reading.value)}{measurement.unit} < {plain(reading.at_least)}{measurement.unit}"
        for reading in measurement.readings
        if reading.value is not None and reading.at_least is not None and reading.missed
    )
    return f"{measurement.name}（{'；'.join(missed)}）"
