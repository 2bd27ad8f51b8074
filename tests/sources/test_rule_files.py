"""Given a rule book's file, this problem stands at this place, with this code and a hint that helps."""

from collections.abc import Mapping

import pytest

from site_builder.model import Cumulation
from tests.sites import CONDUCT, MEASURED, SCHEME, STUDY, placed, problems, site, valid


def check(criteria: Mapping[str, str | None], where: str, code: str, hint: str) -> None:
    [problem] = problems(site(criteria=criteria))
    assert problem.where == f"criteria/2021/{where}"
    assert problem.code == code
    assert hint in problem.hint


SCHEMES = {
    "an unknown section in order": ("order: [conduct, study, studdy]", "scheme.yaml:4:8", "unknown-section", "study"),
    "a section that order forgets": ("order: [conduct]", "scheme.yaml:4:8", "incomplete-order", "where they belong"),
    "a section twice in order": (
        "order: [conduct, study, study]", "scheme.yaml:4:25", "duplicate-key", "Keep one",
    ),
    "an order that is a text": ("order: conduct", "scheme.yaml:4:8", "wrong-type", "[one, another]"),
    "an interpretation of nothing": (
        "interpretations: [{where: study.plam, words: A, reading: B, decided: C}]",
        "scheme.yaml:4:27", "unknown-criterion", "study.plan",
    ),
    "an interpretation of no clause": (
        "interpretations: [{where: 'study.plan#done', words: A, reading: B, decided: C}]",
        "scheme.yaml:4:27", "unknown-criterion", "study#not-done",
    ),
    "an interpretation of other words": (
        "interpretations: [{where: study.plan, words: The plan, reading: B, decided: C}]",
        "scheme.yaml:4:46", "words-not-found", "own words",
    ),
    "an interpretation without reading": (
        "interpretations: [{where: study, words: A plan, decided: 2021-01-01}]",
        "scheme.yaml:4:19", "missing-key", "reading: …",
    ),
    "an interpretation that is a text": ("interpretations: [A]", "scheme.yaml:4:19", "wrong-type", "key: value"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "where", "code", "hint"), SCHEMES.values(), ids=SCHEMES)
def test_scheme(line: str, where: str, code: str, hint: str) -> None:
    check({"scheme": SCHEME + line + "\n"}, where, code, hint)


PERIODS = {
    "reversed": ("{from: 2021-12-31, to: 2021-01-01}", "scheme.yaml:2:32", "period-reversed", "Exchange"),
    "without end": ("{from: 2021-01-01}", "scheme.yaml:2:9", "missing-key", "to: …"),
    "a text": ("2021", "scheme.yaml:2:9", "wrong-type", "key: value"),
    "an impossible day": ("{from: 2021-01-01, to: 2021-12-32}", "scheme.yaml:2:32", "invalid-date", "Check"),
}


@pytest.mark.parametrize(("period", "where", "code", "hint"), PERIODS.values(), ids=PERIODS)
def test_period(period: str, where: str, code: str, hint: str) -> None:
    check({"scheme": SCHEME.replace("{from: 2021-01-01, to: 2021-12-31}", period)}, where, code, hint)


def test_the_scheme_needs_a_title() -> None:
    check({"scheme": SCHEME.replace("title: Rules of 2021", "source: A")}, "scheme.yaml:1:1", "missing-key", "title: …")


def test_a_rule_book_without_scheme() -> None:
    check({"scheme": None}, "scheme.yaml:1:1", "missing-file", "title and order")


