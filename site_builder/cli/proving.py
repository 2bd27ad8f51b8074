"""`kaohe verify` and `kaohe trail`: what history proves, in the terminal."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping

import click

from site_builder.assessment import Assessment, assess
from site_builder.cli.session import EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.model import (
    Decision,
    Event,
    Happening,
    Level,
    Message,
    Proposal,
    ProposalKind,
    Severity,
    Site,
    Statement,
    Trail,
    Verdict,
    message,
    printable,
    subject_of,
)
from site_builder.model.review import ScoreChange
from site_builder.review.proposals import effects, effects_of_upgrade
from site_builder.sources import department_names
from site_builder.store import left_by_older

DECISIONS = {
    Decision.APPROVED: message("approved"),
    Decision.PENDING: message("pending"),
    Decision.UNKNOWN: message("unknown"),
}

HAPPENINGS = {
    Happening.RECORDED: message("recorded"),
    Happening.AMENDED: message("amended"),
    Happening.MOVED: message("moved"),
    Happening.APPROVED: message("approved"),
    Happening.WITHDRAWN: message("withdrawn"),
    Happening.REMOVED: message("removed"),
    Happening.UNCOMMITTED: message("changed, and not committed"),
}

LEVELS = {
    Level.RECORDED: message("recorded: history is shown, nothing is demanded"),
    Level.REVIEWED: message("reviewed: approvals by others are demanded"),
    Level.SIGNED: message("signed: approvals by others with valid signatures are demanded"),
}

STATEMENTS = {
    Statement.MERGE: message("by a merge"),
    Statement.TRAILER: message("by a trailer"),
    Statement.APPROVE: message("by an approval"),
}


def run_verify(session: Session, form: str, level: str | None = None) -> None:
    """Print every verdict, and what is in force instead; exit 1 where the policy demands what is not there.

    The files are judged as they are: what is wrong with them is for `check`, and only told here. With a `level` they
    are judged as if that level were demanded, and what this would change is listed.
    """
    asked = session.with_site(level=Level(level)) if level is not None else session
    upgraded = left_by_older(session.site)
    trail = asked.trail
    incidents, criteria = _incident_verdicts(trail, asked.written.site), _other_verdicts(trail)
    errors = tuple(one for one in asked.written.problems if one.severity is Severity.ERROR)
    if form == "json":
        _print_json(asked, trail, incidents, criteria)
    else:
        _print_text(asked, trail)
        _print_effects(asked if level is None else session, asked)
        if upgraded and level is None:
            _print_upgrade(session)
    asked.tell(errors)
    decisions = {one.decision for one in (*incidents.values(), *criteria.values())}
    demanded = trail.level is not Level.RECORDED
    if errors or (demanded and (decisions - {Decision.APPROVED} or trail.unproved or not trail.known)):
        sys.exit(EXIT_PROBLEMS)


def _print_effects(session: Session, asked: Session) -> None:
    """What the figures would be if all that stands were approved; or at another level, what it would change."""
    say = asked.language.say
    if session is not asked:
        changes = effects(_scored(session), _scored(asked))
        heading = message("At level {level} these scores would change:", level=LEVELS[asked.trail.level])
    else:
        changes = asked.effects
        heading = message("If all of this were approved, these scores would change:")
    if session is not asked and not changes:
        click.echo(say(message("No score would change")))
    _print_changes(asked, heading, changes)


def _print_upgrade(session: Session) -> None:
    """Once after an upgrade: which scores are others than by the files as they stand, which was the older reading."""
    site, trail = session.written.site, session.trail
    if site is not None and trail.in_force is not None:
        heading = message(
            "Before the upgrade, the files counted as they stand. What was approved last counts now in place of what "
            "waits above, and these scores change:"
        )
        _print_changes(session, heading, effects_of_upgrade(site, trail, _scored(session)))


def _print_changes(session: Session, heading: Message, changes: Iterable[ScoreChange]) -> None:
    """The changed scores below a heading; nothing where there are none."""
    for number, one in enumerate(changes):
        if not number:
            session.say(heading)
        click.echo("  " + session.language.say(effect_line(one)))


def effect_line(one: ScoreChange) -> Message:
    """A changed score in a line: department, section, before and after."""
    return message(
        "{year} {department}, {section}: {before} → {after}",
        year=str(one.year),
        department=one.department_name,
        section=one.title,
        before="—" if one.before is None else one.before.score,
        after="—" if one.after is None else one.after.score,
    )


def _incident_verdicts(trail: Trail, site: Site | None) -> dict[str, Verdict]:
    """The verdict on each record by its id; an id that several years have comes with its year.

    Each row of a table that is an incident has that of its file; a table of which nothing can be read is named by its
    path.
    """
    named = [
        (subject.split("/")[1], name, one)
        for subject, one in sorted(trail.verdicts.items())
        if subject.startswith("incidents/")
        for name in _identifiers(subject, site)
    ]
    names = Counter(name for _, name, _ in named)
    return {name if names[name] == 1 else f"{year}/{name}": one for year, name, one in named}


def _identifiers(subject: str, site: Site | None) -> list[str]:
    """The ids of the incidents in a file."""
    if subject.endswith(".md"):
        return [subject.rpartition("/")[2].removesuffix(".md")]
    incidents = (one for year in site.years.values() for one in year.incidents.values()) if site else ()
    return [one.id for one in incidents if one.origin.place.path == subject] or [subject]


def _other_verdicts(trail: Trail) -> dict[str, Verdict]:
    return {path: one for path, one in sorted(trail.verdicts.items()) if not path.startswith("incidents/")}


def _print_json(session: Session, trail: Trail, incidents: dict[str, Verdict], criteria: dict[str, Verdict]) -> None:
    shown = {
        "level": trail.level.value,
        "incidents": {name: _as_json(session, one) for name, one in incidents.items()},
        "criteria": {name: _as_json(session, one) for name, one in criteria.items()},
        "proposals": [
            {
                "subject": one.subject,
                "path": one.path,
                "kind": one.kind.value,
                "blob": one.blob,
                "in-force": one.in_force,
                "commit": one.commit or None,
                "since": one.moment or None,
                "offices": list(one.verdict.offices),
                "missing": one.verdict.missing,
            }
            for one in trail.proposals
        ],
        "unproved": trail.unproved and session.language.say(trail.unproved),
    }
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2, sort_keys=True))


def _as_json(session: Session, one: Verdict) -> dict[str, object]:
    return {
        "verdict": one.decision.value,
        "reason": session.language.say(one.reason),
        "approvals": [
            {
                "by": approval.by,
                "role": approval.role,
                "commit": approval.commit,
                "date": approval.moment,
                "kind": approval.kind.value,
            }
            for approval in one.approvals
        ],
    }


KINDS = {
    ProposalKind.NEW: message("new; it does not count yet"),
    ProposalKind.AMENDMENT: message("an amendment; the earlier words count until it is approved"),
    ProposalKind.REMOVAL: message("a removal; what was removed counts until that is approved"),
    ProposalKind.REVIVAL: message("earlier words again; they do not count before they are approved anew"),
    ProposalKind.TAKEN_OVER: message("in force, and not approved at this level"),
}
"""What a proposal is, and what counts until it is approved."""


def _print_text(session: Session, trail: Trail) -> None:
    """What is not approved, line by line with what counts instead, then how many there are of each."""
    say = session.language.say
    click.echo(say(message("Level: {level}", level=LEVELS[trail.level])))
    if trail.why is not None:
        click.echo(say(message("Nothing can be proved: {why}", why=trail.why)))
    if trail.unproved is not None:
        click.echo(say(message("The main line cannot be proved: {why}", why=trail.unproved)))
    proposals = {one.subject: one for one in trail.proposals}
    for subject, one in sorted(trail.verdicts.items()):
        if one.decision is Decision.PENDING and trail.level is not Level.RECORDED:
            click.echo(f"{_shown_name(subject)}  {say(DECISIONS[one.decision])}  {say(one.reason)}")
            if subject in proposals:
                click.echo("  " + say(_proposed(proposals[subject])))
    counts = Counter(one.decision for one in trail.verdicts.values())
    tally = message(
        "Approved: {approved}, pending: {pending}, unknown: {unknown}",
        approved=counts[Decision.APPROVED],
        pending=counts[Decision.PENDING],
        unknown=counts[Decision.UNKNOWN],
    )
    if trail.level is Level.RECORDED and trail.known:
        tally = message("Nothing is demanded; approved all the same: {approved}", approved=counts[Decision.APPROVED])
    click.echo(say(tally))


def _shown_name(subject: str) -> str:
    return subject.rpartition("/")[2].removesuffix(".md") if subject.endswith(".md") else subject


def _proposed(one: Proposal) -> Message:
    """What a proposal is, since when it waits, and what counts until it is approved."""
    if not one.commit:
        return message("{kind}", kind=KINDS[one.kind])
    return message(
        "since {date} ({commit}): {kind}", date=one.moment[:10], commit=one.commit[:12], kind=KINDS[one.kind]
    )


def run_trail(session: Session, name: str, year: int | None, form: str) -> None:
    """Print the life of a file, or of the file of an incident, and the verdict on it."""
    trail, subject = session.trail, subject_named(session, name, year)
    events, one = trail.lives.get(subject, ()), trail.verdicts.get(subject)
    if form == "json":
        _print_life_json(session, subject, events, one)
        return
    say, names = session.language.say, department_names(session.tree)
    click.echo(subject)
    if trail.why is not None:
        click.echo(say(message("Nothing can be proved: {why}", why=trail.why)))
    for event in events:
        click.echo("  " + say(_told(names, event)))
    if one is not None:
        click.echo(say(message("{decision}: {reason}", decision=DECISIONS[one.decision], reason=one.reason)))
    for proposal in trail.proposals:
        if proposal.subject == subject:
            click.echo(say(_proposed(proposal)))


def subject_named(session: Session, name: str, year: int | None) -> str:
    """The subject that a person names by a path or an incident's id; the command ends where there is none."""
    known = session.trail.verdicts
    subject = subject_of(name.replace("\\", "/").removeprefix("./"))
    if subject is not None and subject in known:
        return subject
    years = sorted({one.split("/")[1] for one in known if one.startswith("incidents/")}, reverse=True)
    named = (f"incidents/{one}/{name}.md" for one in ([str(year)] if year is not None else years))
    site = session.written.site
    of_site = sorted(site.years.items(), reverse=True) if site else ()
    rows = (
        subject_of(one.incidents[name].origin.place.path) or name
        for number, one in of_site
        if name in one.incidents and (year is None or year == number)
    )
    found = next((one for one in (*named, *rows) if one in known), None)
    if found is None:
        session.fail(EXIT_USAGE, message("There is no incident and no rule file {name}", name=printable(name)))
    return found


