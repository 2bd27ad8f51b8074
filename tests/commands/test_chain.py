"""The memory of what was published: the chain of manifests, its branch, and what an audit makes of both."""

import hashlib
import json
import shutil
import subprocess

import pytest

from tests.commands.test_publish import Repository, change_manifest
from tests.trail.repositories import Keys

BRANCH = "kaohe-releases"


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    return Repository(tmp_path / "site")


@pytest.fixture
def shared(repository, tmp_path):
    """The repository with an origin that accepts what is pushed."""
    bare = tmp_path / "origin.git"
    subprocess.run(["git", "clone", "-q", "--bare", str(repository.folder), str(bare)], check=True)
    repository.git("remote", "add", "origin", str(bare))
    repository.bare = bare
    return repository


def clone(shared, folder):
    """Another publisher's clone of the origin, with the same targets."""
    subprocess.run(["git", "clone", "-q", str(shared.bare), str(folder)], check=True)
    found = Repository.__new__(Repository)
    found.folder, found.bare = folder, shared.bare
    return found


def more(repository, number):
    repository.record(f"2021-000{number}")
    return repository.commit(f"Record {number}")


def digest(repository, name):
    return hashlib.sha256((repository.target(name).shown / "manifest.json").read_bytes()).hexdigest()


def entries(repository, folder=None):
    """The trailers of the chain, the first release first."""
    told = repository.git(
        "-C", str(folder or repository.folder), "log", "--reverse", "--format=%(trailers:only)%x00", BRANCH
    )
    return [dict(line.split(": ", 1) for line in one.strip().splitlines()) for one in told.split("\0") if one.strip()]


def state(repository, name, code=0):
    found = json.loads(repository.run("audit", name, "--no-rebuild", "--format", "json", code=code))
    return found["chain"]["state"]


def test_each_manifest_names_the_one_before_and_the_branch_keeps_them(repository):
    head = repository.git("rev-parse", "HEAD")
    repository.run("publish", "web", "--yes")
    first = digest(repository, "web")
    assert entries(repository) == [{"Target": "web", "Manifest": first, "Commit": head}]
    second_commit = more(repository, 2)
    repository.run("publish", "web", "--yes")
    assert repository.manifest("web")["previous"] == first
    second = digest(repository, "web")
    assert entries(repository)[1] == {"Target": "web", "Manifest": second, "Previous": first, "Commit": second_commit}
    assert repository.git("ls-tree", BRANCH) == "" and repository.git("rev-parse", "HEAD") == second_commit
    assert "shows this already" in repository.run("publish", "web", "--yes") and len(entries(repository)) == 2
    told = repository.run("audit", "web")
    assert "knows it as the latest release" in told and "The latest release in the chain is by" in told


def test_a_zip_follows_nothing_and_is_in_the_chain(repository):
    repository.run("publish", "office", "--yes")
    more(repository, 2)
    repository.run("publish", "office", "--yes")
    first, second = entries(repository)
    assert second["Previous"] == first["Manifest"] and state(repository, "office") == "latest"


def test_going_back_is_recorded_and_no_problem(repository):
    repository.run("publish", "web", "--yes")
    first = digest(repository, "web")
    more(repository, 2)
    repository.run("publish", "web", "--yes")
    second = digest(repository, "web")
    repository.run("rollback", "--target", "web", "--yes")
    last = entries(repository)[-1]
    assert (last["Manifest"], last["Previous"]) == (first, second)
    told = repository.run("audit", "web")
    assert "knows it as the latest release" in told and "not the latest release of the target" in told


def test_an_older_release_that_somebody_else_shows_is_found_out(repository):
    repository.run("publish", "web", "--yes")
    more(repository, 2)
    repository.run("publish", "web", "--yes")
    web = repository.folder.parent / "web server"
    old = min((web / "releases").iterdir()).name
    (web / "current").unlink()
    (web / "current").symlink_to(f"releases/{old}")
    told = repository.run("audit", "web", code=1)
    assert "An older release is shown" in told and "not the latest release of the target" in told
    assert state(repository, "web", code=1) == "replaced"


