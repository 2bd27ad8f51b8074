"""`kaohe releases` and `kaohe rollback`: which releases a target has, and going back to one of them."""

import contextlib
import json

import click

from site_builder.cli.chaining import Shown, keep
from site_builder.cli.differences import show_differences
from site_builder.cli.publishing import address_of
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_USAGE, Session
from site_builder.cli.targets import check_answerable, chosen, confirm, reached, with_releases
from site_builder.exports import read_manifest
from site_builder.model import MANIFEST, Message, message, printable
from site_builder.publish import SIGNATURE, Look, Release, ReleasedPlace, before, is_of
from site_builder.trail import signing_key


def run_releases(session: Session, name: str | None, form: str) -> None:
    """List the releases of a target, latest first."""
    target = chosen(session, name)
    with reached(session, target) as place:
        now = with_releases(session, place).look()
    if form == "json":
        rows = [_row(release, now) for release in now.releases]
        click.echo(json.dumps({"target": target.id, "releases": rows}, ensure_ascii=False, indent=2, sort_keys=True))
        return
    for release in now.releases:
        click.echo(session.language.say(_line(release, now)))
        if release.overrides:
            click.echo("    " + " ".join(f"--{printable(name)}" for name in release.overrides))
    if not now.releases:
        session.say(message("Nothing is published at {place} yet", place=place.place))


def _row(release: Release, now: Look) -> dict[str, object]:
    return {
        "id": release.id,
        "commit": release.commit,
        "date": release.date,
        "stage": release.stage,
        "audience": release.audience,
        "overrides": list(release.overrides),
        "current": release == now.current,
    }


def _line(release: Release, now: Look) -> Message:
    return message(
        "{mark} {id}  {commit}  {date}  {stage}",
        mark="*" if release == now.current else " ",
        id=release.id,
        commit=printable(release.commit or "–")[:12],
        date=printable(release.date or "–")[:10],
        stage=printable(release.stage),
    )


def run_rollback(session: Session, name: str | None, target_name: str | None, yes: bool, dry_run: bool) -> None:
    """Show what changes, ask, and let everybody see an earlier release again."""
    target = chosen(session, target_name)
    with reached(session, target) as opened_place, contextlib.ExitStack() as stack:
        place = with_releases(session, opened_place)
        _wanted(session, place.look(), name)
        if not dry_run:
            check_answerable(session, yes)
        hold = None if dry_run else stack.enter_context(place.holding("rollback"))
        now = place.look()
        release = _wanted(session, now, name)
        shown = _shown(session, place, release, now)
        show_differences(
            session, place, now, shown.manifest, lambda path: place.read_of(release, [path]).get(path, b"")
        )
        if hold is None:
            return
        question = message("Go back to {release} on {target}?", release=release.id, target=target.id)
        confirm(session, question, yes)
        place.go_back(hold, release, now)
        key = None if session.repository is None else signing_key(session.repository)
        keep(session, target, f"Roll back {target.id}", shown, key)
    text = message(
        "{target} shows {release} again: {address}", target=target.id, release=release.id, address=address_of(target)
    )
    session.say(text)


def _shown(session: Session, place: ReleasedPlace, release: Release, now: Look) -> Shown:
    """What the target would show; the command ends where that is not what was published."""
    read = place.read_of(release, [MANIFEST, SIGNATURE])
    manifest = read_manifest(read.get(MANIFEST, b""))
    if manifest is None:
        text = message("The manifest of the release {release} cannot be read", release=release.id)
        session.fail(EXIT_OUTSIDE, text)
    if not is_of(release.id, read[MANIFEST]):
        text = message("The manifest of the release {release} was rewritten since", release=release.id)
        session.fail(EXIT_OUTSIDE, text)
    return Shown(read[MANIFEST], manifest, read.get(SIGNATURE), now.data)


def _wanted(session: Session, now: Look, name: str | None) -> Release:
    """The release named, or the one before; the command ends where there is none, or where it is shown already."""
    if now.current is None:
        session.fail(EXIT_USAGE, message("Nothing is published there yet"))
    release = before(now.releases, now.current) if name is None else now.named(name)
    known = tuple(one.id for one in now.releases)
    if name is not None and release is None:
        text = message("There is no release {name}; there are: {releases}", name=printable(name), releases=known)
        session.fail(EXIT_USAGE, text)
    if release is None:
        session.fail(
            EXIT_USAGE, message("There is no release before the published one, {release}", release=now.current.id)
        )
    if release.id == now.current.id:
        session.fail(EXIT_USAGE, message("The release {release} is the published one", release=release.id))
    return release