def _told(names: Mapping[str, str], event: Event) -> Message:
    """One event in a line: when, what, by whom, and the commit that shows it."""
    if not event.commit:
        return HAPPENINGS[event.happening]
    who = names.get(event.office or "") or printable(event.name)
    what: Message = HAPPENINGS[event.happening]
    if event.kind is not None:
        what = message("{what} {how}", what=what, how=STATEMENTS[event.kind])
    return message(
        "{date}  {what}  {who}  {commit}", date=event.moment[:10], what=what, who=who, commit=event.commit[:12]
    )


def _print_life_json(session: Session, subject: str, events: tuple[Event, ...], one: Verdict | None) -> None:
    shown = {
        "subject": subject,
        "verdict": one and _as_json(session, one),
        "events": [
            {
                "what": event.happening.value,
                "date": event.moment,
                "by": event.address,
                "office": event.office,
                "commit": event.commit,
                "path": event.path,
                "before": event.before,
                "after": event.after,
            }
            for event in events
        ],
    }
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2, sort_keys=True))


def _scored(session: Session) -> Assessment | None:
    """The figures of a reading of the site; None where it has errors."""
    assessment, _ = assess(
        session.sources, session.trail, held=False, proposed=session.opened.proposed, unproved=session.trail.known
    )
    return assessment
