"""What is published beside the pages."""

from dataclasses import dataclass
from hashlib import sha256

from site_builder.model.messages import Message


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
    return Asset(f"{stem}.{sha256(data).hexdigest()[:_DIGEST]}.{suffix}", data)


_DIGEST = 12
"""The characters of a digest in a name."""
