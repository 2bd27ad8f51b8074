"""What two commits have in common, and which files differ."""

import re
from collections.abc import Iterator

from site_builder.model import Message, message
from site_builder.model.review import Change, FileChange
from site_builder.trail.git import Repository

_FULL = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_PLAIN = ("000000", "100644", "100664")
_CHANGES = {"A": Change.ADDED, "D": Change.REMOVED, "R": Change.MOVED}


def merge_base(repository: Repository, base: str, head: str) -> str | None:
    """The commit from which a forge compares: the best common ancestor; None where there is none."""
    done = repository.attempt("merge-base", base, head)
    return done.stdout.decode("ascii", "replace").strip() or None if done.returncode == 0 else None


def is_ancestor(repository: Repository, commit: str, head: str) -> bool:
    """Whether a commit, by its full id, belongs to the history of a revision."""
    return _FULL.fullmatch(commit) is not None and (
        repository.attempt("merge-base", "--is-ancestor", commit, head).returncode == 0
    )


def changed_files(repository: Repository, base: str, head: str) -> tuple[FileChange, ...]:
    """Every file of the repository that differs, in the order of paths: relative to the site, as all paths are."""
    command = ("diff-tree", "-r", "--raw", "-z", "--no-abbrev", "--no-ext-diff", "--ignore-submodules=none", "-M")
    listed = repository.run(*command, base, head)
    return tuple(sorted(_changes(listed, repository.prefix), key=lambda one: one.path))


def _changes(listed: bytes, prefix: str) -> Iterator[FileChange]:
    """`:modes blobs status NUL path NUL`, with a second path where the file moved."""
    fields = iter(listed.split(b"\0"))
    for line in fields:
        if not line.startswith(b":"):
            continue
        before_mode, after_mode, _, _, status = line[1:].decode("ascii").split(" ")
        path = _from_site(next(fields), prefix)
        moved = _from_site(next(fields), prefix) if status.startswith("R") else None
        kind = _CHANGES.get(status[0], Change.CHANGED)
        special = _special(before_mode, after_mode)
        yield FileChange(moved, kind, path, special) if moved else FileChange(path, kind, None, special)


def _from_site(raw: bytes, prefix: str) -> str:
    path = raw.decode("utf-8", "replace")
    return path.removeprefix(prefix) if path.startswith(prefix) else "../" * prefix.count("/") + path


def _special(before: str, after: str) -> Message | None:
    """What the file is where it is no plain one, or comes to be one that can be run."""
    if after == "120000":
        return message("a link")
    if after == "160000":
        return message("another repository")
    if after not in _PLAIN and before != after:
        return message("a file that can be run")
    return None
