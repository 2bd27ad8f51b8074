"""Writing the one kind of commit that Kaohe makes: an approval, which changes no file."""

import os
import subprocess
from collections.abc import Iterable

from site_builder.model import message
from site_builder.trail.git import GitError, Repository
from site_builder.trail.trailers import APPROVES

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


def setting(repository: Repository, name: str) -> str | None:
    """A setting of this person's git; None where it is not set."""
    try:
        return _own(repository, "config", "--get", name) or None
    except GitError:
        return None


def approve(repository: Repository, head: str, contents: Iterable[tuple[str, str]], sign: bool) -> str:
    """Commit an approval of these contents (blob, path) on top of `head`, on the branch that is checked out.

    Gives the commit. The person's own git settings say who approves and with which key; no hook runs.
    """
    lines = "".join(f"{APPROVES}: {blob} {path}\n" for blob, path in contents)
    text = f"Approve {lines.count(chr(10))} file(s)\n\n{lines}"
    options = ("-S",) if sign else ()
    commit = _own(repository, "commit-tree", *options, "-p", head, "-F", "-", f"{head}^{{tree}}", given=text)
    _own(repository, "update-ref", "-m", "approve", "HEAD", commit, head)
    return commit


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
