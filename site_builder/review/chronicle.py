"""What changed on the main line, commit by commit, and what each commit did to which score."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from site_builder.assessment import check
from site_builder.model import (
    Happening,
    Incident,
    Level,
    Policy,
    SectionScore,
    Site,
    Stored,
    has_error,
    subject_of,
)
from site_builder.model.review import Episode, ScoreChange, Touch
from site_builder.scoring import score
from site_builder.sources import LARGEST, Reader, Readings, read_site, stored_tree
from site_builder.trail import Change, Evidence, Replay

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

    What counts after a commit is what was approved by then, at the level then in force. `memory` is what was counted
    before; it becomes what was counted now. Raises `GitError`.
    """
    if evidence.replay is None or evidence.repository is None:
        return ()
    changes = evidence.replay.history.changes
    wanted = {one.after for commit in evidence.replay.line for one in changes.get(commit, ()) if one.after}
    blobs = evidence.repository.blobs(sorted(wanted), LARGEST)
    counting = _Chronicle(evidence.replay, blobs, memory)
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
    charging: dict[tuple[int, str], dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    """The files that charge a department in a year."""
    approved: set[str] = field(default_factory=set)
    """The files of incidents that are approved."""
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
        else:
            self.approved.discard(path)
        for year, incident in incidents:
            self.charging[year, incident.department][path] = None
            self.uncounted[year, incident.department] = None

    def put(self, change: ScoreChange) -> None:
        """Let a department have another score in a section, or none."""
        scores = self.scores.setdefault((change.year, change.department), {})
        if change.after is None:
            scores.pop(change.section, None)
        else:
            scores[change.section] = change.after

    def decide(self, path: str, approved: bool) -> None:
        """Let a file be approved, or not."""
        if approved == (path in self.approved):
            return
        (self.approved.add if approved else self.approved.discard)(path)
        for year, incident in self.incidents[path]:
            self.uncounted[year, incident.department] = None


class _Chronicle:
    def __init__(self, replay: Replay, blobs: Mapping[str, bytes], memory: Memory) -> None:
        self.counted: Memory = {}
        self._memory = memory
        self._digest = ""
        self._replay = replay
        self._blobs = blobs
        self._readings = Readings()
        self._state = _State()
        self._policy = Policy()
        self._said: dict[str, set[str]] = defaultdict(set)
        for (subject, _), every in replay.said.items():
            for said in every:
                self._said[said.commit.id].add(subject)

    def episodes(self) -> Iterator[Episode]:
        """The episodes, oldest first."""
        for commit in self._replay.line:
            changes = self._replay.history.changes.get(commit, ())
            if changes or commit in self._said or commit in self._replay.policies:
                episode = self._episode(commit, changes)
                if episode.touches or episode.scores:
                    yield episode

    def _episode(self, commit: str, changes: tuple[Change, ...]) -> Episode:
        state = self._state
        before = {one.path: state.incidents.get(one.path, ()) for one in changes}
        for one in changes:
            state.store(one.path, one.after)
        read_all = self._read([one for one in changes if one.path.startswith(_SCORED)])
        fresh, lost = self._judge(commit, changes, read_all)
        touches = tuple(self._touches(changes, before))
        there = {one.path for one in touches}
        self._digest = _chained(self._digest, changes, fresh, lost)
        author = self._replay.history.commits[commit].author
        return Episode(
            commit=commit,
            moment=author.moment,
            name=author.name,
            address=author.address,
            office=self._replay.office(author.address),
            touches=(
                *touches,
                *(self._touch(Happening.APPROVED, path, state.incidents[path]) for path in fresh if path not in there),
            ),
            scores=tuple(one for one in self._scores() if one.difference),
            broken=bool(state.broken) and state.site is not None,
        )

    def _read(self, changes: list[Change]) -> bool:
        """Read what changed; whether that was everything."""
        state = self._state
        if not changes:
            return False
        if "" in state.broken or not all(map(self._is_alone, changes)):
            self._read_all()
            return True
        for one in changes:
            self._read_incident(one)
        return False

    def _is_alone(self, change: Change) -> bool:
        """Whether a change is one of an incident, with an id that nothing else in its year has."""
        match = _INCIDENT.fullmatch(change.path)
        if match is None or int(match[1]) not in self._state.readers or self._state.site is None:
            return False
        known = self._state.site.years[int(match[1])].incidents.get(change.path.rpartition("/")[2][:-3])
        is_row = known is not None and known.measurement is not None
        return len(self._state.places[subject_of(change.path) or ""]) <= 1 and not is_row

    def _read_incident(self, change: Change) -> None:
        state, year = self._state, int(change.path[10:14])
        state.broken.discard(change.path)
        held: Held = ()
        if change.after is not None:
            incident, problems = state.readers[year].read(change.path, self._blobs.get(change.after, b""))
            if incident is None or has_error(problems):
                state.broken.add(change.path)
            else:
                held = ((year, incident),)
        state.hold(change.path, held)

    def _read_all(self) -> None:
        state = self._state
        files = ((path, self._blobs.get(blob)) for path, blob in sorted(state.blobs.items()))
        stored = (Stored(path, "file", LARGEST + 1 if data is None else len(data), data) for path, data in files)
        tree = stored_tree([*_folders(state.blobs), *stored])
        sources = read_site(tree, self._readings)
        site = None if has_error(check(sources)) else sources.site
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

    def _judge(self, commit: str, changes: Iterable[Change], read_all: bool) -> tuple[list[str], list[str]]:
        """Decide on the files that changed, or of which something was said; on all, where all may be judged anew.

        Gives those that came to be approved, and those that are no longer.
        """
        state, ruled = self._state, self._replay.policies.get(commit)
        self._policy = ruled or self._policy
        if read_all or ruled is not None:
            paths = set(state.incidents)
        else:
            said = (path for subject in self._said.get(commit, ()) for path in state.places.get(subject, ()))
            paths = {*(one.path for one in changes), *said} & state.incidents.keys()
        if self._policy.level is Level.SIGNED:
            self._replay.check_signatures((subject_of(path) or path, state.blobs.get(path)) for path in sorted(paths))
        before = state.approved & paths
        for path in sorted(paths):
            state.decide(path, self._is_approved(commit, path))
        after = state.approved & paths
        return sorted(after - before), sorted(before - after)

    def _is_approved(self, commit: str, path: str) -> bool:
        policy, until = self._policy, self._replay.history.order[commit]
        if policy.level is Level.RECORDED:
            return True
        content = subject_of(path) or path, self._state.blobs.get(path)
        items = {(year, incident.criterion) for year, incident in self._state.incidents[path]}
        tallies = (self._replay.tally(content, policy.incidents, policy.level, one, until=until) for one in items)
        return all(len(tally.approvals) >= policy.incidents.approvals for tally in tallies)

    def _touches(self, changes: Iterable[Change], before: Mapping[str, Held]) -> Iterator[Touch]:
        """What happened to each subject; one that left one path for another moved."""
        gone = {subject_of(one.path) or one.path: one for one in changes if one.after is None}
        there = {subject_of(one.path) or one.path: one for one in changes if one.after is not None}
        for subject in sorted({*gone, *there}):
            new, old = there.get(subject), gone.get(subject)
            if new is None:
                assert old is not None
                yield self._touch(Happening.REMOVED, old.path, before.get(old.path, ()))
                continue
            held = self._state.incidents.get(new.path, ())
            was = before.get(new.path) or (before.get(old.path, ()) if old else ())
            blob = new.before or (old.before if old else None)
            yield self._touch(_happening(blob, new.after, was, held), new.path, held)

    def _approval(self, path: str) -> Touch:
        return self._touch(Happening.APPROVED, path, self._state.incidents[path])

    def _touch(self, happening: Happening, path: str, held: Held) -> Touch:
        approved = None
        if self._policy.level is not Level.RECORDED and held and happening is not Happening.REMOVED:
            approved = path in self._state.approved
        if not _INCIDENT.fullmatch(path) or not held:
            return Touch(happening, path, approved=approved)
        year, incident = held[0]
        return Touch(happening, path, year, incident.id, incident.department, approved)

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
        state = self._state
        incidents = [
            one
            for path in state.charging.get((year, department), ())
            for number, one in state.incidents[path]
            if (number, one.department) == (year, department)
        ]
        pending = {one.id for one in incidents if one.origin.place.path not in state.approved}
        return score(site.years[year].scheme, [department], incidents, pending).scores[department]


def _folders(paths: Iterable[str]) -> Iterator[Stored]:
    """The folders around files, outer before inner."""
    split = (path.split("/") for path in paths)
    found = {"/".join(parts[:depth]) for parts in split for depth in range(1, len(parts))}
    return (Stored(folder, "folder", 0, None) for folder in sorted(found))


def _chained(before: str, changes: Iterable[Change], approved: Iterable[str], lost: Iterable[str]) -> str:
    """A digest of all that changed and was decided up to a commit."""
    told = repr((before, [(one.path, one.after) for one in changes], list(approved), list(lost)))
    return hashlib.sha256(told.encode("utf-8", "backslashreplace")).hexdigest()


def _happening(before: str | None, after: str | None, was: Held, held: Held) -> Happening:
    if before is None:
        return Happening.RECORDED
    if before == after:
        return Happening.MOVED
    withdrawn = any(one.withdrawn for _, one in held) and not any(one.withdrawn for _, one in was)
    return Happening.WITHDRAWN if withdrawn else Happening.AMENDED


def _differences(year: int, department: str, before: Scores, after: Scores, site: Site) -> Iterator[ScoreChange]:
    """The sections in which a department's score differs."""
    named = site.departments.get(department)
    titles = site.years[year].scheme.all_sections if year in site.years else {}
    for section in dict.fromkeys((*after, *before)):
        title = titles[section].title if section in titles else section
        old, new = before.get(section), after.get(section)
        if old != new:
            yield ScoreChange(year, department, named.name if named else department, section, title, old, new, ())
