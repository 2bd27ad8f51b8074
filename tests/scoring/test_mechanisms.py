"""Each mechanism of the scoring by examples: these rules, these incidents, these figures, for these reasons."""

import ast
import inspect
from dataclasses import replace
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path

import pytest

import site_builder
from site_builder.model import (
    Clause,
    Cumulation,
    FixedDeduction,
    Incident,
    Ledger,
    Rule,
    Scheme,
    Step,
    Withdrawal,
    plain,
)
from site_builder.scoring import failing_examples, score
from site_builder.sources import read_site
from tests.sites import problems, say, site

RULES = """\
title: Work
points: 3
assessor: office
clauses:
  once: {text: Once, deduct: 1, per: [item]}
  most: {text: At most one, deduct: 0.4, per: [occurrence], limit: 1}
  case: {text: Warned, deduct: 1, per: [case], cumulation: highest-per-case}
  worse: {text: Dismissed, deduct: 2, per: [case, person], cumulation: highest-per-case}
  capped: {text: Fined, deduct: 0.5, per: [case], cumulation: highest-per-case, limit: 0.5}
  each: {text: Each, deduct: 0.5, per: [item, person, day]}
  tenfold: {text: Tenfold, deduct: 10, per: [point]}
  fitting: {text: As is fitting, deduct: discretionary}
  fitting-once: {text: As is fitting, deduct: discretionary, per: [item]}
items:
  a: {text: A, clauses: &all}
  b: {text: B, clauses: &all}
""".replace("&all", "[once, most, case, worse, capped, each, tenfold, fitting, fitting-once]")

NESTED = """\
title: Outer
points: 2
assessor: office
clauses:
  c: {text: C, deduct: 1, per: [occurrence]}
sections:
  left: {title: Left, points: 1.5, items: {a: {text: A, clauses: [c]}}}
  right: {title: Right, items: {b: {text: B, clauses: [c]}}}
  deep: {title: Deep, points: 2, sections: {inner: {title: Inner, points: 0.5, items: {d: {text: D, clauses: [c]}}}}}
"""


def scheme_of(rules: str) -> Scheme:
    """The rule book whose only section is `work`."""
    sources = read_site(site(criteria={"conduct": None, "study": None, "work": rules}))
    assert sources.site is not None, problems(site(criteria={"work": rules}))
    return sources.site.years[2021].scheme


def happened(identifier: str, what: str, on: int = 1, department: str = "library", **given: str | int) -> Incident:
    """An incident: `what` is the item (below `work`), `#`, the clause; counts by unit, `case`, `deduction`."""
    item, _, clause = what.partition("#")
    case, deduction = given.pop("case", None), given.pop("deduction", None)
    return Incident(
        identifier,
        department,
        f"work.{item}",
        clause,
        date(2021, 1, on),
        {unit: Decimal(str(count)) for unit, count in given.items()},
        case=None if case is None else str(case),
        deduction=None if deduction is None else Decimal(str(deduction)),
    )


def ledger(*incidents: Incident, rules: str = RULES) -> Ledger:
    return score(scheme_of(rules), ["library", "office"], incidents)


def counted(ledger: Ledger) -> dict[str, str]:
    return {identifier: plain(entry.counted) for identifier, entry in ledger.entries.items()}


def standing(ledger: Ledger, section: str = "work", department: str = "library") -> tuple[str, str]:
    """What was deducted, and the score."""
    one = ledger.scores[department][section]
    return plain(one.deducted), plain(one.score)


def derivation(ledger: Ledger, identifier: str) -> list[tuple[str, str]]:
    """The steps of an incident: the rule, and the figure after it."""
    return [(step.rule.value, plain(step.value)) for step in ledger.entries[identifier].steps]


def said(ledger: Ledger, identifier: str) -> str:
    """The sentence of an incident's last step."""
    return say(ledger.entries[identifier].derivation.text)


def test_an_amount_is_multiplied_by_each_count_of_its_units() -> None:
    found = ledger(happened("1", "a#each", person=2, day=3))
    assert counted(found) == {"1": "3"}
    assert said(found, "1") == "0.5 × 2 persons × 3 days"
    units = [(step.rule, plain(step.value), say(step.text)) for step in found.entries["1"].derivation.inputs]
    assert units == [(Rule.UNIT, "2", "2 persons"), (Rule.UNIT, "3", "3 days")]


