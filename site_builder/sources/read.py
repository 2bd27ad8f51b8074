"""The one function of the sources: a tree of files becomes a site, or problems."""

import re
from collections.abc import Iterable, Mapping

from site_builder.model import (
    ALLOWANCES,
    DEPARTMENTS,
    POLICY,
    PUBLICATION,
    SETTINGS,
    SIGNERS,
    Charge,
    Department,
    Place,
    Problem,
    Settings,
    Site,
    Sources,
    Year,
    has_error,
    in_order,
    message,
)
from site_builder.sources.allowances import Seen, check_personal_data
from site_builder.sources.appearance import LOGOS
from site_builder.sources.approvals import read_approvals
from site_builder.sources.content import (
    PAGES,
    check_objections,
    described,
    read_departments,
    read_prose,
    read_settings,
)
from site_builder.sources.incidents import Reader, Rules, incident_files, incident_id, read_incidents
from site_builder.sources.internal import check_internal
from site_builder.sources.measurements import read_measurements
from site_builder.sources.plausible import check_plausible
from site_builder.sources.report import Report
from site_builder.sources.results import inputs, read_results
from site_builder.sources.scheme import read_scheme
from site_builder.sources.stages import check_stages
from site_builder.sources.tree import Tree, ignored, unread

_YEAR = re.compile(r"[12][0-9]{3}")
_OF_CONTENT = (SETTINGS, PUBLICATION, DEPARTMENTS, *(f"content/{name}" for name in LOGOS))

_OF_SETTINGS = (SETTINGS, PUBLICATION)


class Readings:
    """What incident files were read as, so that another revision with the same rules need not read them again.

    `seen` is the personal data that was found in each content.
    """

    def __init__(self) -> None:
        self._readers: dict[tuple[tuple[str, bytes], ...], Reader] = {}
        self.seen: Seen = {}

    def reader(self, tree: Tree, rules: Rules) -> Reader:
        """The reader of the year's incidents under exactly these rules and departments."""
        return self._readers.setdefault(_rules_of(tree, rules.scheme.year), Reader(rules))

    def charges(self) -> Mapping[str, Charge]:
        """What each front matter of an incident that was read charges."""
        return {front: charge for reader in self._readers.values() for front, charge in reader.charges.items()}

    def known(self, tree: Tree, year: int) -> Reader | None:
        """The reader of a year, if a site with its rules and departments was read."""
        return self._readers.get(_rules_of(tree, year))


def _rules_of(tree: Tree, year: int) -> tuple[tuple[str, bytes], ...]:
    """All that incidents of a year are checked against."""
    return (DEPARTMENTS, tree.files.get(DEPARTMENTS, b"")), *tree.under(f"criteria/{year}")


def read_site(tree: Tree, readings: Readings | None = None) -> Sources:
    """Read everything; all problems of all files come in one run, and an error leaves no site.

    `readings` is what the sources of other revisions were read as; it grows.
    """
    readings = readings or Readings()
    report = Report()
    report.problems.extend(tree.problems)
    settings = read_settings(report, tree)
    departments = read_departments(report, tree)
    prose = read_prose(report, tree)
    check_objections(report, settings, prose)
    names = None if departments is None else {one.id: one.name for one in departments.values()}
    policy = read_approvals(report, tree, names)
    years = {year: _read_year(report, tree, year, departments, readings) for year in _years(report, tree)}
    check_stages(report, settings, years)
    check_internal(report, settings, names or {}, prose, years)
    _check_loose_files(report, tree)
    _check_litter(report, tree)
    check_personal_data(report, tree, readings.seen)
    problems = in_order(report.problems)
    site = None if has_error(problems) else Site(settings, departments or {}, years, prose, policy)
    return Sources(site, problems, settings.language)


def settings_of(tree: Tree) -> tuple[Settings, tuple[Problem, ...]]:
    """The settings alone, and the problems of their files."""
    report = Report()
    settings = read_settings(report, tree)
    return settings, in_order((*report.problems, *(one for one in tree.problems if one.place.path in _OF_SETTINGS)))


