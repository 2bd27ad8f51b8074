"""`criteria/approvals.yaml`: the policy that a site states, and what is wrong with one."""

from datetime import date

import pytest

from site_builder.model import Delegate, Level, Policy, Requirement
from site_builder.sources import stored_policy, stored_rules
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
        ("by: [office, library]", "by: assessor", "4:30 no-assessor-here"),
        ("by: [office, library]", "by: [office, assessor]", "4:39 no-assessor-here"),
        ("forges:", "theme: {by: assessor}\nforges:", "8:13 no-assessor-here"),
        ("forges:", "exemptions: {approvals: 0}\nforges:", "8:25 wrong-number-of-approvals"),
        ("forges:", "departments: 7\nforges:", "8:14 wrong-type"),
        ("forges:", "publication:\nforges:", "8:13 missing-value"),
        ("forges:", "publication: {by: kitchen}\nforges:", "8:19 unknown-department"),
        ("forges:", "publication: {approvals: 3}\nforges:", "8:14 too-few-approvers"),
        ("[olivia@example.org]", "olivia", "6:11 invalid-address"),
        ("[olivia@example.org]", "{from: 2026-07-01}", "6:11 missing-key"),
        ("[olivia@example.org]", "{address: olivia}", "6:21 invalid-address"),
        ("[olivia@example.org]", "[{address: o@e.org, from: soon}]", "6:37 invalid-date"),
        ("[olivia@example.org]", "{address: o@e.org, from: 2026-07-02, to: 2026-07-01}", "6:52 period-reversed"),
        ("[olivia@example.org]", "{address: o@e.org, until: 2026-07-01}", "6:30 unknown-key"),
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


OWN = ("departments", "publication", "exemptions", "theme")


@pytest.mark.parametrize("kind", OWN)
def test_what_has_no_line_of_its_own_needs_what_the_rules_need(kind):
    policy = sites.valid(stated(POLICY)).policy
    assert getattr(policy, kind) is None
    assert policy.requirement(kind) == policy.requirement("criteria") == Requirement(2, ("office", "library"))
    assert policy.requirement("incidents") == Requirement(1, ("assessor",))


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("{approvals: 1, by: [library]}", Requirement(1, ("library",))),
        ("{by: library}", Requirement(2, ("library",))),
        ("{approvals: 1}", Requirement(1, ("office", "library"))),
        ("{}", Requirement(2, ("office", "library"))),
    ],
)
def test_a_line_of_its_own_counts_and_what_it_leaves_out_is_that_of_the_rules(kind, line, expected):
    policy = stored_policy(f"{POLICY}{kind}: {line}\n".encode())
    assert policy.requirement(kind) == expected
    assert {policy.requirement(other) for other in OWN if other != kind} == {policy.criteria}


def test_the_hint_names_departments_where_nothing_is_assessed():
    found = sites.problems(stated(POLICY.replace("by: [office, library]", "by: assessor")))
    assert "Name the departments" in next(one for one in found if one.code == "no-assessor-here").hint


def test_an_old_policy_that_names_the_assessor_for_rules_is_still_read_from_history():
    assert stored_policy(POLICY.replace("[office, library]", "[assessor, library]").encode()) is not None


STANDING_IN = POLICY.replace(
    "[olivia@example.org]",
    "[olivia@example.org, {address: oscar@example.org, from: 2026-07-01, to: 2026-07-31}]",
).replace("[leo@example.org]", "leo@example.org")


def test_who_stands_in_is_read_beside_the_approvers():
    for policy in (sites.valid(stated(STANDING_IN)).policy, stored_policy(STANDING_IN.encode())):
        assert policy.approvers == {"office": ("olivia@example.org",), "library": ("leo@example.org",)}
        july = Delegate("oscar@example.org", date(2026, 7, 1), date(2026, 7, 31))
        assert policy.delegates == {"office": (july,)}


@pytest.mark.parametrize(
    ("day", "stands_in"),
    [("2026-06-30", False), ("2026-07-01", True), ("2026-07-31", True), ("2026-08-01", False)],
)
def test_who_stands_in_speaks_from_the_first_day_to_the_last(day, stands_in):
    policy = sites.valid(stated(STANDING_IN)).policy
    expected = ("olivia@example.org", *(("oscar@example.org",) if stands_in else ()))
    assert policy.speakers("office", date.fromisoformat(day)) == expected
    assert policy.speakers("library", date.fromisoformat(day)) == ("leo@example.org",)
    assert policy.speakers("kitchen", date.fromisoformat(day)) == ()


@pytest.mark.parametrize(
    ("entry", "days"),
    [
        ("{address: o@e.org, from: 2026-07-01}", [False, True, True]),
        ("{address: o@e.org, to: 2026-07-01}", [True, True, False]),
        ("{address: o@e.org}", [True, True, True]),
        ("[{address: o@e.org, from: 2026-07-01, to: 2026-07-01}, o@e.org]", [True, True, True]),
    ],
)
def test_either_end_may_be_open_and_nobody_speaks_twice(entry, days):
    policy = sites.valid(stated(POLICY.replace("[olivia@example.org]", entry))).policy
    found = [policy.speakers("office", date(2026, month, day)) for month, day in ((6, 30), (7, 1), (7, 2))]
    assert found == [("o@e.org",) if one else () for one in days]


def test_who_stands_in_may_give_an_approval_that_would_be_missing():
    alone = POLICY.replace("  library: [leo@example.org]\n", "")
    assert any("too-few-approvers" in one for one in sites.placed(stated(alone)))
    both = alone.replace("[olivia@example.org]", "[olivia@example.org, {address: l@e.org, to: 2026-07-01}]")
    assert sites.placed(stated(both)) == []


def test_a_policy_of_history_that_could_not_be_used_is_none():
    assert stored_policy(b"level: reviewed\n") is not None
    assert stored_policy(b"level: [\n") is None
    assert stored_policy(b"\xff\xfe") is None


def test_assessors_are_known_even_of_rules_with_mistakes():
    files = {path: data for path, data in sites.site().files.items() if path.startswith("criteria/")}
    assert stored_rules(files, 2021).assessors["conduct.attendance"] == "office"
    assert stored_rules({**files, "criteria/2021/conduct.yaml": b"title: ["}, 2021).assessors["study.plan"] == "office"
