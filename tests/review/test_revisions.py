"""Reviews of real changes, with real git."""

import json
import subprocess

import pytest

from tests.publication.conftest import kaohe
from tests.sites import incident
from tests.trail.repositories import policy

A, B = "incidents/2021/2021-0001.md", "incidents/2021/2021-0002.md"
ONE = incident(count="{person: 1, day: 1}")


def review(repository, *arguments, form="json"):
    done = kaohe("--lang", "en", "review", "--format", form, *arguments, folder=repository.folder)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout) if form == "json" else done.stdout


@pytest.fixture
def repository(bases, tmp_path):
    """A site whose main has the rules and the policy at level reviewed, approved."""
    return bases["reviewed"].copy(tmp_path / "site")


def branch(repository, name, files, start="main"):
    """A branch with these files, committed by Rita; main is checked out afterwards."""
    repository.branch(name, start)
    repository.commit(files)
    repository.switch("main")


def test_a_change_is_compared_with_where_it_left_main(repository):
    branch(repository, "change", {A: ONE})
    branch(repository, "other", {B: ONE})
    repository.merge("other")
    found = review(repository, "main", "change")
    assert [one["id"] for one in found["incidents"]] == ["2021-0001"]
    assert [one["path"] for one in found["files"]] == [A]
    assert found["scope"]["base"] == repository.git("merge-base", "main", "change")
    repository.switch("change")
    repository.merge("main", by="rita")
    found = review(repository, "main", "HEAD")
    assert [one["id"] for one in found["incidents"]] == ["2021-0001"]
    assert found["scope"]["base"] == repository.head("main")


def test_a_proposal_counts_as_it_will_once_it_is_approved(repository):
    branch(repository, "change", {A: ONE})
    found = review(repository, "main", "change")
    assert found["scope"]["proposed"] and found["scope"]["level"] == "reviewed"
    assert [(one["section"], one["after"]["score"]) for one in found["scores"]] == [("conduct", "1.5")]
    assert [(one["subject"], one["decision"], one["reason"]) for one in found["needs"]] == [
        (A, "pending", "One approval by The office is missing")
    ]


def test_what_waits_on_main_is_no_part_of_a_change(repository):
    """Neither a new incident without approval, nor such an amendment of one in force, goes with a change."""
    branch(repository, "first", {A: ONE})
    repository.merge("first")
    repository.commit({A: incident(count="{person: 3, day: 1}"), B: ONE})
    new = "incidents/2021/2021-0003.md"
    branch(repository, "change", {new: ONE})
    found = review(repository, "main", "change")
    assert [(one["id"], one["fate"]) for one in found["incidents"]] == [("2021-0003", "recorded")]
    assert [(one["section"], one["after"]["score"]) for one in found["scores"]] == [("conduct", "1")]
    branch(repository, "amending", {B: incident(count="{person: 2, day: 1}")})
    found = review(repository, "main", "amending")
    assert [(one["id"], one["fate"]) for one in found["incidents"]] == [("2021-0002", "amended")]
    assert [(one["section"], one["after"]["score"]) for one in found["scores"]] == [("conduct", "0.5")]


def test_on_main_only_what_is_approved_counts(repository):
    branch(repository, "change", {A: ONE})
    repository.merge("change", by="rita")
    found = review(repository, "main~1", "main")
    assert not found["scope"]["proposed"] and found["scores"] == []
    assert [one["decision"] for one in found["needs"]] == ["pending"]
    repository.approve(A)
    (score,) = review(repository, "main~1", "main")["scores"]
    assert [(one["cause"], one["difference"]) for one in score["reasons"]] == [("approved", "-0.5")]


def test_what_is_approved_says_for_which_office_and_in_which_commit(repository):
    branch(repository, "change", {A: ONE})
    repository.merge("change")
    (need,) = review(repository, "main~1", "main")["needs"]
    assert (need["decision"], need["approvals"][0]["role"]) == ("approved", "office")
    told = review(repository, "main~1", "main", form="markdown")
    assert f"approved for `The office` in commit `{repository.git('rev-parse', 'main')[:12]}`" in told
    assert "olivia@" not in told


