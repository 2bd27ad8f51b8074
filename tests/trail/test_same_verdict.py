"""The verdict follows from the commits alone: every copy of a repository, on every machine, shows the same."""

import json
import os
import shutil

import pytest

from tests.sites import incident
from tests.trail.repositories import QUIET, Repository, found, verify

FILES = {f"incidents/2021/2021-000{number}.md": incident(f"{number} people did not come.") for number in range(1, 5)}
MERGED, APPROVED_BY_NAME, OWN, ALONE = FILES


def recorded(repo):
    """Incidents of every verdict and kind: merged, approved by name, merged by the author, approved by nobody."""
    for path, merger in ((MERGED, "olivia"), (OWN, "rita")):
        repo.branch("topic")
        repo.commit({path: FILES[path]}, "Record an incident")
        repo.switch("main")
        repo.merge("topic", by=merger)
    repo.commit({APPROVED_BY_NAME: FILES[APPROVED_BY_NAME], ALONE: FILES[ALONE]}, "Record an incident")
    repo.approve(APPROVED_BY_NAME, by="oscar")
    return repo


@pytest.fixture(scope="module", params=["reviewed", "signed"])
def source(request, bases, tmp_path_factory):
    return recorded(bases[request.param].copy(tmp_path_factory.mktemp("source") / "site"))


@pytest.fixture(scope="module")
def shown(source):
    """What is shown of the source itself."""
    return verify(source.folder)


def clone(source, path, *options):
    source.git("clone", "-q", *options, source.path.as_uri(), path)
    return Repository(path, source.keys, source.level)


def verdicts(shown, kind="incidents"):
    return {name: one["verdict"] for name, one in shown.result[kind].items()}


def without_commits(shown):
    """The same without the ids of commits and contents, for histories that were made anew, wherever the site lies."""
    result = json.loads(shown.output)
    for one in (*result["incidents"].values(), *result["criteria"].values()):
        for approval in one["approvals"]:
            del approval["commit"]
    for one in result["proposals"]:
        del one["commit"], one["blob"], one["in-force"], one["path"]
    return result


def test_the_source(shown):
    names = ["2021-0001", "2021-0002", "2021-0003", "2021-0004"]
    assert verdicts(shown) == dict(zip(names, ["approved", "approved", "pending", "pending"], strict=True))
    assert set(verdicts(shown, "criteria").values()) == {"approved"}
    assert shown.exit == 1


def test_again(source, shown):
    assert verify(source.folder) == shown


def fetch_log(source, made):
    """Fetch the log of the main line, where the source has one, as the guide says."""
    log = "refs/heads/kaohe-line"
    if source.git("for-each-ref", log):
        made.git("fetch", "-q", source.path.as_uri(), f"+{log}:{log}")


@pytest.mark.parametrize("options", [[], ["--bare"], ["--mirror"], ["--no-local", "--single-branch"]], ids=" ".join)
def test_a_fresh_clone(options, source, shown, tmp_path):
    made = clone(source, tmp_path / "clone.git", *options)
    fetch_log(source, made)
    assert verify(tmp_path / "clone.git") == shown


def test_a_clone_of_a_clone(source, shown, tmp_path):
    """A clone hands on its own branches: the log is fetched from where it is."""
    fetch_log(source, clone(clone(source, tmp_path / "one"), tmp_path / "two"))
    assert verify(tmp_path / "two") == shown


def test_a_clone_with_the_line_breaks_of_windows(source, shown, tmp_path):
    clone(source, tmp_path / "clone", "-c", "core.autocrlf=true")
    assert b"\r\n" in (tmp_path / "clone" / MERGED).read_bytes()
    assert verify(tmp_path / "clone") == shown


def test_a_worktree(source, shown, tmp_path):
    source.git("worktree", "add", "-q", "--detach", tmp_path / "tree", "main")
    assert verify(tmp_path / "tree") == shown


def test_a_submodule(source, shown, tmp_path):
    outer = Repository(tmp_path / "outer", source.keys, source.level)
    outer.path.mkdir()
    outer.git("init", "-q", "--template=", "-b", "main")
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", source.path.as_uri(), "site")
    assert verify(outer.path / "site") == shown


def test_packed(source, shown, tmp_path):
    packed = source.copy(tmp_path / "packed")
    packed.git("commit-graph", "write", "--reachable")
    packed.git("gc", "-q", "--prune=now")
    assert verify(packed.folder) == shown


def test_a_hostile_configuration(source, shown, tmp_path):
    copy = clone(source, tmp_path / "clone")
    (copy.path / ".git/info/attributes").parent.mkdir(exist_ok=True)
    (copy.path / ".git/info/attributes").write_text("* diff=evil filter=evil merge=evil ident\n")
    copy.name_programs()
    copy.config(
        color__ui="always",
        core__abbrev="4",
        core__quotePath="true",
        diff__renames="copies",
        diff__noprefix="true",
        diff__orderFile="/nowhere",
        format__pretty="%n",
        i18n__logOutputEncoding="UTF-16",
        log__follow="true",
        log__showRoot="false",
        log__showSignature="true",
        log__mailmap="true",
        status__showUntrackedFiles="no",
    )
    assert verify(copy.folder) == shown
    assert not copy.canary.exists()


