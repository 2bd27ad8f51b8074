"""Where a target's files lie, as operations: `Disk` for all kinds, `LocalDisk` for folders that the system can open.

Paths are relative to the root of the disk, with `/`. No operation follows a link that lies in the target.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import stat
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from site_builder.exchange import exchanged
from site_builder.publish.failure import TakenOverError

UNREADABLE = ""
"""In place of a digest: what cannot be read, or is no plain file."""

NEW = ".kaohe-new"
"""What the names of files end in that are about to take the place of another."""

_TRIES, _PAUSE = 6, 0.25
_BATCH, _AT_ONCE = 64, 4
_WORTH_SYNCING, _PART = 500, 1 << 30
_RUN = stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)

Sent = Callable[[int], None]
"""Told how many files more have arrived."""


@dataclass(frozen=True, slots=True)
class Rights:
    """Paths of files that everybody may write, and of files that can be run."""

    writable: frozenset[str] = frozenset()
    executable: frozenset[str] = frozenset()


class Disk(Protocol):
    """Files of a target. Where they cannot be reached, operations raise `OSError` or `PublishError`."""

    place: str
    """How people call the target."""

    def called(self, path: str) -> str:
        """How people call a file of it."""

    def entries(self, folder: str) -> Mapping[str, str]:
        """Name → `file`, `folder`, `link` or `special` of what lies in a folder; nothing where it is missing."""

    def pointed(self, link: str) -> str | None:
        """Where a link leads; None where there is no link."""

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of those of these files that are there."""

    def write(self, path: str, data: bytes) -> None:
        """Put a small file in the place of the old one, whole."""

    def make(self, folder: str) -> None:
        """Make a folder and those around it; the root too, but nothing above it."""

    def files(self, folder: str) -> Mapping[str, bool]:
        """Path → whether it is a plain file, of all in a folder that is no folder; nothing where it is missing."""

    def digests(self, folder: str) -> Mapping[str, str]:
        """The SHA-256 of each of these files, or `UNREADABLE`."""

    def rights(self, folder: str) -> "Rights":
        """Which plain files of a folder have more rights than a page needs."""

    def clone(self, base: str, folder: str, paths: Collection[str]) -> None:
        """Make a folder with these files of another: links to the same content, or copies."""

    def bring(self, base: str, folder: str, paths: Collection[str]) -> None:
        """Add these files of another folder to a folder, likewise."""

    def send(self, folder: str, source: Path, paths: Sequence[str], more: Mapping[str, bytes], sent: Sent) -> None:
        """Copy files from a folder of this computer, and write others, anew: no link to an old content is kept."""

    def point(self, link: str, to: str, guard: str) -> None:
        """Let a link lead elsewhere, at once; nothing happens where the file `guard` is gone."""

    def delete(self, folder: str, paths: Collection[str]) -> None:
        """Delete these plain files, then the folders that are empty, the folder itself too."""

    def discard(self, folder: str) -> None:
        """Delete a folder with all that is in it, or a link, or a file; links are not followed."""

    def aged(self, folder: str, reference: str, minutes: int) -> Collection[str]:
        """The files of a folder that are so much older than another one, by the clock of the disk."""


