"""`kaohe codeowners`: the file by which a forge asks the approvers of the policy for reviews."""

import os
import sys
from pathlib import Path

from site_builder.authoring.owners import CODE_OWNERS, code_owners, owner_problems
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.cli.writing import write_whole
from site_builder.model import Problem, message

_LARGEST = 1024 * 1024


def run_codeowners(session: Session, check: bool) -> None:
    """Write the file anew and say so; with `check` write nothing, and exit 1 where it is missing or stale."""
    site = session.written.site
    if site is None:
        session.tell(session.written.problems)
        sys.exit(EXIT_PROBLEMS)
    _check_folder(session)
    stored, problems = stored_owners(session.site), stale_owners(session)
    if stored is not None and not problems:
        session.say(message("CODEOWNERS is up to date"))
    elif check and stored is None:
        session.fail(EXIT_PROBLEMS, message("There is no CODEOWNERS: run “kaohe codeowners”"))
    elif check:
        session.tell(problems)
        sys.exit(EXIT_PROBLEMS)
    else:
        _write(session, code_owners(site))


def stale_owners(session: Session) -> tuple[Problem, ...]:
    """The warning of `kaohe check` where the file does not fit the policy; nothing where there is no file."""
    site = session.written.site
    return () if site is None else owner_problems(site, stored_owners(session.site))


def stored_owners(folder: Path) -> bytes | None:
    """The bytes of the file in a site's folder; None where there is none.

    What a forge would not read either (a link, a folder, far too much) is as good as empty.
    """
    path = folder / CODE_OWNERS
    if not os.path.lexists(path):
        return None
    try:
        usable = not path.is_symlink() and path.is_file() and path.stat().st_size <= _LARGEST
        return path.read_bytes() if usable else b""
    except OSError:
        return b""


def _check_folder(session: Session) -> None:
    """The command ends where no forge would find the file: in a bare repository, or below the top of another."""
    repository = session.repository
    if session.commit is not None:
        text = message("{folder} is a bare repository: run this in a clone of it", folder=str(session.site))
        session.fail(EXIT_USAGE, text)
    if repository is not None and repository.prefix:
        text = message(
            "This site lies in the folder {folder} of a repository, and forges look for CODEOWNERS at the top of it",
            folder=repository.prefix,
        )
        session.fail(EXIT_USAGE, text)


def _write(session: Session, text: str) -> None:
    path = session.site / CODE_OWNERS
    if path.is_symlink():
        session.fail(EXIT_OUTSIDE, message("{path} is a link: put the file itself there", path=str(path)))
    try:
        write_whole(path, text.encode())
    except OSError as error:
        reason = f"{error.filename or path}: {error.strerror or type(error).__name__}"
        session.fail(EXIT_OUTSIDE, message("CODEOWNERS was not written: {reason}", reason=reason))
    count = sum(not line.startswith("#") for line in text.splitlines())
    session.say(message("CODEOWNERS is written; folders and files with owners: {count}", count=count))
