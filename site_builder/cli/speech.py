"""The command line's own words in the reader's language: its help, and what click says of wrong usage."""

import re
from collections.abc import Callable
from copy import copy
from functools import lru_cache, partial
from inspect import cleandoc
from pathlib import Path
from typing import Any

import click
import click.core
import click.exceptions
import click.formatting
import click.parser
import click.termui
import click.types

from site_builder.language import Language

CLICK = (
    "(Did you mean one of: {possibilities}?)",
    "Argument {name!r} takes {nargs} values.",
    "Commands",
    "Did you mean {possibility}?",
    "Error: {message}",
    "Error: invalid input",
    "Got unexpected extra argument ({args})",
    "Got unexpected extra arguments ({args})",
    "Invalid value for {param_hint}: {message}",
    "Invalid value: {message}",
    "Missing argument",
    "Missing command.",
    "Missing option",
    "No such command {name!r}.",
    "No such option {name!r}.",
    "Option {name!r} does not take a value.",
    "Option {name!r} requires an argument.",
    "Options",
    "Show the version and exit.",
    "Show this message and exit.",
    "Try '{command} {option}' for help.",
    "Usage:",
    "default: {default}",
    "directory",
    "file",
    "path",
    "{name} {filename!r} does not exist.",
    "{name} {filename!r} is a directory.",
    "{name} {filename!r} is a file.",
    "{name} {filename!r} is not readable.",
    "{name} {filename!r} is not writable.",
    "{value!r} does not match the format {format}.",
    "{value!r} is not a valid {number_type}.",
    "{value!r} is not one of {choices}.",
    "{value!r} is not {choice}.",
    "{value} is not in the range {range}.",
)
"""What click says to a person, as it says it in English."""

_SENTENCE = re.compile(r".*?(?:。|[.!?](?=\s|$)|$)", re.DOTALL)


def spoken(text: str) -> str:
    """The text in the language of the command that runs; as it is where none does, or where it has no other words."""
    context = click.get_current_context(silent=True)
    if context is None or not text:
        return text
    root = context.find_root()
    return _language(root.params.get("site") or Path(), root.params.get("lang")).translations.gettext(text)


@lru_cache
def _language(site: Path, lang: str | None) -> Language:
    from site_builder.cli.session import Session
    from site_builder.opened import open_site

    return Session(open_site(site), lang).safe_language


def teach_click() -> None:
    """Let click say its own words by `spoken`, and break lines by columns, two for a Chinese character.

    click takes both from names of its modules, and has no other door for them.
    """
    for module in (
        click.core,
        click.exceptions,
        click.formatting,
        click.parser,
        click.termui,
        click.types,
    ):
        vars(module).update(_=spoken)
        if "ngettext" in vars(module):
            vars(module).update(ngettext=lambda one, several, count: spoken(one if count == 1 else several))
    vars(click.formatting).update(wrap_text=_wrapped)


def _wrapped(
    text: str,
    width: int = 78,
    initial_indent: str = "",
    subsequent_indent: str = "",
    preserve_paragraphs: bool = False,
) -> str:
    """The text in lines of so many columns; paragraphs stay apart where that is asked for."""
    from rich.cells import cell_len
    from rich.console import Console
    from rich.text import Text

    paragraphs = text.split("\n\n") if preserve_paragraphs else [text]
    console, lines = Console(), []
    for paragraph in paragraphs:
        words = " ".join(paragraph.split())
        room = max(width - max(cell_len(initial_indent), cell_len(subsequent_indent)), 10)
        wrapped = [line.plain.rstrip() for line in Text(words).wrap(console, room)] or [""]
        lines.append(initial_indent + ("\n" + subsequent_indent).join(wrapped))
    return "\n\n".join(lines)


def _show_help(context: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked and not context.resilient_parsing:
        click.echo(context.get_help(), color=context.color)
        context.exit()


class Option(click.Option):
    """An option whose help is said in the reader's language."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """The option and what it does."""
        option = copy(self)
        option.help = spoken(cleandoc(self.help or ""))
        return click.Option.get_help_record(option, ctx)


class Command(click.Command):
    """A command whose help is said in the reader's language."""

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what the command does."""
        command = copy(self)
        command.help = spoken(cleandoc(self.help or ""))
        click.Command.format_help_text(command, ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`, whose own words are said when they are shown, and not for every command that runs."""
        names = self.get_help_option_names(ctx)
        if not names or not self.add_help_option:
            return None
        return Option(
            names,
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_help,
            help="Show this message and exit.",
        )

    def get_short_help_str(self, limit: int = 45) -> str:
        """The first sentence of what the command does, whole."""
        match = _SENTENCE.match(" ".join(spoken(cleandoc(self.help or "")).split("\n\n")[0].split()))
        return match.group() if match else ""


class Group(Command, click.Group):
    """The commands together."""

    command_class = Command


option: Callable[..., Callable[[Any], Any]] = partial(click.option, cls=Option)
"""`click.option` for an option whose help is said in the reader's language."""
