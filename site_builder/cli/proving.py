"""`kaohe verify` and `kaohe trail`: what history proves, in the terminal."""

import json
import sys

import click

from site_builder.assessment import verdict
from site_builder.cli.session import EXIT_PROBLEMS, EXIT_USAGE, Session
from site_builder.model import (
    Decision,
    Event,
    Happening,
    Level,
    Message,
    Site,
    Statement,
    Trail,
    Verdict,
    has_error,
    message,
    printable,
    subject_of,
)

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


def run_verify(session: Session, form: str) -> None:
    """Print every verdict; exit 1 where the policy demands approvals that are not there."""
    site, trail = _proved(session)
    incidents = _incident_verdicts(site, trail)
    criteria = {path: one for path, one in sorted(trail.verdicts.items()) if path.startswith("criteria/")}
    if form == "json":
        _print_json(session, trail, incidents, criteria)
    else:
        _print_text(session, trail, {**criteria, **incidents})
    decisions = {one.decision for one in (*incidents.values(), *criteria.values())}
    if trail.level is not Level.RECORDED and decisions - {Decision.APPROVED}:
        sys.exit(EXIT_PROBLEMS)


def _proved(session: Session) -> tuple[Site, Trail]:
    """The site and its trail; where the sources have errors, the command ends with these."""
    if session.sources.site is None or session.trail is None or has_error(session.sources.problems):
        session.tell(session.sources.problems)
        sys.exit(EXIT_PROBLEMS)
    return session.sources.site, session.trail


def _incident_verdicts(site: Site, trail: Trail) -> dict[str, Verdict]:
    """The verdict on each incident by id; an id that several years have comes with its year."""
    years = [(number, year.incidents) for number, year in sorted(site.years.items())]
    names = [name for _, incidents in years for name in incidents]
    found = {}
    for number, incidents in years:
        for name, incident in sorted(incidents.items()):
            key = name if names.count(name) == 1 or len(years) == 1 else f"{number}/{name}"
            found[key] = verdict(trail, incident)
    files = {subject_of(one.origin.place.path) for _, incidents in years for one in incidents.values()}
    lost = [one for one in trail.verdicts if one.endswith(".md") and one.startswith("incidents/") and one not in files]
    return found | {subject.split("/")[-1].removesuffix(".md"): trail.verdicts[subject] for subject in lost}


def _print_json(session: Session, trail: Trail, incidents: dict[str, Verdict], criteria: dict[str, Verdict]) -> None:
    shown = {
        "level": trail.level.value,
        "incidents": {name: _as_json(session, one) for name, one in incidents.items()},
        "criteria": {name: _as_json(session, one) for name, one in criteria.items()},
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


def _print_text(session: Session, trail: Trail, verdicts: dict[str, Verdict]) -> None:
    """What is not approved, line by line, then how many there are of each."""
    say = session.language.say
    click.echo(say(message("Level: {level}", level=LEVELS[trail.level])))
    if trail.why is not None:
        click.echo(say(message("Nothing can be proved: {why}", why=trail.why)))
    for name, one in verdicts.items():
        if one.decision is Decision.PENDING:
            click.echo(f"{name}  {say(DECISIONS[one.decision])}  {say(one.reason)}")
    counts = {decision: sum(one.decision is decision for one in verdicts.values()) for decision in Decision}
    tally = message(
        "Approved: {approved}, pending: {pending}, unknown: {unknown}",
        approved=counts[Decision.APPROVED],
        pending=counts[Decision.PENDING],
        unknown=counts[Decision.UNKNOWN],
    )
    click.echo(say(tally))


def run_trail(session: Session, name: str, year: int | None, form: str) -> None:
    """Print the life of a file, or of the file of an incident, and the verdict on it."""
    site, trail = _proved(session)
    subject = subject_named(session, site, name, year)
    events, one = trail.lives.get(subject, ()), trail.verdicts.get(subject)
    if form == "json":
        _print_life_json(session, subject, events, one)
        return
    say = session.language.say
    click.echo(subject)
    if trail.why is not None:
        click.echo(say(message("Nothing can be proved: {why}", why=trail.why)))
    for event in events:
        click.echo("  " + say(_told(site, event)))
    if one is not None:
        click.echo(say(message("{decision}: {reason}", decision=DECISIONS[one.decision], reason=one.reason)))


def subject_named(session: Session, site: Site, name: str, year: int | None) -> str:
    """The subject that a person names by a path or an incident's id; the command ends where there is none."""
    years = [year] if year is not None else sorted(site.years, reverse=True)
    for number in years:
        if number in site.years and name in site.years[number].incidents:
            return subject_of(site.years[number].incidents[name].origin.place.path) or name
    subject = subject_of(name.replace("\\", "/").removeprefix("./"))
    if subject is None or (session.trail is not None and subject not in session.trail.verdicts):
        session.fail(EXIT_USAGE, message("There is no incident and no rule file {name}", name=printable(name)))
    return subject


def _told(site: Site, event: Event) -> Message:
    """One event in a line: when, what, by whom, and the commit that shows it."""
    if not event.commit:
        return HAPPENINGS[event.happening]
    office = site.departments.get(event.office or "")
    who = office.name if office else printable(event.name)
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
