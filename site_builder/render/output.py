"""The output folder: prepared beside the old one, then exchanged with it, so that readers see one or the other.

What a build wrote is listed with its digests in `manifest.json`; nothing else in the folder is ever deleted.
"""

import contextlib
import os
import shutil
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from site_builder.exchange import exchanged
from site_builder.exports import manifest_json, read_manifest
from site_builder.model import MANIFEST, Manifest


class OutputError(Exception):
    """The output cannot be written; the message says why and what to do."""


class Output:
    """A new version of the output folder `folder`, prepared in `staging`. Use `prepared` to make one."""

    def __init__(self, folder: Path, staging: Path) -> None:
        self.folder = folder
        self.staging = staging
        self.written = written(folder)

    def write(self, path: str, data: bytes) -> str:
        """Write a file; one whose bytes did not change is kept as it is. Gives the digest."""
        target, old = self.staging / path, self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path not in self.written and os.path.lexists(old):
            raise OutputError(f"{old} is there and was not written by kaohe: move it away, or choose another folder")
        if path not in self.written or not _same(old, data) or not _linked(old, target):
            target.write_bytes(data)
        return sha256(data).hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Put the new version in the place of the old one. Files that no build wrote are kept."""
        self.write(MANIFEST, manifest_json(manifest))
        _keep_foreign(self.folder, self.staging, {*self.written, MANIFEST})
        _exchange(self.staging, self.folder)


@contextlib.contextmanager
def prepared(folder: Path) -> Iterator[Output]:
    """A new version of the folder; when the block fails, nothing of it remains and the old one is as it was.

    Waits while another build prepares the same folder; what a killed build left is cleared away.
    """
    folder = folder.resolve()
    staging = folder.parent / f".{folder.name}.kaohe-staging"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = _lock(staging)
    except OSError as error:
        raise _explained(folder, error) from error
    try:
        yield Output(folder, staging)
    except OSError as error:
        raise _explained(folder, error) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        os.close(lock)


def written(folder: Path) -> frozenset[str]:
    """What the last build wrote into the folder; nothing where there is no manifest, or none that can be read."""
    try:
        manifest = read_manifest((folder / MANIFEST).read_bytes())
    except OSError:
        return frozenset()
    return frozenset() if manifest is None else frozenset((*manifest.files, MANIFEST))


def _explained(folder: Path, error: OSError) -> OutputError:
    reason = error.strerror or type(error).__name__
    return OutputError(f"{error.filename or folder}: {reason}")


def _lock(staging: Path) -> int:
    """Hold the staging folder alone, empty."""
    while True:
        staging.mkdir(exist_ok=True)
        handle = os.open(staging, os.O_RDONLY)
        with contextlib.suppress(ImportError):
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX)
        with contextlib.suppress(OSError):
            if os.path.samestat(os.fstat(handle), staging.stat()):
                break
        os.close(handle)
    for entry in os.scandir(staging):
        shutil.rmtree(entry.path) if entry.is_dir(follow_symlinks=False) else Path(entry.path).unlink()
    return handle


def _same(path: Path, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and not path.is_symlink() and path.read_bytes() == data
    except OSError:
        return False


def _linked(old: Path, new: Path) -> bool:
    """The old file under its new name, or False where the file system has no links."""
    with contextlib.suppress(OSError):
        new.hardlink_to(old)
        return True
    return False


def _keep_foreign(folder: Path, staging: Path, own: Iterable[str]) -> None:
    """Carry over what no build wrote."""
    own = frozenset(own)
    for parent, folders, files in os.walk(folder):
        relative = Path(parent).relative_to(folder)
        for name in (*files, *(one for one in folders if (Path(parent) / one).is_symlink())):
            path = (relative / name).as_posix()
            if path in own:
                continue
            target = staging / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if not _linked(folder / path, target):
                shutil.copy2(folder / path, target, follow_symlinks=False)
        if not folders and not files:
            (staging / relative).mkdir(parents=True, exist_ok=True)


def _exchange(staging: Path, folder: Path) -> None:
    """Let the two folders change places, at once where the system can; the staging folder is removed afterwards."""
    if not folder.exists():
        staging.rename(folder)
    elif not exchanged(staging, folder):
        aside = staging.with_name(staging.name + "-old")
        shutil.rmtree(aside, ignore_errors=True)
        folder.rename(aside)
        staging.rename(folder)
        shutil.rmtree(aside, ignore_errors=True)
