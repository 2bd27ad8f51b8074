"""The files for the forges: valid, safe for changes from strangers, and their commands run as they stand."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

from tests.forge.conftest import TOKEN
from tests.sites import incident

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted([*ROOT.glob(".github/workflows/*.yml"), *ROOT.glob(".gitea/workflows/*.yml")])
BIN = Path(sys.executable).parent
RECORD = "incidents/2021/2021-9001.md"


def jobs(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))["jobs"]


def steps(path):
    return [(name, step) for name, job in jobs(path).items() for step in job["steps"]]


def run(*command, folder=ROOT, **environment):
    return subprocess.run(command, cwd=folder, env={**os.environ, **environment}, capture_output=True, text=True)


def test_there_are_workflows_for_every_forge():
    names = [str(path.relative_to(ROOT)) for path in WORKFLOWS]
    assert names == [
        f"{folder}/workflows/{name}.yml"
        for folder in (".gitea", ".github")
        for name in ("check", "publish", "release", "review")
    ]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_workflow_fits_its_schema(path):
    done = run(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-workflows", path)
    assert done.returncode == 0, done.stdout


def test_the_pipeline_fits_its_schema():
    done = run(BIN / "check-jsonschema", "--builtin-schema", "vendor.gitlab-ci", ROOT / ".gitlab-ci.yml")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_linter_for_security_finds_nothing(path):
    done = run(BIN / "zizmor", "--offline", "--no-progress", "--persona=pedantic", "--min-severity=low", path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_actions_are_pinned_and_nothing_of_the_event_stands_in_a_script(path):
    text = path.read_text(encoding="utf-8")
    uses = [line for line in text.splitlines() if "uses:" in line]
    assert uses and all(re.search(r"uses: [a-z-]+/[a-z-]+@[0-9a-f]{40} # v[0-9.]+$", line) for line in uses)
    assert not any("${{" in step.get("run", "") for _, step in steps(path))
    top = yaml.safe_load(text)["permissions"]
    assert top in ({}, {"contents": "read"})


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_job_that_may_write_runs_nothing_but_the_script_that_comments(path):
    for name, job in jobs(path).items():
        if "write" in (job.get("permissions") or {}).values():
            commands = [step["run"] for step in job["steps"] if "run" in step]
            assert name == "comment" and len(commands) == 1 and commands[0].startswith(".ci/comment.py ")
            assert not any("ref" in step.get("with", {}) for step in job["steps"]), "the change is never checked out"


def test_a_workflow_that_may_write_never_checks_out_the_change():
    for path in (one for one in WORKFLOWS if one.name == "review.yml"):
        text = path.read_text(encoding="utf-8")
        assert "pull_request_target" in text and "head.sha" not in text and "head.ref" not in text
        assert all("ref" not in step.get("with", {}) for _, step in steps(path))


def test_the_pipeline_gives_its_token_to_the_protected_branch_alone():
    pipeline = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    with_token = [name for name, job in pipeline.items() if "TOKEN" in str(job)]
    assert with_token == ["review"]
    (rule,) = pipeline["review"]["rules"]
    assert rule["if"] == '$CI_PIPELINE_SOURCE == "schedule" && $CI_COMMIT_REF_PROTECTED == "true"'


@pytest.mark.parametrize("script", ["run", "review", "review-open", "publish", "release"])
def test_scripts_can_be_run_and_stop_at_the_first_error(script):
    path = ROOT / ".ci" / script
    assert os.access(path, os.X_OK) and "set -euo pipefail" in path.read_text(encoding="utf-8")
    assert run("bash", "-n", path).returncode == 0


# What contributors find


def test_every_python_that_the_package_claims_is_tested():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    stem = "Programming Language :: Python :: 3."
    claimed = [one.removeprefix(stem[:-2]) for one in project["classifiers"] if one.startswith(stem)]
    assert project["requires-python"] == f">={claimed[0]}"
    for path in (one for one in WORKFLOWS if one.name == "check.yml"):
        assert jobs(path)["pythons"]["strategy"]["matrix"]["python"] == claimed
    pipeline = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    assert pipeline["pythons"]["parallel"]["matrix"] == [{"PYTHON_VERSION": claimed}]


def test_all_that_development_needs_is_locked_and_no_part_of_the_package():
    whole = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = whole["dependency-groups"]
    assert [one["include-group"] for one in groups["dev"]] == [name for name in groups if name != "dev"]
    assert "optional-dependencies" not in whole["project"]
    locked = {line.partition("==")[0] for line in (ROOT / "requirements-dev.txt").read_text().splitlines()}
    needed = [one for name, group in groups.items() if name != "dev" for one in group]
    assert {re.split("[>=]", one)[0].lower() for one in needed} <= locked


def test_hooks_before_a_commit_fetch_nothing():
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    (own,) = yaml.safe_load(text)["repos"]
    assert own["repo"] == "local" and "://" not in text
    assert all(hook["language"] == "system" and hook["entry"].startswith(".venv/bin/") for hook in own["hooks"])


def test_forms_are_valid_and_in_both_languages():
    for path in ROOT.glob(".github/ISSUE_TEMPLATE/[!c]*.yml"):
        done = run(BIN / "check-jsonschema", "--builtin-schema", "vendor.github-issue-forms", path)
        assert done.returncode == 0, done.stdout
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        words = [form["name"], form["description"], *(one["attributes"].get("label", " · ") for one in form["body"])]
        assert all(" · " in one for one in words)
        assert len({one["id"] for one in form["body"] if "id" in one}) == sum("id" in one for one in form["body"])
    assert " · " in (ROOT / ".github/pull_request_template.md").read_text(encoding="utf-8")
    assert "报告" in (ROOT / "SECURITY.md").read_text(encoding="utf-8")


def test_a_release_is_the_same_bytes_each_time_and_typed(clone, tmp_path):
    for name in ("pyproject.toml", "README.md", "LICENSE", "requirements-dev.txt", ".ci/release"):
        shutil.copy(ROOT / name, clone / name)
    for name in ("site_builder", "themes"):
        shutil.copytree(ROOT / name, clone / name, ignore=shutil.ignore_patterns("__pycache__"))
    found = []
    for folder in ("one", "two"):
        done = run(
            clone / ".ci/release", "v0.1.0", tmp_path / folder, folder=clone, TZ=folder, KAOHE_ENVIRONMENT=sys.prefix
        )
        assert done.returncode == 0, done.stderr
        assert run("sha256sum", "--check", "--strict", "SHA256SUMS", folder=tmp_path / folder).returncode == 0
        found.append((tmp_path / folder / "SHA256SUMS").read_text())
    assert found[0] == found[1] and found[0].count("\n") == 2
    with zipfile.ZipFile(tmp_path / "one/kaohe-0.1.0-py3-none-any.whl") as wheel:
        assert "site_builder/py.typed" in wheel.namelist()
        assert any(name.startswith("site_builder/themes/campus/templates/") for name in wheel.namelist())
    refused = run(clone / ".ci/release", "v9.9.9", tmp_path / "three", folder=clone, KAOHE_ENVIRONMENT=sys.prefix)
    assert refused.returncode == 1 and "v9.9.9" in refused.stderr and not (tmp_path / "three").exists()


# The commands as they stand, in a clone of this repository whose origin has a change


@pytest.fixture
def clone(tmp_path):
    """A clone as a forge makes it, with the change of a stranger in the origin."""
    origin, folder = tmp_path / "origin.git", tmp_path / "clone"
    work = tmp_path / "work"
    files = run("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").stdout.split("\0")
    for name in filter(None, files):
        if name.startswith(("content/", "criteria/", "incidents/", ".ci/", "requirements")) and (ROOT / name).is_file():
            (work / name).parent.mkdir(parents=True, exist_ok=True)
            (work / name).write_bytes((ROOT / name).read_bytes())
            (work / name).chmod((ROOT / name).stat().st_mode)
    git = ("git", "-c", "user.name=Anna", "-c", "user.email=anna@example.org", "-c", "commit.gpgsign=false")
    assert run(*git, "init", "-q", "-b", "main", folder=work).returncode == 0
    run(*git, "add", "-A", folder=work)
    assert run(*git, "commit", "-q", "-m", "The site", folder=work).returncode == 0
    run(*git, "switch", "-q", "-c", "change", folder=work)
    record = incident(
        criterion="base.conduct.attendance", clause="absence", department="library", count="{person: 1, day: 1}"
    )
    (work / RECORD).write_text(record, encoding="utf-8")
    (work / ".ci/review").write_text(f"#!/bin/sh\ntouch {tmp_path}/canary\n", encoding="utf-8")
    run(*git, "commit", "-q", "-a", "-m", "Nothing else", folder=work)
    run(*git, "add", "-A", folder=work)
    run(*git, "commit", "-q", "-m", "A record @everyone fixes #1", folder=work)
    run(*git, "switch", "-q", "main", folder=work)
    assert run("git", "clone", "-q", "--bare", work, origin).returncode == 0
    for reference in ("refs/pull/7/head", "refs/merge-requests/3/head"):
        run("git", "update-ref", reference, "change", folder=origin)
    run("git", "branch", "-q", "-D", "change", folder=origin)
    assert run("git", "clone", "-q", origin, folder).returncode == 0
    return folder


@pytest.mark.parametrize("folder, kind", [(".github", "github"), (".gitea", "gitea")])
def test_the_commands_of_the_workflow_review_a_change_and_comment_on_it(clone, forge, folder, kind):
    environment = {
        "NUMBER": "7",
        "KAOHE_ENVIRONMENT": sys.prefix,
        "KAOHE_API": forge.address,
        "KAOHE_PROJECT": "school/assessment",
        "KAOHE_NUMBER": "7",
        "KAOHE_TOKEN": TOKEN,
    }
    for _, step in steps(ROOT / folder / "workflows/review.yml"):
        if "run" in step:
            done = run("bash", "-euo", "pipefail", "-c", step["run"], folder=clone, **environment)
            assert done.returncode == 0, done.stderr
    (comment,) = forge.comments
    assert "`2021-9001`" in comment["body"] and ".ci/review" in comment["body"].partition("### 批准情况")[0]
    assert not (clone.parent / "canary").exists(), "nothing of the change was run"


def test_the_scheduled_pipeline_reviews_every_open_change(clone, forge):
    pipeline = yaml.safe_load((ROOT / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    environment = {
        "CI_DEFAULT_BRANCH": "main",
        "KAOHE_API": forge.address,
        "KAOHE_PROJECT": "12",
        "KAOHE_TOKEN": TOKEN,
    }
    script = (clone / ".ci/review-open").read_text(encoding="utf-8")
    own = script.replace("KAOHE_ENVIRONMENT=$(mktemp -d)/kaohe", f"KAOHE_ENVIRONMENT={sys.prefix}")
    (clone / ".ci/review-open").write_text(own, encoding="utf-8")
    for _ in range(2):
        (command,) = pipeline["review"]["script"]
        done = run("bash", "-euo", "pipefail", "-c", command, folder=clone, **environment)
        assert done.returncode == 0, done.stderr
    (comment,) = forge.comments
    assert "`2021-9001`" in comment["body"]
