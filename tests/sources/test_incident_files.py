"""Given an incident's file, this problem stands at this place, with this code and a hint that helps."""

import pytest

from tests.sites import incident, placed, problems, site, valid

FILE = "incidents/2021/2021-0001.md"


def check(text: str | bytes, where: str, code: str, hint: str) -> None:
    [problem] = problems(site({"2021-0001": text}))
    assert problem.where == f"{FILE}:{where}"
    assert problem.code == code
    assert hint in problem.hint


FRONT_MATTER = {
    "an empty file": ("", "1:1", "missing-front-matter", "Begin with a line ---"),
    "none": ("Two people did not come.\n", "1:1", "missing-front-matter", "Begin with a line ---"),
    "a blank line before it": ("\n---\n---\n", "1:1", "missing-front-matter", "Begin with a line ---"),
    "unclosed": ("---\ndepartment: library\n", "1:1", "unclosed-front-matter", "Put a line ---"),
    "empty": ("---\n---\nText\n", "2:1", "missing-keys", "key: value"),
    "only a comment": ("---\n# to do\n---\nText\n", "2:1", "missing-keys", "key: value"),
    "a list": ("---\n- department\n---\nText\n", "2:1", "wrong-type", "key: value"),
    "a scalar": ("---\nlibrary\n---\nText\n", "2:1", "wrong-type", "key: value"),
    "a number": ("---\n2021\n---\nText\n", "2:1", "wrong-type", "key: value"),
}


@pytest.mark.parametrize(("text", "where", "code", "hint"), FRONT_MATTER.values(), ids=FRONT_MATTER)
def test_front_matter(text: str, where: str, code: str, hint: str) -> None:
    check(text, where, code, hint)


KEYS = {
    "duplicate": (incident(department="library\ndate: 2021-01-01"), "6:1", "duplicate-key", "Keep one"),
    "misspelt": (incident(evidnce="[a]"), "7:1", "unknown-key", "evidence"),
    "unknown": (incident(zzzzzzzz="1"), "7:1", "unknown-key", "Right would be"),
    "in capitals": (incident(Case="a"), "7:1", "unknown-key", "case"),
    "not text": (incident(date="2021-03-15\ntrue: 1"), "6:1", "wrong-type", "quotes"),
    "a list as key": (incident(date="2021-03-15\n? [a]\n: 1"), "6:3", "wrong-type", "quotes"),
    "tag": (incident(case="!!python/object:os.system x"), "7:7", "yaml-tag", "quotes"),
    "local tag": (incident(case="!secret x"), "7:7", "yaml-tag", "quotes"),
    "anchor": (incident(case="&a x"), "7:7", "yaml-anchor", "quotes"),
    "alias": (incident(case="*a"), "7:7", "yaml-anchor", "quotes"),
    "merge key": (incident(appeal="{<<: {filed: 2021-04-01}, filed: 2021-04-01}"), "7:10", "yaml-merge", "out"),
    "merged anchor": (incident(case="x\nbase: &base {a: 1}\n<<: *base"), "8:7", "yaml-anchor", "Write the value out"),
    "second document": (incident(case="x\n--- {more: 1}"), "8:1", "yaml-documents", "quotes"),
    "colon in a text": (incident(case="a: b"), "7:8", "yaml-syntax", 'Put the text in quotes: "a: b"'),
    "unclosed quotes": (incident(case='"a'), "7:7", "yaml-syntax", "at the end of the text"),
    "unclosed bracket": (incident(evidence="[a"), "7:11", "yaml-syntax", "]"),
    "text that begins with @": (incident(case="@a"), "7:7", "yaml-syntax", "quotes"),
    "no colon": (incident(case="x\nmore"), "8:1", "yaml-syntax", "colon"),
    "uneven indentation": (incident(case="x\n more: 1"), "8:2", "yaml-syntax", "quotes"),
    "NUL in an escape": (incident(case='"a\\x00b"'), "7:7", "invisible-character", "Delete"),
    "unknown escape": (incident(case='"\\q"'), "7:8", "yaml-syntax", "Check"),
    "no value": (incident(case=""), "7:6", "missing-value", "remove the key"),
    "an empty text": (incident(case="''"), "7:7", "missing-value", "remove the key"),
}


@pytest.mark.parametrize(("text", "where", "code", "hint"), KEYS.values(), ids=KEYS)
def test_keys_and_yaml(text: str, where: str, code: str, hint: str) -> None:
    check(text, where, code, hint)


