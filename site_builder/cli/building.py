"""`kaohe build`, and the builds that other commands publish or compare."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from site_builder.cli.progress import progress
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.model import message
from site_builder.render import Built, OutputError
from site_builder.sources.tree import FOLDERS
from site_builder.store import cache_folder


def run_build(session: Session, output: Path | None, jobs: int | None) -> None:
    """Build the site and say where it is."""
    target = checked_output(session, output)
    built = _built(session, target, jobs)
    session.tell(built.problems)
    if built.files is None:
        sys.exit(EXIT_PROBLEMS)
    session.say(
        message(
            "{files} files in {folder}; open {page}",
            files=built.files,
            folder=str(target),
            page=str(target / "index.html"),
        )
    )


def _built(session: Session, target: Path, jobs: int | None = None) -> Built:
    try:
        with progress(session, message("Site")) as advance:
            return session.got(lambda: session.opened.build(target, jobs, advance))
    except OutputError as error:
        session.fail(EXIT_OUTSIDE, message("The site was not written: {reason}", reason=str(error)))


@contextmanager
def built_aside(session: Session, name: str) -> Iterator[Path | None]:
    """The site built into a folder of the site's cache, for this process alone inside the block.

    None where the sources have errors, which are told. What is there from the last time only saves time.
    """
    try:
        folder = cache_folder(session.site) / name
        lock = folder.with_name(f"{name}.lock").open("wb")
    except OSError as error:
        reason = f"{error.filename}: {error.strerror or type(error).__name__}"
        session.fail(EXIT_OUTSIDE, message("The site was not written: {reason}", reason=reason))
    with lock:
        _wait_for(session, lock.fileno())
        built = _built(session, folder)
        session.tell(built.problems)
        yield folder if built.files is not None else None


def _wait_for(session: Session, lock: int) -> None:
    """Wait until no other process builds there; where the system has no such locks, do not."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        session.warn(message("Another command builds this site: waiting for it"))
        fcntl.flock(lock, fcntl.LOCK_EX)


def checked_output(session: Session, output: Path | None) -> Path:
    """The folder to write to, which may neither hold the sources nor lie in them."""
    target = output if output is not None else session.site / "output"
    check_outside_sources(session, target)
    if target.exists() and not target.is_dir():
        session.fail(EXIT_USAGE, message("{folder} is a file: choose a folder to write to", folder=str(target)))
    return target


def check_outside_sources(session: Session, folder: Path) -> None:
    """End the command where a folder to write to holds the sources, or lies in them."""
    real, site = folder.resolve(), session.site.resolve()
    sources = [site / name for name in (*FOLDERS, "themes", ".git")]
    if real == site or real in site.parents or any(real == one or one in real.parents for one in sources):
        session.fail(
            EXIT_USAGE,
            message("{folder} holds the sources of the site: choose another folder to write to", folder=str(folder)),
        )
