"""`content/`: the site's settings, its departments, its prose."""

from collections.abc import Mapping

from site_builder.model import LANGUAGES, Department, Place, Prose, Settings, is_identifier, message
from site_builder.sources.documents import read_document, read_mapping
from site_builder.sources.fields import Fields, Report, as_address, report_identifier
from site_builder.sources.targets import read_targets
from site_builder.sources.tree import Tree, ignored

SETTINGS = "content/site.yaml"
DEPARTMENTS = "content/departments.yaml"
PAGES = "content/pages"


def read_settings(report: Report, tree: Tree) -> Settings:
    """The settings; defaults where the file or a key is absent or wrong."""
    default = Settings()
    fields = read_mapping(report, SETTINGS, tree.files[SETTINGS]) if SETTINGS in tree.files else None
    if fields is None:
        return default
    settings = Settings(
        title=fields.text("title") or default.title,
        organization=fields.text("organization") or default.organization,
        language=_language(fields) or default.language,
        theme=fields.identifier("theme") or default.theme,
        demonstration=fields.flag("demonstration"),
        committer_names=fields.flag("committer-names"),
        footer=fields.text("footer") or default.footer,
        url=_url(fields) or default.url,
        targets={} if (targets := fields.fields("targets")) is None else read_targets(targets),
        origin=fields.origin,
    )
    fields.close()
    return settings


def _language(fields: Fields) -> str | None:
    language = fields.text("language")
    if language is None or language in LANGUAGES:
        return language
    text = message("There is no language “{name}”", name=language)
    fields.report.unknown(fields.place_of("language"), "unknown-language", text, language, LANGUAGES)
    return None


def _url(fields: Fields) -> str | None:
    url = fields.text("url")
    return None if url is None else as_address(fields.report, fields.place_of("url"), url)


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
    found = {}
    for name in fields.names:
        inner = fields.fields(name)
        if not is_identifier(name):
            report_identifier(report, fields.key_place(name), name)
        else:
            found[name] = Department(name, name) if inner is None else _department(name, inner)
    return found


def _department(name: str, fields: Fields) -> Department:
    department = Department(
        id=name,
        name=fields.text("name", required=True) or name,
        group=fields.text("group"),
        first=fields.integer("from"),
        last=fields.integer("to"),
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
