"""The documentation cannot drift: each command, option, key, column and code stands in it, and its examples work."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import click
import pytest
import yaml

from site_builder.assessment import STRICT, check
from site_builder.cli.main import cli
from site_builder.exports import data_files
from site_builder.pages import link_problems
from site_builder.sources import Tree, measurements, read_site, read_tree
from site_builder.sources.documents import read_document
from site_builder.sources.nodes import parse
from site_builder.sources.report import Report
from tests.sites import say, tree

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "site_builder/sources"
REFERENCES = ("docs/reference.md", "docs/reference.zh-CN.md")
READMES = ("README.md", "README.zh-CN.md")
GUIDES = tuple(f"docs/{guide}{tongue}.md" for guide in ("approvals", "publishing") for tongue in ("", ".zh-CN"))
DECISIONS = tuple(str(page.relative_to(ROOT)) for page in sorted(ROOT.glob("docs/decisions/*.md")))
DOCUMENTS = (*READMES, *REFERENCES, "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", *GUIDES, *DECISIONS)
WITH_EXAMPLES = (*DOCUMENTS, *(str(page.relative_to(ROOT)) for page in sorted(ROOT.glob("content/pages/*.md"))))

KEYS = {
    "content.py": ("content/site.yaml", "content/departments.yaml", "content/pages"),
    "publication.py": ("content/publication.yaml",),
    "appearance.py": ("colours and logo",),
    "stages.py": ("stages",),
    "internal.py": ("what is internal",),
    "targets.py": ("targets",),
    "results.py": ("fixed results",),
    "scheme.py": ("scheme.yaml",),
    "sections.py": ("sections", "items", "clauses", "measures"),
    "examples.py": ("examples",),
    "incidents.py": ("incidents",),
    "approvals.py": ("approvals",),
    "allowances.py": ("personal data",),
}
"""Each module of the sources that reads keys, and the anchors of the chapters that describe them."""

_TAKING = frozenset(
    [
        *("node", "text", "written", "identifier", "label", "number", "positive", "integer", "date", "flag"),
        *("sequence", "texts", "identifiers", "one_or_several", "fields", "_named", "_requirement", "_colour"),
        *("_own_requirement", "_entries"),
    ]
)
"""The methods by which the sources take a key's value."""

_REPORTING = frozenset(["error", "warning", "unknown", "Problem", "_problem", "_refused"])
"""What problems are made with; the code is the second argument."""

_FENCE = re.compile(r"^```(\w*)[ ]*(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]\n]*\]\(([^)\s]+)\)")


class Example(NamedTuple):
    """A fenced block: its language, the file that it names (or nothing), its text."""

    language: str
    path: str
    text: str


