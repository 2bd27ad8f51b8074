"""The chain of releases: the branch `kaohe-releases`, to which every publication adds a commit without files.

It remembers on another disk what was published, so that an old or a foreign release on a target is found out. It only
grows: what was told once is never rewritten here, and pushed without force.
"""

import getpass
import os
import socket
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from site_builder.model import Message, is_digest, message
from site_builder.trail.comparing import is_ancestor
from site_builder.trail.git import GitError, Repository
from site_builder.trail.trailers import trailers

BRANCH = "kaohe-releases"
"""The branch that keeps the chain."""

_ORIGIN = "origin"
_LOCAL, _REMOTE = f"refs/heads/{BRANCH}", f"refs/remotes/{_ORIGIN}/{BRANCH}"
_SEEN = "refs/kaohe/releases"
"""What `origin` had when it was last asked: an ordinary fetch would follow a branch that was rewritten."""

_SAFE = ("core.hooksPath=" + os.devnull, "gpg.format=ssh", "gpg.ssh.program=ssh-keygen", "gc.auto=0")
_FETCHING = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--refmap=")
_PATIENCE = 120
"""Seconds after which another computer is given up."""

_NONE = ""
"""In place of an old value: the reference must not exist yet."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A release of the chain: the target, the SHA-256 of its manifest and of the one that was shown before.

    `source` is the commit that was built, None for a preview; `signature` the SHA-256 of the manifest's signature, None
    where it was not signed. `commit`, `by` (an address) and `moment` (ISO 8601) are those of the entry itself.
    """

    target: str
    manifest: str
    previous: str | None = None
    source: str | None = None
    signature: str | None = None
    commit: str = ""
    by: str = ""
    moment: str = ""


class Origin(StrEnum):
    """What the remote `origin` holds of the chain; `rewritten` where what it told before is not part of it any more."""

    NONE = "none"
    ABSENT = "absent"
    KNOWN = "known"
    REWRITTEN = "rewritten"
    UNREACHABLE = "unreachable"


def refresh(repository: Repository) -> tuple[Origin, Message | None]:
    """Fetch what `origin` holds of the chain, where there is such a remote; and why that failed."""
    if not _setting(repository, f"remote.{_ORIGIN}.url"):
        return Origin.NONE, None
    known = repository.resolve(_SEEN) or repository.resolve(_REMOTE)
    try:
        told = _git(repository, "ls-remote", _ORIGIN, _LOCAL).split()
        if not told:
            return (Origin.ABSENT if known is None else Origin.REWRITTEN), None
        _git(repository, "fetch", *_FETCHING, _ORIGIN, _LOCAL)
    except GitError as error:
        return Origin.UNREACHABLE, error.reason
    tip = repository.resolve(told[0])
    if tip is None or (known is not None and not is_ancestor(repository, known, tip)):
        return Origin.REWRITTEN, None
    _git(repository, "update-ref", _SEEN, tip)
    return Origin.KNOWN, None


def chain(repository: Repository) -> tuple[Entry, ...]:
    """Every release of the chain as far as it is known here, the latest first."""
    tips = _tips(repository)
    if not tips:
        return ()
    form = "--format=%H%n%ae%n%aI%n%B"
    plain = ("--no-show-signature", "--no-decorate", "--no-color", "--no-notes", "--encoding=UTF-8")
    listed = repository.run("log", "-z", "--date-order", *plain, form, *tips, "--")
    return tuple(entry for one in listed.split(b"\0") if (entry := _entry(one.decode("utf-8", "replace"))))


def record(repository: Repository, entry: Entry, words: str, key: str | None) -> str:
    """Add a release to the chain here, on top of all that is known of it; `words` say what was done.

    The commit has no files, is by the person whose git this is, and signed with the SSH `key` where there is one.
    """
    tips = _tips(repository)
    told = {
        "Target": entry.target,
        "Manifest": entry.manifest,
        "Previous": entry.previous,
        "Commit": entry.source,
        "Signature": entry.signature,
    }
    text = f"{words}\n\n" + "".join(f"{name}: {value}\n" for name, value in told.items() if value)
    empty = _git(repository, "mktree")
    parents = [word for tip in tips for word in ("-p", tip)]
    signing = () if key is None else ("-S",)
    settings = (*_person(repository), *(() if key is None else (f"user.signingkey={key}",)))
    commit = _git(repository, "commit-tree", *signing, *parents, "-F", "-", empty, given=text, settings=settings)
    _git(repository, "update-ref", "-m", "release", _LOCAL, commit, repository.resolve(_LOCAL) or _NONE)
    return commit


def hand_on(repository: Repository) -> None:
    """Push the chain to `origin`, without force; raises `GitError` where that is refused or fails."""
    tip, seen = repository.resolve(_LOCAL), repository.resolve(_SEEN)
    if tip is None or not _setting(repository, f"remote.{_ORIGIN}.url"):
        return
    if seen is not None and is_ancestor(repository, tip, seen):
        return
    _git(repository, "push", "--quiet", "--no-recurse-submodules", _ORIGIN, f"{tip}:{_LOCAL}")
    _git(repository, "update-ref", _SEEN, tip)


def is_on_line(repository: Repository, commit: str, branch: str) -> bool | None:
    """Whether a commit stands on the line of a branch, here or at `origin`; None where there is no such branch."""
    tips = [
        tip for name in (f"heads/{branch}", f"remotes/origin/{branch}") if (tip := repository.resolve(f"refs/{name}"))
    ]
    lines = (repository.run("rev-list", "--first-parent", tip).decode("ascii").split() for tip in tips)
    return any(commit in line for line in lines) if tips else None


def has_whole_history(repository: Repository, commit: str) -> bool:
    """Whether every commit before this one is here: a shallow clone lacks some."""
    try:
        first = repository.run("rev-list", "--max-parents=0", commit).decode("ascii").split()
        return all(b"\nparent " not in data.partition(b"\n\n")[0] for _, _, data in repository.objects(first))
    except GitError:
        return False


def _tips(repository: Repository) -> tuple[str, ...]:
    """The ends of the chain: one, or several where others added to it at `origin` meanwhile."""
    found = [tip for name in (_LOCAL, _SEEN, _REMOTE) if (tip := repository.resolve(name)) is not None]
    wanted = (tip for tip in found if not any(other != tip and is_ancestor(repository, tip, other) for other in found))
    return tuple(dict.fromkeys(wanted))


def _entry(text: str) -> Entry | None:
    """The release that a commit of the chain tells; None where it tells none."""
    commit, by, moment, told = (*text.lstrip("\n").split("\n", 3), "", "", "", "")[:4]
    found = {one.name: one.value for one in trailers(told)}
    target, manifest, previous = found.get("target"), found.get("manifest", ""), found.get("previous")
    if not target or not is_digest(manifest) or not (previous is None or is_digest(previous)):
        return None
    return Entry(target, manifest, previous, found.get("commit"), found.get("signature"), commit, by, moment)


def _person(repository: Repository) -> tuple[str, ...]:
    """Settings that say who this is where git itself does not know: then it is the account on this computer."""
    try:
        _git(repository, "var", "GIT_AUTHOR_IDENT")
        _git(repository, "var", "GIT_COMMITTER_IDENT")
    except GitError:
        user = getpass.getuser()
        return f"user.name={user}", f"user.email={user}@{socket.gethostname()}"
    return ()


def _setting(repository: Repository, name: str) -> str:
    try:
        return _git(repository, "config", "--get", name)
    except GitError:
        return ""


def _git(repository: Repository, *arguments: str, given: str = "", settings: Iterable[str] = ()) -> str:
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
