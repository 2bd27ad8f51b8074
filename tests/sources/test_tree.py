"""Given these files and folders on disk, this is read, and this is a problem."""

import os
import socket
from pathlib import Path

import pytest

from site_builder.sources import read_site, read_tree
from site_builder.sources.tree import LARGEST
from tests.sites import CONDUCT, STUDY, Shown, incident, placed, problems, site, tree, valid, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A valid site on disk."""
    return write(site({"2021-0001": incident()}), tmp_path)


def found(folder: Path) -> list[Shown]:
    return problems(read_tree(folder))


def test_a_site_is_the_same_from_disk(folder: Path) -> None:
    assert read_tree(folder).files == site({"2021-0001": incident()}).files
    assert found(folder) == []


def test_hidden_files_backups_and_readmes_are_no_sources(folder: Path) -> None:
    for name in (".2021-0001.md.swp", "2021-0001.md~", "README.md", "README"):
        (folder / "incidents/2021" / name).write_text("not a source")
    (folder / "incidents/.git").mkdir()
    assert found(folder) == []


def test_a_link_to_a_file(folder: Path, tmp_path: Path) -> None:
    (folder / "incidents/2021/2021-0002.md").symlink_to("/etc/passwd")
    [problem] = found(folder)
    assert problem[:2] == ("incidents/2021/2021-0002.md:1:1", "link")
    assert "Put the file itself" in problem.hint


def test_a_link_that_leads_nowhere_or_around_in_a_circle(folder: Path) -> None:
    (folder / "incidents/2021/2021-0002.md").symlink_to("nowhere")
    (folder / "incidents/2021/again").symlink_to("..")
    assert placed(read_tree(folder)) == [
        "incidents/2021/2021-0002.md:1:1 link",
        "incidents/2021/again:1:1 link",
    ]


@pytest.mark.parametrize("name", ["content", "content/departments.yaml", "criteria", "criteria/2021",
                                  "criteria/2021/conduct.yaml", "criteria/2021/scheme.yaml", "incidents"])  # fmt: skip
def test_a_link_causes_no_problem_but_its_own(folder: Path, name: str) -> None:
    (folder / name).rename(folder / "elsewhere")
    (folder / name).symlink_to(folder / "elsewhere")
    assert placed(read_tree(folder)) == [f"{name}:1:1 link"]


def test_a_section_that_is_a_link_causes_no_problem_but_its_own(tmp_path: Path) -> None:
    criteria = {"base/section": "title: Base\npoints: 2\norder: [conduct, study]\n", "conduct": None, "study": None,
                "base/conduct": CONDUCT, "base/study": STUDY}  # fmt: skip
    write(site({"2021-0001": incident(criterion="base.conduct.attendance")}, criteria), tmp_path)
    assert found(tmp_path) == []
    for name in ("conduct.yaml", "section.yaml"):
        (tmp_path / "criteria/2021/base" / name).rename(tmp_path / name)
        (tmp_path / "criteria/2021/base" / name).symlink_to(tmp_path / name)
    assert placed(read_tree(tmp_path)) == [
        "criteria/2021/base/conduct.yaml:1:1 link",
        "criteria/2021/base/section.yaml:1:1 link",
    ]


def test_a_file_of_more_than_a_mebibyte(folder: Path) -> None:
    path = folder / "incidents/2021/2021-0001.md"
    path.write_bytes(incident().encode().ljust(LARGEST + 1, b"\n"))
    [problem] = found(folder)
    assert problem[:2] == ("incidents/2021/2021-0001.md:1:1", "file-too-large")
    path.write_bytes(incident().encode().ljust(LARGEST, b"\n"))
    assert found(folder) == []


def test_a_socket(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "incidents/2021")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket")
        [problem] = found(folder)
    assert problem[:2] == ("incidents/2021/socket:1:1", "special-file")


def test_a_named_pipe_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "incidents/2021/2021-0002.md")
    [problem] = found(folder)
    assert problem[:2] == ("incidents/2021/2021-0002.md:1:1", "special-file")


def test_what_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused by a stand-in: whoever runs the tests may have every right."""

    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert {problem.code for problem in found(folder)} == {"unreadable"}
    monkeypatch.setattr(os, "scandir", refused)
    assert [problem[:3] for problem in found(folder)] == [
        (f"{name}:1:1", "unreadable", "This cannot be read: Permission denied")
        for name in ("content", "criteria", "incidents")
    ]


