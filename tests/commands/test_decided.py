"""What is published is what was decided: refusals, the options that override them, and where these are remembered."""

import json
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.commands.test_publish import PUBLIC, Repository, typed
from tests.trail.repositories import policy

REVIEWED = policy("reviewed", {"office": ("olivia", "oscar")}, criteria="{approvals: 2, by: [office]}")
FINAL = """\
title: Results
language: en
stages: {2021: {stage: final, decided: 2022-01-10, decision: No. 3}}
targets: {www: {kind: folder, path: ../www}}
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    return Repository(tmp_path / "site")


def overrides(repository, name):
    return repository.manifest(name)["overrides"]


def test_nothing_is_overridden_where_nothing_is_refused(repository):
    repository.run("publish", "www", "--yes")
    assert overrides(repository, "www") == [] and repository.manifest("www")["previous"] is None
    assert "refused at first" not in repository.run("audit", "www")


def test_a_commit_that_is_not_on_the_main_line_is_published_only_on_purpose(repository):
    repository.git("switch", "-q", "-c", "proposal")
    repository.record("2021-0002", date="2021-06-01")
    repository.commit("A proposal")
    refused = repository.run("publish", "web", "--yes", code=1)
    assert "is not on the main line, main" in refused and "--off-main" in refused
    assert not (repository.folder.parent / "web server").exists()
    repository.run("publish", "web", "--yes", "--off-main")
    assert overrides(repository, "web") == ["off-main"]
    assert "with --off-main" in repository.run("audit", "web")
    assert "    --off-main" in repository.run("releases", "web")
    assert json.loads(repository.run("releases", "web", "--format", "json"))["releases"][0]["overrides"] == ["off-main"]
    assert json.loads(repository.run("audit", "web", "--format", "json"))["overrides"] == ["off-main"]


def test_a_commit_that_was_merged_is_on_the_main_line_only_as_the_merge(repository):
    repository.git("switch", "-q", "-c", "proposal")
    repository.record("2021-0002")
    proposal = repository.commit("A proposal")
    repository.git("switch", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge", "proposal")
    assert "--off-main" in repository.run("publish", "www", "--yes", "--at", proposal, code=1)
    repository.run("publish", "www", "--yes")


def test_the_main_line_of_origin_counts_too(repository, tmp_path):
    subprocess.run(["git", "clone", "-q", str(repository.folder), str(tmp_path / "clone/site")], check=True)
    clone = Repository.__new__(Repository)
    clone.folder = tmp_path / "clone/site"
    clone.git("switch", "-q", "--detach")
    clone.git("branch", "-q", "-D", "main")
    clone.run("publish", "www", "--yes")
    clone.git("remote", "remove", "origin")
    clone.git("commit", "-q", "--allow-empty", "-m", "Another")
    assert "There is no branch main here" in clone.run("publish", "www", "--yes", code=1)


def test_nothing_older_takes_the_place_of_what_is_published(repository):
    first = repository.git("rev-parse", "HEAD")
    repository.record("2021-0002")
    second = repository.commit("More")
    repository.run("publish", "www", "--yes")
    refused = repository.run("publish", "www", "--yes", "--at", first, code=1)
    assert f"{first[:12]} is older than that" in refused and "--older" in refused
    repository.run("publish", "www", "--yes", "--at", first, "--older")
    assert overrides(repository, "www") == ["older"]
    repository.run("publish", "www", "--yes")
    assert repository.manifest("www")["commit"] == second and overrides(repository, "www") == []


def test_what_does_not_follow_the_published_commit_is_refused(repository):
    repository.run("publish", "www", "--yes")
    repository.git("commit", "-q", "--amend", "-m", "Another first commit")
    refused = repository.run("publish", "www", "--yes", code=1)
    assert "does not follow" in refused and "--older" in refused


def test_several_refusals_are_told_at_once_and_each_needs_its_option(repository):
    first = repository.git("rev-parse", "HEAD")
    repository.record("2021-0002")
    repository.commit("More")
    repository.run("publish", "www", "--yes")
    repository.git("switch", "-q", "-c", "other", first)
    repository.record("2021-0003")
    repository.commit("Elsewhere")
    refused = repository.run("publish", "www", "--yes", code=1)
    assert "--off-main" in refused and "--older" in refused
    assert "--older" not in repository.run("publish", "www", "--yes", "--older", code=1)
    told = repository.run("publish", "www", "--dry-run", code=1)
    assert "--off-main" in told and "+ 2021/incidents/2021-0003.html" in told
    repository.run("publish", "www", "--yes", "--older", "--off-main")
    assert overrides(repository, "www") == ["off-main", "older"]


def shallow(repository, folder):
    subprocess.run(["git", "clone", "-q", "--depth=1", repository.folder.as_uri(), str(folder)], check=True)
    clone = Repository.__new__(Repository)
    clone.folder = folder
    return clone


def test_without_its_whole_history_it_is_published_only_at_the_lowest_level_and_on_purpose(repository, tmp_path):
    repository.record("2021-0002")
    repository.commit("More")
    clone = shallow(repository, tmp_path / "clone/site")
    assert "--shallow" in clone.run("publish", "www", "--yes", code=1)
    clone.run("publish", "www", "--yes", "--shallow")
    assert overrides(clone, "www") == ["shallow"]
    (repository.folder / "criteria/approvals.yaml").write_text(REVIEWED)
    repository.commit("Reviewed from now on")
    clone = shallow(repository, tmp_path / "again/site")
    refused = clone.run("publish", "www", "--yes", "--shallow", code=1)
    assert "not whole" in refused and "--shallow" not in refused


def test_a_year_is_final_when_all_is_decided_and_fixed(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    final = Repository(tmp_path / "site", FINAL.replace(", decision: No. 3", ""))
    final.record("2021-0002", appeal="{filed: 2021-04-10}")
    final.commit("An objection")
    refused = final.run("publish", "--yes", code=1)
    for words in ("objections are open: 2021-0002", "names no decision", "not fixed in criteria/2021/results.yaml"):
        assert words in refused
    assert refused.count("--unfinished") == 3
    final.run("publish", "--yes", "--unfinished")
    assert overrides(final, "www") == ["unfinished"]
    final.record("2021-0002", appeal="{filed: 2021-04-10, decided: 2021-04-20, outcome: rejected}")
    (final.folder / "content/site.yaml").write_text(FINAL)
    final.commit("Decided")
    final.run("freeze", "2021")
    final.commit("Fixed")
    final.run("publish", "--yes")
    assert overrides(final, "www") == []


def test_a_year_is_not_final_while_a_record_is_pending(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    final = Repository(tmp_path / "site", FINAL)
    (final.folder / "criteria/approvals.yaml").write_text(REVIEWED)
    final.commit("Reviewed from now on")
    refused = final.run("publish", "--yes", code=1)
    assert "not approved: 2021-0001" in refused and "--unfinished" in refused


def test_a_stage_that_is_asked_for_is_judged_too(repository):
    assert "--unfinished" in repository.run("publish", "www", "--yes", "--stage", "final", code=1)


def test_a_public_target_without_anything_internal_is_asked_for_once(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    open_ = Repository(tmp_path / "site", PUBLIC.replace("internal: {departments: [library]}\n", ""))
    open_.run("publish", "inside", "--yes")
    assert "--nothing-internal" in open_.run("publish", "outside", "--yes", code=1)
    seen, code = typed(open_, "n\n", "publish", "outside")
    assert code == 1 and "nothing is internal" in seen and not (tmp_path / "outside").exists()
    seen, code = typed(open_, "y\ny\n", "publish", "outside")
    assert code == 0 and "nothing is internal" in seen
    assert overrides(open_, "outside") == ["nothing-internal"]
    open_.record("2021-0002")
    open_.commit("More")
    open_.run("publish", "outside", "--yes")
    assert overrides(open_, "outside") == ["nothing-internal"], "the target remembers the answer"


def test_a_preview_says_so(repository):
    repository.record("2021-0002")
    repository.run("publish", "www", "--yes", "--preview")
    assert overrides(repository, "www") == ["preview"]
    repository.commit("Committed")
    repository.run("publish", "web", "--yes", "--preview")
    assert overrides(repository, "web") == [], "what is committed is no preview"


def test_a_build_with_marks_is_never_published(repository, monkeypatch):
    building = sys.modules["site_builder.render.build"]
    written = building.write_site
    monkeypatch.setattr(
        building, "write_site", lambda *given: written(*given[:-1], replace(given[-1], marks=("unproved",)))
    )
    every = ("--off-main", "--older", "--shallow", "--unfinished", "--nothing-internal")
    assert "never published" in repository.run("publish", "www", "--yes", *every, code=1)
    assert repository.target("www").shown is None