def test_a_manifest_that_was_rewritten_is_found_out_and_never_gone_back_to(repository):
    repository.run("publish", "web", "--yes")
    change_manifest(repository.target("web").shown, lambda value: value["overrides"].append("older"))
    told = repository.run("audit", "web", "--no-rebuild", code=1)
    assert "manifests were rewritten: 000001-" in told and "anybody who keeps the chain" in told
    more(repository, 2)
    repository.run("publish", "web", "--yes")
    assert "was rewritten since" in repository.run("rollback", "--target", "web", "--yes", code=3)


def test_without_the_branch_the_audit_says_that_nothing_remembers(repository):
    repository.run("publish", "www", "--yes")
    repository.git("branch", "-q", "-D", BRANCH)
    assert "There is no branch kaohe-releases here" in repository.run("audit", "www", "--no-rebuild")
    shutil.rmtree(repository.folder / ".git")
    assert state(repository, "www") == "none"


def test_the_chain_is_pushed_and_others_continue_it(shared, tmp_path):
    shared.run("publish", "www", "--yes")
    assert len(entries(shared, shared.bare)) == 1
    other = clone(shared, tmp_path / "other/site")
    other.git("config", "user.name", "Berta")
    (tmp_path / "other/www").symlink_to(tmp_path / "www")
    assert state(other, "www") == "latest"
    more(shared, 2)
    shared.git("push", "-q", "origin", "main")
    shared.run("publish", "www", "--yes")
    other.git("pull", "-q", "--ff-only")
    assert state(other, "www") == "latest", "the audit asks origin"
    other.run("publish", "web", "--yes")
    shared.run("publish", "office", "--yes")
    assert [one["Target"] for one in entries(shared, shared.bare)] == ["www", "www", "web", "office"]
    told = other.run("publish", "web", "--yes")
    assert "shows this already" in told and "not pushed" not in told


def test_what_two_publishers_recorded_at_the_same_time_is_joined(shared, tmp_path):
    other = clone(shared, tmp_path / "other/site")
    hook = shared.bare / "hooks/update"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    told = shared.run("publish", "www", "--yes")
    assert "was not pushed" in told and "Published to www" in told
    hook.unlink()
    other.run("publish", "web", "--yes")
    more(shared, 2)
    shared.run("publish", "www", "--yes")
    assert sorted(one["Target"] for one in entries(shared, shared.bare)) == ["web", "www", "www"]
    assert state(shared, "www") == "latest"


def test_an_origin_that_cannot_be_reached_is_a_warning(shared):
    shared.git("remote", "set-url", "origin", "/no/such/place")
    assert "was not pushed" in shared.run("publish", "www", "--yes")
    assert len(entries(shared)) == 1
    told = shared.run("audit", "www", "--no-rebuild")
    assert "could not be asked" in told and "knows it as the latest release" in told


def test_a_chain_that_was_rewritten_at_origin_is_a_problem(shared):
    shared.run("publish", "www", "--yes")
    more(shared, 2)
    shared.run("publish", "www", "--yes")
    subprocess.run(["git", "-C", str(shared.bare), "update-ref", f"refs/heads/{BRANCH}", f"{BRANCH}~1"], check=True)
    told = shared.run("audit", "www", "--no-rebuild", code=1)
    assert "rewritten or deleted" in told and "knows it as the latest release" in told
    subprocess.run(["git", "-C", str(shared.bare), "update-ref", "-d", f"refs/heads/{BRANCH}"], check=True)
    assert "rewritten or deleted" in shared.run("audit", "www", "--no-rebuild", code=1)


def test_of_several_sites_in_a_repository_each_has_its_own_releases(tmp_path, monkeypatch, repository):
    (tmp_path / "two").mkdir()
    shutil.move(repository.folder, tmp_path / "two/law")
    shutil.move(tmp_path / "two/law/.git", tmp_path / "two/.git")
    law = Repository.__new__(Repository)
    law.folder = tmp_path / "two/law"
    law.git("add", "-A")
    law.git("commit", "-q", "-m", "Below a folder")
    law.run("publish", "www", "--yes")
    assert entries(law)[0]["Target"] == "law/www" and state(law, "www") == "latest"


