"""Which target a command works on, and opening it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import click

from site_builder.cli.building import check_outside_sources
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.language import language
from site_builder.model import Message, Target, TargetKind, message
from site_builder.publish import Archive, PublishError, ReleasedPlace, opened


def is_terminal() -> bool:
    """Whether somebody can answer questions."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def chosen(session: Session, name: str | None) -> Target:
    """The target with this id; the only one where none is named, else the one that a person picks."""
    targets = session.settings.targets
    if not targets:
        text = message(
            "No target is named: write one below “targets:” in content/publication.yaml, then run this again"
        )
        session.fail(EXIT_USAGE, text)
    if name is None and len(targets) == 1:
        name = next(iter(targets))
    if name is None and is_terminal():
        name = click.prompt(session.language.say(message("Target")), type=click.Choice(list(targets)))
    if name is None:
        session.fail(EXIT_USAGE, message("Name one of the targets: {targets}", targets=tuple(targets)))
    if name not in targets:
        text = message("There is no target “{name}”; there are: {targets}", name=name, targets=tuple(targets))
        session.fail(EXIT_USAGE, text)
    target = targets[name]
    if target.kind is not TargetKind.SSH:
        check_outside_sources(session, session.site / target.path)
    return target if target.address else replace(target, address=session.settings.url)


@contextmanager
def reached(session: Session, target: Target) -> Iterator[Archive | ReleasedPlace]:
    """Open a target inside the block; what keeps it from being read or written there ends the command."""
    speaking = language(session.settings.language)
    words = speaking.say(message("To this page in the published release"))
    try:
        with opened(target, session.site, is_terminal(), speaking.tag, words) as place:
            yield place
    except PublishError as error:
        session.fail(EXIT_OUTSIDE, error.reason)


def with_releases(session: Session, place: Archive | ReleasedPlace) -> ReleasedPlace:
    """The place, if it keeps releases; the command ends where it does not."""
    if isinstance(place, Archive):
        session.fail(EXIT_USAGE, message("A ZIP holds one release: there is none to go back to"))
    return place


def confirm(session: Session, question: Message, yes: bool) -> None:
    """Ask, unless told not to; the command ends where the answer is no."""
    if not yes and not click.confirm(session.language.say(question), err=True):
        sys.exit(EXIT_PROBLEMS)


def check_answerable(session: Session, yes: bool) -> None:
    """End the command where it would ask and nobody could answer."""
    if not yes and not is_terminal():
        text = message("Nobody can be asked here: add --yes to do it, or --dry-run to see what it would do")
        session.fail(EXIT_USAGE, text)
