"""All problems of all files come in one run: a broken file hides no other's problem, and causes none elsewhere."""

import pytest

from tests.sites import CONDUCT, DEPARTMENTS, MEASURED, SCHEME, STUDY, incident, placed, site

GOOD = {
    "2021-0001": incident(),
    "2021-0002": incident(criterion="conduct.sanctions", clause="warned", count=None, case="a"),
    "2021-0003": incident(criterion="study.plan", clause="not-done", count=None),
    "2021-0004": incident(criterion="conduct.other", clause="fitting", count=None, deduction="0.2"),
}
"""An incident under each kind of clause: whatever breaks elsewhere, these four have no problem."""


def test_the_four_are_good() -> None:
    assert placed(site(GOOD)) == []


SYNTAX = "title: [\n"
BROKEN_RULES = {
    "the scheme": ({"scheme": SYNTAX}, "scheme.yaml:1:8 yaml-syntax"),
    "the scheme's units": ({"scheme": "title: T\nunits: [person]\n"}, "scheme.yaml:2:8 wrong-type"),
    "a unit": ({"scheme": SCHEME.replace("day: days", "day: 5")}, "scheme.yaml:3:31 wrong-type"),
    "the period": ({"scheme": SCHEME.replace("2021-12-31", "2021-31-12")}, "scheme.yaml:2:32 invalid-date"),
    "a reversed period": ({"scheme": SCHEME.replace("2021-12-31", "2020-12-31")}, "scheme.yaml:2:32 period-reversed"),
    "a section": ({"conduct": SYNTAX}, "conduct.yaml:1:8 yaml-syntax"),
    "a section in GBK": ({"conduct": "title: 考勤".encode("gbk")}, "conduct.yaml:1:8 not-utf-8"),
    "an empty section": ({"conduct": ""}, "conduct.yaml:1:1 missing-keys"),
    "a section's title": ({"conduct": CONDUCT.replace("title: Conduct\n", "")}, "conduct.yaml:1:1 missing-key"),
    "a section's points": ({"conduct": CONDUCT.replace("points: 2", "points: two")}, "conduct.yaml:2:9 not-a-number"),
    "a section's assessor": ({"conduct": CONDUCT.replace("office", "ofice")}, "conduct.yaml:3:11 unknown-department"),
    "a section's assessor's id": ({"conduct": CONDUCT.replace("office", "[office]")}, "conduct.yaml:3:11 wrong-type"),
    "a section's items": ({"conduct": "title: T\nassessor: office\nitems: []\n"}, "conduct.yaml:3:8 wrong-type"),
    "an item": ({"study": STUDY.replace("{text: A plan, clauses: [not-done]}", "A plan")}, "study.yaml:6:9 wrong-type"),
    "an item's id": ({"study": STUDY.replace("plan:", "Plan:")}, "study.yaml:6:3 invalid-id"),
    "an item's text": ({"study": STUDY.replace("text: A plan, ", "")}, "study.yaml:6:9 missing-key"),
    "an item's clauses": ({"study": STUDY.replace("[not-done]}", "[]}", 1)}, "study.yaml:6:33 item-without-clauses"),
    "no clauses": ({"study": STUDY.replace(", clauses: [not-done]", "", 1)}, "study.yaml:6:9 missing-key"),
    "a misspelt clause": ({"study": STUDY.replace("[not-done]", "[not-don]", 1)}, "study.yaml:6:33 unknown-clause"),
    "a shared clause": ({"study": STUDY.replace("{text: Not done, deduct: 1, per: [item]}", "Not done")},
                        "study.yaml:4:13 wrong-type"),
    "the shared clauses": ({"study": STUDY.replace("  not-done: {", "  - {")}, "study.yaml:4:3 wrong-type"),
    "a clause's amount": ({"conduct": CONDUCT.replace("deduct: discretionary", "deduct: discretion")},
                          "conduct.yaml:17:46 not-a-number"),
    "a clause's units": ({"conduct": CONDUCT.replace("[person, day]", "person")}, "conduct.yaml:8:49 wrong-type"),
    "a clause's cumulation": ({"conduct": CONDUCT.replace("highest-per-case", "highest")},
                              "conduct.yaml:13:66 unknown-cumulation"),
    "a clause's text": ({"conduct": CONDUCT.replace("text: Warned, ", "")}, "conduct.yaml:13:15 missing-key"),
}  # fmt: skip


