"""`kaohe check --fix`: shows what it would write, asks, and writes only what has one right answer."""

import os
import pty
import subprocess
import sys

import pytest

from site_builder.assessment import check
from site_builder.sources import mended, read_site
from tests.publication.conftest import ROOT, kaohe
from tests.sites import incident, site, write

RECORD = "incidents/2021/2021-0001.md"

TYPED = """\
---
# 由办公室填写
department: "The library"   # 部门
criterion: Attendance
clause：  Absent
date:   2021年3月15日  # 当天
count: {person: 3人，day: ２}

evidence:
    - '通报 "第3号"'
---
正文：  department: The library，2021年3月15日。

"""

WRITTEN = """\
---
# 由办公室填写
department: library   # 部门
criterion: conduct.attendance
clause: absence
date:   2021-03-15  # 当天
count: {person: 3, day: 2}

evidence:
    - '通报 "第3号"'
---
正文：  department: The library，2021年3月15日。

"""


def kept(folder, text, name=RECORD):
    """A site with this record, as bytes, in a folder; the record's file."""
    write(site({"2021-0001": incident()}), folder)
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder / name


def fix(folder, *more):
    return kaohe("--lang", "en", "check", "--fix", *more, folder=folder)


def asked(folder, answer):
    """Run the command at a terminal, and answer; its end and its words."""
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    ran = subprocess.run(
        [sys.executable, "-m", "site_builder", "--site", str(folder), "--lang", "en", "check", "--fix"],
        stdin=theirs,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
    )
    os.close(theirs)
    os.close(ours)
    return ran


def test_the_difference_is_shown_and_nothing_written_without_a_word(tmp_path):
    record = kept(tmp_path, TYPED)
    said = fix(tmp_path)
    assert said.returncode == 1
    shown = said.stdout.splitlines()
    assert f"--- a/{RECORD}" in shown and f"+++ b/{RECORD}" in shown
    assert "-clause：  Absent" in shown and "+clause: absence" in shown
    assert "Nothing was written: say so with --yes" in said.stdout + said.stderr
    assert record.read_text(encoding="utf-8") == TYPED


@pytest.mark.parametrize("answer", ["n", "", "no"])
def test_no_changes_nothing(tmp_path, answer):
    record = kept(tmp_path, TYPED)
    said = asked(tmp_path, answer)
    assert (said.returncode, record.read_text(encoding="utf-8")) == (1, TYPED)
    assert "Nothing was written" in said.stdout + said.stderr and "Traceback" not in said.stderr


def test_yes_at_the_terminal_writes(tmp_path):
    record = kept(tmp_path, TYPED)
    assert asked(tmp_path, "y").returncode == 0
    assert record.read_text(encoding="utf-8") == WRITTEN


def test_comments_layout_and_text_stay(tmp_path):
    record = kept(tmp_path, TYPED)
    assert fix(tmp_path, "--yes").returncode == 0
    assert record.read_text(encoding="utf-8") == WRITTEN
    assert kaohe("check", folder=tmp_path).returncode == 0


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_line_breaks_and_byte_order_mark_stay(tmp_path, mark, end):
    record = kept(tmp_path, mark + TYPED.encode().replace(b"\n", end))
    said = fix(tmp_path, "--yes")
    assert said.returncode == 0 and "U+000D" not in said.stdout
    assert record.read_bytes() == mark + WRITTEN.encode().replace(b"\n", end)


def test_a_second_time_nothing_is_left(tmp_path):
    record = kept(tmp_path, TYPED)
    assert fix(tmp_path, "--yes").returncode == 0
    before = record.stat().st_mtime_ns
    again = fix(tmp_path, "--yes")
    assert again.returncode == 0 and "nothing that has only one right answer" in again.stdout + again.stderr
    assert record.stat().st_mtime_ns == before