def _years(report: Report, tree: Tree) -> list[int]:
    """The years that have rules; folders that are no year, and incidents without rules, are problems."""
    with_rules = []
    for folder in sorted(tree.folders):
        top, _, name = folder.partition("/")
        if top not in ("criteria", "incidents") or not name or "/" in name:
            continue
        if not _YEAR.fullmatch(name):
            text = message("“{name}” is not a year", name=name)
            report.error(Place(folder), "not-a-year", text, message("Name the folder by its year, such as 2021"))
        elif top == "criteria":
            with_rules.append(int(name))
        elif f"criteria/{name}" not in tree.folders and not tree.lost(f"criteria/{name}"):
            text = message("There are incidents of {year}, but no rules", year=name)
            hint = message("Write the rule book into criteria/{year}/, or move the incidents", year=name)
            report.error(Place(folder), "year-without-rules", text, hint)
    if not with_rules and not tree.lost("criteria") and not any(tree.lost_under("criteria")):
        text = message("There is no rule book")
        report.error(Place("criteria"), "no-rules", text, message("Write one into criteria/YEAR/, or run: kaohe init"))
    return with_rules


def _read_year(
    report: Report, tree: Tree, year: int, departments: Mapping[str, Department] | None, readings: Readings
) -> Year:
    names = None if departments is None else {one.id: one.name for one in departments.values()}
    reading = read_scheme(report, tree, year, names)
    present = None
    if departments is not None:
        present = {one.id: one.name for one in departments.values() if one.exists_in(year)}
    rules = Rules(reading, present)
    measured = list(read_measurements(report, tree, rules))
    incidents = [*read_incidents(report, tree, readings.reader(tree, rules)), *measured]
    files = ((incident_id(path), Place(path)) for path, _ in incident_files(tree, year))
    rows = ((incident.id, incident.origin.place) for incident in measured)
    _check_unique(report, (*files, *rows))
    check_plausible(report, reading.scheme, incidents, reading.broken)
    ordered = sorted(incidents, key=lambda incident: (incident.date, incident.id))
    return Year(
        reading.scheme,
        {incident.id: incident for incident in ordered},
        inputs(tree, year, described(departments or {}, year)),
        read_results(report, tree, year),
    )


def _check_unique(report: Report, ids: Iterable[tuple[str, Place]]) -> None:
    """An id is unique in its year, wherever under the year its file lies, and whether or not that can be read."""
    first: dict[str, Place] = {}
    for identifier, place in ids:
        if identifier in first:
            other = first[identifier]
            text = message("{other} has the same id “{id}”", other=f"{other.path}:{other.line}", id=identifier)
            report.error(place, "duplicate-id", text, message("Rename one of the two files"))
        first.setdefault(identifier, place)


def _check_litter(report: Report, tree: Tree) -> None:
    """One warning for all that office programs and systems left among the sources."""
    if tree.litter:
        names = tuple(sorted(tree.litter))
        text = message("Office programs or the system left files here, which are not read: {count}", count=len(names))
        hint = message(
            "Delete them, and name them in .gitignore: {names}",
            names=(*names[:12], *(["…"] if len(names) > 12 else [])),
        )
        report.warning(Place(names[0]), "office-litter", text, hint)


def _check_loose_files(report: Report, tree: Tree) -> None:
    """Files that lie where nothing is read."""
    for path in tree.files:
        top, _, rest = path.partition("/")
        if top == "content" and path not in _OF_CONTENT and not path.startswith(PAGES + "/"):
            report.problems.append(
                ignored(path, f"{SETTINGS}, {PUBLICATION}, {DEPARTMENTS}, {PAGES}/*.md, content/logo.*")
            )
        elif top == "incidents" and "/" not in rest:
            report.problems.append(unread(path, "incidents/YEAR/*.md"))
        elif top == "criteria" and "/" not in rest and path not in (POLICY, SIGNERS, ALLOWANCES):
            report.problems.append(ignored(path, "criteria/YEAR/*.yaml"))
