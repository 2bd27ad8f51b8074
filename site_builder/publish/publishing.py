"""Publishing a release, and going back to one: prepared beside, checked, then shown; or nothing changes."""

import contextlib
import gzip
from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from site_builder.model import MANIFEST, Manifest, asset_digest, message
from site_builder.publish.disk import NEW
from site_builder.publish.failure import PublishError, told
from site_builder.publish.layout import Layout, Look, manifest_in
from site_builder.publish.lock import Hold
from site_builder.publish.releases import MARKER, OWN, SIGNATURE, Release, kept, marker_json, number_of, release_of

Progress = Callable[[int, int], None]
"""Told how many of how many files have arrived."""

_COMPRESSED = (".html", ".css", ".js", ".json", ".csv", ".xml", ".svg", ".txt")
_WORTH_COMPRESSING = 16 * 1024
_MOSTLY = 10
"""Where only one file of so many stays, these are taken one by one; elsewhere all are, and what differs is replaced."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be published: a folder that a build wrote, its manifest, the manifest's bytes and their signature."""

    folder: Path
    manifest: Manifest
    data: bytes
    signature: bytes | None = None
    compress: bool = False


def publish(
    hold: Hold, parcel: Parcel, now: Look, keep: int, progress: Progress, allowed: Collection[str] = ()
) -> Release:
    """Publish a parcel under the lock of a target that shows `now`; the release that everybody sees then.

    `allowed` are files of the server's own in the release before, which come along.
    Raises `PublishError` where it cannot be; the target then shows what it showed, whole.
    """
    layout = hold.layout
    with told(layout.disk.place):
        release, new = _next(layout, parcel, now)
        hold = hold.naming(release.id)
        try:
            layout.room(release.own(parcel.manifest))
            release = _prepared(layout, release, parcel, new, now, progress)
            _bring_along(layout, release, parcel.manifest, now, allowed)
            layout.switch(release, parcel.manifest, hold.path)
        except BaseException:
            _undo(layout, release)
            raise
        _prune(layout, (release, *now.releases), keep, allowed)
        return release


def go_back(hold: Hold, release: Release, now: Look, allowed: Collection[str] = ()) -> None:
    """Show an earlier release again, once all its files are as they were; raises `PublishError` as `publish` does."""
    layout = hold.layout
    with told(layout.disk.place):
        manifest, _, _ = manifest_in(layout.disk, layout.folder(release.id))
        if manifest is None:
            raise PublishError(message("The manifest of the release {release} cannot be read", release=release.id))
        hold = hold.naming(release.id)
        layout.room(release.own(manifest))
        release = _completed(layout, release, manifest, now)
        _bring_along(layout, release, manifest, now, allowed)
        layout.switch(release, manifest, hold.path)


def is_whole(layout: Layout, release: Release, manifest: Manifest) -> bool:
    """Whether a release has all its files as its manifest lists them."""
    with told(layout.disk.place):
        return not _wrong(layout, layout.folder(release.id), {**manifest.files, **release.extra})


def _next(layout: Layout, parcel: Parcel, now: Look) -> tuple[Release, Mapping[str, bytes]]:
    """The release that a parcel becomes, and those of its files that are neither in the parcel nor on the target."""
    numbers = (number_of(name) or 0 for name in layout.ids())
    number = max(now.current.number if now.current else 0, *numbers, 0) + 1
    extra, compressed = _extra(parcel, now)
    signed = {} if parcel.signature is None else {SIGNATURE: parcel.signature}
    after = now.current.id if now.current else None
    return release_of(number, parcel.manifest, parcel.data, after, extra), {
        **compressed,
        **signed,
        MANIFEST: parcel.data,
    }


def _extra(parcel: Parcel, now: Look) -> tuple[Mapping[str, str], Mapping[str, bytes]]:
    """The files beyond the manifest with their digests, and the bytes of those that are not on the target.

    They are assets of the releases there, which a page fetched just before may still ask for, and compressed files.
    """
    files, there = parcel.manifest.files, _there(now)
    assets = {path: digest for release in now.releases for path, digest in release.assets.items()}
    carried = {path: digest for path, digest in assets.items() if path not in files and there.get(path) == digest}
    if not parcel.compress:
        return carried, {}
    wanted = [path for path in files if path + ".gz" not in files and _is_worth_compressing(parcel.folder, path)]
    same = {path + ".gz" for path in wanted if there.get(path) == files[path] and path + ".gz" in there}
    new = {
        path + ".gz": gzip.compress((parcel.folder / path).read_bytes(), mtime=0)
        for path in wanted
        if path + ".gz" not in same
    }
    return {**carried, **{path: there[path] for path in same}, **_digests(new)}, new


def _is_worth_compressing(folder: Path, path: str) -> bool:
    return path.endswith(_COMPRESSED) and (folder / path).stat().st_size >= _WORTH_COMPRESSING


def _there(now: Look) -> Mapping[str, str]:
    """The files that the published release has, with their digests."""
    extra = {} if now.current is None else now.current.extra
    return {} if now.manifest is None else {**now.manifest.files, **extra}


