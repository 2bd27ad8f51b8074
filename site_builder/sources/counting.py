"""The state in force as a tree like any other, and the sources that count by it (docs/decisions/0001)."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from itertools import dropwhile, islice

from site_builder.model import (
    DEPARTMENTS,
    PUBLICATION,
    SETTINGS,
    Inputs,
    Problem,
    ProposalKind,
    Severity,
    Sources,
    Trail,
    message,
    set_of,
    subject_of,
)
from site_builder.sources.fallback import Earlier, nothing_earlier, themes_of, with_readable
from site_builder.sources.read import Readings, read_site
from site_builder.sources.tree import Tree, is_source

_MOST_EARLIER = 8
"""How many states of the departments are tried, the newest."""

Blobs = Callable[[frozenset[str]], Mapping[str, bytes]]
"""Gives the bytes of stored contents by their ids."""


def read_counting(
    tree: Tree,
    trail: Trail,
    blobs: Blobs,
    readings: Readings,
    written: Sources | None = None,
    earlier: Earlier = nothing_earlier,
) -> Sources:
    """The sources in force, and beside them the new records that wait for their approval.

    A record in force that cannot be read by the rules in force waits: it is left out, with a warning that says so. A
    new record with an error is left out too; it is a proposal, and `kaohe check` tells what is wrong with it. Of a file
    that nobody approves, and that has an error, the newest of its `earlier` contents without one is taken. Departments
    wait as long as the policy, rules or what governs publication name one that they no longer have.
    """
    in_force = trail.in_force or {}
    themes = themes_of(in_force)
    whole = written is not None and written.site is not None and written.site.settings.theme in themes
    if whole and written is not None and stands_as_in_force(trail):
        assert written.site is not None
        waits = {one.subject for one in trail.proposals}
        return _resting_on(
            written, {number: _without(year.inputs, waits) for number, year in written.site.years.items()}
        )
    free = [path for path in tree.files if not _is_governed(path, in_force)]
    counted, aside = with_readable(tree_in_force(tree, trail, blobs), free, themes, earlier)
    sources, dropped = read_readable(counted, readings)
    missing = _without_departments(sources)
    if missing and (before := _with_earlier_departments(counted, readings, earlier)) is not None:
        counted = before
        sources, dropped = read_readable(counted, readings)
        aside = (*aside, *map(_hold, missing))
    waiting = (*aside, *map(_waits, dropped))
    new = new_records(tree, trail)
    if sources.site is None or not new:
        return _with(sources, waiting)
    left = {path: data for path, data in counted.files.items() if path not in {one.place.path for one in dropped}}
    inputs = {number: year.inputs for number, year in sources.site.years.items()}
    both = replace(counted, files=dict(sorted((new | left).items())), folders=counted.folders | _folders(new))
    return _with(_resting_on(_with_new(both, frozenset(new), readings) or sources, inputs), waiting)


def stands_as_in_force(trail: Trail) -> bool:
    """Whether everything that is in force stands in the files as it is, and all else there are new records."""
    return all(
        one.kind is ProposalKind.TAKEN_OVER or (one.in_force is None and one.path.startswith("incidents/"))
        for one in trail.proposals
    )


def _without(inputs: Inputs | None, subjects: Collection[str]) -> Inputs | None:
    """What results rest on, without what only waits."""
    if inputs is None:
        return None
    return replace(inputs, files={name: digest for name, digest in inputs.files.items() if name not in subjects})


def tree_in_force(tree: Tree, trail: Trail, blobs: Blobs) -> Tree:
    """The files in force: those that nobody approves as they are in the tree, all others as they were approved."""
    assert trail.in_force is not None
    in_force = {
        path: blob for path, blob in trail.in_force.items() if not path.startswith("themes/") and is_source(path)
    }
    free = {path: data for path, data in tree.files.items() if not _is_governed(path, in_force)}
    standing = {path for path in in_force if path in tree.files and _stands(path, trail, in_force)}
    others = blobs(frozenset(blob for path, blob in in_force.items() if path not in standing))
    files = free | {path: tree.files[path] if path in standing else others[blob] for path, blob in in_force.items()}
    problems = tuple(one for one in tree.problems if not _is_governed(one.place.path, in_force))
    return Tree(dict(sorted(files.items())), _folders(files) | _top(tree), problems)


def _is_governed(path: str, in_force: Mapping[str, str]) -> bool:
    if path == SETTINGS:
        return PUBLICATION not in in_force
    top = path.partition("/")[0]
    return top in ("criteria", "incidents") or set_of(path) is not None


def _stands(path: str, trail: Trail, in_force: Mapping[str, str]) -> bool:
    """Whether the file that lies at a path is the one in force."""
    verdict = trail.verdicts.get(subject_of(path) or "")
    return verdict is not None and verdict.blob == in_force[path]


def _folders(files: Mapping[str, bytes]) -> frozenset[str]:
    return frozenset(path.rsplit("/", depth)[0] for path in files for depth in range(1, path.count("/") + 1))


def _top(tree: Tree) -> frozenset[str]:
    return frozenset(folder for folder in tree.folders if "/" not in folder)


def read_readable(tree: Tree, readings: Readings) -> tuple[Sources, tuple[Problem, ...]]:
    """The sources without the records that cannot be read, and the first problem of each of these."""
    dropped: dict[str, Problem] = {}
    while True:
        sources = read_site(tree, readings)
        if sources.site is not None:
            return sources, tuple(dropped.values())
        errors = [one for one in sources.problems if one.severity is Severity.ERROR]
        broken = {one.place.path: one for one in reversed(errors) if one.place.path.startswith("incidents/")}
        there = {path: one for path, one in broken.items() if path in tree.files}
        if not there:
            return sources, tuple(dropped.values())
        dropped |= there
        tree = replace(tree, files={path: data for path, data in tree.files.items() if path not in there})


def _with_earlier_departments(tree: Tree, readings: Readings, earlier: Earlier) -> Tree | None:
    """The tree with the departments that were in force last before, and that miss none; None without any."""
    states = dropwhile(lambda data: data != tree.files.get(DEPARTMENTS), earlier(DEPARTMENTS))
    for data in islice(states, 1, _MOST_EARLIER):
        before = replace(tree, files={**tree.files, DEPARTMENTS: data})
        if not _without_departments(read_readable(before, readings)[0]):
            return before
    return None


def _without_departments(sources: Sources) -> tuple[Problem, ...]:
    """Where sets in force name departments that there are not."""
    return tuple(
        one
        for one in sources.problems
        if one.code == "unknown-department" and not one.place.path.startswith("incidents/")
    )


def _hold(problem: Problem) -> Problem:
    text = message("Approved departments wait, and the earlier ones count: {problem}", problem=problem.text)
    hint = message("Have this place amended and approved, or the department put back into {path}", path=DEPARTMENTS)
    return replace(problem, severity=Severity.WARNING, code="departments-wait", text=text, hint=hint)


def new_records(tree: Tree, trail: Trail) -> dict[str, bytes]:
    """The files of records of which nothing is in force yet."""
    wanted = (ProposalKind.NEW, ProposalKind.REVIVAL)
    return {
        one.path: tree.files[one.path]
        for one in trail.proposals
        if one.in_force is None and one.kind in wanted and one.path.startswith("incidents/") and one.path in tree.files
    }


def _with_new(tree: Tree, new: frozenset[str], readings: Readings) -> Sources | None:
    """The sources with those of the new records that can be read; None where one would disturb what counts."""
    while True:
        sources = read_site(tree, readings)
        if sources.site is not None:
            return sources
        errors = {one.place.path for one in sources.problems if one.severity is Severity.ERROR}
        broken = errors & new & tree.files.keys()
        if not broken:
            return None
        tree = replace(tree, files={path: data for path, data in tree.files.items() if path not in broken})


def _resting_on(sources: Sources, inputs: Mapping[int, Inputs | None]) -> Sources:
    """The sources, whose years rest on these inputs: what only waits is none."""
    assert sources.site is not None
    years = {number: replace(year, inputs=inputs.get(number)) for number, year in sources.site.years.items()}
    return replace(sources, site=replace(sources.site, years=years))


def _waits(problem: Problem) -> Problem:
    text = message("This record is approved, and waits: by what is in force, {problem}", problem=problem.text)
    return replace(problem, severity=Severity.WARNING, code="record-waits", text=text)


def _with(sources: Sources, problems: tuple[Problem, ...]) -> Sources:
    return replace(sources, problems=(*sources.problems, *problems))