RULE = {
    "no department": (incident(department=None), "2:1", "missing-key", "department: …"),
    "department without value": (incident(department="~"), "2:13", "missing-key", "department: …"),
    "unknown department": (incident(department="libary"), "2:13", "unknown-department", "library"),
    "department in capitals": (incident(department="Library"), "2:13", "unknown-department", "library"),
    "department as a list": (incident(department="[library]"), "2:13", "wrong-type", "single text"),
    "no criterion": (incident(criterion=None), "2:1", "missing-key", "criterion: …"),
    "unknown criterion": (incident(criterion="conduct.atendance"), "3:12", "unknown-criterion", "conduct.attendance"),
    "a section as criterion": (incident(criterion="conduct"), "3:12", "unknown-criterion", "conduct.other"),
    "criterion as a number": (incident(criterion="2021"), "3:12", "wrong-type", '"2021"'),
    "no clause": (incident(clause=None), "2:1", "missing-key", "clause: …"),
    "unknown clause": (incident(clause="abscence"), "4:9", "unknown-clause", "absence"),
    "clause of another item": (incident(clause="warned"), "4:9", "unknown-clause", "absence"),
    "evidence that is no list": (incident(evidence="a notice"), "7:11", "wrong-type", "[one, another]"),
    "evidence that is a number": (incident(evidence="[2021]"), "7:12", "wrong-type", '"2021"'),
}


@pytest.mark.parametrize(("text", "where", "code", "hint"), RULE.values(), ids=RULE)
def test_department_criterion_and_clause(text: str, where: str, code: str, hint: str) -> None:
    check(text, where, code, hint)


def test_a_department_that_does_not_exist_in_the_year() -> None:
    departments = "office: {name: The office}\nlibrary: {name: The library, from: 2022}\n"
    [problem] = problems(site({"2021-0001": incident()}, departments=departments))
    assert problem[:2] == (f"{FILE}:2:13", "unknown-department")
    assert problem.text == "There is no department “library” in 2021"


DATES = {
    "none": (incident(date=None), "2:1", "missing-key", "date: …"),
    "no such day": (incident(date="2021-02-29"), "5:7", "invalid-date", "Check year, month and day"),
    "no such month": (incident(date="2021-13-01"), "5:7", "invalid-date", "Check year, month and day"),
    "the year 0": (incident(date="0000-01-01"), "5:7", "invalid-date", "Check year, month and day"),
    "the year before": (incident(date="2020-12-31"), "5:7", "date-outside-period", "2021-01-01 to 2021-12-31"),
    "the year after": (incident(date="2022-01-01"), "5:7", "date-outside-period", "2021-01-01 to 2021-12-31"),
    "with a time": (incident(date="2021-03-15 08:00:00"), "5:7", "invalid-date", "without a time"),
    "with a time in ISO 8601": (incident(date="2021-03-15T08:00:00Z"), "5:7", "invalid-date", "without a time"),
    "slashes": (incident(date="2021/3/15"), "5:7", "invalid-date", "2021-03-15"),
    "no zeros": (incident(date="2021-3-15"), "5:7", "invalid-date", "2021-03-15"),
    "points": (incident(date="15.03.2021"), "5:7", "invalid-date", "2021-03-15"),
    "Chinese": (incident(date="2021年3月15日"), "5:7", "invalid-date", "2021-03-15"),
    "full-width digits": (incident(date="２０２１-03-15"), "5:7", "invalid-date", "2021-03-15"),
    "a number": (incident(date="20210315"), "5:7", "invalid-date", "2021-03-15"),
    "a list": (incident(date="[2021-03-15]"), "5:7", "invalid-date", "2021-03-15"),
}


@pytest.mark.parametrize(("text", "where", "code", "hint"), DATES.values(), ids=DATES)
def test_dates(text: str, where: str, code: str, hint: str) -> None:
    check(text, where, code, hint)


def counting(person: str) -> str:
    return incident(count=f"{{person: {person}, day: 3}}")


