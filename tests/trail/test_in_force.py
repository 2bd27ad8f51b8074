"""What counts, by score: a change by a stranger changes no figure before it is approved (the design, chapter Trail).

Incident 2021-0001 is approved and deducts 0.5 from the library, of its two points for conduct; there is a club of
which nothing else speaks.
"""

import shutil
from typing import NamedTuple

import pytest

from tests.sites import CONDUCT, DEPARTMENTS, SCHEME, STUDY
from tests.trail.figures import (
    CONDUCT_FILE,
    DEPARTMENTS_FILE,
    INCIDENT,
    NONE,
    OTHER,
    STUDY_FILE,
    approve_all,
    build,
    counting,
    in_order,
    merged,
    proposals,
    record,
    run,
    scores,
    waiting,
)
from tests.trail.repositories import policy, verify

CLUB = "club: {name: The club}\n"
ALL = DEPARTMENTS + "party: {name: The party}\n" + CLUB
DEARER = CONDUCT.replace("deduct: 0.5", "deduct: 1")
NOBODY = {"library conduct": "1.5", "office conduct": "2", "library study": "0"}
"""The scores before anything happens."""


@pytest.fixture(params=["reviewed", "signed"])
def repo(request, bases, tmp_path):
    repo = bases[request.param].copy(tmp_path / "site")
    in_order(repo, {DEPARTMENTS_FILE: ALL})
    merged(repo, {INCIDENT: record()})
    return repo


class Step(NamedTuple):
    """A change, and what it does to the scores once it is approved; before that it does nothing."""

    files: dict
    after: dict
    proposals: dict
    approved_by: tuple = ("olivia",)
    stays_pending: bool = False
    gone: str = ""
    """A section or department that has no scores any more."""


def _withdrawn(people=1):
    return record(people, withdrawn="{date: 2021-04-01, reason: A mistake}")


RULES = ("pia", "olivia")
STEPS = {
    "incident-deleted": Step({INCIDENT: None}, {"library conduct": "2"}, {INCIDENT: "removal"}),
    "incident-broken-by-a-comma": Step(
        {INCIDENT: record().replace("person: 1,", "person: 1,,")}, {}, {INCIDENT: "amendment"}, stays_pending=True
    ),
    "incident-emptied": Step({INCIDENT: ""}, {}, {INCIDENT: "amendment"}, stays_pending=True),
    "count-changed": Step({INCIDENT: record(2)}, {"library conduct": "1"}, {INCIDENT: "amendment"}),
    "department-changed": Step(
        {INCIDENT: record(department="office")},
        {"library conduct": "2", "office conduct": "1.5"},
        {INCIDENT: "amendment"},
    ),
    "item-changed": Step(
        {INCIDENT: record(criterion="study.plan", clause="not-done", count=None)},
        {"library conduct": "2", "library study": "-1"},
        {INCIDENT: "amendment"},
    ),
    "withdrawn": Step({INCIDENT: _withdrawn()}, {"library conduct": "2"}, {INCIDENT: "amendment"}),
    "renumbered": Step({INCIDENT: None, OTHER: record()}, {}, {INCIDENT: "removal", OTHER: "new"}),
    "renumbered-and-changed": Step(
        {INCIDENT: None, OTHER: record(2)}, {"library conduct": "1"}, {INCIDENT: "removal", OTHER: "new"}
    ),
    "new-incident": Step({OTHER: record()}, {"library conduct": "1"}, {OTHER: "new"}),
    "rule-changed": Step({CONDUCT_FILE: DEARER}, {"library conduct": "1"}, {CONDUCT_FILE: "amendment"}, RULES),
    "points-changed": Step(
        {CONDUCT_FILE: CONDUCT.replace("points: 2", "points: 5")},
        {"library conduct": "4.5", "office conduct": "5", "party conduct": "5", "club conduct": "5"},
        {CONDUCT_FILE: "amendment"},
        RULES,
    ),
    "rule-file-deleted": Step({STUDY_FILE: None}, {}, {STUDY_FILE: "removal"}, RULES, gone="study"),
    "rule-file-added": Step(
        {"criteria/2021/more.yaml": STUDY.replace("Study", "More")},
        {f"{name} more": "0" for name in ("library", "office", "party", "club")},
        {"criteria/2021/more.yaml": "new"},
        RULES,
    ),
    "department-removed": Step(
        {DEPARTMENTS_FILE: ALL.replace(CLUB, "")}, {}, {DEPARTMENTS_FILE: "amendment"}, RULES, gone="club"
    ),
    "department-added": Step(
        {DEPARTMENTS_FILE: ALL + "choir: {name: The choir}\n"},
        {"choir conduct": "2", "choir study": "0"},
        {DEPARTMENTS_FILE: "amendment"},
        RULES,
    ),
    "department-in-another-group": Step(
        {DEPARTMENTS_FILE: ALL.replace("group: Services", "group: Others")},
        {},
        {DEPARTMENTS_FILE: "amendment"},
        RULES,
    ),
    "department-renamed": Step(
        {DEPARTMENTS_FILE: ALL.replace("The library", "The archive")}, {}, {DEPARTMENTS_FILE: "amendment"}, RULES
    ),
}


