"""The chapter Trail of the design once more: slow, obvious, and without a line of the builder's.

`verify(folder)` gives the verdict on every file and the level. A `Line` is a row of first parents; a `Replay` goes
along it commit by commit: collects what is said, and lets enter what has its approvals. The rules are replayed first,
each commit under the rules before it; then the records, as if today's demand had been that of all time.
"""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from tests.trail import naive_git as git
from tests.trail.naive_rules import (
    LEVELS,
    NOTHING,
    POLICY,
    SIGNERS,
    charged,
    contents,
    is_record,
    read_policy,
    read_rules,
    requirement,
    rights,
    unit,
    without,
)


class Verdicts(NamedTuple):
    """The level, and the verdict on each incident (by id), rule file and table (by path)."""

    level: str
    incidents: dict
    criteria: dict
    tables: dict


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


class UnprovedError(git.MissingError):
    """Two lines came to different policies on their own: none of them is proved."""


def verify(folder):
    """The verdict on every file of the commit that is checked out."""
    history = None
    try:
        history = Past(folder)
        line = main_line(history)
    except git.MissingError:
        return _unknown(history, folder)
    standing = contents(history.files(history.head))
    force = {**line.rules.force, **line.records.force}
    level = line.policy(line.last)["level"]
    verdicts = {name: _verdict(force.get(name), blob) for name, blob in standing.items()}
    gone = {name for name, one in force.items() if one.content and name not in standing and level != "recorded"}
    return _sorted(level, verdicts | dict.fromkeys(gone, "pending"))


def _verdict(one, blob):
    return "approved" if one and one.content == blob and one.approved else "pending"


def _unknown(history, folder):
    files = {
        str(path.relative_to(folder)): path for top in ("criteria", "incidents") for path in folder.glob(f"{top}/**/*")
    }
    policy = read_policy(files[POLICY].read_bytes()) if POLICY in files else NOTHING
    names = contents({path: path for path, file in files.items() if file.is_file()})
    return _sorted((policy or NOTHING)["level"], dict.fromkeys(names, "unknown"))


def _sorted(level, verdicts):
    incidents = {name.split("/")[-1][:-3]: one for name, one in verdicts.items() if re.match(r"incidents/.*\.md", name)}
    criteria = {name: one for name, one in verdicts.items() if name.startswith("criteria/")}
    tables = {name: one for name, one in verdicts.items() if name.endswith(".csv")}
    return Verdicts(level, incidents, criteria, tables)


def main_line(history):
    """The line of the branch that the policy in force at the commit that is looked at calls main."""
    own = history.line_to(history.head)
    tip = history.branch(own.policy(own.last)["main"])
    seen = history.ancestors(history.head)
    at = tip
    while at not in seen:
        parents = history.commit(at).parents
        if not parents:
            raise git.MissingError("Nothing of main is here")
        at = parents[0]
    return history.line_to(at)


class Past(git.History):
    """A history with what every commit wrote."""

    def __init__(self, folder):
        super().__init__(folder)
        self._lines = {}
        self._written = {}
        self._squeezed = {}
        for name in self.commits:
            self._written[name] = list(self._writes(name))

    def commit(self, name):
        if name not in self.commits:
            self._read(name)
            for one in self.commits:
                if one not in self._written:
                    self._written[one] = list(self._writes(one))
        return self.commits[name]

    def line_to(self, tip):
        """The line that ends in a commit."""
        if tip not in self._lines:
            self._lines[tip] = Line(self, tip)
        return self._lines[tip]

    def contents(self, name):
        return contents(self.files(name))

    def _writes(self, name):
        """Subject, content, and what it was amended from, of all that the commit wrote or brought back."""
        commit, here = self.commits[name], self.contents(name)
        parents = [self.contents(parent) for parent in commit.parents] or [{}]
        for one in set(here).union(*parents):
            after, before = here.get(one), [parent.get(one) for parent in parents]
            fresh = after not in before
            if fresh or (after != before[0] and not self._brought(commit, one, after)):
                yield one, after, [(one, content) for content in (before if fresh else before[:1])]

    def _brought(self, commit, name, content):
        """Whether a commit that the merge brought wrote this content; else the merge itself brings it back."""
        fresh = set().union(*map(self.ancestors, commit.parents[1:])) - self.ancestors(commit.parents[0])
        return any((name, content) == written[:2] for one in fresh for written in self._written[one])

    def makings(self, name):
        """Of each content that an ancestor wrote: the commits, and what it was amended from."""
        found = {}
        for one in self.ancestors(name):
            for path, content, sources in self._written[one]:
                found.setdefault((path, content), []).append((self.commits[one], sources))
        return found

    def squeezed(self, blob):
        """The bytes without white space."""
        if blob not in self._squeezed:
            self._squeezed[blob] = b"".join(self.blob(blob).split())
        return self._squeezed[blob]

    def writers(self, name, wanted, settled):
        """The commits that wrote a content on the way from what was approved before."""
        makings = self.makings(name)
        start = {wanted, *self._twins(wanted, makings)}
        found, seen, waiting = set(), set(), list(start)
        while waiting:
            at = waiting.pop()
            if at in seen or (at in settled and at not in start):
                continue
            seen.add(at)
            waiting += self._twins(at, makings)
            for commit, sources in makings.get(at, ()):
                found.add(commit)
                waiting += sources
        return found

    def _twins(self, wanted, makings):
        """The same bytes, also with other white space, under other names."""
        name, blob = wanted
        return [
            (other, one)
            for other, one in makings
            if blob and one and other != name and self.squeezed(one) == self.squeezed(blob)
        ]


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
        return read_rules({name: self.past.blob(blob) for name, blob in found.items() if blob})

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
            other = self.past.line_to(parent)
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
