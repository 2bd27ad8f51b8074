"""The life of each file: recorded, amended, moved, approved, removed, in the order of history."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import cache

from site_builder.model import Approval, Charge, Event, Happening, subject_of
from site_builder.trail.commits import Commit
from site_builder.trail.history import Change
from site_builder.trail.line import Line


def lives(
    line: Line,
    subjects: Collection[str],
    approvals: Mapping[str, tuple[tuple[str | None, Approval], ...]],
    uncommitted: Collection[str],
) -> Mapping[str, tuple[Event, ...]]:
    """The life of each of these subjects; approvals that count stand where their commits do."""
    history = line.history
    offices = cache(line.office)
    told: dict[str, list[Event]] = defaultdict(list)
    for commit in history.commits:
        _tell(offices, history.commits[commit], history.written(commit), subjects, told)
    for subject, counted in approvals.items():
        told[subject] += [
            Event(Happening.APPROVED, one.commit, one.moment, subject, office=one.role, kind=one.kind, after=blob)
            for blob, one in counted
        ]
        told[subject].sort(key=lambda event: history.order[event.commit])
    for path in uncommitted:
        changed = subject_of(path)
        if changed is not None:
            told[changed].append(Event(Happening.UNCOMMITTED, "", "", path))
    return {subject: tuple(events) for subject, events in told.items()}


def with_withdrawals(
    told: Mapping[str, tuple[Event, ...]], charge: Callable[[str, str | None], Charge | None]
) -> Mapping[str, tuple[Event, ...]]:
    """The lives with each amendment that withdraws an incident called by that name; `charge` reads a subject's blob."""
    return {subject: tuple(_named(subject, one, charge) for one in events) for subject, events in told.items()}


def _named(subject: str, event: Event, charge: Callable[[str, str | None], Charge | None]) -> Event:
    if event.happening is not Happening.AMENDED or not subject.endswith(".md"):
        return event
    before, after = (
        one is not None and one.withdrawn for one in (charge(subject, event.before), charge(subject, event.after))
    )
    return replace(event, happening=Happening.WITHDRAWN) if after and not before else event


def _tell(
    offices: Callable[[str], str | None],
    commit: Commit,
    changes: tuple[Change, ...],
    subjects: Collection[str],
    told: dict[str, list[Event]],
) -> None:
    """What one commit did to each file that it wrote."""
    found = [(subject_of(one.path), one) for one in changes]
    left = {subject: one for subject, one in found if one.after is None}
    there = {subject for subject, one in found if one.after is not None}
    for subject, change in found:
        if subject is None or subject not in subjects or (change.after is None and subject in there):
            continue
        before = change.before or (left[subject].before if subject in left else None)
        author = commit.author
        event = Event(
            happening=_happening(change, before),
            commit=commit.id,
            moment=author.moment,
            path=change.path,
            name=author.name,
            address=author.address,
            office=offices(author.address),
            before=before,
            after=change.after,
        )
        told[subject].append(event)


def _happening(change: Change, before: str | None) -> Happening:
    if change.after is None:
        return Happening.REMOVED
    if before is None:
        return Happening.RECORDED
    return Happening.MOVED if before == change.after else Happening.AMENDED
