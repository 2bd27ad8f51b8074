"""The state in force of each record: incidents and tables come into force one by one."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from sys import intern

from site_builder.model import ASSESSOR, Approval, Charge, Level, Requirement
from site_builder.trail.authorship import Content
from site_builder.trail.judgement import Tally, tally
from site_builder.trail.line import Happened, Line, voided
from site_builder.trail.statements import Said

Item = tuple[int, str]
"""A year and the full id of an item."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A content of a record that came into force: where on the line, under which path, and by which approvals."""

    at: int
    blob: str | None
    path: str
    approvals: tuple[Approval, ...]
    heard: int
    """How many statements on it had been made by then."""


@dataclass(slots=True)
class _State:
    """A record on the way along the line."""

    in_force: str | None = None
    path: str = ""
    places: dict[str, str] = field(default_factory=dict)
    states: list[frozenset[str | None]] = field(default_factory=list)
    """The contents that stood after each change since the state in force; several where two files have one id."""
    paths: dict[str | None, str] = field(default_factory=dict)
    """The last path of each content."""
    said: dict[str | None, list[Said]] = field(default_factory=lambda: defaultdict(list))
    approved: dict[Content, int] = field(default_factory=dict)
    entered: list[Entered] = field(default_factory=list)
    looked: int = -1
    """The place at which the states before the last were looked at."""


@dataclass(frozen=True, slots=True)
class Life:
    """What the line makes of a record under a demand: all that came into force, and what is said since."""

    subject: str
    in_force: str | None
    path: str
    entered: tuple[Entered, ...]
    said: Mapping[str | None, list[Said]]
    approved: Mapping[Content, int]


class Charges:
    """What contents of incidents charge: each front matter is read once, when it is first asked for."""

    def __init__(self, charge: Callable[[str], Charge | None]) -> None:
        self._charge = charge
        self._fronts: dict[Content, str] = {}
        self._known: dict[str, Charge | None] = {}

    def keep(self, content: Content, front: str | None) -> None:
        """Keep the front matter of a content, None of one that cannot be read; most amendments leave it as it was."""
        if front is not None:
            self._fronts[content] = intern(front)

    def learn(self, known: Mapping[str, Charge]) -> None:
        """What front matters charge that were read elsewhere."""
        self._known |= known

    def of(self, content: Content) -> Charge | None:
        """What a content charges; None where it cannot be read."""
        front = self._fronts.get(content)
        if front is None:
            return None
        if front not in self._known:
            self._known[front] = self._charge(front)
        return self._known[front]


File = tuple[str, str]
"""Where a file lies, and its blob."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of a frozen year that counts otherwise than it is approved: its paths and blobs, None for no file."""

    year: int
    counts: File | None
    approved: File | None


