"""What is refused to be published, and with which option it is nevertheless: only what was decided is published."""

import sys
from collections.abc import Iterator
from dataclasses import dataclass

from site_builder.cli.session import EXIT_PROBLEMS, Session
from site_builder.cli.targets import confirm, is_terminal
from site_builder.model import (
    Audience,
    Decision,
    Incident,
    Internal,
    Level,
    Message,
    Site,
    Stage,
    Target,
    Trail,
    message,
    printable,
    results_path,
)
from site_builder.publish import Look
from site_builder.trail import Repository, has_whole_history, is_ancestor, is_on_line

OFF_MAIN, OLDER, SHALLOW, UNFINISHED = "off-main", "older", "shallow", "unfinished"
NOTHING_INTERNAL, PREVIEW = "nothing-internal", "preview"

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not published; `override` names the option that does so nevertheless, None where none does."""

    reason: Message
    override: str | None


def refusals(source: Session, target: Target, now: Look) -> tuple[Refusal, ...]:
    """All that keeps a state of the site from a target that shows `now`; nothing of sources that have errors."""
    site, trail = source.sources.site, source.trail
    if site is None or trail is None:
        return ()
    found = (*_of_history(source, trail), *_of_line(source, trail, target, now), *_of_years(site, trail))
    if target.audience is Audience.PUBLIC and site.settings.internal == Internal():
        text = message(
            "{target} is public, and nothing is internal: all that is recorded would be seen", target=target.id
        )
        found = (*found, Refusal(text, NOTHING_INTERNAL))
    return found


def _of_history(source: Session, trail: Trail) -> Iterator[Refusal]:
    """Nothing is published of which the history is missing; where nothing is demanded, that can be allowed."""
    if trail.level is not Level.RECORDED and not trail.known:
        yield Refusal(message("Nothing can be proved here: {reason}", reason=trail.why or "?"), None)
        return
    repository = source.repository
    head = repository and (source.commit or repository.resolve("HEAD"))
    if repository is not None and head and not has_whole_history(repository, head):
        yield Refusal(message("The history is not whole: fetch the rest with “git fetch --unshallow”"), SHALLOW)


def _of_line(source: Session, trail: Trail, target: Target, now: Look) -> Iterator[Refusal]:
    """Whether the commit was decided, and follows what is published."""
    commit, repository = source.edition.commit, source.repository
    if commit is None or repository is None:
        return
    branch = trail.policy.main
    stands = is_on_line(repository, commit, branch)
    if stands is None:
        yield Refusal(message("There is no branch {name} here on which the commit could stand", name=branch), OFF_MAIN)
    elif not stands:
        text = message("The commit {commit} is not on the main line, {name}", commit=commit[:12], name=branch)
        yield Refusal(text, OFF_MAIN)
    shown = now.manifest.edition.commit if now.manifest is not None else now.current and now.current.commit
    if shown and shown != commit and not is_ancestor(repository, shown, commit):
        yield Refusal(_older(repository, commit, shown, target), OLDER)


def _older(repository: Repository, commit: str, shown: str, target: Target) -> Message:
    known = {"target": target.id, "commit": commit[:12], "shown": printable(shown)[:12]}
    if is_ancestor(repository, commit, shown):
        return message("{target} shows the commit {shown}, and {commit} is older than that", **known)
    return message(
        "{target} shows the commit {shown}, which {commit} does not follow: fetch first, then look why", **known
    )


def _of_years(site: Site, trail: Trail) -> Iterator[Refusal]:
    """What is missing for a result that is called final."""
    for year in sorted(site.years):
        if site.settings.standing(year).stage is Stage.FINAL:
            yield from (Refusal(text, UNFINISHED) for text in _unfinished(site, trail, year))


def _unfinished(site: Site, trail: Trail, year: int) -> Iterator[Message]:
    """What a final year waits for; a demonstration shows open objections beside final results, and fixes nothing."""
    one, named = site.years[year], {"year": str(year)}
    if pending := _pending(trail, f"incidents/{year}/"):
        yield message("{year} is final, and these records are not approved: {names}", **named, names=_few(pending))
    if not site.settings.standing(year).decision:
        yield message("{year} is final, and “stages:” of the settings names no decision", **named)
    if site.settings.demonstration:
        return
    if waiting := [name for name, incident in sorted(one.incidents.items()) if _is_disputed(incident)]:
        yield message("{year} is final, and these objections are open: {names}", **named, names=_few(waiting))
    if one.frozen is None:
        yield message("{year} is final, and its results are not fixed in {file}", **named, file=results_path(year))


def _pending(trail: Trail, beginning: str) -> list[str]:
    """The records below a folder that the policy demands approvals of, and that have not got them."""
    if trail.level is Level.RECORDED:
        return []
    verdicts = sorted(trail.verdicts.items())
    waiting = (name for name, one in verdicts if one.decision is not Decision.APPROVED and name.startswith(beginning))
    return [name.removeprefix(beginning).removesuffix(".md") for name in waiting]


def _is_disputed(incident: Incident) -> bool:
    return incident.appeal is not None and incident.appeal.is_open


def _few(names: list[str]) -> tuple[str, ...]:
    return (*names[:_SHOWN], *(["…"] if len(names) > _SHOWN else []))


def settled(
    session: Session, found: tuple[Refusal, ...], given: frozenset[str], now: Look, yes: bool
) -> frozenset[str]:
    """The overrides that are needed and given; the command ends where one is missing, after telling all of them.

    That nothing is internal is asked where somebody can answer, and never again as long as the target remembers it.
    """
    missing = unsettled(found, given, now)
    if [one.override for one in missing] == [NOTHING_INTERNAL] and not yes and is_terminal():
        question = message("{reason}. Publish it so?", reason=missing[0].reason)
        confirm(session, question, yes)
        missing = ()
    if missing:
        tell(session, missing)
        sys.exit(EXIT_PROBLEMS)
    return needed(found)


def unsettled(found: tuple[Refusal, ...], given: frozenset[str], now: Look) -> tuple[Refusal, ...]:
    """Those that no option overrides that was given, or that the target remembers."""
    before = now.manifest.overrides if now.manifest is not None else ()
    known = given | {NOTHING_INTERNAL} if NOTHING_INTERNAL in before else given
    return tuple(one for one in found if one.override not in known)


def needed(found: tuple[Refusal, ...]) -> frozenset[str]:
    """The options without which these would not be published."""
    return frozenset(one.override for one in found if one.override is not None)


def tell(session: Session, found: tuple[Refusal, ...]) -> None:
    """Print each reason, and with which option it would be published nevertheless."""
    for one in found:
        text = message("{reason}. It is not published", reason=one.reason)
        if one.override is not None:
            text = message(
                "{reason}. It is not published; --{option} does so, and is recorded",
                reason=one.reason,
                option=one.override,
            )
        session.warn(text)
