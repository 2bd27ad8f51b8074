"""Atom feeds (RFC 4287): the latest incidents of the site and of each department, and what changed in a rule book."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

from site_builder import urls
from site_builder.assessment import Assessment
from site_builder.language import Language
from site_builder.model import Incident, Message, message

_ATOM = "http://www.w3.org/2005/Atom"
_LONGEST = 30


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a feed tells: its day, the page that says more, and its id where the site has no address."""

    title: Message
    url: str
    name: str
    day: str
    summary: str | Message


def feeds(assessment: Assessment, language: Language) -> Mapping[str, bytes]:
    """Every feed by URL, newest first. Times are those of what happened: a build has no clock."""
    site = assessment.site
    latest = [(one.date, year, one) for year, annual in site.years.items() for one in annual.incidents.values()]
    found = {"feed.xml": _feed(assessment, language, "feed.xml", site.settings.title, _incidents(assessment, latest))}
    for number, year in site.years.items():
        of_department: dict[str, list[tuple[date, int, Incident]]] = {name: [] for name in site.departments_of(number)}
        for one in year.incidents.values():
            of_department[one.department].append((one.date, number, one))
        for name, incidents in of_department.items():
            url, title = f"{number}/departments/{name}.xml", site.departments[name].name
            found[url] = _feed(assessment, language, url, title, _incidents(assessment, incidents))
        url = f"{number}/handbook/feed.xml"
        found[url] = _feed(assessment, language, url, year.scheme.title, _rules(assessment, number))
    return found


def _incidents(assessment: Assessment, incidents: list[tuple[date, int, Incident]]) -> Iterator[_Entry]:
    """The latest of these incidents."""
    for day, year, one in sorted(incidents, key=lambda known: (known[0], known[1], known[2].id), reverse=True)[
        :_LONGEST
    ]:
        counted = assessment.ledgers[year].entries[one.id].counted
        department = assessment.site.departments[one.department].name
        title = message("{department}: {points} deducted", department=department, points=counted)
        item = assessment.site.years[year].scheme.items[one.criterion]
        yield _Entry(title, urls.incident(year, one.id), f"{year}:{one.id}", day.isoformat(), item.text)


def _rules(assessment: Assessment, year: int) -> Iterator[_Entry]:
    """The latest changes of a rule book, as history tells them."""
    prefix = f"criteria/{year}/"
    changes = [one for one in reversed(assessment.episodes) if any(t.path.startswith(prefix) for t in one.touches)]
    for one in changes[:_LONGEST]:
        paths = tuple(touch.path.removeprefix(prefix) for touch in one.touches if touch.path.startswith(prefix))
        day = one.moment[:10]
        summary = message("Changed: {files}", files=paths)
        yield _Entry(
            message("The rules changed"), f"{urls.changes(year)}#day-{day}", f"{year}:{one.commit}", day, summary
        )


def _feed(assessment: Assessment, language: Language, url: str, title: str, entries: Iterable[_Entry]) -> bytes:
    site, entries = assessment.site, tuple(entries)
    address = site.settings.url
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": language.tag})
    _add(root, "title", title)
    own = address if url == "feed.xml" else address + url
    _add(root, "id", own if address else f"urn:kaohe:{url.removesuffix('.xml')}")
    _add(root, "updated", _time(entries[0].day if entries else f"{max(site.years)}-01-01"))
    _add(_add(root, "author"), "name", site.settings.organization or site.settings.title)
    for one in entries:
        entry = _add(root, "entry")
        _add(entry, "title", language.say(one.title))
        _add(entry, "id", f"{address}{one.url}" if address else f"urn:kaohe:{one.name}")
        _add(entry, "link").set("href", (address or "../" * url.count("/")) + one.url)
        _add(entry, "updated", _time(one.day))
        _add(entry, "summary", one.summary if isinstance(one.summary, str) else language.say(one.summary))
    ElementTree.indent(root)
    text = BytesIO()
    ElementTree.ElementTree(root).write(text, encoding="utf-8", xml_declaration=True)
    return text.getvalue() + b"\n"


def _add(parent: ElementTree.Element, name: str, text: str | None = None) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    element.text = text
    return element


def _time(day: str) -> str:
    return f"{day}T00:00:00Z"
