"""`kaohe demo`: a repository in which plain git finds every way in which a record is approved, or is not."""

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from site_builder.authoring.demonstration import (
    DemonstrationError,
    OccupiedFolderError,
    make_demonstration,
)
from site_builder.cli.demonstrating import run_demo
from site_builder.cli.session import Session
from site_builder.opened import open_site
from tests.publication.conftest import kaohe
from tests.sites import say


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    return make_demonstration(tmp_path_factory.mktemp("demo") / "inner" / "site")


@pytest.fixture
def git(demo):
    def run(*arguments):
        environment = {**os.environ, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        ran = subprocess.run(
            ["git", *arguments], cwd=demo.folder, env=environment, capture_output=True, encoding="utf-8"
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stdout.strip()

    return run


def run(folder, language="en"):
    with pytest.raises(SystemExit) as ended:
        run_demo(Session(open_site(Path()), language), folder)
    return ended.value.code


def commits(git, *arguments):
    """Commits of main as (author's address, subject), the earliest first."""
    return [tuple(line.split(" ", 1)) for line in git("log", "--reverse", "--format=%ae %s", *arguments).splitlines()]


def test_what_is_made_is_told(demo, git):
    assert demo.commits == int(git("rev-list", "--all", "--count")) > 40
    assert demo.branches == ("record/2021-0018", "record/2021-0019", "rules/late-or-early", "rules/signed")
    assert git("symbolic-ref", "--short", "HEAD") == "main"
    assert git("status", "--short") == ""
    assert git("fsck", "--no-dangling") == ""


def test_the_site_has_no_problems_on_any_branch(demo, git, tmp_path):
    for branch in ("main", "main~3", *demo.branches):
        folder = tmp_path / branch.replace("/", "-")
        folder.mkdir()
        archive = subprocess.run(["git", "archive", branch], cwd=demo.folder, capture_output=True, check=True)
        subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)
        checked = kaohe("check", folder=folder)
        assert (checked.returncode, checked.stdout) == (0, "没有发现问题\n"), branch
        assert "demonstration: true" in (folder / "content/site.yaml").read_text(encoding="utf-8")


def test_records_are_merged_by_approvers(git):
    merges = commits(git, "--first-parent", "--merges", "main")
    assert ("approver@personnel-office.example", "合并record/2021-0006：4月旷工2天") in merges
    assert len({address for address, _ in merges}) == 5


def test_a_squash_merge_names_its_approver_in_the_last_paragraph(git):
    trailers = git("log", "--format=%ce%n%(trailers:only,unfold)", "--grep=Approved-by", "main").splitlines()
    assert trailers == [
        "platform@forge.example",
        "Co-authored-by: 办公室（经办） <clerk@general-office.example>",
        "Approved-by: 组织人事处（审核） <approver@personnel-office.example>",
    ]


def test_approvals_name_the_contents_that_main_then_has_and_change_no_file(git):
    found = git("log", "--first-parent", "--format=%H", "--grep=^Approves:", "main").split()
    assert len(found) == 6
    for commit in found:
        assert git("rev-parse", f"{commit}^{{tree}}") == git("rev-parse", f"{commit}^^{{tree}}")
        for line in git("log", "-1", "--format=%(trailers:key=Approves,valueonly)", commit).split("\n"):
            blob, path = line.split()
            assert git("rev-parse", f"{commit}:{path}") == blob


def test_what_waits_for_an_approval(git):
    own = git("log", "-1", "--format=%ae", "--", "incidents/2021/2021-0011.md")
    assert ("approver@personnel-office.example", "合并record/2021-0011：考勤表代记") in commits(git, "--merges", "main")
    assert own == "approver@personnel-office.example"
    other = git("log", "-1", "--merges", "--format=%ae", "--grep=2021-0012", "main")
    assert other == "approver@general-office.example"
    assert git("log", "-1", "--format=%ae %P", "--", "incidents/2021/2021-0007.md").startswith("clerk@general-office")


def test_a_moved_record_keeps_its_content(git):
    before = git("log", "-1", "--format=%H", "--diff-filter=A", "--", "incidents/2021/2021-0001.md")
    moved = git("rev-parse", "main:incidents/2021/sheets/2021-0001.md")
    assert git("rev-parse", f"{before}:incidents/2021/2021-0001.md") == moved


def test_approvers_sign_once_they_have_keys(git):
    states = git("log", "--first-parent", "--reverse", "--format=%G?", "main").replace("\n", "")
    assert states == "N" * (len(states) - 7) + "G" * 7
    for commit in git("rev-list", "--first-parent", "-7", "main").split():
        git("-c", "gpg.ssh.allowedSignersFile=criteria/allowed_signers", "verify-commit", commit)


def test_keys_are_for_their_owner_alone_and_no_part_of_the_history(demo, git):
    keys = [path for path in (demo.folder / ".git/demonstration-keys").iterdir() if path.suffix != ".pub"]
    assert len(keys) == 5
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
    assert "demonstration-keys" not in git("ls-files") and "PRIVATE KEY" not in git("log", "--all", "-p")


def test_the_user_can_sign_there(git):
    git("commit", "-q", "--allow-empty", "-S", "-m", "试签")
    assert git("log", "-1", "--format=%G? %ae") == "G approver@general-office.example"
    git("reset", "-q", "--hard", "HEAD^")


def test_the_last_steps_of_main_change_a_rule_and_records(git):
    changed = git("diff", "--name-status", "main~3", "main").splitlines()
    assert changed == [
        "M\tcriteria/2021/base/conduct.yaml",
        "M\tincidents/2021/2021-0010.md",
        "A\tincidents/2021/2021-0016.md",
        "A\tincidents/2021/2021-0017.md",
    ]


def test_every_author_is_an_office_with_an_invented_address(git):
    people = set(git("log", "--all", "--format=%an%n%cn").splitlines())
    assert all(name.endswith(("（经办）", "（审核）", "（复核）", "代码平台")) for name in people)
    assert all(address.endswith(".example") for address in git("log", "--all", "--format=%ae%n%ce").split())


def test_the_same_commits_come_out_whatever_the_machine_says(git, tmp_path, monkeypatch):
    (tmp_path / "hooks").mkdir()
    (tmp_path / "hooks/pre-commit").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "hooks/pre-commit").chmod(0o755)
    (tmp_path / ".gitconfig").write_text(
        f"[core]\n\thooksPath = {tmp_path}/hooks\n[commit]\n\tgpgSign = true\n[init]\n\tdefaultBranch = trunk\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z")
    monkeypatch.setenv("TZ", "America/New_York")
    again = make_demonstration(tmp_path / "again").folder
    monkeypatch.delenv("GIT_DIR")
    unsigned = ["log", "-1", "--format=%H", "--grep=合并record/2021-0014", "main"]
    ran = subprocess.run(["git", "-C", str(again), *unsigned], capture_output=True, encoding="utf-8", check=True)
    assert ran.stdout.strip() == git(*unsigned) != ""
    assert {path.name for path in tmp_path.iterdir()} == {"hooks", ".gitconfig", "again"}


