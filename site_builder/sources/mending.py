"""Mistakes that have one right answer, put right: the files as they would be, in their own layout."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from site_builder.model import Fix, Problem
from site_builder.sources.tree import Tree

_MOST_ROUNDS = 40
"""A file that could not be read shows its further mistakes once it can be: so it is looked at again."""


def mended(tree: Tree, look: Callable[[Tree], Iterable[Problem]]) -> Mapping[str, bytes]:
    """The files that change, by path, with their new bytes: each problem that `look` finds with one answer is mended.

    Byte order mark and line breaks stay as they are. What would not end is left.
    """
    now = tree
    for _ in range(_MOST_ROUNDS):
        fixes = list(_applicable(now, tuple(look(now))))
        changed = {}
        for path in {fix.place.path for fix in fixes}:
            data = _with(now.files[path], [fix for fix in fixes if fix.place.path == path])
            if data != now.files[path]:
                changed[path] = data
        if not changed:
            break
        now = replace(now, files={**now.files, **changed})
    return {path: data for path, data in now.files.items() if data != tree.files[path]}


def _applicable(tree: Tree, found: tuple[Problem, ...]) -> Iterator[Fix]:
    """The fixes of problems; none on a line where a comment cut a value off: what it lost would not come back."""
    cut = {(one.place.path, one.place.line) for one in found if one.code == "value-cut"}
    for one in found:
        fix = one.fix
        if fix is not None and fix.place.path in tree.files and (fix.place.path, fix.place.line) not in cut:
            yield fix


def _with(data: bytes, fixes: Iterable[Fix]) -> bytes:
    """The bytes of a file with its fixes, the last in the file first, so that places stay."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return data
    mark = "\ufeff" if text.startswith("\ufeff") else ""
    lines = text.removeprefix(mark).splitlines(keepends=True) if "\r" in text else text.removeprefix(mark).split("\n")
    ends = "" if "\r" in text else "\n"
    touched: dict[int, int] = {}
    for fix in sorted(set(fixes), key=lambda fix: (fix.place, fix.old), reverse=True):
        number, column = fix.place.line - 1, fix.place.column - 1
        if fix.everywhere or number >= len(lines):
            continue
        span = _span(lines[number], column, fix.old)
        if span is not None and span[1] <= touched.get(number, len(lines[number]) + 1):
            lines[number] = lines[number][: span[0]] + fix.new + lines[number][span[1] :]
            touched[number] = span[0]
    text = ends.join(lines)
    for fix in fixes:
        if fix.everywhere:
            text = text.replace(fix.old, fix.new)
    return (mark + text).encode()


def _span(line: str, column: int, old: str) -> tuple[int, int] | None:
    """Where on a line what is to go stands, with the quotation marks around it."""
    for mark in ('"', "'", ""):
        written = f"{mark}{old}{mark}"
        if line.startswith(written, column):
            return column, column + len(written)
    return None