def _prepared(
    layout: Layout, release: Release, parcel: Parcel, new: Mapping[str, bytes], now: Look, progress: Progress
) -> Release:
    """Bring a release to the target, whole and checked, where nobody sees it yet."""
    files, there, folder = parcel.manifest.files, _there(now), layout.folder(release.id)
    expected = {**files, **release.extra, **_digests(new)}
    same = {path for path, digest in expected.items() if path not in new and there.get(path) == digest}
    mostly_new = len(same) * _MOSTLY < len(there)
    layout.disk.make(folder if now.current is None or not there or mostly_new else folder.rpartition("/")[0])
    if now.current is not None and there:
        take = layout.disk.bring if mostly_new else layout.disk.clone
        take(layout.folder(now.current.id), folder, sorted(same))
    _send(layout, folder, parcel, expected.keys() - same, new, progress)
    wrong = _wrong(layout, folder, expected)
    lost = {path for path in wrong if path not in files and path not in new}
    if wrong:
        layout.disk.delete(folder, lost)
        _send(layout, folder, parcel, set(wrong) - lost, new, progress)
        wrong = [path for path in _wrong(layout, folder, expected) if path not in lost]
    if wrong:
        raise _damaged(folder, wrong)
    return _marked(layout, folder, release, lost)


def _send(
    layout: Layout, folder: str, parcel: Parcel, paths: Set[str], new: Mapping[str, bytes], progress: Progress
) -> None:
    """Send these files: from the parcel, or those that are new."""
    done = 0

    def sent(count: int) -> None:
        nonlocal done
        done += count
        progress(done, len(paths))

    files = sorted(path for path in paths if path not in new)
    layout.disk.send(folder, parcel.folder, files, {path: new[path] for path in sorted(paths) if path in new}, sent)


def _marked(layout: Layout, folder: str, release: Release, lost: Collection[str]) -> Release:
    """The release without the extra files that were lost, marked as complete: the marker is the last of its files."""
    release = replace(release, extra={path: one for path, one in release.extra.items() if path not in lost})
    layout.disk.write(f"{folder}/{MARKER}", marker_json(release))
    return release


def _wrong(layout: Layout, folder: str, expected: Mapping[str, str]) -> list[str]:
    """The paths that do not hold what they should."""
    found = layout.disk.digests(folder)
    return sorted(path for path, digest in expected.items() if found.get(path) != digest)


def _digests(files: Mapping[str, bytes]) -> Mapping[str, str]:
    return {path: sha256(data).hexdigest() for path, data in files.items()}


def _damaged(folder: str, paths: Sequence[str]) -> PublishError:
    return PublishError(
        message(
            "Not everything in {folder} is as it should be ({count} files, the first is {path}), so it is not shown",
            folder=folder,
            count=len(paths),
            path=paths[0],
        )
    )


def _completed(layout: Layout, release: Release, manifest: Manifest, now: Look) -> Release:
    """An earlier release, checked, with the assets of the one that it takes the place of."""
    folder = layout.folder(release.id)
    brought = {
        path: digest
        for path, digest in _there(now).items()
        if asset_digest(path) and path not in manifest.files and path not in release.extra
    }
    release = _marked(layout, folder, replace(release, extra={**release.extra, **brought}), ())
    if now.current is not None:
        layout.disk.bring(layout.folder(now.current.id), folder, sorted(brought))
    wrong = _wrong(layout, folder, {**manifest.files, **release.extra})
    if damaged := [path for path in wrong if path in manifest.files]:
        raise _damaged(folder, damaged)
    if wrong:
        layout.disk.delete(folder, wrong)
        release = _marked(layout, folder, release, wrong)
    return release


def _bring_along(layout: Layout, release: Release, manifest: Manifest, now: Look, allowed: Collection[str]) -> None:
    """Give a release the files of the server's own that lie in the one that is shown."""
    wanted = set(allowed) - release.own(manifest)
    if wanted and now.current is not None:
        old, folder = layout.folder(now.current.id), layout.folder(release.id)
        there = layout.disk.files(old)
        if brought := sorted(path for path in wanted if there.get(path)):
            layout.disk.bring(old, folder, brought)


def _undo(layout: Layout, release: Release) -> None:
    """Remove what was prepared, unless it is shown already; where the target is gone, the next run does so."""
    with contextlib.suppress(OSError, PublishError):
        layout.mend()
        if layout.current() != release.id:
            layout.disk.discard(layout.folder(release.id))


def _prune(layout: Layout, releases: Sequence[Release], keep: int, allowed: Collection[str]) -> None:
    """Remove releases that need not be kept; files that are not Kaohe's stay. What fails, the next run does.

    Of the server's own files that are allowed the published release, the first of these, has the ones that count.
    Without its marker a folder is no release any more: one that is found so was not removed to the end.
    """
    known, wanted = {release.id: release for release in releases}, kept(releases, releases[0], keep)
    with contextlib.suppress(OSError, PublishError):
        shown = layout.disk.files(layout.folder(releases[0].id)) if allowed else {}
        there = {path for path in allowed if shown.get(path)}
        for name in sorted({*layout.ids(), *known} - wanted):
            folder = layout.folder(name)
            manifest, _, _ = manifest_in(layout.disk, folder)
            listed = frozenset(OWN) if manifest is None else known.get(name, Release(name)).own(manifest)
            own = (listed - {MARKER, MANIFEST}) | {MARKER + NEW} | there
            layout.disk.delete(folder, own)
            if not any(is_plain and path in own for path, is_plain in layout.disk.files(folder).items()):
                layout.disk.delete(folder, {MARKER})
                layout.disk.delete(folder, {MANIFEST})
