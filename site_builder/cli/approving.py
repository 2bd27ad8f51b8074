"""`kaohe approve`: an approval is a commit that changes no file and names what it approves."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import click

from site_builder.cli.lining import keep_line
from site_builder.cli.proving import DECISIONS, subject_named
from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.model import (
    SIGNERS,
    Decision,
    Level,
    Message,
    ProposalKind,
    Trail,
    message,
    printable,
    set_of,
    subject_of,
)
from site_builder.model.review import Mark
from site_builder.review.words import difference
from site_builder.sources import department_names
from site_builder.trail import (
    LOG,
    Approved,
    Evidence,
    GitError,
    Judge,
    Repository,
    Signer,
    advance,
    approve,
    approver,
    branch,
    called,
    is_signed,
    refusal,
)

_LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Ready:
    """What an approval needs: what history proves, and the repository with the main branch checked out."""

    trail: Trail
    evidence: Evidence
    judge: Judge
    repository: Repository


def run_approve(
    session: Session, names: tuple[str, ...], every: bool, office: str | None, sign: bool | None, yes: bool
) -> None:
    """Show what is approved, ask, and record the approval on the main branch.

    An approval that would count for nothing is refused, with the reason; of everything that waits, only that is taken
    for which this person's approval counts.
    """
    ready = _ready(session)
    signed = ready.trail.level is Level.SIGNED if sign is None else sign
    try:
        person = approver(ready.repository, signed)
        wanted = list(_waiting(session, ready, office)) if every else [_named(session, ready, one) for one in names]
        taken = [one for one in dict.fromkeys(wanted) if _counts(session, ready, one, person, signed, every)]
        if not taken:
            session.fail(EXIT_PROBLEMS if wanted or not every else 0, message("Nothing is approved"))
        for one in taken:
            _show(session, ready, one)
        question = message("Approve this as {person}?", person=printable(person.principal))
        if not yes and not click.confirm(session.language.say(question)):
            sys.exit(EXIT_PROBLEMS)
        commit = approve(ready.repository, ready.evidence.head, taken, signed)
        if not is_signed(ready.judge, commit):
            text = message(
                "your signature does not count now: look at the days and uses of your key in {file}", file=SIGNERS
            )
            session.fail(EXIT_PROBLEMS, text)
        advance(ready.repository, "HEAD", commit, ready.evidence.head)
    except GitError as error:
        session.fail(EXIT_OUTSIDE, error.reason)
    session.say(message("Approved with commit {commit}; it counts when it is on the main branch", commit=commit[:12]))
    if ready.trail.level is not Level.RECORDED:
        keep_line(session, commit, sign=signed)
        session.say(
            message(
                "Push it with the log of the line: git push origin {main} {log}", main=ready.trail.policy.main, log=LOG
            )
        )


def _ready(session: Session) -> _Ready:
    trail, evidence = session.trail, session.evidence
    if evidence.repository is None or evidence.line is None or evidence.records is None:
        session.fail(EXIT_OUTSIDE, message("Nothing can be proved: {why}", why=trail.why))
    main = trail.policy.main
    if branch(evidence.repository) != main:
        text = message("Approvals count on the branch {main} only: run “git switch {main}” first", main=main)
        session.fail(EXIT_USAGE, text)
    judge = Judge(evidence, evidence.line, evidence.records, department_names(session.tree))
    return _Ready(trail, evidence, judge, evidence.repository)


def _named(session: Session, ready: _Ready, name: str) -> Approved:
    subject = subject_named(session, name, None)
    return _approved(session, ready, subject, name)


def _waiting(session: Session, ready: _Ready, office: str | None) -> Iterator[Approved]:
    """Everything that is committed and waits for an approval; of one department where one is named."""
    names = department_names(session.tree)
    found = next((one for one, name in names.items() if office in (one, name)), None)
    if office is not None and found is None:
        session.fail(EXIT_USAGE, message("There is no department {name}", name=printable(office)))
    for one in ready.trail.proposals:
        if one.is_approved:
            continue
        committed = one.blob is not None or one.kind is ProposalKind.REMOVAL
        if committed and (found is None or found in one.verdict.offices):
            yield _approved(session, ready, one.subject, one.subject)


def _approved(session: Session, ready: _Ready, subject: str, name: str) -> Approved:
    verdict, trail = ready.trail.verdicts[subject], ready.trail
    is_there = ready.judge.path_of(subject)
    lies_there = is_there is not None or any(subject_of(path) == subject for path in session.tree.files)
    if verdict.blob is None and lies_there:
        session.fail(EXIT_PROBLEMS, message("{name}: this content is not committed; commit it first", name=name))
    before = ready.judge.replaced(subject)
    binds = before != verdict.blob and any(one.subject == subject for one in trail.proposals)
    replaces = before if binds else None
    path = ready.repository.prefix + (is_there or subject)
    return Approved(subject, path, verdict.blob, binds, replaces)


def _counts(session: Session, ready: _Ready, one: Approved, person: Signer, signed: bool, silent: bool) -> bool:
    """Whether the approval counts; where it does not, the reason is told, or the command ends."""
    verdict = ready.trail.verdicts[one.subject]
    if verdict.decision is Decision.PENDING and verdict.approvals and not verdict.missing:
        why: Message | None = verdict.reason
    else:
        why = refusal(ready.judge, one.subject, one.blob, person, called(ready.repository), signed)
    if why is None:
        return True
    text = message("{name}: {why}", name=one.path, why=why)
    if not silent:
        session.fail(EXIT_PROBLEMS, text)
    session.say(text)
    return False


def _show(session: Session, ready: _Ready, one: Approved) -> None:
    """The content that is approved, word for word, what it changes, and what is still missing."""
    click.echo(f"── {printable(one.path)}")
    texts = ready.repository.blobs([blob for blob in (one.blob, one.replaces) if blob is not None], _LARGEST)
    after = texts.get(one.blob or "", b"").decode("utf-8", "replace").replace("\r\n", "\n")
    if one.blob is None:
        session.say(message("The file was removed; approved is that it goes"))
        after = texts.get(one.replaces or "", b"").decode("utf-8", "replace")
    for line in after.splitlines():
        click.echo("   " + printable(line))
    if one.blob is not None and one.replaces in texts:
        before = texts[one.replaces or ""].decode("utf-8", "replace").replace("\r\n", "\n")
        session.say(message("In place of what is in force ([-gone-], [+new+]):"))
        forms = {Mark.REMOVED: "[-{}-]", Mark.ADDED: "[+{}+]"}
        words = "".join(forms.get(run.mark, "{}").format(run.text) for run in difference(before, after))
        for line in words.splitlines():
            click.echo("   " + printable(line))
    found = ready.trail.verdicts[one.subject]
    if found.decision is Decision.PENDING:
        text = message("{decision}: {reason}", decision=DECISIONS[found.decision], reason=found.reason)
        click.echo(session.language.say(text))
    if set_of(one.subject) is None and one.binds and one.replaces is None:
        session.say(message("Nothing of it counts yet"))
