"""`criteria/approvals.yaml`: the policy that a site states, and what is wrong with one."""

import pytest

from site_builder.model import Level, Policy, Requirement
from site_builder.sources import stored_assessors, stored_policy
from tests import sites

POLICY = """\
level: reviewed
main: main
incidents: {approvals: 1, by: assessor}
criteria: {approvals: 2, by: [office, library]}
approvers:
  office: [olivia@example.org]
  library: [leo@example.org]
forges: [forge@example.org]
"""


def stated(text):
    return sites.site(files={"criteria/approvals.yaml": text})


def test_a_policy_is_read():
    policy = sites.valid(stated(POLICY)).policy
    assert policy == Policy(
        level=Level.REVIEWED,
        incidents=Requirement(1, ("assessor",)),
        criteria=Requirement(2, ("office", "library")),
        approvers={"office": ("olivia@example.org",), "library": ("leo@example.org",)},
        forges=("forge@example.org",),
    )


def test_without_a_policy_nothing_is_demanded():
    assert sites.valid(sites.site()).policy.level is Level.RECORDED


def test_what_is_left_out_of_a_policy_has_a_default():
    policy = sites.valid(stated("level: recorded\nincidents: {}\n")).policy
    assert policy.incidents == Requirement(1, ("assessor",)) and policy.approvers == {}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("level: reviewed", "level: review", "1:8 unknown-level"),
        ("level: reviewed\n", "", "1:1 missing-key"),
        ("main: main", "main: ../main", "2:7 invalid-branch"),
        ("approvals: 1", "approvals: 0", "3:24 wrong-number-of-approvals"),
        ("approvals: 1", "approvals: 0.5", "3:24 not-a-whole-number"),
        ("approvals: 1", "approvals: many", "3:24 not-a-number"),
        ("by: assessor", "by: kitchen", "3:31 unknown-department"),
        ("by: assessor", "by: [[office]]", "3:32 wrong-type"),
        ("  office: [", "  kitchen: [", "6:3 unknown-department"),
        ("olivia@example.org", "olivia", "6:12 invalid-address"),
        ("olivia@example.org", "7", "6:12 wrong-type"),
        ("forges: [forge@example.org]", "forges: [7]", "8:10 wrong-type"),
        ("approvers:\n  office: [olivia@example.org]\n  library: [leo@example.org]", "approvers: 7", "5:12 wrong-type"),
        ("incidents: {approvals: 1, by: assessor}", "incidents: 7", "3:12 wrong-type"),
        ("forges:", "forge:", "8:1 unknown-key"),
        ("  library: [leo@example.org]\n", "", "4:11 too-few-approvers"),
    ],
)
def test_what_is_wrong_with_a_policy_is_told_at_its_place(before, after, expected):
    assert before in POLICY
    placed = sites.placed(stated(POLICY.replace(before, after)))
    assert f"criteria/approvals.yaml:{expected}" in placed


def test_a_policy_of_history_that_could_not_be_used_is_none():
    assert stored_policy(b"level: reviewed\n") is not None
    assert stored_policy(b"level: [\n") is None
    assert stored_policy(b"\xff\xfe") is None


def test_assessors_are_known_even_of_rules_with_mistakes():
    files = {path: data for path, data in sites.site().files.items() if path.startswith("criteria/")}
    assert stored_assessors(files, 2021)["conduct.attendance"] == "office"
    assert stored_assessors({**files, "criteria/2021/conduct.yaml": b"title: ["}, 2021)["study.plan"] == "office"