COUNTS = {
    "negative": (counting("-1"), "6:17", "number-too-small", "without the sign"),
    "zero": (counting("0"), "6:17", "number-too-small", "above 0"),
    "a negative zero": (counting("-0.0"), "6:17", "number-too-small", "above 0"),
    "a fraction of a person": (counting("1.5"), "6:17", "not-a-whole-number", "whole number"),
    "a word": (counting("two"), "6:17", "not-a-number", "digits"),
    "a Chinese number": (counting("两"), "6:17", "not-a-number", "digits"),
    "with its unit": (counting("2人"), "6:17", "not-a-number", "without quotes, exponent, sign or unit"),
    "full-width digits": (counting("２"), "6:17", "not-a-number", "digits"),
    "a million digits": (counting("9" * 1_000_000), "6:17", "not-a-number", "at most 9 digits"),
    "ten digits": (counting("1234567890"), "6:17", "not-a-number", "at most 9 digits"),
    "a million decimals": (counting("0." + "3" * 1_000_000), "6:17", "not-a-number", "at most 9 digits"),
    "exponent": (counting("1e999999999"), "6:17", "not-a-number", "exponent"),
    "exponent with a point": (counting("1.0e+3"), "6:17", "not-a-number", "exponent"),
    "hexadecimal": (counting("0x10"), "6:17", "not-a-number", "digits"),
    "binary": (counting("0b1"), "6:17", "not-a-number", "digits"),
    "octal": (counting("010"), "6:17", "not-a-number", "digits"),
    "base 60": (counting("1:30"), "6:17", "not-a-number", "digits"),
    "underscores": (counting("1_000"), "6:17", "not-a-number", "digits"),
    "a plus sign": (counting("+1"), "6:17", "not-a-number", "sign"),
    "infinity": (counting(".inf"), "6:17", "not-a-number", "digits"),
    "not a number": (counting(".nan"), "6:17", "not-a-number", "digits"),
    "a boolean": (counting("yes"), "6:17", "not-a-number", "digits"),
    "null": (counting("null"), "6:17", "missing-value", "remove the key"),
    "in quotes": (counting('"2"'), "6:17", "not-a-number", "without quotes"),
    "a date": (counting("2021-01-01"), "6:17", "not-a-number", "digits"),
    "a list": (counting("[2]"), "6:17", "not-a-number", "0.5"),
    "a mapping": (counting("{a: 2}"), "6:17", "not-a-number", "0.5"),
    "unknown unit": (incident(count="{persons: 2}"), "6:9", "unknown-unit", "person"),
    "unit of another clause": (incident(count="{point: 2}"), "6:9", "unknown-unit", "person"),
    "a unit twice": (incident(count="{day: 2, day: 3}"), "6:17", "duplicate-key", "Keep one"),
    "no unit": (incident(count="2"), "6:8", "wrong-type", "key: value"),
    "a list of counts": (incident(count="[2]"), "6:8", "wrong-type", "key: value"),
}


@pytest.mark.parametrize(("text", "where", "code", "hint"), COUNTS.values(), ids=COUNTS)
def test_counts(text: str, where: str, code: str, hint: str) -> None:
    check(text, where, code, hint)


def of(item: str, clause: str, **keys: str | None) -> str:
    return incident(criterion=f"conduct.{item}", clause=clause, **{"count": None, **keys})


CLAUSES = {
    "a deduction where the clause fixes it": (
        incident(deduction="0.5"), "7:12", "deduction-not-allowed", "Remove “deduction:”",
    ),
    "a discretionary one without amount": (of("other", "fitting"), "2:1", "missing-deduction", "deduction: 0.3"),
    "a discretionary one of 0": (of("other", "fitting", deduction="0"), "6:12", "number-too-small", "above 0"),
    "a discretionary one below 0": (of("other", "fitting", deduction="-1"), "6:12", "number-too-small", "the sign"),
    "a discretionary one that counts": (
        of("other", "fitting", deduction="1", count="{person: 2}"), "6:9", "unknown-unit", "Remove it",
    ),
    "no case": (of("sanctions", "warned"), "2:1", "missing-case", "case: …"),
    "a case that is no text": (of("sanctions", "warned", case="1.5"), "6:7", "wrong-type", '"1.5"'),
    "a case that is too long": (of("sanctions", "warned", case="a" * 65), "6:7", "text-too-long", "shorter"),
    "a case that is counted": (
        of("sanctions", "warned", count="{case: 2}", case="a"), "6:15", "unit-not-counted", "an incident for each",
    ),
    "a case that the clause does not ask for": (incident(case="a"), "7:7", "case-not-used", "Remove “case:”"),
    "an appeal without date": (incident(appeal="{note: n}"), "7:9", "missing-key", "filed: …"),
    "an appeal half decided": (
        incident(appeal="{filed: 2021-04-01, outcome: upheld}"), "7:9", "appeal-half-decided", "neither",
    ),
    "an appeal before the incident": (incident(appeal="{filed: 2021-03-01}"), "7:17", "dates-reversed", "Check"),
    "a decision before the appeal": (
        incident(appeal="{filed: 2021-04-01, outcome: rejected, decided: 2021-03-31}"), "7:57",
        "dates-reversed", "Check",
    ),
    "withdrawn without a reason": (incident(withdrawn="{date: 2021-04-01}"), "7:12", "missing-key", "reason: …"),
    "withdrawn before it happened": (
        incident(withdrawn="{date: 2021-03-01, reason: error}"), "7:19", "dates-reversed", "Check",
    ),
    "withdrawn as a flag": (incident(withdrawn="true"), "7:12", "wrong-type", "key: value"),
    "no explanation": (incident(""), "2:1", "missing-explanation", "Write below the keys"),
    "a book as explanation": (incident("字" * 20_001), "8:1", "text-too-long", "shorter"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "where", "code", "hint"), CLAUSES.values(), ids=CLAUSES)
