"""A build: a plan, then its execution on all cores."""

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateError, TemplateSyntaxError

from site_builder import theme
from site_builder.assessment import Assessment, assess
from site_builder.exports import data_files, export
from site_builder.language import language
from site_builder.model import Place, Problem, Settings, Sources, has_error, in_order, message
from site_builder.pages import Page, addresses, link_problems, plan
from site_builder.render.output import Output, prepared
from site_builder.render.templates import Templates

Progress = Callable[[int, int], None]
"""Told how many of how many pages are done."""

_CHUNK = 64
_AT_LEAST = 200


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: the problems found, and how many files it wrote; None where errors kept it from writing."""

    problems: tuple[Problem, ...]
    files: int | None


def check_site(sources: Sources, folder: Path, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems together with those that only a whole site has: links that lead nowhere, a theme that is missing."""
    if sources.site is None:
        return in_order(problems)
    return in_order((*problems, *link_problems(sources.site), *_theme_problems(sources.site.settings, folder)))


def _theme_problems(settings: Settings, folder: Path) -> Iterator[Problem]:
    known = theme.names(folder)
    if settings.theme not in known:
        yield Problem(
            settings.origin.of("theme"),
            "unknown-theme",
            message("There is no theme “{name}”", name=settings.theme),
            message("There are: {names}; a theme of your own is a folder in themes/", names=known),
        )


def build(
    sources: Sources, site: Path, output: Path, jobs: int | None = None, progress: Progress | None = None
) -> Built:
    """Score the sources and write their site into the output folder; with errors, nothing is touched."""
    assessment, problems = assess(sources)
    problems = check_site(sources, site, problems)
    if assessment is None or has_error(problems):
        return Built(problems, None)
    try:
        return Built(problems, write_site(assessment, site, output, jobs, progress))
    except TemplateError as error:
        return Built((*problems, _template_problem(assessment.site.settings.theme, error)), None)


def _template_problem(name: str, error: TemplateError) -> Problem:
    """A template that a site overrides may be wrong like any other file."""
    wrong = error if isinstance(error, TemplateSyntaxError) else None
    file = f"/{wrong.name}" if wrong and wrong.name else ""
    return Problem(
        Place(f"themes/{name}/templates{file}", wrong.lineno if wrong else 1),
        "template-error",
        message("A template of the theme cannot be used: {reason}", reason=error.message or type(error).__name__),
        message("Mend the template, or remove it: then the one of the theme campus is used"),
    )


def write_site(
    assessment: Assessment, site: Path, output: Path, jobs: int | None = None, progress: Progress | None = None
) -> int:
    """Write the site of an assessment; gives the number of its files. `site` is the folder that may hold themes."""
    settings = assessment.site.settings
    planned = plan(assessment, {year: data_files(year) for year in assessment.site.years})
    speaking = language(settings.language, settings.theme, site)
    folders, known = theme.folders(settings.theme, site), addresses(assessment.site)
    templates = Templates(folders, speaking, known, planned.shared, settings.url)
    with prepared(output) as staged:
        files = {**_static(settings.theme, site), **export(assessment, speaking)}
        digests = {url: staged.write(url, data) for url, data in files.items()}
        work = _Work(planned.pages, templates, staged)
        digests |= dict(_executed(work, jobs or os.cpu_count() or 1, progress))
        staged.finish(digests)
    return len(digests)


def _static(name: str, site: Path) -> dict[str, bytes]:
    return {f"static/{path}": file.read_bytes() for path, file in theme.files(name, site, "static").items()}


@dataclass(frozen=True, slots=True)
class _Work:
    """The pages of a build, and what turns them into files."""

    pages: tuple[Page, ...]
    templates: Templates
    output: Output

    def chunk(self, begin: int) -> list[tuple[str, str]]:
        """Render and write the pages from a number on; gives their URLs and digests."""
        pages = self.pages[begin : begin + _CHUNK]
        return [(page.url, self.output.write(page.url, self.templates.html(page))) for page in pages]


_work: _Work | None = None
"""The work that forked processes inherit: nothing of the plan is copied or sent."""


def _chunk(begin: int) -> list[tuple[str, str]]:
    assert _work is not None
    return _work.chunk(begin)


def _executed(work: _Work, jobs: int, progress: Progress | None) -> Iterator[tuple[str, str]]:
    """URL and digest of every page, rendered in so many processes where the system can fork."""
    done, begins = 0, range(0, len(work.pages), _CHUNK)
    for chunk in _chunks(work, begins, jobs):
        done += len(chunk)
        if progress:
            progress(done, len(work.pages))
        yield from chunk


def _chunks(work: _Work, begins: Iterable[int], jobs: int) -> Iterator[list[tuple[str, str]]]:
    if jobs == 1 or len(work.pages) < _AT_LEAST or "fork" not in multiprocessing.get_all_start_methods():
        yield from map(work.chunk, begins)
        return
    global _work
    _work = work
    try:
        with multiprocessing.get_context("fork").Pool(jobs) as pool:
            yield from pool.imap(_chunk, begins)
    finally:
        _work = None