class Records:
    """The records of a line, each judged as if one demand had held at all times.

    Statements that were made at a lower level count where they meet the demand.
    """

    def __init__(self, line: Line, charges: Charges) -> None:
        self._line = line
        self._charges = charges
        self._lives: dict[tuple[str, Level, int], Life] = {}
        self.kept: dict[tuple[Level, int], Mapping[str, Kept]] = {}
        """What counts otherwise than it is approved in frozen years, by the demand; kept here for who asks again."""

    def charge(self, subject: str, blob: str | None) -> Charge | None:
        """What a content of an incident charges; None where it cannot be read."""
        return self._charges.of((subject, blob))

    def learn(self, known: Mapping[str, Charge]) -> None:
        """What front matters charge that were read elsewhere; they are not read again."""
        self._charges.learn(known)

    def check_signatures(self, subjects: Iterable[str]) -> None:
        """Check the signatures behind all statements on these records, several at a time."""
        every = (said for subject in subjects for one in self._line.records.get(subject, ()) for _, said in one.said)
        self._line.people.check(every)

    def life(self, subject: str, level: Level, needed: Requirement) -> Life:
        """A record under a demand; at `recorded` as at `reviewed`, for what approvals there are."""
        level = Level.REVIEWED if level is Level.RECORDED else level
        key = subject, level, needed.approvals
        if key not in self._lives:
            self._lives[key] = self._live(subject, level, needed.approvals)
        return self._lives[key]

    def _live(self, subject: str, level: Level, number: int) -> Life:
        state = _State()
        for one in self._happened(subject):
            self._take(subject, state, one, level, number)
        return Life(subject, state.in_force, state.path, tuple(state.entered), state.said, state.approved)

    def _happened(self, subject: str) -> list[Happened]:
        """What befell a record, and the places after its first statement at which other rules came into force.

        A statement may wait for rules that have the items of its step: of what it approves, and of what that replaces.
        """
        happened = self._line.records.get(subject, [])
        first = next((one.at for one in happened if one.said), None)
        year = subject.split("/")[1]
        if first is None or not year.isdecimal():
            return happened
        waits = (Happened(place) for place in self._line.rule_places(int(year)) if place > first)
        return sorted((*happened, *waits), key=lambda one: one.at)

    def _take(self, subject: str, state: _State, one: Happened, level: Level, number: int) -> None:
        for path, blob in one.changes:
            if blob is None:
                state.places.pop(path, None)
            else:
                state.places[path] = blob
                state.paths[blob] = path
        for content, said in one.said:
            if not voided(said, level, state.in_force):
                state.said[content].append(said)
        if one.changes:
            state.states.append(frozenset(state.places.values()) or frozenset([None]))
        if one.changes and not one.said:
            self._settle(subject, state, one.at, len(state.states), level, number)
            return
        told = {content for content, _ in one.said}
        anew = number > 1 or self._have_rules_changed(subject, state.looked, one.at)
        state.looked = one.at
        for back in range(len(state.states), 0, -1):
            there = state.states[back - 1]
            again = anew or len(there) > 1 or not told.isdisjoint(there)
            looks = again or back == len(state.states)
            if looks and self._settle(subject, state, one.at, back, level, number):
                return

    def _have_rules_changed(self, subject: str, since: int, at: int) -> bool:
        """Whether other rules of a record's year came into force after one place, up to another.

        Where they have not, what had no approval gets its first by a statement alone. A second it can get as an author
        becomes known, whose own approval stood in the way of others by the same person; and of two files with one id,
        one can become the only one that is approved.
        """
        year = subject.split("/")[1]
        return year.isdecimal() and any(since < place <= at for place in self._line.rule_places(int(year)))

    def _settle(self, subject: str, state: _State, at: int, back: int, level: Level, number: int) -> bool:
        """Whether the state after so many changes is one to rest on: in force already, or approved as a whole."""
        there = state.states[back - 1]
        if state.in_force in there and (state.in_force is not None or len(there) == 1):
            state.path = state.paths.get(state.in_force, state.path)
            state.states = state.states[back:]
            return True
        approved = {
            blob: found.approvals
            for blob in there
            if len((found := self._tally(subject, state, blob, at, level, number)).approvals) >= number
        }
        if len(approved) != 1:
            return False
        ((blob, approvals),) = approved.items()
        state.states = state.states[back:]
        state.path = state.paths.get(blob, state.path)
        state.entered.append(Entered(at, blob, state.path, approvals, len(state.said[blob])))
        state.approved[subject, blob] = at
        state.in_force = blob
        state.said = defaultdict(list, {blob: state.said[blob]})
        return True

    def _tally(self, subject: str, state: _State, blob: str | None, at: int, level: Level, number: int) -> Tally:
        said = state.said.get(blob, ())
        if len(said) < number:
            return Tally()
        return self._judged(subject, state.in_force, blob, said, at, level, state.approved, at)

    def tally(self, life: Life, blob: str | None, level: Level) -> Tally:
        """The approvals, at the end of the line, of the step from what is in force to another content.

        Of what is in force itself, those of the step by which it came.
        """
        level = Level.REVIEWED if level is Level.RECORDED else level
        end, said, before = len(self._line.commits), life.said.get(blob, ()), life.in_force
        approved, until = life.approved, None
        last = life.entered[-1] if life.entered else None
        if last is not None and blob == last.blob and len(life.said.get(blob, ())) == last.heard:
            return Tally(last.approvals)
        if last is not None and blob == life.in_force:
            until = last.at
            before = life.entered[-2].blob if len(life.entered) > 1 else None
            approved = {content: at for content, at in approved.items() if content != (life.subject, blob)}
        return self._judged(life.subject, before, blob, said, end, level, approved, until)

    def _judged(
        self,
        subject: str,
        before: str | None,
        blob: str | None,
        said: Iterable[Said],
        at: int,
        level: Level,
        approved: Mapping[Content, int],
        until: int | None,
    ) -> Tally:
        """The approvals that count for every item that is charged, before the step and after it: the fewest of all.

        Who wrote the content is looked for up to the place `until`.
        """
        if blob is not None and self.is_broken(subject, blob):
            return Tally()
        items = {*self.items(subject, before, at), *self.items(subject, blob, at)}
        authors = self._line.authors((subject, blob), level, approved, until)
        tallies = [
            tally(self._line.people, said, authors, level, partial(self._role_for, item, at))
            for item in sorted(items) or (None,)
        ]
        return min(tallies, key=lambda one: len(one.approvals))

    def is_broken(self, subject: str, blob: str) -> bool:
        """Whether a content of an incident cannot be read."""
        return subject.endswith(".md") and self.charge(subject, blob) is None

    def assessors(self, life: Life, blob: str | None) -> tuple[str, ...]:
        """Who assesses what the step from what is in force to a content charges, by the rules in force."""
        end = len(self._line.commits)
        items = {*self.items(life.subject, life.in_force, end), *self.items(life.subject, blob, end)}
        return tuple(dict.fromkeys(office for one in sorted(items) if (office := self._line.assessor(*one, end))))

    def items(self, subject: str, blob: str | None, at: int) -> tuple[Item, ...]:
        """The items that a content of a record charges; of a table, all whose clauses name it by the rules in force."""
        year = subject.split("/")[1]
        if blob is None or not year.isdecimal():
            return ()
        if subject.endswith(".md"):
            charge = self.charge(subject, blob)
            return () if charge is None else ((int(year), charge.criterion),)
        return tuple((int(year), item) for item in self._line.tables(int(year), subject, at))

    def _role_for(self, item: Item | None, at: int, said: Said, person: str) -> str | None:
        """The department for which a person may approve the charge of an item.

        By the policy at the statement's parent, and by the rules in force there; an item that these do not have has the
        assessor of the first rules in force that do.
        """
        return self.role_at(said, person, item, self._line.place[said.commit.id] - 1, None, at)

    def role_at(
        self, said: Said, person: str, item: Item | None, parent: int, name: str | None, at: int | None = None
    ) -> str | None:
        """The same for a statement wherever it was made, judged by the rules in force at the place `parent`.

        `name` is the set of which a file is approved, None for a record.
        """
        for office in said.under.policy.requirement(name or "incidents").by:
            role = self._assessor(item, parent, parent if at is None else at) if office == ASSESSOR else office
            if role is not None and said.may_speak(person, role):
                return role
        return None

    def _assessor(self, item: Item | None, parent: int, at: int) -> str | None:
        if item is None:
            return None
        known = self._line.known_since(*item, parent)
        return None if known is None or known > at else self._line.assessor(*item, known)
