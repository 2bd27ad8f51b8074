"""Links that people write in Markdown: where they lead, and which lead nowhere."""

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations
from urllib.parse import unquote

from site_builder import urls
from site_builder.markup import DEEPEST, MOST_CELLS, Remark, Remarked, blocks_of, remarks, without_code
from site_builder.model import Place, Problem, Severity, Site, Sources, Year, in_order, left_out, message
from site_builder.pages.glossary import TERMS

MOST_BRACKETS = 250
"""The most opening brackets of a text outside code: more would take too long to render."""

_LINK = re.compile(
    r"(!?)\[[^\[\]\n]*(?:\n[^\[\]\n]*){0,3}\]\(\s*<?([^)\s>]*)"  # [text](target)
    r"|^[ ]{0,3}\[(?!\^)[^\]\n]+\]:[ ]*<?([^\s>]+)"  # [text]: target
    r"|<((?:[a-z][a-z0-9+.-]*:)[^>\s]+)>"  # <target>
    r"|(?<![a-z(<])((?:https?|ftp)://[a-z0-9][^\s<]*)|(?<![^\s*_~(])(www\.[a-z0-9-]+\.[^\s<]*)",  # bare
    re.MULTILINE | re.IGNORECASE,
)
_SUSPECT = re.compile(r"[\[<|>]|://|www\.", re.IGNORECASE)
"""What a text holds that may be a link, HTML, a table or a quotation."""
_MARKER = re.compile(r"(?:[-+*]|[0-9][.)])(?=\s|$)")
"""What may begin an item of a list: where there are few, none can stand too deep."""
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Addresses:
    """Every page of a site by URL, with its anchors; and the source files that have a page of their own."""

    pages: Mapping[str, frozenset[str]]
    of_sources: Mapping[str, str]

    def resolve(self, target: str, source: str) -> str | None:
        """The URL, from the site's root, that a link in a source file leads to; None where it leads nowhere.

        A target that begins with `/` is a URL from the site's root; any other is the path of another source file.
        """
        path, _, anchor = unquote(target).partition("#")
        if path.startswith("/"):
            url = path[1:] or urls.HOME
        else:
            url = self.of_sources.get(posixpath.normpath(posixpath.join(posixpath.dirname(source), path)), "")
        if url not in self.pages or (anchor and anchor not in self.pages[url]):
            return None
        return f"{url}#{anchor}" if anchor else url


def is_external(target: str) -> bool:
    """Whether a link leads to another site."""
    return target.lower().startswith(("http://", "https://"))


def has_scheme(target: str) -> bool:
    """Whether a link is no path: `mailto:`, `javascript:`, `//host`."""
    return _SCHEME.match(target) is not None


def addresses(site: Site) -> Addresses:
    """Where the site's pages are."""
    pages: dict[str, frozenset[str]] = {urls.HOME: frozenset(), urls.NOT_FOUND: frozenset(), urls.SEARCH: frozenset()}
    pages[urls.GLOSSARY] = frozenset(term.anchor for term in TERMS)
    sources = {}
    for prose in site.prose:
        pages[urls.prose(prose.name)] = frozenset()
        sources[prose.origin.place.path] = urls.prose(prose.name)
    for number, year in site.years.items():
        pages.update(_of_year(site, number, year))
        for incident in year.incidents.values():
            if incident.measurement is None:
                sources[incident.origin.place.path] = urls.incident(number, incident.id)
    if len(site.years) > 1:
        pages.update(_of_several_years(site))
    return Addresses(pages, sources)


def _of_year(site: Site, number: int, year: Year) -> Iterator[tuple[str, frozenset[str]]]:
    for url in (urls.overview, urls.interpretations, urls.listing, urls.changes, urls.downloads, urls.simulator):
        yield url(number), frozenset()
    yield urls.handbook(number), frozenset(year.scheme.items)
    for section in year.scheme.all_sections.values():
        clauses = (*section.clauses, *(clause for item in section.items for clause in item.clauses))
        own = (urls.clause_anchor(clause) for clause in clauses if clause.section == section.id)
        yield urls.section(number, section.id), frozenset([*(item.name for item in section.items), *own])
    for department in site.departments_of(number):
        yield urls.department(number, department), frozenset()
    for assessor in year.scheme.assessors:
        yield urls.assessor(number, assessor), frozenset()
    for incident in year.incidents:
        yield urls.incident(number, incident), frozenset()


def _of_several_years(site: Site) -> Iterator[tuple[str, frozenset[str]]]:
    yield urls.YEARS, frozenset()
    for department in {name for year in site.years for name in site.departments_of(year)}:
        yield urls.department_course(department), frozenset()
    sections = {number: frozenset(year.scheme.all_sections) for number, year in site.years.items()}
    for section in frozenset[str]().union(*sections.values()):
        yield urls.section_course(section), frozenset()
    for year, before in combinations(sorted(site.years, reverse=True), 2):
        yield urls.rule_changes(year, before), sections[year] | sections[before]


def link_problems(site: Site) -> tuple[Problem, ...]:
    """The links of incidents and prose that lead nowhere or out of the site, and texts too tangled to render."""
    known = addresses(site)
    texts = [(prose.origin.place.path, prose.body, prose.body_line) for prose in site.prose]
    for year in site.years.values():
        texts += [(one.origin.place.path, one.body, one.body_line) for one in year.incidents.values() if one.body]
    return tuple(problem for path, body, line in texts for problem in _in_text(known, path, body, line))