SECTIONS = {
    "no title": ("points: 1\nassessor: office\nitems: {a: {text: A, clauses: [c]}}\n", "1:1", "missing-key", "title"),
    "points below zero": ("title: T\npoints: -1\n", "2:9", "number-too-small", "without the sign"),
    "points that are no number": ("title: T\npoints: 2分\n", "2:9", "not-a-number", "digits"),
    "neither items nor sections": ("title: T\n", "1:1", "empty-section", "items:"),
    "empty items": ("title: T\nitems: {}\n", "1:1", "empty-section", "items:"),
    "items without value": ("title: T\nitems:\n", "2:7", "missing-value", "remove the key"),
    "items as a list": ("title: T\nitems: [a]\n", "2:8", "wrong-type", "key: value"),
    "items and sections": (
        "title: T\nitems: {a: {text: A, clauses: {c: {text: C, deduct: 1}}}}\n"
        "sections: {s: {title: S, items: {b: {text: B, clauses: {c: {text: C, deduct: 1}}}}}}\n",
        "1:1", "items-and-sections", "section of their own",
    ),
    "an unknown key": ("title: T\npoint: 2\n", "2:1", "unknown-key", "points"),
    "an order of what is in one file": ("title: T\norder: [a]\n", "2:1", "unknown-key", "Right would be"),
    "an assessor that is no department": ("title: T\nassessor: ofice\n", "2:11", "unknown-department", "office"),
    "nobody assesses": (
        "title: T\nassessor: ~\nitems: {a: {text: A, clauses: {c: {text: C, deduct: 1}}}}\n",
        "2:11", "missing-value", "remove the key",
    ),
    "an item in capitals": ("title: T\nitems: {A: {text: A, clauses: []}}\n", "2:9", "invalid-id", "lower-case"),
    "an item that is a text": ("title: T\nitems: {a: A}\n", "2:12", "wrong-type", "key: value"),
    "an item named by a device": ("title: T\nitems: {nul: {text: A}}\n", "2:9", "invalid-id", "device name"),
}  # fmt: skip

REST = "items: {a: {text: A, clauses: {c: {text: C, deduct: 1}}}}\n"


@pytest.mark.parametrize(("text", "where", "code", "hint"), SECTIONS.values(), ids=SECTIONS)
def test_section(text: str, where: str, code: str, hint: str) -> None:
    text = text.replace("[c]", "{c: {text: C, deduct: 1}}")
    if "assessor" not in text:
        text += "assessor: office\n"
    if "items" not in text and code != "empty-section":
        text += REST
    check({"extra": text}, f"extra.yaml:{where}", code, hint)


def test_an_item_that_nobody_assesses() -> None:
    check({"extra": "title: T\n" + REST}, "extra.yaml:2:12", "no-assessor", "assessor:")


def clause(text: str, clauses: str = "[c]") -> str:
    """A section whose shared clause `c` is described from line 4, column 6 on."""
    return f"title: T\nassessor: office\nclauses:\n  c: {text}\nitems: {{a: {{text: A, clauses: {clauses}}}}}\n"


CLAUSES = {
    "no text": ("{deduct: 1}", "4:6", "missing-key", "text: …"),
    "a text that is a number": ("{text: 1, deduct: 1}", "4:13", "wrong-type", '"1"'),
    "no deduction": ("{text: C}", "4:6", "missing-key", "deduct: …"),
    "a deduction of 0": ("{text: C, deduct: 0}", "4:24", "number-too-small", "above 0"),
    "a deduction below 0": ("{text: C, deduct: -0.5}", "4:24", "number-too-small", "without the sign"),
    "a deduction in words": ("{text: C, deduct: discretion}", "4:24", "not-a-number", "digits"),
    "a deduction in quotes": ("{text: C, deduct: '1'}", "4:24", "not-a-number", "quotes"),
    "a limit below zero": ("{text: C, deduct: 1, limit: -2}", "4:34", "number-too-small", "without the sign"),
    "a limit that is no number": ("{text: C, deduct: 1, limit: none}", "4:34", "not-a-number", "digits"),
    "an unknown unit": ("{text: C, deduct: 1, per: [persn]}", "4:32", "unknown-unit", "person"),
    "units that are no list": ("{text: C, deduct: 1, per: person}", "4:32", "wrong-type", "[one, another]"),
    "a unit twice": ("{text: C, deduct: 1, per: [day, day]}", "4:38", "duplicate-key", "Keep one"),
    "a unit that is a number": ("{text: C, deduct: 1, per: [1.5]}", "4:33", "invalid-id", "Right would be"),
    "an unknown cumulation": (
        "{text: C, deduct: 1, cumulation: highest-per-cse}", "4:39", "unknown-cumulation", "highest-per-case",
    ),
    "discretionary times a unit": (
        "{text: C, deduct: discretionary, per: [day]}", "4:44", "unit-not-counted", "Remove the unit",
    ),
    "an unknown key": ("{text: C, deduct: 1, limits: 2}", "4:27", "unknown-key", "limit"),
    "a text": ("C", "4:6", "wrong-type", "key: value"),
    "nothing": ("~", "4:6", "missing-key", "c: …"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "where", "code", "hint"), CLAUSES.values(), ids=CLAUSES)
def test_clause(text: str, where: str, code: str, hint: str) -> None:
    check({"extra": clause(text)}, f"extra.yaml:{where}", code, hint)