def test_a_removal_needs_approval_too(repository):
    branch(repository, "change", {A: ONE})
    repository.merge("change")
    branch(repository, "removal", {A: None})
    found = review(repository, "main", "removal")
    assert [(one["subject"], one["decision"]) for one in found["needs"]] == [(A, "pending")]
    assert [one["difference"] for one in found["scores"][0]["reasons"]] == ["0.5"]


def test_a_policy_is_judged_by_the_one_before_it_and_named_first(repository):
    branch(repository, "coup", {"criteria/approvals.yaml": policy("recorded", main="coup")})
    found = review(repository, "main", "coup")
    assert found["scope"]["level"] == "reviewed"
    assert found["powers"][0]["file"]["path"] == "criteria/approvals.yaml"
    assert [one["decision"] for one in found["needs"]] == ["pending"]
    told = review(repository, "main", "coup", form="markdown")
    assert "<del>`reviewed`</del><ins>`recorded`</ins>" in told


def test_workflows_links_and_programs_are_named(repository):
    branch(
        repository,
        "change",
        {
            "../" * bool(repository.inner) + ".github/workflows/x.yml": "on: push\n",
            "themes/campus/x.css": "a{}",
            "tool": "#!/bin/sh\n",
        },
    )
    repository.switch("change")
    (repository.folder / "content/link").symlink_to("/etc/passwd")
    (repository.folder / "tool").chmod(0o755)
    repository.commit()
    told = review(repository, "main", "change", form="markdown")
    for words in ("Runs by itself on the forge", "what every page shows", "but a link", "but a file that can be run"):
        assert words in told.partition("### Scores")[0].partition("### Problems")[0]


def test_a_page_that_nobody_approves_stays_as_it_could_last_be_read(repository):
    """What links to it still counts, as it does in a build."""
    about, page = "content/pages/about.md", "---\ntitle: About\norder: 1\n---\nWords.\n"
    branch(repository, "change", {A: f"{ONE}\nSee [the page](../../{about}).\n", about: page})
    repository.merge("change")
    repository.commit({about: "Nothing but words.\n"})
    branch(repository, "next", {B: ONE, about: page})
    (score,) = review(repository, "main", "next")["scores"]
    assert (score["section"], score["before"]["score"], score["after"]["score"]) == ("conduct", "1.5", "1")


def test_errors_of_a_change_are_told_and_end_with_1(repository):
    branch(repository, "change", {A: incident(department="nobody")})
    done = kaohe("--lang", "en", "review", "main", "change", folder=repository.folder)
    assert done.returncode == 1
    assert "### Problems that it brings" in done.stdout and "### Scores" not in done.stdout
    mended = kaohe("--lang", "en", "review", "change", "main", folder=repository.folder)
    assert mended.returncode == 0


def test_histories_that_have_nothing_in_common(repository):
    repository.git("switch", "-q", "--orphan", "stranger")
    repository.write({A: ONE})
    repository.commit()
    found = review(repository, "main", "stranger")
    assert not found["scope"]["related"] and found["scope"]["proposed"]
    assert found["scope"]["level"] == "reviewed"


@pytest.mark.parametrize(
    "base, head",
    [("nowhere", "main"), ("main", "nowhere"), ("--output=x", "main"), ("main\nmain", "main"), ("", "main")],
)
def test_what_names_no_commit_is_refused(repository, base, head):
    done = kaohe("review", "--", base, head, folder=repository.folder)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1 and not done.stdout


def test_a_shallow_clone_says_what_it_cannot_know(repository, tmp_path):
    branch(repository, "change", {A: ONE})
    url = repository.path.as_uri()
    subprocess.run(["git", "clone", "-q", "--depth=2", "--no-single-branch", url, tmp_path / "clone"], check=True)
    done = kaohe("--lang", "en", "review", "origin/main", "origin/change", folder=tmp_path / "clone")
    assert done.returncode == 0 and "shallow clone" in done.stdout


def test_the_page_stands_alone(repository, tmp_path):
    branch(repository, "change", {A: ONE})
    done = kaohe("review", "main", "change", "--format", "html", "-o", tmp_path / "x.html", folder=repository.folder)
    assert done.returncode == 0 and not done.stdout
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "src=" not in page and "href=" not in page and "<script" not in page and "2021-0001" in page
    refused = kaohe("review", "main", "change", "-o", tmp_path / "none/x.html", folder=repository.folder)
    assert refused.returncode == 3 and "Traceback" not in refused.stderr
