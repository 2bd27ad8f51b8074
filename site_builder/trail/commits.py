"""Commits as git reads them: one linear parser of a commit object's bytes.

Whatever the bytes are, a commit comes out of them, and the work is linear in their number. Who speaks is read strictly:
where git, or a part of git and another, read two different addresses, the author is nobody, and can approve nothing.
Who wrote is read generously: everybody whom such a line names counts as an author.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cached_property, lru_cache

from site_builder.model import folded
from site_builder.trail.claims import addresses, co_author_claims, names

_SPACE = " \t\n\r\x0b\x0c"
_DIGITS = "0123456789"
_LATEST = 999_999_999_999_999
"""The number of seconds that stands for every larger one."""

_ENCODINGS = frozenset(
    [
        *("gbk", "gb18030", "gb2312", "big5", "latin1", "latin-1", "koi8-r", "euc-jp", "euc-kr"),
        *(f"iso-8859-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)),
        *(f"windows-125{number}" for number in range(9)),
    ]
)
"""The encodings besides UTF-8 in which commits are read: those in use, in which ASCII is ASCII."""

_SIGNATURES = (b"gpgsig", b"gpgsig-sha256")


@dataclass(frozen=True, slots=True)
class Person:
    """Who a commit names, and when: seconds since 1970, and the offset from UTC in minutes.

    An empty address is nobody's.
    """

    name: str
    address: str
    seconds: int
    offset: int

    @property
    def day(self) -> date:
        """The day of the time, where the person was."""
        return date.fromisoformat(self.moment[:10])

    @property
    def moment(self) -> str:
        """The time as ISO 8601 text with its offset; a time that no calendar has is the nearest that one has."""
        seconds = max(-62135596800 + 86400, min(self.seconds, 253402300799 - 86400))
        zone = timezone(timedelta(minutes=self.offset))
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone).isoformat()


@dataclass(frozen=True)
class Commit:
    """A commit as its object says it. `signature` and the `payload` that it signs are there where it has one.

    `odd` are the author lines that name nobody, or of which it is not plain whom they name.
    """

    id: str
    tree: str
    parents: tuple[str, ...]
    author: Person
    committer: Person
    text: str
    signature: bytes | None = None
    payload: bytes | None = None
    odd: tuple[str, ...] = ()

    @cached_property
    def authors(self) -> frozenset[str]:
        """The addresses of the author and of everybody whom the commit names as one, in one spelling."""
        found = (address for every in self._claims.values() for address in every)
        return frozenset(map(folded, (self.author.address, *found)))

    @cached_property
    def unread_claims(self) -> tuple[str, ...]:
        """The words of each claim of authorship that holds no address, such as a bare name, in one spelling.

        Each claim is given whole, and part by part where it may name several people or says more than a name.
        """
        unread = (claim for claim, every in self._claims.items() if not every)
        return tuple(dict.fromkeys(folded(name) for claim in unread for name in names(claim)))

    @cached_property
    def _claims(self) -> Mapping[str, tuple[str, ...]]:
        """Each claim of authorship, with the addresses in it."""
        return {claim: addresses(claim) for claim in (*self.odd, *co_author_claims(self.text))}


def parsed(identifier: str, data: bytes) -> Commit:
    """The commit in an object's bytes.

    Git takes a NUL as the end of a text: where the header holds one, the message is what follows, and says nothing.
    """
    whole = _decoded(data)
    header, _, text = whole.partition("\n\n")
    first, nul, _ = header.partition("\0")
    lines = first.split("\n")
    named = header.replace("\0", "\n").split("\n") if nul else lines
    author, odd = _author(_values(named, "author "), certain=not nul)
    committers = _values(lines, "committer ")
    signature, payload = _signed(data, len(identifier))
    return Commit(
        identifier,
        lines[0].removeprefix("tree "),
        tuple(_parents(lines[1:])),
        author,
        _person(committers[0] if committers else ""),
        whole[len(first) :] if nul else text,
        signature,
        payload,
        odd,
    )


def _values(lines: Iterable[str], header: str) -> list[str]:
    return [line[len(header) :] for line in lines if line.startswith(header)]


def _parents(lines: Iterable[str]) -> Iterable[str]:
    """The parents: the lines right behind the tree's. Further down git takes such a line for any other."""
    for line in lines:
        if not line.startswith("parent "):
            return
        yield line.removeprefix("parent ")


