"""The results of a year as they were fixed, and what was corrected since (design: Freezing)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import sha256

from site_builder.model.problems import Origin, Place
from site_builder.model.scheme import NOWHERE

RESULTS = "results"
"""The name, below a year of the rules, of the file that fixes the year's results."""

Scores = Mapping[str, Mapping[str, Decimal]]
"""Scores in points by department and section."""


def results_path(year: int) -> str:
    """The file that fixes the results of a year."""
    return f"criteria/{year}/{RESULTS}.yaml"


def digest(data: bytes) -> str:
    """The SHA-256 of a file; line endings do not matter: git may write others on the next computer."""
    return sha256(data.replace(b"\r\n", b"\n")).hexdigest()


@dataclass(frozen=True, slots=True)
class Fixed:
    """What fixed results rest on after all their restatements: digests of files, and departments, as in `Inputs`."""

    files: Mapping[str, str]
    departments: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What results rest on: the SHA-256 of each file of rules, incidents and measurements, and of the policy's files.

    Files are named by their subject, so that an incident may be moved. `level` is that of the trail; where it demands
    approvals, `verdicts` are those on the files. `departments` are those of the year, by id with name and group; none
    where results were fixed before these were listed.
    """

    level: str
    files: Mapping[str, str]
    policy: Mapping[str, str]
    verdicts: Mapping[str, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Restatement:
    """A correction of frozen results, decided in the open: what changed of the inputs, and each score that differs.

    What went away is None. A restatement that a person began, and the program has not completed, accounts for nothing.
    """

    date: date
    reason: str
    decision: str
    level: str | None = None
    files: Mapping[str, str | None] = field(default_factory=dict)
    verdicts: Mapping[str, str | None] = field(default_factory=dict)
    scores: Mapping[str, Mapping[str, Decimal | None]] = field(default_factory=dict)
    departments: Mapping[str, str | None] = field(default_factory=dict)
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    @property
    def accounts(self) -> bool:
        """Whether it accounts for anything yet."""
        return bool(self.level or self.files or self.verdicts or self.scores or self.departments)


@dataclass(frozen=True, slots=True)
class Frozen:
    """The fixed results of a year: scores, inputs, the version of the program, and the restatements in their order."""

    year: int
    version: str
    commit: str | None
    date: date | None
    inputs: Inputs
    scores: Scores
    restatements: tuple[Restatement, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)
    places: Mapping[str, Place] = field(default_factory=dict, compare=False, repr=False)
