"""The main line from its first commit to its last: what was said, and which rules were in force when."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from site_builder.model import (
    ASSESSOR,
    POLICY,
    SIGNERS,
    Charge,
    Fixed,
    Level,
    Policy,
    Requirement,
    Rules,
    folded,
    set_of,
    subject_of,
)
from site_builder.trail.authorship import Authorship, Content
from site_builder.trail.commits import Commit
from site_builder.trail.history import Change, History
from site_builder.trail.judgement import Tally, tally
from site_builder.trail.otherlines import OtherLines
from site_builder.trail.people import Authors, People
from site_builder.trail.rights import Taken, without
from site_builder.trail.sets import FileSet, changes_by_set
from site_builder.trail.statements import InForce, Said, statements


@dataclass(frozen=True, slots=True)
class Readers:
    """How files of history are read, given by who knows their format.

    `policy` gives None where the file could not be used; `rules` gives of a year's rule files who assesses which item,
    and which items a table charges; `front` gives the front matter of an incident's file, and `charge` what that
    charges, None where it cannot be read. `fixed` gives what the fixed results of a year rest on, None where they
    cannot be read; `departments` its departments by id, with name and group.
    """

    policy: Callable[[bytes], Policy | None]
    rules: Callable[[Mapping[str, bytes], int], Rules]
    front: Callable[[bytes], str | None]
    charge: Callable[[str], Charge | None]
    fixed: Callable[[bytes, int], Fixed | None]
    departments: Callable[[bytes, int], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Happened:
    """What one commit of the line did to a record: where its files lie then, and what it says of which content."""

    at: int
    changes: tuple[tuple[str, str | None], ...] = ()
    said: tuple[tuple[str | None, Said], ...] = ()


@dataclass(slots=True)
class _Gathering:
    """What one commit does to a record, while it is read."""

    changes: list[tuple[str, str | None]] = field(default_factory=list)
    said: list[tuple[str | None, Said]] = field(default_factory=list)


class Line:
    """Everything said on the main line, and what came into force on it.

    `commits` are oldest first; a place on the line is an index into them. `blobs` holds the bytes of the files below
    `criteria/` of all times. After construction `in_force` is what is in force at the end, `unders` what was at each
    place, and `records` what befell each record, in order.
    """

    def __init__(
        self,
        history: History,
        commits: Iterable[str],
        blobs: dict[str, bytes],
        readers: Readers,
        prefix: str,
        around: "Line | None" = None,
        words: Mapping[str, bytes] | None = None,
    ) -> None:
        self.history = history
        self.commits = tuple(commits)
        self.place = {commit: at for at, commit in enumerate(self.commits)}
        self.landed = _landed(history, self.commits)
        self.readers = readers
        self.prefix = prefix
        self.blobs = blobs
        self.people: People = around.people if around else People(blobs)
        self.authorship: Authorship = around.authorship if around else Authorship(history, words or {})
        self.sets: dict[str, FileSet] = defaultdict(FileSet)
        self.in_force = InForce({}, Policy())
        self.unders: list[InForce] = []
        self.records: dict[str, list[Happened]] = defaultdict(list)
        self.approved_at: dict[Content, int] = {}
        self.entered: list[dict[str, str | None]] = []
        """What came into force at each place, blob by path."""
        self.voids: list[frozenset[tuple[int, str, str]]] = []
        self._rules: dict[tuple[int, frozenset[tuple[str, str]]], Rules] = around._rules if around else {}
        self._years: dict[int, list[tuple[int, Rules]]] = defaultdict(list)
        self._gone = Taken()
        self._counted: dict[Content, tuple[Level, Tally]] = {}
        self._renumbered: dict[Content, str] = {}
        self._around = around
        self.others = OtherLines(self)
        for at, commit in enumerate(self.commits):
            self._take(at, history.commits[commit])

    def _take(self, at: int, commit: Commit) -> None:
        """One commit of the main line: what it says, what it changes, and what thereby comes into force."""
        heard = self._hear(commit)
        stands = self._stand(at, commit)
        changed: dict[str, str | None] = {}
        for name in sorted({*heard, *stands}, key=_policy_last):
            changed |= self._bring_into_force(at, name, name in heard)
        self.entered.append(changed)
        if changed:
            self._renew(at, commit, changed)
        if self._around is None:
            for parent in commit.parents[1:]:
                self.others.take(at, parent)
        self.unders.append(self.in_force)
        self.voids.append(self._gone.assessors)

    def _hear(self, commit: Commit) -> set[str]:
        """Keep what a commit says; the sets of which it says something."""
        heard = set()
        gathered: dict[str, _Gathering] = defaultdict(_Gathering)
        changes = self.history.changes.get(commit.id, ())
        for one in changes:
            subject = subject_of(one.path)
            if subject is not None and set_of(one.path) is None:
                gathered[subject].changes.append((one.path, one.after))
        self._note_renumbered(changes)
        for (subject, blob), said in statements(self.history, commit, self.in_force, self.prefix):
            name = set_of(subject)
            if name is None:
                gathered[subject].said.append((blob, said))
                if (subject, blob) in self._renumbered:
                    gone = replace(said, replaces=blob) if said.binds else said
                    gathered[self._renumbered[subject, blob]].said.append((None, gone))
                continue
            in_force = self.sets[name].in_force.get(subject)
            if not voided(said, self.in_force.policy.level, in_force):
                self.sets[name].said[subject][blob].append(said)
                heard.add(name)
        for subject, every in gathered.items():
            self.records[subject].append(Happened(len(self.unders), tuple(every.changes), tuple(every.said)))
        return heard

    def _note_renumbered(self, changes: Iterable[Change]) -> None:
        """The same bytes under a new id are one step: who approves them approves that the old id goes."""
        gone = {one.before: subject for one in changes if one.after is None and (subject := _incident(one.path))}
        for one in changes:
            subject = _incident(one.path)
            if subject and one.before is None and one.after in gone and gone[one.after] != subject:
                self._renumbered[subject, one.after] = gone[one.after]

    def _stand(self, at: int, commit: Commit) -> set[str]:
        """Let the files of sets stand as the commit has them; the sets that it changes."""
        changes = ((set_of(one.path), one.path, one.after) for one in self.history.changes.get(commit.id, ()))
        found = changes_by_set((name, path, blob) for name, path, blob in changes if name is not None)
        for name, own in found.items():
            self.sets[name].stand(at, own)
        return set(found)

    def _bring_into_force(self, at: int, name: str, is_said: bool) -> Mapping[str, str | None]:
        files, policy = self.sets[name], self.in_force.policy
        before = files.in_force
        if policy.level is Level.RECORDED:
            files.take_over(at)
        else:
            needed = policy.requirement(name)
            files.judge(at, lambda content: self._is_approved(name, content, needed, policy.level, at), is_said)
        changed = {
            path: files.in_force.get(path)
            for path in {*before, *files.in_force}
            if files.in_force.get(path) != before.get(path)
        }
        if policy.level is not Level.RECORDED:
            self.approved_at |= dict.fromkeys(changed.items(), at)
            self._counted |= {one: (policy.level, self.tally_file(name, one, policy.level)) for one in changed.items()}
        return changed

    def _is_approved(self, name: str, content: Content, needed: Requirement, level: Level, at: int) -> bool:
        path, blob = content
        if path == POLICY and blob is not None and self._read_policy(blob) is None:
            return False
        return len(self._tally(name, content, level, at).approvals) >= needed.approvals

    def tally_file(self, name: str, content: Content, level: Level) -> Tally:
        """The approvals, at the end of the line, of the content of a file of a set: of the step from what is in force.

        Of what is in force itself, those of the step by which it came.
        """
        until = self.entered_at(content)
        counted = self._counted.get(content) if until is not None else None
        if counted is not None and counted[0] is level:
            return self._with_later(name, content, *counted)
        return self._tally(name, content, level, until)

    def _with_later(self, name: str, content: Content, level: Level, counted: Tally) -> Tally:
        """The approvals by which a content came into force, which stay what they were, and those that came after."""
        known = {one.commit for one in counted.approvals}
        later = self._tally(name, content, level, self.entered_at(content)).approvals
        return Tally((*counted.approvals, *(one for one in later if one.commit not in known)))

    def entered_at(self, content: Content) -> int | None:
        """Where the content of a file of a set came into force, if it is in force."""
        path, blob = content
        files = self.sets[set_of(path) or ""]
        return files.entered.get(path) if files.in_force.get(path) == blob else None

    def authors_of_file(self, content: Content, level: Level, until: int | None) -> Authors:
        """Who wrote a content of a file of a set since what is in force, or was before it."""
        approved = self.approved_at
        if self.entered_at(content) is not None:
            approved = {one: at for one, at in approved.items() if one != content}
        return self.authors(content, level, approved, until)

    def _tally(self, name: str, content: Content, level: Level, until: int | None) -> Tally:
        path, blob = content
        return tally(
            self.people,
            self.sets[name].said[path].get(blob, ()),
            self.authors_of_file(content, level, until),
            level,
            lambda said, person: _listed(said, person, said.under.policy.requirement(name).by),
        )

    def authors(
        self,
        content: Content,
        level: Level,
        approved: Mapping[Content, int],
        until: int | None,
        within: Collection[str] | None = None,
    ) -> Authors:
        """Who wrote a content since what is in force.

        `approved` says where contents came into force by approvals: what was written of them by then is of no account.
        Nor is what came to the line only after the place `until`, or what is not `within` these commits: nobody undoes
        an approval by writing the same words again in the approver's name.
        """

        def settled(one: Content, commit: str) -> bool:
            landed = self.landed.get(commit, len(self.commits))
            if within is not None and commit not in within:
                return True
            return (until is not None and landed > until) or (one in approved and landed <= approved[one])

        return self.people.authors(
            map(self.history.commits.__getitem__, self.authorship.commits(content, settled)), level
        )

    def _renew(self, at: int, commit: Commit, changed: Mapping[str, str | None]) -> None:
        """What is in force after some files came into force, or left it."""
        before = self.in_force
        files: dict[str, str] = {**before.files, **{path: blob for path, blob in changed.items() if blob is not None}}
        files = {path: blob for path, blob in files.items() if changed.get(path, blob) is not None}
        since = before.since
        if POLICY in changed:
            self._gone = Taken(lines=self._gone.lines, assessors=self._gone.assessors)
        if SIGNERS in changed:
            self._gone = replace(self._gone, lines=frozenset())
            said = self.sets[SIGNERS].said[SIGNERS].get(changed[SIGNERS], ())
            since = max(since, commit.committer.seconds, *(one.commit.committer.seconds for one in said))
            self.people.learn(changed[SIGNERS])
        years = _years(changed)
        if years:
            kept = frozenset(one for one in self._gone.assessors if one[0] not in years)
            self._gone = replace(self._gone, assessors=kept)
        policy = self._policy(files, before.policy) if POLICY in changed else before.policy
        self.in_force = InForce(files, policy, since, self._gone.lines)
        if before.policy.level is Level.RECORDED and policy.level is not Level.RECORDED:
            self.approved_at |= dict.fromkeys(files.items(), at)
        for year in sorted(years):
            self._years[year].append((at, self.rules_of(files, year)))
        if POLICY in changed and policy.level is Level.RECORDED and before.policy.level is not Level.RECORDED:
            self._take_everything_over(at)

    def _take_everything_over(self, at: int) -> None:
        """Where nothing is demanded any more, everything that stands is in force."""
        changed: dict[str, str | None] = {}
        for name in sorted(self.sets, key=_policy_last):
            changed |= self._bring_into_force(at, name, False)
        self.entered[at] |= changed
        if changed:
            self._renew(at, self.history.commits[self.commits[at]], changed)

    def _policy(self, files: Mapping[str, str], before: Policy) -> Policy:
        if POLICY not in files:
            return Policy()
        return without(self._read_policy(files[POLICY]) or before, self._gone)

    def _read_policy(self, blob: str) -> Policy | None:
        data = self.blobs.get(blob)
        return None if data is None else self.readers.policy(data)

    # Other lines

    def beside(self, tip: str) -> "Line":
        """The line that ends in another commit of the same history."""
        return Line(self.history, self.history.first_parents(tip), self.blobs, self.readers, self.prefix, self)

    def adopt(self, at: int, other: "Line") -> None:
        """Go on with what is in force on a stricter line; what stands here are proposals to it."""
        standing = {name: dict(one.standing) for name, one in self.sets.items()}
        for name in {*self.sets, *other.sets}:
            mine, theirs = self.sets[name], other.sets[name]
            changes: dict[str, str | None] = {
                path: standing.get(name, {}).get(path) for path in {*theirs.in_force, *standing.get(name, {})}
            }
            self.entered[at] |= {path: theirs.in_force.get(path) for path in {*mine.in_force, *theirs.in_force}}
            mine.in_force, mine.standing, mine.pending = dict(theirs.in_force), dict(theirs.in_force), []
            mine.stand(at, changes)
        self.in_force = other.in_force
        self._years = defaultdict(
            list, {year: [(at, self.rules_of(other.in_force.files, year))] for year in other._years}
        )

    def take_away(self, gone: Taken, fork: int) -> None:
        """Let nobody use here, since the fork, what was taken away on the other line."""
        if gone.nothing:
            return
        self._gone |= gone
        self.in_force = replace(
            self.in_force, policy=without(self.in_force.policy, self._gone), void=self.in_force.void | gone.lines
        )
        for at in range(fork + 1, len(self.unders)):
            one = self.unders[at]
            self.unders[at] = replace(one, policy=without(one.policy, gone), void=one.void | gone.lines)
            self.voids[at] |= gone.assessors
        for happened in self.records.values():
            for number, what in enumerate(happened):
                if what.at > fork and what.said:
                    happened[number] = replace(what, said=tuple((blob, _bound(said, gone)) for blob, said in what.said))
        for files in self.sets.values():
            for every in files.said.values():
                for blob, many in every.items():
                    every[blob] = [
                        _bound(said, gone) if self.place.get(said.commit.id, -1) > fork else said for said in many
                    ]

    def assessing(self, under: InForce) -> frozenset[tuple[int, str, str]]:
        """Which department assesses which item of which year."""
        return frozenset(
            (year, item, office)
            for year in _years(under.files)
            for item, office in self.rules_of(under.files, year).assessors.items()
        )

    # Rules of earlier times

    def rules_of(self, files: Mapping[str, str], year: int) -> Rules:
        """What the rules of a year among these files say."""
        prefix = f"criteria/{year}/"
        own = frozenset((path, blob) for path, blob in files.items() if path.startswith(prefix))
        if (year, own) not in self._rules:
            found = {path: self.blobs[blob] for path, blob in sorted(own) if blob in self.blobs}
            self._rules[year, own] = self.readers.rules(found, year)
        return self._rules[year, own]

    def known_since(self, year: int, item: str, at: int) -> int | None:
        """Where the rules of a year first have an item, at a place or after it; None where they never do."""
        latest = None
        for place, rules in self._years.get(year, ()):
            if place <= at:
                latest = rules
            elif latest is not None and item in latest.items:
                break
            elif item in rules.items:
                return place
        return at if latest is not None and item in latest.items else None

    def assessor(self, year: int, item: str, at: int) -> str | None:
        """Who assesses an item by the rules in force at a place."""
        latest = None
        for place, rules in self._years.get(year, ()):
            if place > at:
                break
            latest = rules
        office = latest.assessors.get(item) if latest is not None else None
        return None if office is None or (year, item, office) in self.voids[min(at, len(self.voids) - 1)] else office

    def tables(self, year: int, path: str, at: int) -> tuple[str, ...]:
        """The items that a measurements file charges, by the rules in force at a place."""
        latest = None
        for place, rules in self._years.get(year, ()):
            if place > at:
                break
            latest = rules
        return () if latest is None else latest.tables.get(path, ())

    def rule_places(self, year: int) -> tuple[int, ...]:
        """The places at which other rules of a year came into force."""
        return tuple(place for place, _ in self._years.get(year, ()))

    def office(self, address: str) -> str | None:
        """The department for which the policy in force lists an address; the first, where there are several."""
        listed = self.in_force.policy.approvers.items()
        return next((name for name, people in listed if folded(address) in map(folded, people)), None)


def voided(said: Said, level: Level, in_force: str | None) -> bool:
    """Whether a statement says that its content is to stand in place of another than what is in force."""
    comparable = said.under.policy.level is level and level is not Level.RECORDED
    return said.binds and comparable and said.replaces != in_force


def _bound(said: Said, gone: Taken) -> Said:
    under = replace(said.under, policy=without(said.under.policy, gone), void=said.under.void | gone.lines)
    return replace(said, under=under)


def _listed(said: Said, person: str, offices: Iterable[str]) -> str | None:
    """The first of these offices for which the policy of that time lists a person."""
    for name in offices:
        if name != ASSESSOR and said.may_speak(person, name):
            return name
    return None


def _years(paths: Iterable[str]) -> set[int]:
    """The years whose rules are among these files."""
    names = (set_of(path) or "" for path in paths)
    return {int(name[9:]) for name in names if name.startswith("criteria/") and name[9:].isdecimal()}


def _incident(path: str) -> str | None:
    subject = subject_of(path)
    return subject if subject is not None and subject.startswith("incidents/") else None


def _policy_last(name: str) -> tuple[bool, str]:
    return name == POLICY, name


def _landed(history: History, line: Iterable[str]) -> dict[str, int]:
    """Where on the line each commit came to belong to it, itself or by a merge."""
    found: dict[str, int] = {}
    for at, commit in enumerate(line):
        waiting = [commit]
        while waiting:
            one = waiting.pop()
            if one not in found and one in history.commits:
                found[one] = at
                waiting += history.commits[one].parents
    return found


def criteria_blobs(history: History) -> set[str]:
    """Every blob that a file below `criteria/` ever was."""
    changes = (change for commit in history.commits for change in history.changes.get(commit, ()))
    return {one.after for one in changes if one.after is not None and one.path.startswith("criteria/")}
