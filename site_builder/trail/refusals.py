"""Before somebody approves: why their approval would count for nothing, and whether its signature counts."""

from collections.abc import Collection

from site_builder.model import Level, Message, Statement, folded, message, set_of
from site_builder.trail.history import read_commit
from site_builder.trail.people import Authors
from site_builder.trail.signatures import Signer
from site_builder.trail.statements import Said
from site_builder.trail.verdicts import Judge


def refusal(judge: Judge, subject: str, blob: str | None, person: Signer, called: str, signed: bool) -> Message | None:
    """Why an approval that this person would give to a content would count for nothing; None where it counts.

    `called` is the name that the person's commits bear.
    """
    level = judge.policy.level
    if level is Level.SIGNED and not signed:
        return message("the policy asks for signed approvals: run it again with --sign")
    names = speaking = {folded(person.principal)}
    if level is Level.SIGNED:
        speaking = judge.line.people.listed(person, judge.line.in_force)
        if not speaking:
            return message("your signing key is not among the allowed signers in force")
        names = names | speaking | judge.line.people.names(person.key)
    if not judge.is_readable(subject, blob):
        return message("what it charges cannot be read, so nobody can approve it")
    authors = _authors(judge, subject, blob)
    if judge.line.people.are_authors(authors, frozenset(names), person.key, called):
        return message("you wrote this content; somebody else approves it")
    own = _offices_of(judge, speaking)
    needed = judge.offices(subject, blob)
    if not own & set(needed):
        offices = tuple(judge.names.get(one, one) for one in needed)
        if not offices:
            return message("nobody may approve it: no rules in force say who assesses what it charges")
        return message("you may not approve it; {offices} may", offices=offices)
    if names & {folded(one.by) for one in judge.tally(subject, blob).approvals}:
        return message("you have approved it already")
    return None


def is_signed(judge: Judge, commit: str) -> bool:
    """Whether a commit that approves is signed as the level demands, by somebody whom the signers in force know.

    Their days, purposes and authorities are asked too; raises `GitError`.
    """
    repository = judge.evidence.repository
    if judge.policy.level is not Level.SIGNED or repository is None:
        return True
    said = Said(read_commit(repository, commit), Statement.APPROVE, judge.line.in_force)
    return judge.line.people.signer(said, Level.SIGNED) is not None


def _authors(judge: Judge, subject: str, blob: str | None) -> Authors:
    if set_of(subject) is not None:
        return judge.line.authors_of_file((subject, blob), judge.policy.level, None)
    life = judge.life(subject)
    approved = {one: at for one, at in life.approved.items() if blob != life.in_force or one != (subject, blob)}
    return judge.line.authors((subject, blob), judge.policy.level, approved, None)


def _offices_of(judge: Judge, names: Collection[str]) -> set[str]:
    """The departments for which the policy in force lets somebody speak."""
    policy, day = judge.policy, judge.line.history.commits[judge.evidence.head].committer.day
    return {
        office
        for office in (*policy.approvers, *policy.delegates)
        if set(map(folded, policy.speakers(office, day))).intersection(names)
    }
