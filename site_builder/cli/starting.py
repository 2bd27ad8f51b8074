"""`kaohe init`."""

import shlex
from pathlib import Path

from site_builder.authoring import ExistingSiteError, start_site
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_USAGE, Session
from site_builder.model import message


def run_init(session: Session, folder: Path, title: str | None, year: int | None) -> None:
    """Start a site, and say what to do next."""
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
    where = "" if folder.resolve() == Path.cwd() else f" --site {shlex.quote(str(folder))}"
    print(speaking.say(message("A site is started. Now run: kaohe{where} build", where=where)))
