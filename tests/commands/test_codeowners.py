"""`kaohe codeowners`: a forge asks exactly those for reviews who may approve, and an old file is noticed."""

import subprocess

import pytest
from click.testing import CliRunner

from site_builder.authoring.owners import code_owners, owner_problems
from site_builder.cli.main import cli
from site_builder.model import Place, Severity
from tests import sites

POLICY = """\
level: reviewed
incidents: {approvals: 1, by: assessor}
criteria: {approvals: 2, by: [library, office]}
approvers:
  office: [olivia@example.org, oscar@example.org]
  library: [leo@example.org]
"""

RULED = (
    *("/.ci/", "/.gitea/", "/.github/", "/.gitlab-ci.yml", "/CODEOWNERS"),
    *("/content/", "/content/departments.yaml", "/content/publication.yaml"),
    *("/criteria/", "/site_builder/", "/themes/"),
)
"""What the approvers of the rules own."""


def tree(policy=POLICY, **changes):
    return sites.site(files={"criteria/approvals.yaml": policy}, **changes)


def site(policy=POLICY, **changes):
    return sites.valid(tree(policy, **changes))


def lines(site):
    """The lines of the file without its comments: pattern → owners."""
    split = (line.split() for line in code_owners(site).splitlines() if not line.startswith("#"))
    return {pattern: tuple(owners) for pattern, *owners in split}


@pytest.fixture
def folder(tmp_path):
    return sites.write(tree(), tmp_path)


