"""Proposals as pages show them: what stands and does not count, since when, and for whose approval it waits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from site_builder import urls
from site_builder.model import (
    POLICY,
    SIGNERS,
    Incident,
    Message,
    Proposal,
    ProposalKind,
    message,
    set_of,
    subject_of,
)
from site_builder.model.review import Run, ScoreChange
from site_builder.pages.annual import Annual, Link
from site_builder.pages.timeline import SHORT
from site_builder.review.words import difference

_LONGEST = 20
"""The most proposals that one page lists, and the most scores that it names for them."""

_KINDS: Mapping[ProposalKind, Message] = {
    ProposalKind.NEW: message("Newly recorded: it does not count before it is approved"),
    ProposalKind.AMENDMENT: message("An amendment is proposed: what was approved counts until it is approved"),
    ProposalKind.REMOVAL: message("A removal is proposed: what was approved counts until that is approved"),
    ProposalKind.REVIVAL: message("Earlier words are proposed again: they do not count before they are approved anew"),
    ProposalKind.TAKEN_OVER: message("In force since before approvals were demanded, and not approved since"),
}

_SETS: Mapping[str, Message] = {
    "departments": message("The departments"),
    "publication": message("What governs publication"),
    "theme": message("The site's own theme"),
    POLICY: message("The policy of approvals"),
    SIGNERS: message("The keys of the approvers"),
}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal: what it concerns, what it is, since when it waits and for whose approval, and what it would change.

    `words` marks what would change in the text; `date` is empty where it is not committed. `effects` are sentences.
    """

    about: Link | Message | str
    kind: str
    what: Message
    date: str
    commit: str
    waits: tuple[str, ...]
    missing: int
    reason: Message
    words: tuple[Run, ...]
    effects: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Proposals:
    """The proposals of a year: those that a page lists, how many there are, and what they would change together."""

    listed: tuple[Proposed, ...]
    count: int
    effects: tuple[Message, ...]
    more_effects: int


def proposals(annual: Annual) -> Proposals:
    """What stands in a year's files, or the whole site's, and is not in force; new records have their own list."""
    own = [one for one in annual.assessment.trail.proposals if _concerns(annual, one)]
    changes = [one for one in annual.assessment.effects if one.year == annual.year]
    told = tuple(map(_effect, changes))
    return Proposals(
        tuple(_proposed(annual, one, ()) for one in own[:_LONGEST]),
        len(own),
        told[:_LONGEST] if own else (),
        max(0, len(told) - _LONGEST) if own else 0,
    )


def proposal_of(annual: Annual, incident: Incident) -> Proposed | None:
    """What is proposed for the file of an incident; None where it stands as it is in force."""
    subject = subject_of(incident.origin.place.path)
    for one in annual.assessment.trail.proposals:
        if one.subject == subject and one.kind is not ProposalKind.NEW:
            changes = (change for change in annual.assessment.effects if _is_cause(change, annual.year, incident.id))
            return _proposed(annual, one, changes)
    return None


def _concerns(annual: Annual, one: Proposal) -> bool:
    """Whether a proposal belongs on the overview of a year: its own changes, and those that concern every year."""
    if one.subject.startswith("incidents/"):
        return one.subject.split("/")[1] == str(annual.year) and one.in_force is not None
    name = set_of(one.subject) or ""
    return name == f"criteria/{annual.year}" or not name.removeprefix("criteria/").isdecimal()


def _is_cause(change: ScoreChange, year: int, incident: str) -> bool:
    return change.year == year and any(reason.incident == incident for reason in change.reasons)


def _proposed(annual: Annual, one: Proposal, changes: Iterable[ScoreChange]) -> Proposed:
    departments, texts = annual.assessment.site.departments, annual.assessment.trail.texts
    before, after = texts.get(one.in_force or ""), texts.get(one.blob or "")
    names = tuple(departments[office].name if office in departments else office for office in one.verdict.offices)
    return Proposed(
        _about(annual, one),
        one.kind.value,
        _KINDS[one.kind],
        one.moment[:10],
        one.commit[:SHORT],
        names,
        one.verdict.missing,
        one.verdict.reason,
        () if before is None or after is None or before == after else difference(before, after),
        tuple(map(_effect, changes)),
    )


def _about(annual: Annual, one: Proposal) -> Link | Message | str:
    """What a proposal concerns, by a name that a reader knows."""
    name = one.subject.rpartition("/")[2].removesuffix(".md")
    if one.subject.startswith("incidents/") and one.subject.endswith(".md"):
        text = message("Incident {id}", id=name)
        return Link(urls.incident(annual.year, name), text) if name in annual.incidents else text
    if one.subject.startswith("incidents/"):
        return message("Measurements {name}", name=name.removesuffix(".csv"))
    found = set_of(one.subject) or ""
    for section in annual.scheme.all_sections.values():
        if section.origin.place.path == one.subject:
            return annual.section_link(section.id)
    if found == f"criteria/{annual.year}":
        return message("The rules of {year}: {name}", year=str(annual.year), name=name)
    return _SETS.get(found) or one.subject


def _effect(one: ScoreChange) -> Message:
    return message(
        "{department}, {section}: {before} → {after}",
        department=one.department_name,
        section=one.title,
        before="—" if one.before is None else one.before.score,
        after="—" if one.after is None else one.after.score,
    )
