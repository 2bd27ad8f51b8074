"""Writing the one kind of commit that Kaohe makes: an approval, which changes no file."""

import os
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass

from site_builder.model import message
from site_builder.trail.git import GitError, Repository
from site_builder.trail.trailers import APPROVES, REPLACES

_SAFE = ("core.hooksPath=" + os.devnull, "gpg.format=ssh", "gpg.ssh.program=ssh-keygen")


def branch(repository: Repository) -> str | None:
    """The branch that is checked out; None where there is none."""
    done = repository.attempt("symbolic-ref", "--quiet", "HEAD")
    name = done.stdout.decode("utf-8", "replace").strip()
    return name.removeprefix("refs/heads/") if done.returncode == 0 and name.startswith("refs/heads/") else None


def author(repository: Repository) -> str:
    """The address that git gives to this person's commits here."""
    said = _own(repository, "var", "GIT_AUTHOR_IDENT")
    return said.rpartition("<")[2].partition(">")[0].strip()


def called(repository: Repository) -> str:
    """The name that git gives to this person's commits here."""
    return _own(repository, "var", "GIT_AUTHOR_IDENT").partition("<")[0].strip()


def setting(repository: Repository, name: str) -> str | None:
    """A setting of this person's git; None where it is not set."""
    try:
        return _own(repository, "config", "--get", name) or None
    except GitError:
        return None


@dataclass(frozen=True, slots=True)
class Approved:
    """What an approval names: a subject, the file's path in the repository, and its blob; None for its absence.

    Where it `binds`, the approval holds only in place of `replaces`, None for no file.
    """

    subject: str
    path: str
    blob: str | None
    binds: bool = False
    replaces: str | None = None


def approve(repository: Repository, head: str, contents: Iterable[Approved], sign: bool) -> str:
    """An approval of these contents on top of `head`, as a commit that no branch has yet.

    Gives the commit; `advance` lets `HEAD` go there. The person's own git settings say who approves and with
    which key; no hook runs.
    """
    contents, none = tuple(contents), "0" * len(head)
    lines = [f"{APPROVES}: {one.blob or none} {one.path}\n" for one in contents]
    lines += [f"{REPLACES}: {one.replaces or none} {one.path}\n" for one in contents if one.binds]
    text = f"Approve {len(contents)} file(s)\n\n{''.join(lines)}"
    options = ("-S",) if sign else ()
    return _own(repository, "commit-tree", *options, "-p", head, "-F", "-", f"{head}^{{tree}}", given=text)


def draft(repository: Repository, text: str, parents: Iterable[str], sign: bool, key: str | None = None) -> str:
    """A message with no files, as a commit that no branch has yet; gives the commit. Raises `GitError`.

    It is signed with the SSH `key` where one is named, else with that of the person's git.
    """
    tree = _own(repository, "mktree", given="")
    naming = ("-c", f"user.signingkey={key}") if key is not None else ()
    options = ("-S",) if sign else ()
    before = (word for one in parents for word in ("-p", one))
    return _own(repository, *naming, "commit-tree", *options, *before, "-F", "-", tree, given=text)


def advance(repository: Repository, reference: str, commit: str, expected: str | None) -> None:
    """Let a reference go on to a commit; `expected` is where it is now, None where there is none."""
    _own(repository, "update-ref", "-m", "kaohe", reference, commit, expected or "0" * len(commit))


def _own(repository: Repository, *arguments: str, given: str = "") -> str:
    """What git prints, run with the person's own settings."""
    settings = [word for setting in _SAFE for word in ("-c", setting)]
    try:
        done = subprocess.run(
            ["git", *settings, *arguments],
            cwd=repository.folder,
            input=given.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise GitError(message("git could not be run: {reason}", reason=str(error))) from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise GitError(message("git says: {words}", words=said[-1] if said else str(done.returncode)))
    return done.stdout.decode("utf-8", "replace").strip()
