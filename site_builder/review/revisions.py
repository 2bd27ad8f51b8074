"""Two revisions of a repository, read, scored and proved: what both have in common only once."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from site_builder.assessment import READERS, cases, score_years, waiting
from site_builder.model import (
    ALLOWANCES,
    POLICY,
    SIGNERS,
    Decision,
    Level,
    Problem,
    Sources,
    Verdict,
    has_error,
    subject_of,
)
from site_builder.model.review import FileChange, Need, Review, Scope, Side
from site_builder.review.compare import compare
from site_builder.review.words import difference
from site_builder.sources import FOLDERS, LARGEST, Readings, Tree, read_site, stored_tree
from site_builder.trail import Case, Prover, Repository, changed_files, merge_base, stored_files

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
        site = self.sources.site
        return {one.id: one.name for one in site.departments.values()} if site else {}

    def cases(self, departments: Collection[str] | None = None) -> tuple[Case, ...]:
        """The files that are approved; where departments are given, only those with incidents that charge these."""
        return tuple(cases(self.sources.site, self.tree, departments)) if self.sources.site else ()


@dataclass(frozen=True)
class Revisions:
    """Reads revisions of a repository; a file that several of them hold is read once."""

    repository: Repository
    check: Check
    _readings: Readings = field(default_factory=Readings)
    _blobs: dict[str, bytes] = field(default_factory=dict)

    def read(self, commit: str) -> _Revision:
        """A revision; raises `GitError` where objects are missing."""
        tree = stored_tree(stored_files(self.repository, commit, FOLDERS, LARGEST, self._blobs))
        sources = read_site(tree, self._readings)
        return _Revision(commit, tree, sources, self.check(sources))

    def review(self, base: str, head: str) -> Review:
        """What a change does: from where it left the line of `base` to its end; raises `GitError`."""
        common = merge_base(self.repository, base, head)
        with Prover(self.repository, head if common else base, READERS, common) as prover:
            before, after = self.read(common or base), self.read(head)
            line = prover.standing.line
            if line[-1:] == (before.commit,):
                return self._review(before, after, (prover, prover), common is not None)
            with Prover(self.repository, before.commit, READERS) as earlier:
                return self._review(before, after, (earlier, prover), common is not None)

    def _review(self, before: _Revision, after: _Revision, provers: tuple[Prover, Prover], related: bool) -> Review:
        earlier, prover = provers
        level = _level(prover, after)
        proposed = after.commit not in prover.standing.line
        concerned = _concerned(before, after) if proposed and earlier is prover else None
        changed = _changed(before.tree, after.tree)
        was = _verdicts(earlier, before, concerned)
        now = {**was, **dict.fromkeys(changed, _ASSUMED)} if proposed else _verdicts(prover, after, concerned)
        return compare(
            _side(before, _level(earlier, before), was, concerned),
            _side(after, level, now, concerned),
            tuple(_files(changed_files(self.repository, before.commit, after.commit), before.tree, after.tree)),
            _needs(prover, before, after, changed) if level is not Level.RECORDED else (),
            Scope(before.commit, after.commit, level, proposed, related, after.sources.language),
        )


_ASSUMED = None
"""In place of a verdict: what the change brings is counted as it will be once it is approved."""


def _level(prover: Prover, revision: _Revision) -> Level:
    """The level in force; the one that the site states where there is no history."""
    site = revision.sources.site
    return prover.standing.level or (site.policy.level if site else Level.RECORDED)


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


def _concerned(before: _Revision, after: _Revision) -> frozenset[str] | None:
    """The departments that a change concerns if approvals stay: None, for all, where more than incidents change."""
    old, new = before.tree.files, after.tree.files
    changed = {path for path in {*old, *new} if old.get(path) != new.get(path)}
    if before.sources.site is None or after.sources.site is None or not all(map(_is_incident, changed)):
        return None
    years = [year for one in (before, after) for year in one.sources.site.years.values()]  # type: ignore[union-attr]
    incidents = (incident for year in years for incident in year.incidents.values())
    return frozenset(one.department for one in incidents if one.origin.place.path in changed)


def _is_incident(path: str) -> bool:
    return path.startswith("incidents/")


def _verdicts(prover: Prover, revision: _Revision, concerned: Collection[str] | None) -> Mapping[str, Verdict | None]:
    """The verdict on each file, where anything depends on it."""
    if _level(prover, revision) is Level.RECORDED:
        return {}
    return dict(prover.verdicts(revision.commit, revision.cases(concerned), revision.names))


def _needs(prover: Prover, before: _Revision, after: _Revision, changed: Collection[str]) -> tuple[Need, ...]:
    """What each changed file has and lacks; a removal too."""
    there = [case for case in after.cases() if subject_of(case.path) in changed]
    subjects = {subject_of(case.path) for case in there}
    gone = (case for case in before.cases() if subject_of(case.path) in {*changed} - subjects)
    judged = prover.verdicts(after.commit, [*there, *_removals(gone)], {**before.names, **after.names})
    return tuple(Need(subject, one.decision, one.reason, one.approvals) for subject, one in sorted(judged.items()))


def _removals(gone: Iterable[Case]) -> Iterator[Case]:
    return (Case(case.path, None, case.items, case.assessors) for case in gone)


def _side(
    revision: _Revision, level: Level, judged: Mapping[str, Verdict | None], concerned: Collection[str] | None
) -> Side:
    site = revision.sources.site
    if site is None or has_error(revision.problems):
        return Side(None, {}, revision.problems)
    approved = {subject for subject, one in judged.items() if one is None or one.decision is Decision.APPROVED}
    return Side(site, score_years(site, waiting(site, level, approved), concerned), revision.problems)
