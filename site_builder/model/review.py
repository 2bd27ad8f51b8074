"""What changed between two revisions: files, incidents, rules, scores and the reasons of each difference."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from site_builder.model.amounts import EXACT, ZERO
from site_builder.model.ledger import Ledger, SectionScore
from site_builder.model.messages import Message
from site_builder.model.problems import Problem
from site_builder.model.site import Site
from site_builder.model.trail import Approval, Decision, Happening, Level

Value = str | Decimal | None
"""What a key of a file says: text, an amount or a count; None where it says nothing."""


class Mark(StrEnum):
    """Whether words stand on both sides, or on one."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """Words that belong together in a marked text."""

    mark: Mark
    text: str


class Change(StrEnum):
    """What became of a file, a rule or a department."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class Fate(StrEnum):
    """What became of an incident; `RESTORED` is a withdrawal taken back, `MOVED` a file elsewhere and nothing else."""

    RECORDED = "recorded"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    MOVED = "moved"
    REMOVED = "removed"


class Subject(StrEnum):
    """What a rule change is a change of; departments are told in the same way."""

    SCHEME = "scheme"
    UNIT = "unit"
    SECTION = "section"
    ITEM = "item"
    CLAUSE = "clause"
    INTERPRETATION = "interpretation"
    EXAMPLE = "example"
    DEPARTMENT = "department"


class Cause(StrEnum):
    """Why something else is counted than before.

    `APPROVED` and `PENDING`: the incident says the same, but was approved, or is no longer. `RULE`: the incident says
    the same, its rule does not. `OTHERS`: neither changed, but incidents that it is counted with. `POINTS`: the points
    of the section changed, and no incident.
    """

    RECORDED = "recorded"
    AMENDED = "amended"
    WITHDRAWN = "withdrawn"
    RESTORED = "restored"
    REMOVED = "removed"
    APPROVED = "approved"
    PENDING = "pending"
    RULE = "rule"
    OTHERS = "others"
    POINTS = "points"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two revisions. `site` is None when its sources have errors; then there are no ledgers."""

    site: Site | None
    ledgers: Mapping[int, Ledger]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class FileChange:
    """A changed file by its path relative to the site; `before_path` is where a moved one lay.

    `special` says what it is where it is no plain file, or whether it can be run. `words` marks what differs in it, for
    settings, prose, the policy and the signers; rules and incidents are compared by what they say.
    """

    path: str
    kind: Change
    before_path: str | None = None
    special: Message | None = None
    words: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Need:
    """The approval of a changed subject: the decision at the head, why, and the approvals that count for it."""

    subject: str
    decision: Decision
    reason: Message
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True)
class Power:
    """A changed file that decides over more than itself, and why that matters."""

    file: FileChange
    why: Message


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A key with another value, named as in the file; `words` marks the difference of longer texts."""

    name: str
    before: Value
    after: Value
    words: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Charge:
    """An incident at one revision: whom it charges with what, and what it deducts in points."""

    department: str
    department_name: str
    section: str
    item: str
    item_text: str
    clause: str
    clause_text: str
    date: date
    path: str
    gross: Decimal
    counted: Decimal


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """What became of an incident; one of the two charges may be None, never both."""

    year: int
    id: str
    fate: Fate
    before: Charge | None
    after: Charge | None
    fields: tuple[FieldChange, ...]

    @property
    def charge(self) -> Charge:
        """The charge at the head, or at the base where the head has none."""
        charge = self.after or self.before
        assert charge is not None
        return charge

    @property
    def difference(self) -> Decimal:
        """How many more points are counted for it than before."""
        return EXACT.subtract(self.after.counted if self.after else ZERO, self.before.counted if self.before else ZERO)


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A change of the rule book of a year, or of a department (then `year` is None).

    `id` is the section's, item's, clause's, unit's or department's; of interpretations and examples it is the place
    where they hold. `title` is what people call it.
    """

    subject: Subject
    year: int | None
    id: str
    title: str
    change: Change
    path: str
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of a score's difference, in points of the score.

    `before` and `after` are what the incident was counted in this section (for `POINTS`: the section's points). `rules`
    names the clauses and sections whose terms changed and matter here. `others` names the incidents because of which
    this one counts otherwise; `more` says that there are further ones.
    """

    cause: Cause
    incident: str | None
    section: str
    before: Decimal
    after: Decimal
    difference: Decimal
    rules: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """Another score, or another deduction, of a department in a section.

    A side is None where the department or section is not there; it is taken as one that lost nothing.
    """

    year: int
    department: str
    department_name: str
    section: str
    title: str
    before: SectionScore | None
    after: SectionScore | None
    reasons: tuple[Reason, ...]

    @property
    def difference(self) -> Decimal:
        """How many points the score rose; the reasons add up to it."""
        if self.before is None or self.after is None:
            lost, loses = (side.deducted if side else ZERO for side in (self.before, self.after))
            return EXACT.subtract(lost, loses)
        return EXACT.subtract(self.after.score, self.before.score)


@dataclass(frozen=True, slots=True)
class Touch:
    """What a commit did to a file: the id of the incident where it is one, and the department that it charges.

    `approved` says whether the content counts as approved after the commit; None where nobody asks.
    """

    happening: Happening
    path: str
    year: int | None = None
    incident: str | None = None
    department: str | None = None
    approved: bool | None = None


@dataclass(frozen=True, slots=True)
class Episode:
    """A commit of the main line that changed sources or approved some, and the scores that differ after it.

    `name` and `address` are its author's, `office` their department's id, `moment` its time as ISO 8601 text. The
    scores come without reasons. Where the sources had errors after the commit, `broken`, no scores followed from them:
    what changed meanwhile stands with the commit that mended them.
    """

    commit: str
    moment: str
    name: str
    address: str
    office: str | None
    touches: tuple[Touch, ...]
    scores: tuple[ScoreChange, ...]
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """What is compared: the commits, and the level that the results rest on.

    A change that is `proposed` is not on the main line yet: it is counted as it will be once it is approved. Where the
    two revisions have no history in common, they are not `related`, and compared as they are. `language` is the
    site's at the head.
    """

    base: str
    head: str
    level: Level
    proposed: bool
    related: bool = True
    language: str = "zh_CN"


@dataclass(frozen=True, slots=True)
class Review:
    """Everything that changed. `incomparable` says why incidents, rules and scores could not be compared, if so.

    Incidents and scores come with the largest effect first, then in the site's order; `files` are all changed files.
    `names` are what departments are called, by id.
    """

    scope: Scope | None = None
    powers: tuple[Power, ...] = ()
    files: tuple[FileChange, ...] = ()
    incomparable: Message | None = None
    incidents: tuple[IncidentChange, ...] = ()
    rules: tuple[RuleChange, ...] = ()
    departments: tuple[RuleChange, ...] = ()
    scores: tuple[ScoreChange, ...] = ()
    problems_added: tuple[Problem, ...] = ()
    problems_removed: tuple[Problem, ...] = ()
    needs: tuple[Need, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed: no file, and nothing that follows from files."""
        return not any(
            (
                self.files,
                self.incidents,
                self.rules,
                self.departments,
                self.scores,
                self.problems_added,
                self.problems_removed,
                self.needs,
            )
        )
