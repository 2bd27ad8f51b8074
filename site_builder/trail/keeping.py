"""Branches that only grow and are shared by `origin`: what it holds of them, and handing on what was added here."""

import os
import subprocess
from collections.abc import Iterable
from enum import StrEnum

from site_builder.model import Message, message
from site_builder.trail.comparing import is_ancestor
from site_builder.trail.git import GitError, Repository

_ORIGIN = "origin"
_SAFE = ("core.hooksPath=" + os.devnull, "gpg.format=ssh", "gpg.ssh.program=ssh-keygen", "gc.auto=0")
_FETCHING = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=")
_PATIENCE = 120
"""Seconds after which another computer is given up."""


class Origin(StrEnum):
    """What the remote `origin` holds of such a branch; `rewritten` where what it told before is gone from it."""

    NONE = "none"
    ABSENT = "absent"
    KNOWN = "known"
    REWRITTEN = "rewritten"
    UNREACHABLE = "unreachable"


def kept_in(branch: str) -> str:
    """The reference of a branch here."""
    return f"refs/heads/{branch}"


def _remote(branch: str) -> str:
    return f"refs/remotes/{_ORIGIN}/{branch}"


def seen_in(branch: str) -> str:
    """The reference to what `origin` had when it was last asked: a fetch would follow a branch that was rewritten."""
    return f"refs/kaohe/{branch.removeprefix('kaohe-')}"


def refresh(repository: Repository, branch: str) -> tuple[Origin, Message | None]:
    """Fetch what `origin` holds of a branch, where there is such a remote; and why that failed."""
    if not _setting(repository, f"remote.{_ORIGIN}.url"):
        return Origin.NONE, None
    known = repository.resolve(seen_in(branch)) or repository.resolve(_remote(branch))
    try:
        told = own_git(repository, "ls-remote", _ORIGIN, kept_in(branch)).split()
        if not told:
            return (Origin.ABSENT if known is None else Origin.REWRITTEN), None
        own_git(repository, "fetch", *_FETCHING, _ORIGIN, kept_in(branch))
    except GitError as error:
        return Origin.UNREACHABLE, error.reason
    tip = repository.resolve(told[0])
    if tip is None or (known is not None and not is_ancestor(repository, known, tip)):
        return Origin.REWRITTEN, None
    own_git(repository, "update-ref", seen_in(branch), tip)
    return Origin.KNOWN, None


def hand_on(repository: Repository, branch: str) -> None:
    """Push a branch to `origin`, without force; raises `GitError` where that is refused or fails."""
    tip, seen = repository.resolve(kept_in(branch)), repository.resolve(seen_in(branch))
    if tip is None or not _setting(repository, f"remote.{_ORIGIN}.url"):
        return
    if seen is not None and is_ancestor(repository, tip, seen):
        return
    own_git(repository, "push", "--quiet", "--no-recurse-submodules", _ORIGIN, f"{tip}:{kept_in(branch)}")
    own_git(repository, "update-ref", seen_in(branch), tip)


def ends(repository: Repository, branch: str) -> tuple[str, ...]:
    """The ends of a branch: one, or several where others added to it at `origin` meanwhile."""
    found = [
        tip
        for name in (kept_in(branch), seen_in(branch), _remote(branch))
        if (tip := repository.resolve(name)) is not None
    ]
    wanted = (tip for tip in found if not any(other != tip and is_ancestor(repository, tip, other) for other in found))
    return tuple(dict.fromkeys(wanted))


def _setting(repository: Repository, name: str) -> str:
    try:
        return own_git(repository, "config", "--get", name)
    except GitError:
        return ""


def own_git(repository: Repository, *arguments: str, given: str = "", settings: Iterable[str] = ()) -> str:
    """What git prints, run with the person's own settings and keys, without hooks; it waits for nobody for long."""
    options = [word for setting in (*_SAFE, *settings) for word in ("-c", setting)]
    asking = {} if os.isatty(0) else {"GIT_TERMINAL_PROMPT": "0", "SSH_ASKPASS_REQUIRE": "never"}
    try:
        done = subprocess.run(
            ["git", *options, *arguments],
            cwd=repository.folder,
            input=given.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            env={**os.environ, "LC_ALL": "C", **asking},
            timeout=_PATIENCE,
        )
    except subprocess.TimeoutExpired:
        raise GitError(message("git gave up after {seconds} seconds", seconds=_PATIENCE)) from None
    except OSError as error:
        raise GitError(message("git could not be run: {reason}", reason=str(error))) from None
    if done.returncode:
        lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines()]
        said = [line for line in lines if line and not line.startswith("hint:")]
        raise GitError(message("git says: {words}", words=said[-1] if said else str(done.returncode)))
    return done.stdout.decode("utf-8", "replace").strip()
