"""`criteria/YEAR/results.yaml`: the results of a year as they were fixed, and their restatements."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal

from site_builder.model import (
    POLICY,
    SIGNERS,
    Frozen,
    Inputs,
    Level,
    Place,
    Restatement,
    digest,
    has_error,
    message,
    results_path,
    subject_of,
)
from site_builder.sources.documents import read_mapping
from site_builder.sources.fields import Fields, as_fields
from site_builder.sources.incidents import incident_files
from site_builder.sources.nodes import Scalar
from site_builder.sources.report import Report
from site_builder.sources.tree import Tree
from site_builder.sources.values import as_number

GONE = "removed"
"""What stands for something that is no longer there."""

_LEAST = Decimal("-999999999")


def inputs(tree: Tree, year: int, departments: Mapping[str, str]) -> Inputs:
    """What the results of a year rest on: the digests of its files, and its departments; no level and verdicts."""
    rules = (
        (path, data)
        for path, data in tree.under(f"criteria/{year}")
        if path.endswith(".yaml") and path != results_path(year)
    )
    files = (*rules, *incident_files(tree, year), *tree.under(f"incidents/{year}/measurements"))
    return Inputs(
        "",
        {subject: digest(data) for path, data in files if (subject := subject_of(path)) is not None},
        {path: digest(tree.files[path]) for path in (POLICY, SIGNERS) if path in tree.files},
        departments=departments,
    )


def stored_results(data: bytes, year: int) -> Frozen | None:
    """The fixed results in a file of history; None where they could not be used."""
    report = Report()
    frozen = read_results(report, Tree({results_path(year): data}), year)
    return None if has_error(report.problems) else frozen


def read_results(report: Report, tree: Tree, year: int) -> Frozen | None:
    """The fixed results of a year; None where there is no such file, or it cannot be read."""
    path = results_path(year)
    fields = read_mapping(report, path, tree.files[path]) if path in tree.files else None
    if fields is None:
        return None
    files = fields.fields("rules"), fields.fields("incidents"), fields.fields("measurements")
    verdicts, scores = fields.fields("verdicts"), fields.fields("scores", required=True)
    departments = fields.fields("departments")
    level = _level(fields, required=True) or Level.RECORDED.value
    _check_verdicts(fields, level)
    day = fields.date("frozen")
    frozen = Frozen(
        year=year,
        version=fields.text("version", required=True) or "",
        commit=fields.text("commit"),
        date=day,
        inputs=Inputs(
            level,
            {subject: text for one in files for subject, text in _named(one, year)},
            dict(_texts(fields.fields("policy"))),
            dict(_named(verdicts, year)),
            dict(_texts(departments)),
        ),
        scores={name: dict(_present(one)) for name, one in _mappings(scores)},
        restatements=tuple(_restatements(report, fields, year, day, level)),
        origin=fields.origin,
        places=(_key_places(scores) if scores else {})
        | {
            subject: one.place_of(name)
            for one in (*files, verdicts)
            if one is not None
            for name, (subject, _) in zip(one.names, _named(one, year), strict=True)
        },
    )
    fields.close()
    return frozen


def _level(fields: Fields, *, required: bool = False) -> str | None:
    name = fields.text("level", required=required)
    if name is None or name in set(Level):
        return name
    text = message("There is no level “{name}”", name=name)
    fields.report.unknown(fields.place_of("level"), "unknown-level", text, name, list(Level))
    return None


def _check_verdicts(fields: Fields, level: str) -> None:
    if "verdicts" in fields.names and level == Level.RECORDED:
        text = message("At the level “{level}” there are no verdicts", level=level)
        fields.report.error(fields.key_place("verdicts"), "verdicts-at-recorded", text, message("Remove them"))


def _restatements(report: Report, fields: Fields, year: int, fixed: date | None, level: str) -> Iterator[Restatement]:
    """The restatements, none of them before the day when the results were fixed."""
    earliest = fixed or date(year, 1, 1)
    for node in fields.sequence("restatements"):
        one = as_fields(report, node)
        restated = _restatement(one, year) if one else None
        if one is None or restated is None:
            continue
        level = restated.level or level
        _check_verdicts(one, level)
        if restated.date < earliest:
            text = message("This is before {date}: restatements stand in the order of their dates", date=earliest)
            if fixed is not None and earliest == fixed:
                text = message("This is before {date}, when the results were fixed", date=fixed)
            report.error(one.place_of("date"), "dates-reversed", text, message("Check the two dates"))
        earliest = max(earliest, restated.date)
        yield restated


def _restatement(fields: Fields, year: int) -> Restatement | None:
    day, reason = fields.date("date", required=True), fields.text("reason", required=True)
    decision, level = fields.text("decision", required=True), _level(fields)
    files, verdicts = (
        {subject: None if text == GONE else text for subject, text in _named(one, year)}
        for one in (fields.fields("files"), fields.fields("verdicts"))
    )
    scores = {
        name: {section: _number(one, section) for section in one.names}
        for name, one in _mappings(fields.fields("scores"))
    }
    departments = {name: None if text == GONE else text for name, text in _texts(fields.fields("departments"))}
    fields.close()
    if day is None or reason is None or decision is None:
        return None
    return Restatement(day, reason, decision, level, files, verdicts, scores, departments, fields.origin)


def _texts(fields: Fields | None) -> Iterator[tuple[str, str]]:
    return ((name, fields.text(name) or "") for name in fields.names) if fields else iter(())


def _named(fields: Fields | None, year: int) -> Iterator[tuple[str, str]]:
    """Texts by subject: an incident is written by its id alone."""
    return ((name if "/" in name else f"incidents/{year}/{name}.md", text) for name, text in _texts(fields))


def _mappings(fields: Fields | None) -> Iterator[tuple[str, Fields]]:
    for name in fields.names if fields else ():
        assert fields is not None
        inner = fields.fields(name)
        if inner is not None:
            yield name, inner


def _key_places(fields: Fields) -> dict[str, Place]:
    return {name: fields.key_place(name) for name in fields.names}


def _present(fields: Fields) -> Iterator[tuple[str, Decimal]]:
    for name in fields.names:
        number = _number(fields, name)
        if number is not None:
            yield name, number


def _number(fields: Fields, name: str) -> Decimal | None:
    """A score; None where it is written as gone."""
    node = fields.node(name)
    if node is None or (isinstance(node, Scalar) and node.text == GONE):
        return None
    return as_number(fields.report, node, least=_LEAST)
