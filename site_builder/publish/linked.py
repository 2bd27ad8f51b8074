"""Releases beside a link `current`, here or on a server: the link is exchanged at once."""

from collections.abc import Iterable, Mapping

from site_builder.model import Manifest
from site_builder.publish.disk import NEW, Disk
from site_builder.publish.layout import LEADS_AWAY, NO_SITE, RELEASES, refused, release_names
from site_builder.publish.releases import Release, number_of

CURRENT = "current"


class LinkedReleases:
    """`ROOT/releases/ID/`, and `ROOT/current`, which leads to one of them."""

    control = ".kaohe"

    def __init__(self, disk: Disk) -> None:
        self.disk = disk

    def check(self) -> None:
        """See `Layout`."""
        top = self.disk.entries("")
        if top and self.control not in top:
            raise refused(self.disk.place, NO_SITE)
        if "link" in (top.get(self.control), top.get(RELEASES)) or top.get(CURRENT, "link") != "link":
            raise refused(self.disk.place, LEADS_AWAY)
        if CURRENT in top and self.current() is None:
            raise refused(self.disk.place, LEADS_AWAY)

    def ids(self) -> Iterable[str]:
        """See `Layout`."""
        return release_names(self.disk, RELEASES)

    def current(self) -> str | None:
        """See `Layout`."""
        folder, _, name = (self.disk.pointed(CURRENT) or "").partition("/")
        return name if folder == RELEASES and number_of(name) is not None else None

    def folder(self, release: str) -> str:
        """See `Layout`."""
        return f"{RELEASES}/{release}"

    def room(self, paths: Iterable[str]) -> None:
        """See `Layout`: a release has a folder of its own."""

    def switch(self, release: Release, manifest: Manifest, guard: str) -> None:
        """See `Layout`."""
        self.disk.point(CURRENT, self.folder(release.id), guard)

    def mend(self) -> None:
        """See `Layout`."""
        self.disk.discard(CURRENT + NEW)

    def strays(self, release: Release, manifest: Manifest) -> Mapping[str, str]:
        """See `Layout`: readers see nothing but the release."""
        return {}
