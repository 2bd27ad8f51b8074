"""Two revisions of a repository, read, scored and proved: what both have in common only once."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from site_builder.assessment import READERS, score_years, waiting
from site_builder.model import (
    ALLOWANCES,
    POLICY,
    SIGNERS,
    Level,
    Problem,
    Site,
    Sources,
    Trail,
    has_error,
    subject_of,
)
from site_builder.model.review import FileChange, Need, Review, Scope, Side
from site_builder.review.compare import compare
from site_builder.review.words import difference
from site_builder.sources import (
    FOLDERS,
    LARGEST,
    Readings,
    Tree,
    department_names,
    new_records,
    read_counting,
    read_site,
    stands_as_in_force,
    stated_policy,
    stored_tree,
    tree_in_force,
)
from site_builder.trail import Prover, Repository, changed_files, merge_base, stored_files

Check = Callable[[Sources], tuple[Problem, ...]]
"""Finds the problems of sources."""


@dataclass(frozen=True, slots=True)
class _Revision:
    """A commit with its files, what they say, and what is wrong with them."""

    commit: str
    tree: Tree
    sources: Sources
    problems: tuple[Problem, ...]

    @property
    def names(self) -> Mapping[str, str]:
        """The departments' names by id."""
        return department_names(self.tree)


@dataclass(frozen=True, slots=True)
class _Counted:
    """What counts at a revision, and what waits in each of its years; no site where there are errors."""

    site: Site | None
    problems: tuple[Problem, ...]
    waiting: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def scored(self, departments: Collection[str] | None) -> Side:
        """The side of a review with these departments' scores, or with all."""
        ledgers = score_years(self.site, self.waiting, departments) if self.site else {}
        return Side(self.site, ledgers, self.problems)


@dataclass(frozen=True)
class Revisions:
    """Reads revisions of a repository; a file that several of them hold is read once."""

    repository: Repository
    check: Check
    _readings: Readings = field(default_factory=Readings)
    _blobs: dict[str, bytes] = field(default_factory=dict)

    def read(self, commit: str) -> _Revision:
        """A revision as it is written; raises `GitError` where objects are missing."""
        tree = stored_tree(stored_files(self.repository, commit, FOLDERS, LARGEST, self._blobs))
        sources = read_site(tree, self._readings)
        return _Revision(commit, tree, sources, self.check(sources))

    def review(self, base: str, head: str) -> Review:
        """What a change does: from where it left the line of `base` to its end; raises `GitError`."""
        common = merge_base(self.repository, base, head)
        with Prover(self.repository, head if common else base, READERS, common) as prover:
            before, after = self.read(common or base), self.read(head)
            prover.learn(self._readings.charges())
            line = prover.standing.line
            if line[-1:] == (before.commit,):
                return self._review(before, after, (prover, prover), common is not None)
            with Prover(self.repository, before.commit, READERS) as earlier:
                earlier.learn(self._readings.charges())
                return self._review(before, after, (earlier, prover), common is not None)

    def _review(self, before: _Revision, after: _Revision, provers: tuple[Prover, Prover], related: bool) -> Review:
        earlier, prover = provers
        was = self._trail(earlier, before)
        proposed = after.commit not in prover.standing.line
        changed = _changed(before.tree, after.tree)
        now = None if proposed else self._trail(prover, after)
        level = (now or was).level
        files = tuple(_files(changed_files(self.repository, before.commit, after.commit), before.tree, after.tree))
        base = self._counted(before, was, earlier)
        head = self._counted(after, now, prover) if now else self._with_change(before, after, was, changed)
        concerned = _concerned(base, head)
        return compare(
            base.scored(concerned),
            head.scored(concerned),
            files,
            self._needs(prover, before, after, changed) if level is not Level.RECORDED else (),
            Scope(before.commit, after.commit, level, proposed, related, after.sources.language),
        )

    def _trail(self, prover: Prover, revision: _Revision) -> Trail:
        """What history proves of a revision."""
        stated = stated_policy(revision.tree)
        return prover.trail(revision.commit, revision.tree.files, stated, revision.names)

    def _counted(self, revision: _Revision, trail: Trail, prover: Prover) -> _Counted:
        """What counts at a revision."""
        if trail.in_force is None:
            return _counted(revision.sources, revision.problems, Level.RECORDED, ())
        earlier = partial(self._earlier, prover)
        sources = read_counting(revision.tree, trail, self._stored, self._readings, revision.sources, earlier)
        in_force = {subject_of(path) or "" for path in trail.in_force}
        readable = revision.sources.site is not None
        problems = revision.problems if readable and stands_as_in_force(trail) else self.check(sources)
        return _counted(sources, problems, trail.level, in_force)

    def _with_change(self, before: _Revision, after: _Revision, was: Trail, changed: Collection[str]) -> _Counted:
        """What will count once the change is approved: what is in force before it, and what it brings."""
        if was.in_force is None:
            return _counted(after.sources, after.problems, Level.RECORDED, ())
        if has_error(after.problems):
            return _Counted(None, after.problems)
        in_force = {subject_of(path) or "" for path in was.in_force} | set(changed)
        if stands_as_in_force(was):
            return _counted(after.sources, after.problems, was.level, in_force)
        kept = {**new_records(before.tree, was), **tree_in_force(before.tree, was, self._stored).files}
        files = {path: data for path, data in kept.items() if _is_approved(path) and subject_of(path) not in changed}
        free = {path: data for path, data in after.tree.files.items() if not _is_approved(path)}
        brought = {path: data for path, data in after.tree.files.items() if subject_of(path) in changed}
        tree = replace(after.tree, files=dict(sorted({**files, **free, **brought}.items())))
        sources = read_site(tree, self._readings)
        return _counted(sources, self.check(sources), was.level, in_force)

    def _stored(self, identifiers: frozenset[str]) -> Mapping[str, bytes]:
        missing = [one for one in sorted(identifiers) if one not in self._blobs]
        self._blobs.update(self.repository.blobs(missing, LARGEST) if missing else {})
        return self._blobs

    def _earlier(self, prover: Prover, path: str) -> Iterator[bytes]:
        """The contents that a file had on the main line, the newest first."""
        return (data for blob in prover.earlier(path) for data in self.repository.blobs([blob], LARGEST).values())

    def _needs(self, prover: Prover, before: _Revision, after: _Revision, changed: Collection[str]) -> tuple[Need, ...]:
        """What each changed file has and lacks; a removal too."""
        there = {path: data for path, data in after.tree.files.items() if subject_of(path) in changed}
        subjects = {subject_of(path) for path in there}
        gone = {path: None for path in before.tree.files if subject_of(path) in {*changed} - subjects}
        names = {**before.names, **after.names}
        judged = prover.verdicts(after.commit, {**there, **gone}, names)
        return tuple(Need(subject, one.decision, one.reason, one.approvals) for subject, one in sorted(judged.items()))