def test_a_clause_counts_at_most_eight_units() -> None:
    units = [f"unit-{number}" for number in range(9)]
    scheme = "title: T\nunits: {" + ", ".join(f"{unit}: u" for unit in units) + "}\n"
    text = clause(f"{{text: C, deduct: 1, per: [{', '.join(units)}]}}")
    [problem] = problems(site(criteria={"scheme": scheme, "conduct": None, "study": None, "extra": text}))
    assert problem[:2] == ("criteria/2021/extra.yaml:4:32", "too-many-units")


GOOD = "{text: C, deduct: 1}"
ITEMS = {
    "no clauses": (GOOD, "[]", "5:31", "item-without-clauses", "deducts nothing"),
    "clauses that are a text": (GOOD, "c", "5:31", "wrong-type", "[one, another]"),
    "an unknown clause": (GOOD, "[c, d]", "5:31", "unknown-clause", "c"),
    "a clause twice": (GOOD, "[c, c]", "5:35", "duplicate-key", "Keep one"),
}


@pytest.mark.parametrize(("shared", "clauses", "where", "code", "hint"), ITEMS.values(), ids=ITEMS)
def test_clauses_of_an_item(shared: str, clauses: str, where: str, code: str, hint: str) -> None:
    found = problems(site(criteria={"extra": clause(shared, clauses)}))
    [problem] = [one for one in found if one.code != "unused-clause"]
    assert problem.where == f"criteria/2021/extra.yaml:{where}"
    assert problem.code == code
    assert hint in problem.hint


def test_an_item_without_the_key_clauses() -> None:
    text = "title: T\nassessor: office\nitems: {a: {text: A}}\n"
    check({"extra": text}, "extra.yaml:3:12", "missing-key", "clauses: …")


def test_a_shared_clause_that_no_item_uses() -> None:
    text = clause("{text: C, deduct: 1}", "{d: {text: D, deduct: 1}}")
    check({"extra": text}, "extra.yaml:4:6", "unused-clause", "of an item")


def test_a_limit_holds_within_one_section() -> None:
    """Across sections, which of their limits bites first would decide, and one more incident could raise a score."""
    text = (
        "title: T\nassessor: office\nclauses:\n  c: {text: C, deduct: 1, limit: 2}\nsections:\n"
        "  a: {title: A, points: 1, items: {i: {text: I, clauses: [c]}}}\n"
        "  b: {title: B, points: 1, items: {j: {text: J, clauses: [c]}}}\n"
    )
    [problem] = problems(site(criteria={"extra": text}))
    assert problem[:2] == ("criteria/2021/extra.yaml:4:34", "limit-across-sections")
    assert problem.text == "The limit of clause “c” would hold across the sections extra.a, extra.b"
    assert "into each of the sections" in problem.hint


METHODS = {
    "other words": ("'Per day: D'", "clause-not-in-method"),
    "another order": ("'D; C'", "clause-not-in-method"),
    "the clauses and more": ("'First: C; then: D.'", None),
}


@pytest.mark.parametrize(("method", "code"), METHODS.values(), ids=METHODS)
def test_the_rule_cell_holds_the_words_of_the_clauses_in_order(method: str, code: str | None) -> None:
    clauses = "{c: {text: C, deduct: 1}, d: {text: D, deduct: 1}}"
    text = f"title: T\nassessor: office\nitems:\n  a:\n    text: A\n    clauses: {clauses}\n    method: {method}\n"
    expected = [f"criteria/2021/extra.yaml:7:13 {code}"] if code else []
    assert placed(site(criteria={"extra": text})) == expected


EXAMPLES = {
    "wrong": ("{given: {}, deducts: 2}", "6:28", "wrong-example", "amount, units or limit"),
    "nothing given": ("{deducts: 1}", "6:7", "missing-key", "given: …"),
    "nothing deducted": ("{given: {}}", "6:7", "missing-key", "deducts: …"),
    "an unknown item": ("{given: {item: b}, deducts: 1}", "6:22", "unknown-item", "a"),
    "an item that is a number": ("{given: {item: 1}, deducts: 1}", "6:22", "wrong-type", '"1"'),
    "an unknown clause": ("{given: {clause: d}, deducts: 1}", "6:24", "unknown-clause", "c"),
    "an unknown unit": ("{given: {person: 2}, deducts: 2}", "6:16", "unknown-key", "day"),
    "half a day": ("{given: {day: 0.5}, deducts: 0.5}", "6:21", "not-a-whole-number", "whole"),
    "given as a text": ("{given: one, deducts: 1}", "6:15", "wrong-type", "key: value"),
    "an unknown key": ("{given: {}, deducts: 1, notes: n}", "6:31", "unknown-key", "note"),
    "a text": ("one", "6:7", "wrong-type", "key: value"),
}