def test_a_count_that_is_not_given_is_1() -> None:
    assert counted(ledger(happened("1", "a#each", day=2), happened("2", "a#each"))) == {"1": "1", "2": "0.5"}


def test_items_and_cases_multiply_by_nothing() -> None:
    assert counted(ledger(happened("1", "a#worse", case="x", person=1))) == {"1": "2"}


def test_fractional_points_are_exact() -> None:
    found = ledger(happened("1", "a#tenfold", point="0.012345"))
    assert counted(found) == {"1": "0.12345"}
    assert standing(found) == ("0.12345", "2.87655")


def test_the_assessor_states_a_discretionary_amount() -> None:
    found = ledger(happened("1", "a#fitting", deduction="0.3"))
    assert counted(found) == {"1": "0.3"}
    assert said(found, "1") == "0.3, at the assessor's discretion"


def test_once_per_item() -> None:
    found = ledger(happened("1", "a#once", 1), happened("2", "a#once", 2), happened("3", "b#once", 3))
    assert counted(found) == {"1": "1", "2": "0", "3": "1"}
    assert derivation(found, "1") == [("amount", "1")]
    assert derivation(found, "2") == [("amount", "1"), ("once-per-item", "0")]
    assert said(found, "2") == "Once per item and year: already counted in 1"
    assert found.entries["2"].derivation.others == ("1",)


def test_once_per_item_at_discretion_counts_the_highest() -> None:
    found = ledger(happened("1", "a#fitting-once", 1, deduction="0.2"), happened("2", "a#fitting-once", 2, deduction=1))
    assert counted(found) == {"1": "0", "2": "1"}


def test_the_highest_of_a_case_counts_whichever_clause_it_is_under() -> None:
    found = ledger(
        happened("1", "a#case", 1, case="x"),
        happened("2", "b#worse", 2, case="x"),
        happened("3", "a#case", 3, case="y"),
    )
    assert counted(found) == {"1": "0", "2": "2", "3": "1"}
    assert derivation(found, "1") == [("amount", "1"), ("highest-per-case", "0")]
    assert derivation(found, "2") == [("amount", "2"), ("highest-per-case", "2")]
    assert derivation(found, "3") == [("amount", "1")]
    assert said(found, "1") == "Case x counts once, at its highest: counted in 2"
    assert said(found, "2") == "The highest of case x: it counts"


def test_of_equals_in_a_case_the_earliest_counts() -> None:
    found = ledger(
        happened("3", "a#case", 2, case="x"), happened("2", "a#case", 1, case="x"), happened("1", "b#case", 2, case="x")
    )
    assert counted(found) == {"2": "1", "1": "0", "3": "0"}
    assert list(found.entries) == ["2", "1", "3"]


def test_a_case_in_another_department_is_that_departments_own() -> None:
    found = ledger(happened("1", "a#case", case="x"), happened("2", "a#case", department="office", case="x"))
    assert counted(found) == {"1": "1", "2": "1"}


def test_a_clause_with_a_limit_of_its_own_compares_its_own_incidents_of_a_case() -> None:
    """Else a new incident that takes another's place, and meets a limit the other did not, would raise the score."""
    rules = RULES.replace("deduct: 0.5, per: [case]", "deduct: 9, per: [case]")
    assert counted(ledger(happened("1", "a#case", 1, case="x"), rules=rules)) == {"1": "1"}
    found = ledger(happened("1", "a#case", 1, case="x"), happened("2", "a#capped", 2, case="x"), rules=rules)
    assert counted(found) == {"1": "1", "2": "0.5"}


def test_a_clauses_limit_holds_over_all_items_that_share_it() -> None:
    found = ledger(happened("1", "a#most", 1, occurrence=2), happened("2", "b#most", 2), happened("3", "a#most", 3))
    assert counted(found) == {"1": "0.8", "2": "0.2", "3": "0"}
    step = found.entries["2"].derivation
    assert (step.rule, step.clause, step.section) == (Rule.LIMIT, "work#most", None)
    assert said(found, "2") == "This clause deducts at most 1: earlier incidents used 0.8, so 0.2 of 0.4 counts"
    assert said(found, "3").endswith("earlier incidents used 1, so 0 of 0.4 counts")


