"""What a folder, or what is staged, has and the commit has not."""

from collections.abc import Callable, Mapping

from site_builder.trail.evidence import same_blob, stored_blobs
from site_builder.trail.git import Repository
from site_builder.trail.history import read_commit


def uncommitted(
    repository: Repository,
    commit: str,
    folders: tuple[str, ...],
    files: Mapping[str, bytes],
    is_source: Callable[[str], bool],
) -> tuple[str, ...]:
    """The paths of the site whose content in the folder or in the index is not the commit's, sorted.

    `files` are those below the site's `folders`; a stored file that they lack was deleted there, if `is_source` says
    that it would have been read. Line endings do not matter, but in a theme, whose files are published as they are.
    """
    stored = {path: blob for path, blob in stored_blobs(repository, commit, folders).items() if is_source(path)}
    found = {path for path in {*stored, *files} if not _is_same(stored.get(path), path, files.get(path))}
    return tuple(sorted(found | {path for path in _staged(repository, commit, folders) if is_source(path)}))


def _is_same(blob: str | None, path: str, data: bytes | None) -> bool:
    return blob is not None and data is not None and same_blob(data, blob, exactly=path.startswith("themes/"))


def _staged(repository: Repository, commit: str, folders: tuple[str, ...]) -> list[str]:
    wanted = [repository.prefix + name for name in folders]
    command = ("diff-index", "--cached", "--name-only", "--no-renames", "-z", commit, "--", *wanted)
    listed = repository.run(*command).decode("utf-8", "surrogateescape").split("\0")
    return [path.removeprefix(repository.prefix) for path in listed if path]


def moment_of(repository: Repository, commit: str) -> str:
    """When a commit was committed, as ISO 8601 text with its offset."""
    return read_commit(repository, commit).committer.moment
