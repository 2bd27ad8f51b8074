"""A line of first parents: which rules were in force after each of its commits, and what other lines took away."""

from functools import cached_property
from typing import NamedTuple

from tests.trail import naive_git as git
from tests.trail.naive_replay import Replay
from tests.trail.naive_rules import LEVELS, NOTHING, POLICY, SIGNERS, is_record, read_policy, read_rules, rights, unit


class UnprovedError(git.MissingError):
    """Two lines came to different policies on their own: none of them is proved."""


class Bar(NamedTuple):
    """A right that was taken on another line: void for statements after `fork`, until its file enters after `merge`."""

    right: tuple
    fork: int
    merge: int


class Line:
    """The commits of a row of first parents, oldest first, and what came into force along it."""

    def __init__(self, past, tip):
        self.past = past
        self.commits = [past.commits[name] for name in past.line(tip)]
        self.last = len(self.commits) - 1
        self.place = {commit.id: number for number, commit in enumerate(self.commits)}
        self.bars = [bar for number in range(len(self.commits)) for bar in self._bars(number)]
        self.moments = []
        self.after = []
        self.rules = Replay(self, lambda name: not is_record(name), None)
        for number in range(len(self.commits)):
            self.rules.take(number)
            self._adopt(number)
            self.after.append(dict(self.rules.force))

    @cached_property
    def records(self):
        """The records under today's demand."""
        found = Replay(self, is_record, self.policy(self.last))
        for number in range(len(self.commits)):
            found.take(number)
        return found

    # What is in force after the commit at a place of the line; before the first, nothing

    def force(self, place):
        return self.after[place] if place >= 0 else {}

    def _text(self, place, name):
        one = self.force(place).get(name)
        return self.past.blob(one.content) if one and one.content else b""

    def policy(self, place):
        text = self._text(place, POLICY)
        return read_policy(text) if text else NOTHING

    def signers(self, place):
        return self._text(place, SIGNERS).decode("utf-8", "replace")

    def rule_book(self, place, year):
        """The assessor of each item by the rules in force, and the items of each table."""
        found = {name: one.content for name, one in self.force(place).items() if name.startswith(f"criteria/{year}/")}
        return read_rules(frozenset((name, self.past.blob(blob)) for name, blob in found.items() if blob))

    def rights(self, place):
        years = {name.split("/")[1] for name in self.force(place) if unit(name).isdigit()}
        items = {(year, item): office for year in years for item, office in self.rule_book(place, year)[0].items()}
        return rights(self.policy(place), self.signers(place), items)

    def signed_since(self, place):
        """When the signers in force came into force."""
        now = self.force(place).get(SIGNERS)
        since = place
        while since > 0 and self.force(since - 1).get(SIGNERS) == now:
            since -= 1
        said = [one.commit.seconds for one in self.rules.said if now and one[:2] == (SIGNERS, now.content)]
        return max([self.commits[since].seconds, *said]) if place >= 0 else 0

    # What was taken away on another line

    def _others(self, place):
        """Of each line that the commit merges: the line, where it left this one, and its commits beyond that."""
        for parent in self.commits[place].parents[1:]:
            other = line_to(self.past, parent)
            common = [number for number, one in enumerate(other.commits) if self.place.get(one.id, place) < place]
            fork = max(common, default=-1)
            if fork < other.last:
                yield other, fork

    def _bars(self, place):
        for other, fork in self._others(place):
            lost = set()
            for number in range(fork + 1, other.last + 1):
                if other.policy(number - 1)["level"] != "recorded":
                    lost |= other.rights(number - 1) - other.rights(number)
            for right in lost - other.rights(other.last):
                yield Bar(right, fork, place)

    def barred(self, order):
        """The rights that do not hold for a statement at this place of the line."""
        return {bar.right for bar in self.bars if bar.fork < order and not self._given_anew(bar, order)}

    def _given_anew(self, bar, order):
        kind = bar.right[0]
        names = {"key": [SIGNERS], "assessor": [f"criteria/{bar.right[1]}/"]}.get(kind, [POLICY])
        return any(
            one != self.force(place - 1).get(name)
            for place in range(bar.merge + 1, order)
            for name, one in self.force(place).items()
            if name.startswith(tuple(names))
        )

    def _adopt(self, place):
        """A line that merges one whose level was raised does not escape that."""
        for other, fork in self._others(place):
            levels = [LEVELS.index(other.policy(number)["level"]) for number in range(fork, other.last + 1)]
            here = LEVELS.index(self.rules.policy()["level"])
            if levels[-1] <= levels[0]:
                continue
            if here == 0 or (here < levels[-1] and levels[0] > 0):
                self.rules.adopt(other.rules.force)
            elif levels[0] == 0 and not self._akin(other):
                raise UnprovedError(f"Two policies: {other.commits[-1].id}")

    def _akin(self, other):
        """Whether the policy of one line was once in force on the other."""
        here = {force.get(POLICY) and force[POLICY].content for force in (*self.after, self.rules.force)}
        there = {force.get(POLICY) and force[POLICY].content for force in other.after}
        return other.rules.force[POLICY].content in here or self.rules.force[POLICY].content in there


def line_to(past, tip):
    """The line that ends in a commit."""
    if tip not in past.lines:
        past.lines[tip] = Line(past, tip)
    return past.lines[tip]
