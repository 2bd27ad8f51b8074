"""Which scores changed, and why: the reasons of a difference, down to single incidents, add up to it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from site_builder.model import EXACT, ZERO, Department, Ledger, Section, SectionScore, Year
from site_builder.model.review import Cause, Reason, ScoreChange, Side
from site_builder.review.causes import Counted, counted, explanations


def score_changes(base: Side, head: Side) -> tuple[ScoreChange, ...]:
    """Every score and every deduction that changed: the largest difference first, then in the site's order."""
    assert base.site is not None and head.site is not None
    years = sorted({*base.site.years, *head.site.years})
    found = [change for year in years for change in _Comparison(year, base, head).changes()]
    return tuple(sorted(found, key=lambda change: -change.difference.copy_abs()))


@dataclass(frozen=True, slots=True)
class _Half:
    """A year on one side; nothing where the side does not have the year."""

    year: Year | None
    ledger: Ledger
    departments: Mapping[str, Department]

    @property
    def sections(self) -> Mapping[str, Section]:
        """The sections by id."""
        return self.year.scheme.all_sections if self.year else {}

    def score(self, department: str, section: str) -> SectionScore | None:
        """How a department stands in a section."""
        return self.ledger.scores.get(department, {}).get(section)

    def counted(self) -> Mapping[str, Counted]:
        """The incidents as they are counted."""
        return counted(self.year, self.ledger) if self.year else {}


def _half(side: Side, number: int) -> _Half:
    assert side.site is not None
    year = side.site.years.get(number)
    return _Half(year, side.ledgers.get(number, Ledger({}, {})), side.site.departments)


class _Comparison:
    """Both sides of a year."""

    def __init__(self, number: int, base: Side, head: Side) -> None:
        self._number = number
        self._base, self._head = _half(base, number), _half(head, number)
        self._before, self._after = self._base.counted(), self._head.counted()
        self._why = explanations(self._before, self._after)
        self._concerned = self._grouped()

    def _grouped(self) -> Mapping[tuple[str, str], list[str]]:
        """The incidents that are counted otherwise, by department and section, in the order of counting."""
        found: dict[tuple[str, str], dict[str, None]] = {}
        for name in self._why:
            for one in (self._before.get(name), self._after.get(name)):
                for section in one.sections if one else ():
                    assert one is not None
                    found.setdefault((one.incident.department, section), {})[name] = None
        return {standing: list(names) for standing, names in found.items()}

    def changes(self) -> Iterator[ScoreChange]:
        """Every department and section whose score or deduction is another one."""
        departments = {**self._base.departments, **self._head.departments}
        sections = {**self._base.sections, **self._head.sections}
        for department, named in departments.items():
            for section, titled in sections.items():
                before, after = self._base.score(department, section), self._head.score(department, section)
                if before != after and (before or after):
                    reasons = tuple(self._reasons(department, section, before, after))
                    change = ScoreChange(
                        self._number, department, named.name, section, titled.title, before, after, reasons
                    )
                    if change.difference or reasons or (before and after):
                        yield change

    def _reasons(
        self, department: str, section: str, before: SectionScore | None, after: SectionScore | None
    ) -> Iterator[Reason]:
        """What the points contribute, then what each incident does: the largest difference first."""
        if before and after:
            old, new = before.points or ZERO, after.points or ZERO
            if old != new:
                yield Reason(Cause.POINTS, None, section, old, new, EXACT.subtract(new, old), (section,))
        found = (self._reason(name, department, section) for name in self._concerned.get((department, section), ()))
        yield from sorted((one for one in found if one.difference), key=lambda one: -one.difference.copy_abs())

    def _reason(self, name: str, department: str, section: str) -> Reason:
        old, new = (_taken(side.get(name), department, section) for side in (self._before, self._after))
        why = self._why[name]
        cause, rules, others, more = why.cause, why.rules, why.others, why.more
        return Reason(cause, name, section, old, new, EXACT.subtract(old, new), rules, others, more)


def _taken(one: Counted | None, department: str, section: str) -> Decimal:
    """What an incident takes from a department in a section."""
    if one is None or one.incident.department != department or section not in one.sections:
        return ZERO
    return one.entry.counted