def _decoded(data: bytes) -> str:
    """The object in the encoding that it names; where that is not known or does not fit, in UTF-8 like git.

    What cannot be read is shown as such.
    """
    header = b"\n" + data.partition(b"\n\n")[0]
    named = header.partition(b"\nencoding ")[2].partition(b"\n")[0]
    encoding = named.decode("ascii", "replace").strip(_SPACE).lower()
    if encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            pass
    return data.decode("utf-8", "replace")


def _author(lines: Sequence[str], certain: bool) -> tuple[Person, tuple[str, ...]]:
    """The author, and the lines that are not plain. Of two lines one part of git takes the first, another the last."""
    person = _person(lines[0] if lines else "")
    if len(lines) > 1 or not certain:
        person = replace(person, name="", address="")
    return person, () if person.address else tuple(map(_without_date, lines))


def _without_date(line: str) -> str:
    return line if "@" in line else line.rstrip(_DIGITS + "+-" + _SPACE)


def _person(line: str) -> Person:
    """Whom a line `name <address> seconds zone` names, as git splits it.

    Git takes the first `<`, the first `>` after it and, for the date, the last `>`; others take the last of each. The
    address is believed where these say the same.
    """
    before, _, when = line.rpartition(">")
    if "<" not in before:
        return Person("", "", 0, 0)
    name, address = _named(before)
    seconds, offset = _moment(when.lstrip(_SPACE))
    return Person(name, address, seconds, offset)


@lru_cache(1 << 12)
def _named(line: str) -> tuple[str, str]:
    """The name and the address in a person's line without its last `>`; the same few people write every commit."""
    name, _, rest = line.partition("<")
    address = rest.partition(">")[0]
    if line.rpartition("<")[2] != address:
        address = ""
    return name.strip(_SPACE), address.strip(_SPACE)


def _moment(text: str) -> tuple[int, int]:
    """Seconds and offset in minutes; 0 where there are none, and for an offset of a day or more."""
    sign, text = (-1, text[1:]) if text.startswith("-") else (1, text)
    digits = _leading_digits(text)
    significant = digits.lstrip("0")
    seconds = sign * (int(significant or "0") if len(significant) <= len(str(_LATEST)) else _LATEST)
    return seconds, _offset(text[len(digits) :].lstrip(_SPACE)) if digits else 0


@lru_cache(1 << 8)
def _offset(zone: str) -> int:
    figure = _leading_digits(zone[1:]) if zone[:1] in ("+", "-") else ""
    if not 0 < len(figure) <= 4:
        return 0
    minutes = int(figure) // 100 * 60 + int(figure) % 100
    offset = minutes if minutes < 24 * 60 else 0
    return -offset if zone[0] == "-" else offset


def _leading_digits(text: str) -> str:
    return text[: len(text) - len(text.lstrip(_DIGITS))]


def _signed(data: bytes, width: int) -> tuple[bytes | None, bytes | None]:
    """The signature and the bytes that it signs. One of two signatures would be a choice: then there is none.

    The signature's lines are its header's and those below it that begin with a space. All others are signed.
    """
    header, blank, body = data.partition(b"\n\n")
    if b"gpgsig" not in header:
        return None, None
    own = _SIGNATURES[width == 64] + b" "
    signature: list[bytes] = []
    kept: list[bytes] = []
    inside = False
    for line in header.split(b"\n"):
        if line.startswith(b"gpgsig"):
            if signature or not line.startswith(own):
                return None, None
            inside = True
            signature.append(line[len(own) :])
        elif inside and line.startswith(b" "):
            signature.append(line[1:])
        else:
            inside = False
            kept.append(line)
    return (b"\n".join(signature), b"\n".join(kept) + blank + body) if signature else (None, None)
