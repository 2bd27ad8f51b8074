"""What pages show otherwise than the forge is told, with line and column."""

import pytest

from site_builder.pages import link_problems
from tests.sites import incident, site, valid

HEAD = "| 名称 | 说明 |\n|---|---|\n"


def told(body):
    """The code, line of the text and column of each problem of an incident's text."""
    known = valid(site({"2021-0001": incident(body)}))
    first = known.years[2021].incidents["2021-0001"].body_line
    return [(one.code, one.place.line - first + 1, one.place.column) for one in link_problems(known)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (HEAD + "| 甲 | 乙 | 丙 |", [("surplus-cell", 3, 11)]),
        (HEAD + "| 甲 |", [("missing-cell", 3, 1)]),
        (HEAD + "| 甲 | a\\|b |", []),
        (HEAD + "| `a|b` | 竖线 |", [("surplus-cell", 3, 11)]),
        ("- 项\n\n  " + HEAD.replace("\n", "\n  ") + "| 甲 |", [("missing-cell", 5, 3)]),
        ("属实。[^1]\n\n[^1]: 见通报。", [("footnote", 3, 1)]),
        ("属实[^1]，没有注。", []),
        ("一<b>二</b>", [("html-is-text", 1, 2), ("html-is-text", 1, 6)]),
        ("一<br>二", []),
        ("`<b>` 与 \\<b>", []),
        ("```\n<b>\n```", []),
        ("    <b>", []),
        ("正文\n\n<div>\n正文\n</div>", [("html-is-text", 3, 1)]),
        ("一<!-- 注 -->", [("html-is-text", 1, 2)]),
        ("> 一<i>", [("html-is-text", 1, 4)]),
        ("> " * 30 + "深", [("markdown-too-complex", 1, 1)]),
        ("- " * 30 + "深", [("markdown-too-complex", 1, 1)]),
        ("|" + "a|" * 1000 + "\n|" + "-|" * 1000 + "\n" + "x\n" * 1350, [("markdown-too-complex", 1, 1)]),
        ("见http://kaohe.example/a。", [("external-link", 1, 2)]),
        ("见 www.kaohe.example", [("external-link", 1, 3)]),
        ("`http://kaohe.example/a`", []),
        ("5 < 6，7 > 3", []),
    ],
)
def test_what_differs_is_told_with_its_place(body, expected):
    assert told(body) == expected
