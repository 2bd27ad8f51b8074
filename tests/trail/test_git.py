"""Objects are read while git still writes them: all that are there, and nothing of what is damaged."""

import os
import subprocess
import warnings

import pytest

from site_builder.model import message
from site_builder.trail.git import GitError, open_repository
from tests.trail.repositories import QUIET, Repository

CONTENTS = [b"", b"one\n", b"no line's end", b"\0\n\0", bytes(range(256)) * 20_000]
"""The last is longer than what waits between two programs."""


@pytest.fixture
def repo(keys, tmp_path):
    """A repository without a commit."""
    folder = tmp_path / "site"
    folder.mkdir()
    found = Repository(folder, keys, "reviewed")
    found.git("init", "-q", "--template=")
    return found


def stored(repo):
    """The ids of the contents, each put into the repository."""
    return [repo.git("hash-object", "-w", "--stdin", stdin=data) for data in CONTENTS]


def read(repo, identifiers):
    return list(open_repository(repo.folder).objects(identifiers))


def test_every_object_comes_in_its_place_and_once(repo):
    ids = stored(repo)
    expected = [(one, "blob", data) for one, data in zip(ids, CONTENTS, strict=True)]
    assert read(repo, [*ids, *ids]) == expected
    assert read(repo, ids[::-1]) == expected[::-1]
    assert read(repo, []) == []


@pytest.mark.parametrize("at", range(len(CONTENTS)))
def test_what_is_missing_is_left_out(repo, at):
    ids = stored(repo)
    repo.loose(ids[at]).unlink()
    assert [one for one, _, _ in read(repo, ids)] == ids[:at] + ids[at + 1 :]


@pytest.mark.parametrize("at", range(1, len(CONTENTS)))
@pytest.mark.parametrize("left", [-4, -1])
def test_git_says_itself_what_it_cannot_read(repo, at, left):
    """What was read before may have been given by then; of the damaged object nothing is."""
    ids = stored(repo)
    file = repo.loose(ids[at])
    data = file.read_bytes()
    file.chmod(0o600)
    file.write_bytes(data[:left])
    given, words = [], said(repo, ids)
    with pytest.raises(GitError) as raised:
        given.extend(one for one, _, _ in open_repository(repo.folder).objects(ids))
    assert raised.value.reason == message("git says: {words}", words=words)
    assert ids[at] not in given


def said(repo, identifiers):
    """The first line of git's complaint about the first of these objects that it cannot read."""
    given = "".join(f"{one}\n" for one in identifiers).encode()
    done = subprocess.run(
        ["git", "cat-file", "--batch"], cwd=repo.path, env={**os.environ, **QUIET}, input=given, capture_output=True
    )
    assert done.returncode
    return done.stderr.decode().splitlines()[0]


@pytest.mark.parametrize("at", range(1, len(CONTENTS)))
def test_another_object_under_the_name_is_found_out(repo, at):
    ids = stored(repo)
    repo.forge(ids[at], ids[0])
    with pytest.raises(GitError) as raised:
        read(repo, ids)
    assert raised.value.reason == message("The object {id} of the repository is damaged", id=ids[at])


def test_who_reads_no_further_leaves_no_git_behind(repo):
    objects = open_repository(repo.folder).objects(stored(repo)[::-1])
    next(objects)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        objects.close()
