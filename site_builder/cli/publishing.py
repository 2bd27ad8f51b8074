"""`kaohe publish`: a committed state of the site to a target, after showing what it changes."""

import contextlib
import sys
from pathlib import Path

from site_builder.cli.building import built_aside
from site_builder.cli.differences import show_differences
from site_builder.cli.progress import progress
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.cli.targets import check_answerable, chosen, confirm, reached
from site_builder.exports import read_manifest
from site_builder.model import MANIFEST, Audience, Target, TargetKind, message
from site_builder.publish import Archive, Look, Parcel, ReleasedPlace
from site_builder.sources import personal_data_left
from site_builder.trail import GitError, sign, signing_key

NAMESPACE = "kaohe-release"
"""What signatures of manifests are made for: one made for something else is none."""

_SHOWN = 12


def run_publish(
    session: Session,
    name: str | None,
    revision: str | None,
    preview: bool,
    key: str | None,
    unsigned: bool,
    yes: bool,
    dry_run: bool,
    stage: str | None = None,
) -> None:
    """Check, build, show what changes, ask, publish, and say where it is."""
    target = chosen(session, name)
    if not dry_run:
        check_answerable(session, yes)
    source = _source(session, revision, preview).for_readers(stage, target.audience)
    _check_personal_data(source, target)
    with reached(session, target) as place, contextlib.ExitStack() as stack:
        now = place.look()
        hold = None if dry_run else stack.enter_context(place.holding("publish"))
        now = place.look() if hold is not None else now
        folder = stack.enter_context(built_aside(source, "release"))
        if folder is None:
            sys.exit(EXIT_PROBLEMS)
        parcel = _parcel(session, target, folder, key, unsigned)
        if _is_there(session, place, parcel, now):
            session.say(message("{target} shows this already: {address}", target=target.id, address=address_of(target)))
            return
        show_differences(source, place, now, parcel.manifest, lambda path: (parcel.folder / path).read_bytes())
        if parcel.manifest.edition.commit is None:
            session.say(message("This is a preview of the folder's own files: nobody can build it again from history"))
        if dry_run:
            return
        confirm(session, message("Publish this to {target}?", target=target.id), yes)
        sent = 0
        with progress(session, message("Publishing")) as advance:

            def told(done: int, total: int) -> None:
                nonlocal sent
                sent = total
                advance(done, total)

            place.publish(hold, parcel, now, target.keep, told)
    session.say(message("Files sent: {sent}", sent=sent))
    session.say(message("Published to {target}: {address}", target=target.id, address=address_of(target)))


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


def _parcel(session: Session, target: Target, folder: Path, key: str | None, unsigned: bool) -> Parcel:
    """What was built, signed where this person has a key for that."""
    data = (folder / MANIFEST).read_bytes()
    manifest = read_manifest(data)
    assert manifest is not None
    try:
        if key is None and not unsigned and session.repository is not None:
            key = signing_key(session.repository)
        signature = sign(data, key, NAMESPACE) if key is not None and not unsigned else None
    except GitError as error:
        text = message("{reason}. Mend that, or publish with --no-sign", reason=error.reason)
        session.fail(EXIT_OUTSIDE, text)
    return Parcel(folder, manifest, data, signature, target.compress)


def _is_there(session: Session, place: Archive | ReleasedPlace, parcel: Parcel, now: Look) -> bool:
    """Whether the target shows exactly this, and whole."""
    same = now.data == parcel.data and (parcel.signature is None or now.signature is not None)
    return same and place.is_whole(now)