@pytest.mark.parametrize(("criteria", "problem"), BROKEN_RULES.values(), ids=BROKEN_RULES)
def test_a_mistake_in_the_rules_is_one_problem(criteria: dict[str, str], problem: str) -> None:
    """It leaves the incidents, the examples and the interpretations that rest on it alone."""
    book = {
        "scheme": SCHEME + "interpretations: [{where: study.plan, words: A plan, reading: B, decided: C}]\n",
        "extra": "title: T\nassessor: office\nitems: {a: {text: A, clauses: {c: {text: C, deduct: 1}}}}\n",
        **criteria,
    }
    assert placed(site(GOOD, book)) == [f"criteria/2021/{problem}"]


BASE = {
    "scheme": SCHEME + "order: [base]\n",
    "conduct": None,
    "study": None,
    "base/section": (
        "title: Base\npoints: 4\nassessor: office\norder: [conduct, study]\n"
        "clauses: {late: {text: Late, deduct: 0.1}}\n"
        "examples: [{given: {item: conduct.attendance, clause: absence}, deducts: 0.5}]\n"
    ),
    "base/conduct": CONDUCT.replace("assessor: office\n", ""),
    "base/study": STUDY.replace("assessor: office", "points: 2").replace("report, clauses: [", "A, clauses: [late, "),
}  # fmt: skip
IN_BASE = {name: text.replace("criterion: ", "criterion: base.") for name, text in GOOD.items()} | {
    "2021-0005": incident(criterion="base.study.report", clause="late", count=None)
}


def test_the_base_is_good() -> None:
    assert placed(site(IN_BASE, BASE)) == []


BROKEN_FOLDERS = {
    "a section inside": ({"base/conduct": SYNTAX}, "base/conduct.yaml:1:8 yaml-syntax"),
    "the folder's own file": ({"base/section": SYNTAX}, "base/section.yaml:1:8 yaml-syntax"),
    "no file of its own": ({"base/section": None}, "base/section.yaml:1:1 missing-file"),
    "a name in capitals": ({"base/study": None, "base/Study": BASE["base/study"]}, "base/Study.yaml:1:1 invalid-id"),
    "both file and folder": ({"base": STUDY}, "base.yaml:1:1 duplicate-section"),
}


@pytest.mark.parametrize(("criteria", "problem"), BROKEN_FOLDERS.values(), ids=BROKEN_FOLDERS)
def test_a_mistake_in_a_folder_of_rules_is_one_problem(criteria: dict[str, str | None], problem: str) -> None:
    assert placed(site(IN_BASE, {**BASE, **criteria})) == [f"criteria/2021/{problem}"]


def test_another_ending_is_one_problem() -> None:
    files = {"criteria/2021/base/study.yml": BASE["base/study"]}
    found = placed(site(IN_BASE, {**BASE, "base/study": None}, files=files))
    assert found == ["criteria/2021/base/study.yml:1:1 unexpected-file"]


def test_a_broken_folder_hides_no_problem_inside() -> None:
    conduct = CONDUCT.replace("points: 2", "point: 2").replace("assessor: office\n", "")
    incidents = {**IN_BASE, "2021-0006": incident(criterion="base.conduct.other", clause="fiting", date="2021-02-30")}
    assert placed(site(incidents, {**BASE, "base/section": SYNTAX, "base/conduct": conduct})) == [
        "criteria/2021/base/conduct.yaml:2:1 unknown-key",
        "criteria/2021/base/section.yaml:1:8 yaml-syntax",
        "incidents/2021/2021-0006.md:5:7 invalid-date",
    ]


