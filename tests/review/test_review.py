"""What a reviewer is told of a change, sentence by sentence."""

import json

import pytest

from site_builder.assessment import check, score_years
from site_builder.exports import review_json, review_markdown
from site_builder.language import language
from site_builder.model.review import Change, FileChange, Side
from site_builder.review.compare import compare
from site_builder.review.telling import telling
from site_builder.sources import read_site
from tests.sites import CONDUCT, SCHEME, STUDY, incident, site


def side(tree):
    sources = read_site(tree)
    return Side(sources.site, score_years(sources.site, {}) if sources.site else {}, check(sources))


def told(before, after, files=()):
    """The review in English, a line each, without marks of lists."""
    markdown = review_markdown(telling(compare(side(before), side(after), files)), language("en"))
    return [line.strip().removeprefix("- ").replace("`", "") for line in markdown.splitlines() if line.strip()]


ONE = incident(count="{person: 1, day: 1}")
TWO = incident(count="{person: 2, day: 1}")


def test_nothing():
    assert told(site({"a": ONE}), site({"a": ONE}))[-1] == "Nothing changes."


def test_an_incident_recorded_with_what_it_says_and_what_it_deducts():
    lines = told(site(), site({"2021-0001": ONE}))
    assert "The library, 2021" in lines
    assert "Conduct: 2 → 1.5 (−0.5)" in lines
    assert "−0.5: 2021-0001 was recorded and counts 0.5" in lines
    assert "2021-0001 was recorded; counts 0.5. The library: Attendance, Absent" in lines
    assert "count (person): 1" in lines and "text: Two people did not come." in lines


def test_an_incident_amended_field_by_field_with_words_marked():
    lines = told(site({"a": ONE}), site({"a": incident("Three people did not come.", count="{person: 2, day: 1}")}))
    assert "a was amended; counts 1 instead of 0.5. The library: Attendance, Absent" in lines
    assert "count (person): 1 → 2" in lines
    assert "text: <del>Two</del><ins>Three</ins> people did not come." in lines
    assert "−0.5: a was amended and counts 1 instead of 0.5" in lines


def test_an_incident_withdrawn_and_the_withdrawal_taken_back():
    withdrawn = incident(count="{person: 1, day: 1}", withdrawn="{date: 2021-04-01, reason: In error}")
    lines = told(site({"a": ONE}), site({"a": withdrawn}))
    assert (
        "a was withdrawn; counts 0 instead of 0.5 (0.5 before repetition and limits). The library: Attendance, Absent"
        in lines
    )
    assert "+0.5: a was withdrawn and no longer counts 0.5" in lines
    assert "+0.5: a is no longer withdrawn" not in lines
    assert "−0.5: a is no longer withdrawn and counts 0.5" in told(site({"a": withdrawn}), site({"a": ONE}))


def test_an_incident_moved_removed_or_charged_to_somebody_else():
    moved = told(site({"a": ONE}), site(files={"incidents/2021/may/a.md": ONE}))
    assert "a moved to another folder; counts 0.5 as before. The library: Attendance, Absent" in moved
    assert "No score changes." in moved
    assert "+0.5: a was removed and no longer counts 0.5" in told(site({"a": ONE}), site())
    other = told(site({"a": ONE}), site({"a": incident(department="office", count="{person: 1, day: 1}")}))
    assert "department: The library (library) → The office (office)" in other
    assert "The library, 2021" in other and "The office, 2021" in other
    assert "+0.5: a was amended and counts 0 instead of 0.5" in other
    assert "−0.5: a was amended and counts 0.5 instead of 0" in other


def test_incidents_that_count_otherwise_because_of_somebody_elses():
    """The section has 2 points: an earlier incident takes what the later ones were counted."""
    later = {"b": incident(date="2021-05-01", count="{person: 3, day: 1}"), "c": incident(date="2021-06-01")}
    lines = told(site(later), site({"a": TWO, **later}))
    assert "Conduct: 0 → 0" not in lines and "No score changes." in lines
    lines = told(site({"b": later["b"]}), site({"a": TWO, "b": later["b"]}))
    assert "Conduct: 0.5 → 0 (−0.5)" in lines
    assert "−1: a was recorded and counts 1" in lines
    assert "+0.5: b, itself unchanged, counts 1 instead of 1.5 (because of a)" in lines


def test_a_case_that_counts_in_another_incident():
    case = {"criterion": "conduct.sanctions", "clause": "warned", "count": None, "case": "x"}
    cheap = CONDUCT.replace("deduct: 1, per: [case]", "deduct: 1, per: [case, point]")
    before = {"b": incident(**{**case, "count": "{point: 0.5}"})}
    after = {"a": incident(**{**case, "count": "{point: 1.5}"}), **before}
    lines = told(site(before, {"conduct": cheap}), site(after, {"conduct": cheap}))
    assert "+0.5: b, itself unchanged, counts 0 instead of 0.5 (because of a)" in lines


def test_rules_changed_in_words_amounts_limits_and_structure():
    changed = (
        CONDUCT.replace("text: Absent, deduct: 0.5", "text: Absent without leave, deduct: 0.6, limit: 1")
        .replace("points: 2", "points: 3")
        .replace("  other:\n", "  more:\n")
    )
    lines = told(site({"a": TWO}), site({"a": TWO}, {"conduct": changed}))
    assert "Clause conduct.attendance#absence (changed): Absent without leave" in lines
    assert "amount: 0.5 → 0.6" in lines and "limit: 1" in lines
    assert "text: Absent<ins> without leave</ins>" in lines
    assert "Section conduct (changed): Conduct" in lines and "points: 2 → 3" in lines
    assert "Item conduct.more (new): Anything else" in lines and "Item conduct.other (removed): Anything else" in lines
    assert "+1: the section has 3 points instead of 2" in lines
    assert "Conduct: 1 → 2 (+1)" in lines, "the limit of the clause keeps it at 1"


