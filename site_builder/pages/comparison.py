"""What changed between the rule books of two years: a page of the later one for each earlier one."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from site_builder import urls
from site_builder.model import Message, Scheme, Section, message
from site_builder.model.review import Change, FieldChange, RuleChange, Run, Subject, Value
from site_builder.pages.annual import Annual, Link
from site_builder.pages.page import Page, crumbs
from site_builder.pages.years import Years
from site_builder.review.books import moved_id, moved_items, section_of
from site_builder.review.telling import field_label

_CHANGES = {
    Change.ADDED: message("New"),
    Change.REMOVED: message("Removed"),
    Change.CHANGED: message("Changed"),
    Change.MOVED: message("Moved here"),
}
_SUBJECTS = {
    Subject.SCHEME: message("Rule book"),
    Subject.UNIT: message("Unit"),
    Subject.SECTION: message("Section"),
    Subject.ITEM: message("Item"),
    Subject.CLAUSE: message("Clause"),
    Subject.INTERPRETATION: message("Interpretation"),
}
_COUNTED = (Subject.SECTION, Subject.ITEM, Subject.CLAUSE, Subject.INTERPRETATION)
_WORDING = {
    Subject.SCHEME: "title",
    Subject.UNIT: "unit",
    Subject.SECTION: "title",
    Subject.ITEM: "text",
    Subject.CLAUSE: "text",
    Subject.INTERPRETATION: "words",
}
"""The key that holds a part's own words: these are its heading."""

