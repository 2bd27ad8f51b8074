"""`kaohe line`: what the log says of the main line, and a new entry of it."""

from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.model import Level, Message, message
from site_builder.trail import LOG, GitError, Origin, branch, hand_on, is_on_line, record_tip, refresh


def run_line(session: Session, record: bool, sign: bool | None) -> None:
    """Say whether the main line is proved, or record where it stands; exit 1 where it is not proved."""
    trail, evidence = session.trail, session.evidence
    if evidence.repository is None or evidence.line is None:
        session.fail(EXIT_OUTSIDE, message("Nothing can be proved: {why}", why=trail.why))
    if record:
        main = trail.policy.main
        if branch(evidence.repository) != main:
            text = message("The log says where the branch {main} stands: run “git switch {main}” first", main=main)
            session.fail(EXIT_USAGE, text)
        try:
            signed = trail.level is Level.SIGNED if sign is None else sign
            record_tip(evidence.repository, evidence.line, trail.level, evidence.head, sign=signed)
        except GitError as error:
            session.fail(EXIT_OUTSIDE, error.reason)
        session.say(message("Recorded: {main} stands at {commit}", main=main, commit=evidence.head[:12]))
        session.say(message("Push it with the log of the line: git push origin {main} {log}", main=main, log=LOG))
        return
    tip = evidence.log.tip
    if tip is None:
        session.say(message("There is no log of the main line here (branch {log})", log=LOG))
    else:
        text = message(
            "{person} recorded on {date} that the main line stood at {commit}",
            person=tip.person,
            date=tip.moment[:10],
            commit=tip.commit[:12],
        )
        session.say(text)
        session.say(message("Commits since then: {count}", count=len(evidence.line.commits) - 1 - evidence.log.proved))
    if trail.unproved is not None:
        session.fail(EXIT_PROBLEMS, message("The main line cannot be proved: {why}", why=trail.unproved))
    session.say(message("Nothing speaks against the main line"))


def keep_line(session: Session, commit: str, *, sign: bool, key: str | None = None) -> None:
    """Record that the main line stands at a commit, unless something speaks against the line.

    That it cannot be recorded is a warning, with what to do: what is decided is decided.
    """
    trail, evidence = session.trail, session.evidence
    if evidence.repository is None or evidence.line is None or trail.unproved is not None:
        return
    try:
        record_tip(evidence.repository, evidence.line, trail.level, commit, sign=sign, key=key)
    except GitError as error:
        text = message(
            "The log of the main line has no entry for {commit}: {reason}. {hint}",
            commit=commit[:12],
            reason=error.reason,
            hint=_HINT,
        )
        session.warn(text)


_HINT = message("An approver records it: kaohe line --record")


def hand_line_on(session: Session, commit: str, key: str | None) -> None:
    """Before a commit is published: record that the main line stands there, where nobody has yet, and push the log.

    What keeps the log from being written or pushed is a warning. The log never goes ahead of main at origin.
    """
    trail, evidence = session.trail, session.evidence
    repository, line = evidence.repository, evidence.line
    if repository is None or line is None or trail.level is Level.RECORDED or trail.unproved is not None:
        return
    if evidence.log.proved < line.place.get(commit, -1):
        keep_line(session, commit, sign=trail.level is Level.SIGNED or key is not None, key=key)
    try:
        origin, why = refresh(repository, LOG)
        if origin is Origin.REWRITTEN:
            session.warn(message("At origin, the branch {name} was rewritten or deleted: ask who did so", name=LOG))
        elif why is not None:
            session.warn(_not_pushed(why))
        elif origin is not Origin.NONE and is_on_line(repository, commit, trail.policy.main, at_origin=True):
            hand_on(repository, LOG)
    except GitError as error:
        session.warn(_not_pushed(error.reason))


def _not_pushed(reason: Message) -> Message:
    return message(
        "The log of the main line was not pushed: {reason}. Somebody who may does so: git push origin {log}",
        reason=reason,
        log=LOG,
    )
