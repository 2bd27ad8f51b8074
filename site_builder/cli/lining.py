"""`kaohe line`: what the log says of the main line, and a new entry of it."""

from site_builder.cli.session import EXIT_OUTSIDE, EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.model import Level, message
from site_builder.trail import LOG, GitError, branch, record_tip


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
            record_tip(evidence.repository, main, evidence.head, signed)
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
