"""`kaohe build`."""

import sys
from pathlib import Path

from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.model import message
from site_builder.render import OutputError, build
from site_builder.sources.tree import FOLDERS


def run_build(session: Session, output: Path | None, jobs: int | None) -> None:
    """Build the site and say where it is."""
    target = checked_output(session, output)
    try:
        built = build(
            session.sources,
            session.trail,
            session.themes,
            target,
            jobs,
            _progress(session),
            session.episodes,
            session.edition,
        )
    except OutputError as error:
        session.fail(EXIT_OUTSIDE, message("The site was not written: {reason}", reason=str(error)))
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


def checked_output(session: Session, output: Path | None) -> Path:
    """The folder to write to, which may neither hold the sources nor lie in them."""
    target = output if output is not None else session.site / "output"
    real, site = target.resolve(), session.site.resolve()
    sources = [site / name for name in (*FOLDERS, "themes", ".git")]
    if real == site or real in site.parents or any(real == one or one in real.parents for one in sources):
        session.fail(
            EXIT_USAGE,
            message("{folder} holds the sources of the site: choose another folder to write to", folder=str(target)),
        )
    if target.exists() and not target.is_dir():
        session.fail(EXIT_USAGE, message("{folder} is a file: choose a folder to write to", folder=str(target)))
    return target


def _progress(session: Session):  # type: ignore[no-untyped-def]
    """A progress bar on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        return None
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(session.language.say(message("Site")), total=None)
    bar.start()

    def advance(done: int, total: int) -> None:
        bar.update(task, completed=done, total=total)
        if done == total:
            bar.stop()

    return advance
