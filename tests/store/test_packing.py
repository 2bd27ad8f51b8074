"""What is packed comes back as it was: the same values, of the same kinds, to the last digit."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from site_builder.model import Ledger, Message, Problem, Rule, Step, Trail, Verdict
from site_builder.model.review import Episode, ScoreChange
from site_builder.store.packing import UnpackableError, packed, unpacked

ANY_TEXT = st.text(st.characters(), max_size=8)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
AMOUNTS = st.decimals(allow_nan=False) | st.sampled_from([Decimal("-0"), Decimal("1.500"), Decimal("1E+3")])


def messages(text):
    plain = text | st.integers() | AMOUNTS | st.dates()
    values = st.recursive(
        plain,
        lambda inner: (
            st.lists(inner, max_size=3).map(tuple)
            | st.builds(Message, text, st.lists(st.tuples(text, inner), max_size=2).map(tuple))
        ),
        max_leaves=5,
    )
    return st.builds(Message, text, st.lists(st.tuples(text, values), max_size=3).map(tuple))


def worlds(type_, text=TEXT):
    """Random values of a dataclass, whatever its fields are."""
    st.register_type_strategy(Message, messages(text))
    st.register_type_strategy(Decimal, AMOUNTS)
    st.register_type_strategy(str, text)
    st.register_type_strategy(int, st.integers(-(2**63), 2**63 - 1))
    return st.from_type(type_)


def exactly(value):
    """A value with the kind and the spelling of everything in it."""
    if dataclasses.is_dataclass(value):
        return type(value), [exactly(getattr(value, one.name)) for one in dataclasses.fields(value)]
    if isinstance(value, Mapping):
        return [(exactly(name), exactly(one)) for name, one in value.items()]
    if isinstance(value, tuple):
        return tuple, [exactly(one) for one in value]
    if isinstance(value, frozenset):
        return value
    return type(value), str(value) if isinstance(value, Decimal) else value


@pytest.mark.parametrize("type_", [Trail, Verdict, Episode, ScoreChange, Problem], ids=lambda one: one.__name__)
@given(data=st.data())
def test_what_is_packed_comes_back_exactly(type_, data):
    value = data.draw(worlds(type_))
    assert exactly(unpacked(packed(value), type_)) == exactly(value)


@given(data=st.data())
def test_names_of_files_that_are_no_unicode_come_back_too(data):
    value = data.draw(worlds(Trail, ANY_TEXT))
    assert exactly(unpacked(packed(value), Trail)) == exactly(value)


def test_what_a_message_says_is_told_apart_by_its_kind():
    inner = Message("inner {x}", (("x", Decimal("1.50")),))
    alike = ("1", 1, Decimal(1), "2021-01-02", date(2021, 1, 2), ("1", (1,)), (), inner, None, True, 2**70, -(2**70))
    said = Message("{a}", tuple((str(number), one) for number, one in enumerate(alike)))
    assert exactly(unpacked(packed(said), Message)) == exactly(said)


def test_a_tree_of_figures_comes_back():
    step = Step(Rule.AMOUNT, Decimal("0.50"), Message("{x}", (("x", Decimal("0.50")),)), section="base")
    for _ in range(3):
        step = dataclasses.replace(step, inputs=(step, step), others=("2021-0001",))
    assert exactly(unpacked(packed(step), Step)) == exactly(step)
    assert unpacked(packed(Ledger({}, {"a": {}})), Ledger) == Ledger({}, {"a": {}})


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True, slots=True)
class Everything:
    """Every kind of field that a value of the model has."""

    colour: Colour
    colours: frozenset[Colour]
    pair: tuple[int, Message]
    chosen: Message | None
    either: tuple[Message, ...] | Colour
    said: Mapping[str, tuple[Message, ...]]
    spans: Mapping[int, tuple[int, int]]
    data: bytes
    day: date | None = None
    unknown: Message | None = None


SAID = Message("{x}", (("x", date(2021, 1, 2)),))


@pytest.mark.parametrize("text", ["文", "\udcff"])
def test_every_kind_of_field_comes_back(text):
    said = dataclasses.replace(SAID, template=text)
    value = Everything(
        Colour.RED,
        frozenset({Colour.RED}),
        (1, said),
        said,
        (said, said),
        {text: (said,)},
        {1: (2, 3)},
        b"\xff\x00",
        date(2021, 1, 2),
    )
    assert exactly(unpacked(packed(value), Everything)) == exactly(value)
    other = dataclasses.replace(value, either=Colour.RED, chosen=None)
    assert exactly(unpacked(packed(other), Everything)) == exactly(other)


@dataclass(frozen=True)
class Loose:
    anything: object


def test_a_type_that_does_not_say_what_it_holds_is_refused():
    with pytest.raises(TypeError, match="does not say what it holds"):
        packed(Loose(1))
    with pytest.raises(TypeError, match="no value of a message"):
        packed(Message("{x}", (("x", 0.5),)))


@given(st.binary(max_size=40) | st.binary(max_size=40).map(lambda data: b"u" + data))
def test_other_bytes_are_no_value(data):
    with pytest.raises(UnpackableError):
        unpacked(data, Trail)


@given(st.data())
def test_bytes_that_were_cut_are_no_value(data):
    whole = packed(data.draw(worlds(Verdict)))
    with pytest.raises(UnpackableError):
        unpacked(whole[: data.draw(st.integers(0, len(whole) - 1))], Verdict)


def test_a_count_that_does_not_fit_is_not_packed():
    with pytest.raises(UnpackableError):
        packed(
            dataclasses.replace(
                Everything(Colour.RED, frozenset(), (0, SAID), None, Colour.RED, {}, {1: (2**70, 1)}, b"")
            )
        )
