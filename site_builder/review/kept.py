"""A chronicle that is remembered: what `.kaohe-cache/` keeps of it."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

from site_builder.model import Happening, SectionScore, plain
from site_builder.model.review import Episode, ScoreChange, Touch
from site_builder.review.chronicle import chronicle
from site_builder.trail import Evidence, load, program, store

_FILE = "chronicle.json"

_Row = list[object]


def kept_chronicle(site: Path, key: str | None, evidence: Callable[[], Evidence]) -> tuple[Episode, ...]:
    """The chronicle with this fingerprint, or a new one, for which only what is new is counted.

    Where the fingerprint is None, nothing is remembered. Raises `GitError`.
    """
    known = _known(site) if key is not None else {}
    try:
        if known.get("key") == key is not None:
            return _episodes(known["episodes"])
        memory = {digest: _scores(scores) for digest, scores in known.get("memory", {}).items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        memory = {}
    given = evidence()
    found = chronicle(given, memory)
    if key is not None and given.line is not None:
        counted = {digest: _plain_scores(scores) for digest, scores in memory.items()}
        store(site, _FILE, {"program": program().hex(), "key": key, "episodes": _plain_all(found), "memory": counted})
    return found


def _known(site: Path) -> dict[str, Any]:
    kept = load(site, _FILE)
    return kept if isinstance(kept, dict) and kept.get("program") == program().hex() else {}


def _plain_all(episodes: Iterable[Episode]) -> list[_Row]:
    return [
        [
            one.commit,
            one.moment,
            one.name,
            one.address,
            one.office,
            [[t.happening, t.path, t.year, t.incident, t.department, t.approved] for t in one.touches],
            _plain_scores(one.scores),
            one.broken,
        ]
        for one in episodes
    ]


def _episodes(kept: Iterable[tuple[Any, ...]]) -> tuple[Episode, ...]:
    """The episodes in what was kept; whatever is not as it was written raises an error."""
    return tuple(
        Episode(
            commit,
            moment,
            name,
            address,
            office,
            tuple(Touch(Happening(happening), *rest) for happening, *rest in touches),
            _scores(scores),
            broken,
        )
        for commit, moment, name, address, office, touches, scores, broken in kept
    )


def _plain_scores(scores: Iterable[ScoreChange]) -> list[_Row]:
    return [
        [one.year, one.department, one.department_name, one.section, one.title, _plain(one.before), _plain(one.after)]
        for one in scores
    ]


def _plain(score: SectionScore | None) -> list[str | None] | None:
    if score is None:
        return None
    return [
        score.section,
        None if score.points is None else plain(score.points),
        *map(plain, (score.deducted, score.score)),
    ]


def _scores(kept: Iterable[tuple[Any, ...]]) -> tuple[ScoreChange, ...]:
    return tuple(
        ScoreChange(year, department, name, section, title, _score(before), _score(after), ())
        for year, department, name, section, title, before, after in kept
    )


def _score(kept: tuple[str, str | None, str, str] | None) -> SectionScore | None:
    if kept is None:
        return None
    section, points, deducted, score = kept
    return SectionScore(section, None if points is None else Decimal(points), Decimal(deducted), Decimal(score))
