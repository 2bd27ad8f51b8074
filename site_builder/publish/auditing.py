"""What lies on a target against the manifest that was published with it: every file, and what may lie beside them."""

import zlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from site_builder.model import Manifest, asset_digest
from site_builder.publish.disk import UNREADABLE
from site_builder.publish.failure import told
from site_builder.publish.layout import Layout, Look
from site_builder.publish.releases import OWN

_GZIP, _PART = 31, 1 << 20


@dataclass(frozen=True, slots=True)
class Findings:
    """What is not as the manifest says: paths that are missing, were added or changed, or cannot be read; sorted.

    `writable` are those that everybody may write, `executable` those that can be run: no page needs either. `carried`
    are assets of other releases that may lie there: their names say what they hold.
    """

    missing: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    carried: tuple[str, ...] = ()
    writable: tuple[str, ...] = ()
    executable: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        found = (self.missing, self.added, self.changed, self.unreadable, self.writable, self.executable)
        return any(found)


def audited(layout: Layout, seen: Look, allowed: Collection[str], rights: bool) -> Findings:
    """Compare the published release of a target with its manifest.

    `allowed` are files of the server's own, which may lie there; `rights` says whether those of the files matter.
    """
    assert seen.current is not None and seen.manifest is not None
    with told(layout.disk.place):
        release, manifest = seen.current, seen.manifest
        folder = layout.folder(release.id)
        found = layout.disk.digests(folder)
        beside = {path: _is_asset(path, found[path]) for path in release.extra if asset_digest(path) and path in found}
        packed = [path for path in release.extra if path.removesuffix(".gz") in manifest.files and path in found]
        read = layout.disk.read(f"{folder}/{path}" for path in packed)
        for path in packed:
            unpacked = _unpacked(read.get(f"{folder}/{path}", b""))
            beside[path] = unpacked == manifest.files[path.removesuffix(".gz")]
        strays = layout.strays(release, manifest)
        known = {path: kind for path, kind in strays.items() if kind != "added" or path not in allowed}
        findings = _merged(compared(manifest, found, beside, allowed), known)
        if not rights:
            return findings
        loose = layout.disk.rights(folder)
        return replace(findings, writable=tuple(sorted(loose.writable)), executable=tuple(sorted(loose.executable)))


def compared(
    manifest: Manifest, found: Mapping[str, str], beside: Mapping[str, bool], allowed: Collection[str] = ()
) -> Findings:
    """Compare the digests of files with a manifest.

    `beside` are files that may lie beside those of the manifest, and whether they are as they should be; `allowed` are
    those that may lie there whatever they hold.
    """
    files = manifest.files
    read = {path for path, digest in found.items() if digest != UNREADABLE}
    known = {*files, *beside, *OWN}
    strange = (path for path in found if path not in known and path not in allowed)
    changed = {path for path, digest in files.items() if path in read and found[path] != digest}
    changed |= {path for path, is_right in beside.items() if path in read and not is_right}
    return Findings(
        missing=tuple(sorted(path for path in files if path not in found)),
        added=tuple(sorted(strange)),
        changed=tuple(sorted(changed)),
        unreadable=tuple(sorted(path for path in found if path in known and path not in read)),
        carried=tuple(sorted(path for path, is_right in beside.items() if is_right and asset_digest(path))),
    )


def _is_asset(path: str, digest: str) -> bool:
    """Whether a file is what its name says: then it is an asset of another release, and harms nobody."""
    return not path.endswith((".html", ".htm")) and digest.startswith(asset_digest(path) or "?")


def _unpacked(data: bytes) -> str:
    """The SHA-256 of what a compressed file holds, however much that is; empty where it is none."""
    digest, unpacking = sha256(), zlib.decompressobj(_GZIP)
    try:
        part = unpacking.decompress(data, _PART)
        while part:
            digest.update(part)
            part = unpacking.decompress(unpacking.unconsumed_tail, _PART)
    except zlib.error:
        return ""
    return digest.hexdigest() if unpacking.eof and not unpacking.unused_data else ""


def _merged(findings: Findings, strays: Mapping[str, str]) -> Findings:
    """The findings with those beside the release."""

    def of(kind: str, paths: tuple[str, ...]) -> tuple[str, ...]:
        return (*paths, *sorted(path for path, one in strays.items() if one == kind))

    return Findings(
        of("missing", findings.missing),
        of("added", findings.added),
        of("changed", findings.changed),
        findings.unreadable,
        findings.carried,
    )
