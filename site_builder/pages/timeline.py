"""The trail as pages show it: what befell a file, by which office, and the commit that proves it."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from site_builder.assessment import Assessment
from site_builder.model import Decision, Event, Happening, Incident, Level, Message, Statement, message
from site_builder.model.review import Run
from site_builder.review.words import difference
from site_builder.sources import excerpts

SHORT = 12
"""The characters of a commit's id that pages show."""

WHAT: Mapping[Happening, Message] = {
    Happening.RECORDED: message("Recorded"),
    Happening.AMENDED: message("Amended"),
    Happening.MOVED: message("File moved"),
    Happening.APPROVED: message("Approved"),
    Happening.WITHDRAWN: message("Withdrawn"),
    Happening.REMOVED: message("File removed"),
    Happening.UNCOMMITTED: message("Changed, and not committed"),
}

_HOW: Mapping[Statement, Message] = {
    Statement.MERGE: message("by merging it"),
    Statement.TRAILER: message("named in the commit that merged it"),
    Statement.APPROVE: message("with an approval of its own"),
}

_DECISION: Mapping[Decision, Message] = {
    Decision.APPROVED: message("approved"),
    Decision.PENDING: message("not approved"),
    Decision.UNKNOWN: message("approval unknown"),
}

_LEVEL: Mapping[Level, Message] = {
    Level.RECORDED: message("Recorded: history shows who recorded what; approvals are not demanded"),
    Level.REVIEWED: message("Reviewed: every incident that counts was approved by somebody else"),
    Level.SIGNED: message(
        "Signed: every incident that counts was approved by somebody else, and the signature verified"
    ),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A point of a timeline. `kind` is a word for the style sheet, `who` an office (or a name, where allowed).

    `words` marks what an amendment changed.
    """

    kind: str
    what: Message
    how: Message | None
    date: str
    who: str | Message
    commit: str
    words: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """What history proves of a file: the decision in a word, the reason in words, and the timeline."""

    kind: str
    decision: Message
    reason: Message
    demanded: bool
    moments: tuple[Moment, ...]


def level(assessment: Assessment) -> Message:
    """What the results rest on, in a sentence."""
    return _LEVEL[assessment.trail.level]


def proof(assessment: Assessment, incident: Incident) -> Proof:
    """What history proves of an incident."""
    verdict = assessment.verdict(incident)
    return Proof(
        verdict.decision.value,
        _DECISION[verdict.decision],
        verdict.reason,
        assessment.trail.level is not Level.RECORDED,
        tuple(moments(assessment, incident.origin.place.path)),
    )


def moments(assessment: Assessment, path: str) -> Iterator[Moment]:
    """The timeline of a file, in the order of history."""
    texts = assessment.trail.texts
    for event in assessment.life(path):
        yield _moment(assessment, event, texts.get(event.before or ""), texts.get(event.after or ""))


def moments_inside(assessment: Assessment, path: str) -> Mapping[str, tuple[Moment, ...]]:
    """The amendments of each place inside a rule file, by the place's id, in the order of history."""
    texts = assessment.trail.texts
    found: dict[str, list[Moment]] = defaultdict(list)
    for event in assessment.life(path):
        if event.happening is Happening.AMENDED:
            old, new = (excerpts(path, texts.get(blob or "", "")) for blob in (event.before, event.after))
            for place in new:
                if old.get(place, "") != new[place]:
                    found[place].append(_moment(assessment, event, old.get(place, ""), new[place]))
    return {place: tuple(several) for place, several in found.items()}


def _moment(assessment: Assessment, event: Event, before: str | None, after: str | None) -> Moment:
    return Moment(
        event.happening.value,
        WHAT[event.happening],
        _HOW[event.kind] if event.kind else None,
        event.moment[:10],
        who(assessment, event.office, event.name) if event.commit else "",
        event.commit[:SHORT],
        () if before is None or after is None or before == after else difference(before, after),
    )


def who(assessment: Assessment, office: str | None, name: str) -> str | Message:
    """The office, as far as the policy knows it; a committer's name only where the site allows it."""
    department = assessment.site.departments.get(office or "")
    if assessment.site.settings.committer_names and name and "@" not in name:
        shown = "".join(one for one in name if one.isprintable())
        return message("{office}, {name}", office=department.name, name=shown) if department else shown
    return message("an office that the policy does not name") if department is None else department.name
