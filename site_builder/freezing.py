"""Fixed results against what is computed today: a difference is a problem until a restatement accounts for it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TypeVar

from site_builder import __version__
from site_builder.model import (
    Decision,
    Frozen,
    Inputs,
    Ledger,
    Level,
    Message,
    Place,
    Problem,
    Scores,
    Severity,
    Site,
    Trail,
    message,
    results_path,
)

_SHOWN = 6
"""The most effects that one problem names."""

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Effect:
    """A score that differs from the fixed one, in points; None where a department or section is not there."""

    department: str
    section: str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs from fixed results: files, verdicts and policy by name (None where they went), and scores.

    `added` are the files of which the fixed results know nothing; `level` is the new one where it is another.
    `departments` are those with fixed results alone, or with results of today alone, and whether it is the latter;
    `renamed` those whose name or group is another, or that came or went.
    """

    level: str | None
    files: Mapping[str, str | None]
    added: frozenset[str]
    verdicts: Mapping[str, str | None]
    policy: Mapping[str, str | None]
    effects: tuple[Effect, ...]
    departments: Mapping[str, bool]
    renamed: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def matters(self) -> bool:
        """Whether it must be accounted for: a changed policy alone, with every verdict as it was, need not be."""
        return bool(self.level or self.files or self.verdicts or self.effects or self.renamed)


def proved(inputs: Inputs, trail: Trail) -> Inputs:
    """The inputs with the level and, where approvals are demanded, what history decides on each file."""
    if trail.level is Level.RECORDED:
        return replace(inputs, level=trail.level.value)
    decided = {subject: verdict.decision.value for subject, verdict in {**trail.verdicts, **trail.counted}.items()}
    verdicts = {subject: decided.get(subject, Decision.UNKNOWN.value) for subject in inputs.files}
    return replace(inputs, level=trail.level.value, verdicts=verdicts)


def scores_of(ledger: Ledger) -> Scores:
    """The scores of a year by department and section, in points."""
    return {
        department: {name: one.score for name, one in sections.items()}
        for department, sections in ledger.scores.items()
    }


def standing(frozen: Frozen) -> tuple[Inputs, Scores]:
    """The inputs and scores that hold today: the fixed ones, with every restatement in its order."""
    inputs, scores = frozen.inputs, frozen.scores
    for one in frozen.restatements:
        inputs = replace(
            inputs,
            level=one.level or inputs.level,
            files=_overlaid(inputs.files, one.files),
            verdicts=_overlaid(inputs.verdicts, one.verdicts),
            departments=_overlaid(inputs.departments, one.departments),
        )
        scores = restated(scores, one.scores)
    return inputs, scores


def _overlaid(old: Mapping[str, _Value], new: Mapping[str, _Value | None]) -> Mapping[str, _Value]:
    return {name: value for name, value in {**old, **new}.items() if value is not None}


def restated(scores: Scores, changed: Mapping[str, Mapping[str, Decimal | None]]) -> Scores:
    """The scores after a restatement: what it gives instead of what was there; None takes a score away."""
    names = dict.fromkeys((*scores, *changed))
    found = {name: _overlaid(scores.get(name, {}), changed.get(name, {})) for name in names}
    return {name: own for name, own in found.items() if own}


def difference(frozen: Frozen, inputs: Inputs, scores: Scores) -> Difference:
    """What differs between the results that hold today and what is there and computed now."""
    held, fixed = standing(frozen)
    files = dict(_changed(held.files, inputs.files))
    return Difference(
        inputs.level if inputs.level != held.level else None,
        files,
        frozenset(name for name in files if name not in held.files),
        {} if inputs.level != held.level else dict(_changed(held.verdicts, inputs.verdicts)),
        dict(_changed(held.policy, inputs.policy)),
        tuple(_effects(fixed, scores)),
        {name: name in scores for name in sorted(fixed.keys() ^ scores.keys())},
        dict(_changed(held.departments, inputs.departments)) if held.departments else {},
    )


def _changed(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, str | None]]:
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            yield name, new.get(name)


def _effects(old: Scores, new: Scores) -> Iterator[Effect]:
    for department in dict.fromkeys((*new, *old)):
        before, after = old.get(department, {}), new.get(department, {})
        for section in dict.fromkeys((*after, *before)):
            if before.get(section) != after.get(section):
                yield Effect(department, section, before.get(section), after.get(section))


