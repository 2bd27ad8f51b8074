"""Who recorded and who approved what: the policy, statements, verdicts and lives that git history proves."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache

from site_builder.model.messages import Message
from site_builder.model.problems import Origin
from site_builder.model.scheme import NOWHERE

ASSESSOR = "assessor"
"""In a policy, in place of a department: the one that assesses the item."""

POLICY = "criteria/approvals.yaml"
SIGNERS = "criteria/allowed_signers"

DEPARTMENTS = "content/departments.yaml"
PUBLICATION = "content/publication.yaml"
SETTINGS = "content/site.yaml"
"""What governs publication where there is no `PUBLICATION`: a site from before that file."""

_INCIDENT = re.compile(r"incidents/([12][0-9]{3})/(?:.+/)?([^/]+)\.md")
_RULES = re.compile(r"criteria/([12][0-9]{3})/.")
_YEAR = re.compile(r"(?:criteria|incidents)/([12][0-9]{3})/.")


@lru_cache(1 << 16)
def subject_of(path: str) -> str | None:
    """What a source file's history is kept under; None for files that nobody approves.

    An incident's file keeps its life in every folder of its year: its subject is its path at the year's root. Rule
    files (the policy and the signers too) and measurements files are their own subject.
    """
    top = path.partition("/")[0]
    if set_of(path) is not None:
        return path
    if top != "incidents" or path.split("/")[-1].startswith(("README", ".")):
        return None
    if "/measurements/" in path:
        return path
    incident = _INCIDENT.fullmatch(path)
    return f"incidents/{incident[1]}/{incident[2]}.md" if incident else None


@lru_cache(1 << 16)
def set_of(path: str) -> str | None:
    """The set of files that come into force together with this one; None for records, and what nobody approves.

    A year's rules (`criteria/2021`), `departments`, `publication` and `theme` are sets; the policy, the signers and
    every other file below `criteria/` are sets of their own, named by their path (docs/decisions/0003).
    """
    rules = _RULES.match(path)
    if rules:
        return f"criteria/{rules[1]}"
    if path.startswith("criteria/"):
        return path
    if path.startswith("themes/"):
        return "theme"
    return {DEPARTMENTS: "departments", PUBLICATION: "publication", SETTINGS: "publication"}.get(path)


def year_of(path: str) -> int | None:
    """The year whose rules or records a file belongs to; None for all others."""
    found = _YEAR.match(path)
    return int(found[1]) if found else None


class Level(StrEnum):
    """What a policy demands: nothing (history is shown), approvals by others, or approvals with valid signatures."""

    RECORDED = "recorded"
    REVIEWED = "reviewed"
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Requirement:
    """How many different people must approve, and for which departments they may speak (ids, or `ASSESSOR`)."""

    approvals: int
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delegate:
    """Who stands in for a department's approvers from the first day to the last, both included; None is open."""

    address: str
    first: date | None = None
    last: date | None = None

    def speaks_on(self, day: date) -> bool:
        """Whether the time of standing in includes the day."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class Policy:
    """`criteria/approvals.yaml`: approvers are addresses by department, forges addresses whose trailers are believed.

    `delegates` stand in for a time, by department too. Departments, publication, exemptions and the theme need what
    `criteria` need where they have no requirement of their own. Without a file nothing is demanded.
    """

    level: Level = Level.RECORDED
    main: str = "main"
    incidents: Requirement = Requirement(1, (ASSESSOR,))
    criteria: Requirement = Requirement(1, ())
    approvers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forges: tuple[str, ...] = ()
    departments: Requirement | None = None
    publication: Requirement | None = None
    exemptions: Requirement | None = None
    theme: Requirement | None = None
    delegates: Mapping[str, tuple[Delegate, ...]] = field(default_factory=dict)
    origin: Origin = field(default=NOWHERE, compare=False, repr=False)

    def requirement(self, kind: str) -> Requirement:
        """What a kind of source needs, by its key in the policy; what `criteria` need where it says nothing of it."""
        own = {
            "incidents": self.incidents,
            "departments": self.departments,
            "publication": self.publication,
            "exemptions": self.exemptions,
            "theme": self.theme,
        }
        return own.get(kind) or self.criteria

    def speakers(self, office: str, day: date) -> tuple[str, ...]:
        """The addresses that may speak for a department on a day, each once: its approvers, then who stands in then."""
        standing_in = (one.address for one in self.delegates.get(office, ()) if one.speaks_on(day))
        return tuple(dict.fromkeys((*self.approvers.get(office, ()), *standing_in)))


@dataclass(frozen=True, slots=True)
class Charge:
    """What an incident's file charges: a department, an item by its full id, a clause; whether it is withdrawn."""

    department: str
    criterion: str
    clause: str
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class Rules:
    """What the rules of a year say of approvals: the department that assesses each item, and all items by full id.

    `tables` has the items that each measurements file charges, by its path.
    """

    assessors: Mapping[str, str]
    items: frozenset[str]
    tables: Mapping[str, tuple[str, ...]]