@pytest.mark.parametrize(("example", "where", "code", "hint"), EXAMPLES.values(), ids=EXAMPLES)
def test_examples(example: str, where: str, code: str, hint: str) -> None:
    text = (
        "title: T\nassessor: office\nitems: {a: {text: A, clauses: {c: {\n    text: C, deduct: 1, per: [day],\n"
        f"    examples: [\n      {example}]}}}}}}}}\n"
    )
    [problem] = problems(site(criteria={"extra": text}))
    assert problem.where == f"criteria/2021/extra.yaml:{where}"
    assert problem.code == code
    assert hint in problem.hint


def test_an_example_of_a_case_or_of_discretion_says_which() -> None:
    text = (
        "title: T\nassessor: office\nitems:\n  a:\n    text: A\n    clauses:\n"
        "      c: {text: C, deduct: 1, cumulation: highest-per-case, examples: [{given: {}, deducts: 1}]}\n"
        "      d: {text: D, deduct: discretionary, examples: [{given: {}, deducts: 1}]}\n"
    )
    found = problems(site(criteria={"extra": text}))
    assert [(problem.where, problem.text) for problem in found] == [
        ("criteria/2021/extra.yaml:7:80", "“case” is missing"),
        ("criteria/2021/extra.yaml:8:62", "“deduction” is missing"),
    ]


def test_an_example_of_a_clause_that_no_item_uses() -> None:
    text = clause("{text: C, deduct: 1, examples: [{given: {}, deducts: 1}]}", "{d: {text: D, deduct: 1}}")
    assert placed(site(criteria={"extra": text})) == [
        "criteria/2021/extra.yaml:4:6 unused-clause",
        "criteria/2021/extra.yaml:4:46 unknown-item",
    ]


def test_an_example_of_a_section_names_item_and_clause() -> None:
    text = STUDY + "examples:\n- {given: [{item: plan, clause: not-done}, {item: plan}], deducts: 1}\n"
    [problem] = problems(site(criteria={"study": text}))
    assert problem[:3] == ("criteria/2021/study.yaml:9:44", "missing-key", "“clause” is missing")


MEASURES = {
    "no file": ("file: spending", "group: a", "unknown-key missing-key"),
    "a file that is no id": ("file: spending", "file: Spending", "invalid-id"),
    "no date": ("          date: 2021-12-20\n", "", "missing-key"),
    "a date of another year": ("2021-12-20", "2020-12-20", "date-outside-period"),
    "an impossible date": ("2021-12-20", "2021-12-32", "invalid-date"),
    "an unknown item": ("file: spending", "file: spending\n          item: budgt", "unknown-item"),
    "an item that is no id": ("file: spending", "file: spending\n          item: Budget", "invalid-id"),
    "a threshold of no column": ("at-least: {spent: 80}", "at-least: {spend: 80}", "unknown-column"),
    "a threshold below zero": ("at-least: {spent: 80}", "at-least: {spent: -80}", "number-too-small"),
    "a threshold without value": ("at-least: {spent: 80}", "at-least: {spent: }", "missing-key"),
    "a kind without thresholds": ("at-least: {spent: 80}", "", "missing-key"),
    "columns that are a list": ("{spent: Spent, done: Done}", "[spent, done]", "wrong-type"),
    "a column without title": ("spent: Spent", "spent: ", "missing-key"),
    "an amount at discretion": (
        "deduct: 0.5\n        per: [project]", "deduct: discretionary", "clause-not-measurable",
    ),
    "a case": ("deduct: 0.5", "deduct: 0.5\n        cumulation: highest-per-case", "clause-not-measurable"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "codes"), MEASURES.values(), ids=MEASURES)
def test_measures(old: str, new: str, codes: str) -> None:
    assert old in MEASURED
    found = problems(site(criteria={"conduct": MEASURED.replace(old, new)}))
    assert {problem.code for problem in found} - {"unknown-column"} == set(codes.split()) - {"unknown-column"}
    assert all(problem.where.startswith("criteria/2021/conduct.yaml:") for problem in found)


