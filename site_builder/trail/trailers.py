"""Trailers: the lines at the end of a commit's message that say something to programs.

Nothing is believed that `git interpret-trailers --parse` would not give, and less where readers of messages disagree.
All work is linear in the length of the message.
"""

from collections.abc import Sequence
from dataclasses import dataclass

APPROVES = "Approves"
"""The trailer of `kaohe approve`: a blob and a path; a blob of zeros for the absence of the file."""

REPLACES = "Replaces"
"""The trailer that says in place of which blob (zeros for none) a path's approved content is to stand."""

_BELIEVED = ("approved-by", "reviewed-by")
_SPACE = " \t\r\n"
"""What git takes for white space."""

_CONFLICTS = "Conflicts:"
"""The line with which git once began a list of files at the end of a message; git leaves it out."""

_HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Trailer:
    """One trailer: its name in lower case, and what stands behind the colon, on one line."""

    name: str
    value: str


def trailers(text: str) -> tuple[Trailer, ...]:
    """The trailers of a message: its last paragraph, where that is not its first and every line of it is one.

    A line that begins with white space continues the one before. Where a line `---` or a scissors line divides the
    message, programs differ on where it ends: such a message has none. A NUL ends it.
    """
    lines = text.partition("\0")[0].split("\n")
    if any(_divides(line) for line in lines):
        return ()
    return _parsed(_last_paragraph(lines))


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
    pairs = (one.value.partition(" ") for one in found if one.name == name.lower())
    return tuple((blob, path) for blob, _, path in pairs if path and _is_blob(blob))


def _divides(line: str) -> bool:
    """Whether git, or a part of it, ends the message here: before a patch, or what an editor was to cut off."""
    return (line.startswith("---") and line[3:4].strip(_SPACE) == "") or (line.startswith("#") and ">8" in line)


def _last_paragraph(lines: Sequence[str]) -> Sequence[str]:
    """The lines after the last blank one that stands between others; none where all are one paragraph."""
    filled = [number for number, line in enumerate(lines) if line.strip(_SPACE)]
    for number, before in zip(reversed(filled), reversed(filled[:-1]), strict=False):
        if number - before > 1:
            return lines[number : filled[-1] + 1]
    return ()


def _parsed(lines: Sequence[str]) -> tuple[Trailer, ...]:
    """The trailers in lines, each of which must be one or continue one."""
    found: list[tuple[str, list[str]]] = []
    for line in lines:
        if line[0] in _SPACE:
            if not found:
                return ()
            found[-1][1].append(line.lstrip(_SPACE))
            continue
        name, colon, value = line.partition(":")
        if not _is_name(name) or not colon or line == _CONFLICTS:
            return ()
        found.append((name.lower(), [value.lstrip(_SPACE)]))
    return tuple(Trailer(name, " ".join(parts).strip(_SPACE)) for name, parts in found)


def _is_name(text: str) -> bool:
    return text.isascii() and not text.startswith("-") and text.replace("-", "").isalnum()


def _is_blob(text: str) -> bool:
    return len(text) in (40, 64) and _HEXADECIMAL.issuperset(text)


def _address(value: str) -> str | None:
    """The one address of a value, in brackets at its end or bare; None where there is none, or a choice."""
    _, opened, rest = value.partition("<")
    address, closed, behind = rest.partition(">")
    if not opened:
        address = value if "@" in value and ">" not in value else ""
    elif not closed or behind or "<" in address:
        return None
    return address if address and not any(letter.isspace() for letter in address) else None
