"""`kaohe publish`: a committed state of the site to a target, after showing what it changes."""

import contextlib
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from site_builder.cli.building import built_aside
from site_builder.cli.chaining import Shown, digest, keep
from site_builder.cli.differences import show_differences
from site_builder.cli.lining import hand_line_on
from site_builder.cli.progress import progress
from site_builder.cli.refusing import PREVIEW, needed, refusals, settled, tell, unsettled
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.cli.targets import check_answerable, chosen, confirm, reached
from site_builder.exports import manifest_json, read_manifest
from site_builder.model import MANIFEST, Audience, Manifest, Target, TargetKind, message
from site_builder.publish import Archive, Hold, Look, Parcel, ReleasedPlace
from site_builder.sources import personal_data_left
from site_builder.trail import GitError, sign, signing_key

NAMESPACE = "kaohe-release"
"""What signatures of manifests are made for: one made for something else is none."""

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a publisher asked for; `overrides` are the names of the options that publish what else is refused."""

    target: str | None
    revision: str | None = None
    preview: bool = False
    key: str | None = None
    unsigned: bool = False
    stage: str | None = None
    yes: bool = False
    dry_run: bool = False
    overrides: frozenset[str] = frozenset()


def run_publish(session: Session, wishes: Wishes) -> None:
    """Check, build, show what changes, ask, publish, remember, and say where it is."""
    target = chosen(session, wishes.target)
    if not wishes.dry_run:
        check_answerable(session, wishes.yes)
    source = _source(session, wishes.revision, wishes.preview).for_readers(wishes.stage, target.audience)
    _check_personal_data(source, target)
    key = _key(session, wishes)
    with reached(session, target) as place, contextlib.ExitStack() as stack:
        seen = place.look()
        used, refused = _permitted(session, source, target, wishes, seen)
        hold = None if wishes.dry_run else stack.enter_context(place.holding("publish"))
        now = place.look() if hold is not None else seen
        if now.data != seen.data:
            used, refused = _permitted(session, source, target, wishes, now)
        folder = stack.enter_context(built_aside(source, "release"))
        if folder is None:
            sys.exit(EXIT_PROBLEMS)
        parcel = _parcel(session, target, folder, now, used, key)
        if _is_there(session, place, parcel, now):
            address = address_of(target)
            session.say(message("{target} shows this already: {address}", target=target.id, address=address))
            if not wishes.dry_run:
                _remember(session, target, now.data, parcel.manifest, now.signature, b"", key)
            return
        show_differences(source, place, now, parcel.manifest, lambda path: (parcel.folder / path).read_bytes())
        if parcel.manifest.edition.commit is None:
            session.say(message("This is a preview of the folder's own files: nobody can build it again from history"))
        if wishes.dry_run:
            sys.exit(EXIT_PROBLEMS if refused else 0)
        confirm(session, message("Publish this to {target}?", target=target.id), wishes.yes)
        if parcel.manifest.edition.commit is not None:
            hand_line_on(source, parcel.manifest.edition.commit, key)
        _publish(session, target, place, hold, parcel, now)
        _remember(session, target, parcel.data, parcel.manifest, parcel.signature, now.data, key)
    session.say(message("Published to {target}: {address}", target=target.id, address=address_of(target)))


def _permitted(
    session: Session, source: Session, target: Target, wishes: Wishes, now: Look
) -> tuple[frozenset[str], bool]:
    """The overrides that are used, and whether a dry run is told that something is refused; else the command ends."""
    found = refusals(source, target, now)
    preview = frozenset({PREVIEW} if source.edition.commit is None else ())
    if wishes.dry_run:
        missing = unsettled(found, wishes.overrides, now)
        tell(session, missing)
        return preview | needed(found), bool(missing)
    return preview | settled(session, found, wishes.overrides, now, wishes.yes), False


def _publish(
    session: Session, target: Target, place: Archive | ReleasedPlace, hold: Hold | None, parcel: Parcel, now: Look
) -> None:
    """Send the parcel and let everybody see it, with progress on a terminal."""
    sent = 0
    with progress(session, message("Publishing")) as advance:

        def told(done: int, total: int) -> None:
            nonlocal sent
            sent = total
            advance(done, total)

        place.publish(hold, parcel, now, target.keep, told)
    session.say(message("Files sent: {sent}", sent=sent))


def _remember(
    session: Session,
    target: Target,
    data: bytes,
    manifest: Manifest,
    signature: bytes | None,
    before: bytes,
    key: str | None,
) -> None:
    keep(session, target, f"Publish {target.id}", Shown(data, manifest, signature, before), key)


def _check_personal_data(source: Session, target: Target) -> None:
    """What looks like a person is published to the public only where that was allowed by name."""
    if target.audience is not Audience.PUBLIC or source.sources.site is None:
        return
    left = personal_data_left(source.sources)
    if left:
        source.tell(left)
        text = message(
            "{target} is public: remove what looks like a person, or allow it by name first", target=target.id
        )
        source.fail(EXIT_PROBLEMS, text)


def address_of(target: Target) -> str:
    """What to send on: the address; where none is known, the file to open."""
    if target.address or target.kind is TargetKind.ZIP:
        return target.address or target.path
    if target.kind is TargetKind.SSH:
        return f"{target.host}:{target.path}"
    inner = "current/" if target.kind is TargetKind.RELEASES else ""
    return f"{target.path.rstrip('/')}/{inner}index.html"


def _source(session: Session, revision: str | None, preview: bool) -> Session:
    """What is published: a commit, and the folder's own files for a preview alone."""
    if preview and revision is not None:
        session.fail(EXIT_USAGE, message("--preview publishes the folder's own files: leave --at away"))
    if preview:
        return session
    if session.repository is None:
        text = message("The site does not lie in a git repository: only a --preview of it can be published")
        session.fail(EXIT_USAGE, text)
    commit = session.commit_of(revision or "HEAD")
    if revision is None and session.uncommitted:
        paths = (*session.uncommitted[:_SHOWN], *(["…"] if len(session.uncommitted) > _SHOWN else []))
        text = message(
            "These files are not committed so: {paths}. Commit them, or publish a --preview, or a commit with --at",
            paths=paths,
        )
        session.fail(EXIT_PROBLEMS, text)
    return session.at(commit)


