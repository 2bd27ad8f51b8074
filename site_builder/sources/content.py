"""`content/`: the site's settings, its departments, its prose."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from site_builder.model import (
    DEPARTMENTS,
    LANGUAGES,
    SETTINGS,
    Department,
    Place,
    Prose,
    Settings,
    is_identifier,
    message,
)
from site_builder.sources.appearance import read_colours, read_logo
from site_builder.sources.documents import read_document, read_mapping
from site_builder.sources.fields import Fields
from site_builder.sources.likely import identified
from site_builder.sources.publication import read_publication
from site_builder.sources.report import Report
from site_builder.sources.successors import check_successors
from site_builder.sources.tree import Tree, ignored
from site_builder.sources.values import as_address, as_text, report_identifier

PAGES = "content/pages"


def read_settings(report: Report, tree: Tree) -> Settings:
    """The settings, with what governs publication; defaults where a file or a key is absent or wrong."""
    fields = read_mapping(report, SETTINGS, tree.files[SETTINGS]) if SETTINGS in tree.files else None
    publication = read_publication(report, tree, fields)
    default = Settings(
        logo=read_logo(report, tree),
        stages=publication.stages,
        targets=publication.targets,
        internal=publication.internal,
        objection_days=publication.objection_days,
        publication_origin=publication.origin,
    )
    return default if fields is None else _settings(fields, default)


def _settings(fields: Fields, default: Settings) -> Settings:
    """The settings that the file states, beside what is known already."""
    language = _language(fields, fields.text("language"), fields.place_of("language")) or default.language
    settings = replace(
        default,
        title=fields.text("title") or default.title,
        organization=fields.text("organization") or default.organization,
        language=language,
        translations=tuple(_translations(fields, language)),
        theme=fields.identifier("theme") or default.theme,
        colours=read_colours(colours) if (colours := fields.fields("colours")) else None,
        demonstration=fields.flag("demonstration"),
        committer_names=fields.flag("committer-names"),
        footer=fields.text("footer") or default.footer,
        objections=fields.identifier("objections"),
        url=_url(fields) or default.url,
        origin=fields.origin,
    )
    fields.close()
    return settings


def _language(fields: Fields, name: str | None, place: Place) -> str | None:
    if name is None or name in LANGUAGES:
        return name
    fields.report.unknown(
        place, "unknown-language", message("There is no language “{name}”", name=name), name, LANGUAGES
    )
    return None


def _translations(fields: Fields, language: str) -> Iterator[str]:
    """The other languages of the pages, each once."""
    seen = {language}
    for node in fields.sequence("translations"):
        name = _language(fields, as_text(fields.report, node), node.place)
        if name in seen:
            text = message("The site is in “{name}” already", name=name)
            fields.report.error(node.place, "duplicate-language", text, message("Remove it"))
        elif name is not None:
            seen.add(name)
            yield name


def _url(fields: Fields) -> str | None:
    url = fields.text("url")
    return None if url is None else as_address(fields.report, fields.place_of("url"), url)


def check_objections(report: Report, settings: Settings, prose: Iterable[Prose]) -> None:
    """The page that says how to object must be there."""
    names = [one.name for one in prose]
    if settings.objections is not None and settings.objections not in names:
        text = message("There is no page “{name}” in {folder}", name=settings.objections, folder=PAGES)
        report.unknown(settings.origin.of("objections"), "unknown-page", text, settings.objections, names)


def department_names(tree: Tree) -> Mapping[str, str]:
    """The departments' names by id, as far as they can be read."""
    return {name: one.name for name, one in (read_departments(Report(), tree) or {}).items()}


def described(departments: Mapping[str, Department], year: int) -> Mapping[str, str]:
    """The departments of a year by id, each with its name and group, as fixed results list them."""
    there = (one for one in departments.values() if one.exists_in(year))
    return {one.id: one.name if one.group is None else f"{one.name} · {one.group}" for one in there}


def stored_departments(data: bytes, year: int) -> Mapping[str, str]:
    """The departments of a year in a file of history, as far as they can be read."""
    return described(read_departments(Report(), Tree({DEPARTMENTS: data})) or {}, year)


def read_departments(report: Report, tree: Tree) -> Mapping[str, Department] | None:
    """The departments by id, in the file's order; None where the file cannot be read.

    One whose fields cannot be read is there with its id alone, so that its incidents are no further problem.
    """
    if DEPARTMENTS not in tree.files:
        if not tree.lost(DEPARTMENTS):
            text = message("The file of the departments is missing")
            hint = message("Write for each department a line “id: {{name: …}}”")
            report.error(Place(DEPARTMENTS), "missing-file", text, hint)
        return None
    fields = read_mapping(report, DEPARTMENTS, tree.files[DEPARTMENTS])
    if fields is None:
        return None
    found: dict[str, Department] = {}
    for name in fields.names:
        inner = fields.fields(name, keys=("name", "group", "from", "to", "successor"))
        if not is_identifier(name):
            report_identifier(report, fields.key_place(name), name)
            if (right := identified(name)) is not None and inner is not None:
                found.setdefault(right, Department(right, right))
        else:
            found[name] = Department(name, name) if inner is None else _department(name, inner)
    check_successors(report, found)
    return found


def _department(name: str, fields: Fields) -> Department:
    department = Department(
        id=name,
        name=fields.text("name", required=True) or name,
        group=fields.text("group"),
        first=fields.integer("from"),
        last=fields.integer("to"),
        successors=fields.one_or_several("successor"),
        origin=fields.origin,
    )
    fields.close()
    if department.first is not None and department.last is not None and department.last < department.first:
        text = message("The last year lies before the first")
        fields.report.error(fields.place_of("to"), "years-reversed", text, message("Exchange “from” and “to”"))
    return department


def read_prose(report: Report, tree: Tree) -> tuple[Prose, ...]:
    """The pages of prose, by their `order`, then name."""
    found = []
    for path, data in tree.under(PAGES):
        name = path.removeprefix(PAGES + "/")
        if not name.endswith(".md") or "/" in name:
            report.problems.append(ignored(path, f"{PAGES}/*.md"))
        elif not is_identifier(name.removesuffix(".md")):
            report_identifier(report, Place(path), name.removesuffix(".md"))
        elif (prose := _prose(report, path, name.removesuffix(".md"), data)) is not None:
            found.append(prose)
    return tuple(sorted(found, key=lambda prose: (prose.order, prose.name)))


def _prose(report: Report, path: str, name: str, data: bytes) -> Prose | None:
    document = read_document(report, path, data)
    if document is None:
        return None
    fields = document.fields
    prose = Prose(
        name=name,
        title=fields.text("title", required=True) or name,
        order=fields.integer("order") or 0,
        body=document.body,
        body_line=document.body_line,
        origin=fields.origin,
    )
    fields.close()
    return prose
