"""Releases as values: what each release says of itself, in which order they came, and which of them stay."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from site_builder.model import MANIFEST, Manifest, is_listable

MARKER = ".kaohe-release"
"""The file in each release that says which one it is: wherever its folder comes to lie."""

SIGNATURE = MANIFEST + ".sig"
"""The signature of the manifest, beside it."""

OWN = (MANIFEST, SIGNATURE, MARKER)
"""The files of a release that its manifest does not list."""

_NAME = re.compile(r"([0-9]{6,})-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Release:
    """One state of the site on a target.

    `id` begins with its number on this target: numbers order releases, as clocks may be wrong. `after` is the release
    that it took the place of. `assets` are its own files that a page fetched before may still ask for; `extra` are
    files beyond its manifest, such assets of other releases and compressed files, with their SHA-256. `overrides` are
    those of its manifest.
    """

    id: str
    after: str | None = None
    commit: str | None = None
    date: str | None = None
    stage: str = ""
    audience: str = ""
    assets: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, str] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """Its place in the order of releases."""
        return number_of(self.id) or 0

    def own(self, manifest: Manifest) -> frozenset[str]:
        """Every path that this release put into its folder."""
        return frozenset((*manifest.files, *self.extra, *OWN))


def number_of(name: str) -> int | None:
    """The number of a release by its id; None for other names."""
    match = _NAME.fullmatch(name)
    return int(match[1]) if match else None


def release_of(number: int, manifest: Manifest, data: bytes, after: str | None, extra: Mapping[str, str]) -> Release:
    """The release with this number of what a manifest lists; `data` are the manifest's bytes."""
    edition = manifest.edition
    name = f"{number:06}-{sha256(data).hexdigest()[:12]}"
    stated = (edition.commit, edition.date, edition.stage, edition.audience)
    return Release(name, after, *stated, manifest.assets, extra, manifest.overrides)


def is_of(release: str, data: bytes) -> bool:
    """Whether these are the bytes of the manifest with which a release was published: its id says how they begin."""
    return sha256(data).hexdigest().startswith(release.rpartition("-")[2])


def marker_json(release: Release) -> bytes:
    """What a release says of itself, as it is written."""
    value = {
        "id": release.id,
        "after": release.after,
        "commit": release.commit,
        "date": release.date,
        "stage": release.stage,
        "audience": release.audience,
        "assets": dict(release.assets),
        "extra": dict(release.extra),
        "overrides": list(release.overrides),
    }
    return (json.dumps(value, indent=0, sort_keys=True) + "\n").encode("ascii")


def read_marker(data: bytes) -> Release | None:
    """The release in these bytes, whoever wrote them; None where they are none."""
    try:
        value = json.loads(data)
        listed = [*value["assets"].items(), *value["extra"].items()]
        texts = [value[key] for key in ("id", "stage", "audience")]
        perhaps = [value[key] for key in ("after", "commit", "date")]
        value["overrides"] = tuple(value.get("overrides", ()))
        sound = all(isinstance(digest, str) and is_listable(path, digest) for path, digest in listed)
        named = all(
            isinstance(one, str) for one in (*texts, *value["overrides"], *(one for one in perhaps if one is not None))
        )
        return Release(**value) if sound and named and number_of(value["id"]) is not None else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def in_order(releases: Iterable[Release]) -> tuple[Release, ...]:
    """The releases, latest first."""
    return tuple(sorted(releases, key=lambda release: release.number, reverse=True))


def kept(releases: Sequence[Release], current: Release, keep: int) -> frozenset[str]:
    """The ids of those that stay: the current one, the one to go back to, and the latest others."""
    back = before(releases, current)
    wanted = [current.id, *([back.id] if back else []), *(one.id for one in in_order(releases))]
    return frozenset(list(dict.fromkeys(wanted))[:keep])


def before(releases: Iterable[Release], current: Release) -> Release | None:
    """The release that the current one took the place of; where that is gone, the latest of the earlier ones."""
    earlier = [one for one in in_order(releases) if one.number < current.number]
    return next((one for one in earlier if one.id == current.after), earlier[0] if earlier else None)