DEPARTMENTS_BROKEN = {
    "the file": (SYNTAX, "1:8 yaml-syntax"),
    "an empty file": ("", "1:1 missing-keys"),
    "a list": ("- office\n- library\n", "1:1 wrong-type"),
    "a department": ("office: {name: O}\nlibrary: The library\n", "2:10 wrong-type"),
    "a department's name": ("office: {name: O}\nlibrary: {nme: L}\n", "2:10 missing-key"),
    "a department's year": ("office: {name: O}\nlibrary: {name: L, from: today}\n", "2:26 not-a-number"),
}


@pytest.mark.parametrize(("text", "problem"), DEPARTMENTS_BROKEN.values(), ids=DEPARTMENTS_BROKEN)
def test_a_mistake_in_the_departments_is_theirs_alone(text: str, problem: str) -> None:
    found = [one for one in placed(site(GOOD, departments=text)) if not one.endswith("unknown-key")]
    assert found == [f"content/departments.yaml:{problem}"]


MEASURES_BROKEN = {
    "the columns": ("columns: {spent: Spent, done: Done}", "columns: {spent: Spent}", 1),
    "a kind": ("routine: {title: Routine, at-least: {spent: 80}}", "routine: Routine", 1),
    "a threshold": ("at-least: {spent: 80}", "at-least: {spent: most}", 1),
    "the unit": ("unit: '%'", "unit: [percent]", 1),
    "the section": ("title: Conduct", "title: [", 1),
}


@pytest.mark.parametrize(("old", "new", "count"), MEASURES_BROKEN.values(), ids=MEASURES_BROKEN)
def test_a_mistake_in_a_measure_is_no_mistake_of_its_rows(old: str, new: str, count: int) -> None:
    rules, rows = MEASURED.replace(old, new), "department,project,kind,spent,done\nlibrary,books,routine,70,\n"
    found = placed(site(criteria={"conduct": rules}, measurements={"spending": rows}))
    assert len(found) == count
    assert found[0].startswith("criteria/2021/conduct.yaml:")


def test_problems_of_many_broken_files_come_in_one_run_in_the_order_of_their_places() -> None:
    tree = site(
        {
            "2021-0001": "no front matter",
            "2021-0002": incident(department="libary"),
            "2021-0003": incident(date="2021-02-30", count="{person: 0, day: -1}"),
            "2021-0004": incident(clause="abscence"),
        },
        {"scheme": SYNTAX, "study": STUDY.replace("deduct: 1", "deduct: -1"), "conduct": CONDUCT + "nte: x\n"},
        departments=DEPARTMENTS + "x: {nme: X}\n",
        files={"content/site.yaml": "language: de\n", "incidents/2020/a.md": "", "content/pages/about.md": "Text"},
    )
    assert placed(tree) == [
        "content/departments.yaml:3:4 missing-key",
        "content/departments.yaml:3:5 unknown-key",
        "content/pages/about.md:1:1 missing-front-matter",
        "content/site.yaml:1:11 unknown-language",
        "criteria/2021/conduct.yaml:18:1 unknown-key",
        "criteria/2021/scheme.yaml:1:8 yaml-syntax",
        "criteria/2021/study.yaml:4:38 number-too-small",
        "incidents/2020:1:1 year-without-rules",
        "incidents/2021/2021-0001.md:1:1 missing-front-matter",
        "incidents/2021/2021-0002.md:2:13 unknown-department",
        "incidents/2021/2021-0003.md:5:7 invalid-date",
        "incidents/2021/2021-0003.md:6:17 number-too-small",
        "incidents/2021/2021-0003.md:6:25 number-too-small",
        "incidents/2021/2021-0004.md:4:9 unknown-clause",
    ]