@pytest.fixture(params=STEPS.values(), ids=STEPS)
def step(request):
    return request.param


def test_a_strangers_change_counts_for_nobody(repo, step):
    before, counted = scores(repo), counting(repo)
    assert NOBODY.items() <= before.items()
    repo.commit(step.files, by="mallory", sign=None)
    assert (scores(repo), counting(repo)) == (before, counted)
    assert verify(repo.folder).exit == 1
    found = proposals(repo)
    assert {subject: one["kind"] for subject, one in found.items()} == step.proposals
    by = ["party", "office"] if step.approved_by != ("olivia",) else ["office"]
    for subject, one in found.items():
        assert one["since"] and one["commit"] == repo.head()
        assert sorted(one["offices"]) == sorted(by) or step.stays_pending, (subject, one)
        assert verify(repo.folder).of(_named(subject))["verdict"] == "pending"


def _named(subject):
    return subject.rpartition("/")[2].removesuffix(".md") if subject.startswith("incidents/") else subject


def test_an_approved_change_counts(repo, step):
    before = scores(repo)
    repo.commit(step.files, by="mallory", sign=None)
    approve_all(repo, step.files, *step.approved_by)
    wanted = {name: score for name, score in {**before, **step.after}.items() if step.gone not in name.split()}
    assert scores(repo) == wanted
    assert verify(repo.folder).exit == (1 if step.stays_pending else 0)


def test_one_of_two_approvals_is_none(repo):
    repo.commit({CONDUCT_FILE: DEARER}, by="mallory", sign=None)
    approve_all(repo, {CONDUCT_FILE: DEARER}, "pia")
    assert NOBODY.items() <= scores(repo).items()
    assert proposals(repo)[CONDUCT_FILE]["missing"] == 1


# A year's rules are one set


TWO = {CONDUCT_FILE: DEARER, STUDY_FILE: STUDY.replace("deduct: 1", "deduct: 3")}


def test_a_years_rules_enter_as_a_whole(repo):
    """Two files of a year changed in one branch: one approved alone changes nothing, both change both."""
    merged(repo, {OTHER: record(criterion="study.plan", clause="not-done", count=None)})
    before = scores(repo)
    repo.commit(TWO, by="mallory", sign=None)
    repo.approve(CONDUCT_FILE, by="pia")
    repo.approve(CONDUCT_FILE, by="olivia")
    assert scores(repo) == before
    assert set(waiting(repo)) == {CONDUCT_FILE, STUDY_FILE}
    repo.approve(STUDY_FILE, by="pia")
    repo.approve(STUDY_FILE, by="paul")
    assert scores(repo) == {**before, "library conduct": "1", "library study": "-3"}
    assert verify(repo.folder).exit == 0


def test_a_years_rules_enter_as_a_whole_by_merges(repo):
    """The same in a branch that Pia merges: Paul's word on one file brings neither into force."""
    before = scores(repo)
    merged(repo, TWO, by="pia")
    repo.approve(CONDUCT_FILE, by="paul")
    assert scores(repo) == before
    repo.approve(STUDY_FILE, by="paul")
    assert scores(repo) != before


def test_an_earlier_state_of_the_rules_enters_before_a_strangers_change(repo):
    """The newest state in which all is approved is in force, whatever a stranger wrote after it."""
    merged(repo, {CONDUCT_FILE: DEARER}, by="pia")
    repo.commit({STUDY_FILE: STUDY.replace("deduct: 1", "deduct: 9")}, by="mallory", sign=None)
    repo.approve(CONDUCT_FILE, by="paul")
    assert scores(repo)["library conduct"] == "1"
    assert set(waiting(repo)) == {STUDY_FILE}


