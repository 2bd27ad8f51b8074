"""What every command shares: the site behind its front door, the language, and how problems are told."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NoReturn, TypeVar

import click

from site_builder.assessment import Assessment
from site_builder.language import Language, language
from site_builder.model import (
    Audience,
    Edition,
    Message,
    Problem,
    Settings,
    Severity,
    Sources,
    Stage,
    Trail,
    has_error,
    message,
)
from site_builder.model.review import Episode, ScoreChange
from site_builder.opened import OpenedSite, OpenError
from site_builder.sources import Tree
from site_builder.trail import Evidence, Repository

EXIT_PROBLEMS, EXIT_USAGE, EXIT_OUTSIDE = 1, 2, 3
"""The input has problems; wrong usage; something outside failed (disk, network)."""

_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Session:
    """One run of the command: the site that it works on, and the language asked for."""

    opened: OpenedSite
    lang: str | None

    def with_site(self, **changes: object) -> "Session":
        """The same run for another reading of the site: its revision, stage, audience, or what is counted."""
        return replace(self, opened=replace(self.opened, **changes))  # type: ignore[arg-type]

    def at(self, revision: str | None) -> "Session":
        """The same run for a revision of git; for the folder's own files where there is none."""
        return self if revision is None else self.with_site(at=revision)

    def for_readers(self, stage: str | None, audience: str) -> "Session":
        """The same run for a stage of the latest year, as the settings have it where none is asked for."""
        return self.with_site(stage=Stage(stage) if stage else None, audience=Audience(audience))

    def as_published(self, edition: Edition) -> "Session":
        """The same run for the audience of an edition, and for its stage where that was asked for when it was made."""
        site = self.sources.site
        audience = edition.audience if edition.audience in set(Audience) else Audience.INTERNAL
        own = site.settings.standing(max(site.years)).stage if site is not None else None
        stage = edition.stage if edition.stage in set(Stage) and edition.stage != own else None
        return self.for_readers(stage, audience)

    # The site, where what keeps it from being opened ends the command

    def got(self, read: Callable[[], _Value]) -> _Value:
        """What is read of the site; what keeps it from being opened ends the command."""
        try:
            return read()
        except OpenError as error:
            self.fail(EXIT_USAGE if error.is_usage else EXIT_OUTSIDE, error.reason, self.safe_language)

    @property
    def site(self) -> Path:
        """The site's folder."""
        return self.opened.folder

    @property
    def audience(self) -> Audience:
        """For whom the site is made."""
        return self.opened.audience

    @property
    def tree(self) -> Tree:
        """The files as they are."""
        return self.got(lambda: self.opened.tree)

    @property
    def repository(self) -> Repository | None:
        """The repository around the site; None where there is none."""
        return self.opened.repository

    @property
    def commit(self) -> str | None:
        """The commit that is read; None where the folder's own files are."""
        return self.got(lambda: self.opened.commit)

    def commit_of(self, revision: str) -> str:
        """The commit that a revision names."""
        return self.got(lambda: self.opened.commit_of(revision))

    @property
    def evidence(self) -> Evidence:
        """What history gives up to the commit."""
        return self.got(lambda: self.opened.evidence)

    @property
    def trail(self) -> Trail:
        """What history proves of the files, and what is in force."""
        return self.got(lambda: self.opened.trail)

    @property
    def written(self) -> Sources:
        """The sources as they are written, whether or not they are approved."""
        return self.got(lambda: self.opened.written)

    @property
    def sources(self) -> Sources:
        """The sources that count."""
        return self.got(lambda: self.opened.sources)

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """What the main line tells up to the commit."""
        return self.got(lambda: self.opened.episodes)

    @property
    def effects(self) -> tuple[ScoreChange, ...]:
        """The scores that would change if all that is proposed were approved."""
        return self.got(lambda: self.opened.effects)

    @property
    def themes(self) -> Path:
        """The folder whose `themes/` belong to the sources."""
        return self.got(lambda: self.opened.themes)

    @property
    def uncommitted(self) -> tuple[str, ...]:
        """The paths of the folder's files that the last commit does not have so."""
        return self.got(lambda: self.opened.uncommitted)

    @property
    def edition(self) -> Edition:
        """Which state of the sources this is."""
        return self.got(lambda: self.opened.edition)

    @property
    def signers(self) -> bytes | None:
        """The signers that the site knows, read without the rest of the sources; None where there are none."""
        return self.got(lambda: self.opened.signers)

    @property
    def settings(self) -> Settings:
        """The settings that count; their problems end the command."""
        if self.trail.in_force is not None and self.sources.site is not None:
            return self.sources.site.settings
        settings, problems = self.got(lambda: self.opened.settings)
        if has_error(problems):
            self.tell(problems)
            sys.exit(EXIT_PROBLEMS)
        return settings

    @property
    def assessment(self) -> Assessment:
        """The scored site; its problems end the command where one is an error."""
        assessment, problems = self.got(lambda: self.opened.assessed)
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

    # Speaking

    @cached_property
    def plain_language(self) -> Language:
        """The language before the sources are read."""
        return language(self.lang or "zh_CN")

    @property
    def safe_language(self) -> Language:
        """The language of messages, as far as the settings can be read."""
        try:
            return language(self.lang or self.opened.settings[0].language)
        except OpenError:
            return self.plain_language

    @cached_property
    def language(self) -> Language:
        """The language of messages: the one asked for, else the site's."""
        return language(self.lang or self.got(lambda: self.opened.settings)[0].language)

    def tell(self, problems: Iterable[Problem], err: bool = True) -> None:
        """Print problems with their hints, and how many there are: to standard error where they are not the answer."""
        problems = tuple(problems)
        for problem in problems:
            click.echo(problem_line(problem, self.language), err=err)
        if problems:
            click.echo(self.language.say(_tally(problems)), err=err)

    def say(self, text: Message) -> None:
        """Print a sentence."""
        click.echo(self.language.say(text))

    def warn(self, text: Message) -> None:
        """Print a sentence to standard error, and go on."""
        click.echo(self.language.say(text), err=True)

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