class LocalDisk:
    """Files below a folder that this computer can open, a network drive too."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.place = str(root)

    def at(self, path: str) -> Path:
        """A path of the disk for the system."""
        return self.root / path

    def called(self, path: str) -> str:
        """See `Disk`."""
        return str(self.at(path))

    def entries(self, folder: str) -> Mapping[str, str]:
        """See `Disk`."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError), os.scandir(self.at(folder)) as found:
            return {entry.name: _kind(entry) for entry in found}
        return {}

    def pointed(self, link: str) -> str | None:
        """See `Disk`."""
        return str(self.at(link).readlink()) if self.at(link).is_symlink() else None

    def read(self, paths: Iterable[str]) -> Mapping[str, bytes]:
        """See `Disk`."""
        found = {}
        for path in paths:
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                if stat.S_ISREG(self.at(path).lstat().st_mode):
                    found[path] = self.at(path).read_bytes()
        return found

    def write(self, path: str, data: bytes) -> None:
        """See `Disk`. Where somebody holds the old file, it is tried again, and at last written over in place."""
        target, new = self.at(path), self.at(path + NEW)
        try:
            new.write_bytes(data)
            for attempt in range(_TRIES):
                try:
                    new.replace(target)
                except OSError:
                    if not target.is_file():
                        raise
                    time.sleep(_PAUSE * attempt)
                else:
                    return
            _overwrite(target, data)
        finally:
            new.unlink(missing_ok=True)

    def make(self, folder: str) -> None:
        """See `Disk`."""
        with contextlib.suppress(FileExistsError):
            self.root.mkdir()
        _Room(self.root).for_file(f"{folder}/")

    def files(self, folder: str) -> Mapping[str, bool]:
        """See `Disk`."""
        return dict(_walk(self.at(folder)))

    def digests(self, folder: str) -> Mapping[str, str]:
        """See `Disk`."""
        top, found = self.at(folder), self.files(folder)
        plain = [path for path, is_plain in found.items() if is_plain]
        batches = [plain[begin : begin + _BATCH] for begin in range(0, len(plain), _BATCH)]
        with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            hashed = pool.map(lambda batch: [(path, _digest(top / path)) for path in batch], batches)
            return {**dict.fromkeys(found, UNREADABLE), **{path: digest for batch in hashed for path, digest in batch}}

    def rights(self, folder: str) -> Rights:
        """See `Disk`. Where the system keeps no such rights, nothing is found."""
        if os.name != "posix":
            return Rights()
        modes = {}
        for path, is_plain in self.files(folder).items():
            if is_plain:
                with contextlib.suppress(FileNotFoundError):
                    modes[path] = (self.at(folder) / path).lstat().st_mode
        return Rights(
            frozenset(path for path, mode in modes.items() if mode & stat.S_IWOTH),
            frozenset(path for path, mode in modes.items() if mode & _RUN),
        )

    def clone(self, base: str, folder: str, paths: Collection[str]) -> None:
        """See `Disk`."""
        self.at(folder).mkdir()
        self.bring(base, folder, paths)

    def bring(self, base: str, folder: str, paths: Collection[str]) -> None:
        """See `Disk`."""
        there, room, linked = self.files(base), _Room(self.at(folder)), _Linking()
        for path in paths:
            if there.get(path):
                linked(self.at(base) / path, room.for_new(path))

    def send(self, folder: str, source: Path, paths: Sequence[str], more: Mapping[str, bytes], sent: Sent) -> None:
        """See `Disk`."""
        room = _Room(self.at(folder))
        places = [room.for_new(path) for path in paths]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(lambda path, place: _copy(source / path, place, len(paths)), paths, places):
                sent(1)
        for path, data in more.items():
            _write_new(room.for_new(path), data, len(more))
            sent(1)

    def point(self, link: str, to: str, guard: str) -> None:
        """See `Disk`."""
        new = self.at(link + NEW)
        new.unlink(missing_ok=True)
        new.symlink_to(to)
        if not self.at(guard).is_file():
            raise TakenOverError
        new.replace(self.at(link))

    def delete(self, folder: str, paths: Collection[str]) -> None:
        """See `Disk`. What somebody holds open stays for the next time."""
        top = self.at(folder)
        there = self.files(folder)
        for path in paths:
            if there.get(path):
                with contextlib.suppress(PermissionError, FileNotFoundError):
                    (top / path).unlink()
        for parent, folders, _ in os.walk(top, topdown=False):
            for name in folders:
                with contextlib.suppress(OSError):
                    (Path(parent) / name).rmdir()
        with contextlib.suppress(OSError):
            top.rmdir()

    def discard(self, folder: str) -> None:
        """See `Disk`."""
        if self.at(folder).is_dir() and not self.at(folder).is_symlink():
            shutil.rmtree(self.at(folder), ignore_errors=True)
        else:
            self.at(folder).unlink(missing_ok=True)

    def aged(self, folder: str, reference: str, minutes: int) -> Collection[str]:
        """See `Disk`."""
        latest = self.at(reference).stat().st_mtime - minutes * 60
        found = set()
        for name in self.entries(folder):
            with contextlib.suppress(FileNotFoundError):
                if self.at(f"{folder}/{name}").lstat().st_mtime < latest:
                    found.add(name)
        return found

    def rename(self, old: str, new: str) -> None:
        """Give a file or a folder another name."""
        self.at(old).rename(self.at(new))

    def is_mount(self, folder: str) -> bool:
        """Whether a folder is the root of another disk, as far as the system tells."""
        with contextlib.suppress(NotImplementedError):
            return self.at(folder).is_mount()
        return False

    def give_way(self, folder: str) -> None:
        """Remove a folder that is empty, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            self.at(folder).rmdir()

    def exchange(self, one: str, other: str) -> bool:
        """Let two folders change places at once; False where the system cannot."""
        return exchanged(self.at(one), self.at(other))

    def carry(self, base: str, folder: str, paths: Collection[str]) -> None:
        """Give these files, or links, of one folder a second name in another one."""
        room = _Room(self.at(folder))
        for path in paths:
            new = room.for_new(path)
            try:
                os.link(self.at(base) / path, new, follow_symlinks=False)
            except (OSError, NotImplementedError):
                shutil.copy2(self.at(base) / path, new, follow_symlinks=False)

    def take(self, base: str, folder: str, paths: Collection[str]) -> None:
        """Move these files or links from one folder into another, over what lies there."""
        room = _Room(self.at(folder))
        for path in paths:
            old = self.at(base) / path
            old.replace(room.for_file(path))
            old.unlink(missing_ok=True)  # renaming does nothing where both are names of the same content


class _Linking:
    """Gives a file a second name; from the first refusal on it copies instead, but for what cannot be read."""

    def __init__(self) -> None:
        self._refused = False

    def __call__(self, old: Path, new: Path) -> None:
        if not self._refused:
            try:
                new.hardlink_to(old)
            except OSError:
                self._refused = True
            else:
                return
        with contextlib.suppress(OSError), old.open("rb") as source, new.open("xb") as file:
            _copy_there(source, file)
            shutil.copystat(old, new)


class _Room:
    """Makes room for files in a folder: the folders around them, never the folder itself, and nothing behind a link."""

    def __init__(self, top: Path) -> None:
        self._top = top
        self._made = {""}

    def for_file(self, path: str) -> Path:
        """The place of a file, with the folders around it."""
        self._make(path.rpartition("/")[0])
        return self._top / path

    def for_new(self, path: str) -> Path:
        """The same, and nothing lies there."""
        place = self.for_file(path)
        place.unlink(missing_ok=True)
        return place

    def _make(self, folder: str) -> None:
        if folder in self._made:
            return
        self._make(folder.rpartition("/")[0])
        place = self._top / folder
        with contextlib.suppress(FileExistsError):
            place.mkdir()
        if not stat.S_ISDIR(place.lstat().st_mode):
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(place))
        self._made.add(folder)


def _kind(entry: "os.DirEntry[str]") -> str:
    if entry.is_symlink():
        return "link"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "file" if entry.is_file(follow_symlinks=False) else "special"


def _walk(top: Path, prefix: str = "") -> Iterator[tuple[str, bool]]:
    """Path → whether it is a plain file, of all below a folder that is no folder."""
    try:
        entries = os.scandir(top)
    except (FileNotFoundError, NotADirectoryError):
        return
    with entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(Path(entry.path), f"{prefix}{entry.name}/")
            else:
                yield prefix + entry.name, entry.is_file(follow_symlinks=False)


def _digest(path: Path) -> str:
    try:
        with path.open("rb", buffering=0) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return UNREADABLE


def _copy_there(source: BinaryIO, file: BinaryIO) -> None:
    """Copy a file on the disk itself, where that can do so: the bytes of a share then stay on its server."""
    try:
        while os.copy_file_range(source.fileno(), file.fileno(), _PART):
            pass
    except (OSError, AttributeError):
        for one in (source, file):
            one.seek(0)
        shutil.copyfileobj(source, file)


def _copy(old: Path, new: Path, together: int) -> None:
    _write_new(new, old.read_bytes(), together)


def _write_new(path: Path, data: bytes, together: int) -> None:
    """Write a file that is not there; where it is one of not too many, it is on the disk before anything goes on."""
    path.unlink(missing_ok=True)
    with path.open("xb") as file:
        file.write(data)
        if together < _WORTH_SYNCING:
            file.flush()
            os.fsync(file.fileno())


def _overwrite(path: Path, data: bytes) -> None:
    """Write over a file without making it anew: in one piece, as it is small."""
    with open(path, "r+b", buffering=0, opener=lambda name, flags: os.open(name, flags | _NO_LINK)) as file:
        file.write(data)
        file.truncate()
