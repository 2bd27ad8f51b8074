"""What must hold for any two revisions: the reasons of a score add up, and name what really changed."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from site_builder.model import Department, Ledger, Scheme, Settings, Site, Year
from site_builder.model.review import Cause, Review, Side
from site_builder.review.compare import compare
from site_builder.scoring import score
from tests.examples import examples
from tests.scoring.worlds import DEPARTMENTS, World, worlds

THOROUGHLY = examples(300)
_THEMSELVES = frozenset(Cause) - {Cause.OTHERS, Cause.RULE, Cause.POINTS}


def side(world: World, pending: frozenset[str] = frozenset()) -> Side:
    """A site of one year that holds the world."""
    ordered = sorted(world.incidents, key=lambda one: (one.date, one.id))
    year = Year(world.scheme, {one.id: one for one in ordered})
    departments = {name: Department(name, name) for name in DEPARTMENTS}
    ledger: Ledger = score(world.scheme, DEPARTMENTS, world.incidents, pending)
    return Side(Site(Settings(), departments, {2021: year}), {2021: ledger})


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Side, Side]:
    """Two revisions: of the same rules with some incidents of both, or of two rule books."""
    one = draw(worlds(least=3))
    kept = draw(st.lists(st.booleans(), min_size=len(one.incidents), max_size=len(one.incidents)))
    fewer = World(one.scheme, tuple(incident for incident, keep in zip(one.incidents, kept, strict=True) if keep))
    names = [incident.id for incident in one.incidents]
    before, after = (frozenset(draw(st.lists(st.sampled_from(names), max_size=2))) for _ in range(2))
    changed = World(_with_other_points(draw, one.scheme), one.incidents)
    other = draw(st.sampled_from([one, fewer, changed, draw(worlds())]))
    pair = side(one, before), side(other, after)
    return pair if draw(st.booleans()) else (pair[1], pair[0])


def _with_other_points(draw: st.DrawFn, scheme: Scheme) -> Scheme:
    points = draw(st.none() | st.integers(0, 30).map(lambda number: Decimal(number).scaleb(-1)))
    return replace(scheme, sections=(replace(scheme.sections[0], points=points), *scheme.sections[1:]))


@THOROUGHLY
@given(pairs())
def test_the_reasons_add_up_to_the_difference_of_every_score(pair: tuple[Side, Side]) -> None:
    base, head = pair
    changes = {(one.department, one.section): one for one in compare(base, head).scores}
    standings = (side.ledgers[2021].scores for side in pair)
    before, after = ({(a, b): one for a, inner in each.items() for b, one in inner.items()} for each in standings)
    for standing in {*before, *after}:
        change = changes.get(standing)
        if change is None:
            assert before.get(standing) == after.get(standing) or not {standing} & {*before} & {*after}
        else:
            assert sum((reason.difference for reason in change.reasons), Decimal(0)) == change.difference


@THOROUGHLY
@given(pairs())
def test_a_reason_names_what_really_changed(pair: tuple[Side, Side]) -> None:
    review = compare(*pair)
    changed = {one.id for one in review.incidents} | _approvals(*pair)
    ruled = {reason.incident for _, reason in _reasons(review) if reason.cause is Cause.RULE}
    for change, reason in _reasons(review):
        assert reason.difference
        assert (reason.incident is None) == (reason.cause is Cause.POINTS)
        if reason.cause in _THEMSELVES:
            assert reason.incident in changed
        if reason.cause is Cause.RULE:
            assert reason.rules and reason.incident not in changed
        if reason.cause is Cause.OTHERS:
            assert reason.incident not in changed
            assert reason.others, (change, reason)
            for other in reason.others:
                assert other != reason.incident
                assert other in changed or other in ruled or review.rules


def _approvals(base: Side, head: Side) -> set[str]:
    """The incidents that wait for an approval on one side only."""
    waiting = [
        {name for name, entry in side.ledgers[2021].entries.items() if any(s.rule == "pending" for s in entry.steps)}
        for side in (base, head)
    ]
    return waiting[0] ^ waiting[1]


def _reasons(review: Review):  # type: ignore[no-untyped-def]
    return ((change, reason) for change in review.scores for reason in change.reasons)


@THOROUGHLY
@given(worlds())
def test_nothing_changes_between_equal_revisions(world: World) -> None:
    assert compare(side(world), side(world)).is_empty


@THOROUGHLY
@given(pairs())
def test_there_and_back_changes_nothing(pair: tuple[Side, Side]) -> None:
    forth, back = compare(*pair), compare(*reversed(pair))
    there = {(one.department, one.section): one.difference for one in forth.scores}
    assert there == {(one.department, one.section): -one.difference for one in back.scores}
    assert {one.id for one in forth.incidents} == {one.id for one in back.incidents}


@THOROUGHLY
@given(pairs())
def test_the_largest_effects_come_first(pair: tuple[Side, Side]) -> None:
    review = compare(*pair)
    effects = [abs(one.difference) for one in review.scores]
    assert effects == sorted(effects, reverse=True)
    for one, other in product(review.incidents[:1], review.incidents):
        assert abs(one.difference) >= abs(other.difference)
