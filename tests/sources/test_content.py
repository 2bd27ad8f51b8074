"""Given settings, departments and prose, these problems at these places."""

import pytest

from tests.sites import DEPARTMENTS, placed, problems, site, valid

DEPARTMENTS_BAD = {
    "no name": ("library: {group: Services}\n", "3:10", "missing-key", "name: …"),
    "a text": ("library: The library\n", "3:10", "wrong-type", "key: value"),
    "nothing": ("library:\n", "3:9", "missing-value", "remove the key"),
    "an id in capitals": ("Library: {name: The library}\n", "3:1", "invalid-id", "lower-case"),
    "an id with an underscore": ("lib_rary: {name: The library}\n", "3:1", "invalid-id", "hyphens"),
    "an id in Chinese": ("图书馆: {name: The library}\n", "3:1", "invalid-id", "lower-case"),
    "an id that is a device": ("aux: {name: The library}\n", "3:1", "invalid-id", "device name"),
    "an id of 65 characters": (f"{'a' * 65}: {{name: The library}}\n", "3:1", "invalid-id", "at most 64"),
    "an id twice": ("archive: {name: A}\n", "3:1", "duplicate-key", "Keep one"),
    "an unknown key": ("library: {name: The library, grop: Services}\n", "3:30", "unknown-key", "group"),
    "years reversed": ("library: {name: The library, from: 2022, to: 2021}\n", "3:46", "years-reversed", "Exchange"),
    "half a year": ("library: {name: The library, from: 2021.5}\n", "3:36", "not-a-whole-number", "whole"),
    "a successor that is not there": (
        "library: {name: The library, to: 2021, successor: archives}\n",
        "3:51",
        "unknown-successor",
        "archive",
    ),
    "itself as successor": (
        "library: {name: The library, to: 2021, successor: library}\n",
        "3:51",
        "circular-successor",
        "id of its own",
    ),
    "a successor of a department that goes on": (
        "library: {name: The library, successor: [archive, office]}\n",
        "3:41",
        "impossible-successor",
        "to: …",
    ),
    "a successor that begins too late": (
        "library: {name: The library, to: 2021, successor: hall}\nhall: {name: A hall, from: 2023}\n",
        "3:51",
        "impossible-successor",
        "from:",
    ),
    "a successor twice": (
        "library: {name: The library, to: 2021, successor: [office, office]}\n",
        "3:60",
        "duplicate-key",
        "Keep one",
    ),
    "a successor that is no id": (
        "library: {name: The library, to: 2021, successor: The hall}\n",
        "3:51",
        "invalid-id",
        "hyphens",
    ),
    "a name that is a number": ("library: {name: 12}\n", "3:17", "wrong-type", '"12"'),
}


@pytest.mark.parametrize(("line", "where", "code", "hint"), DEPARTMENTS_BAD.values(), ids=DEPARTMENTS_BAD)
def test_departments(line: str, where: str, code: str, hint: str) -> None:
    [problem] = problems(site(departments="office: {name: The office}\narchive: {name: A}\n" + line))
    assert problem.where == f"content/departments.yaml:{where}"
    assert problem.code == code
    assert hint in problem.hint


def test_a_circle_of_successors_is_told_at_each_of_its_members() -> None:
    circle = "a: {name: A, to: 2021, successor: b}\nb: {name: B, from: 2022, to: 2022, successor: a}\n"
    assert placed(site(departments=DEPARTMENTS + circle)) == [
        "content/departments.yaml:3:35 circular-successor",
        "content/departments.yaml:4:47 circular-successor",
    ]


def test_no_departments() -> None:
    [problem] = problems(site(departments=None))
    assert problem[:2] == ("content/departments.yaml:1:1", "missing-file")
    assert "id: {name: …}" in problem.hint


SETTINGS = {
    "an unknown key": ("titel: T", "1:1", "unknown-key", "title"),
    "an unknown language": ("language: zh_TW", "1:11", "unknown-language", "zh_CN"),
    "a flag in words": ("demonstration: maybe", "1:16", "wrong-type", "true or false"),
    "a theme that is no id": ("theme: ../other", "1:8", "invalid-id", "lower-case"),
    "an address that is none": ("url: javascript:alert(1)", "1:6", "invalid-url", "https://…/"),
    "an address with a quotation mark": ("url: 'https://example.org/\"'", "1:6", "invalid-url", "https://…/"),
    "a list": ("- title", "1:1", "wrong-type", "key: value"),
    "nothing": ("", "1:1", "missing-keys", "key: value"),
}