def test_commands_to_try_are_printed(tmp_path, capsys):
    run_demo(Session(open_site(tmp_path), "en"), Path("a site"))
    printed = capsys.readouterr().out
    for command in ("build", "trail 2021-0006", "verify", "review main~3 main"):
        assert f"kaohe --site '{tmp_path}/a site' {command}\n" in printed


def test_a_folder_with_something_in_it_is_wrong_usage(tmp_path, capsys):
    (tmp_path / "letter.txt").write_text("mine")
    assert run(tmp_path) == 2
    assert str(tmp_path) in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    with pytest.raises(OccupiedFolderError):
        make_demonstration(tmp_path / "letter.txt")


@pytest.mark.parametrize("missing", ["git", "ssh-keygen"])
def test_a_missing_tool_is_named(missing, tmp_path, monkeypatch, capsys):
    found = shutil.which
    monkeypatch.setattr(shutil, "which", lambda name: None if name == missing else found(name))
    assert run(tmp_path / "new") == 3
    assert missing in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("there", [True, False])
def test_nothing_is_left_of_a_demonstration_that_fails(there, tmp_path, monkeypatch):
    keygen = tmp_path / "bin/ssh-keygen"
    keygen.parent.mkdir()
    keygen.write_text("#!/bin/sh\necho no entropy >&2\nexit 1\n")
    keygen.chmod(0o755)
    monkeypatch.setenv("PATH", f"{keygen.parent}{os.pathsep}{os.environ['PATH']}")
    folder = tmp_path / "outer/site"
    if there:
        folder.mkdir(parents=True)
    with pytest.raises(DemonstrationError) as raised:
        make_demonstration(folder)
    assert "no entropy" in say(raised.value.text)
    assert folder.exists() == folder.parent.exists() == there
    assert not there or list(folder.iterdir()) == []


def test_a_disk_that_refuses_is_said(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    assert run(tmp_path / "file" / "inner") == 3
    assert "Traceback" not in capsys.readouterr().err
