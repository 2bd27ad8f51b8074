"""`kaohe check --fix`: what has one right answer is written into the files, once somebody has seen the difference."""

import sys
from collections.abc import Mapping
from difflib import unified_diff
from pathlib import Path
from stat import S_IWUSR

import click

from site_builder.assessment import check
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, Session
from site_builder.cli.writing import write_whole
from site_builder.model import Level, Message, message, printable
from site_builder.sources import mended, read_site


def run_fix(session: Session, agreed: bool) -> None:
    """Show what would change, ask, and write it; without a terminal nothing is written unless it was `agreed` to."""
    changes = mended(session.tree, lambda tree: check(read_site(tree)))
    if not changes:
        session.say(message("There is nothing that has only one right answer"))
        return
    for path, data in changes.items():
        click.echo(_difference(path, session.tree.files[path], data), nl=False)
    session.say(message("Files that would change: {count}", count=len(changes)))
    site = session.written.site
    if site is None or site.policy.level is not Level.RECORDED:
        session.say(
            message("Where approvals are demanded, what was approved becomes a proposal by this: it needs them again")
        )
    if not agreed and not sys.stdin.isatty():
        session.say(message("Nothing was written: say so with --yes"))
        sys.exit(EXIT_PROBLEMS)
    if not agreed and not click.confirm(session.language.say(message("Write these changes?"))):
        session.say(message("Nothing was written"))
        sys.exit(EXIT_PROBLEMS)
    _write(session, changes)


def _write(session: Session, changes: Mapping[str, bytes]) -> None:
    """Write all of the files, or none where one of them may not be written."""
    for path in changes:
        reason = _refusal(session.site / path, session.tree.files[path])
        if reason is not None:
            session.fail(EXIT_OUTSIDE, message("{path} could not be written: {reason}", path=path, reason=reason))
    for path, data in changes.items():
        try:
            write_whole(session.site / path, data)
        except OSError as error:
            session.fail(
                EXIT_OUTSIDE, message("{path} could not be written: {reason}", path=path, reason=error.strerror or "?")
            )
    session.say(message("Files written: {count}; look again: kaohe check", count=len(changes)))


def _refusal(file: Path, before: bytes) -> Message | str | None:
    """Why a file is not exchanged, if it is not: it changed meanwhile, or is kept from writing."""
    try:
        if file.is_symlink() or file.read_bytes() != before:
            return message("it changed meanwhile")
        return None if file.stat().st_mode & S_IWUSR else message("it is read-only")
    except OSError as error:
        return error.strerror or "?"


def _difference(path: str, before: bytes, after: bytes) -> str:
    old, new = (data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n") for data in (before, after))
    lines = unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="")
    return "".join(f"{printable(line)}\n" for line in lines)
