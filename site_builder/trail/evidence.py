"""What git history gives: the main line, what is in force on it, and the files of the revision."""

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from site_builder.model import DEPARTMENTS, Message, message, subject_of
from site_builder.trail.git import GitError, Repository, open_repository
from site_builder.trail.history import History, main_line, read_history
from site_builder.trail.line import Line, Readers, criteria_blobs
from site_builder.trail.records import Charges, Records
from site_builder.trail.tips import LineLog, read_log

LARGEST = 1024 * 1024
"""The most bytes of a file of history that is read."""


@dataclass(frozen=True)
class Evidence:
    """What history gives: the repository, the revision, and the main line. `why` says what is missing."""

    why: Message | None = None
    repository: Repository | None = None
    head: str = ""
    line: Line | None = None
    records: Records | None = None
    stored: Mapping[str, str] = field(default_factory=dict)
    """The blob of each file at the revision, by path."""
    log: LineLog = field(default_factory=LineLog)
    main: tuple[str, ...] = ()
    """The whole of the branch that the policy in force calls main."""


def gather(repository: Repository, revision: str, readers: Readers, trusted: str | None = None) -> Evidence:
    """Read the history up to a revision and follow the main line; what is missing is said, never guessed.

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
        return _followed(repository, history, readers, trusted or head)
    except GitError as error:
        return Evidence(error.reason, repository)


def gathered(site: Path, revision: str | None, readers: Readers) -> Evidence:
    """The evidence for the site in a folder, up to a revision, or to what is checked out."""
    try:
        return gather(open_repository(site), revision or "HEAD", readers)
    except GitError as error:
        return Evidence(error.reason)


def moved(evidence: Evidence, commit: str) -> Evidence:
    """The same evidence for the files of another commit."""
    if commit == evidence.head:
        return evidence
    if evidence.repository is None or evidence.line is None:
        return replace(evidence, head=commit)
    return replace(evidence, head=commit, stored=stored_blobs(evidence.repository, commit))


def _followed(repository: Repository, history: History, readers: Readers, trusted: str) -> Evidence:
    """The branch that the policy in force calls main, which the trusted commit's own line tells."""
    blobs = repository.blobs(criteria_blobs(history), LARGEST)
    contents = _Contents(readers)
    contents.read(repository, history)
    own = history.first_parents(trusted)
    line = Line(history, own, blobs, readers, repository.prefix, words=contents.words)
    branch = line.in_force.policy.main
    main = main_line(repository, branch)
    if main is None:
        return Evidence(message("There is no branch {name} here", name=branch), repository, history.head)
    commits = tuple(one for one in main if one in history.commits)
    if commits != own:
        line = Line(history, commits, blobs, readers, repository.prefix, words=contents.words)
    records = Records(line, contents.charges)
    stored = stored_blobs(repository, history.head)
    log = read_log(repository, line, main, line.in_force.policy.level)
    return Evidence(None, repository, history.head, line, records, stored, log, main)


class _Contents:
    """What is kept of the contents of history: the words of each as one digest, and what incidents charge."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self.words: dict[str, bytes] = {}
        self.charges = Charges(readers.charge)

    def read(self, repository: Repository, history: History) -> None:
        """Read every content of records that history has; none is held."""
        wanted: dict[str, dict[str, None]] = {}
        for commit in history.commits:
            for change in history.changes.get(commit, ()):
                subject = subject_of(change.path)
                if subject is not None and subject.startswith("incidents/") and change.after is not None:
                    wanted.setdefault(change.after, {})[subject] = None
        readable = [one for one, size in repository.sizes(wanted).items() if size <= LARGEST]
        for blob, _, data in repository.objects(readable):
            self.words[blob] = hashlib.sha256(b"".join(data.split())).digest()
            for subject in wanted[blob]:
                if subject.endswith(".md"):
                    self.charges.keep((subject, blob), self._readers.front(data))


def earlier_blobs(evidence: Evidence, path: str) -> tuple[str, ...]:
    """The blobs that a file had on the main line, or of departments, in force; each once, the newest first."""
    if evidence.line is None:
        return ()
    if path == DEPARTMENTS:
        in_force = (one.get(path) for one in reversed(evidence.line.entered))
        return tuple(dict.fromkeys(one for one in in_force if one is not None))
    history = evidence.line.history
    changes = (one for commit in reversed(evidence.line.commits) for one in history.changes.get(commit, ()))
    return tuple(dict.fromkeys(one.after for one in changes if one.path == path and one.after is not None))


def stored_blobs(
    repository: Repository, head: str, folders: tuple[str, ...] = ("content", "criteria", "incidents", "themes")
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


def same_blob(data: bytes, blob: str, exactly: bool = False) -> bool:
    """Whether a file is what git has stored; its line endings matter only `exactly`."""
    same = (data,) if exactly or b"\r" not in data else (data, data.replace(b"\r\n", b"\n"))
    return any(blob_id(one, len(blob)) == blob for one in same)


def blob_id(data: bytes, width: int = 40) -> str:
    """The id that git gives to a blob: SHA-1, or SHA-256 where ids are 64 characters wide."""
    digest = hashlib.sha1 if width == 40 else hashlib.sha256
    return digest(b"blob %d\0" % len(data) + data).hexdigest()
