"""`kaohe init`."""

import contextlib
import shlex
from pathlib import Path

import click

from site_builder.authoring import ExistingSiteError, start_site
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_USAGE, Session
from site_builder.cli.targets import is_terminal
from site_builder.model import message
from site_builder.trail import GitError, open_repository, start_repository


def run_init(session: Session, folder: Path, title: str | None, year: int | None, git: bool | None) -> None:
    """Start a site, put it under git where that is wished, and say what to do next."""
    from datetime import date

    speaking = session.plain_language
    folder = session.site / folder
    try:
        written = start_site(folder, speaking, year or date.today().year, title)
    except ExistingSiteError as error:
        text = message("{path} is there already: choose an empty folder", path=str(error))
        session.fail(EXIT_USAGE, text, speaking)
    except OSError as error:
        text = message("The site was not started: {reason}", reason=f"{error.filename}: {error.strerror}")
        session.fail(EXIT_OUTSIDE, text, speaking)
    for path in written:
        print(path)
    _keep_history(session, folder, git)
    where = "" if folder.resolve() == Path.cwd() else f" --site {shlex.quote(str(folder))}"
    print(speaking.say(message("A site is started. Now run: kaohe{where} build", where=where)))


def _keep_history(session: Session, folder: Path, git: bool | None) -> None:
    """Make a repository of the folder: asked on a terminal, only told elsewhere, and never inside another one."""
    speaking = session.plain_language
    with contextlib.suppress(GitError):
        open_repository(folder)
        return
    if git is None and is_terminal():
        git = click.confirm(
            speaking.say(message("Put the folder under git, whose history is the proof?")), default=True
        )
    if not git:
        print(speaking.say(message("The folder has no history yet: “git init” starts one, and with it the proof")))
        return
    try:
        start_repository(folder)
    except GitError as error:
        session.fail(EXIT_OUTSIDE, error.reason, speaking)
    print(speaking.say(message("The folder is under git: commit what you agree with")))