@pytest.mark.parametrize("name", ["line\nbreak.md", "\x1b[31m.md", "back\\slash.md", "\u202eover.md", b"\xff.md"])
def test_names_that_cannot_be_shown(folder: Path, name: str | bytes) -> None:
    with open(os.path.join(os.fsencode(folder), b"incidents/2021", os.fsencode(name)), "w"):  # noqa: PTH118, PTH123
        pass
    [problem] = found(folder)
    assert problem.code == "strange-file-name"
    assert problem.where.isprintable()
    problem.where.encode()


def test_folders_nested_too_deep(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder / "criteria/2021")
    for _ in range(100):
        os.mkdir("a")  # noqa: PTH102
        os.chdir("a")
    [problem] = found(folder)
    assert problem.code == "nested-too-deep"
    assert "further up" in problem.hint


def test_folders_that_are_no_year() -> None:
    files = {
        "criteria/draft/scheme.yaml": "",
        "incidents/2021b/a.md": "",
        "incidents/２０２１/a.md": "",
        "incidents/21/a.md": "",
    }
    assert placed(site(files=files)) == [
        "criteria/draft:1:1 not-a-year",
        "incidents/2021b:1:1 not-a-year",
        "incidents/21:1:1 not-a-year",
        "incidents/２０２１:1:1 not-a-year",
    ]


def test_a_year_without_rules() -> None:
    [problem] = problems(site(files={"incidents/2022/2022-0001.md": incident(date="2022-03-15")}))
    assert problem[:2] == ("incidents/2022:1:1", "year-without-rules")
    assert "criteria/2022/" in problem.hint


def test_no_rules_at_all() -> None:
    [problem] = problems(tree({"content/departments.yaml": "office: {name: The office}\n"}))
    assert problem[:2] == ("criteria:1:1", "no-rules")
    assert "kaohe init" in problem.hint


def test_nothing_at_all(tmp_path: Path) -> None:
    assert placed(read_tree(tmp_path)) == ["content/departments.yaml:1:1 missing-file", "criteria:1:1 no-rules"]


IDS = {
    "in capitals": "2021-A",
    "with an underscore": "2021_0001",
    "with a space": "2021 0001",
    "in Chinese": "旷工",
    "ending in a hyphen": "2021-",
    "two hyphens": "2021--1",
    "a device": "con",
    "another device": "com1",
    "65 characters": "a" * 65,
    "two endings": "2021-0001.md",
}


@pytest.mark.parametrize("name", IDS.values(), ids=IDS)
def test_a_file_whose_stem_is_no_id(name: str) -> None:
    [problem] = problems(site({name: incident()}))
    assert problem[:2] == (f"incidents/2021/{name}.md:1:1", "invalid-id")
    assert "Windows device name" in problem.hint


def test_two_files_with_one_id_are_named_both() -> None:
    [problem] = problems(site({"march/2021-0001": incident(), "may/2021-0001": incident()}))
    assert problem[:2] == ("incidents/2021/may/2021-0001.md:1:1", "duplicate-id")
    assert problem.text == "incidents/2021/march/2021-0001.md:1 has the same id “2021-0001”"


def test_two_files_with_one_id_are_named_even_when_one_is_broken() -> None:
    assert placed(site({"march/2021-0001": "broken", "may/2021-0001": incident()})) == [
        "incidents/2021/march/2021-0001.md:1:1 missing-front-matter",
        "incidents/2021/may/2021-0001.md:1:1 duplicate-id",
    ]


