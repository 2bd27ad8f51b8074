"""What office people type wrong, in each kind of file: where it is told, and what word leads to the right one.

The word stands in what is said in both languages; a star marks what `kaohe check --fix` writes.
"""

import re
from dataclasses import replace

import pytest

from site_builder.assessment import check
from site_builder.language import language
from site_builder.model import Problem
from site_builder.sources import Tree, mended, read_site
from tests.sites import tree

CHINESE, ENGLISH = language("zh_CN"), language("en")

DEPARTMENTS = "content/departments.yaml"
SCHEME = "criteria/2021/scheme.yaml"
SECTION = "criteria/2021/conduct.yaml"
INCIDENT = "incidents/2021/2021-0001.md"
APPROVALS = "criteria/approvals.yaml"
PUBLICATION = "content/publication.yaml"
SITE = "content/site.yaml"
MEASUREMENTS = "incidents/2021/measurements/spending.csv"
PAGE = "content/pages/objections.md"

FILES = {
    DEPARTMENTS: """\
office:
  name: 办公室
  group: 机关
library:
  name: 图书馆
  from: 2020
""",
    SCHEME: """\
title: 2021年考核细则
period:
  from: 2021-01-01
  to: 2021-12-31
order: [conduct]
units:
  person: 人
  day: 天
  project: 项目
""",
    SECTION: """\
title: 遵章守纪
points: 10
assessor: office
items:
  attendance:
    text: 遵守考勤纪律
    clauses:
      absence:
        text: 旷工
        deduct: 0.5
        per: [person, day]
        examples:
          - given: {person: 2, day: 3}
            deducts: 3
  budget:
    text: 预算执行
    clauses:
      missed:
        text: 未达标
        deduct: 0.5
        per: [project]
        measure:
          file: spending
          date: 2021-12-20
          unit: '%'
          columns: {spent: 执行率, done: 完成率}
          kinds:
            routine: {title: 常规, at-least: {spent: 80}}
            one-off: {title: 一次性, at-least: {spent: 80, done: 100}}
""",
    INCIDENT: """\
---
department: library
criterion: conduct.attendance
clause: absence
date: 2021-03-15
count: {person: 2, day: 3}
evidence:
  - 考勤通报
appeal:
  filed: 2021-04-01
  outcome: rejected
  decided: 2021-04-09
---
两人旷工三天。
""",
    APPROVALS: """\
level: reviewed
main: main
incidents:
  approvals: 1
  by: assessor
criteria:
  approvals: 1
  by: [office]
approvers:
  office: [wang@example.org]
  library:
    - address: li@example.org
      from: 2021-01-01
      to: 2021-06-30
""",
    PUBLICATION: """\
stages:
  2021:
    stage: notice
    from: 2022-01-10
    to: 2022-01-20
targets:
  board:
    kind: folder
    path: /srv/board
objection-days: 5
""",
    SITE: """\
title: 考核
organization: 学院
language: zh_CN
translations: [en]
url: https://kaohe.example.org/
demonstration: false
""",
    MEASUREMENTS: """\
department,project,kind,spent,done
library,shelves,routine,85,
office,printer,one-off,90,100
""",
    PAGE: """\
---
title: 如何申诉
order: 1
---
请写信。
""",
}

