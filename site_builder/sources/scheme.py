"""`criteria/YEAR/`: the rule book, from `scheme.yaml` and a file or folder for each section."""

from collections.abc import Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import takewhile

from site_builder.model import RESULTS, Interpretation, Message, Place, Scheme, Section, is_identifier, message
from site_builder.sources.broken import Broken
from site_builder.sources.documents import read_mapping
from site_builder.sources.examples import PendingExample, check_measures, read_examples
from site_builder.sources.fields import Fields, as_fields
from site_builder.sources.nodes import Mapping
from site_builder.sources.report import Report
from site_builder.sources.sections import Inherited, SectionReader
from site_builder.sources.tree import Tree, unread
from site_builder.sources.values import report_identifier

_OWN = "section"
_SCHEME = "scheme"


@dataclass(frozen=True, slots=True)
class SchemeReading:
    """A rule book as far as it could be read, and what of it could not be."""

    scheme: Scheme
    broken: Broken


@dataclass(slots=True)
class _Folder:
    """A folder of the rule book: the fields of its files by name, and its folders."""

    path: str
    files: dict[str, Fields | None] = field(default_factory=dict)
    folders: dict[str, "_Folder"] = field(default_factory=dict)


def read_scheme(report: Report, tree: Tree, year: int, departments: MappingType[str, str] | None) -> SchemeReading:
    """Read the rule book of a year.

    `departments` are the names of those that may assess, by id; None where they are not known.
    """
    broken = Broken()
    folder = _folder(report, tree, f"criteria/{year}", broken)
    head = _own_fields(report, folder, _SCHEME, message("The rule book has no scheme.yaml"))
    units = _units(head)
    pending: list[PendingExample] = []
    reader = SectionReader(report, units, departments, pending, broken)
    sections = tuple(_sections(folder, "", reader, Inherited()))
    first, last = _period(head, year)
    scheme = Scheme(
        year=year,
        title=head.text("title", required=True) or str(year),
        source=head.text("source") or "",
        first=first,
        last=last,
        units=units or {},
        sections=_ordered(head, sections, broken),
        origin=head.origin,
    )
    scheme = replace(scheme, interpretations=tuple(_interpretations(report, head, scheme, broken)))
    head.close()
    _check_shared(report, scheme, broken)
    check_measures(report, scheme, broken)
    examples = read_examples(report, scheme, pending, broken)
    return SchemeReading(replace(scheme, examples=examples), broken)


def _folder(report: Report, tree: Tree, path: str, broken: Broken) -> _Folder:
    """The files and folders of the rule book as a tree, each name checked."""
    top = _Folder(path)
    for file, data in tree.under(path):
        *parents, name = file.removeprefix(path + "/").split("/")
        stem, _, ending = name.rpartition(".")
        if file == f"{path}/{RESULTS}.yaml":
            continue
        wrong = next((part for part in (*parents, stem) if not is_identifier(part)), None)
        if ending.lower() in ("yml", "yaml", "json") and ending != "yaml":
            report.problems.append(unread(file, "*.yaml"))
            broken.add(".".join(parents))
        elif ending == "yaml" and wrong is not None:
            report_identifier(report, Place(file), wrong)
            broken.add(".".join(takewhile(is_identifier, parents)))
        elif ending == "yaml":
            _descend(top, parents).files[stem] = read_mapping(report, file, data)
    for file in tree.lost_under(path):
        *parents, name = file.removeprefix(path + "/").split("/")
        if name.endswith(".yaml"):
            _descend(top, parents).files[name.removesuffix(".yaml")] = None
        else:
            broken.add(".".join((*parents, name)))
    return top


def _own_fields(report: Report, folder: _Folder, name: str, missing: Message) -> Fields:
    """The fields of the file that describes the folder itself; quiet ones where it cannot be read."""
    path = f"{folder.path}/{name}.yaml"
    if name not in folder.files:
        report.error(Place(path), "missing-file", missing, message("Write its title and order"))
    return folder.files.pop(name, None) or Fields(report, Mapping((), Place(path)), quiet=True)


def _descend(folder: _Folder, names: list[str]) -> _Folder:
    for name in names:
        folder = folder.folders.setdefault(name, _Folder(f"{folder.path}/{name}"))
    return folder


def _sections(folder: _Folder, prefix: str, reader: SectionReader, inherited: Inherited) -> Iterator[Section]:
    """The sections in the files and folders of a folder, in the order of their names."""
    for name, fields in folder.files.items():
        if fields is None:
            reader.broken.add(prefix + name)
            continue
        section = reader.section(prefix + name, fields, inherited)
        if name not in folder.folders:
            yield section
        else:
            reader.broken.add(section.id)
            text = message("The section “{name}” is both a file and a folder", name=name)
            reader.report.error(fields.place, "duplicate-section", text, message("Keep one of the two"))
    for name, inner in folder.folders.items():
        yield _section_of_folder(inner, prefix + name, reader, inherited)


