"""Trailers: the lines at the end of a commit's message that say something to programs."""

import re
from dataclasses import dataclass

_TRAILER = re.compile(r"([A-Za-z0-9][A-Za-z0-9-]*): *(.*)")
_ADDRESS = re.compile(r"<([^<>\s]+)>\s*$")
_CO_AUTHOR = re.compile(r"^\s*co-authored-by\s*:(.*)$", re.IGNORECASE | re.MULTILINE)
_APPROVES = re.compile(r"((?:[0-9a-f]{40}|[0-9a-f]{64})) (.+)")

APPROVES = "Approves"
"""The trailer of `kaohe approve`: a blob and a path; a blob of zeros for the absence of the file."""

REPLACES = "Replaces"
"""The trailer that says in place of which blob (zeros for none) a path's approved content is to stand."""

_BELIEVED = ("approved-by", "reviewed-by")


@dataclass(frozen=True, slots=True)
class Trailer:
    """One line: its name in lower case, and what stands behind the colon."""

    name: str
    value: str


def trailers(text: str) -> tuple[Trailer, ...]:
    """The trailers of a message: its last paragraph, where that is not its first and every line of it is one."""
    paragraphs = re.split(r"\n[ \t]*\n", text.strip("\n \t").replace("\r\n", "\n"))
    if len(paragraphs) < 2:
        return ()
    lines = [_TRAILER.fullmatch(line.rstrip()) for line in paragraphs[-1].strip("\n").split("\n")]
    return tuple(Trailer(line[1].lower(), line[2]) for line in lines if line) if all(lines) else ()


def reviewers(found: tuple[Trailer, ...]) -> tuple[str, ...]:
    """The addresses in `Approved-by` and `Reviewed-by`, each once."""
    addresses = (_address(one.value) for one in found if one.name in _BELIEVED)
    return tuple(dict.fromkeys(address for address in addresses if address))


def approved(found: tuple[Trailer, ...]) -> tuple[tuple[str, str], ...]:
    """Blob and path of each `Approves`."""
    return _named(found, APPROVES)


def replaced(found: tuple[Trailer, ...]) -> tuple[tuple[str, str], ...]:
    """Blob and path of each `Replaces`."""
    return _named(found, REPLACES)


def _named(found: tuple[Trailer, ...], name: str) -> tuple[tuple[str, str], ...]:
    matches = (_APPROVES.fullmatch(one.value) for one in found if one.name == name.lower())
    return tuple((match[1], match[2]) for match in matches if match)


def co_authors(text: str) -> tuple[str, ...]:
    """The addresses in `Co-authored-by`, wherever in the message they stand: who is named wrote with the author."""
    return tuple(address for line in _CO_AUTHOR.findall(text) if (address := _address(line)))


def _address(value: str) -> str | None:
    match = _ADDRESS.search(value)
    if match:
        return match[1]
    bare = value.strip()
    return bare if "@" in bare and not re.search(r"[\s<>]", bare) else None
