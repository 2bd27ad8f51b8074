"""What differs from fixed results, from values alone: each cause is named, and each effect with its cause."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from site_builder import __version__
from site_builder.freezing import Difference, Effect, difference, problems, proved, restated, standing
from site_builder.model import (
    Decision,
    Frozen,
    Inputs,
    Level,
    Place,
    Policy,
    Restatement,
    Severity,
    Trail,
    Verdict,
    message,
)
from tests.sites import incident, say, site, valid

RECORD, OTHER = "incidents/2021/0001.md", "incidents/2021/0002.md"
RULES, POLICY = "criteria/2021/conduct.yaml", "criteria/approvals.yaml"
INPUTS = Inputs("reviewed", {RULES: "r", RECORD: "a"}, {POLICY: "p"}, {RECORD: "approved"})
SCORES = {"library": {"conduct": Decimal(2), "study": Decimal(-1)}, "office": {"conduct": Decimal(2)}}
FROZEN = Frozen(2021, __version__, "c" * 40, date(2022, 1, 21), INPUTS, SCORES)


def found(scores=SCORES, frozen=FROZEN, **inputs):
    """What differs where this is in the inputs of today."""
    return difference(frozen, replace(INPUTS, **inputs), scores)


def told(differs, frozen=FROZEN):
    """The problems as a person reads them: code and words."""
    book = valid(site({"0001": incident()}))
    years = {2021: replace(book.years[2021], frozen=frozen)}
    return [(one.code, say(one.text)) for one in problems(replace(book, years=years), 2021, differs)]


def test_nothing_differs_from_itself():
    same = found()
    assert same == Difference(None, {}, frozenset(), {}, {}, (), {}) and not same.matters and told(same) == []


def test_files_that_changed_came_and_went_are_told_apart_in_the_order_of_their_names():
    differs = found(files={RECORD: "b", OTHER: "n"})
    assert list(differs.files.items()) == [(RULES, None), (RECORD, "b"), (OTHER, "n")]
    assert differs.added == {OTHER} and differs.matters
    assert [text for _, text in told(differs)] == [
        f"The results of 2021 are fixed: {RULES} is gone (no score changes)",
        f"The results of 2021 are fixed: {RECORD} was changed (no score changes)",
        f"The results of 2021 are fixed: {OTHER} is new (no score changes)",
    ]


def test_scores_that_changed_came_and_went_are_effects():
    now = {"library": {"conduct": Decimal("1.5")}, "lab": {"study": Decimal(0)}, "office": {"conduct": Decimal(2)}}
    differs = found(now)
    assert differs.effects == (
        Effect("library", "conduct", Decimal(2), Decimal("1.5")),
        Effect("library", "study", Decimal(-1), None),
        Effect("lab", "study", None, Decimal(0)),
    )
    assert differs.departments == {"lab": True} and differs.matters


def test_the_effects_of_an_incident_are_those_of_its_department():
    scores = {"library": {"conduct": Decimal(1), "study": Decimal(-1)}, "office": {"conduct": Decimal(1)}}
    ((_, of_record), (_, of_rules)) = sorted(told(found(scores, files={RULES: "s", RECORD: "b"})), reverse=True)
    assert "The library Conduct 2 → 1)" in of_record and "The office" not in of_record
    assert "The library Conduct 2 → 1, The office Conduct 2 → 1)" in of_rules


def test_what_is_not_there_is_a_dash_and_an_unknown_name_is_shown_as_it_is():
    ((code, text),) = told(found({**SCORES, "lab": {"garden": Decimal(3)}}))
    assert code == "frozen-department-changed"
    assert "lab is assessed in this year now" in text and "(lab garden — → 3)" in text
    ((code, text),) = told(found({"library": SCORES["library"]}))
    assert "office is no longer assessed" in text and "(The office Conduct 2 → —)" in text


@pytest.mark.parametrize(("count", "more"), [(6, ""), (7, "; 1 more"), (9, "; 3 more")])
def test_at_most_six_effects_are_named_and_the_others_counted(count, more):
    effects = tuple(Effect("library", f"s{number}", None, Decimal(number)) for number in range(count))
    ((_, text),) = told(Difference(None, {RULES: "s"}, frozenset(), {}, {}, effects, {}))
    assert "library s5 — → 5" in text.replace("The ", "") and "s6" not in text and text.endswith(f"5{more})")


def test_a_changed_verdict_is_named_and_one_that_went_is_a_dash():
    ((code, text),) = told(found(verdicts={RECORD: "pending"}))
    assert code == "frozen-verdict-changed" and f"The verdict on {RECORD} is now “pending”" in text
    assert "is now “—”" in told(found(verdicts={}))[0][1]


def test_another_level_is_named_once_in_place_of_every_verdict():
    differs = found(level="signed", verdicts={})
    assert differs.level == "signed" and differs.verdicts == {} and differs.matters
    ((code, text),) = told(differs)
    assert code == "frozen-level-changed" and "“signed” now, not “reviewed”" in text


def severity(differs):
    """The severity of the problem that names a changed policy."""
    book = valid(site())
    years = {2021: replace(book.years[2021], frozen=FROZEN)}
    *_, last = problems(replace(book, years=years), 2021, differs)
    assert last.code == "frozen-policy-changed" and last.place == Place("criteria/2021/results.yaml")
    return last.severity, say(last.hint)


def test_a_changed_policy_alone_is_a_warning_and_with_a_verdict_or_level_an_error():
    alone = found(policy={POLICY: "q"})
    assert alone.policy == {POLICY: "q"} and not alone.matters
    assert severity(alone) == (Severity.WARNING, "Every verdict is as it was: nothing need be done")
    why = (Severity.ERROR, "See whether the verdicts above follow from it")
    assert severity(found(policy={POLICY: "q"}, verdicts={RECORD: "pending"})) == why
    assert severity(found(policy={}, level="signed")) == why


def test_other_figures_from_the_same_files_name_both_programs():
    scores = {**SCORES, "office": {"conduct": Decimal(0)}}
    ((code, text),) = told(found(scores))
    assert code == "frozen-score-differs" and "the same files give other figures than stand here" in text
    ((code, text),) = told(found(scores), replace(FROZEN, version="0.0.1"))
    assert code == "frozen-score-differs" and f"kaohe {__version__} computes" in text and "kaohe 0.0.1 did" in text
    codes = [code for code, _ in told(found(scores, files={RULES: "s", RECORD: "a"}))]
    assert codes == ["frozen-file-changed"], "the file accounts for it"


def test_the_place_of_a_problem_is_the_line_of_its_name_or_else_the_file():
    frozen = replace(FROZEN, places={RECORD: Place("criteria/2021/results.yaml", 9, 3)})
    book = valid(site({"0001": incident()}))
    years = {2021: replace(book.years[2021], frozen=frozen)}
    first, second = problems(replace(book, years=years), 2021, found(files={RULES: "s", RECORD: "b"}))
    assert (first.place.line, second.place.line) == (Place("criteria/2021/results.yaml").line, 9)


RESTATED = Restatement(
    date(2022, 3, 1), "R", "D", "signed", {RECORD: None, OTHER: "n"}, {RECORD: None}, {"office": {"conduct": None}}
)


def test_restatements_lie_over_the_fixed_results_in_their_order():
    later = Restatement(date(2022, 4, 1), "R", "D", files={OTHER: "m"}, scores={"library": {"study": Decimal(0)}})
    inputs, scores = standing(replace(FROZEN, restatements=(RESTATED, later)))
    assert inputs == Inputs("signed", {RULES: "r", OTHER: "m"}, {POLICY: "p"}, {})
    assert scores == {"library": {"conduct": Decimal(2), "study": Decimal(0)}}, "an office without scores is gone"


def test_a_restatement_can_add_a_department():
    assert restated({}, {"lab": {"study": Decimal(1)}}) == {"lab": {"study": Decimal(1)}}


def test_what_history_decides_is_fixed_where_approvals_are_demanded():
    approved, pending = (Verdict(one, message("so")) for one in (Decision.APPROVED, Decision.PENDING))
    trail = Trail(Level.REVIEWED, Policy(), True, verdicts={RECORD: pending}, counted={RECORD: approved})
    inputs = replace(INPUTS, level="", verdicts={})
    assert proved(inputs, trail) == replace(INPUTS, verdicts={RECORD: "approved", RULES: "unknown"})
    assert proved(inputs, Trail(Level.RECORDED, Policy(), True)) == replace(INPUTS, level="recorded", verdicts={})
