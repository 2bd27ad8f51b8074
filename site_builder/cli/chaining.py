"""The memory of what was published: keeping the chain of releases, and asking it."""

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from site_builder.cli.session import Session
from site_builder.model import Manifest, Message, Target, message
from site_builder.trail import BRANCH, Entry, GitError, Origin, chain, hand_on, record, refresh


class Remembered(StrEnum):
    """What the chain knows of a manifest: the latest of its target, an earlier one, none; or there is no chain."""

    LATEST = "latest"
    REPLACED = "replaced"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a target: what the chain knows of its manifest, and who recorded the latest one, and when.

    `signed` says whether a release of it was signed once. `origin` is what the remote holds, `why` it was not asked.
    """

    state: Remembered = Remembered.NONE
    by: str | None = None
    moment: str | None = None
    signed: bool = False
    origin: Origin = Origin.NONE
    why: Message | None = None


def digest(data: bytes) -> str:
    """The SHA-256 by which the chain calls a manifest, or a signature."""
    return sha256(data).hexdigest()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a target shows now: the manifest with its bytes and their signature, and the bytes of the one before."""

    data: bytes
    manifest: Manifest
    signature: bytes | None = None
    before: bytes = b""


def keep(session: Session, target: Target, words: str, shown: Shown, key: str | None) -> None:
    """Add to the chain what a target shows; `words` say what was done, `key` signs.

    What keeps the chain from being written or pushed is a warning: what is published is published.
    """
    repository = session.repository
    if repository is None:
        return
    try:
        origin, why = refresh(repository, BRANCH)
        named = _named(session, target)
        latest = next((one for one in chain(repository) if one.target == named), None)
        entry = _entry(named, shown, latest)
        if latest is None or (latest.manifest, latest.signature) != (entry.manifest, entry.signature):
            record(repository, entry, words, key)
    except GitError as error:
        session.warn(message("The release is not in the branch {name}: {reason}", name=BRANCH, reason=error.reason))
        return
    if origin is Origin.REWRITTEN:
        session.warn(message("At origin, the branch {name} was rewritten or deleted: ask who did so", name=BRANCH))
    if why is not None:
        session.warn(_not_pushed(why))
        return
    try:
        hand_on(repository, BRANCH)
    except GitError as error:
        session.warn(_not_pushed(error.reason))


def _entry(named: str, shown: Shown, latest: Entry | None) -> Entry:
    last = None if latest is None else latest.manifest
    before = digest(shown.before) if shown.before else last
    signature = digest(shown.signature) if shown.signature else None
    return Entry(named, digest(shown.data), before, shown.manifest.edition.commit, signature)


def _not_pushed(reason: Message) -> Message:
    return message(
        "The branch {name} was not pushed: {reason}. The next publication tries again", name=BRANCH, reason=reason
    )


def asked(session: Session, target: Target, data: bytes) -> Memory:
    """What the chain remembers of a target that shows these bytes of a manifest; raises `GitError`."""
    repository = session.repository
    if repository is None:
        return Memory()
    origin, why = refresh(repository, BRANCH)
    known = chain(repository)
    if not known:
        return Memory(origin=origin, why=why)
    own = [one for one in known if one.target == _named(session, target)]
    found = next((one for one in own if one.manifest == digest(data)), None)
    state = Remembered.UNKNOWN
    if found is not None:
        state = Remembered.LATEST if found.manifest == own[0].manifest else Remembered.REPLACED
    signed = any(one.signature for one in own)
    by, moment = (own[0].by, own[0].moment) if own else (None, None)
    return Memory(state, by, moment, signed, origin, why)


def _named(session: Session, target: Target) -> str:
    """A target by its id; of several sites in a repository each has its folder before it."""
    return ("" if session.repository is None else session.repository.prefix) + target.id
