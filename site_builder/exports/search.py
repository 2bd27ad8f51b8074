"""What the search page reads: every word of rules, prose and incidents, as scripts that work from a folder too.

The first file holds all but the later words of incidents; these follow in shards. A file calls a function of the page
with its data: texts as they stand, places as addresses from the site's root. What is found and not shown (ids, the
cells of tables) comes last.
"""

from collections.abc import Iterator, Mapping

from site_builder import urls
from site_builder.assessment import Assessment
from site_builder.exports.scripts import as_assets, script
from site_builder.model import Asset, Incident, Scheme, Site, in_sentences, plain_words

_FIRST = 60
_SHARD = 200_000
"""The characters of an incident that the first file holds, and the bytes of a shard, roughly."""

_Found = list[object]


def search_scripts(assessment: Assessment) -> Mapping[str, Asset]:
    """The files by the name under which pages ask for them; the first names the others."""
    site = assessment.site
    sections = [(year, one) for year, annual in site.years.items() for one in annual.scheme.all_sections]
    numbers = {place: number for number, place in enumerate(sections)}
    departments = {name: number for number, name in enumerate(site.departments)}
    incidents: list[_Found] = []
    rests: list[_Found] = []
    for year, annual in site.years.items():
        for incident in reversed(tuple(annual.incidents.values())):
            section = numbers[year, annual.scheme.items[incident.criterion].section]
            first, rest = _split(incident)
            evidence = " ".join(incident.evidence)
            facts = [incident.id, incident.date.isoformat(), departments[incident.department], section, evidence, first]
            if rest:
                rests.append([len(incidents), rest])
            incidents.append(facts)
    shards = as_assets(
        {f"search/bodies-{number}.js": script("kaohe.bodies", one) for number, one in enumerate(_shards(rests), 1)}
    )
    marks = {year: f" · {year}" if len(site.years) > 1 else "" for year in site.years}
    titles = [site.years[year].scheme.all_sections[name].title for year, name in sections]
    index = {
        "rules": [one for year, annual in site.years.items() for one in _rules(annual.scheme, year, marks[year])],
        "interpretations": [
            [urls.interpretations(year), one.words + marks[year], f"{one.reading} {one.decided}"]
            for year, annual in site.years.items()
            for one in annual.scheme.interpretations
        ],
        "departments": [
            [urls.department(year, name), site.departments[name].name, "", name]
            for name, year in _last_years(site).items()
        ],
        "pages": [[urls.prose(one.name), one.title, *_shown_and_hidden(one.body)] for one in site.prose],
        "incidents": incidents,
        "names": [one.name for one in site.departments.values()],
        "sections": [[year, title] for (year, _), title in zip(sections, titles, strict=True)],
        "shards": [one.url for one in shards.values()],
    }
    return {**as_assets({urls.SEARCH_INDEX: script("kaohe.index", index)}), **shards}


def _last_years(site: Site) -> Mapping[str, int]:
    """The last year of the site in which each department exists, in the site's order."""
    years = {name: [year for year in site.years if one.exists_in(year)] for name, one in site.departments.items()}
    return {name: max(present) for name, present in years.items() if present}


def _shown_and_hidden(body: str) -> tuple[str, str]:
    """The sentences of a text, a line for each paragraph, and all its words where tables or code hold more."""
    paragraphs = [plain_words(one) for one in in_sentences(body).split("\n\n")]
    shown, whole = "\n".join(one for one in paragraphs if one), plain_words(body)
    return shown, "" if shown.replace("\n", " ") == whole else whole


def _split(incident: Incident) -> tuple[str, str]:
    """The first words of what happened, and the others."""
    words = incident.measurement.name if incident.measurement else plain_words(incident.body)
    return words[:_FIRST], words[_FIRST:]


def _shards(rests: list[_Found]) -> Iterator[list[_Found]]:
    """The later words in parts of about the same size."""
    part: list[_Found] = []
    size = 0
    for one in rests:
        part.append(one)
        size += len(str(one[1]).encode())
        if size > _SHARD:
            yield part
            part, size = [], 0
    if part:
        yield part


def _rules(scheme: Scheme, year: int, mark: str) -> Iterator[_Found]:
    """Sections, items and clauses with their words, each at its permanent address; `mark` tells years apart."""
    for section in scheme.all_sections.values():
        yield [urls.section(year, section.id), section.title + section.titled_points + mark, "", section.id]
        for item in section.items:
            yield [urls.item(year, item), item.text + mark, item.method, item.id]
    for clause in scheme.clauses.values():
        yield [urls.clause(year, clause), clause.text + mark, "", clause.id]