_UNSAID = frozenset(["where", "section"])
"""What goes without saying of something new or removed: it stands in its place."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A key that says something else: both values, or their words marked; one value is None where it says nothing."""

    label: Message
    before: object
    after: object
    words: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A changed part: `kind` is a word for the style sheet; `words` marks its own words where these changed.

    `before` and `after` lead to it in the two books, as far as it stands there.
    """

    kind: str
    change: Message
    subject: Message
    title: str
    words: tuple[Run, ...]
    before: Link | None
    after: Link | None
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A section with its changes; `link` leads to it in the later book, or in the earlier one if it is gone."""

    anchor: str
    link: Link
    points: str
    gone: bool
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many parts of a kind are new, removed, moved, changed and the same."""

    subject: Message
    numbers: tuple[int, ...]


def comparison_pages(years: Years, annual: Annual) -> Iterator[Page]:
    """The rule book of a year, compared with that of each year before, the latest first."""
    earlier = [one for one in reversed(years.numbers) if one < annual.year]
    for before in earlier:
        comparison = _Comparison(years, before, annual.year)
        groups = tuple(comparison.groups())
        yield Page(
            urls.rule_changes(annual.year, before),
            "rule-changes.html",
            {
                "title": message(
                    "What changed in the rules from {before} to {after}", before=str(before), after=str(annual.year)
                ),
                "crumbs": (*crumbs(annual), Link(urls.handbook(annual.year), message("Handbook of criteria"))),
                "year": annual.year,
                "before": before,
                "titles": (years.scheme(before).title, annual.scheme.title),
                "kinds": (*(_CHANGES[one] for one in (Change.ADDED, Change.REMOVED, Change.MOVED, Change.CHANGED)),),
                "counts": tuple(comparison.counts()),
                "head": comparison.entries(None),
                "groups": tuple(group for group in groups if group.entries),
                "unchanged": tuple(group for group in groups if not group.entries),
                "others": tuple(
                    Link(urls.rule_changes(annual.year, one), message("since {year}", year=str(one)))
                    for one in earlier
                    if one != before
                ),
            },
        )


class _Comparison:
    """The views of the changes between two books."""

    def __init__(self, years: Years, before: int, after: int) -> None:
        self._years = years
        self._before, self._after = years.annuals[before], years.annuals[after]
        self._books = self._after.scheme, self._before.scheme
        self._changes = years.changes(before, after)
        self._came_from = {new: old for old, new in moved_items(*reversed(self._books)).items()}

    def groups(self) -> Iterator[Group]:
        """Every section of the later book, then those that it no longer has."""
        later, earlier = (book.all_sections for book in self._books)
        for name, section in {**later, **{name: one for name, one in earlier.items() if name not in later}}.items():
            gone = name not in later
            annual = self._before if gone else self._after
            yield Group(name, annual.section_link(name), section.titled_points, gone, self.entries(name))

    def entries(self, section: str | None) -> tuple[Entry, ...]:
        """The changes of a section, or (None) of the book's head; what was moved away comes last."""
        here = (self._entry(one) for one in self._changes if section_of(one, *self._books) == section)
        away = (self._moved_away(old, new) for new, old in self._came_from.items() if _section(old) == section)
        return (*here, *away)

    def counts(self) -> Iterator[Count]:
        """How many parts changed, by kind and what became of them; what is the same comes last."""
        found = Counter((one.subject, one.change) for one in self._changes)
        for subject in _COUNTED:
            new, gone, moved, changed = (
                found[subject, one] for one in (Change.ADDED, Change.REMOVED, Change.MOVED, Change.CHANGED)
            )
            same = _number(self._after.scheme, subject) - new - moved - changed
            yield Count(_SUBJECTS[subject], (new, gone, moved, changed, same))

    def _entry(self, change: RuleChange) -> Entry:
        wording = _WORDING[change.subject]
        words = next((one.words for one in change.fields if one.name == wording), ())
        one_sided = change.change in (Change.ADDED, Change.REMOVED)
        said = {wording} if words or one_sided else set()
        unsaid = said | _UNSAID if one_sided else said
        old = moved_id(change.id, self._came_from)
        return Entry(
            kind=change.change.value,
            change=_CHANGES[change.change],
            subject=_SUBJECTS[change.subject],
            title=change.title,
            words=words,
            before=None if change.change is Change.ADDED else self._place(self._before, change.subject, old),
            after=None if change.change is Change.REMOVED else self._place(self._after, change.subject, change.id),
            differences=tuple(self._difference(one) for one in change.fields if one.name not in unsaid),
        )

    def _moved_away(self, old: str, new: str) -> Entry:
        """An item in the section that it left, which may be the same under another id."""
        later, earlier = self._books
        section = later.all_sections[_section(new)]
        return Entry(
            kind="moved",
            change=message("Moved away"),
            subject=_SUBJECTS[Subject.ITEM],
            title=earlier.items[old].text,
            words=(),
            before=self._place(self._before, Subject.ITEM, old),
            after=self._place(self._after, Subject.ITEM, new),
            differences=(Difference(message("now in"), None, _titled(section), ()),),
        )

    def _place(self, annual: Annual, subject: Subject, identifier: str) -> Link | None:
        """Where a part stands in the handbook of a year."""
        scheme, year, text = annual.scheme, annual.year, str(annual.year)
        owner, _, name = identifier.partition("#")
        if subject in (Subject.SCHEME, Subject.UNIT):
            return Link(urls.handbook(year), text)
        if subject is Subject.INTERPRETATION:
            return Link(urls.interpretations(year), text)
        if owner in scheme.items:
            clause = scheme.items[owner].clause(name) if name else None
            return Link(urls.clause(year, clause) if clause else urls.item(year, scheme.items[owner]), text)
        if identifier in scheme.clauses:
            return Link(urls.clause(year, scheme.clauses[identifier]), text)
        return Link(urls.section(year, owner), text) if owner in scheme.all_sections else None

    def _difference(self, field: FieldChange) -> Difference:
        before = self._value(field.name, field.before, self._before.scheme)
        after = self._value(field.name, field.after, self._after.scheme)
        return Difference(field_label(field.name), before, after, field.words)

    def _value(self, name: str, value: Value, scheme: Scheme) -> object:
        """What a key says, in the words of the book instead of ids."""
        if not isinstance(value, str):
            return value
        if name == "assessor":
            return self._years.site.departments[value].name
        if name == "section":
            return _titled(scheme.all_sections[value]) if value in scheme.all_sections else value
        if name == "per":
            return " × ".join(scheme.units.get(unit, unit) for unit in value.split(", "))
        if name == "clauses":
            texts = {clause.id: clause.text for item in scheme.items.values() for clause in item.clauses}
            return "；".join(texts.get(one, one) for one in value.split(", "))
        return _WORDS.get(value, value) if name in ("deduct", "cumulation") else value


_WORDS = {
    "discretionary": message("discretionary"),
    "each": message("each incident counts"),
    "once-per-item": message("an item is charged once a year"),
    "highest-per-case": message("a case counts once in a department, at its highest"),
}


def _section(item: str) -> str:
    """The section of an item, by its id."""
    return item.rpartition(".")[0]


def _titled(section: Section) -> str:
    return section.title + section.titled_points


def _number(scheme: Scheme, subject: Subject) -> int:
    return {
        Subject.SECTION: len(scheme.all_sections),
        Subject.ITEM: len(scheme.items),
        Subject.CLAUSE: len(scheme.clauses),
        Subject.INTERPRETATION: len(scheme.interpretations),
    }[subject]
