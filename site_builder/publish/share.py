"""A share that people read as files: nothing that is read is moved, and one small file says which release is shown.

At each permanent address lies a stub, a page of a few lines; by the script `current.js` it goes on to the same page in
the published release. Only that script and `index.html` are ever written anew, and their length never changes.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256
from html import escape
from urllib.parse import quote

from site_builder.model import Manifest
from site_builder.publish.disk import NEW, LocalDisk
from site_builder.publish.failure import TakenOverError
from site_builder.publish.layout import (
    LEADS_AWAY,
    NO_SITE,
    RELEASES,
    in_the_way,
    manifest_in,
    refused,
    release_names,
)
from site_builder.publish.releases import Release, number_of

POINTER, ENTRY = "current.js", "index.html"

_SCRIPT = """\
var release = "{release}";
(function () {{
  var script = document.currentScript, at = location;
  at.replace(script.src.replace(/[^/]*$/, "releases/" + release + "/" + script.dataset.page) + at.search + at.hash);
}})();
"""

_STUB = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="generator" content="kaohe stub">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; base-uri 'none'">
<title>{words}</title>
{script}{refresh}
</head>
<body><p><a href="{link}">{words}</a></p></body>
</html>
"""

_FORM = ".kaohe/stubs"
"""The file that holds a digest of what stubs look like: when that changes, all of them are written anew."""

_RELEASE = re.compile(rb'var release = "([0-9a-f-]+)";\n')
_MARK = b'<meta name="generator" content="kaohe stub">'


class SharedFolder:
    """`ROOT/releases/ID/`, the stubs, and `ROOT/current.js`, which says which release they lead to."""

    control = ".kaohe"

    def __init__(self, disk: LocalDisk, language: str, words: str) -> None:
        """`language` is the tag of the stubs' language, `words` what their link says."""
        self.disk = disk
        self._language = language
        self._words = words

    def check(self) -> None:
        """See `Layout`."""
        top = self.disk.entries("")
        if top and self.control not in top:
            raise refused(self.disk.place, NO_SITE)
        kinds = {top.get(self.control, "folder"), top.get(RELEASES, "folder"), top.get(POINTER, "file")}
        if kinds - {"folder", "file"} or (POINTER in top and self.current() is None):
            raise refused(self.disk.place, LEADS_AWAY)

    def ids(self) -> Iterable[str]:
        """See `Layout`."""
        return release_names(self.disk, RELEASES)

    def current(self) -> str | None:
        """See `Layout`."""
        match = _RELEASE.match(self.disk.read([POINTER]).get(POINTER, b""))
        name = match[1].decode("ascii") if match else ""
        return name if number_of(name) is not None else None

    def folder(self, release: str) -> str:
        """See `Layout`."""
        return f"{RELEASES}/{release}"

    def room(self, paths: Iterable[str]) -> None:
        """See `Layout`: a stub takes the place of nothing but a stub."""
        there, known = self._beside(), self._pages_shown()
        doubtful = [path for path in _pages(paths) if path in there and path not in known]
        read = self.disk.read(doubtful)
        for path in doubtful:
            if _MARK not in read.get(path, b""):
                raise in_the_way(self.disk.called(path))

    def switch(self, release: Release, manifest: Manifest, guard: str) -> None:
        """See `Layout`. Until the pointer is written, everybody comes to the old release; then to the new one."""
        pages, there = _pages(manifest.files), self._beside()
        form = sha256(self._stub("x").encode()).hexdigest().encode("ascii")
        as_before = self.disk.read([_FORM]).get(_FORM) == form
        new = {path: self._stub(path).encode() for path in pages if path not in there}
        self.disk.send("", self.disk.root, [], new, lambda count: None)
        for path in (path for path in pages if path in there and not as_before):
            self.disk.write(path, self._stub(path).encode())
        self.disk.write(_FORM, form)
        if not self.disk.at(guard).is_file():
            raise TakenOverError
        self.disk.write(POINTER, _pointer(release.id))
        self.mend()
        gone = [path for path in _pages(there) if path not in pages]
        for path, data in self.disk.read(gone).items():
            if _MARK in data:
                self.disk.discard(path)

    def mend(self) -> None:
        """See `Layout`: the entry leads to the same release as the pointer."""
        current = self.current()
        if current is not None and self.disk.read([ENTRY]).get(ENTRY) != self._entry(current):
            self.disk.write(ENTRY, self._entry(current))
        for name in (POINTER, ENTRY):
            self.disk.discard(name + NEW)

    def strays(self, release: Release, manifest: Manifest) -> Mapping[str, str]:
        """See `Layout`."""
        expected = {path: self._stub(path).encode() for path in _pages(manifest.files)}
        expected |= {POINTER: _pointer(release.id), ENTRY: self._entry(release.id)}
        there, read = self._beside(), self.disk.read(expected)
        missing = {path: "missing" for path in expected if path not in there}
        added = {path: "added" for path in there if path not in expected}
        changed = {path: "changed" for path in expected if path in there and read.get(path) != expected[path]}
        return {**missing, **added, **changed}

    def _beside(self) -> Mapping[str, bool]:
        """All that lies beside the releases, as `Disk.files` has it."""
        found = dict[str, bool]()
        for name, kind in self.disk.entries("").items():
            if kind != "folder":
                found[name] = kind == "file"
            elif name not in (RELEASES, self.control):
                found |= {f"{name}/{path}": is_plain for path, is_plain in self.disk.files(name).items()}
        return found

    def _pages_shown(self) -> list[str]:
        current = self.current()
        manifest = None if current is None else manifest_in(self.disk, self.folder(current))[0]
        return [] if manifest is None else _pages(manifest.files)

    def _stub(self, path: str, link: str = ENTRY, refresh: str = "") -> str:
        root = "../" * path.count("/")
        script = f'<script src="{root}{POINTER}" data-page="{escape(quote(path))}"></script>'
        words = escape(self._words)
        return _STUB.format(language=self._language, words=words, script=script, refresh=refresh, link=root + link)

    def _entry(self, release: str) -> bytes:
        """The stub of the home page, which finds its way without scripts too."""
        link = f"{self.folder(release)}/{ENTRY}"
        refresh = f'\n<noscript><meta http-equiv="refresh" content="0; url={link}"></noscript>'
        return self._stub(ENTRY, link, refresh).encode()


def _pointer(release: str) -> bytes:
    return _SCRIPT.format(release=release).encode("ascii")


def _pages(paths: Iterable[str]) -> list[str]:
    """The pages among these files that have a stub: the entry is more than one."""
    return [path for path in paths if path.endswith(".html") and path != ENTRY]
