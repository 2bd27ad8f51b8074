"""What Markdown that people write by hand is to become, word for word: lists, tables, and lines that end in Chinese."""

import json

import pytest

from site_builder.assessment import assess
from site_builder.exports.search import search_scripts
from site_builder.model import summary
from site_builder.sources import read_site
from tests.markup.forge import html_of
from tests.markup.test_remarks import told
from tests.sites import incident, site


def squeezed(html):
    """HTML without the line ends between its elements."""
    return "".join(line.strip() for line in html.splitlines())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("- 党建\n  - 支部两空格", "<ul><li>党建<ul><li>支部两空格</li></ul></li></ul>"),
        ("- 党建\n    - 支部四空格", "<ul><li>党建<ul><li>支部四空格</li></ul></li></ul>"),
        ("* 党建\n  1. 支部", "<ul><li>党建<ol><li>支部</li></ol></li></ul>"),
        ("- 甲\n  - 乙\n    - 丙", "<ul><li>甲<ul><li>乙<ul><li>丙</li></ul></li></ul></li></ul>"),
        ("1. 会议\n   - 缺席三空格\n2. 学习", "<ol><li>会议<ul><li>缺席三空格</li></ul></li><li>学习</li></ol>"),
        ("1. 会议\n   1. 缺席", "<ol><li>会议<ol><li>缺席</li></ol></li></ol>"),
        ("1) 会议\n   * 缺席", "<ol><li>会议<ul><li>缺席</li></ul></li></ol>"),
        ("10. 会议\n    - 缺席四空格", '<ol start="10"><li>会议<ul><li>缺席四空格</li></ul></li></ol>'),
        ("查明：\n- 迟到\n- 早退", "<p>查明：</p><ul><li>迟到</li><li>早退</li></ul>"),
        ("查明：\n* 迟到", "<p>查明：</p><ul><li>迟到</li></ul>"),
        ("查明：\n1. 迟到\n2. 早退", "<p>查明：</p><ol><li>迟到</li><li>早退</li></ol>"),
        ("查明：\n+ 迟到\n  - 两次", "<p>查明：</p><ul><li>迟到<ul><li>两次</li></ul></li></ul>"),
    ],
)
def test_lists_are_nested_and_follow_a_paragraph(text, shown):
    assert squeezed(html_of(text)) == shown


@pytest.mark.parametrize(
    ("row", "lost"),
    [
        ("| 甲 | 乙 | 丙 |", ["surplus-cell"]),
        ("甲 | 乙 | 丙", ["surplus-cell"]),
        ("| 甲 | 乙 | 丙 | 丁 |", ["surplus-cell"]),
        ("| 甲 | 乙 | |", ["surplus-cell"]),
        ("| 甲 | 乙 |", []),
        ("| 甲 | 乙\\|丙 |", []),
    ],
)
def test_a_cell_for_which_there_is_no_column_is_told(row, lost):
    assert [code for code, _, _ in told(f"| 事项 | 情况 |\n|---|---|\n{row}")] == lost


BROKEN_LINES = {
    "经查阅考勤记\n录，一人未到岗。": "考勤记录，一人",
    "经查阅考勤\n记录，一人未到岗。": "考勤记录，一人",
    "经查阅\n考勤记录，\n一人未到岗。": "考勤记录，一人",
    "- 经查阅考勤记\n  录，一人未到岗。": "考勤记录，一人",
    "> 经查阅考勤记\n> 录，一人未到岗。": "考勤记录，一人",
    "第一段。\n\n经查阅考勤记\n录，一人未到岗。": "考勤记录，一人",
    "经查阅考勤记\r\n录，一人未到岗。": "考勤记录，一人",
}


@pytest.mark.parametrize("body", BROKEN_LINES)
def test_a_word_across_a_line_break_is_shown_and_found_whole(body):
    assessment, problems = assess(read_site(site({"2021-0001": incident(body)})))
    assert assessment is not None, problems
    found = assessment.site.years[2021].incidents["2021-0001"]
    assert BROKEN_LINES[body] in html_of(found.body)
    index = next(one.data for name, one in search_scripts(assessment).items() if name == "search/index.js").decode()
    assert "考勤记录" in json.loads(index[len("kaohe.index(") : -3])["incidents"][0][5]
    assert "考勤记录" in summary(found) or "第一段" in body
