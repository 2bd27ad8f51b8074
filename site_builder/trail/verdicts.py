"""Verdicts: whether enough of the right people approve exactly this content."""

import hashlib
import re
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from site_builder.model import (
    ASSESSOR,
    Approval,
    Decision,
    Event,
    Happening,
    Level,
    Message,
    Policy,
    Requirement,
    Trail,
    Verdict,
    message,
    subject_of,
)
from site_builder.trail.git import GitError, Repository, open_repository
from site_builder.trail.history import History, main_line, read_history
from site_builder.trail.lives import lives, with_withdrawals
from site_builder.trail.replay import Readers, Replay, Tally, criteria_blobs

LARGEST = 1024 * 1024
"""The most bytes of a file of history that is read."""

_CRITERION = re.compile(rb"^criterion: *[\"']?([a-z0-9.-]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """A file of the site to judge: its path and bytes; for incidents the years and items charged, and assessors.

    Without bytes it is the removal of the file that is judged.
    """

    path: str
    data: bytes | None
    items: tuple[tuple[int, str], ...] = ()
    assessors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Evidence:
    """What history gives: the repository, the revision, and the main line replayed. `why` says what is missing."""

    why: Message | None = None
    repository: Repository | None = None
    head: str = ""
    replay: Replay | None = None
    stored: Mapping[str, str] = field(default_factory=dict)
    """The blob of each source file at the revision, by path."""


def gather(repository: Repository, revision: str, readers: Readers, trusted: str | None = None) -> Evidence:
    """Read the history up to a revision and replay the main line; what is missing is said, never guessed.

    Which branch is main, the policy says that is in force at the `trusted` ancestor: at the revision itself, unless
    that is only a proposal.
    """
    try:
        head = repository.resolve(revision)
        if head is None:
            return Evidence(message("Nothing is committed yet"), repository)
        history = read_history(repository, head)
        if not history.whole:
            return Evidence(message("The history is not whole: this is a shallow clone"), repository, head)
        return _replayed(repository, history, readers, trusted or head)
    except GitError as error:
        return Evidence(error.reason, repository)


def _replayed(repository: Repository, history: History, readers: Readers, trusted: str) -> Evidence:
    """The replay of the branch that the policy in force calls main, which the trusted commit's own line tells."""
    blobs = repository.blobs(criteria_blobs(history), LARGEST)
    own = history.first_parents(trusted)
    replay = Replay(history, own, blobs, readers, repository.prefix)
    branch = replay.in_force.policy.main
    line = main_line(repository, history, branch)
    if line is None:
        return Evidence(message("There is no branch {name} here", name=branch), repository, history.head)
    if line != own:
        replay = Replay(history, line, blobs, readers, repository.prefix)
    return Evidence(None, repository, history.head, replay, stored_blobs(repository, history.head))


def moved(evidence: Evidence, commit: str) -> Evidence:
    """The same evidence for the files of another commit."""
    if commit == evidence.head:
        return evidence
    if evidence.repository is None or evidence.replay is None:
        return replace(evidence, head=commit)
    return replace(evidence, head=commit, stored=stored_blobs(evidence.repository, commit))


def gathered(site: Path, revision: str | None, readers: Readers) -> Evidence:
    """The evidence for the site in a folder, up to a revision, or to what is checked out."""
    try:
        return gather(open_repository(site), revision or "HEAD", readers)
    except GitError as error:
        return Evidence(error.reason)


def judge(evidence: Evidence, cases: Iterable[Case], stated: Policy, names: Mapping[str, str]) -> Trail:
    """The verdict on each file and the life of each. `stated` is the policy as the site states it now.

    It holds only where there is no history; else the one in force does. `names` are the departments' names by id.
    """
    cases = tuple(cases)
    replay = evidence.replay
    if replay is None:
        why = evidence.why or message("There is no history")
        return Trail(stated.level, stated, False, why, evidence.head, verdicts=verdicts(evidence, cases, names))
    try:
        return _judged(evidence, replay, cases, names)
    except GitError as error:
        return judge(Evidence(error.reason, evidence.repository, evidence.head), cases, stated, names)


def verdicts(evidence: Evidence, cases: Iterable[Case], names: Mapping[str, str]) -> Mapping[str, Verdict]:
    """The verdict on each file, or removal, by subject; `names` are the departments' names by id."""
    replay = evidence.replay
    if replay is None:
        unknown = Verdict(Decision.UNKNOWN, evidence.why or message("There is no history"))
        return {subject: unknown for case in cases if (subject := subject_of(case.path))}
    found = _found(evidence, cases)
    if replay.in_force.policy.level is Level.SIGNED:
        replay.check_signatures((subject, blob) for subject, _, blob in found)
    return {subject: _verdict(replay, subject, case, blob, names) for subject, case, blob in found}


def _found(evidence: Evidence, cases: Iterable[Case]) -> list[tuple[str, Case, str | None]]:
    """Subject, case, and the blob where the file is what the revision holds."""
    return [(subject, case, _blob(evidence, case)) for case in cases if (subject := subject_of(case.path))]


def _judged(evidence: Evidence, replay: Replay, cases: tuple[Case, ...], names: Mapping[str, str]) -> Trail:
    policy = replay.in_force.policy
    found = _found(evidence, cases)
    judged = dict(verdicts(evidence, cases, names))
    if policy.level is not Level.RECORDED:
        lost = Verdict(Decision.PENDING, message("This file was removed, and nobody approved that"))
        judged |= {path: lost for path in replay.in_force.files if path not in judged}
        judged |= dict.fromkeys(_removed(evidence, replay, judged), lost)
    commit = replay.history.commits[evidence.head]
    uncommitted = {case.path for _, case, blob in found if blob is None}
    told = lives(replay, {subject for subject, _, _ in found}, _earlier(replay, found, judged), uncommitted)
    texts = _texts(evidence, told)
    told = with_withdrawals(told, texts)
    return Trail(policy.level, policy, True, None, evidence.head, commit.committer.moment, judged, told, texts)


def _removed(evidence: Evidence, replay: Replay, verdicts: Mapping[str, Verdict]) -> Iterator[str]:
    """Incidents that were approved and are gone without enough approvals of that, and have no other id now."""
    standing = {one.blob for one in verdicts.values() if one.decision is Decision.APPROVED}
    policy = replay.in_force.policy
    gone: dict[str, list[str]] = defaultdict(list)
    for subject, blob in replay.said:
        if blob is not None and subject.startswith("incidents/") and subject not in verdicts and blob not in standing:
            gone[subject].append(blob)
    wanted = [blob for blobs in gone.values() for blob in blobs]
    texts = evidence.repository.blobs(wanted, LARGEST) if evidence.repository and wanted else {}
    for subject, blobs in gone.items():
        for blob in blobs:
            item = _item(subject, texts.get(blob, b""))
            contents: tuple[tuple[str, str | None], ...] = ((subject, blob), (subject, None))
            was, removal = (replay.tally(one, policy.incidents, policy.level, item) for one in contents)
            if len(was.approvals) >= policy.incidents.approvals > len(removal.approvals):
                yield subject
                break


def _item(subject: str, data: bytes) -> tuple[int, str]:
    """The year and the item that an incident of history charged."""
    year, found = subject.split("/")[1], _CRITERION.search(data)
    return int(year) if year.isdecimal() else 0, found[1].decode("ascii") if found else ""


def _earlier(
    replay: Replay, found: Iterable[tuple[str, Case, str | None]], verdicts: Mapping[str, Verdict]
) -> Mapping[str, tuple[tuple[str | None, Approval], ...]]:
    """The approvals of each file that counted, with their blobs: of what stands now, and of what stood before."""
    policy = replay.in_force.policy
    blobs: dict[str, list[str]] = defaultdict(list)
    for subject, blob in replay.said:
        if blob is not None:
            blobs[subject].append(blob)
    told = {}
    for subject, case, standing in found:
        counted = [(standing, one) for one in verdicts[subject].approvals]
        for blob in blobs[subject]:
            if blob != standing:
                item = next(iter(case.items), None)
                needed = policy.incidents if subject.startswith("incidents/") else policy.criteria
                approvals = replay.tally((subject, blob), needed, policy.level, item).approvals
                counted += [(blob, one) for one in approvals]
        told[subject] = tuple(counted)
    return told


def _texts(evidence: Evidence, told: Mapping[str, tuple[Event, ...]]) -> Mapping[str, str]:
    """The contents before and after every amendment."""
    amended = [event for life in told.values() for event in life if event.happening is Happening.AMENDED]
    blobs = [blob for event in amended for blob in (event.before, event.after) if blob is not None]
    found = evidence.repository.blobs(blobs, LARGEST) if evidence.repository and blobs else {}
    return {blob: data.decode("utf-8", "replace").replace("\r\n", "\n") for blob, data in found.items()}


def _blob(evidence: Evidence, case: Case) -> str | None:
    """The blob of the file, if it is what the revision holds; None where it differs. Line endings do not matter."""
    stored = evidence.stored.get(case.path)
    return stored if stored and case.data is not None and same_blob(case.data, stored) else None


def same_blob(data: bytes, blob: str, exactly: bool = False) -> bool:
    """Whether a file is what git has stored; its line endings matter only `exactly`."""
    same = (data,) if exactly or b"\r" not in data else (data, data.replace(b"\r\n", b"\n"))
    return any(blob_id(one, len(blob)) == blob for one in same)


def blob_id(data: bytes, width: int = 40) -> str:
    """The id that git gives to a blob: SHA-1, or SHA-256 where ids are 64 characters wide."""
    digest = hashlib.sha1 if width == 40 else hashlib.sha256
    return digest(b"blob %d\0" % len(data) + data).hexdigest()


def stored_blobs(
    repository: Repository, head: str, folders: tuple[str, ...] = ("criteria", "incidents")
) -> Mapping[str, str]:
    """The blob of each file below these folders of the site at a commit, by path."""
    paths = [repository.prefix + name for name in folders]
    listed = repository.run("ls-tree", "-r", "-t", "-z", "--full-tree", head, "--", *paths)
    found, trees = {}, []
    for line in filter(None, listed.split(b"\0")):
        facts, _, path = line.partition(b"\t")
        mode, kind, identifier = facts.decode("ascii").split(" ")
        if kind == "tree":
            trees.append(identifier)
        elif mode in ("100644", "100755", "100664"):
            found[path.decode("utf-8", "surrogateescape")[len(repository.prefix) :]] = identifier
    deque(repository.objects(trees), maxlen=0)  # reading an object checks that it is what its id says
    return found


def _verdict(replay: Replay, subject: str, case: Case, blob: str | None, names: Mapping[str, str]) -> Verdict:
    if blob is None and case.data is not None:
        return Verdict(Decision.PENDING, message("This content is not committed"))
    policy = replay.in_force.policy
    needed = policy.incidents if case.items else policy.criteria
    if subject.startswith("incidents/") and not case.items:
        needed = policy.incidents
    tallies = [replay.tally((subject, blob), needed, policy.level, item) for item in case.items or (None,)]
    least = min(tallies, key=lambda tally: len(tally.approvals))
    if len(least.approvals) >= needed.approvals:
        return Verdict(Decision.APPROVED, message("Approved"), least.approvals, blob)
    return Verdict(Decision.PENDING, _missing(least, needed, case, names), least.approvals, blob)


def _missing(tally: Tally, needed: Requirement, case: Case, names: Mapping[str, str]) -> Message:
    """What is missing, in words: how many approvals, by whom, and why statements that are there do not count."""
    count = needed.approvals - len(tally.approvals)
    offices = dict.fromkeys(one for name in needed.by for one in (case.assessors if name == ASSESSOR else (name,)))
    by = tuple(names.get(name, name) for name in offices)
    if not by:
        text = message("{count} more approvals are needed, and the policy names nobody who may give them", count=count)
    elif count == 1:
        text = message("One approval by {offices} is missing", offices=by)
    else:
        text = message("{count} approvals by {offices} are missing", count=count, offices=by)
    if tally.own:
        text = message("{text}; an approval by somebody who wrote this content does not count", text=text)
    if tally.not_entitled:
        text = message("{text}; an approval by somebody who may not give it does not count", text=text)
    if tally.unsigned:
        text = message("{text}; an approval without a valid signature does not count", text=text)
    return text
