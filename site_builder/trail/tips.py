"""The log of the main line: signed entries that say where it stood (docs/decisions/0004).

Whoever may push can exchange the main line for one of their own. The branch `kaohe-line` holds a commit for each time
that somebody who may approve said where the line stood; `kaohe approve`, `kaohe publish` and `kaohe line --record`
write it. The newest entries that count must lie on the line: then everything up to them is the line on which things
were decided. At level signed there must be one.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from site_builder.model import Level, Message, Statement, folded, message
from site_builder.trail.approving import advance, draft
from site_builder.trail.commits import Commit
from site_builder.trail.git import GitError, Repository
from site_builder.trail.history import read_commit, read_commits
from site_builder.trail.keeping import ends, kept_in
from site_builder.trail.line import Line
from site_builder.trail.statements import Said
from site_builder.trail.trailers import trailers

LOG = "kaohe-line"
"""The branch of the log."""

_MOST = 1000
"""How many entries are looked at for those that count, the newest first."""


@dataclass(frozen=True, slots=True)
class Tip:
    """An entry of the log that counts: who said when that the line stood at a commit."""

    commit: str
    person: str
    moment: str


@dataclass(frozen=True, slots=True)
class LineLog:
    """What the log says of a line: the newest entry that counts, and up to which place it proves it (-1: none).

    `against` says why the log speaks against the line, or that it is demanded and says nothing.
    """

    tip: Tip | None = None
    proved: int = -1
    against: Message | None = None


def read_log(repository: Repository, line: Line, main: tuple[str, ...], level: Level) -> LineLog:
    """What the log says of a line, as the level demands it; `main` is the whole of the branch that is called main.

    Of entries of which none follows another each must lie on the line: where two logs differ, neither is forgotten.
    """
    found = LineLog()
    try:
        for tip in _counting(repository, line, level):
            told = _told(repository, line, main, tip)
            if told.against is not None:
                return told
            found = told if told.proved > found.proved else found
    except _TooManyError:
        return LineLog(against=message("its log ends in more than {most} entries that do not count", most=_MOST))
    if found.tip is None and level is Level.SIGNED:
        text = message(
            "nobody who may has recorded where it stands (branch {log}); an approver does so: kaohe line --record",
            log=LOG,
        )
        return LineLog(against=text)
    return found


def _told(repository: Repository, line: Line, main: tuple[str, ...], tip: Tip) -> LineLog:
    """What one entry says of a line.

    An earlier revision, or a clone that is behind, is known by the branch, here or at origin, that has the tip still.
    """
    if tip.commit in line.place:
        return LineLog(tip, line.place[tip.commit])
    if tip.commit in main or tip.commit in _at_origin(repository, line.in_force.policy.main):
        return LineLog(tip, len(line.commits) - 1)
    named = {"date": tip.moment[:10], "commit": tip.commit[:12]}
    listed = repository.attempt("rev-list", "--first-parent", tip.commit)
    if listed.returncode or not main or main[-1].encode() not in listed.stdout.split():
        return LineLog(tip, -1, message("on {date} it stood at {commit}, which is not on it now", **named))
    text = message("on {date} it stood at {commit}, and no branch goes that far now: it was set back", **named)
    return LineLog(tip, -1, text)


def _at_origin(repository: Repository, branch: str) -> frozenset[str]:
    """The line of a branch as it was at origin when that was asked last."""
    end = repository.resolve(f"refs/remotes/origin/{branch}")
    if end is None:
        return frozenset()
    return frozenset(repository.run("rev-list", "--first-parent", end).decode("ascii").split())


class _TooManyError(Exception):
    """No entry that counts is found among as many as are looked at."""


def _counting(repository: Repository, line: Line, level: Level) -> Iterator[Tip]:
    """The newest entries that count, of which none follows another, whatever others stand on top of them."""
    open_, covered = set(ends(repository, LOG)), set[str]()
    if not open_:
        return
    listed = repository.run("rev-list", "--topo-order", f"--max-count={_MOST}", *sorted(open_)).decode("ascii").split()
    for entry in read_commits(repository, listed):
        person = None
        if entry.id in open_:
            open_.discard(entry.id)
            commit = _named(entry, line.in_force.policy.main)
            person = commit and _speaker(entry, line, level)
            if commit and person:
                yield Tip(commit, person, entry.author.moment)
        if person or entry.id in covered:
            covered.update(entry.parents)
            open_.difference_update(entry.parents)
        else:
            open_.update(one for one in entry.parents if one not in covered)
        if not open_:
            return
    if len(listed) == _MOST:
        raise _TooManyError


def _named(entry: Commit, main: str) -> str | None:
    """The commit that an entry names as the end of the main line."""
    found = {one.name: one.value for one in trailers(entry.text)}
    return found.get("tip") if found.get("line") == main else None


def _speaker(entry: Commit, line: Line, level: Level) -> str | None:
    """Who made an entry, if the policy in force lists them as an approver, on that day, or as a forge."""
    policy = line.in_force.policy
    signer = line.people.signer(Said(entry, Statement.APPROVE, line.in_force), level)
    if signer is None:
        return None
    day = entry.committer.day
    approvers = (one for office in (*policy.approvers, *policy.delegates) for one in policy.speakers(office, day))
    return signer.principal if folded(signer.principal) in map(folded, (*approvers, *policy.forges)) else None


def record_tip(
    repository: Repository, line: Line, level: Level, commit: str, *, sign: bool, key: str | None = None
) -> str:
    """Append to the log that the main line stands at a commit; gives the entry.

    Raises `GitError` where it cannot be made, and where it would not count: then nothing is appended.
    """
    main = line.in_force.policy.main
    text = f"The main line stands at {commit[:12]}\n\nLine: {main}\nTip: {commit}\n"
    entry = draft(repository, text, ends(repository, LOG), sign, key)
    if _speaker(read_commit(repository, entry), line, level) is None:
        raise GitError(message("only an approver or a forge of the policy in force may record where the line stands"))
    local = kept_in(LOG)
    advance(repository, local, entry, repository.resolve(local))
    return entry
