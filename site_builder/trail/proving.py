"""History read and judged in a process of its own, while this one does something else."""

from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from types import TracebackType

from site_builder.model import Level, Verdict
from site_builder.trail.git import Repository
from site_builder.trail.replay import Readers
from site_builder.trail.verdicts import Case, Evidence, gather, moved, verdicts


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

    def verdicts(self, commit: str, cases: Iterable[Case], names: Mapping[str, str]) -> Mapping[str, Verdict]:
        """The verdict on files, or their removal, as they are at a commit; raises `GitError`."""
        return self._pool.submit(_verdicts, commit, tuple(cases), dict(names)).result()


_evidence = Evidence()
"""What the process of a prover has gathered."""


def _gather(repository: Repository, revision: str, readers: Readers, trusted: str | None) -> Standing:
    global _evidence
    _evidence = gather(repository, revision, readers, trusted)
    replay = _evidence.replay
    return Standing(replay.in_force.policy.level, replay.line) if replay else Standing(None, ())


def _verdicts(commit: str, cases: tuple[Case, ...], names: dict[str, str]) -> dict[str, Verdict]:
    return dict(verdicts(moved(_evidence, commit), cases, names))
