"""What a commit on the main line says: of which contents, for whom, and on which day."""

from datetime import date

import pytest

from site_builder.model import Delegate, Policy, Statement
from site_builder.trail.history import Change, History
from site_builder.trail.statements import InForce, Said, statements
from tests.trail.repositories import address
from tests.trail.spoken import commit, said, under

OLD, NEW, NONE = "a" * 40, "b" * 40, "0" * 40
RULES = "criteria/2021/conduct.yaml"
RECORD = SUBJECT = "incidents/2021/2021-0001.md"
MOVED = "incidents/2021/autumn/2021-0001.md"
IN_FORCE = InForce({}, Policy())
BASE = commit(identifier="base", tree="base")
MERGED = commit("rita", identifier="merged", tree="other")
REVIEWED = f"Record\n\nReviewed-by: Leo <{address('leo')}>\n"


def spoken(one, changes=(), made=(), prefix=""):
    """What a commit on top of `BASE` says that changed these files."""
    commits = {each.id: each for each in (BASE, MERGED, one)}
    history = History(one.id, commits, {one.id: tuple(changes)}, {one.id: tuple(made)}, True)
    return [
        (content, told.kind, told.speaker.partition("@")[0], told.binds, told.replaces)
        for content, told in statements(history, one, IN_FORCE, prefix)
    ]


def approving(*lines):
    return commit(text="Approve\n\n" + "".join(f"{line}\n" for line in lines), tree="base", parents=["base"])


@pytest.mark.parametrize(
    ("lines", "content", "binds", "replaces"),
    [
        ([f"Approves: {NEW} {RULES}"], (RULES, NEW), False, None),
        ([f"Approves: {NONE} {RULES}"], (RULES, None), False, None),
        ([f"Approves: {NEW} {RULES}", f"Replaces: {OLD} {RULES}"], (RULES, NEW), True, OLD),
        ([f"Approves: {NEW} {RULES}", f"Replaces: {NONE} {RULES}"], (RULES, NEW), True, None),
        ([f"Approves: {NEW} {RULES}", f"Replaces: {OLD} {RECORD}"], (RULES, NEW), False, None),
        ([f"Approves: {NEW} {MOVED}"], (SUBJECT, NEW), False, None),
    ],
)
def test_a_commit_that_changes_nothing_approves_what_it_names(lines, content, binds, replaces):
    assert spoken(approving(*lines)) == [(content, Statement.APPROVE, "olivia", binds, replaces)]


def test_only_what_lies_in_the_folder_of_the_site_is_approved():
    one = approving(f"Approves: {NEW} site/{RULES}", f"Approves: {NEW} {RULES}", f"Approves: {NEW} site/README.md")
    assert [content for content, *_ in spoken(one, prefix="site/")] == [(RULES, NEW)]


def test_the_first_commit_says_nothing():
    assert spoken(commit(text=REVIEWED, tree="new"), [Change(RULES, None, NEW)]) == []


@pytest.mark.parametrize(
    ("changes", "contents"),
    [
        ([Change(RULES, OLD, NEW)], [(RULES, NEW)]),
        ([Change(RECORD, OLD, None)], [(SUBJECT, None)]),
        ([Change(RECORD, OLD, None), Change(MOVED, None, NEW)], [(SUBJECT, NEW)]),
        ([Change(RECORD, OLD, None), Change(RULES, OLD, NEW)], [(SUBJECT, None), (RULES, NEW)]),
        ([Change("incidents/README.md", OLD, NEW)], []),
    ],
    ids=["changed", "removed", "moved", "one removed and one changed", "nothing that anybody approves"],
)
def test_whom_a_commit_names_as_its_reviewer_approves_what_it_changes(changes, contents):
    one = commit("rita", text=REVIEWED, tree="new", parents=["base"])
    expected = [(content, Statement.TRAILER, "leo", False, None) for content in contents]
    assert spoken(one, changes) == expected


def test_who_merges_approves_what_the_merge_takes_and_not_what_he_writes_in_it():
    one = commit(text=REVIEWED, tree="new", parents=["base", "merged"])
    mine = Change(RULES, OLD, NEW)
    assert spoken(one, [mine, Change(RECORD, None, NEW)], made=[mine]) == [
        ((SUBJECT, NEW), Statement.MERGE, "olivia", False, None),
        ((SUBJECT, NEW), Statement.TRAILER, "leo", False, None),
    ]


@pytest.mark.parametrize(
    ("parent", "own", "day"),
    [(None, 4, date(2021, 4, 5)), (1, 4, date(2021, 4, 5)), (4, 1, date(2021, 4, 5))],
    ids=["without a parent", "after its parent", "dated back before its parent"],
)
def test_a_statement_is_not_made_before_what_it_stands_on(parent, own, day):
    before = None if parent is None else commit(days=parent)
    assert Said(commit(days=own), Statement.APPROVE, IN_FORCE, parent=before).day == day


@pytest.mark.parametrize(
    ("person", "office", "may"),
    [
        ("olivia@example.org", "office", True),
        ("Olivia@Example.org", "office", True),
        ("leo@example.org", "office", False),
        ("olivia@example.org", "library", False),
        ("leo@example.org", "library", True),
        ("oscar@example.org", "library", True),
        ("paul@example.org", "library", False),
        ("olivia@example.org", "party", False),
    ],
    ids=[
        *("approver", "approver in another spelling", "of elsewhere", "not a delegate", "approver beside delegates"),
        *("delegate on the day", "delegate of another day", "no such department"),
    ],
)
def test_who_may_speak_for_a_department(person, office, may):
    delegates = (
        Delegate("oscar@example.org", first=date(2021, 4, 1), last=date(2021, 4, 1)),
        Delegate("paul@example.org", first=date(2021, 4, 2)),
    )
    in_force = under(
        approvers={"office": ("olivia@example.org",), "library": ("leo@example.org",)},
        delegates={"library": delegates},
    )
    assert said(commit(), in_force).may_speak(person, office) is may


def test_the_author_of_a_commit_speaks_unless_it_names_another():
    assert said(commit("leo")).speaker == "leo@example.org"
    assert said(commit("leo"), address="pia@example.org").speaker == "pia@example.org"
