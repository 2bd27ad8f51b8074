"""What must hold for every rule book and every record (the design: "Always true")."""

import random
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from site_builder.scoring import score
from tests.scoring import reference
from tests.scoring.books import DEPARTMENTS, as_reference, incidents, years

THOUSAND = settings(max_examples=1000)


@THOUSAND
@given(years())
def test_the_slow_reference_agrees(year):
    scheme, records = year
    ledger = score(scheme, DEPARTMENTS, records)
    book, plain = as_reference(scheme, records)
    values = reference.counted(book, plain)
    assert {name: Fraction(entry.counted) for name, entry in ledger.entries.items()} == values
    for department in DEPARTMENTS:
        for name, standing in ledger.scores[department].items():
            assert Fraction(standing.deducted) == reference.section_deducted(book, plain, values, department, name)


@THOUSAND
@given(years())
def test_counted_deductions_add_up_to_points_less_score(year):
    scheme, records = year
    ledger = score(scheme, DEPARTMENTS, records)
    for department in DEPARTMENTS:
        for name, standing in ledger.scores[department].items():
            inside = (
                ledger.entries[one.id].counted
                for one in records
                if one.department == department and f"{scheme.items[one.criterion].section}.".startswith(name + ".")
            )
            assert sum(inside, Decimal(0)) == (standing.points or 0) - standing.score


@THOUSAND
@given(years())
def test_scores_lie_between_nothing_and_the_points(year):
    scheme, records = year
    ledger = score(scheme, DEPARTMENTS, records)
    for standings in ledger.scores.values():
        for standing in standings.values():
            assert standing.deducted >= 0
            if standing.points is not None:
                assert 0 <= standing.score <= standing.points


@THOUSAND
@given(years(), st.randoms(use_true_random=False))
def test_the_order_of_files_does_not_matter(year, chance: random.Random):
    scheme, records = year
    shuffled = chance.sample(records, len(records))
    assert score(scheme, DEPARTMENTS, shuffled) == score(scheme, DEPARTMENTS, records)


@THOUSAND
@given(years())
def test_another_departments_incidents_do_not_matter(year):
    scheme, records = year
    alone = [one for one in records if one.department == "one"]
    whole, part = score(scheme, DEPARTMENTS, records), score(scheme, DEPARTMENTS, alone)
    assert whole.scores["one"] == part.scores["one"]
    assert all(whole.entries[name] == entry for name, entry in part.entries.items())


@THOUSAND
@given(years())
def test_a_withdrawn_incident_changes_nothing(year):
    scheme, records = year
    standing = [one for one in records if one.withdrawn is None]
    whole, part = score(scheme, DEPARTMENTS, records), score(scheme, DEPARTMENTS, standing)
    assert whole.scores == part.scores
    assert all(whole.entries[name] == entry for name, entry in part.entries.items())
    assert all(whole.entries[one.id].counted == 0 for one in records if one.withdrawn is not None)


def unhindered(scheme, name):
    """Whether no limit around the section can bite: each has no points, or as many as all that is inside can lose."""
    for outer in scheme.enclosing(name)[1:]:
        inner = [section.points for section in outer.sections]
        if outer.points is not None and (None in inner or sum(inner) > outer.points):
            return False
    return True


@THOUSAND
@given(st.data(), years(most=7))
def test_one_more_incident_never_raises_a_score(data, year):
    """Of a top section, and of every section that no limit around it can reach.

    Where an outer limit can bite, an earlier incident elsewhere may use it up, and then a later one inside counts less.
    """
    scheme, records = year
    another = replace(data.draw(incidents(scheme, 999)), withdrawn=None)
    before, after = score(scheme, DEPARTMENTS, records), score(scheme, DEPARTMENTS, [*records, another])
    for department in DEPARTMENTS:
        for name, standing in after.scores[department].items():
            if unhindered(scheme, name):
                assert standing.score <= before.scores[department][name].score


@THOUSAND
@given(years())
def test_every_entry_explains_itself(year):
    """The steps lead from the gross to the counted figure, and none but the last changes what is counted."""
    scheme, records = year
    for entry in score(scheme, DEPARTMENTS, records).entries.values():
        assert entry.steps[0].value == entry.gross
        assert entry.steps[-1].value == entry.counted
        assert all(after.value <= before.value for before, after in zip(entry.steps, entry.steps[1:], strict=False))


def test_long_products_are_exact():
    """Nothing is rounded, whatever the context of the caller: the longest amount times the longest counts."""
    from decimal import localcontext

    from site_builder.model import Clause, FixedDeduction, Incident, Item, Scheme, Section

    clause = Clause("all", "a", "p", "all", FixedDeduction(Decimal("999999999.999999")), ("day", "person", "point"))
    item = Item("a.p", "p", "p", "", "a", None, (clause,))
    scheme = Scheme(
        2021, "", "", date(2021, 1, 1), date(2021, 12, 31), {}, (Section("a", "a", None, None, (), (item,)),)
    )
    counts = {unit: Decimal("999999999.999999") for unit in clause.per}
    incident = Incident("i", "one", "a.p", "all", date(2021, 1, 1), counts)
    with localcontext(prec=3):
        entry = score(scheme, ["one"], [incident]).entries["i"]
    assert Fraction(entry.counted) == Fraction("999999999.999999") ** 4
