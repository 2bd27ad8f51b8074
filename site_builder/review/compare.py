"""Two revisions become a review."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from site_builder.model import Message, Problem, message
from site_builder.model.review import FileChange, Need, Review, Scope, Side
from site_builder.review.incidents import incident_changes
from site_builder.review.powers import powers
from site_builder.review.rules import department_changes, rule_changes
from site_builder.review.scores import score_changes


def compare(
    base: Side,
    head: Side,
    files: Iterable[FileChange] = (),
    needs: Iterable[Need] = (),
    scope: Scope | None = None,
) -> Review:
    """What changed from one side to the other. What else is given is of the change, and handed on.

    Where a side has errors, only files, powers and problems are compared.
    """
    files = tuple(files)
    added, removed = _differing(base.problems, head.problems)
    review = Review(
        scope,
        powers(files),
        files,
        _incomparable(base, head),
        problems_added=added,
        problems_removed=removed,
        names=_names(base, head),
    )
    if base.site is None or head.site is None:
        return review
    return replace(
        review,
        incidents=incident_changes(base, head),
        rules=rule_changes(base.site, head.site),
        departments=department_changes(base.site, head.site),
        scores=score_changes(base, head),
        needs=tuple(needs),
    )


def _names(*sides: Side) -> Mapping[str, str]:
    """What departments are called, by id; at the head, where both sides have one."""
    return {one.id: one.name for side in sides if side.site for one in side.site.departments.values()}


def _incomparable(base: Side, head: Side) -> Message | None:
    if head.site is None:
        return message("The change has errors: nothing is computed from it until these are mended")
    if base.site is None:
        return message("The revision before has errors: there is nothing to compare with")
    return None


def _differing(before: Iterable[Problem], after: Iterable[Problem]) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """The problems that only the one side has; one that merely stands in another line is the same."""
    return _without(after, before), _without(before, after)


def _without(problems: Iterable[Problem], others: Iterable[Problem]) -> tuple[Problem, ...]:
    left = Counter((one.place.path, one.code, one.text) for one in others)
    found = []
    for one in problems:
        key = one.place.path, one.code, one.text
        if left[key]:
            left[key] -= 1
        else:
            found.append(one)
    return tuple(found)