def run(folder, *arguments):
    done = CliRunner().invoke(cli, ["--site", str(folder), "--lang", "en", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


# What the file says


def test_rules_are_owned_by_those_who_may_approve_rules():
    found = lines(site())
    assert sorted(found) == sorted([*RULED, "/incidents/"])
    for pattern in RULED:
        assert found[pattern] == ("leo@example.org", "olivia@example.org", "oscar@example.org")


def test_incidents_are_owned_by_the_approvers_of_the_assessors():
    assert lines(site())["/incidents/"] == ("olivia@example.org", "oscar@example.org")


def test_every_assessor_of_every_year_owns_incidents():
    older = tree().files
    files = {
        path.replace("criteria/2021/", "criteria/2020/"): data.replace(b"2021", b"2020").replace(b"office", b"library")
        for path, data in older.items()
        if path.startswith("criteria/2021/")
    }
    written = sites.site(files={"criteria/approvals.yaml": POLICY, **files})
    assert lines(sites.valid(written))["/incidents/"] == ("leo@example.org", "olivia@example.org", "oscar@example.org")


def test_departments_named_for_incidents_own_them_beside_the_assessor():
    both = POLICY.replace("by: assessor", "by: [library, assessor]")
    assert lines(site(both))["/incidents/"] == ("leo@example.org", "olivia@example.org", "oscar@example.org")
    other = POLICY.replace("by: assessor", "by: library")
    assert lines(site(other))["/incidents/"] == ("leo@example.org",)


def test_nobody_named_leaves_the_line_out():
    nobody = POLICY.replace("criteria: {approvals: 2, by: [library, office]}\n", "")
    nobody = nobody.replace("level: reviewed", "level: recorded")
    assert list(lines(site(nobody))) == ["/incidents/"]
    assert lines(sites.valid(sites.site())) == {}


@pytest.mark.parametrize(
    ("kind", "pattern"),
    [
        ("departments", "/content/departments.yaml"),
        ("publication", "/content/publication.yaml"),
        ("theme", "/themes/"),
    ],
)
def test_what_has_a_requirement_of_its_own_has_owners_of_its_own(kind, pattern):
    found = lines(site(f"{POLICY}{kind}: {{approvals: 1, by: library}}\n"))
    assert found[pattern] == ("leo@example.org",)
    assert {name for name, owners in found.items() if owners == ("leo@example.org",)} == {pattern}
    assert list(found).index("/content/") < list(found).index(pattern), "of the patterns that fit, the last counts"


def test_where_nobody_is_named_for_it_the_approvers_of_the_rules_are_asked():
    policy = POLICY.replace("  library: [leo@example.org]\n", "").replace("approvals: 2", "approvals: 1")
    site = sites.read_site(tree(f"{policy}theme: {{by: library}}\n")).site
    assert lines(site)["/themes/"] == lines(site)["/criteria/"] == ("olivia@example.org", "oscar@example.org")


def test_who_stands_in_is_asked_as_long_as_the_policy_says_so():
    standing_in = "leo@example.org, {address: amy@example.org, from: 2026-07-01, to: 2026-07-31}"
    policy = POLICY.replace("leo@example.org", standing_in)
    assert "amy@example.org" in lines(site(policy))["/criteria/"]


def test_an_address_stands_once_in_whatever_case_and_place():
    policy = POLICY.replace("leo@example.org", "leo@example.org, OSCAR@example.org, Amy@example.org")
    people = ("Amy@example.org", "leo@example.org", "olivia@example.org", "OSCAR@example.org")
    assert lines(site(policy))["/criteria/"] == people


@pytest.mark.parametrize("address", ["le#o@example.org", "#leo@example.org", "le\\o@example.org"])
def test_an_address_that_would_mean_something_else_there_is_left_out(address):
    policy = POLICY.replace("leo@example.org", f"'{address}', leo@example.org")
    assert lines(site(policy))["/criteria/"] == ("leo@example.org", "olivia@example.org", "oscar@example.org")


@pytest.mark.parametrize("address", ["leo @example.org", "leo@exa\u2003mple.org", '"leo\\u0007@example.org"'])
def test_an_address_with_spaces_or_control_characters_is_a_mistake_in_the_policy(address):
    assert any("approvals.yaml" in found for found in sites.placed(tree(POLICY.replace("leo@example.org", address))))


def test_the_file_says_who_made_it_and_what_proves_approvals():
    text = code_owners(site())
    head = [line for line in text.splitlines() if line.startswith("#")]
    assert text.splitlines()[: len(head)] == head
    assert "kaohe codeowners" in head[0] and "criteria/approvals.yaml" in head[0]
    assert any("kaohe verify" in line for line in head)
    assert text.endswith("\n") and "\r" not in text and text.isascii()


def test_the_order_of_the_policy_changes_nothing():
    other = """\
level: reviewed
criteria: {by: [office, library], approvals: 2}
approvers:
  library: [leo@example.org]
  office: [oscar@example.org, olivia@example.org]
"""
    assert code_owners(site(other)) == code_owners(site())


def test_every_pattern_is_written_once_in_order_without_special_characters():
    patterns = list(lines(site()))
    assert patterns == sorted(patterns)
    assert all(set(pattern) <= set("/._-abcdefghijklmnopqrstuvwxyzCODEWNRS") for pattern in patterns)


# The warning


def test_no_file_and_the_right_file_are_no_problem():
    text = code_owners(site()).encode()
    assert owner_problems(site(), None) == ()
    assert owner_problems(site(), text) == ()
    assert owner_problems(site(), text.replace(b"\n", b"\r\n")) == ()


@pytest.mark.parametrize("committed", [b"", b"* leo@example.org\n", b"\xff\xfe\n"])
def test_another_file_is_warned_of(committed):
    (problem,) = owner_problems(site(), committed)
    assert (problem.place, problem.code, problem.severity) == (
        Place("CODEOWNERS"),
        "stale-code-owners",
        Severity.WARNING,
    )
    assert "kaohe codeowners" in sites.say(problem.hint)


def test_a_change_of_the_policy_makes_the_file_stale():
    before = code_owners(site()).encode()
    assert owner_problems(site(POLICY.replace("leo@", "lea@")), before)


# The command


def test_the_command_writes_the_file(folder):
    done = run(folder, "codeowners")
    assert done.exit_code == 0
    assert done.output == "CODEOWNERS is written; folders and files with owners: 12\n"
    assert (folder / "CODEOWNERS").read_bytes() == code_owners(site()).encode()
    assert [path.name for path in folder.iterdir() if "CODEOWNERS" in path.name] == ["CODEOWNERS"]


def test_a_file_that_is_right_is_left_alone(folder):
    run(folder, "codeowners")
    before = (folder / "CODEOWNERS").stat().st_mtime_ns
    done = run(folder, "codeowners")
    assert (done.exit_code, done.output) == (0, "CODEOWNERS is up to date\n")
    assert (folder / "CODEOWNERS").stat().st_mtime_ns == before


def test_check_writes_nothing(folder):
    missing = run(folder, "codeowners", "--check")
    assert missing.exit_code == 1 and "There is no CODEOWNERS" in missing.output
    assert not (folder / "CODEOWNERS").exists()
    (folder / "CODEOWNERS").write_text("* leo@example.org\n")
    stale = run(folder, "codeowners", "--check")
    assert stale.exit_code == 1 and "CODEOWNERS:1:1: warning[stale-code-owners]" in stale.output
    assert (folder / "CODEOWNERS").read_text() == "* leo@example.org\n"
    assert run(folder, "codeowners").exit_code == 0
    assert run(folder, "codeowners", "--check").exit_code == 0


def test_sources_with_errors_end_the_command(folder):
    (folder / "criteria/approvals.yaml").write_text("level: strict\n")
    done = run(folder, "codeowners")
    assert done.exit_code == 1 and "error[unknown-level]" in done.output
    assert not (folder / "CODEOWNERS").exists()


def test_a_link_is_refused(folder):
    target = folder / "elsewhere"
    target.write_text("untouched\n")
    (folder / "CODEOWNERS").symlink_to(target)
    done = run(folder, "codeowners")
    assert done.exit_code == 3 and "is a link" in done.output
    assert (folder / "CODEOWNERS").is_symlink() and target.read_text() == "untouched\n"
    target.write_text(code_owners(site()))
    assert run(folder, "codeowners", "--check").exit_code == 1, "a forge does not follow the link"


def test_a_folder_in_its_place_is_told(folder):
    (folder / "CODEOWNERS").mkdir()
    done = run(folder, "codeowners")
    assert done.exit_code == 3 and "CODEOWNERS was not written" in done.output
    assert [path.name for path in folder.iterdir() if "CODEOWNERS" in path.name] == ["CODEOWNERS"]


def test_a_site_below_the_top_of_a_repository_is_refused(folder, tmp_path):
    inner = tmp_path / "inner"
    sites.write(tree(), inner)
    subprocess.run(["git", "init", "-q", "--template=", str(tmp_path)], check=True)
    done = run(inner, "codeowners")
    assert done.exit_code == 2 and "inner/" in done.output
    assert not (inner / "CODEOWNERS").exists()
    assert run(folder, "codeowners").exit_code == 0


def test_kaohe_check_warns_of_a_stale_file(folder):
    assert "stale-code-owners" not in run(folder, "check").output
    (folder / "CODEOWNERS").write_text("* leo@example.org\n")
    done = run(folder, "check")
    assert done.exit_code == 0 and "CODEOWNERS:1:1: warning[stale-code-owners]" in done.output
    run(folder, "codeowners")
    assert "stale-code-owners" not in run(folder, "check").output