@pytest.mark.parametrize(("text", "where", "code", "hint"), SETTINGS.values(), ids=SETTINGS)
def test_settings(text: str, where: str, code: str, hint: str) -> None:
    [problem] = problems(site(files={"content/site.yaml": text}))
    assert problem.where == f"content/site.yaml:{where}"
    assert problem.code == code
    assert hint in problem.hint


def test_settings_are_read_as_they_stand() -> None:
    text = (
        "title: T\norganization: O\nlanguage: en\ntheme: plain\ndemonstration: yes\nfooter: F\nurl: https://e.org/a\n"
    )
    settings = valid(site(files={"content/site.yaml": text})).settings
    assert (settings.title, settings.organization, settings.language) == ("T", "O", "en")
    assert (settings.theme, settings.demonstration, settings.footer) == ("plain", True, "F")
    assert settings.url == "https://e.org/a/"


def test_every_setting_may_be_absent() -> None:
    settings = valid(site(files={"content/site.yaml": None})).settings
    assert (settings.language, settings.demonstration, settings.url) == ("zh_CN", False, "")


PROSE = {
    "no title": ("about", "---\norder: 1\n---\nText\n", "2:1", "missing-key", "title: …"),
    "an unknown key": ("about", "---\ntitle: T\nodrer: 1\n---\nText\n", "3:1", "unknown-key", "order"),
    "an order that is no number": (
        "about",
        "---\ntitle: T\norder: first\n---\nText\n",
        "3:8",
        "not-a-number",
        "digits",
    ),
    "a name that is no id": ("About us", "---\ntitle: T\n---\nText\n", "1:1", "invalid-id", "lower-case"),
    "no front matter": ("about", "Text\n", "1:1", "missing-front-matter", "---"),
}


@pytest.mark.parametrize(("name", "text", "where", "code", "hint"), PROSE.values(), ids=PROSE)
def test_prose(name: str, text: str, where: str, code: str, hint: str) -> None:
    [problem] = problems(site(files={f"content/pages/{name}.md": text}))
    assert problem.where == f"content/pages/{name}.md:{where}"
    assert problem.code == code
    assert hint in problem.hint


def test_pages_come_by_order_then_name() -> None:
    pages = {"b": "title: B\norder: 1", "a": "title: A\norder: 1", "c": "title: C"}
    files = {f"content/pages/{name}.md": f"---\n{keys}\n---\n\nText of {name}\n" for name, keys in pages.items()}
    prose = valid(site(files=files)).prose
    assert [(page.name, page.title, page.body) for page in prose] == [
        ("c", "C", "Text of c"), ("a", "A", "Text of a"), ("b", "B", "Text of b"),
    ]  # fmt: skip


def test_files_that_nothing_reads_are_told() -> None:
    loose = {
        "content/banner.png": "",
        "content/pages/old/about.md": "",
        "content/pages/notes.txt": "",
        "criteria/notes.txt": "",
        "criteria/approvals.yaml": "level: recorded",
        "criteria/allowed_signers": "",
        "incidents/2021-0001.md": "",
        "incidents/2021/2021-0001.txt": "",
    }
    assert placed(site(files=loose)) == [
        "content/banner.png:1:1 ignored-file",
        "content/pages/notes.txt:1:1 ignored-file",
        "content/pages/old/about.md:1:1 ignored-file",
        "criteria/notes.txt:1:1 ignored-file",
        "incidents/2021-0001.md:1:1 unexpected-file",
        "incidents/2021/2021-0001.txt:1:1 unexpected-file",
    ]


def test_departments_of_a_year() -> None:
    departments = DEPARTMENTS + "press: {name: The press, from: 2020, to: 2021}\ngym: {name: The gym, to: 2020}\n"
    found = valid(site(departments=departments))
    assert list(found.departments_of(2021)) == ["office", "library", "press"]
    assert list(found.departments_of(2020)) == ["office", "library", "press", "gym"]
    assert list(found.departments_of(2022)) == ["office", "library"]