def test_a_late_approval_counts_for_the_place_at_which_the_content_stood(repo):
    """Mallory wrote other rules over those that were half approved: Paul's late word brings these into force."""
    merged(repo, {CONDUCT_FILE: DEARER}, by="pia")
    repo.commit({CONDUCT_FILE: DEARER.replace("deduct: 1,", "deduct: 2,")}, by="mallory", sign=None)
    approve_as_of(repo, CONDUCT_FILE, "HEAD~1", "paul")
    assert scores(repo)["library conduct"] == "1"
    assert waiting(repo) == {CONDUCT_FILE: "amendment"}


def approve_as_of(repo, path, commit, person):
    """Approve a content that stood at an earlier commit."""
    blob = repo.blob(path, commit)
    repo.approve(by=person, lines=[f"Approves: {blob} {repo.named(path)}"])


def test_the_error_of_a_stranger_in_the_rules_stops_check_alone(repo):
    before = scores(repo)
    repo.commit({CONDUCT_FILE: "title: [\n"}, by="mallory", sign=None)
    assert scores(repo) == before
    assert (run(repo.folder, "check").exit, build(repo).exit) == (1, 0)


def test_departments_deleted_by_a_stranger(repo):
    before = scores(repo)
    repo.commit({DEPARTMENTS_FILE: None}, by="mallory", sign=None)
    assert scores(repo) == before
    assert waiting(repo) == {DEPARTMENTS_FILE: "removal"}
    assert (run(repo.folder, "check").exit, build(repo).exit) == (1, 0)


def test_all_rules_deleted_by_a_stranger(repo):
    before = scores(repo)
    rules = ("criteria/2021/conduct.yaml", "criteria/2021/scheme.yaml", "criteria/2021/study.yaml")
    repo.commit(dict.fromkeys(rules), by="mallory", sign=None)
    assert scores(repo) == before
    assert waiting(repo) == dict.fromkeys(rules, "removal")


def test_everything_deleted_by_a_stranger(repo):
    before = scores(repo)
    repo.git("rm", "-rq", "content", "criteria", "incidents")
    repo.commit(by="mallory", sign=None)
    assert scores(repo) == before
    assert verify(repo.folder).exit == 1


# What comes again


