"""Branches that only grow and are shared by `origin`: what it holds of them, and handing on what was added here."""

from enum import StrEnum

from site_builder.model import Message
from site_builder.trail.comparing import is_ancestor
from site_builder.trail.git import GitError, Repository
from site_builder.trail.owngit import PATIENCE, own_git, setting

_ORIGIN = "origin"
_FETCHING = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=")


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
    if not setting(repository, f"remote.{_ORIGIN}.url"):
        return Origin.NONE, None
    known = repository.resolve(seen_in(branch)) or repository.resolve(_remote(branch))
    try:
        told = own_git(repository, "ls-remote", _ORIGIN, kept_in(branch), patience=PATIENCE).split()
        if not told:
            return (Origin.ABSENT if known is None else Origin.REWRITTEN), None
        own_git(repository, "fetch", *_FETCHING, _ORIGIN, kept_in(branch), patience=PATIENCE)
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
    if tip is None or not setting(repository, f"remote.{_ORIGIN}.url"):
        return
    if seen is not None and is_ancestor(repository, tip, seen):
        return
    pushed = f"{tip}:{kept_in(branch)}"
    own_git(repository, "push", "--quiet", "--no-recurse-submodules", _ORIGIN, pushed, patience=PATIENCE)
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
