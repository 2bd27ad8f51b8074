"""`internal:` of `content/publication.yaml`: what a public build leaves out."""

from collections.abc import Collection, Iterator, Mapping

from site_builder.model import FIELDS, Internal, Prose, Scheme, Settings, Year, message
from site_builder.sources.fields import Fields
from site_builder.sources.report import Report

STATUSES = ("withdrawn", "pending", "unknown", "open", "decided", "limited", "once", "highest")
"""The words for what became of an incident, by which a kind of incident can be named."""


def read_internal(fields: Fields | None) -> Internal:
    """What is internal; whether it exists is checked when all is read."""
    if fields is None:
        return Internal()
    internal = Internal(
        fields=fields.texts("fields"),
        sections=fields.texts("sections"),
        departments=fields.texts("departments"),
        criteria=fields.texts("criteria"),
        statuses=fields.texts("statuses"),
        pages=fields.texts("pages"),
    )
    fields.close()
    return internal


def check_internal(
    report: Report,
    settings: Settings,
    departments: Mapping[str, str],
    prose: Collection[Prose],
    years: Mapping[int, Year],
) -> None:
    """Everything that is internal must exist, or it would be published under its right name."""
    internal, place = settings.internal, settings.publication_origin.of("internal")
    schemes = [year.scheme for year in years.values()]
    for name in _missing(internal.fields, FIELDS):
        text = message("There is no field “{name}” that could be internal", name=name)
        report.unknown(place, "unknown-field", text, name, FIELDS)
    for name in _missing(internal.statuses, STATUSES):
        report.unknown(place, "unknown-status", message("There is no status “{name}”", name=name), name, STATUSES)
    sections = {name: one.title for scheme in schemes for name, one in scheme.all_sections.items()}
    for name in _missing(internal.sections, sections):
        report.unknown(
            place, "unknown-section", message("There is no section “{name}”", name=name), name, sections, taken=sections
        )
    for name in _missing(internal.departments, departments):
        text = message("There is no department “{name}”", name=name)
        report.unknown(place, "unknown-department", text, name, departments, taken=departments)
    criteria = [name for scheme in schemes for name in _criteria(scheme)]
    for name in _missing(internal.criteria, criteria):
        text = message("There is no item or clause “{name}”", name=name)
        report.unknown(place, "unknown-criterion", text, name, criteria, taken=criteria)
    pages = {one.name: one.title for one in prose}
    for name in _missing(internal.pages, pages):
        text = message("There is no page “{name}” in {folder}", name=name, folder="content/pages")
        report.unknown(place, "unknown-page", text, name, pages, taken=pages)
    if schemes and departments and _nothing_left(internal, schemes, departments):
        text = message("A public site would have nothing left")
        report.error(place, "nothing-public", text, message("Leave at least a department and a section of each year"))


def _nothing_left(internal: Internal, schemes: Collection[Scheme], departments: Collection[str]) -> bool:
    """Whether no department is public, or no section of some year."""
    hidden = tuple(f"{name}." for name in internal.sections)
    return set(departments) <= set(internal.departments) or any(
        all(f"{item.section}.".startswith(hidden) for item in scheme.items.values()) for scheme in schemes if hidden
    )


def _criteria(scheme: Scheme) -> Iterator[str]:
    """What an incident can be under: items, and their clauses by item and by where these stand."""
    for item in scheme.items.values():
        yield item.id
        for clause in item.clauses:
            yield from (f"{item.id}#{clause.name}", clause.id)


def _missing(names: Collection[str], known: Collection[str]) -> Iterator[str]:
    return (name for name in names if name not in known)
