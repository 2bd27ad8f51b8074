"""The manifest says which bytes a build wrote, from which commit, and with which programs."""

import hashlib
import json
import subprocess
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as some

from site_builder import __version__
from site_builder.exports import manifest_json, read_manifest
from site_builder.model import MANIFEST, Edition, Manifest
from tests.publication.conftest import kaohe
from tests.publication.test_same_bytes import files
from tests.sites import incident, site, write
from tests.trail.repositories import QUIET

DIGEST = hashlib.sha256(b"").hexdigest()


@pytest.fixture
def committed(tmp_path):
    """A small site in a repository with one commit."""
    folder = write(site({"2021-0001": incident()}), tmp_path / "site")
    (folder / ".gitignore").write_text(".kaohe-cache/\noutput/\n")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "The site")
    return folder


def git(folder, *arguments):
    person = {"GIT_AUTHOR_DATE": "2021-04-01T09:00:00+0800", "GIT_COMMITTER_DATE": "2021-04-01T09:00:00+0800"}
    command = ["git", "-c", "user.name=Anna", "-c", "user.email=anna@example.org", *arguments]
    import os

    done = subprocess.run(command, cwd=folder, env={**os.environ, **QUIET, **person}, capture_output=True, check=True)
    return done.stdout.decode().strip()


def manifest(folder, *arguments):
    built = kaohe("build", *arguments, folder=folder)
    assert built.returncode == 0, built.stderr
    return json.loads((folder / "output" / MANIFEST).read_text())


def test_a_clean_commit_is_named_with_its_date_and_the_programs(committed):
    found = manifest(committed)
    assert found["commit"] == git(committed, "rev-parse", "HEAD")
    assert found["date"] == "2021-04-01T09:00:00+08:00"
    assert (found["stage"], found["audience"], found["level"]) == ("draft", "internal", "recorded")
    libraries = {name: version(name) for name in ("jinja2", "markdown", "nh3")}
    assert found["versions"] == {"kaohe": __version__, **libraries}
    written = {path: hashlib.sha256(data).hexdigest() for path, data in files(committed / "output").items()}
    assert found["files"] == {path: digest for path, digest in written.items() if path != MANIFEST}


def test_a_clean_folder_gives_the_bytes_of_its_commit(committed):
    manifest(committed)
    before = files(committed / "output")
    manifest(committed, "--at", "HEAD")
    assert files(committed / "output") == before


@pytest.mark.parametrize("change", ["changed", "untracked", "deleted", "staged", "theme"])
def test_a_folder_that_is_no_clean_commit_names_none(committed, change):
    record = committed / "incidents/2021/2021-0001.md"
    text = record.read_text()
    if change in ("changed", "staged"):
        record.write_text(text + "\nMore.\n")
    if change == "staged":
        git(committed, "add", "-A")
        record.write_text(text)
    if change == "untracked":
        (committed / "incidents/2021/2021-0002.md").write_text(text)
    if change == "deleted":
        record.unlink()
    if change == "theme":
        (committed / "themes/campus/static").mkdir(parents=True)
        (committed / "themes/campus/static/own.css").write_text("p { margin: 0 }")
    found = manifest(committed)
    assert (found["commit"], found["date"]) == (None, None)


@pytest.mark.parametrize("change", ["hidden", "readme", "line-ends", "elsewhere"])
def test_what_is_no_source_leaves_a_commit_clean(committed, change):
    record = committed / "incidents/2021/2021-0001.md"
    if change == "hidden":
        (committed / "incidents/2021/.2021-0001.md.swp").write_text("")
    if change == "readme":
        (committed / "incidents/README.txt").write_text("")
    if change == "line-ends":
        record.write_bytes(record.read_bytes().replace(b"\n", b"\r\n"))
    if change == "elsewhere":
        (committed / "notes.txt").write_text("")
    assert manifest(committed)["commit"] == git(committed, "rev-parse", "HEAD")


def test_without_a_repository_there_is_no_commit(tmp_path):
    write(site(), tmp_path)
    assert manifest(tmp_path)["commit"] is None


def test_assets_are_named_by_their_content():
    named = ("static/site.0123456789ab.css", "search/one.0123456789.js", "中文 样式/a.b.ffffffffffff.woff2")
    others = ("static/site.css", "a.0123456789/b.css", "data/2021/x.123456789.js", "0123456789ab.css", "a.0123456789")
    found = Manifest(dict.fromkeys((*named, *others), DIGEST))
    assert set(found.assets) == set(named)
    assert json.loads(manifest_json(found))["assets"] == sorted(named)


PATHS = some.lists(some.text("ab .-_中é0", min_size=1, max_size=6), min_size=1, max_size=4).map("/".join)


@given(
    some.dictionaries(PATHS, some.sampled_from([DIGEST, "0" * 64])),
    some.one_of(some.none(), some.text(max_size=9)),
    some.text(max_size=9),
)
def test_what_was_written_is_read_again_unless_a_path_leads_out(paths, commit, stage):
    edition = Edition(commit, commit, stage, marks=("unproved",))
    written = Manifest(paths, edition, {"kaohe": "1"}, ("off-main", "older"), DIGEST)
    sound = not any(part in ("", ".", "..") for path in paths for part in path.split("/"))
    assert read_manifest(manifest_json(written)) == (written if sound else None)


@pytest.mark.parametrize(
    "wrong",
    [
        b"",
        b"[1, 2",
        b"[]",
        b"null",
        b'{"files": []}',
        b'{"files": {}, "previous": "0"}',
        b'{"files": {}, "previous": 1}',
        b'{"files": {}, "overrides": "older"}',
        b'{"files": {}, "marks": [1]}',
        b'{"files": {"a": 1}}',
        b'{"files": {"a": "0"}}',
        b'{"files": {}, "versions": 3}',
        b'{"files": {}, "versions": {"kaohe": 3}}',
        b"[" * 100_000,
        *(
            json.dumps({"files": {path: DIGEST}}).encode()
            for path in ("../x", "/etc/passwd", "a//b", "a/../b", "a\\b", "a\nb", "", ".", "manifest.json", "a\0b")
        ),
    ],
)
def test_what_is_no_manifest_is_none(wrong):
    assert read_manifest(wrong) is None


def test_a_manifest_of_an_earlier_version_is_read():
    found = read_manifest(json.dumps({"files": {"index.html": DIGEST}}).encode())
    assert found == Manifest({"index.html": DIGEST})
