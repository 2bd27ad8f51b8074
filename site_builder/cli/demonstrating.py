"""`kaohe demo`."""

import shlex
from pathlib import Path

from site_builder.authoring.demonstration import (
    Demonstration,
    DemonstrationError,
    OccupiedFolderError,
    make_demonstration,
)
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_USAGE, Session
from site_builder.model import message


def run_demo(session: Session, folder: Path) -> None:
    """Make the demonstration site, and say what to try with it."""
    speaking = session.plain_language
    try:
        made = make_demonstration(session.site / folder)
    except OccupiedFolderError as error:
        text = message("{path} is there already: choose an empty folder", path=str(error))
        session.fail(EXIT_USAGE, text, speaking)
    except DemonstrationError as error:
        session.fail(EXIT_OUTSIDE, error.text, speaking)
    except OSError as error:
        text = message("The demonstration was not made: {reason}", reason=f"{error.filename}: {error.strerror}")
        session.fail(EXIT_OUTSIDE, text, speaking)
    _tell(session, made)


def _tell(session: Session, made: Demonstration) -> None:
    said = (
        message(
            "A demonstration site is made in {folder}, with {commits} commits",
            folder=str(made.folder),
            commits=made.commits,
        ),
        message("Branches to review against main: {branches}", branches=made.branches),
        message("git knows you there as {actor}, who has a key to sign with", actor=made.actor),
        message("Now try:"),
    )
    where = "" if made.folder == Path.cwd() else f" --site {shlex.quote(str(made.folder))}"
    for text in said:
        print(session.plain_language.say(text))
    for command in ("build", "trail 2021-0006", "verify", "review main~3 main"):
        print(f"  kaohe{where} {command}")
