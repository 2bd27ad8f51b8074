"""What changed on the main line, commit by commit, and what each commit did to which score."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from site_builder.assessment import standing_problems
from site_builder.model import (
    Happening,
    Incident,
    Level,
    Policy,
    Scheme,
    SectionScore,
    Site,
    Sources,
    Stored,
    has_error,
    set_of,
    subject_of,
)
from site_builder.model.review import Episode, ScoreChange, Touch
from site_builder.scoring import Charge, Parts, charge, scores
from site_builder.sources import LARGEST, Reader, Readings, Tree, read_readable, read_site, stored_tree
from site_builder.trail import Change, Evidence, Keeping

_INCIDENT = re.compile(
    r"incidents/([12][0-9]{3})/(?!measurements/)(?:(?!README)[^./~\\][^/\\]*/)*(?!README)[a-z0-9-]+\.md"
)
"""Files that are incidents and nothing else: where only these change, nothing else is read again."""

_SCORED = ("criteria/", "content/departments.yaml", "incidents/")

Held = tuple[tuple[int, Incident], ...]
"""The incidents in a file, with their years."""

Scores = Mapping[str, SectionScore]
"""A department's standing by section."""


Memory = dict[str, tuple[ScoreChange, ...]]
"""The scores that differ after a commit, by a digest of everything that they follow from."""


def chronicle(evidence: Evidence, memory: Memory) -> tuple[Episode, ...]:
    """Every commit of the main line that changed sources or approved some, oldest first.

    What counts after a commit is what was in force then, at the level then in force. `memory` is what was counted
    before; it becomes what was counted now. Raises `GitError`.
    """
    if evidence.line is None or evidence.records is None or evidence.repository is None:
        return ()
    changes = evidence.line.history.changes
    wanted = {one.after for commit in evidence.line.commits for one in changes.get(commit, ()) if one.after}
    blobs = evidence.repository.blobs(sorted(wanted), LARGEST)
    counting = _Chronicle(evidence, blobs, memory)
    found = tuple(counting.episodes())
    memory.clear()
    memory.update(counting.counted)
    return found


