"""`kaohe review`: what a change does, for a reviewer."""

import sys
from pathlib import Path

import click

from site_builder.assessment import check
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, Session
from site_builder.exports import review_json, review_markdown
from site_builder.language import Language, language
from site_builder.model import Problem, Sources, has_error, in_order, message
from site_builder.model.review import Review
from site_builder.pages import link_problems
from site_builder.review.revisions import Revisions
from site_builder.review.telling import telling
from site_builder.trail import GitError


def run_review(session: Session, base: str, head: str, form: str, output: Path | None) -> None:
    """Print the review, or write it to a file; exit 1 where the change has errors."""
    found = _found(session, base, head)
    speaking = language(session.lang or (found.scope.language if found.scope else "zh_CN"))
    _tell_uncommitted(session, head, speaking)
    if form == "json":
        data = review_json(found, speaking)
    elif form == "html":
        from site_builder.render import review_html

        data = review_html(telling(found), speaking)
    else:
        data = review_markdown(telling(found), speaking).encode("utf-8", "replace")
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        _write(session, output, data)
    if has_error(found.problems_added):
        sys.exit(EXIT_PROBLEMS)


def _tell_uncommitted(session: Session, head: str, speaking: Language) -> None:
    """Say beside the review which files of the folder it does not show: a revision holds what is committed."""
    if head == "HEAD" and session.uncommitted:
        text = message("Not committed, and so not in this review: {paths}", paths=session.uncommitted)
        click.echo(speaking.say(text), err=True)


def _found(session: Session, base: str, head: str) -> Review:
    """The review of two revisions by their names."""
    before, after = session.commit_of(base), session.commit_of(head)
    repository = session.repository
    assert repository is not None
    try:
        return Revisions(repository, _problems).review(before, after)
    except GitError as error:
        session.fail(EXIT_OUTSIDE, error.reason, session.plain_language)


def _problems(sources: Sources) -> tuple[Problem, ...]:
    """What `check` says of sources, whatever their theme."""
    links = link_problems(sources.site) if sources.site else ()
    return in_order((*check(sources), *links))


def _write(session: Session, output: Path, data: bytes) -> None:
    try:
        output.write_bytes(data)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        session.fail(
            EXIT_OUTSIDE,
            message("{file} was not written: {reason}", file=str(output), reason=reason),
            session.plain_language,
        )
