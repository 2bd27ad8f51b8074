"""What counts, by the scores: a change by a stranger changes no figure before it is approved (the design, chapter Trail).

Incident 2021-0001 is approved and deducts 0.5 from the library, of the two points for conduct; there is a club of
which nothing else speaks.
"""

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
    counting,
    in_order,
    merged,
    proposals,
    record,
    run,
    scores,
    waiting,
)
from tests.trail.repositories import verify

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
