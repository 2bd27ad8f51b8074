"""Where things lie that are remembered, and that no link leads elsewhere."""

import contextlib
import errno
import os
import stat
from pathlib import Path

FOLDER = ".kaohe-cache"

_OUTDATED = ("trail.json", "chronicle.json")
"""What older versions of Kaohe left there, and nobody reads."""


def left_by_older(site: Path) -> bool:
    """Whether an older version of Kaohe worked here last: nothing was remembered since."""
    return any(os.path.lexists(site / FOLDER / name) for name in _OUTDATED)


def cache_folder(site: Path) -> Path:
    """The folder of what is kept for the next time, to write there; raises `OSError` where it cannot be, or is a link.

    What older versions of Kaohe left in it is removed.
    """
    folder = made(site / FOLDER)
    for name in _OUTDATED:
        with contextlib.suppress(OSError):
            (folder / name).unlink()
    with contextlib.suppress(FileExistsError), (folder / ".gitignore").open("x", encoding="ascii") as file:
        file.write("*\n")
    return folder


def made(folder: Path) -> Path:
    """A folder that is there, or is made now; raises `OSError` where it cannot be, or is a link."""
    if not os.path.lexists(folder):
        folder.mkdir(exist_ok=True)
    return checked(folder)


def checked(folder: Path) -> Path:
    """The folder; raises `OSError` where it is none, or a link to one."""
    if not stat.S_ISDIR(folder.lstat().st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    return folder


def content(path: Path, largest: int) -> bytes:
    """The bytes of a file; raises `OSError` where it is none (a link, a folder, a pipe), or larger than that."""
    found = path.lstat()
    if not stat.S_ISREG(found.st_mode) or found.st_size > largest:
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    return path.read_bytes()