def test_a_cache_that_says_otherwise(source, shown, tmp_path):
    """What somebody left in the folder beside the sources is no proof."""
    copy = source.copy(tmp_path / "copy")
    assert verify(copy.folder) == shown
    entries = [path for path in (copy.folder / ".kaohe-cache/trail").rglob("*") if path.is_file()]
    assert entries
    for path in entries:
        path.write_bytes(path.read_bytes().replace(b"pending", b"approved"))
    assert verify(copy.folder) == shown


def test_another_configuration_of_the_machine(source, shown, tmp_path):
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[core]\n\tautocrlf = true\n\tworktree = /\n[log]\n\tshowSignature = true\n[color]\n\tui = always\n"
    )
    assert verify(source.folder, GIT_CONFIG_GLOBAL=str(settings), HOME=str(tmp_path)) == shown


@pytest.mark.parametrize(
    "name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"]
)
def test_variables_that_point_elsewhere(name, source, shown, tmp_path):
    """Git sets some of these for its hooks; the site that is named is the one that is looked at."""
    assert verify(source.folder, **{name: str(tmp_path)}) == shown


def test_another_place_and_time(source, shown):
    assert verify(source.folder, TZ="Pacific/Kiritimati", LANG="tr_TR.UTF-8", LC_ALL="C") == shown


def test_a_folder_of_a_larger_repository(source, shown, tmp_path):
    larger = recorded(found(tmp_path / "larger", source.keys, source.level, inner="offices/site"))
    assert without_commits(verify(larger.folder)) == without_commits(shown)
    clone(larger, tmp_path / "clone")
    assert without_commits(verify(tmp_path / "clone/offices/site")) == without_commits(shown)


def test_sha256(source, shown, tmp_path):
    other = recorded(found(tmp_path / "sha256", source.keys, source.level, algorithm="sha256"))
    assert len(other.head()) == 64
    assert without_commits(verify(other.folder)) == without_commits(shown)
    clone(other, tmp_path / "clone.git", "--bare")
    assert without_commits(verify(tmp_path / "clone.git")) == without_commits(shown)


def test_strange_entries_are_the_same_in_every_clone(source, tmp_path):
    """A module in the record, and a link and names in two cases beside it."""
    strange = source.copy(tmp_path / "strange")
    strange.commit({"notes/a.md": "a\n", "notes/A.md": "A\n"})
    strange.git("update-index", "--add", "--cacheinfo", f"160000,{strange.head()},incidents/2021/2021-0009.md")
    strange.git("update-index", "--add", "--cacheinfo", f"120000,{strange.blob(MERGED)},link")
    strange.git("commit", "-q", "-m", "Strange entries")
    clone(strange, tmp_path / "clone")
    clone(strange, tmp_path / "clone.git", "--bare")
    assert verify(tmp_path / "clone") == verify(tmp_path / "clone.git")


# Where history is missing


def check_unknown(shown, level):
    assert shown.exit == 1 and "Traceback" not in shown.complaint
    assert shown.result["level"] == level
    assert set(verdicts(shown).values()) == set(verdicts(shown, "criteria").values()) == {"unknown"}
    assert all(one["reason"] and not one["approvals"] for one in shown.result["incidents"].values())


@pytest.mark.parametrize("depth", ["1", "3"])
def test_a_shallow_clone(depth, source, tmp_path):
    clone(source, tmp_path / "clone", "--depth", depth)
    check_unknown(verify(tmp_path / "clone"), source.level)


def test_a_bare_shallow_clone(source, tmp_path):
    clone(source, tmp_path / "clone.git", "--bare", "--depth", "1")
    check_unknown(verify(tmp_path / "clone.git"), source.level)


def test_no_repository(source, tmp_path):
    shutil.copytree(source.path, tmp_path / "site", ignore=shutil.ignore_patterns(".git"))
    check_unknown(verify(tmp_path / "site"), source.level)


def test_nothing_committed(source, tmp_path):
    test_no_repository(source, tmp_path)
    Repository(tmp_path / "site", source.keys, source.level).git("init", "-q", "--template=")
    check_unknown(verify(tmp_path / "site"), source.level)


def test_no_git(source, tmp_path):
    check_unknown(verify(source.folder, PATH=str(tmp_path)), source.level)


def test_no_ssh_keygen(source, shown, tmp_path):
    """Without it no signature can be checked; at level reviewed there is none to check."""
    (tmp_path / "git").symlink_to(shutil.which("git"))
    seen = verify(source.folder, PATH=str(tmp_path))
    if source.level == "signed":
        check_unknown(seen, "signed")
    else:
        assert seen == shown


def test_a_damaged_repository(source, tmp_path):
    """A commit in the middle is missing."""
    damaged = source.copy(tmp_path / "damaged")
    damaged.loose(damaged.head("HEAD~2")).unlink()
    check_unknown(verify(damaged.folder), source.level)


def test_recorded_demands_nothing_where_nothing_is_known(source, tmp_path):
    test_no_repository(source, tmp_path)
    policy = tmp_path / "site/criteria/approvals.yaml"
    policy.write_text(policy.read_text().replace(f"level: {source.level}", "level: recorded"))
    shown = verify(tmp_path / "site")
    assert (shown.exit, shown.result["level"]) == (0, "recorded")
    assert set(verdicts(shown).values()) == {"unknown"}


def test_the_machines_own_configuration_is_left_alone(source):
    """What these tests set for git holds for no other test."""
    assert not set(QUIET) & {"PATH", "HOME"}
    assert "GIT_AUTHOR_DATE" not in os.environ
