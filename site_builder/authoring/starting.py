"""A new site: a rule book of a few clauses, one incident, and the words around them."""

from pathlib import Path

from site_builder.language import Language
from site_builder.model import Message, message

_IGNORED = ".gitignore"


class ExistingSiteError(Exception):
    """The folder holds a site already; the message is the path that is in the way."""


def start_site(folder: Path, speaking: Language, year: int, title: str | None = None) -> tuple[str, ...]:
    """Write a site that builds into a folder; gives the paths written, relative to it.

    Raises `ExistingSiteError` before anything is written when one of the files is there, `OSError` when the disk
    refuses.
    """
    files = _files(speaking, year, title)
    if (folder / _IGNORED).exists():
        del files[_IGNORED]
    for path in files:
        if (folder / path).exists():
            raise ExistingSiteError(str(folder / path))
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="\n")
    return tuple(files)


def _files(speaking: Language, year: int, title: str | None) -> dict[str, str]:
    def say(text: Message) -> str:
        return speaking.say(text)

    titled = title or say(message("Department assessment"))
    return {
        "content/site.yaml": _settings(speaking, titled),
        "content/publication.yaml": _publication(speaking, year),
        "content/departments.yaml": _departments(speaking),
        "content/pages/about.md": _about(speaking),
        f"criteria/{year}/scheme.yaml": _scheme(speaking, year),
        f"criteria/{year}/discipline.yaml": _section(speaking),
        f"incidents/{year}/{year}-0001.md": _incident(speaking, year),
        _IGNORED: "output/\n.kaohe-cache/\n",
    }


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{" ".join(escaped.split())}"'


def _settings(speaking: Language, title: str) -> str:
    return f"title: {_quoted(title)}\nlanguage: {speaking.code}\ntheme: campus\n"


_PUBLICATION = """# {about}
stages:
  # {stages}
  {year}: {{stage: draft}}
# {days}
# objection-days: 5
# {targets}
# targets:
#   intranet: {{kind: folder, path: /srv/www/assessment}}
# {internal}
# internal: {{fields: [evidence]}}
"""


def _publication(speaking: Language, year: int) -> str:
    """What governs publication: a draft; the rest is there to be taken up, behind `#`."""
    comments = {
        "about": message("What governs publication. Remove the # before what the site is to have."),
        "stages": message("draft, then notice with from and to, then final with decided and decision"),
        "days": message("The working days in which one may object after a notice"),
        "targets": message("Where “kaohe publish” publishes to; passwords never stand here"),
        "internal": message("What a build for the public leaves out"),
    }
    return _PUBLICATION.format(year=year, **{key: speaking.say(text) for key, text in comments.items()})


def _departments(speaking: Language) -> str:
    office, teaching = (speaking.say(name) for name in (message("General Office"), message("Teaching Affairs")))
    return f"office:\n  name: {_quoted(office)}\nteaching:\n  name: {_quoted(teaching)}\n"


def _about(speaking: Language) -> str:
    title = speaking.say(message("About the assessment"))
    body = speaking.say(
        message("Say here what is assessed, by whom and when. Departments: content/departments.yaml; rules: criteria/.")
    )
    return f"---\ntitle: {title}\norder: 10\n---\n{body}\n"


_SCHEME = """title: {title}
period: {{from: {year}-01-01, to: {year}-12-31}}
order: [discipline]
units:
  person: {person}
  day: {day}
  occurrence: {occurrence}
"""

_SECTION = """title: {title}
points: 10
assessor: office
items:
  attendance:
    text: {item}
    clauses:
      absence:
        text: {absence}
        deduct: 0.5
        per: [person, day]
        examples:
          - {{given: {{person: 2, day: 3}}, deducts: 3}}
      sheet-late:
        text: {late}
        deduct: 0.1
        per: [occurrence]
        limit: 1
        examples:
          - {{given: {{occurrence: 2}}, deducts: 0.2}}
"""

_INCIDENT = """---
department: teaching
criterion: discipline.attendance
clause: sheet-late
date: {year}-03-05
evidence: [{evidence}]
---
{body}
"""


def _scheme(speaking: Language, year: int) -> str:
    return _filled(
        speaking,
        _SCHEME,
        year=year,
        title=message("{year} rules of assessment", year=year),
        person=message("person(s)"),
        day=message("day(s)"),
        occurrence=message("time(s)"),
    )


def _section(speaking: Language) -> str:
    return _filled(
        speaking,
        _SECTION,
        title=message("Discipline"),
        item=message("Attendance at work"),
        absence=message("Absence without leave: 0.5 for each person and day"),
        late=message("Attendance sheet handed in late: 0.1 each time, at most 1"),
    )


def _incident(speaking: Language, year: int) -> str:
    body = message("The attendance sheet for February came three days late. This incident is an example: replace it.")
    evidence = message("Register of attendance sheets, February")
    return _filled(speaking, _INCIDENT, year=year, evidence=evidence, body=speaking.say(body))


def _filled(speaking: Language, template: str, **values: Message | str | int) -> str:
    """The template with its values, sentences as quoted YAML texts."""
    said = {key: _quoted(speaking.say(value)) if isinstance(value, Message) else value for key, value in values.items()}
    return template.format(**said)
