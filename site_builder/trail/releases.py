"""The chain of releases: the branch `kaohe-releases`, to which every publication adds a commit without files.

It remembers on another disk what was published, so that an old or a foreign release on a target is found out. It only
grows: what was told once is never rewritten here, and pushed without force.
"""

import getpass
import socket
from dataclasses import dataclass

from site_builder.model import is_digest
from site_builder.trail.git import GitError, Repository
from site_builder.trail.keeping import ends, kept_in
from site_builder.trail.owngit import PATIENCE, own_git
from site_builder.trail.trailers import trailers

BRANCH = "kaohe-releases"
"""The branch that keeps the chain."""

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


def chain(repository: Repository) -> tuple[Entry, ...]:
    """Every release of the chain as far as it is known here, the latest first."""
    tips = ends(repository, BRANCH)
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
    tips = ends(repository, BRANCH)
    told = {
        "Target": entry.target,
        "Manifest": entry.manifest,
        "Previous": entry.previous,
        "Commit": entry.source,
        "Signature": entry.signature,
    }
    text = f"{words}\n\n" + "".join(f"{name}: {value}\n" for name, value in told.items() if value)
    empty = own_git(repository, "mktree")
    parents = [word for tip in tips for word in ("-p", tip)]
    signing = () if key is None else ("-S",)
    settings = (*_person(repository), *(() if key is None else (f"user.signingkey={key}",)))
    commit = own_git(
        repository,
        *("commit-tree", *signing, *parents, "-F", "-", empty),
        given=text,
        settings=settings,
        patience=PATIENCE,
    )
    own_git(
        repository, "update-ref", "-m", "release", kept_in(BRANCH), commit, repository.resolve(kept_in(BRANCH)) or _NONE
    )
    return commit


def is_on_line(repository: Repository, commit: str, branch: str, *, at_origin: bool = False) -> bool | None:
    """Whether a commit stands on the line of a branch, here or at `origin`; None where there is no such branch.

    With `at_origin` what is here alone does not count.
    """
    names = (f"remotes/origin/{branch}", *(() if at_origin else (f"heads/{branch}",)))
    tips = [tip for name in names if (tip := repository.resolve(f"refs/{name}"))]
    lines = (repository.run("rev-list", "--first-parent", tip).decode("ascii").split() for tip in tips)
    return any(commit in line for line in lines) if tips else None


def has_whole_history(repository: Repository, commit: str) -> bool:
    """Whether every commit before this one is here: a shallow clone lacks some."""
    try:
        first = repository.run("rev-list", "--max-parents=0", commit).decode("ascii").split()
        return all(b"\nparent " not in data.partition(b"\n\n")[0] for _, _, data in repository.objects(first))
    except GitError:
        return False


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
        own_git(repository, "var", "GIT_AUTHOR_IDENT")
        own_git(repository, "var", "GIT_COMMITTER_IDENT")
    except GitError:
        user = getpass.getuser()
        return f"user.name={user}", f"user.email={user}@{socket.gethostname()}"
    return ()