def test_a_sections_points_are_its_limit() -> None:
    found = ledger(
        happened("1", "a#each", 1, person=5), happened("2", "a#each", 2, person=2), happened("3", "b#each", 3)
    )
    assert counted(found) == {"1": "2.5", "2": "0.5", "3": "0"}
    assert standing(found) == ("3", "0")
    assert said(found, "2") == "“Work” deducts at most 3: earlier incidents used 2.5, so 0.5 of 1 counts"
    assert standing(found, department="office") == ("0", "3")


def test_a_limit_that_is_just_reached_is_no_step() -> None:
    assert derivation(ledger(happened("1", "a#each", person=6)), "1") == [("amount", "3")]


def test_earlier_incidents_are_counted_first_by_date_then_id() -> None:
    found = ledger(
        happened("c", "a#each", 2, person=4), happened("b", "a#each", 2, person=4), happened("z", "a#each", 1)
    )
    assert counted(found) == {"z": "0.5", "b": "2", "c": "0.5"}


def test_a_limit_inside_a_limit() -> None:
    rules = RULES.replace("points: 3", "points: 0.5")
    found = ledger(happened("1", "a#most", occurrence=5), rules=rules)
    assert derivation(found, "1") == [("amount", "2"), ("limit", "1"), ("limit", "0.5")]
    assert [step.clause or step.section for step in found.entries["1"].steps] == [None, "work#most", "work"]


def test_sections_inside_sections() -> None:
    found = ledger(
        happened("1", "left.a#c", 1, occurrence=2),  # Left lets 1.5 of 2 through
        happened("2", "deep.inner.d#c", 2),  # Inner lets 0.5 of 1 through, Outer is used up then
        happened("3", "right.b#c", 3),  # Right has no points, but Outer has none left
        rules=NESTED,
    )
    assert counted(found) == {"1": "1.5", "2": "0.5", "3": "0"}
    assert standing(found) == ("2", "0")
    assert standing(found, "work.left") == ("1.5", "0")
    assert standing(found, "work.right") == ("0", "0")
    assert standing(found, "work.deep") == ("0.5", "1.5")
    assert standing(found, "work.deep.inner") == ("0.5", "0")
    assert [step.section for step in found.entries["2"].steps] == [None, "work.deep.inner"]


def test_what_an_outer_limit_refuses_has_used_the_inner_one() -> None:
    found = ledger(
        happened("1", "right.b#c", 1, occurrence=2),
        happened("2", "left.a#c", 2, occurrence=2),
        happened("3", "left.a#c", 3),
        rules=NESTED,
    )
    assert counted(found) == {"1": "2", "2": "0", "3": "0"}
    assert derivation(found, "2") == [("amount", "2"), ("limit", "1.5"), ("limit", "0")]
    assert derivation(found, "3") == [("amount", "1"), ("limit", "0")]


def test_a_section_without_points_only_deducts() -> None:
    found = ledger(happened("1", "a#each", person=50), rules=RULES.replace("points: 3\n", ""))
    assert standing(found) == ("25", "-25")
    assert found.scores["library"]["work"].points is None


def test_a_section_of_no_points_deducts_nothing() -> None:
    found = ledger(happened("1", "a#each"), rules=RULES.replace("points: 3", "points: 0"))
    assert (counted(found), standing(found)) == ({"1": "0"}, ("0", "0"))


WITHDRAWN = Withdrawal(date(2021, 2, 1), "In error")


@pytest.mark.parametrize("what", ["a#once", "a#case", "a#most", "a#each"])
def test_a_withdrawn_incident_stays_on_record_and_changes_nothing(what: str) -> None:
    given = {"case": "x"} if what == "a#case" else {}
    first, second = happened("1", what, 1, **given), happened("2", what, 2, **given)
    found = ledger(replace(first, withdrawn=WITHDRAWN), second)
    assert found.entries["2"] == ledger(second).entries["2"]
    assert derivation(found, "1")[-1] == ("withdrawn", "0")
    assert plain(found.entries["1"].gross) == plain(found.entries["2"].gross)
    assert said(found, "1") == "Withdrawn: deducts nothing"


