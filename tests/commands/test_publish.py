"""`kaohe publish`, `rollback`, `releases` and `audit` as people and machines use them."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys

import pytest
from click.testing import CliRunner

from site_builder.cli.main import cli
from tests.publication.conftest import ROOT, kaohe
from tests.publish.targets import Site, listing
from tests.sites import incident, site, write
from tests.trail.repositories import QUIET, Keys

TARGETS = """\
title: Results
language: en
url: https://kaohe.example/
targets:
  www: {kind: folder, path: ../www}
  web: {kind: releases, path: '../web server', address: 'https://web.example/', keep: 3}
  drive: {kind: share, path: ../drive}
  office: {kind: zip, path: ../kaohe.zip}
"""
PERSON = {
    "GIT_AUTHOR_NAME": "Anna",
    "GIT_AUTHOR_EMAIL": "anna@example.org",
    "GIT_COMMITTER_NAME": "Anna",
    "GIT_COMMITTER_EMAIL": "anna@example.org",
}


class Repository:
    """A site in a repository, with targets beside it."""

    def __init__(self, folder, settings=TARGETS):
        self.folder = write(site({"2021-0001": incident()}, files={"content/site.yaml": settings}), folder)
        (folder / ".gitignore").write_text(".kaohe-cache/\n")
        self.git("init", "-q", "-b", "main")
        self.commit("The site")

    def git(self, *arguments, **environment):
        environment = {**os.environ, **QUIET, **PERSON, **environment}
        done = subprocess.run(["git", *arguments], cwd=self.folder, env=environment, capture_output=True, check=True)
        return done.stdout.decode().strip()

    def commit(self, text):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", text)
        return self.git("rev-parse", "HEAD")

    def record(self, name, **changes):
        path = self.folder / f"incidents/2021/{name}.md"
        path.write_text(incident(**changes), encoding="utf-8")
        return path

    def run(self, *arguments, code=0):
        """What the command prints; it ends with this code, without a traceback."""
        done = CliRunner().invoke(cli, ["--site", str(self.folder), *map(str, arguments)])
        assert done.exit_code == code, (done.output, done.exception)
        assert done.exception is None or isinstance(done.exception, SystemExit)
        return done.output

    def target(self, name):
        kinds = {"web": "releases", "drive": "share"}
        return Site(kinds.get(name, "folder"), self.folder.parent / {"web": "web server"}.get(name, name))

    def manifest(self, name):
        return json.loads((self.target(name).shown / "manifest.json").read_text())


@pytest.fixture
def repository(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    return Repository(tmp_path / "site")


# Which target


def test_a_target_is_named_in_the_settings(tmp_path):
    empty = Repository(tmp_path / "site", "language: en\n")
    assert "write one below “targets:”" in empty.run("publish", "--yes", code=2)


def test_the_only_target_need_not_be_named(tmp_path, monkeypatch):
    only = Repository(tmp_path / "site", "language: en\ntargets: {www: {kind: folder, path: ../www}}\n")
    assert "Published to www" in only.run("publish", "--yes")
    assert "*" in only.run("releases")


def test_of_several_targets_one_is_named(repository):
    assert "www, web, drive, office" in repository.run("publish", "--yes", code=2)
    assert "There is no target “wwww”; there are: www" in repository.run("publish", "wwww", "--yes", code=2)


@pytest.mark.parametrize("path", [".", "..", "criteria/x", "content", ".git/x"])
def test_a_target_neither_holds_the_sources_nor_lies_in_them(tmp_path, path):
    wrong = Repository(tmp_path / "outer/site", f"language: en\ntargets: {{x: {{kind: folder, path: {path}}}}}\n")
    before = listing(wrong.folder)
    assert "holds the sources" in wrong.run("publish", "--yes", code=2)
    shutil.rmtree(wrong.folder / ".kaohe-cache")
    assert listing(wrong.folder) == before


def test_settings_with_an_error_are_told(repository):
    (repository.folder / "content/site.yaml").write_text("language: en\ntargets: {x: {kind: ftp, path: y}}\n")
    for command in ("publish", "releases", "audit", "rollback"):
        assert "unknown-target-kind" in repository.run(command, code=1)


# What is published


@pytest.mark.parametrize("name", ["www", "web", "drive"])
def test_the_last_commit_is_published_and_named(repository, name):
    printed = repository.run("publish", name, "--yes")
    head = repository.git("rev-parse", "HEAD")
    assert "Nothing is published at" in printed and "Pages: " in printed
    address = "https://web.example/" if name == "web" else "https://kaohe.example/"
    assert printed.endswith(f"Published to {name}: {address}\n")
    assert repository.manifest(name)["commit"] == head
    assert "shows this already" in repository.run("publish", name, "--yes")
    assert "byte for byte" in repository.run("audit", name)


def test_without_a_terminal_and_without_yes_nothing_happens(repository):
    assert "--yes" in repository.run("publish", "www", code=2)
    assert not (repository.folder.parent / "www").exists()
    repository.run("publish", "www", "--yes")
    assert "no release before" in repository.run("rollback", "--target", "www", code=2), "nobody is asked for nothing"
    repository.record("2021-0002")
    repository.commit("More")
    repository.run("publish", "www", "--yes")
    assert "--yes" in repository.run("rollback", "--target", "www", code=2)


def test_what_is_not_committed_is_refused_and_named(repository):
    repository.record("2021-0002")
    printed = repository.run("publish", "www", "--yes", code=1)
    assert "incidents/2021/2021-0002.md" in printed and "--preview" in printed
    repository.git("add", "-A")
    repository.run("publish", "www", "--yes", code=1)
    assert not (repository.folder.parent / "www").exists()


def test_a_preview_is_the_folder_and_says_so(repository):
    repository.record("2021-0002")
    assert "preview of the folder's own files" in repository.run("publish", "www", "--yes", "--preview")
    assert repository.manifest("www")["commit"] is None
    assert (repository.target("www").shown / "2021/incidents/2021-0002.html").is_file()
    assert "there is no commit to build again" in repository.run("audit", "www")
    assert "preview" in repository.run("publish", "www", "--yes", "--preview", "--at", "HEAD", code=2)


def test_another_commit_is_published_whatever_the_folder_holds(repository):
    first = repository.git("rev-parse", "HEAD")
    repository.record("2021-0002")
    repository.commit("More")
    repository.record("2021-0003")
    repository.run("publish", "www", "--yes", "--at", first)
    assert repository.manifest("www")["commit"] == first
    assert not (repository.target("www").shown / "2021/incidents/2021-0002.html").exists()
    assert "There is no revision" in repository.run(
        "--lang", "en", "publish", "www", "--yes", "--at", "nowhere", code=2
    )


def test_without_a_repository_only_a_preview_can_be_published(tmp_path):
    folder = write(site(files={"content/site.yaml": TARGETS}), tmp_path / "site")
    printed = CliRunner().invoke(cli, ["--site", str(folder), "publish", "www", "--yes"])
    assert printed.exit_code == 2 and "--preview" in printed.output
    printed = CliRunner().invoke(cli, ["--site", str(folder), "publish", "www", "--yes", "--preview"])
    assert printed.exit_code == 0, printed.output


def test_a_commit_with_errors_is_not_published(repository):
    repository.run("publish", "www", "--yes")
    before = listing(repository.folder.parent / "www")
    repository.record("2021-0002", department="nobody")
    repository.commit("Wrong")
    assert "unknown-department" in repository.run("publish", "www", "--yes", code=1)
    assert listing(repository.folder.parent / "www") == before
    assert repository.target("www").leftovers() == []


# What is shown before


def test_a_dry_run_shows_pages_and_scores_and_changes_nothing(repository):
    repository.run("publish", "www", "--yes")
    before = listing(repository.folder.parent / "www")
    repository.record("2021-0002", department="office", count="{person: 1, day: 1}")
    (repository.folder / "incidents/2021/2021-0001.md").unlink()
    repository.commit("Another")
    printed = repository.run("publish", "www", "--dry-run")
    assert "  + 2021/incidents/2021-0002.html" in printed
    assert "  - 2021/incidents/2021-0001.html" in printed
    assert "  ~ 2021/departments/library.html" in printed
    assert "  2021 The library: Conduct 0 → 2" in printed
    assert "  2021 The office: Conduct 2 → 1.5" in printed
    assert listing(repository.folder.parent / "www") == before
    printed = repository.run("publish", "www", "--yes")
    assert "would become commit" in printed and "The office: Conduct 2 → 1.5" in printed


def test_nothing_is_touched_by_a_dry_run_of_a_first_publication(repository):
    for name in ("www", "web", "drive", "office"):
        assert "Nothing is published" in repository.run("publish", name, "--dry-run")
    assert [path.name for path in repository.folder.parent.iterdir()] == ["site"]


def test_scores_that_do_not_differ_are_said(repository):
    repository.run("publish", "web", "--yes")
    (repository.folder / "content/pages").mkdir()
    (repository.folder / "content/pages/about.md").write_text("---\ntitle: About\n---\nText\n")
    repository.commit("A page")
    assert "No score differs" in repository.run("publish", "web", "--yes")


# Going back


def test_going_back_and_forth(repository):
    for number in range(1, 4):
        repository.record(f"2021-000{number}", count="{person: 1, day: 1}")
        repository.commit(f"Record {number}")
        repository.run("publish", "web", "--yes")
    printed = repository.run("releases", "web")
    assert re.findall(r"^([* ]) 00000(\d)", printed, re.MULTILINE) == [("*", "3"), (" ", "2"), (" ", "1")]
    printed = repository.run("rollback", "--target", "web", "--yes")
    assert "The library: Conduct 0.5 → 1" in printed and "web shows 000002" in printed
    rows = json.loads(repository.run("releases", "web", "--format", "json"))["releases"]
    assert [row["current"] for row in rows] == [False, True, False]
    assert set(rows[0]) == {"id", "commit", "date", "stage", "audience", "overrides", "current"}
    before = listing(repository.folder.parent / "web server")
    assert "000003" not in repository.run("rollback", "1", "--target", "web", "--dry-run")
    assert listing(repository.folder.parent / "web server") == before
    repository.run("rollback", rows[0]["id"], "--target", "web", "--yes")
    assert repository.manifest("web")["commit"] == repository.git("rev-parse", "HEAD")
    assert "is the published one" in repository.run("rollback", "3", "--target", "web", "--yes", code=2)
    assert "There is no release 9; there are: 000003" in repository.run(
        "rollback", "9", "--target", "web", "--yes", code=2
    )


def test_where_there_is_nothing_to_go_back_to(repository):
    assert "Nothing is published" in repository.run("rollback", "--target", "www", "--yes", code=2)
    assert "Nothing is published" in repository.run("releases", "www")
    repository.run("publish", "www", "--yes")
    assert "no release before" in repository.run("rollback", "--target", "www", "--yes", code=2)
    for command in (("rollback", "--target", "office", "--yes"), ("releases", "office")):
        assert "A ZIP holds one release" in repository.run(*command, code=2)


# What is proved


def test_an_audit_tells_what_was_done_to_the_files(repository):
    assert "Nothing is published" in repository.run("audit", "www", code=3)
    repository.run("publish", "www", "--yes")
    www = repository.folder.parent / "www"
    (www / "2021/index.html").unlink()
    (www / "index.html").write_text("tampered")
    (www / "own").mkdir()
    (www / "own/信.txt").write_text("foreign")
    (www / os.fsdecode(b"own/\xff\n\x1b[31m")).write_text("foreign")
    printed = repository.run("audit", "www", "--no-rebuild", code=1)
    assert "Missing:\n  2021/index.html" in printed and "Changed:\n  index.html" in printed
    assert "Added by somebody else:\n  own/信.txt\n  own/���[31m" in printed
    found = json.loads(repository.run("audit", "www", "--format", "json", code=1))
    assert found["missing"] == ["2021/index.html"] and found["changed"] == ["index.html"]
    assert found["added"] == ["own/信.txt", "own/�\n\x1b[31m"] and found["rebuild"]["state"] == "same"
    assert set(found) == {
        *("target", "release", "commit", "date", "signature", "missing", "added", "changed", "unreadable"),
        *("carried", "rebuild", "writable", "executable", "overrides", "chain", "later", "rewritten"),
        *("signature-lost", "off-main"),
    }
    repository.run("publish", "www", "--yes")
    assert (www / "own/信.txt").read_text() == "foreign"


@pytest.mark.parametrize("name", ["www", "web", "office"])
def test_a_manifest_that_was_made_to_fit_is_found_out_by_building_again(repository, name):
    repository.run("publish", name, "--yes")
    forge(repository, name)
    told = repository.run("audit", name, "--no-rebuild", code=1)
    assert "Every file is as the manifest lists it" in told and "not published by anybody who keeps the chain" in told
    printed = repository.run("audit", name, code=1)
    assert "Its commit builds other files:\n  index.html" in printed


def forge(repository, name):
    """Change a page on the target, and the manifest so that it fits."""
    import hashlib
    import zipfile

    tampered = hashlib.sha256(b"tampered").hexdigest()
    if name != "office":
        folder = repository.target(name).shown
        (folder / "index.html").write_text("tampered")
        change_manifest(
            folder, lambda value: value["files"].update({"index.html": hashlib.sha256(b"tampered").hexdigest()})
        )
        return
    file = repository.folder.parent / "kaohe.zip"
    with zipfile.ZipFile(file) as archive:
        data = {one: archive.read(one) for one in archive.namelist()}
    value = json.loads(data["manifest.json"])
    value["files"]["index.html"] = tampered
    data |= {"index.html": b"tampered", "manifest.json": json.dumps(value).encode()}
    with zipfile.ZipFile(file, "w") as archive:
        for path, content in data.items():
            archive.writestr(path, content)


def change_manifest(folder, change):
    value = json.loads((folder / "manifest.json").read_text())
    change(value)
    (folder / "manifest.json").write_text(json.dumps(value))


@pytest.mark.parametrize("commit", ["f" * 40, "HEAD", "--upload-pack=x", "-1"])
def test_a_commit_that_is_not_in_our_history_is_not_built(repository, commit):
    repository.run("publish", "www", "--yes")
    change_manifest(repository.target("www").shown, lambda value: value.update(commit=commit))
    assert "not in the history" in repository.run("audit", "www", code=1)
    repository.git("switch", "-q", "-c", "other")
    repository.record("2021-0009")
    other = repository.commit("On a branch")
    repository.git("switch", "-q", "main")
    change_manifest(repository.target("www").shown, lambda value: value.update(commit=other))
    assert "not in the history" in repository.run("audit", "www", code=1)


def test_a_commit_that_this_version_finds_wrong_is_told(repository):
    repository.run("publish", "www", "--yes")
    repository.record("2021-0002", department="nobody")
    wrong = repository.commit("Wrong")
    change_manifest(repository.target("www").shown, lambda value: value.update(commit=wrong))
    assert "Its commit has errors" in repository.run("audit", "www", code=1)


def test_a_manifest_that_cannot_be_read_is_told(repository):
    repository.run("publish", "web", "--yes")
    (repository.target("web").shown / "manifest.json").write_text("[1, 2")
    assert "cannot be read" in repository.run("audit", "web", code=3)
    assert "cannot be read; it would become whole" in repository.run("publish", "web", "--yes")
    assert "as the manifest lists it" in repository.run("audit", "web")


# Signatures


@pytest.fixture
def signed(repository, tmp_path):
    """Anna's git signs with her key, which the site allows; Mallory has one too."""
    (tmp_path / "keys").mkdir()
    keys = Keys(tmp_path / "keys")
    line = keys.line("anna", options='namespaces="git,kaohe-release"')
    (repository.folder / "criteria/allowed_signers").write_text(line)
    repository.commit("Signers")
    repository.git("config", "gpg.format", "ssh")
    repository.git("config", "user.signingkey", str(keys.private("anna")))
    repository.keys = keys
    return repository


