"""A year beside the year before: only what can be compared is, and what cannot is said."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from site_builder import urls
from site_builder.model import EXACT, ZERO, Message, message
from site_builder.pages.annual import Annual, Link
from site_builder.pages.years import Years


@dataclass(frozen=True, slots=True)
class Pair:
    """What departments lost in a section in two years, of how much they could (None: it only deducts).

    `difference` is there only where the rules and the points are the same; else `why` says what is not, and `link`
    leads to it. `before` is None where the earlier year has no such section.
    """

    section: Link
    before: Decimal | None
    before_whole: Decimal | None
    after: Decimal
    after_whole: Decimal | None
    difference: Decimal | None
    why: Message | None
    link: Link | None


@dataclass(frozen=True, slots=True)
class Against:
    """The year before, the departments that are one and the same in both, and those of this year that are not."""

    before: int
    departments: int
    others: tuple[Link, ...]
    pairs: tuple[Pair, ...]
    more: Link


def against(years: Years, annual: Annual) -> Against | None:
    """A year beside the one before; None where it is the first."""
    before = years.before(annual.year)
    if before is None:
        return None
    same = dict(_same(years, before, annual))
    return Against(
        before=before,
        departments=len(same),
        others=tuple(annual.department_link(name) for name in annual.departments if name not in same.values()),
        pairs=tuple(_pairs(years, before, annual, same)),
        more=Link(
            urls.rule_changes(annual.year, before), message("What changed in the rules since {year}", year=str(before))
        ),
    )


def _same(years: Years, before: int, annual: Annual) -> Iterator[tuple[str, str]]:
    """The departments that are one and the same, by their ids in both years."""
    for name in annual.departments:
        for old in years.counterparts(name, annual.year, before):
            if years.is_same(old, before, name, annual.year):
                yield old, name


def _pairs(years: Years, before: int, annual: Annual, same: dict[str, str]) -> Iterator[Pair]:
    changed = years.changed_sections(before, annual.year)
    earlier = years.annuals[before]
    for section in annual.account_sections:
        after, link = _lost(annual, same.values(), section.id), annual.section_link(section.id)
        whole = _whole(section.points, len(same))
        old = earlier.scheme.all_sections.get(section.id)
        if old is None:
            missing = message("{year} had no such section", year=str(before))
            yield Pair(link, None, None, after, whole, None, missing, None)
            continue
        lost, changes = _lost(earlier, same, section.id), f"{urls.rule_changes(annual.year, before)}#{section.id}"
        why = _why(old.points, section.points, section.id in changed)
        difference = EXACT.subtract(after, lost) if why is None else None
        way = Link(changes, message("What changed")) if why is not None else None
        yield Pair(link, lost, _whole(old.points, len(same)), after, whole, difference, why, way)


def _why(before: Decimal | None, after: Decimal | None, changed: bool) -> Message | None:
    """What keeps a section from being compared."""
    if before != after:
        return message("its points changed")
    return message("its rules changed") if changed else None


def _lost(annual: Annual, departments: Iterable[str], section: str) -> Decimal:
    """What these departments lost in a section together."""
    scores = annual.ledger.scores
    return sum((scores[name][section].deducted for name in departments), ZERO)


def _whole(points: Decimal | None, departments: int) -> Decimal | None:
    return None if points is None else points * departments