def test_a_rule_changes_what_its_incidents_count():
    dearer = CONDUCT.replace("text: Absent, deduct: 0.5", "text: Absent, deduct: 0.6")
    lines = told(site({"a": TWO}), site({"a": TWO}, {"conduct": dearer}))
    assert "−0.2: a counts 1.2 instead of 1 by the changed rule conduct.attendance#absence" in lines


def test_a_section_without_points():
    lines = told(site(), site({"a": incident(criterion="study.plan", clause="not-done", count=None)}))
    assert "Study: 0 → −1 (−1)" in lines


def test_departments_and_the_book_itself():
    lines = told(
        site({"a": ONE}),
        site(
            {"a": ONE},
            {"scheme": SCHEME.replace("day: days", "day: working days")},
            "library: {name: Books}\noffice: {name: The office}\n",
        ),
    )
    assert "Unit day (changed): working days" in lines
    assert "Department library (changed): Books" in lines
    assert "name: <del>The library</del><ins>Books</ins>" in lines


def test_problems_that_a_change_brings_and_mends():
    broken = site({"a": incident(department="libary")})
    lines = told(site({"a": ONE}), broken)
    assert "The change has errors: nothing is computed from it until these are mended." in lines
    assert any(line.startswith("incidents/2021/a.md:2:13: error: There is no department") for line in lines)
    assert "Did you mean library (The library)?" in lines
    mended = told(broken, site({"a": ONE}))
    assert "The revision before has errors: there is nothing to compare with." in mended
    assert "Problems that it mends" in " ".join(mended)


def test_a_problem_that_only_stands_in_another_line_is_none_of_the_change():
    unused = incident(case="x")
    lines = told(site({"a": unused}), site({"a": unused.replace("---\ndep", "---\n# Seen.\ndep", 1)}))
    assert not any("case" in line for line in lines)


@pytest.mark.parametrize(
    "path, why",
    [
        ("criteria/approvals.yaml", "Decides who may approve, and how many approvals are needed"),
        ("criteria/allowed_signers", "Decides whose signatures are believed"),
        ("criteria/personal-data.yaml", "Decides which personal data may be published"),
        (".github/workflows/check.yml", "Runs by itself on the forge, with the rights of the repository"),
        (".gitlab-ci.yml", "Runs by itself on the forge, with the rights of the repository"),
        (".gitea/workflows/x.yaml", "Runs by itself on the forge, with the rights of the repository"),
        ("docs/CODEOWNERS", "Decides whose review the forge demands"),
        ("incidents/.gitattributes", "Decides how git shows, merges and attributes files: a change may be hidden"),
        ("site_builder/scoring/score.py", "Is part of the program that computes the figures, or of what checks it"),
        ("Makefile", "Is run, or decides which programs run"),
        ("incidents/2021/sitecustomize.py", "Is run, or decides which programs run"),
        ("themes/campus/templates/base.html", "Decides what every page shows, and in which words"),
        ("content/site.yaml", "Decides the title, the language, the theme and the address of the site"),
        ("content/publication.yaml", "Decides where the site is published, what the public sees of it"),
        ("../.GitHub/workflows/x.yml", "Runs by itself on the forge, with the rights of the repository"),
        ("strange.bin", "Lies outside the sources of the site: look what it is for"),
    ],
)  # fmt: skip
def test_what_carries_power_is_named_first(path, why):
    lines = told(
        site(), site({"a": ONE}), [FileChange("incidents/2021/a.md", Change.ADDED), FileChange(path, Change.CHANGED)]
    )
    first = next(line for line in lines if line.startswith("### "))
    assert first == "### Look at this first: it changes who decides, or what runs"
    assert any(line.startswith(f"{path} (changed): {why}") for line in lines)
    assert not any(line.startswith("incidents/2021/a.md (new):") for line in lines)


def test_a_file_that_moves_away_from_a_place_of_power_carries_power():
    lines = told(site(), site(), [FileChange("docs/old.md", Change.MOVED, ".github/workflows/check.yml")])
    assert (
        "docs/old.md (was .github/workflows/check.yml): Runs by itself on the forge, with the rights of the repository"
        in lines
    )


def test_json_says_everything():
    review = compare(
        side(site({"b": incident(date="2021-05-01", count="{person: 3, day: 1}")})),
        side(site({"a": TWO, "b": incident(date="2021-05-01", count="{person: 3, day: 1}")}, {"study": STUDY})),
    )
    found = json.loads(review_json(review, language("en")))
    (score,) = found["scores"]
    assert (score["department"], score["section"]) == ("library", "conduct")
    assert (score["before"]["score"], score["after"]["score"]) == ("0.5", "0")
    assert [(one["cause"], one["incident"], one["difference"], one["others"]) for one in score["reasons"]] == [
        ("recorded", "a", "-1", []),
        ("others", "b", "0.5", ["a"]),
    ]
    assert [(one["id"], one["fate"]) for one in found["incidents"]] == [("a", "recorded")]