def test_a_measure_needs_kinds() -> None:
    text = MEASURED[: MEASURED.index("          kinds:")]
    [problem] = problems(site(criteria={"conduct": text}))
    assert problem[:3] == ("criteria/2021/conduct.yaml:13:11", "missing-key", "“kinds” is missing")


def test_two_clauses_cannot_read_one_measurements_file() -> None:
    found = problems(site(criteria={"conduct": MEASURED, "study": MEASURED}))
    [problem] = found
    assert problem[:2] == ("criteria/2021/study.yaml:13:17", "duplicate-measure")
    assert problem.text == "Clause conduct.budget#missed reads the same file"


FOLDER = {
    "conduct": None,
    "study": None,
    "base/section": "title: Base\npoints: 2\norder: [conduct, study]\n",
    "base/conduct": CONDUCT,
    "base/study": STUDY,
}
FOLDERS = {
    "no section.yaml": ({"base/section": None}, "base/section.yaml:1:1", "missing-file", "title and order"),
    "a cycle: the section in its own order": (
        {"base/section": "title: Base\norder: [conduct, study, base]\n"},
        "base/section.yaml:2:8", "unknown-section", "Right would be: conduct, study",
    ),
    "a cycle: the section around it in order": (
        {"scheme": SCHEME + "order: [base, base.conduct]\n"}, "scheme.yaml:4:15", "invalid-id", "Did you mean base",
    ),
    "file and folder": ({"base": STUDY}, "base.yaml:1:1", "duplicate-section", "Keep one of the two"),
    "in a file and inline": (
        {
            "base/section": "title: B\npoints: 2\nassessor: office\n"
            f"sections: {{study: {{title: S, {REST.strip()}}}}}\n"
        },
        "base/section.yaml:4:19", "duplicate-section", "Keep one of the two",
    ),
    "points that do not add up": (
        {"base/section": "title: Base\npoints: 3\n", "base/study": "points: 2\n" + STUDY},
        "base/section.yaml:2:9", "points-do-not-add-up", "here and inside",
    ),
    "a folder in capitals": ({"Extra/section": STUDY}, "Extra/section.yaml:1:1", "invalid-id", "lower-case"),
    "a file named by a device": ({"lpt1": STUDY}, "lpt1.yaml:1:1", "invalid-id", "device name"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "where", "code", "hint"), FOLDERS.values(), ids=FOLDERS)
def test_folders(change: Mapping[str, str | None], where: str, code: str, hint: str) -> None:
    check({**FOLDER, **change}, where, code, hint)


def test_a_file_that_looks_like_a_section_and_is_none() -> None:
    tree = site(files={"criteria/2021/extra.yml": STUDY, "criteria/2021/notes.txt": "ok"})
    [problem] = problems(tree)
    assert problem[:2] == ("criteria/2021/extra.yml:1:1", "unexpected-file")
    assert "here only *.yaml is" in problem.text


def test_a_valid_rule_book_is_read_as_it_stands() -> None:
    scheme = valid(site(criteria=FOLDER)).years[2021].scheme
    assert list(scheme.all_sections) == ["base", "base.conduct", "base.study"]
    assert list(scheme.items) == [
        "base.conduct.attendance", "base.conduct.sanctions", "base.conduct.other",
        "base.study.plan", "base.study.report",
    ]  # fmt: skip
    assert {clause.id: clause.cumulation for clause in scheme.clauses.values()} == {
        "base.conduct.attendance#absence": Cumulation.EACH,
        "base.conduct.attendance#platform": Cumulation.EACH,
        "base.conduct.sanctions#warned": Cumulation.HIGHEST_PER_CASE,
        "base.conduct.other#fitting": Cumulation.EACH,
        "base.study#not-done": Cumulation.ONCE_PER_ITEM,
    }
    assert scheme.assessors == ("office",)
    assert scheme.items["base.study.plan"].clauses == scheme.items["base.study.report"].clauses


def test_order_is_by_id_where_none_is_given() -> None:
    criteria = {**FOLDER, "base/section": "title: Base\n", "alone": STUDY}
    assert list(valid(site(criteria=criteria)).years[2021].scheme.all_sections) == [
        "alone", "base", "base.conduct", "base.study",
    ]  # fmt: skip


def test_a_school_year_is_a_period() -> None:
    scheme = SCHEME.replace("2021-01-01", "2021-09-01").replace("2021-12-31", "2022-08-31")
    assert str(valid(site(criteria={"scheme": scheme})).years[2021].scheme.last) == "2022-08-31"