def _is_approved(path: str) -> bool:
    return subject_of(path) is not None


def _counted(sources: Sources, problems: tuple[Problem, ...], level: Level, in_force: Collection[str]) -> _Counted:
    site = sources.site
    if site is None or has_error(problems):
        return _Counted(None, problems)
    return _Counted(site, problems, waiting(site, level, in_force))


def _concerned(base: _Counted, head: _Counted) -> frozenset[str] | None:
    """The departments with an incident that differs, or waits on one side only: None, for all, where more differs."""
    if base.site is None or head.site is None or base.site.departments != head.site.departments:
        return None
    old, new = base.site.years, head.site.years
    if old.keys() != new.keys() or any(old[year].scheme != new[year].scheme for year in old):
        return None
    found = set()
    for year in old:
        before, after = old[year].incidents, new[year].incidents
        waits = base.waiting.get(year, frozenset()) ^ head.waiting.get(year, frozenset())
        differing = (name for name in {*before, *after} if name in waits or before.get(name) != after.get(name))
        found |= {one.department for name in differing for one in (before.get(name), after.get(name)) if one}
    return frozenset(found)


def _changed(before: Tree, after: Tree) -> frozenset[str]:
    """The subjects whose content differs, wherever in their year they lie."""
    old, new = _contents(before), _contents(after)
    return frozenset(subject for subject in {*old, *new} if old.get(subject) != new.get(subject))


def _contents(tree: Tree) -> Mapping[str, bytes]:
    return {subject: data for path, data in tree.files.items() if (subject := subject_of(path))}


def _files(files: Iterable[FileChange], before: Tree, after: Tree) -> Iterator[FileChange]:
    """The changed files, with their words where nothing else tells what differs."""
    for file in files:
        old, new = before.files.get(file.before_path or file.path), after.files.get(file.path)
        if (old or new) and (file.path in (POLICY, SIGNERS, ALLOWANCES) or file.path.startswith("content/")):
            texts = ((data or b"").decode("utf-8", "replace").replace("\r\n", "\n") for data in (old, new))
            yield replace(file, words=difference(*texts))
        else:
            yield file
