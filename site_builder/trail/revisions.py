"""The files of a site as a revision holds them, read without touching the work tree."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from site_builder.model import Stored, message
from site_builder.trail.git import GitError, Repository

_LARGEST = 64 * 1024 * 1024
"""The most bytes of a file of a theme."""

_KINDS = {
    **dict.fromkeys(("100644", "100755", "100664"), "file"),
    **dict.fromkeys(("040000", "160000"), "folder"),
    "120000": "link",
}


def stored_files(
    repository: Repository, commit: str, folders: tuple[str, ...], largest: int, known: dict[str, bytes] | None = None
) -> Iterator[Stored]:
    """Every entry below these folders of the site at a commit, folders and links too; bytes of small files.

    `known` are blobs that were read before; it grows.
    """
    known = {} if known is None else known
    paths = [repository.prefix + name for name in folders]
    listed = repository.run("ls-tree", "-r", "-t", "-l", "-z", "--full-tree", commit, "--", *paths)
    entries = [_entry(line) for line in listed.split(b"\0") if line]
    wanted = (one.id for one in entries if one.kind == "file" and one.size <= largest and one.id not in known)
    known |= {identifier: data for identifier, _, data in repository.objects(wanted)}
    for one in entries:
        if one.kind == "file" and one.size <= largest and one.id not in known:
            raise GitError(message("The object {id} of the repository is missing", id=one.id))
        if one.path.startswith(repository.prefix):
            data = known[one.id] if one.kind == "file" and one.size <= largest else None
            yield Stored(one.path[len(repository.prefix) :], one.kind, one.size, data)


class _Entry(NamedTuple):
    """A line of a listing."""

    path: str
    kind: str
    id: str
    size: int


def _entry(line: bytes) -> _Entry:
    """`mode type id size TAB path`; what is no blob has no size."""
    facts, _, path = line.partition(b"\t")
    mode, _, identifier, size = facts.decode("ascii").split()
    kind = _KINDS.get(mode, "special")
    return _Entry(path.decode("utf-8", "surrogateescape"), kind, identifier, int(size) if size.isdigit() else 0)


def write_themes(repository: Repository, commit: str, folder: Path, in_force: Mapping[str, str] | None = None) -> None:
    """Put the themes of a site at a commit into a folder; links and what leads out of it are left away.

    Where `in_force` is given (blob by path), these files and no others.
    """
    if in_force is not None:
        blobs = repository.blobs(in_force.values(), _LARGEST)
        files = {path: blobs[blob] for path, blob in in_force.items() if blob in blobs}
    else:
        stored = stored_files(repository, commit, ("themes",), _LARGEST)
        files = {one.path: one.data for one in stored if one.kind == "file" and one.data is not None}
    for path, data in files.items():
        parts = path.split("/")
        if not {"", ".", ".."} & set(parts) and "\\" not in path:
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
