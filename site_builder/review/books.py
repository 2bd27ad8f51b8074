"""The rule books of two years: what changed from one to the other, part by part, as data.

Parts belong together by their ids. An item that stands, word for word, under another id was moved; what else has no
counterpart was added or removed, whatever it looks like. Examples are left out: they follow the rules.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from site_builder.model import Item, Scheme
from site_builder.model.review import Change, RuleChange, Subject, Value
from site_builder.review.facts import Facts
from site_builder.review.rules import Rule, changes_between, rules_of

_OF_THE_YEAR = frozenset(["measure.date", "period.from", "period.to"])
"""Dates that go with the year: a difference of the year alone is none."""


def book_changes(before: Scheme, after: Scheme) -> tuple[RuleChange, ...]:
    """What changed, in the order of the later book; what it no longer has comes last.

    The id of a moved part is its new one; the field `section` says where it was.
    """
    moves = moved_items(before, after)
    old = [_under(rule, moves, after) for rule in _comparable(before)]
    new, arrived = list(_comparable(after)), set(moves.values())
    return tuple(
        replace(change, change=Change.MOVED) if change.subject is Subject.ITEM and change.id in arrived else change
        for change in changes_between(after.year, old, new)
    )


def moved_items(before: Scheme, after: Scheme) -> Mapping[str, str]:
    """New ids by old ones, of the items whose words stand once in each book and under no common id."""
    gone = _by_words(item for name, item in before.items.items() if name not in after.items)
    come = _by_words(item for name, item in after.items.items() if name not in before.items)
    return {
        items[0].id: come[words][0].id for words, items in gone.items() if len(items) == 1 == len(come.get(words, ()))
    }


def section_of(change: RuleChange, *books: Scheme) -> str | None:
    """The section that a changed part belongs to, in the first of these books that has it; None for the book's head."""
    if change.subject in (Subject.SCHEME, Subject.UNIT):
        return None
    owner = change.id.partition("#")[0]
    return owner if any(owner in book.all_sections for book in books) else owner.rpartition(".")[0]


def _by_words(items: Iterable[Item]) -> Mapping[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[item.text].append(item)
    return found


def _comparable(scheme: Scheme) -> Iterator[Rule]:
    """What a book says, without what must differ from year to year, and with the section of each item."""
    for rule in rules_of(scheme):
        if rule.subject is Subject.ITEM:
            yield replace(rule, facts={**rule.facts, "section": scheme.items[rule.id].section})
        elif rule.subject is not Subject.EXAMPLE:
            yield replace(rule, facts={name: _without_year(name, value) for name, value in rule.facts.items()})


def _without_year(name: str, value: Value) -> Value:
    return value[5:] if name in _OF_THE_YEAR and isinstance(value, str) else value


def _under(rule: Rule, moves: Mapping[str, str], after: Scheme) -> Rule:
    """A rule of the earlier book under the id that it has in the later one."""
    if rule.subject is Subject.SCHEME:
        return replace(rule, id=str(after.year))
    if rule.subject in (Subject.ITEM, Subject.CLAUSE, Subject.INTERPRETATION):
        return replace(rule, id=moved_id(rule.id, moves), facts=_moved_facts(rule.facts, moves))
    return rule


def moved_id(identifier: str, moves: Mapping[str, str]) -> str:
    """The id of an item, or of its clause, after moves (new ids of items by old ones)."""
    owner, mark, name = identifier.partition("#")
    return moves.get(owner, owner) + mark + name


def _moved_facts(facts: Facts, moves: Mapping[str, str]) -> Facts:
    """The facts that name parts of the book by their ids."""
    found = dict(facts)
    for name in ("clauses", "where"):
        value = facts.get(name)
        if isinstance(value, str):
            found[name] = ", ".join(moved_id(one, moves) for one in value.split(", "))
    return found
