"""Progress of long work: a bar on a terminal, nothing elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from site_builder.cli.session import Session
from site_builder.model import Message

Progress = Callable[[int, int], None]


@contextmanager
def progress(session: Session, title: Message) -> Iterator[Progress]:
    """A function that is told, inside the block, how many of how many parts are done."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(session.language.say(title), total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
