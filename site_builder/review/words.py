"""Which words differ: runs that people can read, found in bounded time."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from site_builder.model.review import Mark, Run

_TOKEN = re.compile(r"\d+(?:\.\d+)+|[0-9A-Za-z\u00c0-\u024f]+|.[\u0300-\u036f\u200d\ufe00-\ufe0f]*", re.DOTALL)
_PIECE = re.compile(r"[^\n。！？；.!?;]*(?:[\n。！？；.!?;]|\Z)")
_WORK = 300_000
"""The most steps of one comparison, roughly: length × edits."""

_SHORT, _WEAK = 2, 4
"""Fewer same characters between two changes never stay; fewer of these not where both changes are longer."""

_Edits = list[tuple[Mark, str]]


def difference(before: str, after: str) -> tuple[Run, ...]:
    """The two texts as one: what is the same, what was removed and, behind it, what was added.

    The same and the removed runs together are the text before, the same and the added ones the text after. A run of
    letters or digits is never split; others are compared character by character, Chinese as well. Long texts that
    differ much are compared by sentences, and where even these are too many, as wholes.
    """
    return _runs(_compared(before, after))


def _compared(before: str, after: str) -> _Edits:
    by_tokens = _edits(_TOKEN.findall(before), _TOKEN.findall(after))
    return by_tokens if by_tokens is not None else _by_sentences(before, after)


def _by_sentences(before: str, after: str) -> _Edits:
    """Sentences first; then the tokens of what was exchanged, where that is little enough."""
    edits = _edits(_PIECE.findall(before), _PIECE.findall(after))
    if edits is None:
        return [(Mark.REMOVED, before), (Mark.ADDED, after)]
    groups = [(same, list(members)) for same, members in groupby(edits, key=_is_same)]
    work = _WORK // len(groups)
    return [edit for same, members in groups for edit in (members if same else _refined(members, work))]


def _is_same(edit: tuple[Mark, str]) -> bool:
    return edit[0] is Mark.SAME


def _refined(exchanged: _Edits, work: int) -> _Edits:
    """Exchanged sentences, compared token by token."""
    old, new = _joined(exchanged, Mark.REMOVED), _joined(exchanged, Mark.ADDED)
    edits = _edits(_TOKEN.findall(old), _TOKEN.findall(new), work)
    return exchanged if edits is None else edits


def _edits(before: Sequence[str], after: Sequence[str], work: int = _WORK) -> _Edits | None:
    """The fewest removals and additions that lead from one sequence to the other; None where that is too much work."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    middle = _shortest(before[head : len(before) - tail], after[head : len(after) - tail], work)
    if middle is None:
        return None
    begin = [(Mark.SAME, token) for token in before[:head]]
    return [*begin, *middle, *((Mark.SAME, token) for token in before[len(before) - tail :])]


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """How many elements the two begin with alike."""
    for number, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return number
    return min(len(one), len(other))


def _shortest(old: Sequence[str], new: Sequence[str], work: int) -> _Edits | None:
    """Myers' greedy algorithm: the work is at most the length × the number of edits, and both are bounded."""
    if not old or not new:
        return [*((Mark.REMOVED, token) for token in old), *((Mark.ADDED, token) for token in new)]
    length = len(old) + len(new)
    reached = {1: 0}
    history: list[dict[int, int]] = []
    for edits in range(min(length, work // length) + 1):
        history.append({})
        for diagonal in range(-edits, edits + 1, 2):
            at = _furthest(reached, diagonal, edits)
            while at < len(old) and at - diagonal < len(new) and old[at] == new[at - diagonal]:
                at += 1
            history[-1][diagonal] = reached[diagonal] = at
            if at >= len(old) and at - diagonal >= len(new):
                return _walked_back(history, old, new)
    return None


def _furthest(reached: dict[int, int], diagonal: int, edits: int) -> int:
    """How far one more edit leads on a diagonal: an addition from the one above, or a removal from the one below."""
    return reached[diagonal + 1] if _is_added(reached, diagonal, edits) else reached[diagonal - 1] + 1


def _is_added(reached: dict[int, int], diagonal: int, edits: int) -> bool:
    """Whether the last edit on the way to a diagonal was an addition."""
    return diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])


def _walked_back(history: list[dict[int, int]], old: Sequence[str], new: Sequence[str]) -> _Edits:
    """The edits from the end to the beginning, turned round."""
    at, diagonal = len(old), len(old) - len(new)
    found: _Edits = []
    for edits in range(len(history) - 1, 0, -1):
        reached = history[edits - 1]
        start = _furthest(reached, diagonal, edits)
        found.extend((Mark.SAME, old[one]) for one in range(at - 1, start - 1, -1))
        if _is_added(reached, diagonal, edits):
            found.append((Mark.ADDED, new[start - diagonal - 1]))
            at, diagonal = start, diagonal + 1
        else:
            found.append((Mark.REMOVED, old[start - 1]))
            at, diagonal = start - 1, diagonal - 1
    found.extend((Mark.SAME, old[one]) for one in range(at - 1, -1, -1))
    return found[::-1]


@dataclass(slots=True)
class _Exchange:
    """Words that stand on both sides, and what was exchanged behind them."""

    same: str
    removed: str = ""
    added: str = ""

    def swallow(self, other: "_Exchange") -> None:
        """Make one exchange of two, and of the same words between them."""
        self.removed += other.same + other.removed
        self.added += other.same + other.added

    @property
    def size(self) -> int:
        """The length of the longer side."""
        return max(len(self.removed), len(self.added))


def _runs(edits: Iterable[tuple[Mark, str]]) -> tuple[Run, ...]:
    """The edits as runs: an exchange is what was removed, then what was added."""
    exchanges = _exchanges(edits)
    runs = (
        Run(mark, text)
        for exchange in exchanges
        for mark, text in (
            (Mark.SAME, exchange.same),
            (Mark.REMOVED, exchange.removed),
            (Mark.ADDED, exchange.added),
        )
    )
    return tuple(run for run in runs if run.text)


def _exchanges(edits: Iterable[tuple[Mark, str]]) -> list[_Exchange]:
    """The exchanges in their order; few same characters between two of them are part of the exchange."""
    found: list[_Exchange] = []
    for exchange in _split(edits):
        if found and exchange.size and _is_confetti(found[-1], exchange):
            found[-1].swallow(exchange)
        else:
            found.append(exchange)
    return found


def _split(edits: Iterable[tuple[Mark, str]]) -> Iterator[_Exchange]:
    """Each stretch of same words with the exchange behind it."""
    groups = [(same, list(members)) for same, members in groupby(edits, key=lambda edit: edit[0] is Mark.SAME)]
    if groups and not groups[0][0]:
        groups.insert(0, (True, []))
    for at in range(0, len(groups), 2):
        changed = groups[at + 1][1] if at + 1 < len(groups) else []
        yield _Exchange(_joined(groups[at][1], Mark.SAME), _joined(changed, Mark.REMOVED), _joined(changed, Mark.ADDED))


def _joined(edits: Iterable[tuple[Mark, str]], wanted: Mark) -> str:
    return "".join(text for mark, text in edits if mark is wanted)


def _is_confetti(left: _Exchange, right: _Exchange) -> bool:
    """Whether the same words between two exchanges are too few to be worth reading."""
    if not left.size:
        return False
    length = len(right.same)
    return length < _SHORT or (length < _WEAK and length < min(left.size, right.size))
