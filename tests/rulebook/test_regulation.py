"""The 2021 rule book says what the regulation says: the same words, amounts, units, points and order."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from site_builder.model import DiscretionaryDeduction, plain
from site_builder.pages.rules import pieces
from site_builder.scoring import failing_examples
from site_builder.sources import read_site, read_tree

ROOT = Path(__file__).resolve().parents[2]

POINTS = {
    "party": None,
    "base": "20",
    "base.decisions": "4",
    "base.secrecy": "2",
    "base.archives": "2",
    "base.ideology": "3",
    "base.conduct": "2",
    "base.security": "2",
    "base.budget-control": "3",
    "base.budget-control.budget": "2",
    "base.budget-control.control": "1",
    "base.frugality": "2",
}

ASSESSORS = {
    "party": "party-committee",
    "base.decisions": "general-office",
    "base.secrecy": "general-office",
    "base.archives": "general-office",
    "base.ideology": "research-office",
    "base.conduct": "personnel-office",
    "base.security": "security-office",
    "base.budget-control.budget": "finance-office",
    "base.budget-control.control": "finance-office",
    "base.frugality": "logistics-office",
}

ITEMS = """
party: responsibility branch annual-tasks platform discipline
base.decisions: central-directives committee-decisions meeting-resolutions document-tasks
base.decisions: leader-tasks submitted-documents
base.secrecy: responsibility training self-inspection classification other-tasks leak
base.archives: responsibility training completeness transfer
base.ideology: responsibility-letter study review first-responsible lecture-filing published-content event-control
base.conduct: attendance meetings sanctions travel other
base.security: responsibility-letter safety-officer training national-security political-security unlawful-acts
base.security: obstruction petitions fire risk-assessment
base.budget-control.budget: execution performance
base.budget-control.control: risk-review procedures compliance
base.frugality: responsibility meetings campaign saving
"""

CLAUSES = """
party.responsibility#unqualified 0.1 occurrence
party.responsibility#criticised-by-superior 0.5 occurrence
party.branch#activity-not-recorded 0.1 occurrence
party.branch#dues-unpaid 0.1 person occurrence
party.branch#procedure-breached 0.1 occurrence
party.annual-tasks#task-missed 0.1 occurrence
party.annual-tasks#circulated 0.5 occurrence
party.platform#platform-deduction 10 point
party.discipline#admonition 2 case highest-per-case
party.discipline#light-sanction 3 case highest-per-case
party.discipline#heavy-sanction 4 case highest-per-case
party.discipline#transferred-to-judiciary 5 case highest-per-case
base.decisions#not-advanced 0.2 item occurrence
base.decisions#rectification-notice 0.3 item occurrence
base.decisions#circulated 0.5 item occurrence
base.decisions#not-started 2 item occurrence
base.decisions.submitted-documents#contrary-to-policy 2 document
base.decisions.submitted-documents#inaccurate-facts 1 document
base.decisions.submitted-documents#format-violation 0.2 document
base.decisions.submitted-documents#language-or-late 0.1 document
base.secrecy#not-done 0.5 item occurrence
base.secrecy.leak#occurrence 2 occurrence
base.archives#not-done 0.5 item occurrence
base.ideology#not-done 1 item once-per-item
base.ideology#negative-impact 3 occurrence
base.conduct.attendance#absence 0.5 person day
base.conduct.attendance#late-or-early 0.1 person occurrence
base.conduct.attendance#sheet-late 0.1 occurrence
base.conduct.attendance#sheet-falsified 1 occurrence
base.conduct.meetings#absence 0.2 person occurrence
base.conduct.meetings#disorder 0.1 person occurrence
base.conduct.meetings#late-or-early 0.1 person occurrence
base.conduct.sanctions#administrative-sanction 2 person occurrence
base.conduct.travel#unapproved-travel 1 person occurrence
base.conduct.other#discretionary discretionary
base.security#not-done 0.5 item occurrence
base.security#occurrence 2 occurrence
base.budget-control.budget#target-missed 0.5 project limit=2
base.budget-control.control#not-completed 0.5 item once-per-item limit=1
base.frugality#not-done 0.5 item occurrence
"""


@pytest.fixture(scope="module")
def site():
    sources = read_site(read_tree(ROOT))
    assert sources.site is not None, sources.problems
    return sources.site


@pytest.fixture(scope="module")
def scheme(site):
    return site.years[2021].scheme


def source_cells():
    """The cells of the regulation's table, row by row: tabs end a cell, a cell may run over several lines.

    An empty cell continues the one above; a text that page breaks repeat inside a cell is one text. Line breaks
    inside a cell are joined.
    """
    text = (ROOT / "criteria/2021/source.txt").read_text(encoding="utf-8")
    body = text.split("\n", 2)[2]
    cells = ("".join(cell.split()) for cell in re.split(r"\t", body))
    return [re.sub(r"^(.+?)\1+$", r"\1", cell) for cell in cells if cell]


def handbook_cells(scheme):
    """The cells that the rule book makes, each merged cell once: sections, items, rule cells, assessors."""
    yield from ("考核目标", "考核内容", "计分办法", "考核部门")
    for section in scheme.all_sections.values():
        yield section.title if "." not in section.id else section.title + section.titled_points
    for item in scheme.items.values():
        yield item.text
        yield item.method


def test_every_word_of_the_source_is_there_and_none_is_added(site, scheme):
    """As sets of cells both ways, so that no cell is missing, changed or added."""
    assessors = {site.departments[name].name for name in scheme.assessors}
    ours = {"".join(cell.split()) for cell in handbook_cells(scheme)} | assessors
    assert ours == set(source_cells())


def test_the_words_come_in_the_order_of_the_source(scheme):
    text = "".join((ROOT / "criteria/2021/source.txt").read_text(encoding="utf-8").split())
    at = 0
    for item in scheme.items.values():
        found = text.find(item.text, at)
        assert found >= 0, item.id
        at = found


def test_the_source_is_published_with_the_rules():
    assert (ROOT / "criteria/2021/source.txt").read_text(encoding="utf-8").startswith("附件1\n2021年党建目标")


def test_every_rule_cell_is_made_of_its_clauses_words(scheme):
    for item in scheme.items.values():
        assert "".join(piece.text for piece in pieces(2021, item)) == item.method


def test_sections_points_and_assessors(scheme):
    found = {name: section.points and plain(section.points) for name, section in scheme.all_sections.items()}
    assert list(found.items()) == list(POINTS.items())
    assert {item.section: item.assessor for item in scheme.items.values()} == ASSESSORS
    assert len(scheme.assessors) == 7
    assert sum(section.points for section in scheme.all_sections["base"].sections) == Decimal(20)


def test_items_in_the_order_of_the_source(scheme):
    expected = [
        f"{section}.{name}"
        for section, names in (line.split(": ") for line in ITEMS.strip().splitlines())
        for name in names.split()
    ]
    assert list(scheme.items) == expected
    assert len(expected) == 52


def described(clause):
    amount = "discretionary" if isinstance(clause.effect, DiscretionaryDeduction) else plain(clause.effect.amount)
    words = [clause.id, amount, *clause.per]
    words += [clause.cumulation.value] if clause.cumulation.value != "each" else []
    words += [f"limit={plain(clause.limit)}"] if clause.limit is not None else []
    return " ".join(words)


def test_clauses_amounts_units_and_limits(scheme):
    assert [described(clause) for clause in scheme.clauses.values()] == CLAUSES.strip().splitlines()
    assert len(scheme.clauses) == 40


def test_every_clause_has_an_example_and_all_hold(scheme):
    assert set(scheme.clauses) <= {example.where for example in scheme.examples}
    assert failing_examples(scheme) == ()


def test_a_wrong_example_is_found():
    tree = read_tree(ROOT)
    path = "criteria/2021/base/secrecy.yaml"
    changed = tree.files[path].replace(b"deducts: 2", b"deducts: 1.9", 1)
    assert changed != tree.files[path]
    sources = read_site(type(tree)({**tree.files, path: changed}, tree.folders))
    (problem,) = failing_examples(sources.site.years[2021].scheme)
    assert problem.code == "wrong-example" and problem.place.path == path


def test_the_register_reads_every_open_point(scheme):
    words = {entry.words for entry in scheme.interpretations}
    for quoted in ("每项扣1分", "每有一项未完成的", "每项次", "每人每天", "同一案件同一部门不累计扣分", "酌情扣分"):
        assert any(quoted in one for one in words), quoted
    for where in ("party", "base.ideology.event-control", "base.budget-control.budget.execution"):
        assert any(entry.where.startswith(where) for entry in scheme.interpretations), where


def test_the_demonstration_touches_every_item_clause_and_mechanism(site, scheme):
    incidents = site.years[2021].incidents.values()
    used = {scheme.items[one.criterion].clause(one.clause).id for one in incidents}
    assert len(incidents) >= 150
    assert {one.criterion for one in incidents} == set(scheme.items)
    assert used == set(scheme.clauses)
    assert any(one.withdrawn for one in incidents)
    assert any(one.appeal and one.appeal.is_open for one in incidents)
    assert any(one.appeal and not one.appeal.is_open for one in incidents)
    assert any(one.measurement for one in incidents)
    assert set(scheme.assessors) <= set(site.departments_of(2021))
    assert 20 <= len(site.departments_of(2021)) <= 24
