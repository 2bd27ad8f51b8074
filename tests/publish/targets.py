"""Targets of every kind that keeps releases, as readers and publishers see them."""

import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from site_builder.model import Target, TargetKind
from site_builder.publish import before, opened

KINDS = ("folder", "releases", "share")
"""Those that need no server."""


@dataclass
class Site:
    """A target in a folder, and what is done with it in the tests."""

    kind: str
    folder: Path
    host: str = ""
    keep: int = 5
    compress: bool = False
    allowed: tuple[str, ...] = ()

    @property
    def target(self):
        options = {"keep": self.keep, "compress": self.compress, "allowed": self.allowed}
        return Target("t", TargetKind(self.kind), str(self.folder), self.host, **options)

    @contextmanager
    def opened(self):
        with opened(self.target, Path("/"), False, "en", "To the published release") as place:
            yield place

    def publish(self, parcel, progress=lambda done, total: None):
        with self.opened() as place, place.holding("publish") as hold:
            place.publish(hold, parcel, place.look(), self.keep, progress)

    def go_back(self, number=None):
        with self.opened() as place, place.holding("rollback") as hold:
            now = place.look()
            wanted = before(now.releases, now.current) if number is None else now.named(str(number))
            place.go_back(hold, wanted, now)

    def look(self):
        with self.opened() as place:
            return place.look()

    def audited(self):
        with self.opened() as place:
            return place.audited(place.look())

    @property
    def control(self):
        return self.folder.parent / f".{self.folder.name}.kaohe" if self.kind == "folder" else self.folder / ".kaohe"

    @property
    def shown(self):
        """The folder of the release that readers see; None where there is none."""
        if self.kind == "folder":
            return self.folder if (self.folder / "manifest.json").exists() else None
        if self.kind == "share":
            script = self.folder / "current.js"
            found = re.match(r'var release = "([0-9a-f-]+)";\n', script.read_text()) if script.exists() else None
            return self.folder / "releases" / found[1] if found else None
        current = self.folder / "current"
        return current.resolve() if current.is_symlink() else None

    def read(self):
        """What readers see: path → text; it is checked to be whole."""
        if self.shown is None:
            return {}
        manifest = json.loads((self.shown / "manifest.json").read_text())["files"]
        return {path: (self.shown / path).read_text() for path in manifest}

    def leftovers(self):
        """What no release and no control file accounts for."""
        releases = (self.control if self.kind == "folder" else self.folder) / "releases"
        odd = [path for path in releases.glob("*") if not (path / ".kaohe-release").exists()]
        locks, new = (self.control / "locks").glob("*"), self.folder.rglob("*.kaohe-new")
        return [*odd, *locks, *new, *self.control.glob("next")]


def listing(folder):
    """All below a folder: path → bytes, or where a link leads."""
    return {
        path.relative_to(folder).as_posix(): str(path.readlink()) if path.is_symlink() else path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_symlink() or path.is_file()
    }
