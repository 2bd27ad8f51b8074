"""Whatever bytes the files hold: problems with places and hints, no exception, no long wait; and values come back."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from site_builder.model import plain
from site_builder.scoring import failing_examples, score
from site_builder.sources import read_site
from tests.examples import examples
from tests.sites import CONDUCT, MEASURED, SCHEME, STUDY, incident, problems, site, valid

FILES = {
    "content/site.yaml": "title: T\nlanguage: en\nurl: https://example.org/\n",
    "content/departments.yaml": "office: {name: The office, from: 2020}\nlibrary: {name: The library}\n",
    "content/pages/about.md": "---\ntitle: About\norder: 1\n---\n\nText.\n",
    "criteria/2021/scheme.yaml": (
        SCHEME
        + "order: [conduct, measured, nested, study]\n"
        + "interpretations: [{where: 'study#not-done', words: Not done, reading: R, decided: 2021-01-01}]\n"
    ),
    "criteria/2021/conduct.yaml": (
        CONDUCT
        + "examples:\n- given:\n  - {item: sanctions, clause: warned, case: a}\n"
        + "  - {item: other, clause: fitting, deduction: 0.3}\n  deducts: 1.3\n"
    ),
    "criteria/2021/measured.yaml": MEASURED.replace("per: [project]", "per: [project]\n        limit: 1"),
    "criteria/2021/nested/section.yaml": "title: Nested\npoints: 3\norder: [inner]\n",
    "criteria/2021/nested/inner.yaml": STUDY.replace("title: Study", "title: Inner\npoints: 3"),
    "criteria/2021/study.yaml": STUDY,
    "incidents/2021/2021-0001.md": incident(
        appeal="{filed: 2021-04-01, outcome: rejected, decided: 2021-04-09}", evidence="[a, b]"
    ),
    "incidents/2021/2021-0002.md": incident(criterion="conduct.other", clause="fitting", count=None, deduction="0.25"),
    "incidents/2021/2021-0003.md": incident(
        criterion="conduct.sanctions", clause="warned", count=None, case="a", withdrawn="{date: 2021-05-01, reason: R}"
    ),
    "incidents/2021/measurements/spending.csv": (
        "department,project,name,kind,spent,done\nlibrary,books,Books,routine,79.5,\noffice,desks,,one-off,90,100\n"
    ),
}
"""A site with every kind of file and every key."""

PATHS = st.sampled_from(sorted(FILES))

_WORDS = """\
[ ] { } : , - ? & * ! | > ' " # % @ ` ~ << 0 -1 0.5 1e9 0x1f 010 1:30 .inf .nan null true no 2021-13-01 2021-01-01T00
title items clauses deduct per limit case count order a#b ../x con 两人"""
PIECES = st.sampled_from([*_WORDS.split(), *"\n\0\t\x1b\ufeff\u202e\ud7ff\U0001f600", "\n---\n", "  "])


def read_all(files: dict[str, str | bytes]) -> None:
    """Read, score where there is something to score, run the examples."""
    tree = site(criteria={"scheme": None, "conduct": None, "study": None}, departments=None, files=files)
    problems(tree)
    sources = read_site(tree)
    if sources.site is not None:
        for year in sources.site.years.values():
            score(year.scheme, sources.site.departments, year.incidents.values())
            failing_examples(year.scheme)


def test_the_files_are_valid() -> None:
    assert len(valid(site(departments=None, files=FILES)).years[2021].incidents) == 4


@examples(300)
@given(PATHS, st.binary(max_size=300))
def test_any_bytes_in_any_file(path: str, data: bytes) -> None:
    read_all({**FILES, path: data})


@examples(300)
@given(PATHS, st.text(max_size=100))
def test_any_text_in_any_file(path: str, text: str) -> None:
    read_all({**FILES, path: text.encode("utf-8", "surrogatepass")})


@examples(1000)
@given(PATHS, st.lists(st.tuples(st.integers(0, 999), st.integers(0, 12), PIECES), min_size=1, max_size=3))
def test_any_change_of_a_valid_file(path: str, changes: list[tuple[int, int, str]]) -> None:
    """At some places, some characters are replaced by others that mean something to YAML, CSV or the formats."""
    text = FILES[path]
    for at, length, piece in changes:
        start = at * len(text) // 1000
        text = text[:start] + piece + text[start + length :]
    read_all({**FILES, path: text.encode("utf-8", "surrogatepass")})


@examples(300)
@given(PATHS, st.integers(0, 999), st.integers(0, 255))
def test_any_byte_of_a_valid_file_changed(path: str, at: int, byte: int) -> None:
    data = bytearray(FILES[path].encode())
    data[at * len(data) // 1000] = byte
    read_all({**FILES, path: bytes(data)})


@examples(200)
@given(PATHS, st.sampled_from(["\n", " "]), st.data())
def test_any_part_left_out(path: str, separator: str, data: st.DataObject) -> None:
    parts = FILES[path].split(separator)
    out = data.draw(st.integers(0, len(parts) - 1))
    read_all({**FILES, path: separator.join(parts[:out] + parts[out + 1 :])})


@examples(100)
@given(st.text(st.characters(exclude_characters="\0"), max_size=30), st.sampled_from([".md", ".yaml", ".csv", ""]))
def test_any_name_of_a_file(name: str, ending: str) -> None:
    name = name.replace("/", "")
    for folder in ("content/pages", "criteria/2021", "incidents/2021", "incidents/2021/measurements"):
        sources = read_site(site(files={f"{folder}/{name}{ending}": "title: T\n"}))
        assert all(problem.hint.template for problem in sources.problems)


TEXTS = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=40).filter(lambda text: text.strip())
NUMBERS = st.integers(1, 999_999_999_999_999).map(lambda digits: Decimal(digits).scaleb(-6))


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@examples(300)
@given(
    st.integers(0, 364).map(lambda days: date(2021, 1, 1) + timedelta(days)),
    st.integers(1, 999_999_999),
    st.integers(1, 999_999_999) | st.none(),
    st.lists(TEXTS, max_size=2),
    TEXTS,
)
def test_a_valid_incident_comes_back(day: date, person: int, days: int | None, evidence: list[str], body: str) -> None:
    counts = {"person": person} | ({} if days is None else {"day": days})
    text = incident(
        body,
        date=str(day),
        count="{" + ", ".join(f"{unit}: {count}" for unit, count in counts.items()) + "}",
        evidence="[" + ", ".join(map(quoted, evidence)) + "]",
    )
    one = valid(site({"2021-0001": text})).years[2021].incidents["2021-0001"]
    assert (one.date, dict(one.counts)) == (day, counts)
    assert one.evidence == tuple(one.strip() for one in evidence)
    assert one.body == body.rstrip()


@examples(300)
@given(NUMBERS, st.integers(0, 6))
def test_decimals_are_read_from_their_text(number: Decimal, zeros: int) -> None:
    """`0.10` is one tenth, and no float between has made it anything else."""
    written = plain(number)
    if "." in written:
        written += "0" * min(zeros, 6 - len(written.partition(".")[2]))
    texts = {
        "1": incident(criterion="conduct.other", clause="fitting", count=None, deduction=written),
        "2": incident(clause="platform", count=f"{{point: {written}}}"),
    }
    book = CONDUCT.replace("points: 2", "points: 999999999.999999")
    found = valid(site(texts, {"conduct": book})).years[2021].incidents
    assert found["1"].deduction == found["2"].counts["point"] == number
    assert str(found["1"].deduction) == written