@dataclass
class _State:
    """The sources as they are after a commit."""

    blobs: dict[str, str] = field(default_factory=dict)
    places: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Where the files of each subject lie: in one place, unless two have the same id."""
    site: Site | None = None
    readers: dict[int, Reader] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    """Files with errors; the empty name stands for all but single incidents."""
    incidents: dict[str, Held] = field(default_factory=dict)
    charging: dict[tuple[int, str], dict[str, tuple[Charge, ...] | None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """The files that charge a department in a year, and with what under the rules as they are; None until asked."""
    parts: dict[int, Parts] = field(default_factory=lambda: defaultdict(dict))
    """What was counted inside each section of a year: only where something changed it is counted again."""
    scores: dict[tuple[int, str], dict[str, SectionScore]] = field(default_factory=dict)
    uncounted: dict[tuple[int, str], None] = field(default_factory=dict)
    """The years and departments whose scores are to be counted again."""

    def store(self, path: str, blob: str | None) -> None:
        """Let a file have a content, or none."""
        subject = subject_of(path)
        if blob is None:
            self.blobs.pop(path, None)
            self.places[subject or path].discard(path)
        else:
            self.blobs[path] = blob
            self.places[subject or path].add(path)

    def hold(self, path: str, incidents: Held) -> None:
        """Let a file hold these incidents, in place of what it held."""
        for year, incident in self.incidents.pop(path, ()):
            self.charging[year, incident.department].pop(path, None)
            self.uncounted[year, incident.department] = None
        if incidents:
            self.incidents[path] = incidents
        for year, incident in incidents:
            self.charging[year, incident.department][path] = None
            self.uncounted[year, incident.department] = None

    def charges(self, year: int, department: str, scheme: Scheme) -> Iterator[Charge]:
        """What a department is charged with in a year, under its rules; each incident is read once."""
        charging = self.charging[year, department]
        for path, known in charging.items():
            if known is None:
                own = (one for number, one in self.incidents[path] if (number, one.department) == (year, department))
                known = charging[path] = tuple(charge(scheme, one) for one in own)
            yield from known

    def put(self, change: ScoreChange) -> None:
        """Let a department have another score in a section, or none."""
        scores = self.scores.setdefault((change.year, change.department), {})
        if change.after is None:
            scores.pop(change.section, None)
        else:
            scores[change.section] = change.after


class _InForce:
    """What is in force at each place of the line, followed from its beginning."""

    def __init__(self, evidence: Evidence, blobs: Mapping[str, bytes]) -> None:
        assert evidence.line is not None and evidence.records is not None
        self._line, self._records = evidence.line, evidence.records
        self._demand: tuple[Level, int] = Level.RECORDED, 0
        self._entered: dict[int, list[tuple[str, str | None]]] = {}
        self.files: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self._keeping = Keeping(evidence.line.readers, lambda blob: blobs.get(blob, b""))

    def follow(self, at: int, changes: Iterable[Change]) -> dict[str, str | None]:
        """The files that came into force at a place, or left it."""
        policy = self._line.unders[at].policy
        demand = policy.level, policy.incidents.approvals
        found: dict[str, str | None] = dict(self._line.entered[at])
        found |= {one.path: one.after for one in changes if subject_of(one.path) is None}
        if policy.level is Level.RECORDED and self._demand[0] is Level.RECORDED:
            found |= {one.path: one.after for one in changes if set_of(one.path) is None}
        elif demand == self._demand:
            found |= self._moved(self._entered.get(at, ()))
        else:
            found |= self._all_anew(at, policy)
        self._demand = demand
        found = self._keeping.take(found, policy.level is not Level.RECORDED)
        for path, blob in found.items():
            if blob is None:
                self.files.pop(path, None)
            else:
                self.files[path] = blob
        return found

    def _moved(self, entered: Iterable[tuple[str, str | None]]) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for path, blob in entered:
            subject = subject_of(path) or path
            before = self._paths.pop(subject, None)
            if before is not None:
                found[before] = None
            if blob is not None:
                found[path] = blob
                self._paths[subject] = path
        return found

    def _all_anew(self, at: int, policy: Policy) -> dict[str, str | None]:
        """Another demand judges every record anew."""
        before = {path: blob for path, blob in self.files.items() if path.startswith("incidents/")}
        now = self._standing(at) if policy.level is Level.RECORDED else self._by_demand(at, policy)
        self._paths = {subject_of(path) or path: path for path in now}
        return {path: now.get(path) for path in {*before, *now} if before.get(path) != now.get(path)}

    def _standing(self, at: int) -> dict[str, str]:
        found: dict[str, str] = {}
        for happened in self._line.records.values():
            for one in happened:
                for path, blob in one.changes if one.at <= at else ():
                    if blob is None:
                        found.pop(path, None)
                    else:
                        found[path] = blob
        return found

    def _by_demand(self, at: int, policy: Policy) -> dict[str, str]:
        self._records.check_signatures(self._line.records if policy.level is Level.SIGNED else ())
        self._entered = defaultdict(list)
        found: dict[str, str] = {}
        for subject in sorted(self._line.records):
            last = None
            for one in self._records.life(subject, policy.level, policy.incidents).entered:
                if one.at > at:
                    self._entered[one.at].append((one.path, one.blob))
                else:
                    last = one
            if last is not None and last.blob is not None:
                found[last.path] = last.blob
        return found


class _Chronicle:
    def __init__(self, evidence: Evidence, blobs: Mapping[str, bytes], memory: Memory) -> None:
        assert evidence.line is not None and evidence.records is not None
        self.counted: Memory = {}
        self._memory = memory
        self._digest = ""
        self._line, self._records = evidence.line, evidence.records
        self._in_force = _InForce(evidence, blobs)
        self._blobs = blobs
        self._readings = Readings()
        self._state = _State()
        self._level = Level.RECORDED

    def episodes(self) -> Iterator[Episode]:
        """The episodes, oldest first."""
        for at, commit in enumerate(self._line.commits):
            changes = self._line.history.changes.get(commit, ())
            self._level = self._line.unders[at].policy.level
            entered = self._in_force.follow(at, changes)
            if changes or entered:
                episode = self._episode(commit, changes, entered)
                if episode.touches or episode.scores:
                    yield episode

    def _episode(self, commit: str, changes: tuple[Change, ...], entered: Mapping[str, str | None]) -> Episode:
        state = self._state
        self._read({path: blob for path, blob in entered.items() if path.startswith(_SCORED)})
        touches = tuple(self._touches(changes))
        there = {one.path for one in touches}
        self._digest = _chained(self._digest, entered)
        author = self._line.history.commits[commit].author
        approved = [path for path, blob in sorted(entered.items()) if blob is not None and path not in there]
        approved = approved if self._level is not Level.RECORDED else []
        return Episode(
            commit=commit,
            moment=author.moment,
            name=author.name,
            address=author.address,
            office=self._line.office(author.address),
            touches=(*touches, *(self._touch(Happening.APPROVED, path, entered[path]) for path in approved)),
            scores=tuple(one for one in self._scores() if one.difference),
            broken=bool(state.broken) and state.site is not None,
        )

    def _read(self, entered: Mapping[str, str | None]) -> None:
        """Read what came into force."""
        state = self._state
        alone = "" not in state.broken and all(map(self._is_alone, entered))
        for path, blob in entered.items():
            state.store(path, blob)
        if entered and not (alone and all(map(self._is_alone, entered))):
            self._read_all()
            return
        for path, blob in entered.items():
            self._read_incident(path, blob)

    def _is_alone(self, path: str) -> bool:
        """Whether a file is one of an incident, with an id that nothing else in its year has."""
        match = _INCIDENT.fullmatch(path)
        if match is None or int(match[1]) not in self._state.readers or self._state.site is None:
            return False
        known = self._state.site.years[int(match[1])].incidents.get(path.rpartition("/")[2][:-3])
        is_row = known is not None and known.measurement is not None
        return len(self._state.places[subject_of(path) or ""]) <= 1 and not is_row

    def _read_incident(self, path: str, blob: str | None) -> None:
        state, year = self._state, int(path[10:14])
        state.broken.discard(path)
        held: Held = ()
        if blob is not None:
            incident, problems = state.readers[year].read(path, self._blobs.get(blob, b""))
            if incident is None or has_error(problems):
                state.broken |= {path} if self._level is Level.RECORDED else set()
            else:
                held = ((year, incident),)
        state.hold(path, held)

    def _read_all(self) -> None:
        state = self._state
        files = ((path, self._blobs.get(blob)) for path, blob in sorted(state.blobs.items()))
        stored = (Stored(path, "file", LARGEST + 1 if data is None else len(data), data) for path, data in files)
        tree = stored_tree([*_folders(state.blobs), *stored])
        sources = self._sources(tree)
        site = None if has_error(standing_problems(sources)) else sources.site
        state.broken = {""} if site is None else set()
        if site is None:
            return
        state.site = site
        readers = {year: self._readings.known(tree, year) for year in site.years}
        state.readers = {year: reader for year, reader in readers.items() if reader is not None}
        held: dict[str, Held] = defaultdict(tuple)
        for number, year in site.years.items():
            for incident in year.incidents.values():
                held[incident.origin.place.path] += ((number, incident),)
        for path in sorted({*state.incidents, *held}):
            state.hold(path, held[path])
        counted = {(year, department) for year in site.years for department in site.departments}
        state.uncounted |= dict.fromkeys((*counted, *state.scores))

    def _sources(self, tree: Tree) -> Sources:
        """What counts of a tree: where approvals are demanded, a record that cannot be read waits."""
        if self._level is Level.RECORDED:
            return read_site(tree, self._readings)
        return read_readable(tree, self._readings)[0]

    def _touches(self, changes: Iterable[Change]) -> Iterator[Touch]:
        """What happened to each subject; one that left one path for another moved."""
        own = [one for one in changes if not one.path.startswith("themes/")]
        gone = {subject_of(one.path) or one.path: one for one in own if one.after is None}
        there = {subject_of(one.path) or one.path: one for one in own if one.after is not None}
        for subject in sorted({*gone, *there}):
            new, old = there.get(subject), gone.get(subject)
            if new is None:
                assert old is not None
                yield self._touch(Happening.REMOVED, old.path, old.before)
                continue
            blob = new.before or (old.before if old else None)
            yield self._touch(self._happening(subject, blob, new.after), new.path, new.after)

    def _happening(self, subject: str, before: str | None, after: str | None) -> Happening:
        if before is None:
            return Happening.RECORDED
        if before == after:
            return Happening.MOVED
        was, now = (self._records.charge(subject, blob) for blob in (before, after))
        withdrawn = now is not None and now.withdrawn and not (was is not None and was.withdrawn)
        return Happening.WITHDRAWN if withdrawn else Happening.AMENDED

    def _touch(self, happening: Happening, path: str, blob: str | None) -> Touch:
        approved = None
        subject = subject_of(path) or path
        if self._level is not Level.RECORDED and happening is not Happening.REMOVED and path.startswith("incidents/"):
            approved = self._in_force.files.get(path) == blob
        charge = self._records.charge(subject, blob)
        if not _INCIDENT.fullmatch(path) or charge is None:
            return Touch(happening, path, approved=approved)
        return Touch(happening, path, int(path[10:14]), path.rpartition("/")[2][:-3], charge.department, approved)

    def _scores(self) -> tuple[ScoreChange, ...]:
        """The scores that are not as before; while the sources have errors, what changed meanwhile waits."""
        state = self._state
        if state.broken or state.site is None:
            return ()
        uncounted, state.uncounted = state.uncounted, {}
        found = self._memory.get(self._digest)
        if found is None:
            places = {name: number for number, name in enumerate(state.site.departments)}
            ordered = sorted(uncounted, key=lambda one: (one[0], places.get(one[1], len(places)), one[1]))
            found = tuple(one for standing in ordered for one in self._count(*standing, state.site))
        for one in found:
            state.put(one)
        self.counted[self._digest] = found
        return found

    def _count(self, year: int, department: str, site: Site) -> Iterator[ScoreChange]:
        before = self._state.scores.get((year, department), {})
        yield from _differences(year, department, before, self._score(year, department, site), site)

    def _score(self, year: int, department: str, site: Site) -> Scores:
        if year not in site.years or department not in site.departments_of(year):
            return {}
        scheme = site.years[year].scheme
        charges = self._state.charges(year, department, scheme)
        return scores(scheme, [department], charges, self._state.parts[year])[department]


def _folders(paths: Iterable[str]) -> Iterator[Stored]:
    """The folders around files, outer before inner."""
    split = (path.split("/") for path in paths)
    found = {"/".join(parts[:depth]) for parts in split for depth in range(1, len(parts))}
    return (Stored(folder, "folder", 0, None) for folder in sorted(found))


def _chained(before: str, entered: Mapping[str, str | None]) -> str:
    """A digest of all that came into force up to a commit."""
    told = repr((before, sorted(entered.items(), key=str)))
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


def _differences(year: int, department: str, before: Scores, after: Scores, site: Site) -> Iterator[ScoreChange]:
    """The sections in which a department's score differs."""
    named = site.departments.get(department)
    titles = site.years[year].scheme.all_sections if year in site.years else {}
    for section in dict.fromkeys((*after, *before)):
        title = titles[section].title if section in titles else section
        old, new = before.get(section), after.get(section)
        if old != new:
            yield ScoreChange(year, department, named.name if named else department, section, title, old, new, ())