# What stands in the file, what was typed instead; where it is told and by which code, and the word that helps.
MISTAKES = {
    DEPARTMENTS: [
        ("  name: 办公室", "  name：办公室", "2:7 yaml-syntax*", ":"),
        ("  name: 办公室", "  name:办公室", "2:7 yaml-syntax*", ":"),
        ("  name: 办公室", "\tname: 办公室", "2:1 invisible-character", "⟨U+0009⟩"),
        ("  name: 办公室\n  group: 机关", "  name: 办公室\n    group: 机关", "3:5 yaml-syntax", "name"),
        ("  name: 办公室\n  group: 机关", "  name: 办公室\n group: 机关", "3:2 yaml-syntax", ""),
        ("  name: 办公室", "  名称: 办公室", "2:3 unknown-key*", "name"),
        ("office:\n", "办公室:\n", "1:1 invalid-id", "a–z"),
        ("office:\n", "Office:\n", "1:1 invalid-id", "office"),
        ("office:\n", "“office”:\n", "1:1 invalid-id", "office"),
        ("office:\n", "office：\n", "1:7 yaml-syntax*", ":"),
        ("library:\n", "office:\n", "4:1 duplicate-key", "office"),
        ("from: 2020", "from: 2020年", "6:9 not-a-number*", "2020"),
        ("from: 2020", "from: ２０２０", "6:9 not-a-number*", "2020"),
        ("from: 2020", "from: 2020-01-01", "6:9 not-a-number", "2020"),
        ("  name: 办公室\n  group: 机关", "  {name: 办公室，group: 机关}", "2:13 yaml-syntax*", "group"),
        ("  name: 办公室\n  group: 机关", "  {name: 办公室, group: 机关", "2:3 yaml-syntax", "}"),
        ("name: 图书馆", "name: 图书馆\n  name: 馆", "6:3 duplicate-key", "name"),
        ("name: 图书馆", "name: 2021", "5:9 wrong-type*", '"2021"'),
        ("name: 图书馆", "name:", "5:8 missing-key", "name"),
        ("library:\n  name: 图书馆\n  from: 2020", "library: 图书馆", "4:10 wrong-type", "name"),
        ("office:\n", "- office:\n", "4:1 yaml-syntax", "“- ”"),
        ("library:\n", "librari_:\n", "4:1 invalid-id", "a–z"),
    ],
    SCHEME: [
        ("from: 2021-01-01", "from: 2021/1/1", "3:9 invalid-date*", "2021-01-01"),
        ("from: 2021-01-01", "from: 2021年1月1日", "3:9 invalid-date*", "2021-01-01"),
        ("from: 2021-01-01", "from: 2021.1.1", "3:9 invalid-date*", "2021-01-01"),
        ("from: 2021-01-01", "from: 20210101", "3:9 invalid-date*", "2021-01-01"),
        ("from: 2021-01-01", "from: 2021-1-1", "3:9 invalid-date*", "2021-01-01"),
        ("from: 2021-01-01", "from: 2021－01－01", "3:9 invalid-date*", "2021-01-01"),
        ("from: 2021-01-01", "from: 二〇二一年一月一日", "3:9 invalid-date*", "2021-01-01"),
        ("to: 2021-12-31", "to: 2021-02-30", "4:7 invalid-date", "2021-02-30"),
        ("to: 2021-12-31", "to: 2021年底", "4:7 invalid-date", "2021-03-15"),
        ("to: 2021-12-31", "to: 12月31日", "4:7 invalid-date", "2021-03-15"),
        ("period:\n  from: 2021-01-01\n  to: 2021-12-31", "period: 2021-01-01至2021-12-31", "2:9 wrong-type", "from"),
        ("order: [conduct]", "order: [conduct，budget]", "5:9 invalid-id*", "conduct, budget"),
        ("order: [conduct]", "order: 【conduct】", "5:8 wrong-type*", "[conduct]"),
        ("order: [conduct]", "order: conduct", "5:8 wrong-type*", "[conduct]"),
        ("order: [conduct]", "order: [“conduct”]", "5:9 invalid-id*", "conduct"),
        ("order: [conduct]", "order: [遵章守纪]", "5:9 invalid-id*", "conduct"),
        ("order: [conduct]", "order: [conduct、study]", "5:9 invalid-id*", "conduct, study"),
        ("order: [conduct]", "order: [conduct", "5:8 yaml-syntax", "]"),
        ("units:\n  person: 人", "units: {person: 人，day: 天}\n", "6:18 yaml-syntax*", "day"),
        ("  person: 人", "  人: person", "7:3 invalid-id", "person: 人"),
        ("title: 2021年考核细则", "title: 考核细则：试行: 第二版", "1:15 yaml-syntax", '"考核细则：试行: 第二版"'),
        ("title: 2021年考核细则", "title: @考核细则", "1:8 yaml-syntax", '"@考核细则"'),
        ("title: 2021年考核细则", "title: 《考核细则》 #2", "1:15 value-cut", '"《考核细则》 #2"'),
        ("title: 2021年考核细则", 'title: "关于考核"的细则', "1:14 yaml-syntax", "'\"关于考核\"的细则'"),
        ("title: 2021年考核细则", 'title: "考核细则”', "1:8 yaml-syntax*", '"'),
        ("title: 2021年考核细则", "title： 考核细则", "1:6 yaml-syntax*", ":"),
        ("title: 2021年考核细则", "考核细则", "1:1 yaml-syntax", "考核细则"),
    ],
    SECTION: [
        ("points: 10", "points: 10分", "2:9 not-a-number*", "10"),
        ("points: 10", "points: 十", "2:9 not-a-number*", "10"),
        ("points: 10", "points: １０", "2:9 not-a-number*", "10"),
        (
            "        deduct: 0.5\n        per: [person",
            "        deduct: ０．５\n        per: [person",
            "10:17 not-a-number*",
            "0.5",
        ),
        (
            "        deduct: 0.5\n        per: [person",
            "        deduct: 0,5\n        per: [person",
            "10:17 not-a-number*",
            "0.5",
        ),
        (
            "        deduct: 0.5\n        per: [person",
            "        deduct: 0。5\n        per: [person",
            "10:17 not-a-number*",
            "0.5",
        ),
        (
            "        deduct: 0.5\n        per: [person",
            "        deduct: .5\n        per: [person",
            "10:17 not-a-number*",
            "0.5",
        ),
        (
            "        deduct: 0.5\n        per: [person",
            "        deduct: 零点五\n        per: [person",
            "10:17 not-a-number*",
            "0.5",
        ),
        (
            "        deduct: 0.5\n        per: [person",
            "        deduct: -0.5\n        per: [person",
            "10:17 number-too-small",
            "0.5",
        ),
        (
            "        deduct: 0.5\n        per: [person",
            "        deduct: －0.5\n        per: [person",
            "10:17 not-a-number",
            "0.5",
        ),
        (
            "        deduct: 0.5\n        per: [person",
            '        deduct: "0.5"\n        per: [person',
            "10:17 not-a-number*",
            "0.5",
        ),
        (
            "        deduct: 0.5\n        per: [person",
            "        deduct: 0.5-1\n        per: [person",
            "10:17 not-a-number",
            "discretionary",
        ),
        (
            "        deduct: 0.5\n        per: [person",
            "        deduct: 酌情\n        per: [person",
            "10:17 not-a-number*",
            "discretionary",
        ),
        (
            "        deduct: 0.5\n        per: [person",
            "        deduct: 5%\n        per: [person",
            "10:17 not-a-number",
            "0.5",
        ),
        ("        per: [person, day]", "        per: [person，day]", "11:15 invalid-id*", "person, day"),
        ("        per: [person, day]", "        per: person, day", "11:14 wrong-type*", "[person, day]"),
        ("        per: [person, day]", "        per: [人, 天]", "11:15 invalid-id*", "person"),
        ("        per: [person, day]", "        per: ［person, day］", "11:14 wrong-type*", "[person, day]"),
        ("        per: [person, day]", "        per: [persons, day]", "11:14 unknown-unit", "person"),
        ("        per: [person, day]", "\t\tper: [person, day]", "11:1 invisible-character", "⟨U+0009⟩"),
        ("assessor: office", "assessor: 办公室", "3:11 unknown-department*", "office"),
        ("assessor: office", "assessor: “office”", "3:11 unknown-department*", "office"),
        ("assessor: office", "assessor: Office", "3:11 unknown-department*", "office"),
        ("given: {person: 2, day: 3}", "given: {person: 2人, day: 3天}", "13:29 not-a-number*", "2"),
        ("given: {person: 2, day: 3}", "given: {person:2, day:3}", "13:27 unknown-key*", ":"),
        ("given: {person: 2, day: 3}", "given: {person：2，day：3}", "13:21 unknown-key*", "person: 2, day: 3"),
        ("given: {person: 2, day: 3}", "given: {person: 2 day: 3}", "13:31 yaml-syntax", "day"),
        ("deducts: 3", "deducts: 3分", "14:22 not-a-number*", "3"),
        ("    text: 遵守考勤纪律", "    text: 遵守考勤纪律\n    text: 遵守纪律", "7:5 duplicate-key", "text"),
        ("    text: 遵守考勤纪律", "    text: 遵守考勤纪律: 每天", "6:17 yaml-syntax", '"遵守考勤纪律: 每天"'),
        ("    text: 遵守考勤纪律", "    text: [一]遵守考勤纪律", "6:14 yaml-syntax", '"[一]遵守考勤纪律"'),
        ("    text: 遵守考勤纪律", "    text: *遵守考勤纪律", "6:11 yaml-syntax", '"*遵守考勤纪律"'),
        ("    text: 遵守考勤纪律", "    text: 遵守考勤纪律\n继续", "7:1 yaml-syntax", "继续"),
        (
            "        deduct: 0.5\n        per: [person",
            "        扣分: 0.5\n        per: [person",
            "10:9 unknown-key*",
            "deduct",
        ),
        ("date: 2021-12-20", "date: 2021/12/20", "24:17 invalid-date*", "2021-12-20"),
        ("unit: '%'", "unit: %", "25:17 yaml-syntax", '"%"'),
    ],
    INCIDENT: [
        ("department: library", "department：library", "2:11 yaml-syntax*", ":"),
        ("department: library", "department: 图书馆", "2:13 unknown-department*", "library"),
        ("department: library", "department: “library”", "2:13 unknown-department*", "library"),
        ("department: library", "department: ‘library’", "2:13 unknown-department*", "library"),
        ("department: library", "department: Library", "2:13 unknown-department*", "library"),
        ("department: library", "department: libary", "2:13 unknown-department", "library"),
        ("department: library", "department: library，office", "2:13 unknown-department", "library, office"),
        ("department: library", "部门: library", "2:1 unknown-key*", "department"),
        ("criterion: conduct.attendance", "criterion: 遵守考勤纪律", "3:12 unknown-criterion*", "conduct.attendance"),
        (
            "criterion: conduct.attendance",
            "criterion: conduct。attendance",
            "3:12 unknown-criterion*",
            "conduct.attendance",
        ),
        ("criterion: conduct.attendance", "criterion: attendance", "3:12 unknown-criterion", "conduct.attendance"),
        ("clause: absence", "clause: 旷工", "4:9 unknown-clause*", "absence"),
        ("clause: absence", "clause: “absence”", "4:9 unknown-clause*", "absence"),
        ("date: 2021-03-15", "date: 2021年3月15日（星期一）", "5:7 invalid-date*", "2021-03-15"),
        ("count: {person: 2, day: 3}", "count: {person: 2, day: 3。}", "6:25 not-a-number*", "3"),
        ("date: 2021-03-15", "date: 3月15日", "5:7 invalid-date", "2021-03-15"),
        ("date: 2021-03-15", "date: 15/03/2021", "5:7 invalid-date", "2021-03-15"),
        ("date: 2021-03-15", "date: 2021-03-15 08:00", "5:7 invalid-date", "2021-03-15"),
        ("date: 2021-03-15", "date: 2021 年 3 月 15 日", "5:7 invalid-date*", "2021-03-15"),
        ("date: 2021-03-15", "date: 21-03-15", "5:7 invalid-date", "2021-03-15"),
        ("date: 2021-03-15", "date: 2021-03", "5:7 invalid-date", "2021-03-15"),
        ("date: 2021-03-15", "date: 2021-15-03", "5:7 invalid-date", "2021-15-03"),
        ("date: 2021-03-15", "date: 2022-03-15", "5:7 date-outside-period", "2021-01-01"),
        ("date: 2021-03-15", "date: 2021年3月15日-17日", "5:7 invalid-date", "2021-03-15"),
        ("count: {person: 2, day: 3}", "count: {person: 2人, day: 3}", "6:17 not-a-number*", "2"),
        ("count: {person: 2, day: 3}", "count: {person: 2，day: 3}", "6:18 yaml-syntax*", "day"),
        ("count: {person: 2, day: 3}", "count: {person: 2；day: 3}", "6:18 yaml-syntax*", "day"),
        ("count: {person: 2, day: 3}", "count: {人: 2, 天: 3}", "6:9 unknown-unit*", "person"),
        ("count: {person: 2, day: 3}", "count: {person: 2, day: 3天}", "6:25 not-a-number*", "3"),
        ("count: {person: 2, day: 3}", "count: {person: 2, day: 3人}", "6:25 not-a-number", "0.5"),
        ("count: {person: 2, day: 3}", "count: ｛person: 2, day: 3｝", "6:8 yaml-syntax*", "{person: 2, day: 3}"),
        ("count: {person: 2, day: 3}", "count: {person: 2, day: 3", "6:8 yaml-syntax", "}"),
        ("count: {person: 2, day: 3}", "count: person 2, day 3", "6:8 wrong-type", "person"),
        ("count: {person: 2, day: 3}", "count: {person: 两, day: 三}", "6:17 not-a-number*", "2"),
        ("count: {person: 2, day: 3}", "count: {person: 2, day: 半}", "6:25 not-a-number", "0.5"),
        ("count: {person: 2, day: 3}", "count: 2", "6:8 wrong-type", "person"),
        ("count: {person: 2, day: 3}", "count:\n\tperson: 2\n\tday: 3", "7:1 invisible-character", "⟨U+0009⟩"),
        ("count: {person: 2, day: 3}", "count:\n  person: 2\n   day: 3", "8:4 yaml-syntax", "person"),
        ("count: {person: 2, day: 3}", "count:\n\u3000\u3000person: 2\n\u3000\u3000day: 3", "7:1 unknown-key*", ""),
        ("count: {person: 2, day: 3}", "count: {person: 2, person: 3}", "6:20 duplicate-key", "person"),
        ("  - 考勤通报", "  -考勤通报", "8:3 wrong-type*", "-"),
        ("  - 考勤通报", "  · 考勤通报", "8:3 wrong-type*", "-"),
        ("  - 考勤通报", "  1. 考勤通报\n  2. 名单", "8:3 wrong-type", "“- ”"),
        ("evidence:\n  - 考勤通报", "evidence: 考勤通报", "7:11 wrong-type*", '["考勤通报"]'),
        ("evidence:\n  - 考勤通报", "evidence: [考勤通报，名单", "7:11 yaml-syntax", "]"),
        ("evidence:\n  - 考勤通报", "evidence: - 考勤通报", "7:11 yaml-syntax", "“- ”"),
        ("outcome: rejected", "outcome: 驳回", "11:12 unknown-outcome", "rejected"),
        ("outcome: rejected", "outcome: reject", "11:12 unknown-outcome", "rejected"),
        ("outcome: rejected\n", "outcome：rejected\n", "11:10 yaml-syntax*", ":"),
        ("decided: 2021-04-09", "decided: 2021-03-09", "12:12 dates-reversed", "2021-03-09"),
        ("decided: 2021-04-09", "decided: 2021年4月9日", "12:12 invalid-date*", "2021-04-09"),
        ("  decided: 2021-04-09\n", "\n", "10:3 appeal-half-decided", "decided"),
        ("---\ndepartment", "department", "1:1 missing-front-matter", "---"),
        ("---\n两人", "两人", "13:1 unclosed-front-matter", "13"),
        ("---\n两人", "——\n两人", "13:1 unclosed-front-matter*", "---"),
        ("---\ndepartment", "———\ndepartment", "1:1 missing-front-matter*", "---"),
        ("---\ndepartment", "\n---\ndepartment", "1:1 missing-front-matter", "2"),
        ("---\ndepartment", " ---\ndepartment", "1:1 missing-front-matter*", "---"),
        ("clause: absence", "clause: absence\nclause: absence", "5:1 duplicate-key", "clause"),
        ("department: library", "department library", "2:1 yaml-syntax", "department library"),
        ("clause: absence\n", "", "2:1 missing-key", "clause"),
    ],
    APPROVALS: [
        ("by: assessor", "by: 办公室", "5:7 invalid-id*", "office"),
        ("by: [office]", "by: [办公室]", "8:8 invalid-id*", "office"),
        ("by: [office]", "by: [office，library]", "8:8 invalid-id*", "office, library"),
        ("by: [office]", "by: [offce]", "8:8 unknown-department", "office"),
        ("by: [office]", "by: “office”", "8:7 invalid-id*", "office"),
        ("  office: [wang@example.org]", "  办公室: [wang@example.org]", "10:3 unknown-department*", "office"),
        ("wang@example.org", "王五", "10:12 invalid-address", "somebody@example.org"),
        ("wang@example.org", "wang＠example.org", "10:12 invalid-address*", "wang@example.org"),
        (
            "wang@example.org",
            "wang@example.org，li@example.org",
            "10:12 invalid-address",
            "[wang@example.org, li@example.org]",
        ),
        ("[wang@example.org]", "王五 <wang@example.org>", "10:11 invalid-address", "wang@example.org"),
        ("[wang@example.org]", "@wang", "10:11 yaml-syntax", '"@wang"'),
        ("level: reviewed", "level: 审核", "1:8 unknown-level", "recorded"),
        ("level: reviewed", "level: review", "1:8 unknown-level", "reviewed"),
        ("level: reviewed", "level：reviewed", "1:6 yaml-syntax*", ":"),
        ("approvals: 1\n  by: assessor", "approvals: 1人\n  by: assessor", "4:14 not-a-number*", "1"),
        ("approvals: 1\n  by: assessor", "approvals: 一\n  by: assessor", "4:14 not-a-number*", "1"),
        ("approvals: 1\n  by: assessor", "approvals: 0\n  by: assessor", "4:14 wrong-number-of-approvals", "100"),
        ("from: 2021-01-01", "from: 2021年1月", "13:13 invalid-date", "2021-03-15"),
        ("from: 2021-01-01", "from: 2021.01.01", "13:13 invalid-date*", "2021-01-01"),
        ("    - address: li@example.org", "    -address: li@example.org", "12:5 yaml-syntax*", "-"),
        ("    - address: li@example.org", "    － address: li@example.org", "12:5 yaml-syntax*", "-"),
        ("main: main", "main: 主 分支", "2:7 invalid-branch", "主 分支"),
    ],
    PUBLICATION: [
        ("stage: notice", "stage: 公示", "3:12 unknown-stage*", "notice"),
        ("stage: notice", "stage: Notice", "3:12 unknown-stage*", "notice"),
        ("  2021:", "  2021年:", "2:3 not-a-year", "2021年"),
        ("  2021:", "  2020:", "2:3 stage-without-rules", "2021"),
        ("from: 2022-01-10", "from: 2022/1/10", "4:11 invalid-date*", "2022-01-10"),
        ("from: 2022-01-10", "from: 1月10日", "4:11 invalid-date", "2021-03-15"),
        ("objection-days: 5", "objection-days: 5个工作日", "10:17 not-a-number*", "5"),
        ("objection-days: 5", "objection-days: 五", "10:17 not-a-number*", "5"),
        ("objection-days: 5", "objection-days: 0.5", "10:17 not-a-whole-number", ""),
        ("objection-days: 5", "objection_days: 5", "10:1 unknown-key*", "objection-days"),
        ("kind: folder", "kind: 文件夹", "8:11 unknown-target-kind*", "folder"),
        (
            "objection-days: 5",
            "objection-days: 5\ninternal: {departments: [图书馆]}",
            "11:11 unknown-department",
            "library",
        ),
        (
            "objection-days: 5",
            "objection-days: 5\ninternal: {departments: [library，office]}",
            "11:11 unknown-department",
            "library, office",
        ),
        (
            "objection-days: 5",
            "objection-days: 5\ninternal: {sections: [遵章守纪]}",
            "11:11 unknown-section",
            "conduct",
        ),
        ("objection-days: 5", "objection-days: 5\ninternal: {fields: 部门}", "11:20 wrong-type*", '["部门"]'),
        ("path: /srv/board", 'path: "D:\\考核"', "9:14 yaml-syntax", ""),
        ("path: /srv/board", "password: 123456\n    path: /srv/board", "9:5 secret-in-settings", "password"),
    ],
    SITE: [
        ("language: zh_CN", "language: 中文", "3:11 unknown-language*", "zh_CN"),
        ("language: zh_CN", "language: zh-CN", "3:11 unknown-language*", "zh_CN"),
        ("demonstration: false", "demonstration: 否", "6:16 wrong-type*", "false"),
        ("demonstration: false", "demonstration: ×", "6:16 wrong-type*", "false"),
        ("demonstration: false", "demonstration: 也许", "6:16 wrong-type", "true"),
        ("translations: [en]", "translations: en", "4:15 wrong-type*", "[en]"),
        ("translations: [en]", "translations: [英文]", "4:16 unknown-language*", "en"),
        ("url: https://kaohe.example.org/", "url: kaohe.example.org", "5:6 invalid-url", "https://…/"),
        (
            "url: https://kaohe.example.org/",
            "url: https：//kaohe.example.org/",
            "5:6 invalid-url*",
            "https://kaohe.example.org/",
        ),
        (
            "url: https://kaohe.example.org/",
            "url: http:\\\\kaohe.example.org",
            "5:6 invalid-url*",
            "http://kaohe.example.org",
        ),
        ("title: 考核", "标题: 考核", "1:1 unknown-key*", "title"),
        ("title: 考核", "title: 考核\ntitle: 考核", "2:1 duplicate-key", "title"),
        ("title: 考核", "title: 考核\nobjection-days: 5", "2:1 belongs-in-publication", "content/publication.yaml"),
        ("organization: 学院", "organization: 学院\norganisation: 学院", "3:1 unknown-key", "organization"),
    ],
    MEASUREMENTS: [
        ("department,project", "部门,project", "1:1 unknown-column*", "department"),
        ("department,project,kind,spent,done\n", "部门,项目,类别,执行率,完成率\n", "1:1 unknown-column*", "department"),
        (",", "\t", "1:11 csv-separator*", "CSV"),
        (",", ";", "1:11 csv-separator*", "CSV"),
        (",", "，", "1:11 csv-separator*", "CSV"),
        ("library,shelves", "图书馆,shelves", "2:1 unknown-department*", "library"),
        ("routine,85,", "常规,85,", "2:17 unknown-kind*", "routine"),
        ("routine,85,", "routine,８５,", "2:25 not-a-number*", "85"),
        ("routine,85,", 'routine,"85,5",', "2:1 not-a-number", "85.5"),
        ("routine,85,", "routine,85分,", "2:25 not-a-number", "0.5"),
        ("routine,85,", "routine,,", "2:25 missing-value", "常规"),
        ("routine,85,", "routine,85", "2:1 row-length", "4"),
        ("routine,85,", "routine，85,", "2:24 row-length", "4"),
        ("library,shelves", "library,书架", "2:9 invalid-id", "a–z"),
        ("office,printer", "office,shelves", "3:8 duplicate-row", "shelves"),
        ("library,shelves", '"library,shelves', "2:1 csv-syntax", ""),
        ("department,project,kind,spent,done\n", "", "1:1 missing-column", "department"),
    ],
    PAGE: [
        ("title: 如何申诉", "title：如何申诉", "2:6 yaml-syntax*", ":"),
        ("title: 如何申诉", "标题: 如何申诉", "2:1 unknown-key*", "title"),
        ("order: 1", "order: 第一", "3:8 not-a-number", "0.5"),
        ("order: 1", "order: 1.5", "3:8 not-a-whole-number", ""),
        ("---\ntitle", "title", "1:1 missing-front-matter", "---"),
        ("---\n请", "请", "4:1 unclosed-front-matter", "4"),
        ("---\n请", "－－－\n请", "4:1 unclosed-front-matter*", "---"),
        ("title: 如何申诉", "title: 申诉: 如何", "2:10 yaml-syntax", '"申诉: 如何"'),
        ("title: 如何申诉", "title: [申诉] 如何", "2:13 yaml-syntax", '"[申诉] 如何"'),
    ],
}


