"""`feed.xml`: the latest incidents as an Atom feed (RFC 4287)."""

from io import BytesIO
from xml.etree import ElementTree

from site_builder.assessment import Assessment
from site_builder.language import Language
from site_builder.model import Incident, message

_ATOM = "http://www.w3.org/2005/Atom"
_LONGEST = 30


def feed(assessment: Assessment, language: Language) -> bytes:
    """The latest incidents, newest first. Times are those of the incidents: a build has no clock."""
    site = assessment.site
    latest = sorted(
        ((incident.date, year, name) for year, one in site.years.items() for name, incident in one.incidents.items()),
        reverse=True,
    )[:_LONGEST]
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": language.tag})
    _add(root, "title", site.settings.title)
    _add(root, "id", site.settings.url or "urn:kaohe:feed")
    _add(root, "updated", _time(latest[0][0].isoformat() if latest else f"{max(site.years)}-01-01"))
    _add(_add(root, "author"), "name", site.settings.organization or site.settings.title)
    for _, year, name in latest:
        _entry(root, assessment, year, site.years[year].incidents[name], language)
    ElementTree.indent(root)
    text = BytesIO()
    ElementTree.ElementTree(root).write(text, encoding="utf-8", xml_declaration=True)
    return text.getvalue() + b"\n"


def _entry(
    root: ElementTree.Element, assessment: Assessment, year: int, incident: Incident, language: Language
) -> None:
    site = assessment.site
    url = f"{year}/incidents/{incident.id}.html"
    item = site.years[year].scheme.items[incident.criterion]
    counted = assessment.ledgers[year].entries[incident.id].counted
    entry = _add(root, "entry")
    title = message(
        "{department}: {points} deducted", department=site.departments[incident.department].name, points=counted
    )
    _add(entry, "title", language.say(title))
    _add(entry, "id", f"{site.settings.url}{url}" if site.settings.url else f"urn:kaohe:{year}:{incident.id}")
    _add(entry, "link").set("href", site.settings.url + url)
    _add(entry, "updated", _time(incident.date.isoformat()))
    _add(entry, "summary", item.text)


def _add(parent: ElementTree.Element, name: str, text: str | None = None) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name)
    element.text = text
    return element


def _time(day: str) -> str:
    return f"{day}T00:00:00Z"
