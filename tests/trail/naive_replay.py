"""A replay: along a line of commits, what is said of some subjects, and what enters."""

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from tests.trail import naive_git as git
from tests.trail.naive_rules import (
    LEVELS,
    NOTHING,
    POLICY,
    charged,
    contents,
    is_record,
    read_policy,
    requirement,
    unit,
    without,
)


class Said(NamedTuple):
    """A statement: the author of a commit, or whom its trailer names, approves this content of this subject."""

    name: str
    content: str | None
    commit: git.Commit
    order: int
    address: str | None = None


@dataclass(frozen=True)
class Standing:
    """What is in force of a subject, what was before it, and whether it has its approvals."""

    content: str | None
    before: str | None
    approved: bool


class Replay:
    """What is said along a line of some subjects, and what enters; `demand` is a policy, or None for that in force."""

    def __init__(self, line, wanted, demand):
        self.line, self.wanted, self.demand = line, wanted, demand
        self.past = line.past
        self.said = []
        self.force = {}
        self._since = {}
        self._settled = set()

    def policy(self):
        """The policy in force now, on a line whose rules are replayed."""
        one = self.force.get(POLICY)
        return read_policy(self.past.blob(one.content)) if one and one.content else NOTHING

    def awaited(self):
        """Whether a content has its approvals that is not in force, because it does not stand on the line now."""
        place = self.line.last
        demand = self.demand or self.policy()
        return any(
            one.content != self._content(one.name)
            and self._enough(one.name, one.content, self._content(one.name), place, demand)
            for one in self.said
        )

    def state(self, place):
        """The content of each subject at a commit of the line."""
        here = self.past.contents(self.line.commits[place].id)
        return {name: blob for name, blob in here.items() if self.wanted(name)}

    def take(self, place):
        """One commit of the line."""
        self.said += [one for one in self._statements(place) if self.wanted(one.name)]
        demand = self.demand or self.policy()
        names = set(self.force).union(*(self.state(number) for number in range(place + 1)))
        entered = [found for one in sorted(set(map(unit, names))) for found in self._entering(one, place, demand)]
        for name, content in entered:
            before = self._content(name)
            approved = self._enough(name, content, before, place, demand)
            self._enter(name, Standing(content, before, approved))
        self._take_over(place, demand)

    def _take_over(self, place, demand):
        """What stands without its approvals may have them now; a level that was raised asks for them anew."""
        now = self.demand or self.policy()
        raised = LEVELS.index(now["level"]) > LEVELS.index(demand["level"])
        for name, one in self.force.items():
            if raised or not one.approved:
                approved = self._enough(name, one.content, one.before, place, now)
                self.force[name] = replace(one, approved=approved)
            if self.force[name].approved:
                self._settled.add((name, one.content))

    def adopt(self, force):
        """Let that be in force which is on another line."""
        for name in {*self.force, *force}:
            self._enter(name, force.get(name, Standing(None, self._content(name), False)))
            self._since[unit(name)] = len(self.line.after)

    def _content(self, name):
        return self.force[name].content if name in self.force else None

    def _enter(self, name, standing):
        self.force[name] = standing
        self.said = [one for one in self.said if one.name != name or one.content == standing.content]

    def _entering(self, one, place, demand):
        """The contents of a set that enter now: those of its newest state in which all that differs is approved."""
        for number in range(place, self._since.get(one, -1), -1):
            state = {name: blob for name, blob in self.state(number).items() if unit(name) == one}
            names = set(state) | {name for name in self.force if unit(name) == one}
            names -= {"content/site.yaml"} if "content/publication.yaml" in state else set()
            differing = {name: state.get(name) for name in names if state.get(name) != self._content(name)}
            if not differing:
                return []
            if self._may_enter(differing, place, demand):
                self._since[one] = number
                return [*differing.items(), *self._moved(differing, number)]
            if demand["level"] == "recorded":
                return []
        return []

    def _may_enter(self, differing, place, demand):
        if differing.get(POLICY) and read_policy(self.past.blob(differing[POLICY])) is None:
            return False
        return demand["level"] == "recorded" or all(
            self._enough(name, blob, self._content(name), place, demand) for name, blob in differing.items()
        )

    def _moved(self, differing, number):
        """The same bytes under a new id are one step: the record whose place they take goes with it."""
        state = self.state(number)
        for name, blob in differing.items():
            left = [old for old, one in sorted(self.force.items()) if one.content == blob and old not in state]
            if blob and is_record(name) and left and self._content(name) is None:
                self._since[left[0]] = number
                yield left[0], None

    # What a commit says

    def _statements(self, place):
        commit = self.line.commits[place]
        if not commit.parents:
            return []
        before, here = (self.past.contents(one) for one in (commit.parents[0], commit.id))
        others = [self.past.contents(parent) for parent in commit.parents[1:]]
        changed = {name: here.get(name) for name in {*before, *here} if before.get(name) != here.get(name)}
        if others:
            changed = {n: blob for n, blob in changed.items() if any(one.get(n) == blob for one in others)}
        elif commit.tree == self.past.commits[commit.parents[0]].tree:
            return [Said(name, blob, commit, place) for name, blob in self._approves(commit)]
        believed = [value for name, value in commit.trailers if name in ("approved-by", "reviewed-by")]
        speakers = [*filter(None, map(git.address_in, believed)), *([None] if others else [])]
        return [Said(name, blob, commit, place, one) for name, blob in changed.items() for one in speakers]

    def _approves(self, commit):
        """Subject and content of each `Approves`, unless a `Replaces` is not what is in force."""
        found = {"approves": [], "replaces": []}
        for kind, value in commit.trailers:
            match = re.fullmatch(r"([0-9a-f]{40}|[0-9a-f]{64}) (.+)", value)
            if kind in found and match and match[2].startswith(self.past.prefix):
                path = match[2][len(self.past.prefix) :]
                blob = None if set(match[1]) == {"0"} else match[1]
                found[kind] += [(name, blob) for name in contents({path: blob})]
        void = {name for name, blob in found["replaces"] if blob != self._content(name)}
        return [(name, blob) for name, blob in found["approves"] if name not in void]

    # Who says it, and whether it counts

    def _enough(self, name, content, before, place, demand):
        """Whether enough people approve the step, for every item that it concerns."""
        level, (number, _) = demand["level"], requirement(demand, name)
        speaking = [one for one in self.said if one[:2] == (name, content)]
        if len(speaking) < number:
            return False
        people = [(one, self._person(one, level)) for one in speaking]
        same = self._same_people(place, level)
        authors = {same(person) for person in self._authors(name, content, place, level)}
        items = self._items(name, (before, content), place)
        for item in items:
            able = {same(who) for one, who in people if who and self._may_speak(one, who, item, place)}
            if len(able - authors) < number:
                return False
        return True

    def _items(self, name, blobs, place):
        """Year and item of what is charged before and after, or what the table counts for."""
        if not is_record(name):
            return [None]
        year = name.split("/")[1]
        if name.endswith(".csv"):
            table = name.split("/")[-1].removesuffix(".csv")
            tables = self.line.rule_book(place, year)[1]
            return [(year, item) for item in sorted(tables.get(table, ()))] or [(year, "")]
        return [charged(name, self.past.blob(blob)) for blob in blobs if blob] or [(year, "")]

    def _under(self, one):
        """Policy and signers for a statement: those in force at its parent, without who was relieved elsewhere."""
        place = one.order - 1
        return without(self.line.policy(place), self.line.signers(place), self.line.barred(one.order))

    def _person(self, one, level):
        """Who makes a statement, as far as the level proves it."""
        if level != "signed":
            return git.folded(one.address or one.commit.author)
        policy, signers = self._under(one)
        who = git.signer(one.commit, signers, self.line.signed_since(one.order - 1))
        if one.address is None:
            return who
        return git.folded(one.address) if who in map(git.folded, policy["forges"]) else None

    def _may_speak(self, one, who, item, place):
        policy, _ = self._under(one)
        offices = requirement(policy, one.name)[1]
        if "assessor" in offices:
            offices = [*offices, self._assessor(one, item, place)]
        return any(who in map(git.folded, policy["approvers"].get(office, ())) for office in offices if office)

    def _assessor(self, one, item, place):
        """By the rules at the statement's parent; else by the first afterwards that have the item."""
        if item is None:
            return None
        for number in range(one.order - 1, place + 1):
            assessors = self.line.rule_book(number, item[0])[0]
            if item[1] in assessors:
                office = assessors[item[1]]
                return None if ("assessor", *item, office) in self.line.barred(one.order) else office
        return None

    def _keys(self, place):
        """Every pair of a name and a key that signers in force up to a commit named."""
        texts = {self.line.signers(number) for number in range(place)}
        return {(name, key) for text in texts for names, key, _ in git.signer_lines(text) for name in names if key}

    def _same_people(self, place, level):
        """One name for all that are one person's: at level signed those that share a key."""
        groups = []
        for pair in self._keys(place) if level == "signed" else ():
            joined = [group for group in groups if group & set(pair)]
            groups = [group for group in groups if not group & set(pair)] + [set(pair).union(*joined)]
        return lambda name: next((min(group) for group in groups if name in group), name)

    def _authors(self, name, content, place, level):
        """Who wrote the content since what was approved before; at level signed also whose keys signed it."""
        writers = self.past.writers(self.line.commits[place].id, (name, content), self._settled)
        found = set().union(*(commit.authors for commit in writers))
        keys = {commit.key for commit in writers}
        return found | {who for who, key in self._keys(place) if level == "signed" and key in keys}
