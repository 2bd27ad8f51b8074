"""A build: a plan, then its execution on all cores."""

import gc
import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path

from jinja2 import TemplateError, TemplateSyntaxError

from site_builder import __version__, theme
from site_builder.assessment import Assessment, assess
from site_builder.audience import public
from site_builder.exports import data_files, export, scripts
from site_builder.language import language
from site_builder.model import (
    UNCOMMITTED,
    Asset,
    Audience,
    Edition,
    Manifest,
    Place,
    Problem,
    Severity,
    Site,
    Sources,
    Trail,
    has_error,
    in_order,
    message,
)
from site_builder.model.review import Episode, ScoreChange
from site_builder.pages import Page, addresses, link_problems, plan
from site_builder.render.assets import static_assets
from site_builder.render.output import Output, prepared
from site_builder.render.templates import Rendition, Templates
from site_builder.sources import theme_problem

Progress = Callable[[int, int], None]
"""Told how many of how many parts of the work are done."""

_CHUNK = 64
_WORTH_FORKING = 6


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did: the problems found, and how many files it wrote; None where errors kept it from writing."""

    problems: tuple[Problem, ...]
    files: int | None


def check_site(
    sources: Sources, folder: Path, problems: Iterable[Problem], *, counting: bool = False
) -> tuple[Problem, ...]:
    """The problems together with those that only a whole site has: links that lead nowhere, a theme that is missing.

    Where only what is in force is `counting`, a link is no error that leads to a page which is not there: whoever may
    write can take that away.
    """
    if sources.site is None:
        return in_order(problems)
    links = (_mild(one) if counting else one for one in link_problems(sources.site))
    unknown = theme_problem(sources.site.settings, theme.names(folder))
    return in_order((*problems, *links, *([unknown] if unknown else ())))


def _mild(problem: Problem) -> Problem:
    return replace(problem, severity=Severity.WARNING) if problem.code == "broken-link" else problem


def build(
    sources: Sources,
    trail: Trail | None,
    site: Path,
    output: Path,
    jobs: int | None = None,
    progress: Progress | None = None,
    episodes: tuple[Episode, ...] = (),
    edition: Edition = UNCOMMITTED,
    *,
    proposed: bool = False,
    unproved: bool = False,
    effects: tuple[ScoreChange, ...] = (),
) -> Built:
    """Score the sources and write their site into the output folder; with errors, nothing is touched.

    `trail` is what history proves of them, `episodes` what it tells of the main line, `site` the folder that may hold
    themes. `edition` says which state of the sources this is; its level becomes the trail's. What is `proposed`, or
    `unproved`, is counted and marked on every page; `effects` are the scores that proposals would change.
    """
    assessment, problems = assess(sources, trail, episodes, proposed=proposed, unproved=unproved)
    counting = trail is not None and trail.in_force is not None and not proposed
    problems = check_site(sources, site, problems, counting=counting)
    assessment = assessment and replace(assessment, effects=effects)
    if assessment is None or has_error(problems):
        return Built(problems, None)
    if edition.audience == Audience.PUBLIC:
        assessment = public(assessment)
    try:
        stage = assessment.site.settings.standing(max(assessment.site.years)).stage
        edition = replace(edition, level=assessment.trail.level.value, stage=stage.value, marks=assessment.marks)
        return Built(problems, write_site(assessment, site, output, jobs, progress, edition))
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
    assessment: Assessment,
    site: Path,
    output: Path,
    jobs: int | None = None,
    progress: Progress | None = None,
    edition: Edition = UNCOMMITTED,
) -> int:
    """Write the site of an assessment; gives the number of its files. `site` is the folder that may hold themes."""
    settings = assessment.site.settings
    speaking = language(settings.language, settings.theme, site)
    planned = plan(assessment, {year: data_files(year) for year in assessment.site.years})
    assets = {**scripts(assessment), **static_assets(settings, site)}
    chunks = [planned.pages[begin : begin + _CHUNK] for begin in range(0, len(planned.pages), _CHUNK)]
    with prepared(output) as staged:
        tasks: list[_Task] = [
            partial(_write_files, staged, lambda: export(assessment, speaking)),
            partial(_write_files, staged, lambda: {one.url: one.data for one in assets.values()}),
            *(
                partial(_write_pages, staged, templates, pages)
                for templates in _renditions(assessment.site, site, {**planned.shared, "edition": edition}, assets)
                for pages in chunks
            ),
        ]
        digests = dict(_done(tasks, jobs or os.cpu_count() or 1, progress))
        staged.finish(Manifest(digests, edition, _versions()))
    return len(digests)


def _renditions(
    site: Site, folder: Path, shared: Mapping[str, object], assets: Mapping[str, Asset]
) -> Iterator[Templates]:
    """The templates in each language of the site."""
    settings, known = site.settings, addresses(site)
    folders, urls = theme.folders(settings.theme, folder), {name: one.url for name, one in assets.items()}
    codes = (settings.language, *settings.translations)
    renditions = tuple(Rendition(language(code, settings.theme, folder), main=code == codes[0]) for code in codes)
    for rendition in renditions:
        yield Templates(folders, rendition, renditions, known, shared, urls, settings.url)


def _versions() -> Mapping[str, str]:
    """The versions of this program and of the libraries that make bytes."""
    return {"kaohe": __version__, **{name: version(name) for name in ("jinja2", "markdown", "nh3")}}


def _write_files(output: Output, files: Callable[[], Mapping[str, bytes]]) -> list[tuple[str, str]]:
    return [(url, output.write(url, data)) for url, data in files().items()]


def _write_pages(output: Output, templates: Templates, pages: Iterable[Page]) -> list[tuple[str, str]]:
    return [(url, output.write(url, data)) for url, data in map(templates.page, pages)]


_Task = Callable[[], list[tuple[str, str]]]
"""A part of the work: writes files, and gives their URLs and digests."""

_tasks: Sequence[_Task] = ()
"""The tasks that forked processes inherit: nothing of the plan is copied or sent."""


def _task(number: int) -> list[tuple[str, str]]:
    return _tasks[number]()


def _done(tasks: Sequence[_Task], jobs: int, progress: Progress | None) -> Iterator[tuple[str, str]]:
    """URL and digest of every file, written in so many processes where the system can fork."""
    for number, written in enumerate(_results(tasks, jobs), 1):
        if progress:
            progress(number, len(tasks))
        yield from written


def _results(tasks: Sequence[_Task], jobs: int) -> Iterator[list[tuple[str, str]]]:
    if jobs == 1 or len(tasks) < _WORTH_FORKING or "fork" not in multiprocessing.get_all_start_methods():
        yield from (task() for task in tasks)
        return
    global _tasks
    _tasks = tasks
    gc.freeze()  # the plan is not searched for cycles in every process, and so stays shared between them
    try:
        with multiprocessing.get_context("fork").Pool(jobs) as pool:
            yield from pool.imap(_task, range(len(tasks)))
    finally:
        gc.unfreeze()
        _tasks = ()
