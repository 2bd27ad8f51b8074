"""Small sites in a few lines: what a test does not mention is valid, and always the same.

The rule book has two sections: `conduct` with 2 points, and `study`, which only deducts. The departments are
`office`, which assesses, and `library`.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from site_builder.model import Message, Problem, Severity, Site, in_order, plain
from site_builder.scoring import failing_examples
from site_builder.sources import Tree, read_site
from site_builder.sources.tree import FOLDERS

Text = str | bytes | None

DEPARTMENTS = """\
office: {name: The office}
library: {name: The library, group: Services}
"""

SCHEME = """\
title: Rules of 2021
period: {from: 2021-01-01, to: 2021-12-31}
units: {person: persons, day: days, occurrence: times, project: projects, point: points}
"""

CONDUCT = """\
title: Conduct
points: 2
assessor: office
items:
  attendance:
    text: Attendance
    clauses:
      absence: {text: Absent, deduct: 0.5, per: [person, day]}
      platform: {text: Ten times the deduction of the platform, deduct: 10, per: [point]}
  sanctions:
    text: Sanctions
    clauses:
      warned: {text: Warned, deduct: 1, per: [case], cumulation: highest-per-case}
  other:
    text: Anything else
    clauses:
      fitting: {text: As is fitting, deduct: discretionary}
"""

STUDY = """\
title: Study
assessor: office
clauses:
  not-done: {text: Not done, deduct: 1, per: [item]}
items:
  plan: {text: A plan, clauses: [not-done]}
  report: {text: A report, clauses: [not-done]}
"""

MEASURED = """\
title: Conduct
points: 2
assessor: office
items:
  budget:
    text: The budget is spent
    clauses:
      missed:
        text: Each project that misses its target
        deduct: 0.5
        per: [project]
        measure:
          file: spending
          date: 2021-12-20
          unit: '%'
          columns: {spent: Spent, done: Done}
          kinds:
            routine: {title: Routine, at-least: {spent: 80}}
            one-off: {title: One-off, at-least: {spent: 80, done: 100}}
"""
"""A `conduct` section whose only clause is measured by `incidents/2021/measurements/spending.csv`."""

_KEYS = {
    "department": "library",
    "criterion": "conduct.attendance",
    "clause": "absence",
    "date": "2021-03-15",
    "count": "{person: 2, day: 3}",
}


def incident(body: str = "Two people did not come.", **changes: str | None) -> str:
    """An incident's file: its keys one a line from line 2 on, changed, added or (None) left out."""
    keys = {**_KEYS, **changes}
    lines = [f"{key}: {value}" for key, value in keys.items() if value is not None]
    return "\n".join(["---", *lines, "---", body, ""])


def site(
    incidents: Mapping[str, Text] | None = None,
    criteria: Mapping[str, Text] | None = None,
    departments: Text = DEPARTMENTS,
    measurements: Mapping[str, Text] | None = None,
    files: Mapping[str, Text] | None = None,
) -> Tree:
    """A site of 2021: incidents by id, files of the rule book by section, measurements by stem, others by path.

    What is given replaces the default of that name; None takes it away.
    """
    book: dict[str, Text] = {"scheme": SCHEME, "conduct": CONDUCT, "study": STUDY, **(criteria or {})}
    return tree(
        {
            "content/departments.yaml": departments,
            **{f"criteria/2021/{name}.yaml": text for name, text in book.items()},
            **{f"incidents/2021/{name}.md": text for name, text in (incidents or {}).items()},
            **{f"incidents/2021/measurements/{name}.csv": text for name, text in (measurements or {}).items()},
            **(files or {}),
        }
    )


def years(
    *numbers: int,
    departments: Text = DEPARTMENTS,
    criteria: Mapping[int, Mapping[str, Text]] | None = None,
    incidents: Mapping[int, Mapping[str, str]] | None = None,
) -> Tree:
    """A site of several years: each has the rule book of `site`, and what is given for it; incidents keep their day."""
    files: dict[str, Text] = {"content/departments.yaml": departments}
    for year in numbers:
        book = {"scheme": SCHEME, "conduct": CONDUCT, "study": STUDY, **(criteria or {}).get(year, {})}
        for name, text in book.items():
            files[f"criteria/{year}/{name}.yaml"] = text.replace("2021-", f"{year}-") if isinstance(text, str) else text
        for name, text in (incidents or {}).get(year, {}).items():
            files[f"incidents/{year}/{name}.md"] = text.replace("2021-", f"{year}-")
    return tree(files)


def tree(files: Mapping[str, Text]) -> Tree:
    """A tree of these files, in the order of their paths, and of the folders around them."""
    data = {path: text.encode() if isinstance(text, str) else text for path, text in files.items() if text is not None}
    folders = {str(folder) for path in data for folder in Path(path).parents if folder != Path()}
    return Tree(dict(sorted(data.items())), frozenset(folders))


def write(tree: Tree, folder: Path) -> Path:
    """Write the tree into a folder, as a person would keep it; the folder."""
    for name in (*FOLDERS, *tree.folders):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for path, data in tree.files.items():
        (folder / path).write_bytes(data)
    return folder


class Shown(NamedTuple):
    """A problem as a person reads it."""

    where: str
    code: str
    text: str
    hint: str


def problems(tree: Tree) -> list[Shown]:
    """The problems of a site, rendered in English; an error leaves no site, and no problem is without a hint."""
    sources = read_site(tree)
    errors = [problem for problem in sources.problems if problem.severity is Severity.ERROR]
    assert (sources.site is None) == bool(errors)
    found = sources.problems
    if sources.site is not None:
        failing = (failing_examples(year.scheme) for year in sources.site.years.values())
        found = in_order((*found, *(problem for year in failing for problem in year)))
    return [_shown(problem) for problem in found]


def placed(tree: Tree) -> list[str]:
    """The problems of a site by place and code alone: `path:line:column code`."""
    return [f"{problem.where} {problem.code}" for problem in problems(tree)]


def valid(tree: Tree) -> Site:
    """The site that the tree holds; it has no problems."""
    assert problems(tree) == []
    site = read_site(tree).site
    assert site is not None
    return site


def say(message: Message) -> str:
    """The message in English."""
    return message.template.format(**{name: _value(value) for name, value in message.values})


def _value(value: object) -> str:
    if isinstance(value, Message):
        return say(value)
    if isinstance(value, tuple):
        return ", ".join(map(_value, value))
    return plain(value) if hasattr(value, "as_tuple") else str(value)


def _shown(problem: Problem) -> Shown:
    place = problem.place
    shown = Shown(f"{place.path}:{place.line}:{place.column}", problem.code, say(problem.text), say(problem.hint))
    assert shown.text and shown.hint
    return shown
