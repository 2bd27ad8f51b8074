"""The lines that a main line merged: which commits each has, where it left, and what it took away or demands."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from site_builder.model import Level, Policy, folded
from site_builder.trail.rights import entitled, taken
from site_builder.trail.statements import InForce, statements

if TYPE_CHECKING:
    from site_builder.trail.line import Line


@dataclass(frozen=True, slots=True)
class Branch:
    """A line that a merge brought in: the place of the merge, its commits, its end, and where it left (-1: nowhere).

    `stem` is the same for all that was merged in several helpings of one line, its first commit. `under` is what is in
    force at the end of a line that left nowhere, and has a beginning of its own.
    """

    at: int
    commits: tuple[str, ...]
    tip: str
    stem: str
    fork: int
    under: InForce | None = None


MOST_LINES = 256
"""How many other lines on which somebody approved rules are followed; a history with more of them cannot be proved."""


class OtherLines:
    """The lines that were merged into one line, as they come.

    `branches` are in the order of their merges. `unfollowed` is the last place at which a line was merged that was one
    too many to follow, -1 where there is none.
    """

    def __init__(self, line: "Line") -> None:
        self.branches: list[Branch] = []
        self.unfollowed = -1
        self._line = line
        self._followed = 0
        self._forks: dict[str, str | None] = {}
        self._stems: dict[str, str] = {}

    def take(self, at: int, parent: str) -> None:
        """A line that merges one on which approvals are demanded, or were taken from somebody, does not escape that.

        Otherwise whoever may push could begin a line of their own before there was a policy, or before they were
        removed from it, and merge main into it. The lines that such a line merged are lines like it.
        """
        waiting = [parent]
        while waiting:
            tip = waiting.pop()
            fresh, fork = self._branch(tip)
            if fresh:
                place = -1 if fork is None else self._line.place[fork]
                self.branches.append(Branch(at, tuple(fresh), tip, self._stems[tip], place))
                self._follow(at, tip, fresh, fork)
            commits = self._line.history.commits
            waiting += (other for one in fresh for other in commits[one].parents[1:])

    def _branch(self, parent: str) -> tuple[list[str], str | None]:
        """The commits of another line that no merge before had, oldest first, and where it left this one."""
        commits = self._line.history.commits
        fresh, at = [], commits.get(parent)
        while at is not None and at.id not in self._line.place and at.id not in self._forks:
            fresh.append(at.id)
            at = commits.get(at.parents[0]) if at.parents else None
        fork = None if at is None else self._forks.get(at.id, at.id)
        self._forks |= dict.fromkeys(fresh, fork)
        if fresh:
            known = None if at is None else self._stems.get(at.id)
            self._stems |= dict.fromkeys(fresh, known or fresh[-1])
        return fresh[::-1], fork

    def _follow(self, at: int, parent: str, fresh: Iterable[str], fork: str | None) -> None:
        """Take over from one line what was taken away on it, unless nothing can have come into force there."""
        line = self._line
        under = InForce({}, Policy()) if fork is None else line.unders[line.place[fork]]
        demanded = under.policy.level is not Level.RECORDED
        if not any(self._approves_rules(one, under) if demanded else self._concerns_rules(one) for one in fresh):
            return
        self._followed += 1
        if self._followed > MOST_LINES:
            self.unfollowed = at
            return
        other = line.beside(parent)
        before = InForce({}, Policy()) if fork is None else other.unders[other.place[fork]]
        stricter = other.in_force.policy.level is not Level.RECORDED
        if line.in_force.policy.level is Level.RECORDED and stricter:
            line.adopt(at, other)
        elif stricter or before.policy.level is not Level.RECORDED:
            assessing = line.assessing(before), line.assessing(other.in_force)
            if fork is None:
                self.branches[-1] = replace(self.branches[-1], under=other.in_force)
            line.take_away(taken(before, other.in_force, line.blobs, assessing), self.branches[-1].fork)

    def _concerns_rules(self, commit: str) -> bool:
        """Whether a commit changes a file below `criteria/`, or says something of one."""
        history = self._line.history
        return (
            any(one.path.startswith("criteria/") for one in history.changes.get(commit, ()))
            or "criteria/" in history.commits[commit].text
        )

    def _approves_rules(self, commit: str, under: InForce) -> bool:
        """Whether a commit may hold an approval of a file below `criteria/` by somebody who may give one."""
        line = self._line
        found = line.history.commits[commit]
        if not self._concerns_rules(commit):
            return False
        if under.policy.level is Level.SIGNED:
            return found.signature is not None
        listed = {address for _, address in entitled(under.policy)}
        return any(
            content[0].startswith("criteria/") and folded(said.speaker) in listed
            for content, said in statements(line.history, found, under, line.prefix)
        )
