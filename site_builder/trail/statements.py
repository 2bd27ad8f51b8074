"""Statements: this person approves this content. The reference, chapter Approvals, has the three kinds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from site_builder.model import Policy, Statement, folded, subject_of
from site_builder.trail.authorship import Content
from site_builder.trail.commits import Commit
from site_builder.trail.history import Change, History
from site_builder.trail.trailers import Trailer, approved, replaced, reviewers, trailers


@dataclass(frozen=True, slots=True)
class InForce:
    """The files of all sets that are in force, path → blob, and the policy that they hold.

    `since` is the time at which the signers came into force, `void` the lines of these that were taken away on another
    line of history.
    """

    files: Mapping[str, str]
    policy: Policy
    since: int = 0
    void: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of a commit on the main line, and what was in force at its parent.

    `address` is the person that a trailer names; None where the author of the commit speaks. `replaces` is the blob in
    whose place the content is to stand, None for none, where the statement says so (`binds`).
    """

    commit: Commit
    kind: Statement
    under: InForce
    address: str | None = None
    binds: bool = False
    replaces: str | None = None
    parent: Commit | None = None

    @property
    def day(self) -> date:
        """The day on which it was made: that of the commit, but not before that of its parent."""
        own = self.commit.committer.day
        return own if self.parent is None else max(own, self.parent.committer.day)

    def may_speak(self, person: str, office: str) -> bool:
        """Whether the policy of that time let a person speak for a department on that day."""
        policy = self.under.policy
        people = policy.speakers(office, self.day) if office in policy.delegates else policy.approvers.get(office, ())
        return person in people or folded(person) in map(folded, people)

    @property
    def speaker(self) -> str:
        """The address of who makes the statement, as the commit states it."""
        return self.address or self.commit.author.address


def statements(history: History, commit: Commit, under: InForce, prefix: str) -> Iterator[tuple[Content, Said]]:
    """What a commit on the main line says, content by content."""
    if not commit.parents:
        return
    found = trailers(commit.text)
    parent = history.commits[commit.parents[0]]
    changes = history.changes.get(commit.id, ())
    if len(commit.parents) > 1:
        own = {change.path for change in history.made.get(commit.id, ())}
        taken = [change for change in changes if change.path not in own]
        yield from _of(taken, Said(commit, Statement.MERGE, under, parent=parent))
        yield from _reviewed(taken, Said(commit, Statement.TRAILER, under, parent=parent), found)
    elif commit.tree == parent.tree:
        yield from _approved(Said(commit, Statement.APPROVE, under, parent=parent), found, prefix)
    else:
        yield from _reviewed(changes, Said(commit, Statement.TRAILER, under, parent=parent), found)


def _of(changes: Iterable[Change], said: Said) -> Iterator[tuple[Content, Said]]:
    """The statement on each of the files; one that went away only because it moved is not removed."""
    subjects = [(subject, change.after) for change in changes if (subject := subject_of(change.path)) is not None]
    there = {subject for subject, blob in subjects if blob is not None}
    for subject, blob in subjects:
        if blob is not None or subject not in there:
            yield (subject, blob), said


def _reviewed(changes: Iterable[Change], said: Said, found: tuple[Trailer, ...]) -> Iterator[tuple[Content, Said]]:
    for address in reviewers(found):
        yield from _of(changes, replace(said, address=address))


def _approved(said: Said, found: tuple[Trailer, ...], prefix: str) -> Iterator[tuple[Content, Said]]:
    before = {path: _blob(blob) for blob, path in replaced(found)}
    for blob, path in approved(found):
        subject = subject_of(path[len(prefix) :]) if path.startswith(prefix) else None
        if subject is not None:
            bound = replace(said, binds=True, replaces=before[path]) if path in before else said
            yield (subject, _blob(blob)), bound


def _blob(identifier: str) -> str | None:
    """The blob that an id names; zeros stand for none."""
    return None if set(identifier) == {"0"} else identifier
