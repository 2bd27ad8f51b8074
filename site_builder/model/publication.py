"""What is published beside the pages, and the list of all that a build wrote."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from site_builder.model.messages import Message
from site_builder.model.trail import Level

MANIFEST = "manifest.json"
"""The list of what a build wrote, in the folder itself."""

_ASSET = re.compile(r"(?:.*/)?[^/]+\.([0-9a-f]{10,})\.[^./]+")
_PATH = re.compile(r"(?!(?:.*/)?\.{0,2}(?:/|$))[^\0-\x1f\x7f\\]+")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table, or a key of a JSON record, and what it means."""

    name: str
    meaning: Message


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file for other programs: its URL in the site, what it holds, and its columns."""

    url: str
    title: Message
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that pages load, under a name that holds a digest of its bytes: what a name stands for never changes."""

    url: str
    data: bytes


def asset(url: str, data: bytes) -> Asset:
    """The file with the digest in its name: `static/site.css` becomes `static/site.3f2a9c1b04d7.css`."""
    stem, _, suffix = url.rpartition(".")
    return Asset(f"{stem}.{sha256(data).hexdigest()[:_SHORTENED]}.{suffix}", data)


_SHORTENED = 12
"""The characters of a digest in a name."""


class Audience(StrEnum):
    """For whom a site is built: with all that is recorded, or without what is internal."""

    INTERNAL = "internal"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class Edition:
    """Which state of the sources a build shows, and to whom.

    `commit` is its full id, `date` when it was committed (ISO 8601); both None for files that are no clean commit.
    `level` is what the trail of the results rests on. `marks` are words for what the build counts and nobody decided
    (`proposed`, `unproved`): a build that has any is never published.
    """

    commit: str | None = None
    date: str | None = None
    stage: str = "draft"
    audience: str = Audience.INTERNAL
    level: str = Level.RECORDED
    marks: tuple[str, ...] = ()

    @property
    def stamp(self) -> str:
        """What every page says of its edition: the day of the commit and its short id; empty without a commit."""
        return f"{self.date[:10]} · {self.commit[:12]}" if self.commit and self.date else ""


UNCOMMITTED = Edition()
"""The edition of files that are no clean commit."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """Every file that a build wrote with its SHA-256, the edition, and the versions of the programs that made them.

    Whoever publishes it adds the `overrides` that were needed (names of options, sorted) and, as `previous`, the
    SHA-256 of the manifest that the target showed before; None for the first one.
    """

    files: Mapping[str, str]
    edition: Edition = UNCOMMITTED
    versions: Mapping[str, str] = field(default_factory=dict)
    overrides: tuple[str, ...] = ()
    previous: str | None = None

    @property
    def assets(self) -> Mapping[str, str]:
        """The files whose names carry a digest of their content, so that a name never means another content."""
        return {path: digest for path, digest in self.files.items() if asset_digest(path)}


def asset_digest(path: str) -> str | None:
    """What the name of an asset says of its content: the first digits of the SHA-256; None for other files."""
    match = _ASSET.fullmatch(path)
    return match[1] if match else None


def is_digest(text: str) -> bool:
    """Whether this is a SHA-256 in hexadecimal digits."""
    return _DIGEST.fullmatch(text) is not None


def is_path(text: str) -> bool:
    """Whether this is the path of a file in a folder, with `/`, that cannot lead out of it."""
    return _PATH.fullmatch(text) is not None


def is_listable(path: str, digest: str) -> bool:
    """Whether a manifest may list this: a path that cannot lead out of its folder, and a SHA-256."""
    return is_path(path) and path != MANIFEST and is_digest(digest)
