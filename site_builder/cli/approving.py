"""`kaohe approve`: an approval is a commit that changes no file and names what it approves."""

import sys
from dataclasses import dataclass

import click

from site_builder.cli.proving import DECISIONS, subject_named
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.model import Decision, Trail, message, printable, subject_of
from site_builder.trail import Evidence, GitError, Repository, approve, author, branch, folded


@dataclass(frozen=True, slots=True)
class _Approved:
    """A file to approve: its path in the site and its blob."""

    path: str
    blob: str


def run_approve(session: Session, names: tuple[str, ...], sign: bool, yes: bool) -> None:
    """Show what is approved, ask, and record the approval on the main branch."""
    trail, evidence, repository = _ready(session)
    wanted = [_wanted(session, trail, evidence, name) for name in dict.fromkeys(names)]
    try:
        person = author(repository)
        _check_not_own(session, evidence, wanted, person)
        for one in wanted:
            _show(session, trail, one)
        question = message("Approve this as {person}?", person=printable(person))
        if not yes and not click.confirm(session.language.say(question)):
            sys.exit(EXIT_PROBLEMS)
        lines = [(one.blob, repository.prefix + one.path) for one in wanted]
        commit = approve(repository, evidence.head, lines, sign)
    except GitError as error:
        session.fail(EXIT_OUTSIDE, error.reason)
    session.say(message("Approved with commit {commit}; it counts when it is on the main branch", commit=commit[:12]))


def _ready(session: Session) -> tuple[Trail, Evidence, Repository]:
    """What an approval needs: a site without errors, its whole history, and the main branch checked out."""
    if session.trail is None:
        session.tell(session.sources.problems)
        sys.exit(EXIT_PROBLEMS)
    trail, evidence = session.trail, session.evidence
    if evidence.repository is None or not trail.known:
        session.fail(EXIT_OUTSIDE, message("Nothing can be proved: {why}", why=trail.why))
    main = trail.policy.main
    if branch(evidence.repository) != main:
        text = message("Approvals count on the branch {main} only: run “git switch {main}” first", main=main)
        session.fail(EXIT_USAGE, text)
    return trail, evidence, evidence.repository


def _wanted(session: Session, trail: Trail, evidence: Evidence, name: str) -> _Approved:
    site = session.sources.site
    assert site is not None
    subject = subject_named(session, site, name, None)
    found = trail.verdicts[subject]
    if found.blob is None:
        session.fail(EXIT_PROBLEMS, message("{name}: this content is not committed; commit it first", name=name))
    path = next(path for path in evidence.stored if subject_of(path) == subject)
    return _Approved(path, found.blob)


def _check_not_own(session: Session, evidence: Evidence, wanted: list[_Approved], person: str) -> None:
    """Nobody approves what they wrote."""
    assert evidence.replay is not None
    for one in wanted:
        if folded(person) in evidence.replay.authors((subject_of(one.path) or "", one.blob)):
            text = message("{name}: you wrote this content; somebody else approves it", name=one.path)
            session.fail(EXIT_PROBLEMS, text)


def _show(session: Session, trail: Trail, one: _Approved) -> None:
    """The content that is approved, word for word, and what is still missing."""
    click.echo(f"── {one.path}")
    for line in session.tree.files[one.path].decode("utf-8", "replace").splitlines():
        click.echo("   " + printable(line))
    found = trail.verdicts[subject_of(one.path) or ""]
    if found.decision is Decision.PENDING:
        text = message("{decision}: {reason}", decision=DECISIONS[found.decision], reason=found.reason)
        click.echo(session.language.say(text))