def test_ids_that_differ_in_case_only() -> None:
    assert placed(site({"2021-a": incident(), "2021-A": incident()})) == ["incidents/2021/2021-A.md:1:1 invalid-id"]


def test_two_years_have_ids_of_their_own() -> None:
    files = {"criteria/2022/scheme.yaml": "title: T\n", "criteria/2022/study.yaml": STUDY,
             "incidents/2022/0001.md": incident("", criterion="study.plan", clause="not-done", date="2022-01-01",
                                                count=None)}  # fmt: skip
    assert placed(site({"0001": incident()}, files=files)) == ["incidents/2022/0001.md:2:1 missing-explanation"]


BOMBS = {
    "brackets": "[" * 100_000,
    "braces": "{" * 100_000,
    "dashes": "- " * 100_000,
    "question marks": "? " * 100_000,
    "nested on lines": "".join(" " * level + "a:\n" for level in range(1000)),
    "33 levels": "a: " + "[" * 33 + "]" * 33,
    "a key of a mebibyte": "a" * 1_000_000 + ": 1",
    "100,000 keys": "".join(f"k{number}:\n" for number in range(100_000)),
    "one key 100,000 times": "a:\n" * 100_000,
    "100,000 entries": "title: [" + "a," * 100_000 + "]",
    "a billion laughs": 'a: &a ["lol"]\nb: &b [*a,*a,*a]\nc: [*b,*b,*b]\n',
    "digits": "title: " + "9" * 1_000_000,
    "base 60": "title: 1" + ":1" * 500_000,
    "underscores": "title: 1" + "_" * 1_000_000,
    "quotation marks": "'" * 1_000_000,
    "escapes": 'footer: "' + "\\x41" * 200_000 + '"',
    "NULs": "\0" * 1_000_000,
    "tabs": "\t" * 1_000_000,
    "line breaks": "\n" * 1_000_000,
    "comments": "#" * 1_000_000,
    "folded lines": "title: >\n" + " a\n" * 200_000,
    "GBK": "旷".encode("gbk") * 400_000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_is_refused_or_read(bomb: str | bytes) -> None:
    """Each is so large that whatever is quadratic would never come to an end."""
    sources = read_site(site(files={"content/site.yaml": bomb}))
    assert all(problem.place.path == "content/site.yaml" for problem in sources.problems)


def test_nesting_is_allowed_up_to_32_levels() -> None:
    def nested(levels: int) -> str:
        return "title: T\nfooter: " + "[" * levels + "]" * levels + "\n"

    assert placed(site(files={"content/site.yaml": nested(31)})) == ["content/site.yaml:2:9 wrong-type"]
    assert placed(site(files={"content/site.yaml": nested(32)})) == ["content/site.yaml:2:40 nested-too-deep"]


def test_a_valid_incident_is_read_as_it_stands() -> None:
    text = incident(
        "\n  - One.\n\n---\n\nTwo.\n\n",
        count="{person: 2}",
        evidence="[Notice 〔2021〕3, 'A: B']",
        appeal="{filed: 2021-04-01, outcome: upheld, decided: 2021-04-09, note: late}",
        withdrawn="{date: 2021-05-01, reason: in error}",
    )
    one = valid(site({"march/2021-0001": text})).years[2021].incidents["2021-0001"]
    assert (one.id, one.department, one.criterion, one.clause) == (
        "2021-0001", "library", "conduct.attendance", "absence",
    )  # fmt: skip
    assert (str(one.date), {unit: str(count) for unit, count in one.counts.items()}) == ("2021-03-15", {"person": "2"})
    assert one.evidence == ("Notice 〔2021〕3", "A: B")
    assert one.appeal is not None
    assert (one.appeal.outcome, one.appeal.is_open) == ("upheld", False)
    assert one.withdrawn is not None
    assert one.withdrawn.reason == "in error"
    assert (one.body, one.body_line) == ("  - One.\n\n---\n\nTwo.", 12)
    assert one.origin.of("department").line == 2
    assert one.origin.of("case") == one.origin.place
