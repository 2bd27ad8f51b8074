"""Two rule books compared: what is new, gone, moved, changed and the same is all that there is."""

from collections import Counter
from dataclasses import replace

from hypothesis import given

from site_builder.model import Item, Scheme, Section
from site_builder.model.review import Change, Subject
from site_builder.review.books import book_changes, moved_items, section_of
from tests.scoring.worlds import scheme_of, worlds


def parts(scheme: Scheme) -> dict[Subject, set[str]]:
    return {
        Subject.SECTION: set(scheme.all_sections),
        Subject.ITEM: set(scheme.items),
        Subject.CLAUSE: set(scheme.clauses),
    }


@given(worlds())
def test_a_book_has_not_changed_since_itself_whatever_the_year(world) -> None:
    later = replace(world.scheme, year=2022)
    assert book_changes(world.scheme, later) == ()
    assert moved_items(world.scheme, later) == {}


@given(worlds(), worlds())
def test_everything_has_one_fate(one, another) -> None:
    before, after = one.scheme, replace(another.scheme, year=2022)
    changes = book_changes(before, after)
    fates = Counter((change.subject, change.change) for change in changes)
    for subject, names in parts(after).items():
        new, gone = fates[subject, Change.ADDED], fates[subject, Change.REMOVED]
        assert len(parts(before)[subject]) - gone == len(names) - new, subject
    assert len({(change.subject, change.id) for change in changes}) == len(changes)
    for change in changes:
        section = section_of(change, after, before)
        assert section is None or section in after.all_sections or section in before.all_sections


@given(worlds())
def test_backwards_what_was_new_is_gone(world) -> None:
    smaller = scheme_of(world.scheme.sections[:1])
    forth = {(one.subject, one.id) for one in book_changes(smaller, world.scheme) if one.change is Change.ADDED}
    back = {(one.subject, one.id) for one in book_changes(world.scheme, smaller) if one.change is Change.REMOVED}
    assert forth == back


def book(*items: tuple[str, str]) -> Scheme:
    """A rule book with these items, by id and words, in one section or two."""
    names = dict.fromkeys(identifier.partition(".")[0] for identifier, _ in items)
    return scheme_of(
        tuple(
            Section(
                name,
                name,
                None,
                None,
                items=tuple(
                    Item(one, one.partition(".")[2], words, words, name, None, ())
                    for one, words in items
                    if one.startswith(name + ".")
                ),
            )
            for name in names
        )
    )


def test_an_item_moves_only_if_its_words_stand_once_in_both_books() -> None:
    assert moved_items(book(("a.x", "Words")), book(("b.y", "Words"))) == {"a.x": "b.y"}
    assert moved_items(book(("a.x", "Words")), book(("b.x", "Other words"))) == {}
    assert moved_items(book(("a.x", "Words"), ("a.z", "Words")), book(("b.x", "Words"))) == {}
    assert moved_items(book(("a.x", "Words")), book(("a.x", "Words"), ("b.x", "Words"))) == {}, "it is still there"