def test_the_revert_of_an_approved_withdrawal(repo):
    """What was replaced in good order needs a new approval; its author, and who brings it back, give none."""
    merged(repo, {INCIDENT: _withdrawn()})
    assert scores(repo)["library conduct"] == "2"
    repo.git("revert", "--no-edit", "-m", "1", "HEAD", by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "2"
    assert waiting(repo) == {INCIDENT: "revival"}
    repo.approve(INCIDENT, by="oscar")
    assert scores(repo)["library conduct"] == "1.5"
    assert verify(repo.folder).exit == 0


def test_the_revert_of_an_approved_withdrawal_by_an_approver(repo):
    merged(repo, {INCIDENT: _withdrawn()})
    repo.git("revert", "--no-edit", "-m", "1", "HEAD", by="olivia")
    repo.approve(INCIDENT, by="olivia")
    assert scores(repo)["library conduct"] == "2"
    assert waiting(repo) == {INCIDENT: "revival"}
    repo.approve(INCIDENT, by="oscar")
    assert scores(repo)["library conduct"] == "1.5"


def test_the_revert_of_an_approved_rule(repo):
    in_order(repo, {CONDUCT_FILE: DEARER})
    repo.commit({CONDUCT_FILE: CONDUCT}, by="pia")
    approve_all(repo, {CONDUCT_FILE: CONDUCT}, "pia", "olivia")
    assert scores(repo)["library conduct"] == "1"
    repo.approve(CONDUCT_FILE, by="paul")
    assert scores(repo)["library conduct"] == "1.5"


def test_the_old_approvals_of_rules_do_not_bring_them_back(repo):
    in_order(repo, {CONDUCT_FILE: DEARER})
    repo.commit({CONDUCT_FILE: CONDUCT}, by="mallory", sign=None)
    repo.approve(CONDUCT_FILE, by="pia")
    assert scores(repo)["library conduct"] == "1"
    assert proposals(repo)[CONDUCT_FILE]["missing"] == 1


def test_a_removal_that_was_approved_once_needs_another_approval(repo):
    gone = {INCIDENT: None}
    repo.commit(gone, by="rita")
    approve_all(repo, gone, "olivia")
    assert scores(repo)["library conduct"] == "2"
    merged(repo, {INCIDENT: record(body="Once more.")})
    assert scores(repo)["library conduct"] == "1.5"
    repo.commit(gone, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "1.5"
    assert waiting(repo) == {INCIDENT: "removal"}
    approve_all(repo, gone, "oscar")
    assert scores(repo)["library conduct"] == "2"


def test_the_same_words_after_an_approved_removal(repo):
    gone = {INCIDENT: None}
    repo.commit(gone, by="rita")
    approve_all(repo, gone, "olivia")
    repo.commit({INCIDENT: record()}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "2"
    assert waiting(repo) == {INCIDENT: "revival"}


def test_nobody_approves_their_own_removal(repo):
    repo.commit({INCIDENT: None}, by="olivia")
    approve_all(repo, {INCIDENT: None}, "olivia")
    assert scores(repo)["library conduct"] == "1.5"
    approve_all(repo, {INCIDENT: None}, "oscar")
    assert scores(repo)["library conduct"] == "2"


@pytest.mark.parametrize("message", ["A change\n\nCo-authored-by: Olivia <olivia@example.org>\n", "A change"])
def test_nobody_makes_an_approver_an_author_afterwards(repo, message):
    """The same words written again on an old branch, in the name of who approved them, undo no approval."""
    before, verdict = scores(repo), verify(repo.folder).of("2021-0001")
    repo.branch("old", at="HEAD~1")
    by = "mallory" if "Olivia" in message else "olivia"
    repo.commit({INCIDENT: record(), CONDUCT_FILE: DEARER}, message, by=by, sign=None)
    repo.commit({CONDUCT_FILE: CONDUCT}, message.replace("Olivia", "Pia").replace("olivia", "pia"), by=by, sign=None)
    repo.switch("main")
    repo.merge("old", by="mallory", sign=None)
    assert scores(repo) == before
    assert verify(repo.folder).of("2021-0001") == verdict
    assert verify(repo.folder).exit == 0


def test_nobody_makes_an_approver_an_author_of_rules_afterwards(repo):
    in_order(repo, {CONDUCT_FILE: DEARER})
    repo.branch("old", at="HEAD~2")
    claims = "".join(f"Co-authored-by: X <{name}@example.org>\n" for name in ("pia", "paul", "olivia"))
    repo.commit({CONDUCT_FILE: DEARER}, f"The same\n\n{claims}", by="mallory", sign=None)
    repo.switch("main")
    repo.merge("old", by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "1"
    assert verify(repo.folder).exit == 0


def test_who_wrote_the_rules_that_were_taken_over_may_approve_an_amendment(repo):
    """Authors are those since the content in force: here Rita alone, whoever founded the site."""
    changed = CONDUCT.replace("Absent", "Absent without leave")
    in_order(repo, {CONDUCT_FILE: changed})
    merged(repo, {CONDUCT_FILE: changed.replace("0.5", "1")}, by="ruth")
    approve_all(repo, {CONDUCT_FILE: ""}, "pia", "paul")
    assert scores(repo)["library conduct"] == "1"


# Statements that do not fit


def test_an_approval_that_replaces_something_else_is_void(repo):
    """Oscar saw another step: 0.5 to 1; what is in force by then is 1.5."""
    repo.commit({INCIDENT: record(2)}, by="rita")
    line = f"Replaces: {repo.blob(INCIDENT, 'HEAD~1')} {INCIDENT}"
    mine = repo.blob(INCIDENT)
    merged(repo, {INCIDENT: record(3)})
    assert scores(repo)["library conduct"] == "0.5"
    repo.commit({INCIDENT: record(2)}, by="rita")
    repo.approve(by="oscar", lines=[f"Approves: {mine} {INCIDENT}", line])
    assert scores(repo)["library conduct"] == "0.5"
    repo.approve(by="oscar", lines=[f"Approves: {mine} {INCIDENT}", line.replace(line.split()[1], NONE)])
    assert scores(repo)["library conduct"] == "0.5"
    fitting = f"Replaces: {repo.blob(INCIDENT, 'HEAD~3')} {INCIDENT}"
    repo.approve(by="oscar", lines=[f"Approves: {mine} {INCIDENT}", fitting])
    assert scores(repo)["library conduct"] == "1"


def test_an_approval_of_rules_that_replaces_something_else_is_void(repo):
    repo.commit({CONDUCT_FILE: DEARER}, by="rita")
    approves = f"Approves: {repo.blob(CONDUCT_FILE)} {CONDUCT_FILE}"
    for person in ("pia", "paul"):
        repo.approve(by=person, lines=[approves, f"Replaces: {NONE} {CONDUCT_FILE}"])
    assert scores(repo)["library conduct"] == "1.5"
    before = repo.blob(CONDUCT_FILE, "HEAD~3")
    for person in ("pia", "paul"):
        repo.approve(by=person, lines=[approves, f"Replaces: {before} {CONDUCT_FILE}"])
    assert scores(repo)["library conduct"] == "1"


def test_a_late_approval_of_what_a_stranger_wrote_over(repo):
    """The amendment counts as of its place; the stranger's words after it wait."""
    repo.commit({INCIDENT: record(2)}, by="rita")
    repo.commit({INCIDENT: record(4)}, by="mallory", sign=None)
    approve_as_of(repo, INCIDENT, "HEAD~1", "olivia")
    assert scores(repo)["library conduct"] == "1"
    assert waiting(repo) == {INCIDENT: "amendment"}


def test_a_late_approval_of_what_was_replaced_in_good_order(repo):
    """An approval of words that were left behind does not bring them back."""
    repo.commit({INCIDENT: record(2)}, by="rita")
    merged(repo, {INCIDENT: record(3)})
    approve_as_of(repo, INCIDENT, "HEAD~1", "oscar")
    assert scores(repo)["library conduct"] == "0.5"
    assert verify(repo.folder).exit == 0


def test_an_approval_of_what_is_not_there_yet(repo):
    """Content may be approved before it arrives; whoever brings it then."""
    repo.branch("topic")
    repo.commit({INCIDENT: record(2)}, by="rita")
    repo.switch("main")
    repo.approve(INCIDENT, at_commit="topic")
    assert scores(repo)["library conduct"] == "1.5"
    repo.commit({INCIDENT: record(2)}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "1"
    assert verify(repo.folder).exit == 0


def test_an_approval_before_arrival_dies_when_something_else_enters(repo):
    repo.branch("topic")
    repo.commit({INCIDENT: record(2)}, by="rita")
    repo.switch("main")
    repo.approve(INCIDENT, at_commit="topic")
    merged(repo, {INCIDENT: record(3)}, by="oscar")
    repo.commit({INCIDENT: record(2)}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "0.5"


def test_both_assessors_approve_where_the_item_changes_hands(repo):
    """What the library assesses comes to be charged under an item of the office: both have a say."""
    in_order(repo, {STUDY_FILE: STUDY.replace("assessor: office", "assessor: library")})
    merged(repo, {OTHER: record(criterion="study.plan", clause="not-done", count=None, department="office")}, by="leo")
    assert scores(repo)["office study"] == "-1"
    repo.commit({OTHER: record(department="office")}, by="rita")
    for person in ("leo", "olivia"):
        assert scores(repo)["office study"] == "-1"
        repo.approve(OTHER, by=person)
    assert (scores(repo)["office study"], scores(repo)["office conduct"]) == ("0", "1.5")


# Records that wait, are broken, or are there twice


def test_a_second_file_with_the_id_of_an_approved_incident(repo):
    repo.commit({"incidents/2021/spring/2021-0001.md": record(3)}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "1.5"
    assert (run(repo.folder, "check").exit, build(repo).exit) == (1, 0)
    assert verify(repo.folder).exit == 1


def test_a_second_file_with_the_same_bytes(repo):
    repo.commit({"incidents/2021/spring/2021-0001.md": record()}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "1.5"
    assert (run(repo.folder, "check").exit, build(repo).exit) == (1, 0)


def test_a_second_file_in_place_of_the_approved_one(repo):
    repo.commit({INCIDENT: None, "incidents/2021/spring/2021-0001.md": record(3)}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "1.5"
    assert waiting(repo) == {INCIDENT: "amendment"}


def test_moved_to_another_folder_by_a_stranger(repo):
    repo.commit({INCIDENT: None, "incidents/2021/spring/2021-0001.md": record()}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "1.5"
    assert verify(repo.folder).exit == 0


def test_moved_to_another_year_by_a_stranger(repo):
    repo.commit({INCIDENT: None, "incidents/2022/2021-0001.md": record()}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "1.5"
    assert build(repo).exit == 0
    assert waiting(repo) == {INCIDENT: "removal", "incidents/2022/2021-0001.md": "new"}


def test_an_id_in_capitals_beside_the_approved_one(repo):
    repo.commit({"incidents/2021/2021-0001.MD": record(3)}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "1.5"
    assert build(repo).exit == 0


def test_a_pending_record_with_an_error(repo):
    repo.commit({OTHER: record(criterion="conduct.nothing")}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "1.5"
    assert (run(repo.folder, "check").exit, build(repo).exit) == (1, 0)
    assert verify(repo.folder).exit == 1


def test_a_record_waits_for_its_clause(repo):
    """Approved for rules that are not in force yet: it waits, says so, and counts once the rules are in force."""
    rules = CONDUCT.replace("absence:", "lateness: {text: Late, deduct: 0.1, per: [person, day]}\n      absence:")
    repo.commit({CONDUCT_FILE: rules}, by="rita")
    merged(repo, {OTHER: record(clause="lateness")})
    assert scores(repo)["library conduct"] == "1.5"
    told = build(repo)
    assert told.exit == 0 and "record-waits" in told.complaint + told.output
    approve_all(repo, {CONDUCT_FILE: rules}, "pia", "olivia")
    assert scores(repo)["library conduct"] == "1.4"
    assert verify(repo.folder).exit == 0


def test_a_record_waits_for_its_department(repo):
    departments = ALL + "choir: {name: The choir}\n"
    repo.commit({DEPARTMENTS_FILE: departments}, by="rita")
    merged(repo, {OTHER: record(department="choir")})
    assert "choir conduct" not in scores(repo)
    assert "record-waits" in build(repo).complaint
    approve_all(repo, {DEPARTMENTS_FILE: departments}, "pia", "olivia")
    assert scores(repo)["choir conduct"] == "1.5"


def test_a_record_waits_again_when_its_clause_goes(repo):
    """Rules in force without the clause of an approved record: the record waits, and nothing stops."""
    gone = CONDUCT.replace("absence:", "absent:")
    in_order(repo, {CONDUCT_FILE: gone})
    assert scores(repo)["library conduct"] == "2"
    told = build(repo)
    assert told.exit == 0 and "record-waits" in told.complaint


@pytest.mark.parametrize(
    "path",
    [
        "content/garbage.yaml",
        "content/pages/garbage.bin",
        "criteria/garbage",
        "criteria/2021/garbage.yaml",
        "criteria/2021/deep/er/garbage.yaml",
        "criteria/2021/results.yaml",
        "criteria/2022/garbage.yaml",
        "criteria/9999/scheme.yaml",
        "criteria/personal-data.yaml",
        "incidents/garbage",
        "incidents/2021/garbage.md",
        "incidents/2021/GARBAGE 1.md",
        "incidents/2021/garbage.txt",
        "incidents/2022/2022-0001.md",
        "incidents/2021/measurements/garbage.csv",
        "incidents/2021/measurements/deep/garbage.csv",
        "themes/garbage",
        "themes/campus/templates/base.html",
        "themes/campus/static/garbage.js",
        "themes/campus/translations/en.po",
    ],
)
def test_garbage_of_a_stranger_stops_nothing(repo, path):
    before = scores(repo)
    repo.commit({path: b"\x00{% garbage: [\xff\n"}, by="mallory", sign=None)
    assert scores(repo) == before
    assert build(repo).exit == 0
    assert run(repo.folder, "check").exit in (0, 1)


def test_a_scheme_that_a_stranger_breaks_does_not_hide_a_year(repo):
    before = scores(repo)
    repo.commit({"criteria/2021/scheme.yaml": SCHEME.replace("2021-01-01", "2020-01-01")}, by="mallory", sign=None)
    assert scores(repo) == before


# Other revisions, and the log of the line


def test_an_earlier_revision_is_judged_by_what_was_said_before_it(repo):
    """`--at` judges the revision's ancestors on the main line; what came later says nothing of it."""
    before = scores(repo)
    repo.commit({CONDUCT_FILE: DEARER}, by="rita")
    approve_all(repo, {CONDUCT_FILE: DEARER}, "pia", "paul")
    assert scores(repo, "--at", "HEAD~2") == scores(repo, "--at", "HEAD~1") == before
    assert scores(repo, "--at", "HEAD") == scores(repo) != before


def test_a_branch_ahead_of_main_proposes(repo):
    """What is approved on a branch is a proposal there until main has it."""
    before = scores(repo)
    repo.branch("topic")
    repo.commit({CONDUCT_FILE: DEARER, OTHER: record()}, by="rita")
    approve_all(repo, {CONDUCT_FILE: DEARER, OTHER: ""}, "pia", "olivia")
    assert scores(repo) == before
    assert waiting(repo) == {CONDUCT_FILE: "amendment", OTHER: "new"}
    repo.switch("main")
    assert scores(repo, "--at", "topic") == scores(repo) == before


def test_main_is_not_what_a_stranger_checked_out(repo):
    """A branch that a stranger calls main in a policy of the branch has no say."""
    before = scores(repo)
    repo.branch("hers")
    repo.commit({"criteria/approvals.yaml": policy(repo.level, main="hers"), OTHER: record()}, by="mallory", sign=None)
    approve_all(repo, {OTHER: ""}, "olivia")
    assert scores(repo) == before


def _is_unproved(repo):
    told = run(repo.folder, "score", "--year", "2021", "--format", "json")
    return (told.exit, told.output, "line-unproved" in told.complaint) == (1, "", True) and verify(
        repo.folder
    ).exit == 1


def test_the_log_of_an_approver_speaks_against_a_line_without_its_tip(repo):
    """Main goes on from before an approved withdrawal; whoever has the log is told, also with a warm memory."""
    withdrawn = merged(repo, {INCIDENT: _withdrawn()})
    repo.reset("HEAD~1")
    repo.commit({"notes.md": "Nothing happened\n"}, by="mallory", sign=None)
    assert scores(repo)["library conduct"] == "1.5"
    repo.record_line(withdrawn, "olivia")
    assert _is_unproved(repo)


def test_the_log_of_an_approver_speaks_against_a_line_that_was_set_back(repo):
    """Main ends before an approved withdrawal, and the log knows of the commit after that."""
    withdrawn = merged(repo, {INCIDENT: _withdrawn()})
    repo.reset("HEAD~1")
    repo.record_line(withdrawn, "olivia")
    assert _is_unproved(repo)


def test_what_a_stranger_puts_on_the_log_hides_nothing(repo):
    """Neither an entry on top of an approver's, nor one that skips it on its way of first parents."""
    first = repo.record_line(by="pia")
    withdrawn = merged(repo, {INCIDENT: _withdrawn()})
    known = repo.record_line(withdrawn)
    repo.reset("HEAD~1")
    repo.record_line(by="mallory", sign=None)
    assert _is_unproved(repo)
    skipping = repo.git("commit-tree", "-p", first, "-p", known, f"{first}^{{tree}}", "-m", "x", sign=None)
    repo.git("update-ref", "refs/heads/kaohe-line", skipping)
    assert _is_unproved(repo)


def test_a_clone_that_is_behind_is_not_one_that_was_set_back(repo):
    """Main as it was last seen at origin goes on to what the log knows."""
    before = scores(repo)
    withdrawn = merged(repo, {INCIDENT: _withdrawn()})
    repo.record_line(withdrawn)
    repo.git("update-ref", "refs/remotes/origin/main", withdrawn)
    repo.reset("HEAD~1")
    assert scores(repo) == before
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    assert _is_unproved(repo)


def test_a_log_is_demanded_at_signed(repo):
    """Without one the build stops, and says what mends it; a stranger's does not help."""
    before = scores(repo)
    repo.git("update-ref", "-d", "refs/heads/kaohe-line")
    if repo.level == "reviewed":
        assert scores(repo) == before
        return
    assert _is_unproved(repo) and "kaohe line --record" in run(repo.folder, "verify").output
    repo.record_line(by="mallory")
    repo.record_line(by="rita")
    assert _is_unproved(repo)
    repo.record_line()
    assert scores(repo) == before


def test_the_log_of_a_stranger_says_nothing(repo):
    withdrawn = merged(repo, {INCIDENT: _withdrawn()})
    repo.reset("HEAD~1")
    repo.record_line(withdrawn, "mallory")
    assert scores(repo)["library conduct"] == "1.5"
    if repo.level == "signed":
        repo.record_line(withdrawn, "olivia", sign=None)
        assert scores(repo)["library conduct"] == "1.5"


@pytest.mark.parametrize("people", [("mallory",), ("rita", "leo", "ruth"), ("mallory@example.org ",)])
def test_any_number_of_the_wrong_people_is_nobody(repo, people):
    before = scores(repo)
    repo.commit({CONDUCT_FILE: DEARER, INCIDENT: record(4)}, by="rita")
    for person in people:
        repo.approve(CONDUCT_FILE, INCIDENT, by=person.strip(), sign=None)
    assert scores(repo) == before


def test_a_stranger_after_the_approval_changes_nothing_again_and_again(repo):
    """Whatever states a stranger writes, what was approved last is in force, in each of them."""
    before = scores(repo)
    for number in range(2, 6):
        repo.commit({INCIDENT: record(number), CONDUCT_FILE: CONDUCT + f"# {number}\n"}, by="mallory", sign=None)
        repo.commit({INCIDENT: None, OTHER: record(number)}, by="mallory", sign=None)
        assert scores(repo) == before
    repo.commit({INCIDENT: record(), OTHER: None, CONDUCT_FILE: CONDUCT}, by="mallory", sign=None)
    assert scores(repo) == before
    assert verify(repo.folder).exit == 0


# Departments that are still named

NAMING = {
    "approvers": (
        "criteria/approvals.yaml",
        lambda text: text.replace("approvers:\n", "approvers:\n  club: [leo@e.org]\n"),
    ),
    "by": ("criteria/approvals.yaml", lambda text: text.replace("[party, office]", "[party, office, club]")),
    "assessor": (STUDY_FILE, lambda text: text.replace("assessor: office", "assessor: club")),
    "internal": ("content/publication.yaml", lambda text: text.replace("[]", "[club]")),
}


@pytest.mark.parametrize("where", NAMING)
def test_departments_wait_as_long_as_one_that_goes_is_named(repo, where):
    """An approved removal of a department that the policy, the rules or what is internal name stops nothing."""
    path, naming = NAMING[where]
    if where == "internal":
        in_order(repo, {path: "internal: {departments: []}\n"})
    after = (repo.folder / path).read_text("utf-8")
    in_order(repo, {path: naming(after)})
    assert (repo.folder / path).read_text("utf-8") != after
    before = scores(repo)
    without_club = ALL.replace(CLUB, "").replace("The library", "Our library")
    in_order(repo, {DEPARTMENTS_FILE: without_club})
    told = build(repo)
    assert (told.exit, "warning[departments-wait]" in told.complaint) == (0, True), told
    assert f"{path}:" in told.complaint
    assert scores(repo) == before
    checked = run(repo.folder, "check")
    assert (checked.exit, f"{path}:" in checked.output, "unknown-department" in checked.output) == (1, True, True)
    assert "unknown-department" in run(repo.folder, "verify").complaint
    in_order(repo, {path: after})
    assert not {name for name in scores(repo) if name.startswith("club")}
    assert "departments-wait" not in build(repo).complaint


# After an upgrade


def test_verify_says_once_after_an_upgrade_which_scores_are_others(repo):
    """Older versions counted a stranger's rule, and no longer an approved record that a stranger had changed."""
    cache = repo.folder / ".kaohe-cache"
    shutil.rmtree(cache, ignore_errors=True)
    repo.commit({INCIDENT: record(2), STUDY_FILE: STUDY + "points: 5\n"}, by="mallory", sign=None)
    cache.mkdir()
    (cache / "trail.json").write_text("{}")
    told = run(repo.folder, "verify").output
    upgrade = told[told.index("Before the upgrade") :]
    assert "The library, Conduct: 2 → 1.5" in upgrade
    assert "The library, Study: 5 → 0" in upgrade
    assert "Before the upgrade" not in run(repo.folder, "verify").output


def test_after_an_upgrade_that_changes_nothing_verify_says_nothing(repo):
    shutil.rmtree(repo.folder / ".kaohe-cache", ignore_errors=True)
    (repo.folder / ".kaohe-cache").mkdir()
    (repo.folder / ".kaohe-cache/chronicle.json").write_text("{}")
    assert "Before the upgrade" not in run(repo.folder, "verify").output
    assert not (repo.folder / ".kaohe-cache/chronicle.json").exists()