def test_the_manifest_is_signed_with_the_key_of_git(signed):
    signed.run("publish", "www", "--yes")
    assert "Signed by anna@example.org" in signed.run("audit", "www")
    found = json.loads(signed.run("audit", "www", "--format", "json"))
    assert found["signature"] == {"state": "valid", "by": "anna@example.org"}
    shown = signed.target("www").shown
    command = ["ssh-keygen", "-Y", "verify", "-f", str(signed.folder / "criteria/allowed_signers")]
    command += ["-I", "anna@example.org", "-n", "kaohe-release", "-s", "manifest.json.sig"]
    with (shown / "manifest.json").open("rb") as manifest:
        assert subprocess.run(command, cwd=shown, stdin=manifest, capture_output=True).returncode == 0


def test_a_key_can_be_named_and_signing_left_away(signed):
    signed.run("publish", "www", "--yes", "--no-sign")
    assert "not signed" in signed.run("audit", "www")
    signed.run("publish", "www", "--yes")
    assert "Signed by anna" in signed.run("audit", "www"), "the same files, now signed"
    mallory = signed.keys.private("mallory")
    signed.run("publish", "web", "--yes", "--sign", mallory)
    assert "lets nobody sign releases" in signed.run("audit", "web", code=1)
    literal = (signed.keys.folder / "anna.pub").read_text().strip()
    assert "could not sign" in signed.run("publish", "drive", "--yes", "--sign", f"key::{literal}", code=3)
    assert "--no-sign" in signed.run("publish", "drive", "--yes", "--sign", "/no/such/key", code=3)
    assert not (signed.folder.parent / "drive").exists() or signed.target("drive").shown is None


