"""What every command shares: the site's folder, the language, and how problems are told."""

import atexit
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

import click

from site_builder.assessment import READERS, Assessment, assess, trace
from site_builder.language import Language, language
from site_builder.model import (
    SIGNERS,
    UNCOMMITTED,
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
    printable,
)
from site_builder.model.review import Episode
from site_builder.sources import (
    FOLDERS,
    LARGEST,
    Tree,
    is_source,
    read_site,
    read_tree,
    settings_of,
    stored_tree,
)
from site_builder.store import Store
from site_builder.trail import (
    Evidence,
    GitError,
    Repository,
    fingerprint,
    gathered,
    moment_of,
    open_repository,
    stored_files,
    uncommitted,
    write_themes,
)

EXIT_PROBLEMS, EXIT_USAGE, EXIT_OUTSIDE = 1, 2, 3
"""The input has problems; wrong usage; something outside failed (disk, network)."""


@dataclass(frozen=True)
class Session:
    """One run of the command: `site` is the site's folder, `lang` the language asked for.

    `stage` is that of the latest year where it was asked for, `audience` for whom the site is built.
    """

    site: Path
    lang: str | None
    revision: str | None = None
    stage: Stage | None = None
    audience: Audience = Audience.INTERNAL

    @cached_property
    def tree(self) -> Tree:
        """The files: those of the revision asked for, or of the folder; of what HEAD holds where there is no folder."""
        if not self.site.is_dir():
            self.fail(EXIT_USAGE, message("There is no folder {folder}", folder=str(self.site)), self.plain_language)
        return read_tree(self.site) if self.commit is None else self.tree_at(self.commit)

    def at(self, revision: str | None) -> "Session":
        """The same run for a revision of git; for the folder's own files where there is none."""
        return self if revision is None else replace(self, revision=revision)

    def tree_at(self, commit: str) -> Tree:
        """The files of a commit."""
        repository = self.repository
        assert repository is not None
        try:
            return stored_tree(stored_files(repository, commit, FOLDERS, LARGEST))
        except GitError as error:
            self.fail(EXIT_OUTSIDE, error.reason, self.plain_language)

    @cached_property
    def repository(self) -> Repository | None:
        """The repository around the site; None where there is none."""
        try:
            return open_repository(self.site)
        except GitError:
            return None

    @cached_property
    def commit(self) -> str | None:
        """The commit that is read; None where the folder's own files are."""
        if self.revision is not None:
            return self.commit_of(self.revision)
        bare = self.repository is not None and self.repository.bare and not (self.site / "criteria").is_dir()
        return self.commit_of("HEAD") if bare else None

    def commit_of(self, revision: str) -> str:
        """The commit that a revision names; the command ends where there is none."""
        try:
            found = open_repository(self.site).resolve(revision)
        except GitError as error:
            self.fail(EXIT_OUTSIDE, error.reason, self.plain_language)
        if found is None:
            text = message("There is no revision {revision}", revision=printable(revision))
            self.fail(EXIT_USAGE, text, self.plain_language)
        return found

    @cached_property
    def sources(self) -> Sources:
        """The sources, read once; with the stage that was asked for."""
        sources = read_site(self.tree)
        if self.stage is None or sources.site is None:
            return sources
        settings, latest = sources.site.settings, max(sources.site.years)
        standing = replace(settings.standing(latest), stage=self.stage)
        if self.stage is Stage.NOTICE and not (standing.first and standing.last):
            needed = message("A notice of {year} needs its first and last day, in “stages:”", year=str(latest))
            self.fail(EXIT_USAGE, needed)
        settings = replace(settings, stages={**settings.stages, latest: standing})
        return replace(sources, site=replace(sources.site, settings=settings))

    def as_published(self, edition: Edition) -> "Session":
        """The same run for the audience of an edition, and for its stage where that was asked for when it was made."""
        site = self.sources.site
        audience = edition.audience if edition.audience in set(Audience) else Audience.INTERNAL
        own = site.settings.standing(max(site.years)).stage if site is not None else None
        stage = edition.stage if edition.stage in set(Stage) and edition.stage != own else None
        return self.for_readers(stage, audience)

    def for_readers(self, stage: str | None, audience: str) -> "Session":
        """The same run for a stage of the latest year, as the settings have it where none is asked for."""
        return replace(self, stage=Stage(stage) if stage else None, audience=Audience(audience))

    @cached_property
    def settings(self) -> Settings:
        """The settings, read without the rest of the sources; their problems end the command."""
        settings, problems = self._settings
        if has_error(problems):
            self.tell(problems)
            sys.exit(EXIT_PROBLEMS)
        return settings

    @cached_property
    def _settings(self) -> tuple[Settings, tuple[Problem, ...]]:
        if not self.site.is_dir() or self.commit is not None:
            return settings_of(self.tree)
        return settings_of(read_tree(self.site, ("content",)))

    @cached_property
    def signers(self) -> bytes | None:
        """The signers that the site knows, read without the rest of the sources; None where there are none."""
        if self.commit is not None:
            return self.tree.files.get(SIGNERS)
        file = self.site / SIGNERS
        try:
            return file.read_bytes() if file.is_file() and not file.is_symlink() else None
        except OSError:
            return None

    @cached_property
    def evidence(self) -> Evidence:
        """What history gives up to the commit, read once."""
        return gathered(self.site, self.commit, READERS)

    @cached_property
    def trail(self) -> Trail | None:
        """What history proves of the sources; None where these have errors."""
        repository, head = self.repository, None
        if repository is not None and self.sources.site is not None:
            head = self.commit or repository.resolve("HEAD")
        key = fingerprint(repository, head, self.tree.files) if repository is not None and head is not None else None
        store = Store(self.site)
        known = store.load("trail", key, Trail) if key is not None else None
        if known is not None:
            return known
        found = trace(self.sources, self.tree, self.evidence)
        if key is not None and found is not None and found.known:
            store.save("trail", key, found)
        return found

    @cached_property
    def episodes(self) -> tuple[Episode, ...]:
        """What the main line tells up to the commit, whatever the folder holds; what was counted is remembered."""
        repository = self.repository
        head = None if repository is None else self.commit or repository.resolve("HEAD")
        if repository is None or head is None:
            return ()
        from site_builder.review.kept import kept_chronicle

        try:
            return kept_chronicle(self.site, fingerprint(repository, head, {}), lambda: self.evidence)
        except GitError:
            return ()

    @cached_property
    def themes(self) -> Path:
        """The folder whose `themes/` belong to the sources: for a commit, a copy that goes away with the command."""
        if self.commit is None:
            return self.site
        assert self.repository is not None
        folder = TemporaryDirectory()
        atexit.register(folder.cleanup)
        write_themes(self.repository, self.commit, Path(folder.name))
        return Path(folder.name)

    @cached_property
    def uncommitted(self) -> tuple[str, ...]:
        """The paths of the folder's files that the last commit does not have so; none where a commit is read."""
        if self.repository is None or self.commit is not None:
            return ()
        head = self.commit_of("HEAD")
        themes = self.site / "themes"
        try:
            files = (path for path in themes.rglob("*") if path.is_file())
            own = {path.relative_to(self.site).as_posix(): path.read_bytes() for path in files}
            return uncommitted(self.repository, head, (*FOLDERS, "themes"), {**self.tree.files, **own}, _is_published)
        except GitError as error:
            self.fail(EXIT_OUTSIDE, error.reason, self.plain_language)
        except OSError as error:
            text = message("{file} cannot be read: {reason}", file=str(error.filename), reason=str(error.strerror))
            self.fail(EXIT_OUTSIDE, text, self.plain_language)

    @cached_property
    def edition(self) -> Edition:
        """Which state of the sources this is: a commit, or files that are no clean commit."""
        repository = self.repository
        head = None if repository is None else self.commit or repository.resolve("HEAD")
        if repository is None or head is None or self.uncommitted:
            return replace(UNCOMMITTED, audience=self.audience.value)
        try:
            return Edition(head, moment_of(repository, head), audience=self.audience.value)
        except GitError as error:
            self.fail(EXIT_OUTSIDE, error.reason, self.plain_language)

    @cached_property
    def plain_language(self) -> Language:
        """The language before the sources are read."""
        return language(self.lang or "zh_CN")

    @cached_property
    def language(self) -> Language:
        """The language of messages: the one asked for, else the site's."""
        return language(self.lang or self._settings[0].language)

    @cached_property
    def assessment(self) -> Assessment:
        """The scored site, scored once; its problems end the command where one is an error."""
        assessment, problems = assess(self.sources, self.trail)
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


def _is_published(path: str) -> bool:
    return path.startswith("themes/") or is_source(path)


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
