"""`kaohe check` and the forms in which it tells problems."""

import json
import sys
from collections.abc import Callable, Mapping

import click

from site_builder import __version__
from site_builder.assessment import check, lacking
from site_builder.cli.owning import stale_owners
from site_builder.cli.session import EXIT_PROBLEMS, Session
from site_builder.language import Language
from site_builder.model import Level, Problem, has_error, in_order, message
from site_builder.render.build import check_site
from site_builder.sources import stated_policy

_Problems = tuple[Problem, ...]


def run_check(session: Session, form: str) -> None:
    """Print every problem; exit 1 when one is an error."""
    found = check_site(session.written, session.site, check(session.written))
    problems = in_order((*found, *stale_owners(session), *_of_line(session)))
    if form == "text":
        session.tell(problems, err=False)
        if not problems:
            session.say(message("No problems"))
    else:
        click.echo(_FORMS[form](problems, session.language), nl=False)
    if has_error(problems):
        sys.exit(EXIT_PROBLEMS)


def _of_line(session: Session) -> _Problems:
    """That the main line is not proved, where it is not: then nothing that is right in the files counts."""
    policy = stated_policy(session.tree)
    if session.repository is None or (policy is not None and policy.level is Level.RECORDED):
        return ()
    problem = lacking(session.trail) if session.trail.unproved is not None else None
    return () if problem is None else (problem,)


def as_json(problems: _Problems, speaking: Language) -> str:
    """The problems as a JSON object, `{"problems": […]}`, a row for each."""
    rows = [
        {
            "path": problem.place.path,
            "line": problem.place.line,
            "column": problem.place.column,
            "severity": problem.severity.value,
            "code": problem.code,
            "message": speaking.say(problem.text),
            "hint": speaking.say(problem.hint),
        }
        for problem in problems
    ]
    return _dumped({"problems": rows})


def as_github(problems: _Problems, speaking: Language) -> str:
    """Workflow commands that GitHub shows beside the lines."""
    lines = []
    for problem in problems:
        place = problem.place
        head = f"file={_property(place.path)},line={place.line},col={place.column},title={problem.code}"
        said = f"{speaking.say(problem.text)}\n{speaking.say(problem.hint)}"
        lines.append(f"::{problem.severity.value} {head}::{_data(said)}\n")
    return "".join(lines)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def as_sarif(problems: _Problems, speaking: Language) -> str:
    """SARIF 2.1.0, which forges and editors read."""
    results = [
        {
            "ruleId": problem.code,
            "level": problem.severity.value,
            "message": {"text": f"{speaking.say(problem.text)}\n{speaking.say(problem.hint)}"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": _uri(problem.place.path)},
                        "region": {"startLine": problem.place.line, "startColumn": problem.place.column},
                    }
                }
            ],
        }
        for problem in problems
    ]
    rules = [{"id": code} for code in sorted({problem.code for problem in problems})]
    driver = {"name": "kaohe", "version": __version__, "rules": rules}
    return _dumped({"version": "2.1.0", "runs": [{"tool": {"driver": driver}, "results": results}]})


def _uri(path: str) -> str:
    from urllib.parse import quote

    return quote(path)


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


_FORMS: Mapping[str, Callable[[_Problems, Language], str]] = {
    "json": as_json,
    "github": as_github,
    "sarif": as_sarif,
}
