"""Proving in a process of its own: history is read and followed there while this one does something else."""

from collections.abc import Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from types import TracebackType

from site_builder.model import Charge, Decision, Level, Policy, Trail, Verdict, message, subject_of
from site_builder.trail.evidence import Evidence, earlier_blobs, gather, moved
from site_builder.trail.git import Repository
from site_builder.trail.line import Readers
from site_builder.trail.verdicts import Files, Judge, judge


@dataclass(frozen=True, slots=True)
class Standing:
    """What history says of the revision: the level in force, None where history is not known; and the main line."""

    level: Level | None
    line: tuple[str, ...]


class Prover:
    """The evidence up to a revision, in another process; a context manager that ends it.

    The arguments are those of `gather`; what is asked waits until the history is read.
    """

    def __init__(self, repository: Repository, revision: str, readers: Readers, trusted: str | None = None) -> None:
        self._pool = ProcessPoolExecutor(1)
        self._standing: Future[Standing] = self._pool.submit(_gather, repository, revision, readers, trusted)

    def __enter__(self) -> "Prover":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    @property
    def standing(self) -> Standing:
        """The level and the main line."""
        return self._standing.result()

    def learn(self, known: Mapping[str, Charge]) -> None:
        """What front matters charge that were read here; they are not read again there."""
        self._pool.submit(_learn, dict(known)).result()

    def trail(self, commit: str, files: Files, stated: Policy | None, names: Mapping[str, str]) -> Trail:
        """What history proves of the files of a commit, without their lives."""
        return self._pool.submit(_trail, commit, dict(files), stated or Policy(), dict(names)).result()

    def earlier(self, path: str) -> tuple[str, ...]:
        """The blobs that a file had on the main line before, the newest first."""
        return self._pool.submit(_earlier, path).result()

    def verdicts(self, commit: str, files: Files, names: Mapping[str, str]) -> Mapping[str, Verdict]:
        """The verdict on files, or on their absence, as they are at a commit; raises `GitError`."""
        return self._pool.submit(_verdicts, commit, dict(files), dict(names)).result()


_evidence = Evidence()
"""What the process of a prover has gathered."""


def _gather(repository: Repository, revision: str, readers: Readers, trusted: str | None) -> Standing:
    global _evidence
    _evidence = gather(repository, revision, readers, trusted)
    line = _evidence.line
    return Standing(line.in_force.policy.level, line.commits) if line else Standing(None, ())


def _learn(known: dict[str, Charge]) -> None:
    if _evidence.records is not None:
        _evidence.records.learn(known)


def _trail(commit: str, files: dict[str, bytes | None], stated: Policy, names: dict[str, str]) -> Trail:
    return judge(moved(_evidence, commit), files, stated, names, told=False)


def _earlier(path: str) -> tuple[str, ...]:
    return earlier_blobs(_evidence, path)


def _verdicts(commit: str, files: dict[str, bytes | None], names: dict[str, str]) -> dict[str, Verdict]:
    evidence = moved(_evidence, commit)
    if evidence.line is None or evidence.records is None:
        unknown = Verdict(Decision.UNKNOWN, evidence.why or message("There is no history"))
        return {subject: unknown for path in files if (subject := subject_of(path))}
    return Judge(evidence, evidence.line, evidence.records, names).verdicts(files)