@cache
def text_of(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def examples(document: str) -> list[Example]:
    return [Example(*match) for match in _FENCE.findall(text_of(document))]


def chapters(document: str) -> Iterator[tuple[str, str]]:
    """Each chapter's anchor and text, up to the next heading of any level."""
    prose = _FENCE.sub("", text_of(document))
    for chapter in re.split(r"^#+ ", prose, flags=re.MULTILINE)[1:]:
        title, _, body = chapter.partition("\n")
        yield title, body


def chapter(document: str, name: str) -> str:
    """The chapter whose anchor, in the English reference, is `name`; the Chinese one has the same order."""
    titles = [re.sub(r"^the rule book: ", "", title.lower()) for title, _ in chapters(REFERENCES[0])]
    return list(chapters(document))[titles.index(name)][1]


def rows(text: str, first: str) -> list[list[str]]:
    """The rows of the tables whose first column has one of these headings."""
    found, wanted = [], False
    for line in text.split("\n"):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            wanted = False
        elif not wanted:
            wanted = cells[0] in first.split()
        elif not set(cells[0]) <= set("-"):
            found.append(cells)
    return found


def words(cell: str) -> list[str]:
    """What stands in a cell as code."""
    return [word.replace("\\|", "|") for word in re.findall(r"`([^`]+)`", cell)]


def calls(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            function = node.func
            yield function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", ""), node


def literals(node: ast.Call) -> list[str]:
    return [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def keys_read(module: str) -> set[str]:
    return {key for name, call in calls(SOURCES / module) if name in _TAKING for key in literals(call)}


def codes_reported() -> set[str]:
    found = set()
    for path in (ROOT / "site_builder").rglob("*.py"):
        for name, call in calls(path):
            if name in _REPORTING and len(call.args) > 1 and isinstance(call.args[1], ast.Constant):
                found.add(call.args[1].value)
            found |= {one.value.value for one in call.keywords if name == "replace" and one.arg == "code"}
    return found


COMMANDS = sorted(cli.commands.items())
EVERY_COMMAND = [("kaohe", cli), *((f"kaohe {name}", command) for name, command in COMMANDS)]


@pytest.mark.parametrize(("name", "command"), EVERY_COMMAND)
def test_every_command_and_option_has_help(name: str, command: click.Command) -> None:
    assert command.help
    for parameter in command.params:
        assert isinstance(parameter, click.Argument) or getattr(parameter, "help", None), f"{name}: {parameter.name}"


@pytest.mark.parametrize("document", REFERENCES)
@pytest.mark.parametrize(("name", "command"), EVERY_COMMAND)
def test_the_reference_has_every_option_of_a_command_and_no_other(
    name: str, command: click.Command, document: str
) -> None:
    parameters = [*command.params, *([command.get_help_option(click.Context(command))] if name == "kaohe" else [])]
    expected = {word for one in parameters if one for word in (*one.opts, *one.secondary_opts) if word[0] == "-"}
    expected |= {one.make_metavar(click.Context(command)).strip("[]") for one in command.params if not _dashed(one)}
    written = rows(chapter(document, f"`{name}`"), "option 选项")
    assert {word for row in written for word in words(row[0])} == expected | ({"-h"} if name == "kaohe" else set())


def _dashed(parameter: click.Parameter) -> bool:
    return isinstance(parameter, click.Option)


@pytest.mark.parametrize("document", REFERENCES)
def test_the_reference_has_no_other_command(document: str) -> None:
    titles = [title.strip("`") for title, _ in chapters(document) if title.startswith("`kaohe ")]
    assert sorted(titles) == [f"kaohe {name}" for name, _ in COMMANDS]


@pytest.mark.parametrize("document", READMES)
def test_the_readme_names_every_command(document: str) -> None:
    written = [words(row[0])[0].split()[1] for row in rows(text_of(document), "command 命令")]
    assert sorted(written) == [name for name, _ in COMMANDS]


@pytest.mark.parametrize("document", REFERENCES)
@pytest.mark.parametrize("module", KEYS)
def test_every_key_that_is_read_is_documented_and_no_other(module: str, document: str) -> None:
    text = "\n".join(chapter(document, name) for name in KEYS[module])
    documented = {word for row in rows(text, "key 栏名") for word in words(row[0])}
    assert documented == keys_read(module)


def test_no_module_of_the_sources_is_forgotten() -> None:
    reading = {path.name for path in SOURCES.glob("*.py") if path.name != "fields.py" and keys_read(path.name)}
    assert reading == set(KEYS)


@pytest.mark.parametrize("document", REFERENCES)
def test_every_column_of_measurements_is_documented(document: str) -> None:
    written = [words(row[0])[0] for row in rows(chapter(document, "measurements"), "column 列名")]
    assert sorted(written) == sorted([*measurements._REQUIRED, *measurements._OPTIONAL, "columns"])


@pytest.mark.parametrize("document", REFERENCES)
def test_every_problem_code_is_documented_and_every_documented_one_exists(document: str) -> None:
    written = [words(row[0])[0] for row in rows(text_of(document), "code 代码")]
    assert len(written) == len(set(written))
    assert set(written) == codes_reported()


def test_codes_are_found_wherever_they_are_reported() -> None:
    """Were a code given in another way than as the second argument, the test above would not see it."""
    assert {"unknown-key", "yaml-tag", "not-utf-8", "wrong-example", "picture", "ignored-file"} <= codes_reported()


@pytest.mark.parametrize("document", REFERENCES)
def test_severities_are_right(document: str) -> None:
    warnings = {words(row[0])[0] for row in rows(text_of(document), "code 代码") if row[1] in ("warning", "警告")}
    assert warnings == {
        *("departments-wait", "external-link", "footnote", "html-is-text", "ignored-file", "missing-cell"),
        *("record-waits", "set-aside", "stale-code-owners", "surplus-cell", "value-cut"),
        *(_codes_of("warning") - set(STRICT)),
    }


def _codes_of(method: str) -> set[str]:
    reporting = (call for path in SOURCES.glob("*.py") for name, call in calls(path) if name == method)
    return {call.args[1].value for call in reporting if len(call.args) > 1 and isinstance(call.args[1], ast.Constant)}


@pytest.mark.parametrize("document", REFERENCES)
@pytest.mark.parametrize("file", data_files(2021), ids=lambda file: file.url)
def test_every_data_file_is_documented_with_its_columns(file, document: str) -> None:
    written = rows(chapter(document, file.url.rpartition("/")[2]), "column 列名")
    assert [words(row[0])[0] for row in written] == [column.name for column in file.columns]


@pytest.mark.parametrize("document", WITH_EXAMPLES)
def test_every_example_can_be_read(document: str) -> None:
    for example in examples(document):
        if example.language == "yaml":
            assert parse(document, example.text)[1] == ()
            assert yaml.safe_load(example.text) is not None
        elif example.language == "markdown":
            report = Report()
            assert read_document(report, document, example.text.encode()) is not None
            assert report.problems == []


@pytest.mark.parametrize("document", REFERENCES)
def test_the_examples_of_the_reference_are_a_site_without_problems(document: str) -> None:
    written = tree({one.path: one.text for one in examples(document) if one.path})
    assert complaints(written) == []
    site = read_site(written).site
    assert site is not None
    assert site.years[2021].scheme.examples
    assert "budget-execution-moot-court" in site.years[2021].incidents


@pytest.mark.parametrize("document", READMES)
def test_the_readme_shows_an_incident_that_this_site_would_take(document: str) -> None:
    shown = {one.path: one.text.encode() for one in examples(document) if one.path}
    assert [path for path in shown if path.startswith("incidents/2021/")] == list(shown) != []
    here = read_tree(ROOT)
    assert set(shown).isdisjoint(here.files)
    assert complaints(Tree(dict(sorted({**here.files, **shown}.items())), here.folders)) == []


def complaints(written: Tree) -> list[str]:
    sources = read_site(written)
    found = [*check(sources), *(link_problems(sources.site) if sources.site else ())]
    return [f"{one.place.path}:{one.place.line} {one.code}: {say(one.text)}" for one in found]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_between_documents_lead_somewhere(document: str) -> None:
    for target in _LINK.findall(_FENCE.sub("", text_of(document))):
        path, _, anchor = target.partition("#")
        if target.startswith(("http://", "https://")):
            continue
        file = (ROOT / document).parent / path if path else ROOT / document
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.read_text(encoding="utf-8")), target


def anchors(text: str) -> set[str]:
    """The anchors that a forge gives to the headings of a Markdown text."""
    titles = re.findall(r"^#+ (.+)$", _FENCE.sub("", text), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}
