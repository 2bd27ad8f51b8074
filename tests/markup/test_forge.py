"""Pages show Markdown as the forge showed it to whoever approved it; what differs is told with its place."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.markup.forge import html_of, of_forge, of_pages

SNIPPETS = [
    # Lists
    "- 一\n- 二",
    "* 一\n* 二",
    "+ 一\n+ 二",
    "- 一\n* 二\n+ 三",
    "1. 一\n2. 二",
    "1) 一\n2) 二",
    "1. 一\n1) 二",
    "3. 三\n4. 四",
    "2021. 年的规定",
    "正文\n2021. 年的规定",
    "- 一级\n  - 二级",
    "- 一级\n   - 二级",
    "- 一级\n    - 二级",
    "- 一级\n      - 不是二级",
    "- 一级\n - 同级",
    "- 一\n  - 二\n    - 三\n      - 四\n- 五",
    "1. 甲\n  - 不是乙",
    "1. 甲\n   - 乙\n2. 丙",
    "1. 甲\n    - 乙\n2. 丙",
    "1. 甲\n   1. 子\n   2. 丑\n2. 乙",
    "10. 甲\n    - 乙",
    "10. 甲\n   - 乙",
    "1) 甲\n   - 乙",
    "处理情况如下：\n- 项一\n- 项二",
    "处理情况如下：\n1. 项一\n2. 项二",
    "处理情况如下：\n2. 项一",
    "- 一\n\n- 二",
    "- 一\n\n\n- 二",
    "- 一\n\n  第二段\n- 二",
    "- 一\n\n    第二段\n- 二",
    "- 一\n\n第二段",
    "- 一\n续行",
    "- 一\n  续行",
    "-\n  空首行",
    "-\n\n  不在内",
    "- \n- 二",
    "-一",
    "1.一",
    "- 一\n\n      代码\n",
    "- 一\n  ```\n  代码\n  ```\n- 二",
    "- 一\n\n  ```yaml\n  a: 1\n  ```",
    "1. 一\n   > 引用\n2. 二",
    "- | a | b |\n  |---|---|\n  | 1 | 2 |",
    "- # 标题\n- 二",
    "- ***\n- 二",
    "- [ ] 未办\n- [x] 已办\n- [X] 已办",
    "- [ ]未办",
    "- [ ]",
    "1. [ ] 未办",
    "- 一\n\n  - 二\n\n- 三",
    "-\t一\n\t- 二",
    "- 一\n***\n- 二",
    # Tables
    "| 名称 | 说明 |\n|---|---|\n| 甲 | 乙 |",
    "名称 | 说明\n---|---\n甲 | 乙",
    "| 左 | 中 | 右 |\n|:--|:-:|--:|\n| 1 | 2 | 3 |",
    "| 名称 | 说明 |\n|---|---|\n| a\\|b | `c\\|d` |",
    "| 名称 | 说明 |\n|---|---|\n| `a|b` | 竖线 |",
    "| 名称 | 说明 |\n|---|---|\n| 甲 | 乙 | 丙 |",
    "| 名称 | 说明 |\n|---|---|\n| 甲 |",
    "| 名称 | 说明 |\n|---|---|\n甲",
    "| 名称 | 说明 |\n|---|\n| 甲 | 乙 |",
    "| 名称 |\n|---|\n| 甲 |",
    "说明如下：\n| 名称 | 说明 |\n|---|---|\n| 甲 | 乙 |",
    "| 名称 | 说明 |\n|---|---|\n| 甲 | 乙 |\n后文",
    "| 名称 | 说明 |\n|---|---|\n| 甲 | 乙 |\n\n后文",
    "| 名称 | 说明 |\n|---|---|\n| 甲 | 乙 |\n> 引用",
    "| 名称 | 说明 |\n|---|---|",
    "| **名称** | [说明](a.md) |\n|---|---|\n| *甲* | ~~乙~~ |",
    "| 名称 | 说明 |\n| --- | --- |\n| | 乙 |",
    "> | 名称 | 说明 |\n> |---|---|\n> | 甲 | 乙 |",
    # Emphasis
    "**强调**。",
    "请**强调**后面",
    "请注意**“引号”**后面的字。",
    "**真。**她走了。",
    "依据**《考核细则》**第三条。",
    "正解是**④**号。",
    "*（注意）*后面。",
    "按__“规定”__办理。",
    "按__规定__办理。",
    "_规定_ 办理",
    "base_conduct_attendance 与 2021_a01_b",
    "***粗斜***",
    "**粗*斜*粗**",
    "*斜**粗**斜*",
    "**没有结束",
    "2 * 3 * 4",
    "** 空格 **",
    "删除~~旧文~~新文",
    "删除~旧文~新文",
    "三~~~个~~~不是",
    "**[手册](/2026/handbook/index.html)**说明",
    "**`代码`**说明",
    # Code
    "`代码`",
    "`` a`b ``",
    "` a `",
    "`没有结束",
    "```\n代码\n```",
    "~~~\n代码\n~~~",
    "````\n```\n````",
    "```yaml\na: 1\n```",
    "```\n没有结束",
    "    缩进代码",
    "正文\n    不是代码",
    "正文\n```\n代码\n```\n正文",
    # Headings, rules, quotations
    "# 一级",
    "#一级",
    "## 二级 ##",
    "####### 七级",
    "一级\n===",
    "二级\n---",
    "两\n行\n---",
    "正文\n# 标题\n正文",
    "---",
    "* * *",
    "正文\n***",
    "> 引用\n> 续",
    "> 引用\n续",
    ">引用",
    "> 一\n>> 二",
    "> - 一\n>   - 二\n>\n> 段",
    "> 1. 一\n> 2. 二",
    "> ```\n> 代码\n> ```",
    "正文\n> 引用",
    # Links
    "[链接](a.md)",
    '[链接](a.md "题名")',
    "[链接](a.md '题名')",
    "[链接](<a b.md>)",
    "[链接](a(1).md)",
    "[链接][甲]\n\n[甲]: a.md",
    '[甲]\n\n[甲]: a.md "题名"',
    "[甲][]\n\n[甲]: <a b.md>",
    "[A]\n\n[a]: x.md",
    "[没有]",
    "[a]: x.md\n后文 [a]",
    "<http://kaohe.example/a>。",
    "见http://kaohe.example/a，后文",
    "见 http://kaohe.example/a 后文",
    "见 http://kaohe.example/a.",
    "（http://kaohe.example/a）",
    "(http://kaohe.example/a)",
    "www.kaohe.example/a",
    "见www.kaohe.example",
    "[链接](http://kaohe.example/a_b_c)",
    "!不是图",
    "[[甲](a.md)](b.md)",
    # Breaks, escapes, entities
    "行尾两空格  \n换行",
    "行尾反斜线\\\n换行",
    "a\nb",
    "1\\. 不是列表",
    "\\*不是斜体\\*",
    "\\# 不是标题",
    "\\`不是代码\\`",
    "\\[不是](链接)",
    "C:\\用户",
    "5 < 6 & 7 > 3",
    "&copy; &amp; &#20013; &#x4e2d; &foo; &copy",
    "&amp;copy;",
    "`&amp;`",
    "一\n\n二\n\n\n三",
    "   三个空格",
    "甲<br>乙",
]


@pytest.mark.parametrize("text", SNIPPETS)
def test_a_snippet_looks_as_on_the_forge(text):
    assert unspaced(of_pages(text)) == unspaced(of_forge(text))


def unspaced(found):
    """Without spaces between Chinese characters: there the pages join lines, which the forge does not."""
    return [
        re.sub(r"(?<=[\u3000-\u9fff\uff00-\uffef]) (?=[\u3000-\u9fff\uff00-\uffef])", "", one)
        if isinstance(one, str)
        else one
        for one in found
    ]


PIECES = [
    *(
        "- ",
        "* ",
        "1. ",
        "2) ",
        "3. ",
        "> ",
        ">",
        "  ",
        "   ",
        "    ",
        " ",
        "a",
        "中文",
        "b。",
        "\n",
        "\n\n",
        "# ",
        "---",
    ),
    *(
        "===",
        "```",
        "~~~",
        "| a | b |",
        "|--|:-:|",
        "| c |",
        "| d | e | f |",
        "+ ",
        "***",
        "\n  ",
        "\n    ",
        "\n- ",
        "\n  - ",
    ),
    *("\n1. ", "\n> ", "[r]: /u\n", "[r]", "\\|", "*e*", "`c`", "**", "_", "~~", "](a)", "[", "&lt;", "  \n", "\\\n"),
]


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_is_composed_looks_as_on_the_forge(text):
    assert unspaced(of_pages(text)) == unspaced(of_forge(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("考勤记\n录", "<p>考勤记录</p>"),
        ("未到岗，\n也未请假", "<p>未到岗，也未请假</p>"),
        ("他说\n“好”", "<p>他说“好”</p>"),
        ("考勤**记\n录**", "<p>考勤<strong>记录</strong></p>"),
        ("考勤**记录**\n属实", "<p>考勤<strong>记录</strong>属实</p>"),
        ("- 考勤记\n  录", "<li>考勤记录</li>"),
        ("> 考勤记\n> 录", "<p>考勤记录</p>"),
        ("考勤 \n记录", "<p>考勤记录</p>"),
        ("使用OA\n系统", "<p>使用OA\n系统</p>"),
        ("one\ntwo", "<p>one\ntwo</p>"),
        ("考勤  \n记录", "<p>考勤<br>\n记录</p>"),
    ],
)
def test_a_line_break_between_chinese_characters_is_none(text, shown):
    assert shown in html_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "*a_ ",
        "**a",
        "a**",
        "[",
        "]",
        "[a](",
        "![",
        "`",
        "<",
        "<!--",
        "> ",
        "- ",
        "  - ",
        "|a",
        "~~a",
        "(",
        "http://a))",
    ],
)
def test_repetition_of_anything_is_rendered(text):
    assert html_of((text * 12_000)[:12_000])


def test_a_table_does_not_make_more_cells_than_it_may():
    wide = "|" + "a|" * 1000 + "\n|" + "-|" * 1000 + "\n" + "x\n" * 2000
    assert html_of(wide).count("<td") < 10_000
