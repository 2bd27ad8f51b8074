"""The files of a site as a revision holds them, read without touching the work tree."""

from collections.abc import Iterator
from pathlib import Path

from site_builder.model import Stored, message
from site_builder.trail.git import GitError, Repository

_KINDS = {
    **dict.fromkeys(("100644", "100755", "100664"), "file"),
    **dict.fromkeys(("040000", "160000"), "folder"),
    "120000": "link",
}


def stored_files(repository: Repository, commit: str, folders: tuple[str, ...], largest: int) -> Iterator[Stored]:
    """Every entry below these folders of the site at a commit, folders and links too; bytes of small files."""
    paths = [repository.prefix + name for name in folders]
    listed = repository.run("ls-tree", "-r", "-t", "-z", "--full-tree", commit, "--", *paths)
    entries = []
    for line in filter(None, listed.split(b"\0")):
        facts, _, raw = line.partition(b"\t")
        mode, _, identifier = facts.decode("ascii").split(" ")
        name = raw.decode("utf-8", "surrogateescape")
        if name.startswith(repository.prefix):
            entries.append((name[len(repository.prefix) :], _KINDS.get(mode, "special"), identifier))
    files = [identifier for _, kind, identifier in entries if kind == "file"]
    sizes, data = repository.sizes(files), repository.blobs(files, largest)
    for path, kind, identifier in entries:
        if kind == "file" and identifier not in sizes:
            raise GitError(message("The object {id} of the repository is missing", id=identifier))
        yield Stored(path, kind, sizes.get(identifier, 0), data.get(identifier))


def write_themes(repository: Repository, commit: str, folder: Path) -> None:
    """Put the themes of a site at a commit into a folder; links and what leads out of it are left away."""
    for one in stored_files(repository, commit, ("themes",), 64 * 1024 * 1024):
        parts = one.path.split("/")
        if one.kind == "file" and one.data is not None and not {"", ".", ".."} & set(parts) and "\\" not in one.path:
            target = folder.joinpath(*parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(one.data)
