"""How releases lie on a target, and what makes one of them the published one: a protocol for every kind."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from site_builder.exports import read_manifest
from site_builder.model import MANIFEST, Manifest, Message, message
from site_builder.publish.disk import Disk
from site_builder.publish.failure import PublishError, told
from site_builder.publish.releases import MARKER, SIGNATURE, Release, in_order, number_of, read_marker

RELEASES = "releases"


class Layout(Protocol):
    """A target as releases, of which one is published."""

    control: str
    """The folder of what only publishers need."""

    @property
    def disk(self) -> Disk:
        """Where its files lie."""

    def check(self) -> None:
        """Raise `PublishError` where the target holds something else than a site of Kaohe, or leads elsewhere."""

    def ids(self) -> Iterable[str]:
        """The names of all folders of releases."""

    def current(self) -> str | None:
        """The id of the published release."""

    def folder(self, release: str) -> str:
        """Where a release lies."""

    def room(self, paths: Iterable[str]) -> None:
        """Raise `PublishError` where something else lies in the place of one of these files."""

    def switch(self, release: Release, manifest: Manifest, guard: str) -> None:
        """Let everybody see this complete release; raises `TakenOverError` where the lock `guard` is gone."""

    def mend(self) -> None:
        """Finish what a publisher began who is no more, so that each release lies in its place."""

    def strays(self, release: Release, manifest: Manifest) -> Mapping[str, str]:
        """What is not as it should be beside the release: path → `missing`, `added` or `changed`."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a target shows: its releases, latest first, and of the published one what it says of itself."""

    releases: tuple[Release, ...] = ()
    current: Release | None = None
    manifest: Manifest | None = None
    data: bytes = b""
    signature: bytes | None = None

    def named(self, name: str) -> Release | None:
        """The release with this id, or with this number."""
        wanted = int(name) if name.isascii() and name.isdigit() else None
        return next((one for one in self.releases if one.id == name or one.number == wanted), None)


def look(layout: Layout) -> Look:
    """Look at a target without changing anything; raises `PublishError` where it is no target for Kaohe."""
    with told(layout.disk.place):
        return _look(layout)


def _look(layout: Layout) -> Look:
    layout.check()
    current = layout.current()
    names = {name: layout.folder(name) for name in (*layout.ids(), *([current] if current else []))}
    read = layout.disk.read(f"{folder}/{MARKER}" for folder in names.values())
    markers = {name: read_marker(read.get(f"{folder}/{MARKER}", b"")) for name, folder in names.items()}
    releases = {name: marker for name, marker in markers.items() if marker is not None and marker.id == name}
    if current is None:
        return Look(in_order(releases.values()))
    manifest, data, signature = manifest_in(layout.disk, names[current])
    shown = releases.setdefault(current, Release(current))
    return Look(in_order(releases.values()), shown, manifest, data, signature)


def manifest_in(disk: Disk, folder: str) -> tuple[Manifest | None, bytes, bytes | None]:
    """The manifest of a release in a folder (None where it cannot be used), its bytes, and the signature."""
    paths = [f"{folder}/{name}" for name in (MANIFEST, SIGNATURE)]
    read = disk.read(paths)
    data = read.get(paths[0], b"")
    return read_manifest(data), data, read.get(paths[1])


def release_names(disk: Disk, folder: str) -> list[str]:
    """The names of the folders in a folder that are called like a release; links are none."""
    return [name for name, kind in disk.entries(folder).items() if kind == "folder" and number_of(name) is not None]


def refused(place: str, why: Message) -> PublishError:
    """That a target is left alone, and why."""
    return PublishError(message("{place} is left as it is: {why}", place=place, why=why))


def in_the_way(path: str) -> PublishError:
    """That a file of somebody else lies where the new release has one."""
    return PublishError(
        message(
            "{path} was not put there by Kaohe, and the new release has a file of this name. Move it away", path=path
        )
    )


NO_SITE = message("it holds something that is no site of Kaohe. Choose an empty folder, or move that away")
LEADS_AWAY = message("a link in it leads elsewhere. Remove the link, or name the folder itself as the target")
