"""What was proved is remembered for the same files and commits only, and never taken from a revision."""

import json
import shutil
import subprocess

import pytest

from site_builder.model import Level, Requirement, Trail
from site_builder.sources import stored_policy
from site_builder.store import Store
from tests.publication.conftest import kaohe


@pytest.fixture
def demo(demonstration, tmp_path):
    """A demonstration repository of which everything was proved once."""
    shutil.copytree(demonstration, tmp_path / "site", symlinks=True)
    kaohe("verify", folder=tmp_path / "site")
    return tmp_path / "site"


def entry(site):
    """The file of the one trail that is remembered."""
    (found,) = (path for path in (site / ".kaohe-cache/trail").rglob("*") if path.is_file())
    return found


def shown(site):
    return kaohe("verify", "--format", "json", folder=site).stdout


def test_a_remembered_trail_says_the_same_as_a_fresh_one(demo):
    remembered, life = shown(demo), kaohe("trail", "2021-0006", "--format", "json", folder=demo).stdout
    shutil.rmtree(demo / ".kaohe-cache/trail")
    assert shown(demo) == remembered
    shutil.rmtree(demo / ".kaohe-cache/trail")
    assert kaohe("trail", "2021-0006", "--format", "json", folder=demo).stdout == life


@pytest.mark.parametrize(
    "more",
    [
        "",
        "theme: {approvals: 3, by: a}\npublication: {}\ndepartments: {by: [a, b]}\nexemptions: {approvals: 2}\n",
        "approvers: {a: [x@e.org, {address: y@e.org, from: 2026-07-01}], b: {address: z@e.org, to: 2026-07-31}}\n",
    ],
)
def test_the_whole_policy_is_remembered(tmp_path, more):
    policy = stored_policy(f"level: signed\ncriteria: {{approvals: 2, by: a}}\n{more}".encode())
    assert policy is not None and policy.criteria == Requirement(2, ("a",))
    store, key = Store(tmp_path), "0" * 64
    store.save("trail", key, Trail(Level.SIGNED, policy, known=True))
    assert store.load("trail", key, Trail).policy == policy


def test_the_memory_is_no_change_of_the_site(demo):
    status = subprocess.run(["git", "status", "--porcelain"], cwd=demo, capture_output=True, text=True, check=True)
    assert entry(demo).is_file() and status.stdout == ""


def test_another_content_is_judged_anew(demo):
    record = demo / "incidents/2021/2021-0006.md"
    record.write_text(record.read_text(encoding="utf-8") + "\n更正。\n", encoding="utf-8")
    assert json.loads(shown(demo))["incidents"]["2021-0006"]["verdict"] == "pending"


@pytest.mark.parametrize("broken", ["", "{", "[]", '{"key": 1}', "null", "[" * 100_000])
def test_a_broken_memory_is_forgotten(demo, broken):
    before = shown(demo)
    entry(demo).write_text(broken, encoding="utf-8")
    assert shown(demo) == before


@pytest.mark.parametrize("name", [".kaohe-cache", ".Kaohe-Cache"])
def test_a_memory_that_is_committed_is_not_believed(demo, name):
    before = shown(demo)
    listed = f"100644,{blob(demo)},{name}/trail/entry"
    subprocess.run(["git", "update-index", "--add", "--cacheinfo", listed], cwd=demo)
    subprocess.run(["git", "commit", "-q", "-m", "A memory", "--no-gpg-sign"], cwd=demo, check=True)
    shutil.rmtree(demo / ".kaohe-cache/trail")
    assert json.loads(shown(demo))["incidents"] == json.loads(before)["incidents"]
    assert not (demo / ".kaohe-cache/trail").exists(), "nothing is remembered either"


def blob(site):
    """Any blob of the repository."""
    return subprocess.run(
        ["git", "rev-parse", "HEAD:content/site.yaml"], cwd=site, capture_output=True, text=True
    ).stdout.strip()
