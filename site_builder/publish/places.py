"""Targets of the settings as places that can be looked at, published to and audited, whatever their kind."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol, assert_never

from site_builder.model import Target, TargetKind
from site_builder.publish.archive import Archive
from site_builder.publish.auditing import Findings, audited
from site_builder.publish.connection import connected
from site_builder.publish.disk import LocalDisk
from site_builder.publish.failure import told
from site_builder.publish.folder import ExchangedFolder
from site_builder.publish.layout import Layout, Look, look
from site_builder.publish.linked import LinkedReleases
from site_builder.publish.lock import Hold, held, holder
from site_builder.publish.publishing import Parcel, Progress, go_back, is_whole, publish
from site_builder.publish.releases import Release
from site_builder.publish.server import LIBRARY, ServerDisk
from site_builder.publish.share import SharedFolder


class Place(Protocol):
    """What every target can do. Each operation raises `PublishError` where the target cannot be used."""

    place: str
    """How people call it."""

    def look(self) -> Look:
        """What it shows; it changes nothing."""

    def read(self, now: Look, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of those of these published files that are there."""

    def holding(self, doing: str) -> AbstractContextManager[Hold | None]:
        """Hold its lock inside the block."""

    def publish(self, hold: Hold | None, parcel: Parcel, now: Look, keep: int, progress: Progress) -> None:
        """Publish a parcel; raises `PublishError` where it cannot be, and it then shows what it showed."""

    def is_whole(self, now: Look) -> bool:
        """Whether every published file is as the manifest lists it."""

    def audited(self, now: Look) -> Findings:
        """What is not as the manifest lists it."""


class ReleasedPlace:
    """A target that keeps releases."""

    def __init__(self, layout: Layout, allowed: Collection[str] = (), rights: bool = False) -> None:
        """`allowed` are files of the server's own; `rights` says whether an audit looks at those of the files."""
        self._layout, self._allowed, self._rights = layout, allowed, rights
        self.place = layout.disk.place

    def look(self) -> Look:
        """See `Place`."""
        return look(self._layout)

    def read(self, now: Look, paths: Iterable[str]) -> Mapping[str, bytes]:
        """See `Place`."""
        return {} if now.current is None else self.read_of(now.current, paths)

    def read_of(self, release: Release, paths: Iterable[str]) -> Mapping[str, bytes]:
        """The bytes of those of these files of a release that are there."""
        folder = self._layout.folder(release.id)
        with told(self.place):
            found = self._layout.disk.read(f"{folder}/{path}" for path in paths)
        return {path.removeprefix(folder + "/"): data for path, data in found.items()}

    def holding(self, doing: str) -> AbstractContextManager[Hold]:
        """See `Place`."""
        return held(self._layout, holder(), doing)

    def publish(self, hold: Hold | None, parcel: Parcel, now: Look, keep: int, progress: Progress) -> None:
        """See `Place`."""
        assert hold is not None
        publish(hold, parcel, now, keep, progress, self._allowed)

    def go_back(self, hold: Hold, release: Release, now: Look) -> None:
        """Show an earlier release again."""
        go_back(hold, release, now, self._allowed)

    def is_whole(self, now: Look) -> bool:
        """See `Place`."""
        return (
            now.current is not None and now.manifest is not None and is_whole(self._layout, now.current, now.manifest)
        )

    def audited(self, now: Look) -> Findings:
        """See `Place`."""
        return audited(self._layout, now, self._allowed, self._rights)


@contextmanager
def opened(target: Target, site: Path, asks: bool, language: str, words: str) -> Iterator[Archive | ReleasedPlace]:
    """Open a target inside the block. Paths here are relative to the site.

    `asks` allows ssh to ask on a terminal; `language` (a tag) and `words` are those of the stubs on a share.
    """
    path = (site / target.path).absolute()
    match target.kind:
        case TargetKind.ZIP:
            yield Archive(path)
        case TargetKind.FOLDER:
            yield ReleasedPlace(ExchangedFolder(path.resolve()), target.allowed, rights=True)
        case TargetKind.RELEASES:
            yield ReleasedPlace(LinkedReleases(LocalDisk(path.resolve())), target.allowed, rights=True)
        case TargetKind.SHARE:
            yield ReleasedPlace(SharedFolder(LocalDisk(path.resolve()), language, words), target.allowed)
        case TargetKind.SSH:
            with connected(target.host, f"{target.host}:{target.path}", LIBRARY, asks) as connection:
                yield ReleasedPlace(LinkedReleases(ServerDisk(connection, target.path)), target.allowed, rights=True)
        case _:
            assert_never(target.kind)
