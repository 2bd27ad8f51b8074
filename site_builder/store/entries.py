"""One file for each value that is remembered, under the digest of what the value follows from.

An entry is read only where this account wrote it, which a key in the account's own cache folder proves: what came with
a revision, an archive or a share is nobody's memory, but a claim. Whatever is damaged, foreign, or cannot be read or
written is as if it were not there.
"""

import contextlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from site_builder.store.keys import key_of
from site_builder.store.packing import UnpackableError, packed, unpacked
from site_builder.store.place import FOLDER, cache_folder, checked, content, made

LARGEST = 2**28
"""How many bytes an entry has at most."""

_MOST_BYTES = 2**29
"""How many bytes the entries of a kind have together; the newest stays in any case."""

_MOST = 8
_MOST_OF: Mapping[str, int] = {"chronicle-memory": 2}
"""How many entries of a kind are kept, the newest; `_MOST` of all others."""

_KEY = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[0-9a-f]{62}(?:\.[0-9a-f]{16})?")
"""An entry, or one that is being written."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Store:
    """The memory of the site in a folder: frozen dataclasses by kind, each under a key of `key_of`.

    The key must contain everything that the value follows from, `program()` above all.
    """

    site: Path

    def load(self, kind: str, key: str, type_: type[_T]) -> _T | None:
        """The value that was saved under a key; None where there is none."""
        path = self._path(kind, key)
        try:
            for folder in (path.parents[2], path.parents[1], path.parents[0]):
                checked(folder)
            seal, _, data = content(path, LARGEST).partition(b"\n")
            return unpacked(data, type_) if hmac.compare_digest(seal, _seal(kind, key, data)) else None
        except (OSError, RuntimeError, UnpackableError):
            return None

    def save(self, kind: str, key: str, value: object) -> None:
        """Keep a value under a key, whole or not at all; the oldest of its kind give way."""
        path = self._path(kind, key)
        beside = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        try:
            data = packed(value)
            sealed = _seal(kind, key, data) + b"\n" + data
            if len(sealed) > LARGEST:
                return
            cache_folder(self.site)
            made(path.parents[1])
            made(path.parents[0])
            with beside.open("xb") as file:
                file.write(sealed)
            beside.replace(path)
            _prune(path, _MOST_OF.get(kind, _MOST))
        except (OSError, RuntimeError, UnpackableError):
            with contextlib.suppress(OSError):
                beside.unlink()

    def _path(self, kind: str, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise ValueError(f"no key: {key}")
        return self.site / FOLDER / kind / key[:2] / key[2:]


def _seal(kind: str, key: str, data: bytes) -> bytes:
    """A digest that only this account can make; raises `OSError` where the account has no place for its key."""
    said = key_of(kind.encode(), key.encode(), data).encode()
    return hmac.new(_account_key(), said, "sha256").hexdigest().encode()


def _account_key() -> bytes:
    """The key of this account, made where there is none yet. Raises `OSError`; `RuntimeError` without a home."""
    asked = Path(os.environ.get("XDG_CACHE_HOME", ""))
    home = (asked if asked.is_absolute() else Path.home() / ".cache") / "kaohe"
    path = home / "key"
    if not path.is_file() or path.stat().st_size != 32:
        home.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f"key.{secrets.token_hex(8)}")
        with os.fdopen(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(secrets.token_bytes(32))
        beside.replace(path)
    return path.read_bytes()


def _prune(newest: Path, most: int) -> None:
    """Remove the oldest entries of a kind, down to as many, and to `_MOST_BYTES`; what was just written stays."""
    others = sorted(_entries(newest), reverse=True)
    room = _MOST_BYTES - newest.stat().st_size
    for number, (_, size, path) in enumerate(others, 2):
        room -= size
        if number > most or room < 0:
            with contextlib.suppress(OSError):
                path.unlink()


def _entries(newest: Path) -> Iterator[tuple[int, int, Path]]:
    """The other entries of a kind: when they were written, their size in bytes, and where they are."""
    for folder in newest.parents[1].iterdir():
        if folder.is_symlink() or not folder.is_dir():
            continue
        for path in folder.iterdir():
            with contextlib.suppress(OSError):
                found = path.lstat()
                if stat.S_ISREG(found.st_mode) and _NAME.fullmatch(path.name) and path != newest:
                    yield found.st_mtime_ns, found.st_size, path