def test_no_hook_runs(shared):
    for name in ("pre-push", "post-commit", "reference-transaction", "update"):
        hook = shared.folder / f".git/hooks/{name}"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {shared.folder.parent}/ran\nexit 1\n")
        hook.chmod(0o755)
    assert "was not" not in shared.run("publish", "www", "--yes")
    assert not (shared.folder.parent / "ran").exists() and len(entries(shared, shared.bare)) == 1


# Signatures


@pytest.fixture
def signed(repository, tmp_path):
    (tmp_path / "keys").mkdir()
    keys = Keys(tmp_path / "keys")
    line = keys.line("anna", options='namespaces="git,kaohe-release"')
    (repository.folder / "criteria/allowed_signers").write_text(line)
    repository.commit("Signers")
    repository.git("config", "gpg.format", "ssh")
    repository.git("config", "user.signingkey", str(keys.private("anna")))
    return repository


def test_the_commits_of_the_chain_are_signed(signed):
    signed.run("publish", "www", "--yes")
    signed.git("config", "gpg.ssh.allowedSignersFile", str(signed.folder / "criteria/allowed_signers"))
    signed.git("verify-commit", BRANCH)
    assert len(entries(signed)[0]["Signature"]) == 64


def test_a_target_that_was_signed_once_is_missed_when_unsigned(signed):
    signed.run("publish", "www", "--yes")
    more(signed, 2)
    signed.run("publish", "www", "--yes", "--no-sign")
    assert "were signed, and this one is not" in signed.run("audit", "www", "--no-rebuild", code=1)
    signed.git("branch", "-q", "-D", BRANCH)
    assert "were signed, and this one is not" in signed.run("audit", "www", "--no-rebuild", code=1)
    signed.run("publish", "www", "--yes")
    assert "were signed" not in signed.run("audit", "www", "--no-rebuild")


# Files


@pytest.mark.parametrize("name", ["www", "web"])
def test_files_that_everybody_may_write_or_that_can_be_run_are_told(repository, name):
    repository.run("publish", name, "--yes")
    shown = repository.target(name).shown
    (shown / "index.html").chmod(0o666)
    (shown / "404.html").chmod(0o755)
    found = json.loads(repository.run("audit", name, "--no-rebuild", "--format", "json", code=1))
    assert (found["writable"], found["executable"]) == (["index.html"], ["404.html"])
    told = repository.run("audit", name, "--no-rebuild", code=1)
    assert "Everybody may write:\n  index.html" in told and "Can be run, which no page needs:\n  404.html" in told


@pytest.mark.parametrize("kind", ["folder", "releases", "share"])
def test_files_of_the_server_that_are_allowed_are_no_strangers_and_stay(tmp_path, monkeypatch, kind):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    allowed = "allowed: [web.config, .well-known/security.txt]"
    settings = f"language: en\ntargets: {{t: {{kind: {kind}, path: ../t, keep: 1, {allowed}}}}}\n"
    repository = Repository(tmp_path / "site", settings)
    repository.run("publish", "--yes")

    def served():
        releases = tmp_path / "t/current"
        return releases.resolve() if releases.is_symlink() else tmp_path / "t"

    (served() / "web.config").write_text("the server's")
    (served() / ".well-known").mkdir()
    (served() / ".well-known/security.txt").write_text("mine")
    repository.run("audit", "--no-rebuild")
    (served() / "other.txt").write_text("a stranger's")
    assert "Added by somebody else:\n  other.txt\n" in repository.run("audit", "--no-rebuild", code=1)
    (served() / "other.txt").unlink()
    for number in (2, 3):
        more(repository, number)
        repository.run("publish", "--yes")
        assert (served() / "web.config").read_text() == "the server's"
        assert (served() / ".well-known/security.txt").read_text() == "mine"
        repository.run("audit", "--no-rebuild")
    aside = tmp_path / (".t.kaohe/releases" if kind == "folder" else "t/releases")
    assert len([*aside.iterdir()]) == (0 if kind == "folder" else 1)
