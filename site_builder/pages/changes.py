"""What changed on which day, and what each change did to which score: newest first, complete."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from site_builder import urls
from site_builder.model import ALLOWANCES, POLICY, SIGNERS, Message, SectionScore, message
from site_builder.model.review import Episode, ScoreChange, Touch
from site_builder.pages.annual import Annual, Link
from site_builder.pages.page import Page, crumbs
from site_builder.pages.timeline import SHORT, WHAT, who
from site_builder.sources import section_of

_ON_ONE_PAGE = 200
"""More changes than this are split by months."""

_CONTENT = {
    "content/site.yaml": message("the site's settings"),
    "content/publication.yaml": message("what governs publication"),
    "content/departments.yaml": message("the list of departments"),
}

_LATEST = 5
"""The changes that the home page shows."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A file that a change touched: what happened, what it is, whom it charges, and whether it is approved."""

    kind: str
    what: Message
    name: Link | Message | str
    department: Link | str | None
    pending: bool


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change did to a department: the sections with their scores before and after, and the difference."""

    department: Link | str
    scores: tuple[tuple[str, Decimal | None, Decimal | None, Decimal], ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change of the main line as its page shows it. `broken`: the sources had errors then."""

    commit: str
    who: str | Message
    touched: tuple[Touched, ...]
    effects: tuple[Effect, ...]
    broken: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day with its changes, the last first."""

    date: str
    changes: tuple[ChangeView, ...]


def changes_pages(annual: Annual) -> Iterator[Page]:
    """The page of the changes; where there are very many, that of the latest month, and one for each month."""
    episodes = [one for one in reversed(annual.assessment.episodes) if _concerns(annual, one)]
    if len(episodes) <= _ON_ONE_PAGE:
        yield _page(annual, urls.changes(annual.year), episodes, ())
        return
    months = [(month, list(group)) for month, group in groupby(episodes, key=lambda one: one.moment[:7])]
    links = tuple(Link(urls.changes_in(annual.year, month), month) for month, _ in months)
    yield _page(annual, urls.changes(annual.year), months[0][1], links)
    for month, group in months:
        yield _page(annual, urls.changes_in(annual.year, month), group, links, month)


def latest_changes(annual: Annual) -> Iterator[tuple[Link, ChangeView]]:
    """The last changes of the year, each with its day and where that is told, newest first."""
    episodes = [one for one in reversed(annual.assessment.episodes) if _concerns(annual, one)]
    for one in episodes[:_LATEST]:
        day, month = one.moment[:10], one.moment[:7]
        whole = len(episodes) <= _ON_ONE_PAGE
        page = urls.changes(annual.year) if whole else urls.changes_in(annual.year, month)
        yield Link(f"{page}#day-{day}", day), _change(annual, one)


def _concerns(annual: Annual, episode: Episode) -> bool:
    """Whether a change is one of the year: of its files or scores, or of what holds for every year."""
    prefixes = f"criteria/{annual.year}/", f"incidents/{annual.year}/"
    return any(one.year == annual.year for one in episode.scores) or any(
        one.path.startswith((*prefixes, "content/")) or one.path in (POLICY, SIGNERS, ALLOWANCES)
        for one in episode.touches
    )


def _page(annual: Annual, url: str, episodes: Sequence[Episode], months: tuple[Link, ...], month: str = "") -> Page:
    days = groupby(episodes, key=lambda one: one.moment[:10])
    return Page(
        url,
        "changes.html",
        {
            "title": message("Changes in {month}", month=month) if month else message("Changes"),
            "crumbs": (*crumbs(annual), *([Link(urls.changes(annual.year), message("Changes"))] if month else [])),
            "year": annual.year,
            "days": tuple(Day(date, tuple(_change(annual, one) for one in group)) for date, group in days),
            "months": months,
            "why": annual.assessment.trail.why,
        },
    )


def _change(annual: Annual, episode: Episode) -> ChangeView:
    return ChangeView(
        episode.commit[:SHORT],
        who(annual.assessment, episode.office, episode.name),
        tuple(_touched(annual, one) for one in episode.touches),
        tuple(_effects(annual, episode.scores)),
        episode.broken,
    )


def _touched(annual: Annual, touch: Touch) -> Touched:
    department = annual.departments.get(touch.department or "")
    charged = annual.department_link(department.id) if department else touch.department
    pending = touch.approved is False
    return Touched(touch.happening.value, WHAT[touch.happening], _name(annual, touch), charged, pending)


def _name(annual: Annual, touch: Touch) -> Link | Message | str:
    """What a touched file is: a page where it has one."""
    if touch.incident is not None:
        known = touch.year == annual.year and touch.incident in annual.incidents
        return Link(urls.incident(annual.year, touch.incident), touch.incident) if known else touch.incident
    if touch.path == POLICY:
        return message("the policy of approvals")
    if touch.path == SIGNERS:
        return message("the signers")
    if touch.path == ALLOWANCES:
        return message("the personal data that may be published")
    if touch.path == f"criteria/{annual.year}/scheme.yaml":
        return Link(urls.interpretations(annual.year), message("the rule book's head and interpretations"))
    if touch.path in _CONTENT:
        return _CONTENT[touch.path]
    prose = {one.origin.place.path: Link(urls.prose(one.name), one.title) for one in annual.assessment.site.prose}
    if touch.path in prose:
        return prose[touch.path]
    folder = f"incidents/{annual.year}/measurements/"
    if touch.path.startswith(folder):
        return message("measured indicators {name}", name=touch.path.removeprefix(folder))
    section = section_of(touch.path) if touch.path.startswith(f"criteria/{annual.year}/") else None
    if section is not None and section in annual.scheme.all_sections:
        return annual.section_link(section)
    return touch.path


def _effects(annual: Annual, scores: Sequence[ScoreChange]) -> Iterator[Effect]:
    """By department: the top sections, and where these did not change, those inside."""
    own = [one for one in scores if one.year == annual.year]
    for department, group in groupby(own, key=lambda one: one.department):
        changes = list(group)
        tops = [one for one in changes if "." not in one.section] or changes
        known = department in annual.departments
        yield Effect(
            annual.department_link(department) if known else changes[0].department_name,
            tuple((one.title, _standing(one.before), _standing(one.after), one.difference) for one in tops),
        )


def _standing(score: SectionScore | None) -> Decimal | None:
    return None if score is None else score.score
