"""`kaohe score` and `kaohe explain`."""

import json

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from site_builder.assessment import Assessment
from site_builder.cli.session import EXIT_USAGE, Session
from site_builder.exports import scores_json
from site_builder.language import Language
from site_builder.model import Entry, Message, Reading, Rule, Section, Step, message, plain


def run_score(session: Session, year: int | None, form: str) -> None:
    """Print the figures of a year."""
    number = session.year(year)
    assessment = session.assessment
    if form == "json":
        speaking = session.language if session.lang else _of_site(session, assessment)
        click.echo(scores_json(assessment, number, speaking).decode(), nl=False)
    else:
        _print(_table(assessment, number, session.language))


def _of_site(session: Session, assessment: Assessment) -> Language:
    """The language in which the site publishes the same file."""
    from site_builder.language import language

    settings = assessment.site.settings
    return language(settings.language, settings.theme, session.themes)


def _print(shown: Table | Tree) -> None:
    console = Console(highlight=False, soft_wrap=True)
    if not console.is_terminal:
        console = Console(highlight=False, soft_wrap=True, width=400, color_system=None)
    console.print(shown)


def _table(assessment: Assessment, year: int, speaking: Language) -> Table:
    """Departments × the sections that have no sections inside, and the top sections."""
    scheme, ledger = assessment.site.years[year].scheme, assessment.ledgers[year]
    columns = [one for top in scheme.sections for one in (top, *top.sections)]
    table = Table(title=scheme.title)
    table.add_column(speaking.say(message("Department")))
    for section in columns:
        points = "" if section.points is None else f" /{plain(section.points)}"
        table.add_column(Text(section.title + points), justify="right")
    for department, scores in ledger.scores.items():
        name = assessment.site.departments[department].name
        table.add_row(Text(name), *(plain(scores[section.id].score) for section in columns))
    return table


def run_explain(session: Session, name: str, year: int | None, form: str) -> None:
    """Explain an incident's deduction or the scores of a department, which may be named by its name."""
    assessment = session.assessment
    departments = assessment.site.departments
    name = next((one for one, department in departments.items() if department.name == name), name)
    number = session.year(year if year is not None else _latest_with(assessment, name))
    ledger = assessment.ledgers[number]
    if name not in ledger.entries and name not in ledger.scores:
        known = (*ledger.entries, *ledger.scores)
        session.fail(EXIT_USAGE, _unknown(name, number, known))
    if form == "json":
        figures = json.loads(scores_json(assessment, number, session.language))
        kind = "incidents" if name in ledger.entries else "departments"
        click.echo(json.dumps({name: figures[kind][name]}, ensure_ascii=False, indent=2, sort_keys=True))
    elif name in ledger.entries:
        _print(_incident_tree(assessment, number, ledger.entries[name], session.language))
    else:
        _print(_department_tree(assessment, number, name, session.language))


def _latest_with(assessment: Assessment, name: str) -> int | None:
    """The latest year that has an incident or a department."""
    having = (year for year, ledger in assessment.ledgers.items() if name in ledger.entries or name in ledger.scores)
    return max(having, default=None)


def _unknown(name: str, year: int, known: tuple[str, ...]) -> Message:
    from difflib import get_close_matches

    close = tuple(get_close_matches(name, known, n=3))
    if close:
        return message(
            "In {year} there is no incident or department {name}; did you mean {words}?",
            year=year,
            name=name,
            words=close,
        )
    return message("In {year} there is no incident or department {name}", year=year, name=name)


def _incident_tree(assessment: Assessment, year: int, entry: Entry, speaking: Language) -> Tree:
    """The facts, the words of the rule, and the derivation from the last step down to the counts."""
    site = assessment.site
    incident, scheme = site.years[year].incidents[entry.incident], site.years[year].scheme
    item = scheme.items[incident.criterion]
    clause = item.clause(incident.clause)
    heading = message(
        "{id}, {date}, {department}: {counted} deducted",
        id=entry.incident,
        date=incident.date,
        department=site.departments[entry.department].name,
        counted=entry.counted,
    )
    tree = Tree(Text(speaking.say(heading)))
    tree.add(Text(speaking.say(message("Item: {words}", words=item.text))))
    tree.add(Text(speaking.say(message("Clause: {words}", words=clause.text if clause else ""))))
    if incident.measurement is not None:
        for reading in incident.measurement.readings:
            if reading.missed:
                tree.add(Text(speaking.say(_missed(incident.measurement.name, reading, incident.measurement.unit))))
    _add_step(tree, entry.derivation, speaking)
    return tree


def _missed(name: str, reading: Reading, unit: str) -> Message:
    return message(
        "{name}: {title} {value}{unit}, at least {least}{unit} is required",
        name=name,
        title=reading.title,
        value=reading.value,
        least=reading.at_least,
        unit=unit,
    )


def _add_step(tree: Tree, step: Step, speaking: Language) -> None:
    """A step above what it was made from."""
    said = speaking.say(step.text)
    value = plain(step.value)
    sign = {Rule.UNIT: "", Rule.AMOUNT: "" if said == value else f"{value} = "}.get(step.rule, f"{value} ← ")
    branch = tree.add(Text(sign + said))
    for inner in step.inputs:
        _add_step(branch, inner, speaking)


def _department_tree(assessment: Assessment, year: int, name: str, speaking: Language) -> Tree:
    """The sections, and in each the incidents that deducted."""
    tree = Tree(Text(assessment.site.departments[name].name))
    for section in assessment.site.years[year].scheme.sections:
        _add_section(tree, assessment, year, name, section, speaking)
    return tree


def _add_section(
    tree: Tree, assessment: Assessment, year: int, department: str, section: Section, speaking: Language
) -> None:
    records, ledger = assessment.site.years[year], assessment.ledgers[year]
    score = ledger.scores[department][section.id]
    text = (
        message("{title}: {deducted} deducted", title=section.title, deducted=score.deducted)
        if score.points is None
        else message(
            "{title}: {score} of {points}, {deducted} deducted",
            title=section.title,
            score=score.score,
            points=score.points,
            deducted=score.deducted,
        )
    )
    branch = tree.add(Text(speaking.say(text)))
    for inner in section.sections:
        _add_section(branch, assessment, year, department, inner, speaking)
    own = {item.id for item in section.items}
    for entry in ledger.entries.values():
        if entry.department == department and records.incidents[entry.incident].criterion in own:
            steps = "; ".join(speaking.say(step.text) for step in entry.steps)
            branch.add(Text(f"{entry.incident}  {'−' if entry.counted else ''}{plain(entry.counted)}  {steps}"))
