"""All years of a site side by side: which one came before, and what changed in the rules from one to another."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from site_builder.model import Scheme, Site, counterparts, is_same, message
from site_builder.model.review import RuleChange, Subject
from site_builder.pages.annual import Annual
from site_builder.review.books import book_changes, moved_items, section_of

COURSE = message("Over the years")
"""What the pages about several years are called."""


@dataclass(frozen=True)
class Years:
    """The years of a site, the earliest first; each two rule books are compared once."""

    site: Site
    annuals: Mapping[int, Annual]
    _compared: dict[tuple[int, int], tuple[RuleChange, ...]] = field(default_factory=dict)
    _changed: dict[tuple[int, int], frozenset[str]] = field(default_factory=dict)

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The years, the earliest first."""
        return tuple(self.annuals)

    def before(self, year: int) -> int | None:
        """The year before, as far as the site has one."""
        return max((one for one in self.numbers if one < year), default=None)

    def scheme(self, year: int) -> Scheme:
        """The rule book of a year."""
        return self.annuals[year].scheme

    def changes(self, before: int, after: int) -> tuple[RuleChange, ...]:
        """What changed from one rule book to a later one."""
        if (before, after) not in self._compared:
            self._compared[before, after] = book_changes(self.scheme(before), self.scheme(after))
        return self._compared[before, after]

    def changed_sections(self, before: int, after: int) -> frozenset[str]:
        """The sections whose rules are not the same in two years: their own, or of anything inside or shared by it."""
        if (before, after) not in self._changed:
            self._changed[before, after] = frozenset(self._touched(before, after))
        return self._changed[before, after]

    def _touched(self, before: int, after: int) -> Iterator[str]:
        books = self.scheme(after), self.scheme(before)
        places = [section_of(change, *books) for change in self.changes(before, after)]
        places += [old.rpartition(".")[0] for old in moved_items(books[1], books[0])]
        shared = {change.id for change in self.changes(before, after) if change.subject is Subject.CLAUSE}
        places += [
            item.section
            for book in books
            for item in book.items.values()
            if any(clause.id in shared for clause in item.clauses)
        ]
        for place in places:
            yield from _around(place)

    def counterparts(self, department: str, year: int, other: int) -> tuple[str, ...]:
        """The departments of another year that one of a year is, became or came from."""
        return counterparts(self.site.departments, department, year, other)

    def is_same(self, one: str, year: int, another: str, other: int) -> bool:
        """Whether two departments of two years are one and the same."""
        return is_same(self.site.departments, one, year, another, other)


def _around(section: str | None) -> Iterator[str]:
    """A section's id and those of the sections around it."""
    parts = section.split(".") if section else []
    return (".".join(parts[:depth]) for depth in range(1, len(parts) + 1))


def side_by_side(site: Site, annuals: Iterable[Annual]) -> Years:
    """The years of a site in their order."""
    return Years(site, {one.year: one for one in sorted(annuals, key=lambda one: one.year)})
