"""What became of departments: whether the successors that `content/departments.yaml` names can be."""

from collections.abc import Mapping

from site_builder.model import Department, message
from site_builder.sources.report import Report


def check_successors(report: Report, departments: Mapping[str, Department]) -> None:
    """A successor is a department of the year after the last, and leads nowhere back."""
    for department in departments.values():
        if department.successors and department.last is None:
            text = message("A department that goes on has no successor")
            hint = message("Write its last year, “to: …”, or remove “successor:”")
            report.error(department.origin.of("successor"), "impossible-successor", text, hint)
        for name in department.successors:
            _check(report, departments, department, name)


def _check(report: Report, departments: Mapping[str, Department], department: Department, name: str) -> None:
    place, after = department.origin.of("successor"), (department.last or 0) + 1
    if name not in departments:
        text = message("There is no department “{name}”", name=name)
        report.unknown(place, "unknown-successor", text, name, departments)
    elif _leads_back(departments, name, department.id):
        text = message("“{name}” becomes “{id}” again", name=name, id=department.id)
        hint = message("A department that comes back needs an id of its own")
        report.error(place, "circular-successor", text, hint)
    elif department.last is not None and not departments[name].exists_in(after):
        text = message("“{name}” does not exist in {year}, the year after", name=name, year=str(after))
        hint = message("Correct its “from:” or “to:”, or name another department")
        report.error(place, "impossible-successor", text, hint)


def _leads_back(departments: Mapping[str, Department], start: str, wanted: str) -> bool:
    """Whether successors lead from one department to another, or to itself."""
    reached, waiting = {start}, [start]
    while waiting:
        name = waiting.pop()
        if name == wanted:
            return True
        further = [one for one in departments[name].successors if one in departments and one not in reached]
        reached.update(further)
        waiting += further
    return False