def _key(session: Session, wishes: Wishes) -> str | None:
    """The key to sign with: the one named, else that of this person's git; None where nothing is to be signed."""
    if wishes.unsigned or wishes.key is not None or session.repository is None:
        return None if wishes.unsigned else wishes.key
    return signing_key(session.repository)


def _parcel(session: Session, target: Target, folder: Path, now: Look, used: frozenset[str], key: str | None) -> Parcel:
    """What was built, with what it rests on and what it follows, signed where this person has a key for that.

    A ZIP follows nothing: whoever builds the same commit has the same bytes.
    """
    built = read_manifest((folder / MANIFEST).read_bytes())
    assert built is not None
    if built.edition.marks:
        text = message(
            "This build shows what nobody decided ({marks}): it is never published", marks=built.edition.marks
        )
        session.fail(EXIT_PROBLEMS, text)
    previous = digest(now.data) if now.data and target.kind is not TargetKind.ZIP else None
    manifest = replace(built, overrides=tuple(sorted(used)), previous=previous)
    data = manifest_json(manifest)
    try:
        signature = None if key is None else sign(data, key, NAMESPACE)
    except GitError as error:
        text = message("{reason}. Mend that, or publish with --no-sign", reason=error.reason)
        session.fail(EXIT_OUTSIDE, text)
    return Parcel(folder, manifest, data, signature, target.compress)


def _is_there(session: Session, place: Archive | ReleasedPlace, parcel: Parcel, now: Look) -> bool:
    """Whether the target shows exactly this, and whole."""
    if now.manifest is None or (parcel.signature is not None and now.signature is None):
        return False
    same = manifest_json(replace(parcel.manifest, previous=now.manifest.previous))
    return now.data == same and place.is_whole(now)
