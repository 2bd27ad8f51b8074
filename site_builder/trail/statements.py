"""Statements: this person approves this content. The design, chapter Trail, has the three kinds."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from site_builder.model import Policy, Statement, subject_of
from site_builder.trail.authorship import Content
from site_builder.trail.commits import Commit
from site_builder.trail.history import Change, History
from site_builder.trail.trailers import Trailer, approved, reviewers, trailers


@dataclass(frozen=True, slots=True)
class InForce:
    """The files below `criteria/` that are in force, path → blob, and the policy that they hold.

    `since` is the time at which the signers came into force.
    """

    files: Mapping[str, str]
    policy: Policy
    since: int = 0


@dataclass(frozen=True, slots=True)
class Said:
    """A statement of a commit on the main line, and what was in force at its parent.

    `address` is the person that a trailer names; None where the author of the commit speaks.
    """

    commit: Commit
    kind: Statement
    under: InForce
    address: str | None = None


def statements(history: History, commit: Commit, under: InForce, prefix: str) -> Iterator[tuple[Content, Said]]:
    """What a commit on the main line says, content by content."""
    if not commit.parents:
        return
    found = trailers(commit.text)
    changes = history.changes.get(commit.id, ())
    if len(commit.parents) > 1:
        own = {change.path for change in history.made.get(commit.id, ())}
        taken = [change for change in changes if change.path not in own]
        yield from _of(taken, Said(commit, Statement.MERGE, under))
        yield from _reviewed(taken, commit, under, found)
    elif commit.tree == history.commits[commit.parents[0]].tree:
        yield from _approved(commit, under, found, prefix)
    else:
        yield from _reviewed(changes, commit, under, found)


def _of(changes: Iterable[Change], said: Said) -> Iterator[tuple[Content, Said]]:
    """The statement on each of the files; one that went away only because it moved is not removed."""
    subjects = [(subject, change.after) for change in changes if (subject := subject_of(change.path)) is not None]
    there = {subject for subject, blob in subjects if blob is not None}
    for subject, blob in subjects:
        if blob is not None or subject not in there:
            yield (subject, blob), said


def _reviewed(
    changes: Iterable[Change], commit: Commit, under: InForce, found: tuple[Trailer, ...]
) -> Iterator[tuple[Content, Said]]:
    for address in reviewers(found):
        yield from _of(changes, Said(commit, Statement.TRAILER, under, address))


def _approved(
    commit: Commit, under: InForce, found: tuple[Trailer, ...], prefix: str
) -> Iterator[tuple[Content, Said]]:
    said = Said(commit, Statement.APPROVE, under)
    for blob, path in approved(found):
        subject = subject_of(path[len(prefix) :]) if path.startswith(prefix) else None
        if subject is not None:
            yield (subject, blob), said
