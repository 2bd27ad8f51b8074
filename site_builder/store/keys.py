"""What a remembered value follows from, as digests: its inputs, and the program that computes it."""

import contextlib
import os
import re
import sys
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from site_builder.theme import BUNDLED

_PACKAGE = Path(__file__).resolve().parent.parent

_LIBRARIES = re.compile(r"(?:jinja2|markdown|markupsafe|msgspec|nh3|polib|pyyaml)-.*\.(?:dist|egg)-info", re.IGNORECASE)
"""Folders beside installed libraries, which bear their versions.

`importlib.metadata` says the same, but its import alone takes longer than all else here.
"""


def key_of(*parts: bytes) -> str:
    """A key for what follows from these parts in this order, and from nothing else."""
    return sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()


@cache
def program() -> bytes:
    """A digest of what computes: every file of the program and its themes, its libraries, and the version of Python."""
    digest = sha256(repr((sys.version_info[:2], libraries(tuple(sys.path)))).encode("utf-8", "surrogateescape"))
    for root in (_PACKAGE, BUNDLED):
        for path in _files(root):
            digest.update(sha256(os.fsencode(path.relative_to(root))).digest())
            with contextlib.suppress(OSError):
                digest.update(sha256(path.read_bytes()).digest())
    return digest.digest()


def libraries(places: tuple[str, ...]) -> tuple[str, ...]:
    """The libraries that figures, words and pages follow from, with their versions, as installed in these places."""
    found: list[str] = []
    for place in places:
        with contextlib.suppress(OSError):
            found += sorted(one.name for one in Path(place).iterdir() if _LIBRARIES.fullmatch(one.name))
    return tuple(found)


def _files(folder: Path) -> Iterator[Path]:
    """Every file below a folder but what Python compiled, in a fixed order."""
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(set(folders) - {"__pycache__"})
        yield from (Path(parent) / name for name in sorted(names))
