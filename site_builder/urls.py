"""Where each thing is published, relative to the site's root; a URL never changes."""

from site_builder.model import Clause, Item

HOME = "index.html"
NOT_FOUND = "404.html"
SEARCH = "search.html"
GLOSSARY = "glossary.html"
SITE_DESCRIPTION = "data/site.jsonld"
SEARCH_INDEX = "search/index.js"
YEARS = "years/index.html"


def overview(year: int) -> str:
    """The overview of a year."""
    return f"{year}/index.html"


def handbook(year: int) -> str:
    """The whole rule book as one table."""
    return f"{year}/handbook/index.html"


def section(year: int, identifier: str) -> str:
    """A section of the handbook."""
    return f"{year}/handbook/{identifier}.html"


def item(year: int, of: Item) -> str:
    """An item, in its section."""
    return f"{section(year, of.section)}#{of.name}"


def clause_anchor(of: Clause) -> str:
    """A clause's anchor in its section: `leak.occurrence` for an item's own, `clauses.not-done` for a shared one."""
    return f"{of.item}.{of.name}" if of.item else f"clauses.{of.name}"


def clause(year: int, of: Clause) -> str:
    """A clause, in the section that defines it."""
    return f"{section(year, of.section)}#{clause_anchor(of)}"


def department(year: int, identifier: str) -> str:
    """A department's scorecard."""
    return f"{year}/departments/{identifier}.html"


def account(year: int, identifier: str, section: str, number: int = 1) -> str:
    """All deductions of a department in a section, or a further page of them, where the scorecard names only some."""
    return f"{year}/departments/{identifier}/{section}{'' if number == 1 else f'-{number}'}.html"


def incident(year: int, identifier: str) -> str:
    """An incident."""
    return f"{year}/incidents/{identifier}.html"


def assessor(year: int, identifier: str) -> str:
    """What a department assesses, and what it has recorded."""
    return f"{year}/assessors/{identifier}.html"


def interpretations(year: int) -> str:
    """The register of interpretations."""
    return f"{year}/interpretations.html"


def listing(year: int, number: int = 1) -> str:
    """All incidents of a year, or a further page of them."""
    return f"{year}/incidents.html" if number == 1 else f"{year}/incidents-{number}.html"


def register_script(year: int) -> str:
    """The same incidents for scripts."""
    return f"data/{year}/register.js"


def rules_script(year: int) -> str:
    """The rule book for scripts."""
    return f"data/{year}/rules.js"


def record_script(year: int, identifier: str) -> str:
    """The incidents of a department for scripts."""
    return f"data/{year}/departments/{identifier}.js"


def simulator(year: int) -> str:
    """What an event would deduct."""
    return f"{year}/simulator.html"


def changes(year: int) -> str:
    """What changed on which day."""
    return f"{year}/changes.html"


def changes_in(year: int, month: str) -> str:
    """What changed in a month (`2021-03`), where there were too many changes for one page."""
    return f"{year}/changes/{month}.html"


def downloads(year: int) -> str:
    """The data files and their columns."""
    return f"{year}/downloads.html"


def data_description(year: int) -> str:
    """What the data files are, for machines."""
    return f"data/{year}/dataset.jsonld"


def rule_changes(year: int, before: int) -> str:
    """What changed in the rule book since that of an earlier year; no section's page can have this address."""
    return f"{year}/handbook/changes/from-{before}.html"


def department_course(identifier: str) -> str:
    """A department over the years."""
    return f"years/departments/{identifier}.html"


def section_course(identifier: str) -> str:
    """A section over the years."""
    return f"years/sections/{identifier}.html"


def prose(name: str) -> str:
    """A page of prose."""
    return f"pages/{name}.html"
