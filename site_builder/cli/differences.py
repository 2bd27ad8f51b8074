"""What a publication would change, in the terminal: pages, other files, and scores department by department."""

from collections.abc import Callable, Iterable
from itertools import groupby

import click

from site_builder.cli.session import Session
from site_builder.model import Manifest, Message, message, printable
from site_builder.publish import (
    Archive,
    Changes,
    Look,
    ReleasedPlace,
    ScoreChange,
    changes,
    score_changes,
    score_files,
    without_stamps,
)

_SHOWN = 20


def show_differences(
    session: Session,
    place: Archive | ReleasedPlace,
    now: Look,
    after: Manifest,
    read: Callable[[str], bytes],
) -> None:
    """Print what changes from what is published `now` to a release with the manifest `after`.

    `session` is that of what is to be shown: it knows the names; `read` reads a file of it.
    """
    say = session.language.say
    click.echo(say(_states(place.place, now, after)))
    found = changes(now.manifest, after)
    if now.manifest is not None:
        found = without_stamps(found, now.manifest, after, read)
    for line in _files(found, now.manifest is None):
        click.echo(line if isinstance(line, str) else say(line))
    if now.manifest is None:
        return
    paths = score_files(now.manifest, after)
    old = place.read(now, [path for path in paths if path in now.manifest.files])
    scores = [
        one for path in paths for one in score_changes(path, old.get(path), read(path) if path in after.files else None)
    ]
    for line in _scores(session, scores):
        click.echo(say(line))


def _states(place: str, now: Look, after: Manifest) -> Message:
    if now.manifest is not None:
        return message(
            "At {place}: {before} is published, and would become {after}",
            place=place,
            before=state_of(now.manifest),
            after=state_of(after),
        )
    if now.current is not None:
        return message("At {place}: what is published cannot be read; it would become whole", place=place)
    return message("Nothing is published at {place} yet", place=place)


def state_of(manifest: Manifest) -> Message:
    """A state of the site in words: its commit with the date."""
    edition = manifest.edition
    if edition.commit is None:
        return message("a preview")
    return message("commit {commit} of {date}", commit=edition.commit[:12], date=(edition.date or "?")[:10])


def _files(found: Changes, is_first: bool) -> Iterable[str | Message]:
    pages = found.pages
    yield message(
        "Pages: {added} added, {changed} changed, {removed} removed; other files: {others}",
        added=len(pages.added),
        changed=len(pages.changed),
        removed=len(pages.removed),
        others=sum(map(len, found)) - sum(map(len, pages)),
    )
    if found.stamped:
        yield message("Pages that only name the new commit at their foot: {count}", count=len(found.stamped))
    if is_first:
        return
    for sign, paths in zip("+~-", pages, strict=True):
        yield from (f"  {sign} {path}" for path in paths[:_SHOWN])
        if len(paths) > _SHOWN:
            yield f"  {sign} … (+{len(paths) - _SHOWN})"


def _scores(session: Session, scores: list[ScoreChange]) -> Iterable[Message]:
    """A line for each department, with every score of it that differs."""
    if not scores:
        yield message("No score differs from what is published")
        return
    yield message("Scores that differ from what is published:")
    for (year, department), group in groupby(sorted(scores), key=lambda one: (one.year, one.department)):
        differing = tuple(
            message(
                "{section} {before} → {after}",
                section=_section(session, year, one.section),
                before=_figure(one.before),
                after=_figure(one.after),
            )
            for one in group
        )
        yield message(
            "  {year} {department}: {scores}",
            year=year,
            department=_department(session, department),
            scores=differing,
        )


def _figure(score: str | None) -> str:
    return "–" if score is None else printable(score)


def _department(session: Session, name: str) -> str:
    site = session.sources.site
    return site.departments[name].name if site is not None and name in site.departments else printable(name)


def _section(session: Session, year: str, name: str) -> str:
    site = session.sources.site
    scheme = site.years[int(year)].scheme if site is not None and year.isdigit() and int(year) in site.years else None
    known = {} if scheme is None else scheme.all_sections
    return known[name].title if name in known else printable(name)
