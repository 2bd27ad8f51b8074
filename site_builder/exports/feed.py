"""Atom feeds (RFC 4287): the latest incidents of the site and of each department, and what changed in a rule book."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from xml.etree import ElementTree

from site_builder import urls
from site_builder.assessment import Assessment
from site_builder.language import Language
from site_builder.model import Incident, Message, message
from site_builder.model.review import Episode

_ATOM = "http://www.w3.org/2005/Atom"
_LONGEST = 30


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a feed tells: the page that says more, its own subject (no two are alike), and when that last changed."""

    title: Message
    url: str
    subject: str
    name: str
    updated: datetime
    summary: str | Message


def feeds(assessment: Assessment, language: Language) -> Mapping[str, bytes]:
    """Every feed by URL, the last changed first. Times are those of what happened: a build has no clock."""
    site, touched = assessment.site, _touched(assessment.episodes)
    incidents = [(one.date, number, one) for number, year in site.years.items() for one in year.incidents.values()]
    latest, of_department = [], defaultdict(list)
    for _, number, one in sorted(incidents, key=lambda known: (known[0], known[1], known[2].id), reverse=True):
        entry = _incident(assessment, number, one, touched)
        latest.append(entry)
        of_department[number, one.department].append(entry)
    found = {"feed.xml": _feed(assessment, language, "feed.xml", site.settings.title, latest)}
    for number, year in site.years.items():
        for name in site.departments_of(number):
            url, title = f"{number}/departments/{name}.xml", site.departments[name].name
            found[url] = _feed(assessment, language, url, title, of_department[number, name])
        url = f"{number}/handbook/feed.xml"
        found[url] = _feed(assessment, language, url, year.scheme.title, _rules(assessment, number))
    return found


def _touched(episodes: Iterable[Episode]) -> Mapping[str, datetime]:
    """When the main line last changed or approved each file."""
    found: dict[str, datetime] = {}
    for one in episodes:
        moment = datetime.fromisoformat(one.moment)
        for touch in one.touches:
            found[touch.path] = max(moment, found.get(touch.path, moment))
    return found


def _incident(assessment: Assessment, year: int, incident: Incident, touched: Mapping[str, datetime]) -> _Entry:
    """An incident, changed when it happened, was recorded, amended or approved, objected to, decided or withdrawn."""
    appeal, withdrawn, recorded = incident.appeal, incident.withdrawn, touched.get(incident.origin.place.path)
    days = [incident.date, *([withdrawn.date] if withdrawn else [])]
    days += [day for day in (appeal.filed, appeal.decided) if day is not None] if appeal else []
    times = [_start(max(days)), *([recorded] if recorded else [])]
    counted = assessment.ledgers[year].entries[incident.id].counted
    department = assessment.site.departments[incident.department].name
    title = message("{department}: {points} deducted", department=department, points=counted)
    item, url = assessment.site.years[year].scheme.items[incident.criterion], urls.incident(year, incident.id)
    return _Entry(title, url, url, f"{year}:{incident.id}", max(times), item.text)


def _rules(assessment: Assessment, year: int) -> Iterator[_Entry]:
    """The changes of a rule book, as history tells them, the last first."""
    prefix = f"criteria/{year}/"
    for one in reversed(assessment.episodes):
        paths = tuple(touch.path.removeprefix(prefix) for touch in one.touches if touch.path.startswith(prefix))
        if not paths:
            continue
        page, summary = urls.changes(year), message("Changed: {files}", files=paths)
        url, subject = f"{page}#day-{one.moment[:10]}", f"{page}#commit-{one.commit}"
        moment = datetime.fromisoformat(one.moment)
        yield _Entry(message("The rules changed"), url, subject, f"{year}:{one.commit}", moment, summary)


def _feed(assessment: Assessment, language: Language, url: str, title: str, entries: Iterable[_Entry]) -> bytes:
    site = assessment.site
    latest = sorted(entries, key=lambda one: one.updated, reverse=True)[:_LONGEST]
    address = site.settings.url
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": language.tag})
    _add(root, "title", title)
    own = address if url == "feed.xml" else address + url
    _add(root, "id", own if address else f"urn:kaohe:{url.removesuffix('.xml')}")
    _add(root, "updated", _time(latest[0].updated if latest else _start(date(max(site.years), 1, 1))))
    _add(_add(root, "author"), "name", site.settings.organization or site.settings.title)
    for one in latest:
        entry = _add(root, "entry")
        _add(entry, "title", language.say(one.title))
        _add(entry, "id", f"{address}{one.subject}" if address else f"urn:kaohe:{one.name}")
        _add(entry, "link").set("href", (address or "../" * url.count("/")) + one.url)
        _add(entry, "updated", _time(one.updated))
        _add(entry, "summary", one.summary if isinstance(one.summary, str) else language.say(one.summary))
    ElementTree.indent(root)
    text = BytesIO()
    ElementTree.ElementTree(root).write(text, encoding="utf-8", xml_declaration=True)
    return text.getvalue() + b"\n"


def _add(parent: ElementTree.Element, name: str, text: str | None = None) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    element.text = text
    return element


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _time(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
