"""The files of a site as bytes: the only module of the sources that touches the disk."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from site_builder.model import Place, Problem, Severity, Stored, message, printable

FOLDERS = ("content", "criteria", "incidents")
"""The folders that hold sources."""

LARGEST = 1024 * 1024
"""The most bytes a source file may have."""

DEEPEST = 32
"""The most levels that folders may be nested."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Sources by path (relative to the site, with `/`), the folders they lie in, and what could not be read.

    `litter` are the paths of what office programs and systems leave; it is never read.
    """

    files: Mapping[str, bytes]
    folders: frozenset[str] = frozenset()
    problems: tuple[Problem, ...] = ()
    litter: tuple[str, ...] = ()

    def under(self, folder: str) -> Iterator[tuple[str, bytes]]:
        """Paths and bytes of the files below a folder, in the order of their paths."""
        prefix = folder + "/"
        return ((path, data) for path, data in self.files.items() if path.startswith(prefix))

    def lost(self, path: str) -> bool:
        """Whether the path, or a folder around it, is there and could not be read."""
        return any(f"{path}/".startswith(f"{problem.place.path}/") for problem in self.problems)

    def lost_under(self, folder: str) -> Iterator[str]:
        """Paths below a folder that could not be read."""
        return (problem.place.path for problem in self.problems if problem.place.path.startswith(folder + "/"))


def read_tree(site: Path, names: tuple[str, ...] = FOLDERS) -> Tree:
    """Read the sources of the site in a folder, or those in some of its folders.

    Hidden files, backups that end in `~` and files called README are no sources. Links, files over 1 MiB, special
    files and what may not be read become problems.
    """
    files: dict[str, bytes] = {}
    folders: set[str] = set()
    problems: list[Problem] = []
    litter: list[str] = []
    for name in names:
        if (site / name).is_symlink():
            problems.append(_link(name))
        elif (site / name).is_dir():
            _read_folder(site / name, name, files, folders, problems, litter)
    return Tree(dict(sorted(files.items())), frozenset(folders), tuple(problems), tuple(litter))


def stored_tree(entries: Iterable[Stored]) -> Tree:
    """The sources that a revision holds, by the same rules as those of a folder. A folder comes before its entries."""
    files: dict[str, bytes] = {}
    folders: set[str] = set()
    problems: list[Problem] = []
    closed: set[str] = set()
    litter: list[str] = []
    for one in entries:
        folder, _, name = one.path.rpartition("/")
        if is_litter(name) and one.kind == "file" and folder not in closed:
            litter.append(one.path)
        elif folder in closed or _is_hidden(name):
            closed |= {one.path}
        elif not _is_text(name):
            problems.append(_strange_name(one.path))
            closed.add(one.path)
        elif one.kind == "folder":
            folders.add(one.path)
            if one.path.count("/") >= DEEPEST:
                problems.append(_too_deep(one.path))
                closed.add(one.path)
        elif one.kind == "file" and one.data is not None:
            files[one.path] = one.data
        else:
            problems.append(_refused(one))
    return Tree(dict(sorted(files.items())), frozenset(folders), tuple(problems), tuple(litter))


def _refused(one: Stored) -> Problem:
    if one.kind == "link":
        return _link(one.path)
    return _too_large(one.path) if one.kind == "file" else _special(one.path)


def is_source(path: str) -> bool:
    """Whether a file below the folders of sources is read at all."""
    return not any(map(_is_hidden, path.split("/"))) and not is_litter(path.rpartition("/")[2])


def is_litter(name: str) -> bool:
    """Whether a file is one that office programs and systems leave behind (`Thumbs.db`, `~$draft.docx`)."""
    plain = name.casefold()
    return (
        plain in ("thumbs.db", "desktop.ini", ".ds_store", "ehthumbs.db")
        or plain.startswith(("~$", ".~lock.", "._"))
        or plain.endswith(".tmp")
    )


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "README")) or name.endswith("~")


def _read_folder(
    folder: Path, path: str, files: dict[str, bytes], folders: set[str], problems: list[Problem], litter: list[str]
) -> None:
    folders.add(path)
    if path.count("/") >= DEEPEST:
        problems.append(_too_deep(path))
        return
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        problems.append(_unreadable(path, error))
        return
    for entry in entries:
        inner = f"{path}/{entry.name}"
        if is_litter(entry.name) and entry.is_file(follow_symlinks=False):
            litter.append(inner)
            continue
        if _is_hidden(entry.name):
            continue
        if not _is_text(entry.name):
            problems.append(_strange_name(inner))
        elif entry.is_symlink():
            problems.append(_link(inner))
        elif entry.is_dir():
            _read_folder(Path(entry.path), inner, files, folders, problems, litter)
        else:
            _read_file(entry, inner, files, problems)


def _read_file(entry: "os.DirEntry[str]", path: str, files: dict[str, bytes], problems: list[Problem]) -> None:
    try:
        if not entry.is_file():
            problems.append(_special(path))
        elif entry.stat().st_size > LARGEST:
            problems.append(_too_large(path))
        else:
            files[path] = Path(entry.path).read_bytes()
    except OSError as error:
        problems.append(_unreadable(path, error))


def _is_text(name: str) -> bool:
    return name.isprintable() and "\\" not in name


def _strange_name(path: str) -> Problem:
    return Problem(
        Place(printable(path)),
        "strange-file-name",
        message("The name of this file has characters that cannot be shown"),
        message("Rename it"),
    )


def _link(path: str) -> Problem:
    return Problem(
        Place(path),
        "link",
        message("This is a link to another file or folder, possibly outside the site"),
        message("Put the file itself in its place: history can prove only what lies in the site"),
    )


def _special(path: str) -> Problem:
    return Problem(
        Place(path), "special-file", message("This is neither a file nor a folder"), message("Remove it from the site")
    )


def _too_deep(path: str) -> Problem:
    return Problem(
        Place(path),
        "nested-too-deep",
        message("Folders are nested over {limit} levels here", limit=DEEPEST),
        message("Move what is inside further up"),
    )


def _too_large(path: str) -> Problem:
    return Problem(
        Place(path),
        "file-too-large",
        message("This file has more than {limit} bytes", limit=LARGEST),
        message("Split it; evidence is quoted by its number, not copied into the record"),
    )


def _unreadable(path: str, error: OSError) -> Problem:
    return Problem(
        Place(path),
        "unreadable",
        message("This cannot be read: {reason}", reason=error.strerror or type(error).__name__),
        message("Give your account the right to read it"),
    )


def unread(path: str, expected: str) -> Problem:
    """An error: a file that looks like a source and would silently not count."""
    return Problem(
        Place(path),
        "unexpected-file",
        message("This file is not read: here only {expected} is", expected=expected),
        message("Rename it, or move it elsewhere"),
    )


def ignored(path: str, expected: str) -> Problem:
    """A warning that a file is not of the kind that its folder holds."""
    return Problem(
        Place(path),
        "ignored-file",
        message("This file is not read: here only {expected} is", expected=expected),
        message("Rename it, or move it elsewhere"),
        Severity.WARNING,
    )