def test_a_file_that_is_read_only_stays_and_so_do_all_others(tmp_path):
    record = kept(tmp_path, TYPED)
    other = tmp_path / "incidents/2021/2021-0000.md"
    other.write_text(incident("其他", date="2021/4/1"), encoding="utf-8")
    before = other.read_bytes()
    record.chmod(0o444)
    said = fix(tmp_path, "--yes")
    assert said.returncode == 3 and f"{RECORD} could not be written: it is read-only" in said.stderr
    assert record.read_text(encoding="utf-8") == TYPED and other.read_bytes() == before
    assert [one.name for one in record.parent.iterdir() if one.name.startswith(".")] == []


def test_rights_stay(tmp_path):
    record = kept(tmp_path, TYPED)
    record.chmod(0o640)
    fix(tmp_path, "--yes")
    assert record.stat().st_mode & 0o777 == 0o640


ONE_ANSWER = {
    "a department": ({"department": "The library"}, "department: library"),
    "a department in another width": ({"department": "ｌｉｂｒａｒｙ"}, "department: library"),
    "an item": ({"criterion": "“Attendance”"}, "criterion: conduct.attendance"),
    "a clause": ({"clause": "ABSENT"}, "clause: absence"),
    "a unit": ({"count": "{persons: 2, days: 3}"}, "count: {person: 2, day: 3}"),
    "a date": ({"date": "2021.3.5"}, "date: 2021-03-05"),
    "a date in quotes": ({"date": "'2021/3/5'"}, "date: 2021-03-05"),
    "a comma": ({"count": "{person: 2， day: 3}"}, "count: {person: 2, day: 3}"),
    "marks": ({"count": "{person：2，day：3}"}, "count: {person: 2, day: 3}"),
}


@pytest.mark.parametrize(("changes", "line"), ONE_ANSWER.values(), ids=ONE_ANSWER)
def test_what_has_one_right_answer(tmp_path, changes, line):
    record = kept(tmp_path, incident(**changes))
    assert fix(tmp_path, "--yes").returncode == 0
    assert line in record.read_text(encoding="utf-8").splitlines()
    assert kaohe("check", folder=tmp_path).returncode == 0


@pytest.mark.parametrize("outcome", ["驳回", "维持原扣分", "部分成立", "申诉成立，撤销扣分", "rejected by the office"])
def test_words_of_the_office_for_an_outcome_are_never_lost(tmp_path, outcome):
    text = incident(appeal=f"{{filed: 2021-04-01, outcome: '{outcome}', decided: 2021-04-09}}")
    record = kept(tmp_path, text)
    assert fix(tmp_path, "--yes").returncode == 0
    assert record.read_text(encoding="utf-8") == text


SEVERAL_ANSWERS = {
    "a day without a year": {"date": "3月15日"},
    "day or month first": {"date": "05/03/2021"},
    "thousands or a decimal comma": {"count": "{person: '1,234', day: 1}"},
    "persons where days are counted": {"count": "{person: 2, day: 3人}"},
    "half of what is whole": {"count": "{person: 2, day: 半}"},
    "two departments": {"department": "library，office"},
    "nobody's name": {"department": "The libraries"},
    "a key twice": {"case": "a\ndate: 2021-03-16"},
}


@pytest.mark.parametrize("changes", SEVERAL_ANSWERS.values(), ids=SEVERAL_ANSWERS)
def test_what_has_several_is_told_and_left(tmp_path, changes):
    text = incident(**changes)
    record = kept(tmp_path, text)
    fix(tmp_path, "--yes")
    assert record.read_text(encoding="utf-8") == text
    assert kaohe("check", folder=tmp_path).returncode == 1


def test_a_name_that_two_departments_have_is_left():
    departments = "office: {name: Office of rules}\nlibrary: {name: Library}\narchive: {name: LIBRARY}\n"
    wrong = site({"2021-0001": incident(department="Library")}, departments=departments)
    assert RECORD not in mended(wrong, lambda one: check(read_site(one)))


def test_a_line_on_which_a_comment_cut_a_value_off_is_left_to_the_person(tmp_path):
    record = kept(tmp_path, incident(date="2021/3/15", evidence="考勤通报 #3号"))
    told = fix(tmp_path, "--yes")
    assert told.returncode == 0
    text = record.read_text(encoding="utf-8")
    assert "date: 2021-03-15\n" in text and "evidence: 考勤通报 #3号\n" in text
