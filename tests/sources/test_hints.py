"""Given what office people type, this is told, at this place, and only what has one right answer is written."""

from dataclasses import replace

import pytest

from site_builder.assessment import check
from site_builder.language import language
from site_builder.sources import mended, read_site
from site_builder.sources.plausible import stated
from tests.sites import CONDUCT, SCHEME, incident, placed, problems, site, valid

FILE = "incidents/2021/2021-0001.md"

HINTS = {
    "a full-width colon": (incident(clause="absence").replace("clause: ", "clause："), "4:7", "clause: …"),
    "no space behind a colon": (incident().replace("date: ", "date:"), "5:5", "date: …"),
    "a full-width space": (incident().replace("date: ", "date:　"), "5:5", "date: …"),
    "full-width brackets": (incident(count="｛person: 2｝"), "6:8", "{person: 2}"),
    "a Chinese quotation mark at the end": (incident(case='"a”'), "7:7", "”"),
    "text behind quotes": (incident(evidence='["关于"的通知]'), "7:16", "quotes"),
    "a name of a department": (incident(department="The library"), "2:13", "Write the id: library"),
    "the words of a clause": (incident(clause="Absent"), "4:9", "Write the id: absence"),
    "the words of an item": (incident(criterion="Attendance"), "3:12", "Write the id: conduct.attendance"),
    "the word of a unit": (incident(count="{persons: 2}"), "6:9", "Write the id: person"),
    "a date with slashes": (incident(date="2021/3/5"), "5:7", "Write 2021-03-05"),
    "a Chinese date": (incident(date="2021年3月5日"), "5:7", "Write 2021-03-05"),
    "a count with its unit": (incident(count="{person: 3人}"), "6:17", "Write 3"),
    "three hyphens of another kind": (incident().replace("\n---\n", "\n———\n"), "7:1", "Write ---"),
}


@pytest.mark.parametrize(("text", "where", "hint"), HINTS.values(), ids=HINTS)
def test_hints_lead_to_the_fault(text: str, where: str, hint: str) -> None:
    found = problems(site({"2021-0001": text}))
    assert (f"{FILE}:{where}", True) in [(one.where, hint in one.hint) for one in found]


@pytest.mark.parametrize("text", [text for text, _, _ in HINTS.values()], ids=HINTS)
def test_the_parser_says_nothing_of_its_own_in_chinese(text: str) -> None:
    speaking = language("zh_CN")
    for one in read_site(site({"2021-0001": text})).problems:
        assert speaking.say(one.text) != one.text.template
        assert not {"mapping", "expected", "found", "token"} & set(speaking.say(one.text).split())


CUT = ["见通报 #3 重复记录", "考勤 #1", "#3号通报", "2021年通知 #二"]


@pytest.mark.parametrize("words", CUT)
def test_a_comment_that_cuts_a_value_is_told(words: str) -> None:
    text = incident(withdrawn=f"\n  date: 2021-04-01\n  reason: {words}")
    assert f'"{words}"' in next(one.hint for one in problems(site({"2021-0001": text})) if one.code == "value-cut")


@pytest.mark.parametrize("words", ['"见通报 #3" #已核', "见通报#3", "见通报 # 已核", "'a #b'"])
def test_what_is_no_cut(words: str) -> None:
    text = incident(withdrawn=f"{{date: 2021-04-01, reason: n}} # {words}", evidence=f"\n  - {words}")
    assert "value-cut" not in [one.code for one in problems(site({"2021-0001": text}))][1:]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("部门人员旷工的，\n    每人每天扣", "部门人员旷工的，每人每天扣"),
        (">-\n    旷工\n    三天", "旷工三天"),
        ('"旷工\n    三天"', "旷工三天"),
        ("two\n    words", "two words"),
        ("旷工\n    three", "旷工 three"),
        ("|-\n    旷工\n    三天", "旷工\n三天"),
    ],
)
def test_lines_of_chinese_join_without_a_space(written: str, read: str) -> None:
    text = incident(withdrawn=f"\n  date: 2021-04-01\n  reason: {written}")
    withdrawn = valid(site({"2021-0001": text})).years[2021].incidents["2021-0001"].withdrawn
    assert withdrawn is not None and withdrawn.reason == read


