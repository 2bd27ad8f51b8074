"""A revision is built and scored from history alone, as a clone of it would be."""

import shutil
import subprocess

import pytest

from tests.publication.conftest import kaohe
from tests.publication.test_same_bytes import files


@pytest.fixture(scope="module")
def demo(demonstration, tmp_path_factory):
    """A demonstration repository."""
    return shutil.copytree(demonstration, tmp_path_factory.mktemp("demo") / "site", symlinks=True)


@pytest.mark.parametrize("revision", ["main~7", "main~18"])
def test_the_bytes_of_a_revision_are_those_of_a_clone_of_it(demo, tmp_path, revision):
    subprocess.run(["git", "clone", "-q", demo, tmp_path / "clone"], check=True)
    subprocess.run(["git", "reset", "-q", "--hard", f"origin/{revision}"], cwd=tmp_path / "clone", check=True)
    assert kaohe("build", "-o", tmp_path / "there", folder=tmp_path / "clone").returncode == 0
    (demo / "content/site.yaml").write_text("title: Changed, and not committed\n", encoding="utf-8")
    at = kaohe("build", "--at", revision, "-o", tmp_path / "here", folder=demo)
    subprocess.run(["git", "checkout", "-q", "--", "."], cwd=demo, check=True)
    assert at.returncode == 0, at.stderr
    assert files(tmp_path / "here") == files(tmp_path / "there")


def test_a_bare_clone_can_be_scored(demo, tmp_path):
    subprocess.run(["git", "clone", "-q", "--bare", demo, tmp_path / "bare.git"], check=True)
    printed = kaohe("score", "--format", "json", folder=tmp_path / "bare.git")
    assert printed.stdout == kaohe("score", "--format", "json", folder=demo).stdout
    assert '"approval": "approved"' in printed.stdout and '"approval": "pending"' in printed.stdout


@pytest.mark.parametrize("revision", ["nowhere", "--output=x", "main\nmain", "", "HEAD:content"])
def test_what_names_no_commit_is_refused(demo, revision):
    refused = kaohe("score", "--at", revision, folder=demo)
    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr and len(refused.stderr.splitlines()) == 1


def test_pending_incidents_are_listed_and_do_not_count(demo, tmp_path):
    built = kaohe("build", "-o", tmp_path / "output", folder=demo)
    assert built.returncode == 0
    overview = (tmp_path / "output/2021/index.html").read_text(encoding="utf-8")
    assert "待批准的记录" in overview and "2021-0012" in overview.partition("待批准的记录")[2]
    page = (tmp_path / "output/2021/incidents/2021-0012.html").read_text(encoding="utf-8")
    assert "尚缺组织人事处的一次批准" in page and "尚未批准：不扣分" in page
    assert "@" not in page.partition('id="trail"')[2], "no address is published"


def test_the_life_of_an_incident_is_told(demo):
    told = kaohe("trail", "2021-0006", folder=demo).stdout
    assert [word for word in ("记录", "修改", "批准（合并）", "已批准") if word in told] == [
        "记录",
        "修改",
        "批准（合并）",
        "已批准",
    ]


def test_approving_refuses_ones_own_content_and_approves_that_of_others(demo, tmp_path):
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", demo, clone], check=True)

    def become(address):
        for key, value in (("user.name", "Somebody"), ("user.email", address)):
            subprocess.run(["git", "config", key, value], cwd=clone, check=True)

    def addresses(name):
        life = kaohe("trail", name, "--format", "json", folder=clone).stdout
        import json

        return [event["by"] for event in json.loads(life)["events"] if event["what"] == "recorded"]

    become(addresses("2021-0011")[0])
    refused = kaohe("approve", "2021-0011", "--yes", folder=clone)
    assert refused.returncode == 1 and "须由他人批准" in refused.stderr
    policy = (clone / "criteria/approvals.yaml").read_text(encoding="utf-8")
    listed = policy.partition("personnel-office:")[2].partition("]")[0].strip(" [\n-").split(",")[0].strip()
    become(listed)
    assert kaohe("approve", "2021-0012", "--yes", folder=clone).returncode == 0
    assert '"approval": "approved"' in kaohe("score", "--format", "json", folder=clone).stdout
    assert "已批准" in kaohe("trail", "2021-0012", folder=clone).stdout.splitlines()[-1]
