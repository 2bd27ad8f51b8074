"""Corrections of fixed results, as the pages of a year show them: the old figure, the new one, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from site_builder.freezing import restated
from site_builder.model import Restatement, Scores
from site_builder.pages.annual import Annual, Link


@dataclass(frozen=True, slots=True)
class Correction:
    """A score before and after a restatement, in points; None where the department or section was not there."""

    department: Link | str
    section: Link | str
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True, slots=True)
class RestatementView:
    """A restatement with its corrections; none where no score changed."""

    date: date
    reason: str
    decision: str
    corrections: tuple[Correction, ...]


def restatements(annual: Annual, department: str | None = None) -> tuple[RestatementView, ...]:
    """The restatements of the year, the last first; where a department (id) is given, those that concern it."""
    found = tuple(_views(annual, department))
    return tuple(one for one in reversed(found) if department is None or one.corrections)


def _views(annual: Annual, department: str | None) -> Iterator[RestatementView]:
    frozen = annual.assessment.site.years[annual.year].frozen
    if frozen is None:
        return
    scores = frozen.scores
    for one in frozen.restatements:
        yield RestatementView(one.date, one.reason, one.decision, tuple(_corrections(annual, scores, one, department)))
        scores = restated(scores, one.scores)


def _corrections(annual: Annual, scores: Scores, one: Restatement, department: str | None) -> Iterator[Correction]:
    for name, changed in one.scores.items():
        if department is None or department == name:
            for section, after in changed.items():
                yield Correction(
                    annual.department_link(name) if name in annual.departments else name,
                    annual.section_link(section) if section in annual.scheme.all_sections else section,
                    scores.get(name, {}).get(section),
                    after,
                )