def test_what_the_clause_asks_for(text: str, where: str, code: str, hint: str) -> None:
    check(text, where, code, hint)


def test_a_discretionary_incident_needs_a_reason_as_well() -> None:
    text = incident("", criterion="conduct.other", clause="fitting", count=None)
    assert placed(site({"2021-0001": text})) == [f"{FILE}:2:1 missing-deduction", f"{FILE}:2:1 missing-reason"]


def test_all_problems_of_a_file_come_in_one_run() -> None:
    text = incident(department="libary", clause="abscence", date="2021-02-30", count="{person: 0}", evidnce="[a]")
    assert placed(site({"2021-0001": text})) == [
        f"{FILE}:2:13 unknown-department",
        f"{FILE}:4:9 unknown-clause",
        f"{FILE}:5:7 invalid-date",
        f"{FILE}:6:17 number-too-small",
        f"{FILE}:7:1 unknown-key",
    ]


BYTES = {
    "GBK": (incident("两人旷工三天。").encode("gb18030"), "8:1", "not-utf-8", "iconv -f GBK -t UTF-8"),
    "GBK behind UTF-8": (incident("好").encode() + "旷工三天".encode("gbk"), "9:1", "not-utf-8", "Save it as"),
    "UTF-16": (incident().encode("utf-16"), "1:1", "not-utf-8", "iconv -f UTF-16 -t UTF-8"),
    "UTF-16, big end first": (b"\xfe\xff" + incident().encode("utf-16-be"), "1:1", "not-utf-8", "iconv -f UTF-16"),
    "no text at all": (b"\x89PNG\r\n\x1a\n\xff\xff", "1:1", "not-utf-8", "UTF-8"),
    "a surrogate": (incident("a\ud800").encode("utf-8", "surrogatepass"), "8:2", "not-utf-8", "UTF-8"),
    "NUL": (incident("ab\0c").encode(), "8:3", "invisible-character", "Delete"),
    "a tab": (incident("a\tb").encode(), "8:2", "invisible-character", "type spaces"),
    "escape": (incident(department="\x1b[31mlibrary").encode(), "2:13", "invisible-character", "Delete"),
    "next line": (incident("a\x85b").encode(), "8:2", "invisible-character", "Delete"),
    "line separator": (incident("a\u2028b").encode(), "8:2", "invisible-character", "Delete"),
    "right-to-left override": (incident("按\u202e时").encode(), "8:2", "invisible-character", "Delete"),
    "isolate": (incident("a\u2066b").encode(), "8:2", "invisible-character", "Delete"),
    "a second byte order mark": (incident("a\ufeffb").encode(), "8:2", "invisible-character", "Delete"),
    "a noncharacter": (incident(case="a\ufffeb").encode(), "7:8", "invisible-character", "Delete"),
}


@pytest.mark.parametrize(("text", "where", "code", "hint"), BYTES.values(), ids=BYTES)
def test_encodings_and_characters(text: bytes, where: str, code: str, hint: str) -> None:
    check(text, where, code, hint)


def test_of_many_invisible_characters_the_first_three_are_told() -> None:
    found = placed(site({"2021-0001": incident("\0" * 100)}))
    assert found == [f"{FILE}:8:{column} invisible-character" for column in (1, 2, 3)]


def test_a_byte_order_mark_and_other_line_breaks_are_no_problem() -> None:
    windows = b"\xef\xbb\xbf" + incident("One.\nTwo.").replace("\n", "\r\n").encode()
    mac = incident("One.\nTwo.").replace("\n", "\r")
    incidents = (
        valid(site({"2021-0001": windows, "2021-0002": mac.replace("2021-03-15", "2021-03-16")})).years[2021].incidents
    )
    assert [one.body for one in incidents.values()] == ["One.\nTwo.", "One.\nTwo."]


def test_places_count_characters_not_bytes() -> None:
    [problem] = problems(site({"2021-0001": incident(evidence="[考勤通报𠀀, &a x]")}))
    assert problem[:2] == (f"{FILE}:7:19", "yaml-anchor")
