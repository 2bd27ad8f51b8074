"""`criteria/YEAR/`: the rule book, from `scheme.yaml` and a file or folder for each section."""

from collections.abc import Collection, Iterator
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, replace
from datetime import date

from site_builder.model import Clause, Interpretation, Place, Scheme, Section, is_identifier, message
from site_builder.sources.documents import read_mapping
from site_builder.sources.examples import PendingExample, check_measures, read_examples
from site_builder.sources.fields import Fields, Report, as_fields, report_identifier
from site_builder.sources.nodes import Mapping
from site_builder.sources.sections import SectionReader
from site_builder.sources.tree import Tree, unread

Shared = MappingType[str, Clause]
_OWN = "section"
_SCHEME = "scheme"


@dataclass(frozen=True, slots=True)
class SchemeReading:
    """A rule book as far as it could be read, and the ids of the sections whose files could not be."""

    scheme: Scheme
    broken: frozenset[str]

    def may_hold(self, criterion: str) -> bool:
        """Whether an id that is not in the scheme may be in a part that could not be read."""
        return any(not part or criterion == part or criterion.startswith(part + ".") for part in self.broken)


@dataclass(slots=True)
class _Folder:
    """A folder of the rule book: the fields of its files by name, and its folders."""

    path: str
    files: dict[str, Fields | None] = field(default_factory=dict)
    folders: dict[str, "_Folder"] = field(default_factory=dict)


def read_scheme(report: Report, tree: Tree, year: int, departments: Collection[str] | None) -> SchemeReading:
    """Read the rule book of a year. `departments` are the ids that may assess, None where they are not known."""
    folder = _folder(report, tree, f"criteria/{year}")
    head = folder.files.pop(_SCHEME, None)
    if head is None and f"{folder.path}/{_SCHEME}.yaml" not in tree.files:
        text = message("The rule book has no scheme.yaml")
        report.error(Place(f"{folder.path}/{_SCHEME}.yaml"), "missing-file", text, message("Write its title and order"))
    head = head or Fields(report, Mapping((), Place(folder.path)), quiet=True)
    units = {unit: words.text(unit) or unit for words in (head.fields("units"),) if words for unit in words.names}
    pending: list[PendingExample] = []
    broken: set[str] = set()
    reader = SectionReader(report, None if head.quiet else units, departments, pending)
    sections = tuple(_sections(folder, "", reader, None, {}, broken))
    first, last = _period(head, year)
    scheme = Scheme(
        year=year,
        title=head.text("title", required=True) or str(year),
        source=head.text("source") or "",
        first=first,
        last=last,
        units=units,
        sections=_ordered(head, sections, broken),
        origin=head.origin,
    )
    scheme = replace(scheme, interpretations=tuple(_interpretations(report, head, scheme, broken)))
    head.close()
    _check_shared(report, scheme)
    check_measures(report, scheme)
    return SchemeReading(replace(scheme, examples=read_examples(report, scheme, pending)), frozenset(broken))


def _folder(report: Report, tree: Tree, path: str) -> _Folder:
    """The files and folders of the rule book as a tree, each name checked."""
    top = _Folder(path)
    for file, data in tree.under(path):
        *parents, name = file.removeprefix(path + "/").split("/")
        stem, _, ending = name.rpartition(".")
        if ending.lower() in ("yml", "yaml", "json") and ending != "yaml":
            report.problems.append(unread(file, "*.yaml"))
        elif ending == "yaml":
            wrong = next((part for part in (*parents, stem) if not is_identifier(part)), None)
            if wrong is not None:
                report_identifier(report, Place(file), wrong)
            else:
                _descend(top, parents).files[stem] = read_mapping(report, file, data)
    return top


def _descend(folder: _Folder, names: list[str]) -> _Folder:
    for name in names:
        folder = folder.folders.setdefault(name, _Folder(f"{folder.path}/{name}"))
    return folder


def _sections(
    folder: _Folder,
    prefix: str,
    reader: SectionReader,
    assessor: str | None,
    shared: Shared,
    broken: set[str],
) -> Iterator[Section]:
    """The sections in the files and folders of a folder, in the order of their names."""
    for name, fields in folder.files.items():
        if fields is None:
            broken.add(prefix + name)
        elif name in folder.folders:
            text = message("The section “{name}” is both a file and a folder", name=name)
            reader.report.error(fields.place, "duplicate-section", text, message("Keep one of the two"))
        else:
            yield reader.section(prefix + name, fields, assessor, shared)
    for name, inner in folder.folders.items():
        section = _section_of_folder(inner, prefix + name, reader, assessor, shared, broken)
        if section is not None:
            yield section


def _section_of_folder(
    folder: _Folder,
    identifier: str,
    reader: SectionReader,
    assessor: str | None,
    shared: Shared,
    broken: set[str],
) -> Section | None:
    """The section that a folder is: its own fields in `section.yaml`, the sections inside in the other files."""
    known = _OWN in folder.files
    own = folder.files.pop(_OWN, None)
    if own is None:
        broken.add(identifier)
        if not known:
            text = message("The folder of a section has no section.yaml")
            hint = message("Write its title, points and order")
            reader.report.error(Place(f"{folder.path}/{_OWN}.yaml"), "missing-file", text, hint)
        return None

    def inner(inherited: str | None, visible: Shared) -> tuple[Section, ...]:
        sections = tuple(_sections(folder, identifier + ".", reader, inherited, visible, broken))
        return _ordered(own, sections, broken, identifier + ".")

    return reader.section(identifier, own, assessor, shared, inner)


def _ordered(fields: Fields, sections: tuple[Section, ...], broken: set[str], prefix: str = "") -> tuple[Section, ...]:
    """The sections as `order` says, each named once; without `order`, by id."""
    by_name = {section.id.removeprefix(prefix): section for section in sections}
    order = fields.identifiers("order")
    if "order" not in fields:
        return tuple(sorted(sections, key=lambda section: section.id))
    for name in order:
        if name not in by_name and prefix + name not in broken:
            text = message("There is no section “{name}” here", name=name)
            fields.report.unknown(fields.place_of("order"), "unknown-section", text, name, by_name)
    missing = [name for name in by_name if name not in order]
    if missing:
        text = message("“order” does not name: {names}", names=tuple(missing))
        fields.report.error(fields.place_of("order"), "incomplete-order", text, message("Add them where they belong"))
    return tuple(by_name[name] for name in (*order, *missing) if name in by_name)


def _period(head: Fields, year: int) -> tuple[date, date]:
    """The first and last day of the period; the calendar year where none is given."""
    period = head.fields("period")
    first, last = date(year, 1, 1), date(year, 12, 31)
    if period is not None:
        first = period.date("from", required=True) or first
        last = period.date("to", required=True) or last
        period.close()
        if last < first:
            text = message("The last day lies before the first")
            head.report.error(period.place_of("to"), "period-reversed", text, message("Exchange “from” and “to”"))
    return first, last


def _interpretations(report: Report, head: Fields, scheme: Scheme, broken: set[str]) -> Iterator[Interpretation]:
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
        if interpretation.where and interpretation.words and not broken:
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


def _check_shared(report: Report, scheme: Scheme) -> None:
    """A shared clause that no item uses never deducts anything."""
    for section in scheme.all_sections.values():
        for clause in section.clauses:
            if clause.id not in scheme.clauses:
                text = message("No item uses the clause “{name}”", name=clause.name)
                hint = message("Name it in the “clauses:” of an item, or remove it")
                report.warning(clause.origin.place, "unused-clause", text, hint)
