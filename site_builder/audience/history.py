"""What history proves and tells, as the public may know it: what happened when, by which public office.

Sentences that history brings along (why it is missing, why something is not approved) may hold names, addresses and
the paths of somebody's computer: the public is told plain sentences of this program instead.
"""

from collections.abc import Iterable, Iterator

from site_builder.audience.figures import public_score
from site_builder.audience.hidden import Hidden
from site_builder.audience.site import public_policy
from site_builder.model import (
    RESULTS,
    Decision,
    Event,
    Message,
    SectionScore,
    Site,
    Trail,
    Verdict,
    message,
    subject_of,
)
from site_builder.model.review import Episode, ScoreChange, Touch
from site_builder.sources import section_of

_REASONS = {
    Decision.APPROVED: message("The approvals that are demanded are there"),
    Decision.PENDING: message("An approval is still missing"),
    Decision.UNKNOWN: message("There is no history"),
}
_PAGES = "content/pages/"


def public_trail(hidden: Hidden, site: Site) -> Trail:
    """What history tells of what is shown; `site` is the public one.

    Where anything is internal: without names and the words of earlier versions.
    """
    whole = hidden.whole.trail
    subjects = frozenset(_subjects(site))
    told = subjects if not hidden.withholds("trail") else frozenset()
    return Trail(
        level=whole.level,
        policy=public_policy(hidden, whole.policy),
        known=whole.known,
        why=None if whole.why is None else _plain(whole.why),
        commit=whole.commit,
        moment=whole.moment,
        verdicts={name: _verdict(hidden, one) for name, one in whole.verdicts.items() if name in subjects},
        counted={name: _verdict(hidden, one) for name, one in whole.counted.items() if name in subjects},
        in_force=None,
        proposals=(),
        unproved=None,
        approved=None,
        lives={name: tuple(_event(hidden, one) for one in life) for name, life in whole.lives.items() if name in told},
        texts=dict(whole.texts) if hidden.nothing else {},
    )


def _subjects(site: Site) -> Iterator[str]:
    """What history may tell of: the files of public rules and incidents."""
    for year in site.years.values():
        places: Iterable[str] = (
            year.scheme.origin.place.path,
            *(one.origin.place.path for one in year.scheme.all_sections.values()),
            *(one.origin.place.path for one in year.incidents.values()),
        )
        yield from (subject for path in places if (subject := subject_of(path)) is not None)


def _plain(why: Message) -> Message:
    """Why history is missing, in words that hold nothing from the computer where it is missing."""
    return _REASONS[Decision.UNKNOWN] if why.values else Message(template=why.template, values=())


def _verdict(hidden: Hidden, verdict: Verdict) -> Verdict:
    """The decision; why, without whose approval is missing unless nothing is internal."""
    reason = _REASONS[verdict.decision]
    if hidden.nothing:
        reason = verdict.reason if verdict.decision is not Decision.UNKNOWN else _plain(verdict.reason)
    return Verdict(decision=verdict.decision, reason=reason, approvals=(), blob=None, offices=(), missing=0)


def _event(hidden: Hidden, event: Event) -> Event:
    return Event(
        happening=event.happening,
        commit=event.commit,
        moment=event.moment,
        path="",
        name=event.name if hidden.nothing else "",
        address="",
        office=hidden.department(event.office),
        kind=event.kind,
        before=event.before if hidden.nothing else None,
        after=event.after if hidden.nothing else None,
    )


# The main line


def public_episodes(hidden: Hidden, site: Site) -> Iterator[Episode]:
    """What the changes of the main line did to what is shown; `site` is the public one."""
    if hidden.withholds("trail"):
        return
    for one in hidden.whole.episodes:
        touches = tuple(_touch(hidden, touch) for touch in one.touches if _tells(hidden, site, touch))
        scores = tuple(_score_change(change) for change in one.scores if _told(hidden, site, change))
        if touches or scores or hidden.nothing:
            yield Episode(
                commit=one.commit,
                moment=one.moment,
                name=one.name if hidden.nothing else "",
                address="",
                office=hidden.department(one.office),
                touches=touches,
                scores=scores,
                broken=one.broken,
            )


def _touch(hidden: Hidden, touch: Touch) -> Touch:
    return Touch(
        happening=touch.happening,
        path=touch.path,
        year=touch.year,
        incident=touch.incident,
        department=hidden.department(touch.department),
        approved=touch.approved,
    )


def _score_change(change: ScoreChange) -> ScoreChange:
    return ScoreChange(
        year=change.year,
        department=change.department,
        department_name=change.department_name,
        section=change.section,
        title=change.title,
        before=_side(change.before),
        after=_side(change.after),
        reasons=(),
    )


def _side(score: SectionScore | None) -> SectionScore | None:
    return None if score is None else public_score(score)


def _tells(hidden: Hidden, site: Site, touch: Touch) -> bool:
    """Whether the change of a file may be told: a public incident, section or page, or what concerns all.

    What is there no longer was perhaps internal under its name of then: where others of its kind are internal, it is
    not told.
    """
    if hidden.nothing:
        return True
    if touch.incident is not None:
        year = site.years.get(touch.year or 0)
        return year is not None and touch.incident in year.incidents
    if "/measurements/" in touch.path:
        return _tells_measurements(hidden, site, touch.path)
    if touch.path.startswith(_PAGES):
        return not hidden.internal.pages or any(touch.path == one.origin.place.path for one in site.prose)
    return not touch.path.startswith("criteria/") or _tells_rules(hidden, site, touch.path)


def _tells_measurements(hidden: Hidden, site: Site, path: str) -> bool:
    if hidden.withholds("measurements") or hidden.internal.criteria:
        return False
    clauses = (clause for year in site.years.values() for clause in year.scheme.clauses.values())
    files = {clause.measure.file for clause in clauses if clause.measure is not None}
    return not hidden.internal.sections or path.rpartition("/")[2].rpartition(".")[0] in files


def _tells_rules(hidden: Hidden, site: Site, path: str) -> bool:
    section = section_of(path)
    if section in (None, RESULTS) or not hidden.internal.sections:
        return True
    return any(section in year.scheme.all_sections for year in site.years.values())


def _told(hidden: Hidden, site: Site, change: ScoreChange) -> bool:
    if hidden.nothing:
        return True
    year = site.years.get(change.year)
    return (
        year is not None
        and change.department in site.departments
        and change.section in year.scheme.all_sections
        and change.section not in hidden.reduced
    )
