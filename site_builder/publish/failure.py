"""What keeps a site from being published, as a sentence for people: what happened, and what to do."""

import contextlib
import errno
import os
import re
from collections.abc import Iterator

from site_builder.model import Message, message, printable

MISSING = 44
"""How commands on a server end that do not find their folder."""

_FULL = (errno.ENOSPC, errno.EDQUOT)
_REFUSED = (errno.EROFS, errno.EACCES, errno.EPERM)
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.EIO, errno.ESTALE, errno.ENODEV, errno.ENXIO, errno.ENOTCONN)


class PublishError(Exception):
    """A target cannot be read or written; what is published stays as it was, whole."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


class TakenOverError(PublishError):
    """Somebody else took the lock of this run for an abandoned one."""

    def __init__(self) -> None:
        super().__init__(message("Another publisher took over meanwhile; nothing was changed. Try again later"))


@contextlib.contextmanager
def told(place: str) -> Iterator[None]:
    """Errors of the system inside the block become sentences about the target at this place."""
    try:
        yield
    except OSError as error:
        file = error.filename if isinstance(error.filename, str) else place
        raise PublishError(_sentence(error.errno, file, error.strerror or type(error).__name__)) from error


def remote_failure(place: str, code: int, said: str) -> PublishError:
    """How a command on a server ended and what it printed, as the same sentence as for a folder here."""
    if code == MISSING:
        said = os.strerror(errno.ENOENT)
    line = next((line for line in reversed(said.splitlines()) if line.strip()), "?")
    shown = printable(line.strip())
    return PublishError(_sentence(_number(said), place, shown))


def names_a_cause(said: str) -> bool:
    """Whether what a command on a server printed tells why its disk refused."""
    return _number(said) is not None


def _number(said: str) -> int | None:
    return next((number for pattern, number in _WORDS.items() if re.search(pattern, said)), None)


_WORDS = {
    "No space left on device|Disk quota exceeded": errno.ENOSPC,
    "Read-only file system|Permission denied|Operation not permitted": errno.EACCES,
    "No such file or directory|Input/output error|Stale file handle|Not a directory": errno.ENOENT,
}


def _sentence(number: int | None, file: str, reason: str) -> Message:
    if number in _FULL:
        return message(
            "{place} is full. What is published stays as it was; make room, or keep fewer releases", place=file
        )
    if number in _REFUSED:
        return message(
            "{place} may not be read or written ({reason}). Give your account the right to do so",
            place=file,
            reason=reason,
        )
    if number in _GONE:
        return message(
            "{place}: {reason}. Is the disk or the share still there? Then try again", place=file, reason=reason
        )
    return message("{place}: {reason}", place=file, reason=reason)
