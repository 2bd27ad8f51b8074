"""The log of the main line: signed entries that say where it stood (docs/decisions/0004).

Whoever may push can exchange the main line for one of their own. The branch `kaohe-line` holds a commit for each time
that somebody who may approve said where the line stood; `kaohe approve` and `kaohe line --record` write it. The newest
entry that counts must lie on the line: then everything up to it is the line on which things were decided.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from site_builder.model import Level, Message, Statement, folded, message
from site_builder.trail.approving import create
from site_builder.trail.commits import Commit
from site_builder.trail.git import Repository
from site_builder.trail.history import read_commits
from site_builder.trail.line import Line
from site_builder.trail.statements import Said
from site_builder.trail.trailers import trailers

LOG = "kaohe-line"
"""The branch of the log."""

_MOST = 1000
"""How many entries are looked at for one that counts, the newest first."""


@dataclass(frozen=True, slots=True)
class Tip:
    """An entry of the log that counts: who said when that the line stood at a commit."""

    commit: str
    person: str
    moment: str


@dataclass(frozen=True, slots=True)
class LineLog:
    """What the log says of a line: the newest entry that counts, and up to which place it proves it (-1: none).

    `against` says why the log speaks against the line.
    """

    tip: Tip | None = None
    proved: int = -1
    against: Message | None = None


def read_log(repository: Repository, line: Line, main: tuple[str, ...]) -> LineLog:
    """What the log says of a line; `main` is the whole of the branch that the policy in force calls main."""
    tip = next(_counting(repository, line), None)
    if tip is None:
        return LineLog()
    if tip.commit in line.place:
        return LineLog(tip, line.place[tip.commit])
    if tip.commit in main or (main and _leads_to(repository, tip.commit, main[-1])):
        return LineLog(tip, len(line.commits) - 1)
    text = message(
        "on {date} it stood at {commit}, which is not on it now", date=tip.moment[:10], commit=tip.commit[:12]
    )
    return LineLog(tip, -1, text)


def _leads_to(repository: Repository, later: str, earlier: str) -> bool:
    """Whether a commit is on the way of first parents from a later one."""
    listed = repository.attempt("rev-list", "--first-parent", later)
    return listed.returncode == 0 and earlier.encode() in listed.stdout.split()


def _counting(repository: Repository, line: Line) -> Iterator[Tip]:
    """The entries that count, newest first: by people who may approve, at level signed with their signatures."""
    for reference in (f"refs/heads/{LOG}", f"refs/remotes/origin/{LOG}"):
        end = repository.resolve(reference)
        if end is None:
            continue
        listed = repository.run("rev-list", "--first-parent", f"--max-count={_MOST}", end).decode("ascii").split()
        for entry in read_commits(repository, listed):
            tip = _named(entry, line.in_force.policy.main)
            person = _speaker(entry, line)
            if tip is not None and person is not None:
                yield Tip(tip, person, entry.author.moment)


def _named(entry: Commit, main: str) -> str | None:
    """The commit that an entry names as the end of the main line."""
    found = {one.name: one.value for one in trailers(entry.text)}
    return found.get("tip") if found.get("line") == main else None


def _speaker(entry: Commit, line: Line) -> str | None:
    """Who made an entry, if the policy in force lists them as an approver or a forge."""
    policy = line.in_force.policy
    level = Level.SIGNED if policy.level is Level.SIGNED else Level.REVIEWED
    signer = line.people.signer(Said(entry, Statement.APPROVE, line.in_force), level)
    if signer is None:
        return None
    listed = {folded(one) for people in policy.approvers.values() for one in people} | set(map(folded, policy.forges))
    return signer.principal if {folded(signer.principal)} & listed else None


def record_tip(repository: Repository, main: str, commit: str, sign: bool) -> str:
    """Append to the log that the main line stands at a commit; gives the entry. Raises `GitError`."""
    reference = f"refs/heads/{LOG}"
    here = repository.resolve(reference)
    before = here or repository.resolve(f"refs/remotes/origin/{LOG}")
    text = f"The main line stands at {commit[:12]}\n\nLine: {main}\nTip: {commit}\n"
    return create(repository, text, reference, before, here, sign)
