"""A chronicle that is remembered: its episodes, and what was counted for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from site_builder.model.review import Episode, ScoreChange
from site_builder.review.chronicle import chronicle
from site_builder.store import Store, key_of, program
from site_builder.trail import Evidence


@dataclass(frozen=True, slots=True)
class _Chronicle:
    episodes: tuple[Episode, ...]


@dataclass(frozen=True, slots=True)
class _Counted:
    """What the chronicle before counted, as `chronicle` asks for it."""

    scores: Mapping[str, tuple[ScoreChange, ...]]


def kept_chronicle(site: Path, key: str | None, evidence: Callable[[], Evidence]) -> tuple[Episode, ...]:
    """The chronicle with this fingerprint, or a new one, for which only what is new is counted.

    Where the fingerprint is None, nothing is remembered. Raises `GitError`.
    """
    if key is None:
        return chronicle(evidence(), {})
    store, latest = Store(site), key_of(program())
    known = store.load("chronicle", key, _Chronicle)
    if known is not None:
        return known.episodes
    counted = store.load("chronicle-memory", latest, _Counted)
    memory = dict(counted.scores) if counted is not None else {}
    given = evidence()
    found = chronicle(given, memory)
    if given.line is not None:
        store.save("chronicle", key, _Chronicle(found))
        store.save("chronicle-memory", latest, _Counted(memory))
    return found