CASES = [(path, *mistake) for path, mistakes in MISTAKES.items() for mistake in mistakes]


def _with(path: str, old: str, new: str) -> Tree:
    assert old in FILES[path]
    text = FILES[path].replace(old, new) if len(old) == 1 else FILES[path].replace(old, new, 1)
    return tree({**FILES, path: text})


def _found(site: Tree) -> list[Problem]:
    return list(check(read_site(site)))


def test_without_a_mistake_nothing_is_told() -> None:
    assert _found(tree(FILES)) == []


@pytest.mark.parametrize(("path", "old", "new", "where", "word"), CASES)
def test_a_mistake_is_told_where_it_is_with_the_word_that_helps(
    path: str, old: str, new: str, where: str, word: str
) -> None:
    told = {
        f"{one.place.line}:{one.place.column} {one.code}": one
        for one in _found(_with(path, old, new))
        if one.place.path == path
    }
    one = told[where.rstrip("*")]
    assert (one.fix is not None) == where.endswith("*")
    for speaking in (CHINESE, ENGLISH):
        assert word in f"{speaking.say(one.text)} {speaking.say(one.hint)}"


@pytest.mark.parametrize(("path", "old", "new"), [case[:3] for case in CASES])
def test_all_of_it_is_said_in_chinese(path: str, old: str, new: str) -> None:
    for one in _found(_with(path, old, new)):
        for said in (one.text, one.hint):
            assert CHINESE.say(said) != ENGLISH.say(said)
            assert not re.search("expected|found|mapping|scalar|token|character|data", CHINESE.say(said))


@pytest.mark.parametrize(("path", "old", "new", "where"), [case[:4] for case in CASES if case[3].endswith("*")])
def test_what_has_one_right_answer_is_written_once(path: str, old: str, new: str, where: str) -> None:
    wrong = _with(path, old, new)
    changed = mended(wrong, _found)
    assert set(changed) == {path}
    right = replace(wrong, files={**wrong.files, **changed})
    assert where.rstrip("*") not in [f"{one.place.line}:{one.place.column} {one.code}" for one in _found(right)]
    assert mended(right, _found) == {}
