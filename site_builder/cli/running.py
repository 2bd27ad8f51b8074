"""The command line from its start to its end: each end has its exit code, and no output breaks it."""

import codecs
import contextlib
import io
import os
import sys

import click

from site_builder.cli.speech import spoken, teach_click
from site_builder.model import Message, message

COMPLETE = "_KAOHE_COMPLETE"
"""The variable of the environment by which a shell asks for completions."""

EXIT_PROBLEMS, EXIT_OUTSIDE, EXIT_INTERRUPTED = 1, 3, 130
"""Something is missing in what was given; something outside failed; ended by Ctrl+C, as shells count signals."""

_STOPPED = message("Stopped")
_UNANSWERED = message("No answer was given: nothing was done")
_UNWRITTEN = message("The output could not be written: {reason}")


def run(commands: click.Command) -> int:
    """Run what the process was called with, and give its exit code.

    A closed pipe, a full disk and an interruption end it with a sentence at most.
    """
    teach_click()
    _accept_any_encoding()
    try:
        code = _ran(commands)
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError as error:
        code = EXIT_OUTSIDE
        if not isinstance(error, BrokenPipeError):
            _last_words(_UNWRITTEN, reason=error.strerror or type(error).__name__)
        _drop_unwritten()
    return code


def _ran(commands: click.Command) -> int:
    """The exit code of the commands, whichever way they ended."""
    asked = os.environ.get(COMPLETE)
    if asked:
        from click.shell_completion import shell_complete

        return shell_complete(commands, {}, "kaohe", COMPLETE, asked)
    try:
        with commands.make_context("kaohe", sys.argv[1:]) as context:
            return _invoked(commands, context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.UsageError as error:
        with error.ctx.scope(cleanup=False) if error.ctx else contextlib.nullcontext():
            error.show()
        return error.exit_code


def _invoked(commands: click.Command, context: click.Context) -> int:
    """The exit code of the commands, once their options are read."""
    try:
        commands.invoke(context)
    except click.ClickException as error:
        if isinstance(error, click.UsageError):
            raise
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, EOFError, click.Abort) as error:
        # A prompt turns both into Abort, and only what it came from tells them apart.
        if isinstance(error.__context__ if isinstance(error, click.Abort) else error, KeyboardInterrupt):
            _last_words(_STOPPED)
            return EXIT_INTERRUPTED
        _last_words(_UNANSWERED)
        return EXIT_PROBLEMS
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


def _accept_any_encoding() -> None:
    r"""Print what the output's encoding has no character for as `\u4e2d`, which JSON reads as the character.

    ASCII is what a machine says whose locale was never set: UTF-8 in its place, as click does.
    """
    codecs.register_error("kaohe", _escaped)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if is_ascii else None, errors="kaohe")


def _escaped(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    codes = (units[at : at + 2].hex() for at in range(0, len(units), 2))
    return "".join(f"\\u{code}" for code in codes), error.end


def _last_words(text: Message, **values: str) -> None:
    """Say how it ended, where there is still somebody to say it to."""
    with contextlib.suppress(OSError):
        print(spoken(text.template).format(**values), file=sys.stderr, flush=True)


def _drop_unwritten() -> None:
    """Lead the outputs to nowhere: what they still hold would fail again when the process ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            os.dup2(nowhere, stream.fileno())
