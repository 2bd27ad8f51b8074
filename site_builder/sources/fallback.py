"""Files that nobody approves, where they have errors: what they said before is taken, or nothing of them.

Settings beside a `content/publication.yaml`, prose and the logo have no state in force. An error in one of them stops
`kaohe check`, and nothing else: otherwise whoever may write could stop the publication (docs/decisions/0011).
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from itertools import islice

from site_builder import theme
from site_builder.model import PUBLICATION, SETTINGS, Problem, Settings, Severity, left_out, message
from site_builder.sources.appearance import read_logo, theme_problem
from site_builder.sources.content import PAGES, check_objections, read_prose, read_settings
from site_builder.sources.report import Report
from site_builder.sources.tree import Tree

Earlier = Callable[[str], Iterable[bytes]]
"""Gives the contents that a file had on the main line, the newest first; of the departments, those in force."""

_MOST_EARLIER = 64
"""How many contents of a file are tried, the newest."""


def nothing_earlier(path: str) -> Iterable[bytes]:
    """Where history is not asked."""
    return ()


def themes_of(in_force: Mapping[str, str]) -> tuple[str, ...]:
    """The themes that can be chosen: the site's own in force, and those that travel with Kaohe."""
    own = {path.split("/")[1] for path in in_force if path.startswith("themes/")}
    return tuple(sorted(own | set(theme.names(None))))


def with_readable(
    tree: Tree, free: Collection[str], themes: Collection[str], earlier: Earlier
) -> tuple[Tree, tuple[Problem, ...]]:
    """The tree with earlier contents of the `free` files that have errors, or without them; a warning for each.

    A page that the settings name, and that is gone, comes back as well.
    """
    broken = {one.place.path: one for one in tree.problems if _is_content(one.place.path)}
    lost = (*broken, *([SETTINGS] if tree.lost(SETTINGS) else ()))
    tree = replace(tree, problems=tuple(one for one in tree.problems if one.place.path not in broken))
    for path in free:
        if path in tree.files and (problem := _error(tree, path, themes)) is not None:
            broken[path] = problem
    for path in dict.fromkeys((*lost, *broken)):
        tree = _restored(tree, path, themes, earlier)
    tree = _with_named_pages(tree, themes, earlier)
    if (problem := _dangling(tree)) is not None:
        broken[SETTINGS] = problem
        tree = _restored(tree, SETTINGS, themes, earlier)
    return tree, tuple(_warning(one, tree) for one in broken.values())


def _is_content(path: str) -> bool:
    return path.partition("/")[0] == "content"


def _settings(tree: Tree, report: Report | None = None) -> Settings:
    files = {path: tree.files[path] for path in (SETTINGS, PUBLICATION) if path in tree.files}
    return read_settings(report or Report(), replace(tree, files=files))


def _with_named_pages(tree: Tree, themes: Collection[str], earlier: Earlier) -> Tree:
    """The tree with the pages that its settings name, as far as they were there before."""
    settings = _settings(tree)
    for name in (*settings.internal.pages, *([settings.objections] if settings.objections else ())):
        path = f"{PAGES}/{name}.md"
        tree = tree if path in tree.files else _restored(tree, path, themes, earlier)
    return tree


def _error(tree: Tree, path: str, themes: Collection[str]) -> Problem | None:
    """The first error of a file, read for itself."""
    report = Report()
    if path == SETTINGS:
        unknown = theme_problem(_settings(tree, report), themes)
        report.problems.extend([unknown] if unknown else [])
    else:
        alone = Tree({path: tree.files[path]})
        read_prose(report, alone)
        read_logo(report, alone)
    errors = (one for one in report.problems if one.severity is Severity.ERROR and one.place.path == path)
    return next(errors, None)


def _dangling(tree: Tree) -> Problem | None:
    """That the settings name a page that is not there."""
    report = Report()
    check_objections(report, _settings(tree), read_prose(Report(), tree))
    return next(iter(report.problems), None)


def _restored(tree: Tree, path: str, themes: Collection[str], earlier: Earlier) -> Tree:
    """The tree with the newest content of a file that has no error, or without the file."""
    for data in islice(earlier(path), _MOST_EARLIER):
        found = replace(tree, files=dict(sorted({**tree.files, path: data}.items())))
        if _error(found, path, themes) is not None:
            continue
        if path == SETTINGS:
            found = _with_named_pages(found, themes, earlier)
        if path != SETTINGS or _dangling(found) is None:
            return found
    return replace(tree, files={name: data for name, data in tree.files.items() if name != path})


def _warning(problem: Problem, tree: Tree) -> Problem:
    warning = left_out(problem)
    if problem.place.path not in tree.files:
        return warning
    return replace(warning, text=message("An earlier content of this file is used: {problem}", problem=problem.text))
