"""What every command shares: the site's folder, the language, and how problems are told."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import click

from site_builder.assessment import Assessment, assess
from site_builder.language import Language, language
from site_builder.model import Message, Problem, Severity, Sources, has_error, message
from site_builder.sources import read_site, read_tree

EXIT_PROBLEMS, EXIT_USAGE, EXIT_OUTSIDE = 1, 2, 3
"""The input has problems; wrong usage; something outside failed (disk, network)."""


@dataclass(frozen=True)
class Session:
    """One run of the command: `site` is the site's folder, `lang` the language asked for."""

    site: Path
    lang: str | None

    @cached_property
    def sources(self) -> Sources:
        """The sources, read once."""
        if not self.site.is_dir():
            self.fail(EXIT_USAGE, message("There is no folder {folder}", folder=str(self.site)), self.plain_language)
        return read_site(read_tree(self.site))

    @cached_property
    def plain_language(self) -> Language:
        """The language before the sources are read."""
        return language(self.lang or "zh_CN")

    @cached_property
    def language(self) -> Language:
        """The language of messages: the one asked for, else the site's."""
        return language(self.lang or self.sources.language)

    @cached_property
    def assessment(self) -> Assessment:
        """The scored site, scored once; its problems end the command where one is an error."""
        assessment, problems = assess(self.sources)
        if assessment is None:
            self.tell(problems)
            sys.exit(EXIT_PROBLEMS)
        return assessment

    def year(self, asked: int | None) -> int:
        """The year asked for, or the latest."""
        years = self.assessment.site.years
        if asked is not None and asked not in years:
            known = tuple(str(year) for year in sorted(years))
            self.fail(EXIT_USAGE, message("There is no year {year}; there are: {years}", year=asked, years=known))
        return asked or max(years)

    def tell(self, problems: Iterable[Problem]) -> None:
        """Print problems with their hints, and how many there are, to standard error."""
        problems = tuple(problems)
        for problem in problems:
            click.echo(problem_line(problem, self.language), err=True)
        if problems:
            click.echo(self.language.say(_tally(problems)), err=True)

    def say(self, text: Message) -> None:
        """Print a sentence."""
        click.echo(self.language.say(text))

    def fail(self, code: int, text: Message, speaking: Language | None = None) -> NoReturn:
        """Print a sentence to standard error and end the command."""
        click.echo((speaking or self.language).say(text), err=True)
        sys.exit(code)


def problem_line(problem: Problem, speaking: Language) -> str:
    """A problem as it is printed: `path:line:col: error[code]: message`, then the hint on a line of its own."""
    place = problem.place
    head = f"{place.path}:{place.line}:{place.column}: {problem.severity.value}[{problem.code}]"
    return f"{head}: {speaking.say(problem.text)}\n  → {speaking.say(problem.hint)}"


def _tally(problems: tuple[Problem, ...]) -> Message:
    errors = sum(problem.severity is Severity.ERROR for problem in problems)
    warnings = len(problems) - errors
    if has_error(problems):
        return message("Errors: {errors}, warnings: {warnings}; nothing was computed", errors=errors, warnings=warnings)
    return message("Warnings: {warnings}", warnings=warnings)
