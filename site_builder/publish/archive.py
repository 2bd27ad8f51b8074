"""A ZIP for those who run the web server: the same build gives the same bytes on any machine."""

import contextlib
import os
import socket
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from hashlib import sha256
from pathlib import Path

from site_builder.exports import read_manifest
from site_builder.model import MANIFEST, message
from site_builder.publish.auditing import Findings, compared
from site_builder.publish.disk import NEW, UNREADABLE
from site_builder.publish.failure import PublishError, told
from site_builder.publish.layout import NO_SITE, Look, refused
from site_builder.publish.publishing import Parcel, Progress
from site_builder.publish.releases import SIGNATURE

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_UNIX, _RIGHTS = 3, 0o100644 << 16
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


class Archive:
    """A ZIP file as a target: it holds one release, and nothing to go back to."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.place = str(file)

    def look(self) -> Look:
        """See `Place`."""
        with told(self.place):
            if not self.file.parent.is_dir():
                raise PublishError(message("There is no folder {folder}", folder=str(self.file.parent)))
            if not os.path.lexists(self.file):
                return Look()
            if self.file.is_symlink() or not self.file.is_file():
                raise refused(self.place, NO_SITE)
            read = self.read(Look(), (MANIFEST, SIGNATURE))
            manifest = read_manifest(read.get(MANIFEST, b""))
            if manifest is None:
                raise refused(self.place, NO_SITE)
            return Look((), None, manifest, read[MANIFEST], read.get(SIGNATURE))

    def holding(self, doing: str) -> AbstractContextManager[None]:
        """See `Place`: of two publishers each puts a whole ZIP in its place."""
        return contextlib.nullcontext()

    def publish(self, hold: object, parcel: Parcel, now: Look, keep: int, progress: Progress) -> None:
        """See `Place`: write the ZIP beside the old one, check it, and put it in its place."""
        with told(self.place):
            new = self.file.with_name(f"{self._beginning}{os.getpid()}{NEW}")
            self._tidy()
            try:
                self._write(new, parcel, progress)
                if Archive(new).digests() != _expected(parcel):
                    raise PublishError(message("{place} was not written as it should be. Try again", place=self.place))
                new.replace(self.file)
            finally:
                new.unlink(missing_ok=True)

    def read(self, now: Look, paths: Iterable[str]) -> Mapping[str, bytes]:
        """See `Place`."""
        found = {}
        with contextlib.suppress(*_BROKEN), zipfile.ZipFile(self.file) as archive:
            for path in paths:
                with contextlib.suppress(KeyError):
                    found[path] = archive.read(path)
        return found

    def is_whole(self, now: Look) -> bool:
        """See `Place`."""
        return not self.audited(now)

    def audited(self, now: Look) -> Findings:
        """See `Place`."""
        assert now.manifest is not None
        return compared(now.manifest, self.digests(), {})

    def digests(self) -> Mapping[str, str]:
        """The SHA-256 of each file in the ZIP."""
        with told(self.place), contextlib.suppress(*_BROKEN), zipfile.ZipFile(self.file) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            found = {entry.filename: _digest(archive, entry) for entry in entries}
            return found if len(found) == len(entries) else dict.fromkeys(found, UNREADABLE)
        return {}

    @property
    def _beginning(self) -> str:
        """How the names of files begin that this computer is about to put in the place of the ZIP."""
        return f".{self.file.name}.{socket.gethostname()}."

    def _write(self, new: Path, parcel: Parcel, progress: Progress) -> None:
        method = zipfile.ZIP_DEFLATED if parcel.compress else zipfile.ZIP_STORED
        paths = sorted((*parcel.manifest.files, *_beside(parcel)))
        with new.open("xb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                for done, path in enumerate(paths, 1):
                    entry = zipfile.ZipInfo(path, _EARLIEST)
                    entry.create_system, entry.external_attr = _UNIX, _RIGHTS
                    data = _beside(parcel).get(path)
                    data = (parcel.folder / path).read_bytes() if data is None else data
                    archive.writestr(entry, data, method, 9)
                    progress(done, len(paths))
            file.flush()
            os.fsync(file.fileno())

    def _tidy(self) -> None:
        """Remove what a publisher left who is no more."""
        for path in self.file.parent.iterdir():
            if path.name.startswith(self._beginning) and path.name.endswith(NEW):
                process = path.name.removeprefix(self._beginning).removesuffix(NEW)
                if Path("/proc/self").exists() and not Path(f"/proc/{process}").exists():
                    path.unlink(missing_ok=True)


def _beside(parcel: Parcel) -> Mapping[str, bytes]:
    signed = {} if parcel.signature is None else {SIGNATURE: parcel.signature}
    return {MANIFEST: parcel.data, **signed}


def _expected(parcel: Parcel) -> Mapping[str, str]:
    return {**parcel.manifest.files, **{path: sha256(data).hexdigest() for path, data in _beside(parcel).items()}}


def _digest(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    try:
        with archive.open(entry) as file:
            digest = sha256()
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
            return digest.hexdigest()
    except _BROKEN:
        return UNREADABLE