def without_unfit(sources: Sources, in_force: Collection[str]) -> Sources:
    """The sources that count without the prose, and the new records, of which no page can be made.

    Nobody approved them: what is wrong with their text stops nothing, and is a warning.
    """
    if sources.site is None:
        return sources
    unfit = {
        one.place.path: one
        for one in link_problems(sources.site)
        if one.severity is Severity.ERROR and one.code != "broken-link" and one.place.path not in in_force
    }
    if not unfit:
        return sources
    prose = tuple(one for one in sources.site.prose if one.origin.place.path not in unfit)
    objections = sources.site.settings.objections
    settings = replace(
        sources.site.settings, objections=objections if objections in {one.name for one in prose} else None
    )
    years = {
        number: replace(
            year,
            incidents={name: one for name, one in year.incidents.items() if one.origin.place.path not in unfit},
        )
        for number, year in sources.site.years.items()
    }
    site = replace(sources.site, settings=settings, prose=prose, years=years)
    return replace(sources, site=site, problems=in_order((*sources.problems, *map(left_out, unfit.values()))))


def _in_text(known: Addresses, path: str, body: str, first_line: int) -> Iterator[Problem]:
    if not _SUSPECT.search(body) and len(_MARKER.findall(body)) <= DEEPEST:
        return
    remarked, text = _examined(body)
    yield from (_of_remark(path, first_line, one) for one in remarked)
    if text.count("[") > MOST_BRACKETS:
        yield Problem(
            Place(path, first_line),
            "markdown-too-complex",
            message("This text has more than {limit} opening brackets", limit=MOST_BRACKETS),
            message("Split it, or put it into a code block"),
        )
        return
    for match in _LINK.finditer(text):
        line = first_line + text.count("\n", 0, match.start())
        place = Place(path, line, match.start() - text.rfind("\n", 0, match.start()))
        target = next((one for one in match.groups()[1:] if one), "")
        target = f"http://{target}" if match.group(6) else target
        yield from _of_link(known, place, target, is_picture=match.group(1) == "!")


@lru_cache(1 << 14)
def _examined(body: str) -> tuple[tuple[Remarked, ...], str]:
    """What is remarked of a text, and the text without its code; other revisions have most texts unchanged."""
    document = blocks_of(body)
    return tuple(remarks(document)), without_code(body, document)


def _of_remark(path: str, first_line: int, one: Remarked) -> Problem:
    """What a forge shows otherwise."""
    place = Place(path, first_line + one.line - 1, one.column)
    words = one.words if len(one.words) <= 60 else one.words[:59] + "…"
    match one.remark:
        case Remark.HTML:
            text = message("HTML is shown as the text that it is: {words}", words=words)
            return Problem(place, "html-is-text", text, message("Write it in Markdown"), Severity.WARNING)
        case Remark.FOOTNOTE:
            text = message("Footnotes are shown as the text that they are: {words}", words=words)
            return Problem(place, "footnote", text, message("Put it into the sentence, in brackets"), Severity.WARNING)
        case Remark.SURPLUS_CELL:
            text = message("This row has more cells than the table has columns; not shown: {words}", words=words)
            hint = message("Give the table another column, or write | as \\| where it is no border")
            return Problem(place, "surplus-cell", text, hint, Severity.WARNING)
        case Remark.MISSING_CELL:
            text = message("This row has fewer cells than the table has columns")
            hint = message("Write the missing cells, empty ones as |  |")
            return Problem(place, "missing-cell", text, hint, Severity.WARNING)
        case Remark.LARGE_TABLE:
            text = message("This table has more than {limit} cells", limit=MOST_CELLS)
            return Problem(place, "markdown-too-complex", text, message("Split it"))
        case Remark.TOO_DEEP:
            text = message("More than {limit} lists and quotations stand in one another here", limit=DEEPEST)
            return Problem(place, "markdown-too-complex", text, message("Write it in fewer levels"))


def _of_link(known: Addresses, place: Place, target: str, *, is_picture: bool) -> Iterator[Problem]:
    shown = target if len(target) <= 60 else target[:59] + "…"
    if is_picture:
        text = message("Pictures are not published")
        yield Problem(place, "picture", text, message("Describe it in words, and name it as evidence"))
    elif is_external(target):
        text = message("This link leaves the site: {target}", target=shown)
        hint = message("Readers without internet cannot follow it; name the document instead")
        yield Problem(place, "external-link", text, hint, Severity.WARNING)
    elif has_scheme(target):
        text = message("This link is not one to a page: {target}", target=shown)
        yield Problem(place, "unsafe-link", text, message("Link to a page of the site, or write it as text"))
    elif _leaves(target, place.path):
        text = message("This link leaves the site: {target}", target=shown)
        yield Problem(place, "link-leaves-site", text, message("Link to a file of the site"))
    elif known.resolve(target, place.path) is None:
        text = message("This link leads nowhere: {target}", target=shown)
        hint = message(
            "Write the path of a source file from here (2021-0012.md), or a page's address from the site's root "
            "(/2021/handbook/index.html)"
        )
        yield Problem(place, "broken-link", text, hint)


def _leaves(target: str, path: str) -> bool:
    joined = target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(path), unquote(target))
    return posixpath.normpath(joined).startswith("..")
