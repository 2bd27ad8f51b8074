"""What is always true of a score, over random rule books and records."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import event, given
from hypothesis import strategies as st

from site_builder.model import Entry, Incident, Ledger, Rule, Section, Withdrawal
from site_builder.scoring import Charge, Parts, charge, score, scores
from tests.examples import examples
from tests.scoring import rule_by_rule
from tests.scoring.worlds import DEPARTMENTS, World, scheme_of, worlds

THOROUGHLY = examples(1000)


def ledger_of(world: World) -> Ledger:
    return score(world.scheme, DEPARTMENTS, world.incidents)


def without(world: World, *ids: str) -> World:
    return replace(world, incidents=tuple(incident for incident in world.incidents if incident.id not in ids))


def inside(world: World, ledger: Ledger, department: str, section: str) -> list[Entry]:
    """The entries of a department's incidents in a section and in those inside it."""
    ids = [one.id for one in world.incidents if f"{one.criterion}.".startswith(f"{section}.")]
    return [ledger.entries[identifier] for identifier in ids if ledger.entries[identifier].department == department]


@THOROUGHLY
@given(worlds())
def test_the_reference_agrees(world: World) -> None:
    ledger = ledger_of(world)
    counted = {identifier: Fraction(entry.counted) for identifier, entry in ledger.entries.items()}
    assert counted == rule_by_rule.counted(world.scheme, world.incidents)
    for department in DEPARTMENTS:
        shown = {section: Fraction(one.score) for section, one in ledger.scores[department].items()}
        assert shown == rule_by_rule.scores(world.scheme, department, world.incidents)


@THOROUGHLY
@given(worlds())
def test_counted_deductions_add_up_to_points_less_score(world: World) -> None:
    ledger = ledger_of(world)
    for department in DEPARTMENTS:
        for section, one in ledger.scores[department].items():
            counted = sum((entry.counted for entry in inside(world, ledger, department, section)), Decimal(0))
            assert counted == one.deducted == (one.points or Decimal(0)) - one.score


@THOROUGHLY
@given(worlds())
def test_a_score_lies_between_0_and_the_points(world: World) -> None:
    for sections in ledger_of(world).scores.values():
        for one in sections.values():
            assert one.score <= (one.points or 0)
            assert one.points is None or one.score >= 0


@THOROUGHLY
@given(worlds())
def test_every_figure_explains_itself(world: World) -> None:
    """The steps lead from the gross deduction to what was counted, and only down."""
    for entry in ledger_of(world).entries.values():
        values = [step.value for step in entry.steps]
        assert (values[0], values[-1]) == (entry.gross, entry.counted)
        assert values == sorted(values, reverse=True)
        assert min(values) >= 0
        assert all(isinstance(value, Decimal) for value in values)


@THOROUGHLY
@given(worlds(least=2), st.integers())
def test_the_order_of_files_does_not_matter(world: World, seed: int) -> None:
    shuffled = list(world.incidents)
    random.Random(seed).shuffle(shuffled)
    reordered = World(
        scheme_of(tuple(reversed_section(one) for one in reversed(world.scheme.sections))), tuple(shuffled)
    )
    ledger, other = ledger_of(world), ledger_of(reordered)
    assert other == ledger
    assert list(other.entries) == list(ledger.entries)


def reversed_section(section: Section) -> Section:
    inner = tuple(reversed_section(one) for one in reversed(section.sections))
    return replace(section, items=section.items[::-1], sections=inner, clauses=section.clauses[::-1])


@THOROUGHLY
@given(worlds(least=2))
def test_another_departments_incidents_do_not_matter(world: World) -> None:
    one, other = DEPARTMENTS
    alone = without(world, *(incident.id for incident in world.incidents if incident.department == other))
    ledger, of_one = ledger_of(world), ledger_of(alone)
    assert of_one.scores[one] == ledger.scores[one]
    assert of_one.entries == {key: entry for key, entry in ledger.entries.items() if entry.department == one}


@THOROUGHLY
@given(worlds(least=1), st.integers(0, 11))
def test_a_withdrawn_incident_changes_nothing(world: World, which: int) -> None:
    incident = world.incidents[which % len(world.incidents)]
    withdrawn = replace(incident, withdrawn=Withdrawal(date(2021, 2, 1), "In error"))
    absent = without(world, incident.id)
    with_it, without_it = ledger_of(replace(absent, incidents=(*absent.incidents, withdrawn))), ledger_of(absent)
    assert with_it.scores == without_it.scores
    assert with_it.entries[incident.id].counted == 0
    assert {key: entry for key, entry in with_it.entries.items() if key != incident.id} == without_it.entries


@THOROUGHLY
@given(worlds(least=1), st.integers(0, 11))
def test_adding_an_incident_never_raises_a_score(world: World, which: int) -> None:
    """No score of any section rises, unless the limit of a section around it cut an incident of that section.

    An outer limit counts earlier incidents first, wherever inside they lie. So an incident added elsewhere may use up
    what an inner section's own incident counted before: the inner score rises, and the outer does not. Of a section
    that no other surrounds, and of any section whose incidents no surrounding limit cuts, it holds without exception:
    what reaches a limit only grows.
    """
    added = world.incidents[which % len(world.incidents)]
    before, after = ledger_of(without(world, added.id)), ledger_of(world)
    for department in DEPARTMENTS:
        for section, one in after.scores[department].items():
            if not cut_from_outside(world, after, department, section):
                assert one.score <= before.scores[department][section].score
            else:
                event("a limit around the section cut one of its incidents")
                assert "." in section


def cut_from_outside(world: World, ledger: Ledger, department: str, section: str) -> bool:
    """Whether the limit of a section around this one cut one of its incidents."""
    around = {one.id for one in world.scheme.enclosing(section)[1:]}
    steps = (step for entry in inside(world, ledger, department, section) for step in entry.steps)
    return any(step.rule is Rule.LIMIT and step.section in around for step in steps)


CHANGES = {
    "as it was": lambda incident, _: incident,
    "withdrawn": lambda incident, _: replace(incident, withdrawn=Withdrawal(date(2021, 2, 1), "In error")),
    "moved": lambda incident, other: replace(incident, date=other.date, department=other.department),
    "another charge": lambda incident, other: replace(other, id=incident.id),
    "removed": None,
}
STEPS = st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from(list(CHANGES)))


@THOROUGHLY
@given(worlds(least=1), st.lists(STEPS, max_size=12))
def test_kept_charges_give_the_scores_of_the_whole(world: World, history: list[tuple[int, int, str]]) -> None:
    """Records come, change and go; only what changed is charged anew, in whatever order charges are kept."""
    recorded: dict[str, Incident] = {}
    kept: dict[str, Charge] = {}
    parts: Parts = {}
    for which, other, what in history:
        incident, change = world.incidents[which % len(world.incidents)], CHANGES[what]
        recorded.pop(incident.id, None)
        kept.pop(incident.id, None)
        if change is not None:
            recorded[incident.id] = change(incident, world.incidents[other % len(world.incidents)])
            kept[incident.id] = charge(world.scheme, recorded[incident.id])
        whole = score(world.scheme, DEPARTMENTS, recorded.values())
        assert scores(world.scheme, DEPARTMENTS, kept.values(), parts) == whole.scores