def test_a_manifest_that_was_tampered_with_no_longer_fits_its_signature(signed):
    signed.run("publish", "www", "--yes")
    forge(signed, "www")
    printed = signed.run("audit", "www", "--no-rebuild", code=1)
    assert "The signature does not fit the manifest" in printed
    assert json.loads(signed.run("audit", "www", "--format", "json", code=1))["signature"]["state"] == "invalid"


@pytest.mark.parametrize("namespace", ["git", "file"])
def test_a_signature_made_for_something_else_is_none(signed, namespace):
    signed.run("publish", "www", "--yes")
    shown = signed.target("www").shown
    (shown / "manifest.json.sig").write_bytes(
        signed.keys.sign((shown / "manifest.json").read_bytes(), "anna", namespace)
    )
    assert "does not fit" in signed.run("audit", "www", "--no-rebuild", code=1)


def test_a_signer_of_commits_alone_signs_no_release(signed):
    (signed.folder / "criteria/allowed_signers").write_text(signed.keys.line("anna"))
    signed.commit("Commits alone")
    signed.run("publish", "www", "--yes")
    assert "lets nobody sign releases" in signed.run("audit", "www", "--no-rebuild", code=1)


def test_a_key_that_was_valid_when_it_was_committed_stays_valid(signed):
    options = 'namespaces="kaohe-release",valid-before="20310101"'
    (signed.folder / "criteria/allowed_signers").write_text(signed.keys.line("anna", options=options))
    signed.git("add", "-A")
    signed.git("commit", "-q", "-m", "Long ago", GIT_COMMITTER_DATE="2030-12-31T00:00:00Z")
    signed.run("publish", "www", "--yes")
    assert "Signed by anna" in signed.run("audit", "www", "--no-rebuild")
    signed.git("commit", "-q", "--allow-empty", "-m", "Later", GIT_COMMITTER_DATE="2031-01-02T00:00:00Z")
    signed.run("publish", "www", "--yes")
    assert "lets nobody sign releases" in signed.run("audit", "www", "--no-rebuild", code=1)