def problems(site: Site, year: int, found: Difference) -> Iterator[Problem]:
    """What differs from the fixed results of a year, each cause with what it did to which score."""
    frozen = site.years[year].frozen
    assert frozen is not None
    for name, digest in found.files.items():
        what = _what(name, digest, found)
        yield _problem(
            frozen, "frozen-file-changed", name, what, _told(site, year, _of(site, year, name, found.effects))
        )
    for name, decision in found.verdicts.items():
        what = message("The verdict on {name} is now “{decision}”", name=name, decision=decision or "—")
        effects = _told(site, year, _of(site, year, name, found.effects))
        yield _problem(frozen, "frozen-verdict-changed", name, what, effects)
    if found.level is not None:
        what = message(
            "The policy demands “{level}” now, not “{old}”", level=found.level, old=standing(frozen)[0].level
        )
        yield _problem(frozen, "frozen-level-changed", "", what, _told(site, year, found.effects))
    for name, is_new in found.departments.items():
        own = tuple(one for one in found.effects if one.department == name)
        yield _problem(frozen, "frozen-department-changed", name, _listed(name, is_new), _told(site, year, own))
    for name in found.renamed.keys() - found.departments.keys():
        yield _problem(frozen, "frozen-department-changed", name, _renamed(name), message("no score changes"))
    rest = tuple(one for one in found.effects if one.department not in found.departments)
    if rest and not (found.files or found.verdicts or found.level):
        yield _problem(frozen, "frozen-score-differs", rest[0].department, _computed(frozen), _told(site, year, rest))
    yield from _of_policy(frozen, found)


def _listed(name: str, is_new: bool) -> Message:
    if is_new:
        return message("{name} is assessed in this year now: see from and to in content/departments.yaml", name=name)
    return message("{name} is no longer assessed in this year: see content/departments.yaml", name=name)


def _renamed(name: str) -> Message:
    return message("{name} has another name or group now: see content/departments.yaml", name=name)


def _computed(frozen: Frozen) -> Message:
    if frozen.version == __version__:
        return message(
            "the same files give other figures than stand here: these were edited, or the program was changed"
        )
    return message(
        "kaohe {now} computes these results otherwise than kaohe {version} did",
        now=__version__,
        version=frozen.version,
    )


def _what(name: str, digest: str | None, found: Difference) -> Message:
    if digest is None:
        return message("{name} is gone", name=name)
    return message("{name} is new", name=name) if name in found.added else message("{name} was changed", name=name)


def _of_policy(frozen: Frozen, found: Difference) -> Iterator[Problem]:
    """A changed policy is named; alone, with every verdict as it was, it is no more than a warning."""
    for name in found.policy:
        matters = bool(found.level or found.verdicts)
        yield Problem(
            Place(results_path(frozen.year)),
            "frozen-policy-changed",
            message("The results of {year} are fixed, and {name} was changed since", year=str(frozen.year), name=name),
            message("See whether the verdicts above follow from it")
            if matters
            else message("Every verdict is as it was: nothing need be done"),
            Severity.ERROR if matters else Severity.WARNING,
        )


def _of(site: Site, year: int, name: str, effects: Iterable[Effect]) -> tuple[Effect, ...]:
    """The effects that a file may have: an incident's are those of its department."""
    incident = site.years[year].incidents.get(name.removeprefix(f"incidents/{year}/").removesuffix(".md"))
    return tuple(one for one in effects if incident is None or one.department == incident.department)


def _told(site: Site, year: int, effects: tuple[Effect, ...]) -> Message:
    if not effects:
        return message("no score changes")
    told = tuple(_effect(site, year, one) for one in effects[:_SHOWN])
    more = len(effects) - _SHOWN
    return (
        message("{effects}; {count} more", effects=told, count=more) if more > 0 else message("{effects}", effects=told)
    )


def _effect(site: Site, year: int, one: Effect) -> Message:
    department = site.departments.get(one.department)
    section = site.years[year].scheme.all_sections.get(one.section)
    return message(
        "{department} {section} {before} → {after}",
        department=department.name if department else one.department,
        section=section.title if section else one.section,
        before="—" if one.before is None else one.before,
        after="—" if one.after is None else one.after,
    )


def _problem(frozen: Frozen, code: str, name: str, what: Message, effects: Message) -> Problem:
    return Problem(
        frozen.places.get(name, Place(results_path(frozen.year))),
        code,
        message(
            "The results of {year} are fixed: {what} ({effects})", year=str(frozen.year), what=what, effects=effects
        ),
        message(
            "Undo it, or account for it: kaohe freeze {year} --reason … --decision … --date …; then have the file "
            "approved",
            year=str(frozen.year),
        ),
    )