def _section_of_folder(folder: _Folder, identifier: str, reader: SectionReader, inherited: Inherited) -> Section:
    """The section that a folder is: its own fields in `section.yaml`, the sections inside in the other files."""
    own = _own_fields(reader.report, folder, _OWN, message("The folder of a section has no section.yaml"))

    def inner(passed_on: Inherited) -> tuple[Section, ...]:
        sections = tuple(_sections(folder, identifier + ".", reader, passed_on))
        return _ordered(own, sections, reader.broken, identifier + ".")

    return reader.section(identifier, own, inherited, inner)


def _ordered(fields: Fields, sections: tuple[Section, ...], broken: Broken, prefix: str = "") -> tuple[Section, ...]:
    """The sections as `order` says, each named once; without `order`, by id."""
    by_name = {section.id.removeprefix(prefix): section for section in sections}
    order = fields.identifiers("order", {name: section.title for name, section in by_name.items()})
    if not order:
        return tuple(sorted(sections, key=lambda section: section.id))
    for name in order:
        if name not in by_name and not broken.may_hold(prefix + name):
            text = message("There is no section “{name}” here", name=name)
            fields.report.unknown(fields.place_of("order"), "unknown-section", text, name, by_name)
    missing = [name for name in by_name if name not in order]
    if missing:
        text = message("“order” does not name: {names}", names=tuple(missing))
        fields.report.error(fields.place_of("order"), "incomplete-order", text, message("Add them where they belong"))
    return tuple(by_name[name] for name in (*order, *missing) if name in by_name)


def _period(head: Fields, year: int) -> tuple[date, date]:
    """The first and last day of the period: the calendar year where none is given, open where it cannot be read."""
    period = head.fields("period", keys=("from", "to"))
    if "period" not in head and not head.quiet:
        return date(year, 1, 1), date(year, 12, 31)
    if period is None:
        return date.min, date.max
    first = period.date("from", required=True) or date.min
    last = period.date("to", required=True) or date.max
    period.close()
    if last < first:
        text = message("The last day lies before the first")
        head.report.error(period.place_of("to"), "period-reversed", text, message("Exchange “from” and “to”"))
        return date.min, date.max
    return first, last


def _units(head: Fields) -> MappingType[str, str] | None:
    """The units of the rule book with their measure words; None where they cannot be read."""
    units = head.fields("units")
    if units is None:
        return None if head.quiet or "units" in head else {}
    found = {}
    for unit in units.names:
        word = units.text(unit)
        if is_identifier(unit):
            found[unit] = word or unit
        elif word is not None and is_identifier(word):
            report_identifier(units.report, units.key_place(unit), unit, f"{word}: {unit}")
        else:
            report_identifier(units.report, units.key_place(unit), unit)
    return found if len(found) == len(units.names) else None


def _interpretations(report: Report, head: Fields, scheme: Scheme, broken: Broken) -> Iterator[Interpretation]:
    for node in head.sequence("interpretations"):
        fields = as_fields(report, node)
        if fields is None:
            continue
        interpretation = Interpretation(
            where=fields.text("where", required=True) or "",
            words=fields.text("words", required=True) or "",
            reading=fields.text("reading", required=True) or "",
            decided=fields.written("decided", required=True) or "",
            origin=fields.origin,
        )
        fields.close()
        yield interpretation
        section = interpretation.where.partition("#")[0]
        if interpretation.where and interpretation.words and not broken.touches(section):
            _check_interpretation(report, scheme, interpretation)


def _check_interpretation(report: Report, scheme: Scheme, interpretation: Interpretation) -> None:
    wording = scheme.wording(interpretation.where)
    if wording is None:
        text = message("There is no section, item or clause “{name}”", name=interpretation.where)
        known = (*scheme.all_sections, *scheme.items, *scheme.clauses)
        report.unknown(interpretation.origin.of("where"), "unknown-criterion", text, interpretation.where, known)
    elif interpretation.words not in wording:
        text = message("These words do not stand in {where}", where=interpretation.where)
        hint = message("Quote the rule's own words")
        report.error(interpretation.origin.of("words"), "words-not-found", text, hint)


def _check_shared(report: Report, scheme: Scheme, broken: Broken) -> None:
    """A shared clause that no item uses never deducts anything, and a limit holds within one section.

    Across sections it could not: which of their own limits comes first would decide what counts, and one more
    incident could raise a score.
    """
    users: dict[str, dict[str, None]] = {}
    for item in scheme.items.values():
        for clause in item.clauses:
            users.setdefault(clause.id, {})[item.section] = None
    for section in scheme.all_sections.values():
        for clause in section.clauses:
            if clause.limit is not None and len(users.get(clause.id, ())) > 1:
                text = message(
                    "The limit of clause “{name}” would hold across the sections {sections}",
                    name=clause.name,
                    sections=tuple(users[clause.id]),
                )
                hint = message("Write the clause into each of the sections, or give points to the section around them")
                report.error(clause.origin.of("limit"), "limit-across-sections", text, hint)
            elif clause.id not in users and not broken.touches(section.id):
                text = message("No item uses the clause “{name}”", name=clause.name)
                hint = message("Name it in the “clauses:” of an item, or remove it")
                report.warning(clause.origin.place, "unused-clause", text, hint)
