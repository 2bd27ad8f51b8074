"""A folder that is itself what people read: it changes places with one that was prepared beside it."""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from site_builder.exports import read_manifest
from site_builder.model import MANIFEST, Manifest, message
from site_builder.publish.disk import LocalDisk
from site_builder.publish.failure import PublishError, TakenOverError
from site_builder.publish.layout import LEADS_AWAY, NO_SITE, RELEASES, in_the_way, manifest_in, refused, release_names
from site_builder.publish.releases import MARKER, Release, marker_json, read_marker

_NEXT = "next"


class ExchangedFolder:
    """The folder, and beside it `.NAME.kaohe/releases/ID/` with the other releases."""

    def __init__(self, folder: Path) -> None:
        """`folder` is a real path; it need not exist, but the folder around it does."""
        self.disk = LocalDisk(folder.parent)
        self.disk.place = str(folder)
        self._name = folder.name
        self.control = f".{folder.name}.kaohe"

    def check(self) -> None:
        """See `Layout`."""
        if not self.disk.root.is_dir():
            raise PublishError(message("There is no folder {folder}", folder=str(self.disk.root)))
        kinds = self.disk.entries("")
        if kinds.get(self._name) == "file":
            raise refused(self.disk.place, message("it is a file. Name a folder"))
        if kinds.get(self._name, "folder") != "folder" or kinds.get(self.control, "folder") != "folder":
            raise refused(self.disk.place, LEADS_AWAY)
        if self.disk.entries(self.control).get(RELEASES, "folder") != "folder":
            raise refused(self.disk.place, LEADS_AWAY)
        if self.disk.is_mount(self._name):
            why = message("a disk is mounted there, which cannot be exchanged. Choose a folder inside it")
            raise refused(self.disk.place, why)
        if self.disk.entries(self._name) and self.current() is None:
            raise refused(self.disk.place, NO_SITE)

    def ids(self) -> Iterable[str]:
        """See `Layout`."""
        return release_names(self.disk, f"{self.control}/{RELEASES}")

    def current(self) -> str | None:
        """See `Layout`. A site that was only built there is a release with the number 0."""
        paths = {name: f"{self._name}/{name}" for name in (MARKER, MANIFEST)}
        read = self.disk.read(paths.values())
        marker = read_marker(read.get(paths[MARKER], b""))
        if marker is not None:
            return marker.id
        data = read.get(paths[MANIFEST], b"")
        return None if read_manifest(data) is None else f"{0:06}-{sha256(data).hexdigest()[:12]}"

    def folder(self, release: str) -> str:
        """See `Layout`."""
        return self._name if release == self.current() else self._aside(release)

    def _aside(self, release: str) -> str:
        return f"{self.control}/{RELEASES}/{release}"

    def room(self, paths: Iterable[str]) -> None:
        """See `Layout`: what is not Kaohe's comes along, and so may not lie where the release has something."""
        wanted = frozenset(paths)
        folders = {one for path in wanted for one in _around(path)}
        for path in self._foreign(self._name, wanted):
            if path in wanted or path in folders or any(one in wanted for one in _around(path)):
                raise in_the_way(f"{self.disk.place}/{path}")

    def switch(self, release: Release, manifest: Manifest, guard: str) -> None:
        """See `Layout`."""
        old, prepared = self.current(), self._aside(release.id)
        self.disk.carry(self._name, prepared, self._foreign(self._name, release.own(manifest)))
        if old is not None and not self.disk.read([f"{self._name}/{MARKER}"]):
            self.disk.write(f"{self._name}/{MARKER}", marker_json(Release(old)))
        if not self.disk.at(guard).is_file():
            raise TakenOverError
        if old is None:
            self.disk.give_way(self._name)
            self.disk.rename(prepared, self._name)
        elif not self.disk.exchange(self._name, prepared):
            self.disk.rename(prepared, self._next)
            self.disk.rename(self._name, prepared)
            self.disk.rename(self._next, self._name)
        self.mend()

    def mend(self) -> None:
        """See `Layout`: the folder is there, and each of the others is called by what it holds."""
        following = self.disk.entries(self.control).get(_NEXT)
        if following and self._name not in self.disk.entries(""):
            self.disk.rename(self._next, self._name)
        elif following and (marker := self._marker(self._next)) is not None:
            self.disk.rename(self._next, self._aside(marker.id))
        for name in self.ids():
            marker = self._marker(self._aside(name))
            if marker is not None and marker.id != name:
                self._take_along(self._aside(name))
                self.disk.rename(self._aside(name), self._aside(marker.id))

    def strays(self, release: Release, manifest: Manifest) -> Mapping[str, str]:
        """See `Layout`: what is no part of the release lies in it."""
        return {}

    @property
    def _next(self) -> str:
        return f"{self.control}/{_NEXT}"

    def _marker(self, folder: str) -> Release | None:
        return read_marker(self.disk.read([f"{folder}/{MARKER}"]).get(f"{folder}/{MARKER}", b""))

    def _own(self, folder: str) -> frozenset[str] | None:
        """The paths that a release put into a folder; None where it does not say so any more."""
        manifest, _, _ = manifest_in(self.disk, folder)
        return None if manifest is None else (self._marker(folder) or Release("")).own(manifest)

    def _foreign(self, folder: str, otherwise: frozenset[str]) -> list[str]:
        """What Kaohe did not put into a folder: all but these paths, where the release does not say what is its own."""
        own = self._own(folder)
        return [path for path in self.disk.files(folder) if path not in (otherwise if own is None else own)]

    def _take_along(self, old: str) -> None:
        """Move what came into the old folder while the new one took its place."""
        own = self._own(self._name) or frozenset()
        self.disk.take(old, self._name, [path for path in self._foreign(old, own) if path not in own])


def _around(path: str) -> Iterable[str]:
    """The folders around a file."""
    return (path[:at] for at, sign in enumerate(path) if sign == "/")