@pytest.mark.parametrize("character", ["\u200b", "\u2060", "\u00ad", "\ufffd", "\ue000", "\u0378", "\u3164"])
def test_invisible_characters_are_shown_and_stop_check_alone(character: str) -> None:
    sources = read_site(site({"2021-0001": incident(f"值班{character}人员")}))
    assert sources.site is not None
    [found] = check(sources)
    assert (found.code, found.severity, found.place.line, found.place.column) == ("invisible-character", "error", 8, 3)
    assert f"⟨U+{ord(character):04X}⟩" in language("zh_CN").say(found.text)


@pytest.mark.parametrize("body", ["<<<<<<< HEAD\n甲\n=======\n乙\n>>>>>>> x", "甲\n>>>>>>> branch", "<<<<<<< HEAD"])
def test_marks_of_a_merge(body: str) -> None:
    assert [one.code for one in problems(site({"2021-0001": incident(body)}))] == ["merge-conflict"]


def test_a_heading_of_equal_signs_is_no_mark_of_a_merge() -> None:
    valid(site({"2021-0001": incident("标题\n=======\n文")}))


def test_the_same_event_under_two_numbers() -> None:
    tree = site({"2021-0001": incident(), "2021-0002": incident("Two people did not come!")})
    assert placed(tree) == ["incidents/2021/2021-0002.md:2:1 recorded-twice"]


def test_office_litter_is_one_warning() -> None:
    names = ("content/Thumbs.db", "incidents/2021/desktop.ini", "incidents/2021/~$2021-0001.md", "criteria/2021/a.tmp")
    tree = site({"2021-0001": incident()})
    assert tree.litter == ()
    assert [one.code for one in problems(replace(tree, litter=names))] == ["office-litter"]


@pytest.mark.parametrize(
    ("words", "deduct", "warns"),
    [("扣0.3分", "3", True), ("每次扣零点三分", "3", True), ("扣０．３分", "0.3", False),
     ("每次扣0.1分，最多扣1分", "0.1", False),
     ("扣0.5—1分", "0.7", False), ("扣一分", "2", True), ("按平台扣分的10倍扣分", "10", False)],
)  # fmt: skip
def test_words_against_the_rule(words: str, deduct: str, warns: bool) -> None:
    book = CONDUCT.replace("text: Absent, deduct: 0.5", f"text: {words}, deduct: {deduct}").replace(
        "points: 2", "points: 20"
    )
    found = [one.code for one in problems(site(criteria={"conduct": book}))]
    assert ("words-say-otherwise" in found) == warns


def test_ranges_and_limits_in_words() -> None:
    assert [list(map(str, one)) for one in stated("视情节扣0.5—1分")[0]] == [["0.5", "1"]]
    assert list(map(str, stated("每次扣0.1分，最多扣1分")[1])) == ["1"]


@pytest.mark.parametrize(("outcome", "code"), [("upheld", ["appeal-still-counts"]), ("partly", ["appeal-still-counts"]),
                                               ("rejected", []), ("whatever", ["unknown-outcome"])])  # fmt: skip
def test_outcomes(outcome: str, code: list[str]) -> None:
    text = incident(appeal=f"{{filed: 2021-04-01, outcome: {outcome}, decided: 2021-04-09}}")
    assert [one.code for one in problems(site({"2021-0001": text}))] == code


def test_what_has_one_right_answer_is_written_and_all_else_stays() -> None:
    text = "---\ndepartment: The library # 部门\r\n".replace("\r", "")
    text += "criterion: conduct.attendance\nclause：absence\ndate: 2021年3月15日\ncount: {person: 3人, day: ２}\n"
    text += "---\nText\n"
    tree = site({"2021-0001": text})
    changed = mended(tree, lambda one: check(read_site(one)))
    assert changed[FILE].decode() == (
        "---\ndepartment: library # 部门\ncriterion: conduct.attendance\nclause: absence\n"
        "date: 2021-03-15\ncount: {person: 3, day: 2}\n---\nText\n"
    )