def test_a_year_without_incidents() -> None:
    found = ledger()
    assert found.entries == {}
    assert standing(found) == ("0", "3")


def test_a_wrong_example_stands_where_it_says_what_it_deducts() -> None:
    rules = RULES + "examples: [{given: {item: a, clause: each, day: 2}, deducts: 0.9}]\n"
    [problem] = failing_examples(scheme_of(rules))
    assert (problem.code, problem.place.path, problem.place.line) == ("wrong-example", "criteria/2021/work.yaml", 17)
    assert say(problem.text) == "The example says 0.9, the rules deduct 1"


def test_nothing_is_rounded_whatever_context_the_caller_has() -> None:
    """The longest amount times the most units, each at its longest: 8 × 9 and 15 digits."""
    amount, count = Decimal("999999999.999999"), Decimal(999_999_999)
    units = tuple(f"unit-{number}" for number in range(8))
    scheme = scheme_of(RULES.replace("points: 3\n", ""))
    [section] = scheme.sections
    clause = replace(
        section.items[0].clauses[-1], name="c", effect=FixedDeduction(amount), per=units, cumulation=Cumulation.EACH
    )
    item = replace(section.items[0], clauses=(clause,))
    scheme = replace(scheme, sections=(replace(section, items=(item,), clauses=(clause,)),))
    one = Incident("1", "library", "work.a", "c", date(2021, 1, 1), dict.fromkeys(units, count))
    with localcontext(prec=3):
        found = score(scheme, ["library"], [one, replace(one, id="2", counts={})])
    assert Fraction(found.entries["1"].counted) == Fraction(amount) * Fraction(count) ** 8
    assert Fraction(found.scores["library"]["work"].score) == -Fraction(amount) * (Fraction(count) ** 8 + 1)


def test_no_float_holds_a_point() -> None:
    """No float is written or named where points are read, held or counted; how alike two words are is no point."""
    root = Path(inspect.getfile(site_builder)).parent
    for path in (path for package in ("model", "sources", "scoring") for path in (root / package).glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        alike = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "cutoff"}
        for node in (node for node in ast.walk(tree) if id(node) not in alike):
            assert not (isinstance(node, ast.Name) and node.id == "float"), path
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), path


def figures(step: Step) -> list[Decimal]:
    return [step.value, *(value for inner in step.inputs for value in figures(inner))]


def test_every_figure_of_the_ledger_is_a_decimal() -> None:
    found = ledger(happened("1", "a#tenfold", point="0.05"), happened("2", "a#most", occurrence=9))
    for entry in found.entries.values():
        assert {type(value) for value in (entry.gross, entry.counted, *figures(entry.derivation))} == {Decimal}
    assert {type(one.score) for one in found.scores["library"].values()} == {Decimal}


def test_why_the_sources_refuse_a_limit_across_sections() -> None:
    """Without the refusal one more incident would raise a score: it uses up the clause and meets a full section."""
    rules = """\
title: Work
points: 9
assessor: office
clauses:
  c: {text: C, deduct: 1}
  d: {text: D, deduct: 1}
sections:
  full: {title: Full, points: 1, items: {i: {text: I, clauses: [c, d]}}}
  free: {title: Free, points: 1, items: {j: {text: J, clauses: [c]}}}
"""
    scheme = _limited(scheme_of(rules), "work#c", Decimal(1))
    before = [happened("1", "full.i#d", 1), happened("3", "free.j#c", 3)]
    assert standing(score(scheme, ["library"], before)) == ("2", "7")
    assert standing(score(scheme, ["library"], [*before, happened("2", "full.i#c", 2)])) == ("1", "8")


def _limited(scheme: Scheme, identifier: str, limit: Decimal) -> Scheme:
    """The rule book with a limit on one of its clauses, as no file can write it."""

    def clauses(found: tuple[Clause, ...]) -> tuple[Clause, ...]:
        return tuple(replace(one, limit=limit) if one.id == identifier else one for one in found)

    [work] = scheme.sections
    inner = tuple(
        replace(section, items=tuple(replace(item, clauses=clauses(item.clauses)) for item in section.items))
        for section in work.sections
    )
    return replace(scheme, sections=(replace(work, sections=inner, clauses=clauses(work.clauses)),))