class Decision(StrEnum):
    """Whether exactly this content is approved; unknown where history is missing."""

    APPROVED = "approved"
    PENDING = "pending"
    UNKNOWN = "unknown"


class Statement(StrEnum):
    """How a statement was made: by a merge, by a trailer of a commit, or by `kaohe approve`."""

    MERGE = "merge"
    TRAILER = "trailer"
    APPROVE = "approve"


@dataclass(frozen=True, slots=True)
class Approval:
    """A statement that counts: `by` is the person's address or principal, `role` the department spoken for.

    `moment` is the time of the commit as ISO 8601 text with its offset.
    """

    by: str
    role: str
    commit: str
    moment: str
    kind: Statement


@dataclass(frozen=True, slots=True)
class Verdict:
    """The decision on one content, why, and the approvals that count for it. `blob` is None where it is unknown.

    `offices` are the ids of the departments whose approval is missing, `missing` how many approvals are.
    """

    decision: Decision
    reason: Message
    approvals: tuple[Approval, ...] = ()
    blob: str | None = None
    offices: tuple[str, ...] = ()
    missing: int = 0


class ProposalKind(StrEnum):
    """What a proposal is to what is in force: new, an amendment, a removal, or words that were in force before.

    `TAKEN_OVER` is what is in force because the level was raised, and was not approved since.
    """

    NEW = "new"
    AMENDMENT = "amendment"
    REMOVAL = "removal"
    REVIVAL = "revival"
    TAKEN_OVER = "taken-over"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What stands in a file and is not in force: its subject and path, of what kind it is, and since when it stands.

    `blob` is the proposed content and `in_force` the one that counts until it is approved, None for no file.
    `commit` is empty where the content is not committed; then there is no `moment`.
    """

    subject: str
    path: str
    kind: ProposalKind
    verdict: Verdict
    blob: str | None
    in_force: str | None
    commit: str = ""
    moment: str = ""
    office: str | None = None

    @property
    def is_approved(self) -> bool:
        """Whether it has its approvals: then it waits for what it has to enter together with."""
        return self.kind is not ProposalKind.TAKEN_OVER and not self.verdict.missing


class Happening(StrEnum):
    """What befell a file in its life."""

    RECORDED = "recorded"
    AMENDED = "amended"
    MOVED = "moved"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"
    UNCOMMITTED = "uncommitted"


@dataclass(frozen=True, slots=True)
class Event:
    """One point in the life of a file. `name` and `address` are the commit author's, `office` their department's id.

    `before` and `after` are the file's contents where the event changed them; `path` is where it then lay.
    `commit` is empty where the change is not committed.
    """

    happening: Happening
    commit: str
    moment: str
    path: str
    name: str = ""
    address: str = ""
    office: str | None = None
    kind: Statement | None = None
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Trail:
    """What history says of a site at a revision.

    `level` is what the results rest on. `known` says whether history was there, and whole; `why` says what was missing.
    Verdicts and lives are by subject (`subject_of`); a life is in the order of history. `texts` holds the contents that
    amendments changed, by blob. `counted` has the verdicts on what is in force where other content stands, by subject.
    `policy` is the one in force, and `commit` the revision, empty without history; `moment` is when it was committed.

    `in_force` is the blob of each file that is approved before it counts, by path, as it is in force; None where all
    that stands counts, because nothing is demanded. `proposals` are what stands and is not in force. `unproved` says
    why the main line cannot be proved to be the one on which things were decided. `approved` is what would be in force
    if no year were frozen; None where that is the same.
    """

    level: Level
    policy: Policy
    known: bool
    why: Message | None = None
    commit: str = ""
    moment: str = ""
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    lives: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    in_force: Mapping[str, str] | None = None
    proposals: tuple[Proposal, ...] = ()
    counted: Mapping[str, Verdict] = field(default_factory=dict)
    unproved: Message | None = None
    approved: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry of a revision: its path in the site, `file`, `folder`, `link` or `special`, its size and its bytes.

    `data` is None for what is no file, or too large.
    """

    path: str
    kind: str
    size: int
    data: bytes | None