def test_without_signers_nobody_can_say_whose_signature_it_is(signed):
    signed.run("publish", "www", "--yes")
    (signed.folder / "criteria/allowed_signers").unlink()
    assert "no criteria/allowed_signers" in signed.run("audit", "www", "--no-rebuild")


def test_going_back_keeps_the_signature(signed):
    signed.run("publish", "www", "--yes")
    signed.record("2021-0005")
    signed.commit("More")
    signed.run("publish", "www", "--yes")
    signed.run("rollback", "--target", "www", "--yes")
    assert "Signed by anna" in signed.run("audit", "www")


# On a terminal


def typed(repository, answers, *arguments):
    """What a person sees who types these answers, and the exit code."""
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "site_builder", "--site", str(repository.folder), *arguments]
    environment = {**os.environ, **QUIET, "PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "100"}
    process = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=environment, start_new_session=True
    )
    os.close(follower)
    os.write(leader, answers.encode())
    seen = b""
    while True:
        try:
            part = os.read(leader, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(leader)
    return seen.decode("utf-8", "replace"), process.wait(60)


def test_a_person_is_asked_and_shown_progress(repository):
    seen, code = typed(repository, "web\nn\n", "publish")
    assert code == 1 and "Publish this to web?" in seen and "Target" in seen
    assert repository.target("web").shown is None
    seen, code = typed(repository, "y\n", "publish", "web")
    assert code == 0 and "Published to web: https://web.example/" in seen and "━" in seen
    assert repository.target("web").shown is not None


def test_a_machine_sees_no_progress(repository):
    done = kaohe("publish", "www", "--yes", folder=repository.folder)
    assert (done.returncode, done.stderr) == (0, "") and "━" not in done.stdout


def test_messages_are_chinese_where_the_site_is(tmp_path):
    chinese = Repository(tmp_path / "site", "targets: {www: {kind: folder, path: ../www}}\n")
    assert "已发布到www：../www/index.html" in chinese.run("publish", "--yes")
    (tmp_path / "www/index.html").unlink()
    assert "缺少的文件：" in chinese.run("audit", "--no-rebuild", code=1)


# Forges


def test_the_script_of_the_forges_publishes_the_checked_out_commit(tmp_path):
    folder = tmp_path / "clone"
    copied = ("content", "criteria", "incidents", ".ci")
    folder.mkdir()
    for name in copied:
        subprocess.run(["cp", "-r", str(ROOT / name), str(folder / name)], check=True)
    settings = folder / "content/publication.yaml"
    settings.write_text(settings.read_text() + "targets: {www: {kind: folder, path: ../www}}\n")
    (tmp_path / "keys").mkdir()
    keys = Keys(tmp_path / "keys")
    (folder / "criteria/allowed_signers").write_text(keys.line("forge", options='namespaces="kaohe-release"'))
    for command in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-q", "-m", "The site")):
        subprocess.run(["git", *command], cwd=folder, env={**os.environ, **QUIET, **PERSON}, check=True)
    environment = {
        **os.environ,
        **QUIET,
        "HOME": str(tmp_path / "home"),
        "KAOHE_ENVIRONMENT": sys.prefix,
        "KAOHE_SSH_KEY": keys.private("robot").read_text().strip(),
        "KAOHE_KNOWN_HOSTS": "web ssh-ed25519 AAAA",
        "KAOHE_SIGNING_KEY": keys.private("forge").read_text().strip(),
    }
    (tmp_path / "home").mkdir()
    for _ in range(2):
        done = subprocess.run([folder / ".ci/publish", "www"], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert (tmp_path / "home/.ssh/known_hosts").read_text() == "web ssh-ed25519 AAAA\n"
    audit = kaohe("--lang", "en", "audit", "--no-rebuild", folder=folder)
    assert audit.returncode == 0 and "Signed by forge@example.org" in audit.stdout


# For whom, and at which stage

PUBLIC = """\
title: Results
language: en
internal: {departments: [library]}
targets:
  inside: {kind: folder, path: ../inside}
  outside: {kind: folder, path: ../outside, audience: public}
"""


@pytest.fixture
def both(tmp_path):
    return Repository(tmp_path / "site", PUBLIC)


def test_a_public_target_gets_nothing_internal_and_its_audit_builds_the_same_again(both):
    both.run("publish", "inside", "--yes")
    both.run("publish", "outside", "--yes")
    inside, outside = (both.folder.parent / name for name in ("inside", "outside"))
    assert any(b"The library" in path.read_bytes() for path in inside.rglob("*.html"))
    assert not any(b"library" in path.read_bytes().lower() for path in outside.rglob("*") if path.is_file())
    assert both.manifest("outside")["audience"] == "public"
    for name in ("inside", "outside"):
        assert "byte for byte" in both.run("audit", name)


def test_what_looks_like_a_person_stops_a_public_target_until_it_is_allowed_by_name(both):
    record = both.record("2021-0002", department="office")
    record.write_text(record.read_text(encoding="utf-8") + "Tel. 13812345678\n", encoding="utf-8")
    both.commit("A number")
    refused = both.run("publish", "outside", "--yes", code=1)
    assert "personal-phone" in refused and "outside is public" in refused
    assert not (both.folder.parent / "outside").exists()
    both.run("publish", "inside", "--yes")
    allowed = both.folder / "criteria/personal-data.yaml"
    allowed.write_text(
        "allowed:\n  - {kind: phone, words: '13812345678', where: incidents/2021/2021-0002.md, reason: The office's}\n",
        encoding="utf-8",
    )
    both.commit("Allowed")
    assert "Published to outside" in both.run("publish", "outside", "--yes")


def test_a_stage_that_is_asked_for_is_on_every_page_and_audit_knows_it(both):
    both.run("publish", "inside", "--stage", "final", "--unfinished", "--yes")
    pages = [path.read_text(encoding="utf-8") for path in (both.folder.parent / "inside").rglob("*.html")]
    assert pages and all('class="stage stage-final"' in page for page in pages)
    assert both.manifest("inside")["stage"] == "final"
    assert "byte for byte" in both.run("audit", "inside")
    assert "first and last day" in both.run("publish", "inside", "--stage", "notice", "--yes", code=2)


def test_every_page_names_its_commit_and_only_what_else_changed_is_told(both):
    both.run("publish", "inside", "--yes")
    head = both.git("rev-parse", "HEAD")
    pages = [path.read_text(encoding="utf-8") for path in (both.folder.parent / "inside").rglob("*.html")]
    assert pages and all(head[:12] in page for page in pages)
    both.record("2021-0001", date="2021-04-01")
    both.commit("Another day")
    told = both.run("publish", "inside", "--dry-run")
    changed, stamped = (int(re.search(text, told)[1]) for text in (r"(\d+) changed", r"at their foot: (\d+)"))
    assert 0 < changed < 12 and stamped > 5 and "~ 2021/incidents/2021-0001.html" in told
    assert "~ glossary.html" not in told
