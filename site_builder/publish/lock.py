"""One publisher at a time: a lock on the target says who works on it, since when, and on which release.

Every publisher first lays down a lock of its own, then looks for others; of two at the same moment at least one sees
the other and gives way. So no file system needs to do more than list what was written.
"""

import contextlib
import getpass
import json
import os
import random
import re
import secrets
import socket
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from site_builder.model import message, printable
from site_builder.publish.disk import NEW
from site_builder.publish.failure import PublishError, TakenOverError, told
from site_builder.publish.layout import Layout, refused

LIMIT = 6 * 60
"""Minutes after which a lock of another computer is taken for abandoned."""

_TRIES = 3
_UNFINISHED = 10
_NAME = re.compile(r"([0-9a-f]{8})-([0-9]+)-[0-9a-f]{8}")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock: the person and the computer, the process and when it started, and what it is doing.

    `machine` and `boot` tell computers, and their starts, apart; `space` whose process numbers these are. They are
    empty where the system does not tell. `since` is for people: the order of nothing rests on it.
    """

    user: str
    host: str
    machine: str
    boot: str
    space: str
    process: int
    started: str
    since: str
    doing: str = ""
    release: str = ""


def holder() -> Holder:
    """The process that runs now, as a holder."""
    boot = _first_line("/proc/sys/kernel/random/boot_id")
    machine = _first_line("/etc/machine-id")
    space = ""
    with contextlib.suppress(OSError):
        space = str(Path("/proc/self/ns/pid").readlink())
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = "?"
    return Holder(
        user=user,
        host=socket.gethostname(),
        machine=sha256(machine.encode()).hexdigest()[:16] if machine else "",
        boot=boot,
        space=space,
        process=os.getpid(),
        started=_started(os.getpid()),
        since=datetime.now().astimezone().isoformat(timespec="seconds"),
    )


def _first_line(path: str) -> str:
    with contextlib.suppress(OSError):
        return Path(path).read_text(encoding="ascii", errors="replace").strip()
    return ""


def _started(process: int) -> str:
    """When a process of this computer started, in its own measure; empty where there is none, or nobody can say."""
    status = _first_line(f"/proc/{process}/stat").rpartition(")")[2].split()
    return status[19] if len(status) > 19 and status[0] not in "ZX" else ""


def is_dead(other: Holder, here: Holder) -> bool:
    """Whether a holder is certainly no more: its process ended, or its computer was started anew since."""
    if here.boot and other.boot == here.boot:
        return other.space == here.space and _started(other.process) != other.started
    return bool(here.machine) and (other.machine, other.host) == (here.machine, here.host)


@dataclass(frozen=True, slots=True)
class Hold:
    """A lock that is held: its file on the target, and what it says."""

    layout: Layout
    path: str
    holder: Holder

    def naming(self, release: str) -> "Hold":
        """Say on which release the work is: a later publisher undoes it where it did not become the published one."""
        self.check()
        held = replace(self, holder=replace(self.holder, release=release))
        self.layout.disk.write(self.path, _written(held.holder))
        return held

    def check(self) -> None:
        """Raise `TakenOverError` where somebody took this lock for abandoned."""
        if not self.layout.disk.read([self.path]):
            raise TakenOverError


@contextlib.contextmanager
def held(layout: Layout, who: Holder, doing: str) -> Iterator[Hold]:
    """Hold the lock of a target inside the block; what abandoned publishers left is finished or undone first.

    Raises `PublishError` that names the holder where somebody else works there.
    """
    with told(layout.disk.place):
        layout.check()
        hold = _laid(layout, replace(who, doing=doing))
    try:
        yield hold
    finally:
        with contextlib.suppress(OSError, PublishError):
            layout.disk.discard(hold.path)


def holders(layout: Layout) -> dict[str, Holder | None]:
    """The locks on a target by their files; None for what does not say whose it is."""
    folder = _folder(layout)
    names = [name for name, kind in layout.disk.entries(folder).items() if kind == "file" and _NAME.fullmatch(name)]
    read = layout.disk.read(f"{folder}/{name}" for name in names)
    return {path: _read(data) for path, data in read.items()}


def _laid(layout: Layout, who: Holder) -> Hold:
    folder = _folder(layout)
    for attempt in range(1, _TRIES + 1):
        path = f"{folder}/{_space(who)}-{who.process}-{secrets.token_hex(4)}"
        if layout.disk.entries(layout.control).get("locks", "folder") != "folder":
            raise PublishError(message("{place} is no folder. Remove it", place=layout.disk.called(folder)))
        layout.disk.make(folder)
        layout.disk.write(path, _written(who))
        try:
            others = {other: found for other, found in holders(layout).items() if other != path}
            living = _living(layout, path, others, who)
            if not living:
                _take_over(layout, path, others, who)
                return Hold(layout, path, who)
        except BaseException:
            layout.disk.discard(path)
            raise
        layout.disk.discard(path)
        if attempt < _TRIES:
            time.sleep(random.uniform(0.1, 0.5))
    raise _locked(layout, *living[0])


def _living(
    layout: Layout, path: str, others: dict[str, Holder | None], who: Holder
) -> list[tuple[str, Holder | None]]:
    """The locks that somebody may still hold."""
    if not others:
        return []
    aged = layout.disk.aged(_folder(layout), path, LIMIT)
    current = layout.current()

    def is_abandoned(other: str, found: Holder | None) -> bool:
        is_aged = other.rpartition("/")[2] in aged
        if found is None or is_dead(found, who):
            return found is not None or is_aged
        is_alive = (found.boot, found.space) == (who.boot, who.space) and who.boot != ""
        return not is_alive and (is_aged or (found.release != "" and found.release == current))

    return [(other, found) for other, found in others.items() if not is_abandoned(other, found)]


def _take_over(layout: Layout, path: str, abandoned: dict[str, Holder | None], who: Holder) -> None:
    """Finish or undo what abandoned publishers left, and remove their locks, those not yet written too."""
    layout.mend()
    for other, dead in abandoned.items():
        if dead is not None and dead.doing == "publish" and dead.release in {*layout.ids()} - {layout.current()}:
            layout.disk.discard(layout.folder(dead.release))
        layout.disk.discard(other)
    unwritten = [name for name in layout.disk.entries(_folder(layout)) if name.endswith(NEW)]
    aged = layout.disk.aged(_folder(layout), path, _UNFINISHED) if unwritten else ()
    for name in unwritten:
        match = _NAME.fullmatch(name.removesuffix(NEW))
        is_gone = match is not None and match[1] == _space(who) and not _started(int(match[2]))
        if is_gone or name in aged:
            layout.disk.discard(f"{_folder(layout)}/{name}")


def _space(who: Holder) -> str:
    """Whose process numbers these are, in few digits."""
    return sha256(f"{who.host} {who.boot} {who.space}".encode()).hexdigest()[:8]


def _locked(layout: Layout, path: str, found: Holder | None) -> PublishError:
    file = layout.disk.called(path)
    if found is None:
        why = message("somebody else works on it. If that is no longer true, remove {file}", file=file)
    else:
        why = message(
            "{user}@{host} (process {process}) works on it since {since}: {doing}. Wait; if that is no longer true, "
            "remove {file}",
            user=printable(found.user),
            host=printable(found.host),
            process=found.process,
            since=printable(found.since),
            doing=DOING.get(found.doing, message("publishing")),
            file=file,
        )
    return refused(layout.disk.place, why)


DOING = {"publish": message("publishing"), "rollback": message("going back to an earlier release")}
"""What is done under a lock, in words."""


def _folder(layout: Layout) -> str:
    return f"{layout.control}/locks"


def _written(who: Holder) -> bytes:
    return json.dumps(asdict(who), sort_keys=True).encode("ascii")


def _read(data: bytes) -> Holder | None:
    try:
        value = json.loads(data)
        number, texts = value.pop("process"), value.values()
        if isinstance(number, int) and all(isinstance(one, str) for one in texts):
            return Holder(process=number, **value)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        pass
    return None