FOLDED = [
    ("部门人员旷工的，\n          每人每天扣0.5分", "部门人员旷工的，每人每天扣0.5分"),
    ("部门人员旷工的，\n\n          每人每天扣0.5分", "部门人员旷工的，\n每人每天扣0.5分"),
    ("会议\n          无故缺席的，\n          每人每天扣0.5分", "会议无故缺席的，每人每天扣0.5分"),
    ('"部门人员旷工的（含早退），\n          每人每天扣0.5分"', "部门人员旷工的（含早退），每人每天扣0.5分"),
    (">-\n          发布“通知”\n          后未落实的，扣0.5分", "发布“通知”后未落实的，扣0.5分"),
    ("缺交PPT\n          的，扣0.5分", "缺交PPT 的，扣0.5分"),
    ("缺席 OA\n          training 的，扣0.5分", "缺席 OA training 的，扣0.5分"),
]


@pytest.mark.parametrize(("written", "words"), FOLDED)
def test_a_clause_on_several_lines_reads_as_in_the_rule_book(written: str, words: str) -> None:
    book = CONDUCT.replace("{text: Absent, ", "\n        text: TEXT\n        ").replace(
        "deduct: 0.5, per", "deduct: 0.5\n        per"
    )
    book = book.replace("per: [person, day]}", "per: [person, day]").replace("TEXT", written)
    scheme = SCHEME + f"interpretations:\n  - where: conduct.attendance#absence\n    words: {words.split()[0]}\n"
    scheme += "    reading: 按人数乘以天数。\n    decided: 2021-01-01\n"
    found = valid(site(criteria={"conduct": book, "scheme": scheme})).years[2021].scheme
    assert found.clauses["conduct.attendance#absence"].text == words


HASHES = [
    ("title: Conduct #1", "1:16", "Conduct #1"),
    ("title: Conduct #1 of #2", "1:16", "Conduct #1 of #2"),
    ("title: 遵章守纪  #一", "1:14", "遵章守纪 #一"),
    ("title: 遵章守纪 # 第一节", "", ""),
    ("title: 遵章守纪#1", "", ""),
    ("title: '遵章守纪 #1'", "", ""),
    ("title: >-\n  遵章守纪 #1", "", ""),
    ("title: 遵章守纪 ##", "", ""),
]


@pytest.mark.parametrize(("title", "where", "whole"), HASHES)
def test_a_title_that_a_comment_cuts_is_told_whole(title: str, where: str, whole: str) -> None:
    told = problems(site(criteria={"conduct": CONDUCT.replace("title: Conduct", title, 1)}))
    cut = [(one.where.partition("yaml:")[2], f'"{whole}"' in one.hint) for one in told if one.code == "value-cut"]
    assert cut == ([(where, True)] if where else [])


UNSEEN = [
    ("值班\u200b人员擅离。\ufffd", [(8, 3, "⟨U+200B⟩"), (8, 9, "⟨U+FFFD⟩")]),
    ("值班人员\u200d擅离。", [(8, 5, "⟨U+200D⟩")]),
    ("值班\u200c人员擅离。", [(8, 3, "⟨U+200C⟩")]),
    ("值班\ufeff人员擅离。", [(8, 3, "⟨U+FEFF⟩")]),
    ("值班人员擅离。\n\n\u2062十分。", [(10, 1, "⟨U+2062⟩")]),
    ("值班人员擅离。👨\u200d👩\u200d👧", []),
]


@pytest.mark.parametrize(("body", "told"), UNSEEN)
def test_characters_without_width_are_told_each_at_its_place(body: str, told: list[tuple[int, int, str]]) -> None:
    found = [
        one for one in read_site(site({"2021-0001": incident(body)})).problems if one.code == "invisible-character"
    ]
    assert [(one.place.line, one.place.column) for one in found] == [one[:2] for one in told]
    for one, (_, _, shown) in zip(found, told, strict=True):
        assert shown in language("en").say(one.text) and shown in language("zh_CN").say(one.text)
