"""Claims of authorship in commits: `Co-authored-by`, read generously, for whoever wrote approves nothing of it.

A claim counts anywhere in a message, in any case, quoted or in a list, in full-width letters and signs, and with all
that stands on its line and on the lines that continue it. All work is linear in the length of the text.
"""

from collections.abc import Iterable, Iterator
from itertools import pairwise

_DASHES = "_\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
_WIDE = {number: number - 0xFEE0 for number in range(0xFF01, 0xFF5F)}
_PLAIN: dict[int, int | str] = {
    **_WIDE,
    **dict.fromkeys(map(ord, "〈《‹«"), "<"),
    **dict.fromkeys(map(ord, "〉》›»"), ">"),
    ord("﹫"): "@",
}
_KEY: dict[int, int | str] = {
    **{number: plain + 32 if ord("A") <= plain <= ord("Z") else plain for number, plain in _WIDE.items()},
    **{number: number + 32 for number in range(ord("A"), ord("Z") + 1)},
    **dict.fromkeys(map(ord, _DASHES), "-"),
    **dict.fromkeys(map(ord, _INVISIBLE), " "),
    **dict.fromkeys(map(ord, "＿"), "-"),
    **dict.fromkeys(map(ord, "﹕︰∶"), ":"),
}
"""Each letter becomes one letter, so that a place in the key is the same place in the line."""

_GAP = "- \t"
_AUTHORED = "authored"
_BOUNDS = str.maketrans(dict.fromkeys('<>()[]{},;:|/=?"“”‘’、，；：（）【】。！', " "))
_LISTED = str.maketrans(dict.fromkeys("<>()[]{},;&|/、，；（）【】", "\n"))
_BRACKETS = "<>()[]{},;"
_ENDS = ".,;:!?'\"`*_~|\\<>()[]{}，。；：！？、“”‘’（）【】"


def co_author_claims(text: str) -> tuple[str, ...]:
    """What stands behind each `Co-authored-by:` of a message, continuation lines included."""
    key = text.translate(_KEY)
    if _AUTHORED not in key:
        return ()
    return tuple(_claims(zip(text.split("\n"), key.split("\n"), strict=True)))


def addresses(claim: str) -> tuple[str, ...]:
    """Every address in a claim: whatever has an `@` and something on both sides of it, with and without punctuation."""
    plain = claim if claim.isascii() else claim.translate(_PLAIN)
    if "@" not in plain:
        return ()
    whole = "@".join(part.strip() for part in plain.split("@"))
    forms = dict.fromkeys((claim, plain, whole))
    variants = dict.fromkeys(variant for form in forms for variant in (form, *_parted(form)))
    words = dict.fromkeys(word for variant in variants for word in variant.split() if "@" in word)
    found = dict.fromkeys(one for word in words for one in (word.strip(_BRACKETS), word.strip(_ENDS)))
    return tuple(one for one in found if not one.startswith("@") and not one.endswith("@"))


def _parted(form: str) -> Iterator[str]:
    """The text with spaces in place of what may stand around an address; also of every letter beyond ASCII."""
    yield form.translate(_BOUNDS)
    if not form.isascii():
        yield form.encode("ascii", "replace").decode("ascii").translate(_BOUNDS)


def names(claim: str) -> tuple[str, ...]:
    """The names that a claim without an address may mean: all of it, and each part between commas and brackets."""
    plain = " ".join(claim.split())
    parts = plain.replace(" and ", "\n").translate(_LISTED).split("\n")
    found = (part.strip().strip(_ENDS).strip() for part in (plain, *parts))
    return tuple(name for name in dict.fromkeys(found) if name)


def _claims(lines: Iterable[tuple[str, str]]) -> Iterator[str]:
    """The claims in lines, each with its key. One with nothing behind its colon goes on to the next blank line."""
    claim: list[str] = []
    before, bare = "", False
    for line, key in lines:
        marker = _marker(key) if _AUTHORED in key else None
        if marker is not None:
            yield from _joined(claim)
            before, claim = line[: marker[0]], [line[marker[1] :]]
            bare = not claim[0].strip()
        elif claim and line.strip() and (bare or _continues(line, before)):
            claim.append(line)
        else:
            yield from _joined(claim)
            claim = []
    yield from _joined(claim)


def _marker(key: str) -> tuple[int, int] | None:
    """Where `Co-authored-by:` begins and ends in a line: the first of them."""
    parts = key.split(_AUTHORED)
    at = 0
    for before, behind in pairwise(parts):
        at += len(before) + len(_AUTHORED)
        co = before.rstrip(_GAP)
        rest = behind.lstrip(_GAP)
        colon = rest[2:].lstrip() if rest.startswith("by") else ""
        if co.endswith("co") and colon.startswith(":"):
            return at - len(_AUTHORED) - len(before) + len(co) - 2, at + len(behind) - len(colon) + 1
    return None


def _continues(line: str, before: str) -> bool:
    """Whether a line continues one that has its marker behind `before`, a quotation mark or a bullet perhaps."""
    return line[:1].isspace() or (line.startswith(before) and line[len(before) : len(before) + 1].isspace())


def _joined(claim: list[str]) -> Iterator[str]:
    joined = " ".join(claim).strip()
    if joined:
        yield joined
