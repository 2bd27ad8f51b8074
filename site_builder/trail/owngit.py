"""Git as a person runs it: with their own settings and keys, to write and to reach other computers; no hook runs."""

import os
import subprocess
from collections.abc import Iterable

from site_builder.model import message
from site_builder.trail.git import GitError, Repository

PATIENCE = 120
"""Seconds after which another computer, or an unattended key, is given up."""

_SAFE = ("core.hooksPath=" + os.devnull, "gpg.format=ssh", "gpg.ssh.program=ssh-keygen", "gc.auto=0")


def own_git(
    repository: Repository,
    *arguments: str,
    given: str = "",
    settings: Iterable[str] = (),
    patience: int | None = None,
) -> str:
    """What git prints; raises `GitError` with its own words where it fails.

    `patience` are the seconds after which it is given up, and asks nobody who is not at a terminal; None where it may
    wait for the person.
    """
    options = [word for setting in (*_SAFE, *settings) for word in ("-c", setting)]
    asking = {} if os.isatty(0) else {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never"}
    try:
        done = subprocess.run(
            ["git", *options, *arguments],
            cwd=repository.folder,
            input=given.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C", **(asking if patience is not None else {})},
            timeout=patience,
        )
    except subprocess.TimeoutExpired:
        raise GitError(message("git gave up after {seconds} seconds", seconds=patience)) from None
    except OSError as error:
        raise GitError(message("git could not be run: {reason}", reason=str(error))) from None
    if done.returncode:
        lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines()]
        said = [line for line in lines if line and not line.startswith("hint:")]
        raise GitError(message("git says: {words}", words=said[-1] if said else str(done.returncode)))
    return done.stdout.decode("utf-8", "replace").strip()


def setting(repository: Repository, name: str) -> str | None:
    """A setting of this person's git; None where it is not set."""
    try:
        return own_git(repository, "config", "--get", name) or None
    except GitError:
        return None
