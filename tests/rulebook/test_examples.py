"""Every mechanism of the regulation has an executed example, and the cells stand in the regulation's order."""

from datetime import date
from decimal import Decimal

import pytest

from site_builder.model import DiscretionaryDeduction, Example, Incident, Ledger, Rule, Scheme
from site_builder.scoring import failing_examples, score
from site_builder.sources import read_site, read_tree
from tests.rulebook.test_regulation import ROOT, source_cells


@pytest.fixture(scope="module")
def scheme() -> Scheme:
    site = read_site(read_tree(ROOT)).site
    assert site is not None
    return site.years[2021].scheme


def ledger_of(scheme: Scheme, example: Example) -> Ledger:
    """The ledger of the example's incidents, in their order."""
    incidents = [
        Incident(
            f"{number:02}",
            "library",
            given.item,
            given.clause,
            date(2021, 1, 1),
            given.counts,
            case=given.case,
            deduction=given.deduction,
        )
        for number, given in enumerate(example.given)
    ]
    return score(scheme, ["library"], incidents)


def rules(ledger: Ledger) -> set[Rule]:
    return {step.rule for entry in ledger.entries.values() for step in entry.steps}


def limits(ledger: Ledger) -> set[str | None]:
    """The clauses and sections whose limit cut an incident."""
    steps = (step for entry in ledger.entries.values() for step in entry.steps)
    return {step.clause or step.section for step in steps if step.rule is Rule.LIMIT}


def test_the_examples_deduct_what_they_say(scheme: Scheme) -> None:
    for example in scheme.examples:
        entries = ledger_of(scheme, example).entries.values()
        assert sum((entry.counted for entry in entries), Decimal(0)) == example.deducts, example.origin.place


def test_each_mechanism_has_an_example(scheme: Scheme) -> None:
    ledgers = [(example, ledger_of(scheme, example)) for example in scheme.examples]
    counts = [given.counts for example in scheme.examples for given in example.given]
    used = [scheme.items[given.item].clause(given.clause) for example in scheme.examples for given in example.given]
    assert any(Rule.ONCE_PER_ITEM in rules(ledger) for _, ledger in ledgers)
    assert any(Rule.HIGHEST_PER_CASE in rules(ledger) for _, ledger in ledgers)
    assert any("base.conduct" in limits(ledger) for _, ledger in ledgers)
    assert any("base.budget-control.budget#target-missed" in limits(ledger) for _, ledger in ledgers)
    assert any({"person", "day"} <= set(count) for count in counts)
    assert any(count.get("point", Decimal(1)) % 1 != 0 for count in counts)
    assert any(isinstance(clause.effect, DiscretionaryDeduction) for clause in used if clause)


def test_a_limit_inside_a_limit_has_an_example(scheme: Scheme) -> None:
    """Both clauses' limits bite in one example, and what is left just fills the section around them."""
    inner = {"base.budget-control.budget#target-missed", "base.budget-control.control#not-completed"}
    assert any(
        inner <= limits(ledger) and ledger.scores["library"]["base.budget-control"].score == 0
        for ledger in (ledger_of(scheme, example) for example in scheme.examples)
    )


def test_items_and_rule_cells_stand_in_the_order_of_the_source(scheme: Scheme) -> None:
    """A rule cell stands beside its first item; the items below continue it with empty cells."""
    ours: list[str] = []
    shown = None
    for item in scheme.items.values():
        ours += [item.text] if (item.section, item.method) == shown else [item.text, item.method]
        shown = item.section, item.method
    ours = ["".join(cell.split()) for cell in ours]
    assert [cell for cell in source_cells() if cell in set(ours)] == ours


def test_the_example_of_2022_holds_and_says_that_it_is_one() -> None:
    """The second year is invented: only its examples bind it."""
    site = read_site(read_tree(ROOT)).site
    assert site is not None
    scheme = site.years[2022].scheme
    assert failing_examples(scheme) == ()
    assert set(scheme.clauses) <= {example.where for example in scheme.examples}
    assert "示例" in scheme.title and scheme.source.startswith("示例")
