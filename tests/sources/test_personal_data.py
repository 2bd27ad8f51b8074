"""What looks like a person is found where it stands, and nothing else is; what is allowed by name is silent."""

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from site_builder.model import Personal
from site_builder.sources import Tree, personal_data_left, read_site, read_tree
from site_builder.sources.numbers import check_digit, luhn
from site_builder.sources.personal import findings, masked
from tests.sites import CONDUCT, DEPARTMENTS, MEASURED, incident, placed, problems, site

ROOT = Path(__file__).resolve().parents[2]


def found(text: str) -> list[tuple[str, str]]:
    """Kind and words of all that is found in a text."""
    return [(one.kind.value, text[one.start : one.end]) for one in findings(text)]


NAMES = {
    "before a title": ("张三同志未到岗", "张三"),
    "after what leads to it": ("由王伟教授主持", "王伟"),
    "after an office": ("法学教研部王伟教授", "王伟"),
    "a deputy": ("会议由李建国副处长主持", "李建国"),
    "of two characters and a compound surname": ("欧阳明老师请假", "欧阳明"),
    "before a title in quotation marks": ("“张三”同志", "张三"),
    "in bold": ("**张三**同志", "张三"),
    "after words that end like a surname": ("关于张三同志的通报", "张三"),
    "behind a title": ("同志张三未请假", "张三"),
    "behind an office": ("处长李明主持会议", "李明"),
    "behind a label": ("联系人：李小明，", "李小明"),
    "behind a label with a plain colon": ("值班员:赵敏", "赵敏"),
    "at the end": ("经办人：王芳", "王芳"),
    "in brackets": ("纪委书记（李明）", "李明"),
    "beside a space": ("王伟 教授", "王伟"),
    "of two characters as wide as three": ("张　三同志", "张　三"),
    "of two characters with a space": ("经查，张 三同志未到岗", "张 三"),
    "of two characters with a space behind a title": ("值班员：李　明", "李　明"),
    "before an office in addition": ("局长李建国兼书记", "李建国"),
    "before what the person did": ("教师李建国抄袭", "李建国"),
    "before what the person broke": ("学员李四违反", "李四"),
    "of three characters that begin like a word": ("经查，王国强同志迟到", "王国强"),
    "before a figure": ("教师李建国3月旷工", "李建国"),
    "before an office behind a colon": ("李建国：主任", "李建国"),
}

LISTS = {
    "before a title": ("张三、李四等同志", ["张三", "李四"]),
    "with their number": ("经查，张三、王小明和李四等3名同志迟到", ["张三", "王小明", "李四"]),
    "without 等": ("张三、李四同志", ["张三", "李四"]),
    "in quotation marks": ("“张三”、“李四”等同志", ["张三", "李四"]),
    "behind a title": ("教师张三、李四未到岗", ["张三", "李四"]),
    "behind a label": ("经办人：张三、李建国", ["张三", "李建国"]),
    "each with a title": ("张三同志、李四同志", ["张三", "李四"]),
}


@pytest.mark.parametrize(("text", "name"), NAMES.values(), ids=NAMES)
def test_names_beside_a_title(text: str, name: str) -> None:
    assert found(text) == [("name", name)]


@pytest.mark.parametrize(("text", "names"), LISTS.values(), ids=LISTS)
def test_each_name_of_a_list(text: str, names: list[str]) -> None:
    assert found(text) == [("name", name) for name in names]


NOBODY = """
张某同志 李某某同志 欧阳某教授 同志张某 某同志 李处长 王老师 1名同志 10余名党员 30余名同志 万名党员 全体党员
各位老师 多位教授 任课老师 任课教师 高级教授 高校教师 高校老师 高级讲师 常务副主任 纪委书记 党支部书记 机关党委书记
教务处处长 办公室主任 图书馆馆长 教研部主任 班主任 副主任 总书记 许多同志 任何同志 有关方面同志 周边同志 单位同志
史学教授 文学教授 工程学教授 公文写作老师 金融学教授 管理学教授 毕业学员 包括教授 时任处长 现任主任 历任校长
于是主任 明确1名同志为部门安全员 组织本部门教职工 部门负责人签字 学员毕业成绩 学员安全管理 干部任用、选拔
党员管理、教育 职工万余人 同志高度重视 主任高度重视 书记马上部署 处长于3月5日 教授任期届满 主任许可后 书记严格落实
干部任职。 党员高兴地 学员方面 老师常年在 部门：办公室 姓名： 负责人：部门主要负责人 记录人：两名工作人员 经办人：
党员文明 文明职工
向全体党员 向基层干部 向老党员 向优秀教师学习 向先进教师学习 向广大党员 向全体教师 向青年教师 向离退休干部 向新党员
向一线教师 向在职教师 向领导干部 向其他同志 向有关同志 向困难职工 向参训学员 向本校教师 向相关干部 向身边同志 向我校教师
向党员 向学员 向各位老师 向外聘教师 向年轻干部 向支部书记 向分管校长负责 向值班教师
教师于当日， 教师于近期 学员于上午 教师于次日返校 主任于会前 学员于学期末 学员安心 学员安心学习 学员柏林 学员高达30人
党员高尚
万宁干部 焦作学员 龙岩学员 温岭学员 在安顺学员 江阴学员 张掖干部 白银学员 武威干部 岳阳教师 石嘴山学员 赴宁德学员
龙岩、安顺等学员 金融、管理等教授 党史、文史等教师 安全、后勤等干部 张某、李某等同志 张某、李某某等2名同志
时间：书记 工作方式：主任 报送范围：党员 主要程序：书记 教师每月3次 职工全年3次 干部任期3年 学员周五3点
"""


@pytest.mark.parametrize("text", NOBODY.split())
def test_what_is_nobodys_name(text: str) -> None:
    assert found(f"经查，{text}。") == found(text) == []


NUMBERS = {
    "an ID number": ("110101199003077475", "id-number", "110101199003077475"),
    "ending in X": ("11010519491231002X", "id-number", "11010519491231002X"),
    "ending in x": ("证号11010519491231002x。", "id-number", "11010519491231002x"),
    "of the old form": ("110101900307747", "id-number", "110101900307747"),
    "with spaces": ("110101 19900307 7475", "id-number", "110101 19900307 7475"),
    "with hyphens": ("110101-1990-0307-7475", "id-number", "110101-1990-0307-7475"),
    "in full width": ("１１０１０１１９９００３０７７４７５", "id-number", "１１０１０１１９９００３０７７４７５"),
    "a mobile number": ("电话13800138000。", "phone", "13800138000"),
    "in groups": ("138 0013 8000", "phone", "138 0013 8000"),
    "in groups with a dash": ("138–0013–8000", "phone", "138–0013–8000"),
    "in other groups": ("1380 0138 000", "phone", "1380 0138 000"),
    "with the country": ("+86 13800138000", "phone", "+86 13800138000"),
    "with the country in full width": ("＋８６１３８００１３８０００", "phone", "＋８６１３８００１３８０００"),
    "with spaces anywhere": ("138 001 38000", "phone", "138 001 38000"),
    "in two groups": ("13800 138000", "phone", "13800 138000"),
    "in two other groups": ("1380013 8000", "phone", "1380013 8000"),
    "in a short and a long group": ("138 00138000", "phone", "138 00138000"),
    "in pairs": ("电话138 00 13 80 00。", "phone", "138 00 13 80 00"),
    "digit by digit": ("1 3 8 0 0 1 3 8 0 0 0", "phone", "1 3 8 0 0 1 3 8 0 0 0"),
    "with two spaces": ("138  0013  8000", "phone", "138  0013  8000"),
    "with hyphens between spaces": ("138 - 0013 - 8000", "phone", "138 - 0013 - 8000"),
    "with dots": ("138.0013.8000", "phone", "138.0013.8000"),
    "with a space of no width": ("138\u200b00138000", "phone", "138\u200b00138000"),
    "behind a word": ("tel13800138000", "phone", "13800138000"),
    "behind a day": ("2021-03-15 138 0013 8000", "phone", "138 0013 8000"),
    "an ID number with two spaces": ("110105  19900307  283X", "id-number", "110105  19900307  283X"),
    "an ID number behind a word": ("ID11010519900307283X", "id-number", "11010519900307283X"),
    "a card in two groups": ("6222 0202 00001234562", "bank-card", "6222 0202 00001234562"),
    "a card in three groups": ("622202 020000 1234562", "bank-card", "622202 020000 1234562"),
    "a bank card": ("6222021001116245702", "bank-card", "6222021001116245702"),
    "a card in groups": ("6222 0210 0111 6245 702", "bank-card", "6222 0210 0111 6245 702"),
    "a foreign card": ("4111-1111-1111-1111", "bank-card", "4111-1111-1111-1111"),
    "an address": ("邮箱zhang.san@163.com。", "email", "zhang.san@163.com"),
    "an address in full width": ("ｚｈａｎｇ＠１６３．ｃｏｍ", "email", "ｚｈａｎｇ＠１６３．ｃｏｍ"),
}


@pytest.mark.parametrize(("text", "kind", "value"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_and_addresses(text: str, kind: str, value: str) -> None:
    assert found(text) == [(kind, value)]


NO_NUMBERS = {
    "documents": "考勤通报〔2021〕3号、督办单〔2021〕26号",
    "days": "2021-03-15 2021-03-16 2021-03-17 2021-03-18",
    "a commit": "git show 13800138000e4f9a1b2c3d4e5f60718293a4b5c6",
    "a commit of digits": "1380013800012345678901234567890123456789",
    "part of an id": "order-a13800138000 13800138000b",
    "a fraction": "0.13800138000 13800138000.5",
    "a decimal": "13000.000001",
    "a decimal of a card's digits": "411111.1111111111",
    "an order's number": "20210810014",
    "a wrong checksum": "110101199003077474",
    "a day that does not exist": "110101199002307477",
    "no province": "190101199003077475",
    "a card with a wrong sum": "6222021001116245703",
    "nobody's address": "approver@party-committee.example somebody@example.org a@b.test",
    "a contract": "合同编号13812345678",
    "a contract with a colon": "合同编号：13812345678，单号 13812345678，文号为13812345678",
    "an amount": "金额13800138000元",
    "an amount alone": "共支出13800138000元、13800138000万元",
    "an amount in a book": "账面余额13800138000",
    "quantities": "13 150-200 300-500 50 15 2021-03-16 1",
    "an address of a machine": "138.100.138.10 138.100.138.100",
    "a landline": "010-62345678",
    "no domain": "a@b",
}


@pytest.mark.parametrize("text", NO_NUMBERS.values(), ids=NO_NUMBERS)
def test_what_is_no_number_of_a_person(text: str) -> None:
    assert found(text) == []


PROVINCES = st.sampled_from(["11", "15", "21", "31", "37", "44", "50", "54", "61", "65", "71", "83"])
DIGITS = st.text("0123456789")
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF, exclude_characters="人名员"), max_size=9)
WIDE = str.maketrans("0123456789Xx", "０１２３４５６７８９Ｘｘ")


@st.composite
def id_numbers(draw) -> str:
    day = draw(st.dates(date(1900, 1, 1), date(2099, 12, 31))).strftime("%Y%m%d")
    digits = draw(PROVINCES) + draw(st.text("0123456789", min_size=4, max_size=4)) + day
    digits += draw(st.text("0123456789", min_size=3, max_size=3))
    return digits + check_digit(digits)


@given(id_numbers(), CHINESE, CHINESE, st.booleans(), st.sampled_from(["", " ", "-", "\u3000"]))
def test_every_id_number_is_found_in_any_writing(number: str, before: str, after: str, wide: bool, gap: str) -> None:
    written = gap.join((number[:6], number[6:14], number[14:]))
    written = written.translate(WIDE) if wide else written
    text = f"{before}{written}{after}"
    assert ("id-number", written) in found(text)


@given(id_numbers(), st.integers(0, 16), st.integers(1, 9))
def test_an_id_number_with_one_wrong_digit_is_none(number: str, at: int, more: int) -> None:
    wrong = f"{number[:at]}{(int(number[at]) + more) % 10}{number[at + 1 :]}"
    assert not any(kind == "id-number" for kind, _ in found(wrong))


@given(st.text("0123456789", min_size=12, max_size=16), st.sampled_from([16, 17, 18, 19]))
def test_every_bank_card_is_found(digits: str, length: int) -> None:
    body = ("62" + digits * 2)[: length - 1]
    card = next(body + str(last) for last in range(10) if luhn(body + str(last)) == 0)
    assert [value for _, value in found(card)] == [card]


@given(st.integers(1, 40), st.randoms(use_true_random=False))
@example(11, random.Random(1))
def test_digits_of_other_lengths_are_nothing(length: int, chance: random.Random) -> None:
    digits = "".join(chance.choices("0123456789", k=length))
    if length not in (11, 13, 15, 16, 17, 18, 19):
        assert found(digits) == found(f"第{digits}号") == []


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at_and_findings_lie_in_it(text: str) -> None:
    for one in findings(text):
        assert 0 <= one.start < one.end <= len(text)
        assert text[one.start : one.end] not in masked(text, one)


EVERYWHERE = {
    "an incident": (site({"a": incident("张三同志未到岗。")}), "incidents/2021/a.md:8:1"),
    "its evidence": (site({"a": incident(evidence="[王伟教授的说明]")}), "incidents/2021/a.md:7:12"),
    "an appeal's note": (
        site({"a": incident(appeal="{filed: 2021-03-20, note: 经李明同志说明}")}),
        "incidents/2021/a.md:7:36",
    ),
    "a withdrawal's reason": (
        site({"a": incident(withdrawn="{date: 2021-03-20, reason: 王芳同志已请假}")}),
        "incidents/2021/a.md:7:39",
    ),
    "a department's name": (
        site(departments=DEPARTMENTS + "studio: {name: 王伟教授工作室}\n"),
        "content/departments.yaml:3:16",
    ),
    "a rule": (
        site(criteria={"conduct": CONDUCT.replace("text: Attendance", "text: 由王伟教授考核")}),
        "criteria/2021/conduct.yaml:6:12",
    ),
    "prose": (
        site(files={"content/pages/about.md": "---\ntitle: T\n---\n\n- 一\n- 联系人：王芳\n"}),
        "content/pages/about.md:6:7",
    ),
    "the site's footer": (site(files={"content/site.yaml": "footer: 联系人：王芳\n"}), "content/site.yaml:1:13"),
    "a table": (
        site(
            criteria={"conduct": MEASURED},
            measurements={"spending": "department,project,name,kind,spent,done\nlibrary,a,王伟教授课题,routine,90,\n"},
        ),
        "incidents/2021/measurements/spending.csv:2:11",
    ),
}

NOTATION = {
    "a character reference": ("zhang&#64;163.com", "personal-email", "z***@163.com"),
    "one of a digit": ("138&#48;0138000", "personal-phone", "138******00"),
    "one by its hexadecimal number": ("138&#x30;0138000", "personal-phone", "138******00"),
    "one by its name": ("zhang&commat;163.com", "personal-email", "z***@163.com"),
    "a backslash": (r"li\@163.com", "personal-email", "l***@163.com"),
    "emphasis in a number": ("138**0013**8000", "personal-phone", "138******00"),
    "emphasis in a name": ("张**三**同志", "personal-name", "张＊"),
    "emphasis by underscores": ("__张三__同志", "personal-name", "张＊"),
    "code": ("`张三`同志", "personal-name", "张＊"),
    "a link": ("[张三](/about.html)同志", "personal-name", "张＊"),
    "a link inside": ("138[0013](/about.html)8000", "personal-phone", "138******00"),
    "a link by reference": ("[张三][1]同志", "personal-name", "张＊"),
    "the address of a link": ("[发信](https://dangxiao.cn/?to=li@163.com)", "personal-email", "l***@163.com"),
    "a sign that is no emphasis": ("3*13800138000", "personal-phone", "138******00"),
}


@pytest.mark.parametrize(("body", "code", "value"), NOTATION.values(), ids=NOTATION)
def test_it_is_found_through_the_notation_of_markdown(body: str, code: str, value: str) -> None:
    tree = site({"a": incident(f"一\n\n{body}")})
    assert [one.partition("md:10:")[2].partition(" ")[2] for one in placed(tree)] == [code]
    assert problems(tree)[0].text.endswith(f": {value}")


ESCAPES = {
    "by four digits": r'["\u5f20\u4e09同志说明"]',
    "by eight": r'["\U00005f20\U00004e09同志说明"]',
    "over a line's end": '["张三\\\n  同志说明"]',
}


@pytest.mark.parametrize("evidence", ESCAPES.values(), ids=ESCAPES)
def test_it_is_found_through_the_escapes_of_yaml(evidence: str) -> None:
    assert placed(site({"a": incident(evidence=evidence)})) == ["incidents/2021/a.md:7:13 personal-name"]


def test_what_is_allowed_is_allowed_through_the_notation() -> None:
    assert placed(allowed(NAMED, PHONE, body="向**雷锋**同志学习，电话138**0013**8000。")) == []


def test_an_address_of_underscores_keeps_them() -> None:
    told = problems(site({"a": incident("zhang_san@163.com")}))
    assert [one.text for one in told] == ["This looks like an e-mail address: z***@163.com"]


NAMES_OF_FILES = {
    "a mobile number": ("zhangsan-13800138000", "personal-phone"),
    "one behind a word": ("zhangsan13800138000", "personal-phone"),
    "an ID number": ("id-110101199003077475", "personal-id-number"),
    "a card": ("card-6222021001116245702", "personal-bank-card"),
}


@pytest.mark.parametrize(("name", "code"), NAMES_OF_FILES.values(), ids=NAMES_OF_FILES)
def test_the_name_of_a_file_is_published_as_an_address(name: str, code: str) -> None:
    assert placed(site({name: incident()})) == [f"incidents/2021/{name}.md:1:1 {code}"]


def test_a_number_in_the_name_of_a_file_is_allowed_like_any_other() -> None:
    entry = '{kind: phone, words: "13800138000", where: incidents/2021/tel13800138000.md, reason: 公开的值班电话}'
    files = {"criteria/personal-data.yaml": f"allowed:\n  - {entry}\n"}
    assert placed(site({"tel13800138000": incident()}, files=files)) == []


LOGO = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M13800138000 138 0013 8000"/>\n<text>{}</text></svg>'
WORDS_OF_A_LOGO = {
    "nobody": ("党校", []),
    "plain": ("13800138000 张三同志", ["2:7 personal-phone", "2:19 personal-name"]),
    "in parts": ("张<tspan>三</tspan>同志", ["2:7 personal-name"]),
    "by reference": ("&#24352;三同志", ["2:7 personal-name"]),
}


@pytest.mark.parametrize(("words", "where"), WORDS_OF_A_LOGO.values(), ids=WORDS_OF_A_LOGO)
def test_the_words_of_a_logo_are_looked_at_and_its_paths_are_not(words: str, where: list[str]) -> None:
    told = placed(site(files={"content/logo.svg": LOGO.format(words)}))
    assert told == [f"content/logo.svg:{one}" for one in where]


@pytest.mark.parametrize(("tree", "where"), EVERYWHERE.values(), ids=EVERYWHERE)
def test_it_is_found_wherever_it_stands_with_line_and_column(tree: Tree, where: str) -> None:
    assert placed(tree) == [f"{where} personal-name"]


def test_a_warning_shows_too_little_to_know_somebody_by() -> None:
    text = "张三同志，证号110101199003077475，电话13800138000，卡号6222021001116245702，邮箱zhang@163.com"
    told = problems(site({"a": incident(text)}))
    assert [one.code for one in told] == [
        "personal-name",
        "personal-id-number",
        "personal-phone",
        "personal-bank-card",
        "personal-email",
    ]
    assert [one.text.partition(": ")[2] for one in told] == [
        "张＊",
        "110*************75",
        "138******00",
        "622**************02",
        "z***@163.com",
    ]


def test_lines_and_columns_are_right_after_windows_line_breaks() -> None:
    text = incident("一\n\n　请拨13800138000").replace("\n", "\r\n")
    assert placed(site({"a": text})) == ["incidents/2021/a.md:10:4 personal-phone"]


def allowed(*entries: str, body: str = "向雷锋同志学习，电话13800138000。") -> Tree:
    """A site with this incident and these allowances."""
    text = "allowed:\n" + "".join(f"  - {entry}\n" for entry in entries)
    return site({"a": incident(body)}, files={"criteria/personal-data.yaml": text})


NAMED = "{kind: name, words: 雷锋同志, where: everywhere, reason: 公开人物}"
PHONE = '{kind: phone, words: "13800138000", where: incidents/2021/a.md, reason: 公开的值班电话}'


def test_what_is_allowed_by_name_is_silent() -> None:
    assert placed(allowed(NAMED)) == ["incidents/2021/a.md:8:11 personal-phone"]
    assert placed(allowed(NAMED, PHONE)) == []


WRONG_ALLOWANCES = {
    "another kind": NAMED.replace("kind: name", "kind: phone"),
    "another file": NAMED.replace("everywhere", "incidents/2021/b.md"),
    "other words": NAMED.replace("雷锋", "王伟"),
    "less than the name": NAMED.replace("雷锋同志", "雷"),
}


@pytest.mark.parametrize("entry", WRONG_ALLOWANCES.values(), ids=WRONG_ALLOWANCES)
def test_an_allowance_allows_nothing_else_and_one_that_nothing_needs_is_told(entry: str) -> None:
    assert placed(allowed(entry, body="向雷锋同志学习。")) == [
        "criteria/personal-data.yaml:2:5 unused-allowance",
        "incidents/2021/a.md:8:2 personal-name",
    ]


def test_words_around_a_name_belong_to_the_allowance() -> None:
    entry = NAMED.replace("雷锋同志", "向雷锋同志学习")
    assert placed(allowed(entry, body="向雷锋同志学习。")) == []
    assert placed(allowed(entry, body="向雷锋同志学习。雷锋同志")) == ["incidents/2021/a.md:8:9 personal-name"]


BROKEN_ALLOWANCES = {
    "an unknown kind": ("{kind: nam, words: 雷锋, where: everywhere, reason: R}", "unknown-personal-data", "name"),
    "no reason": ("{kind: name, words: 雷锋, where: everywhere}", "missing-key", "reason: …"),
    "an unknown key": (NAMED.replace("}", ", by: x}"), "unknown-key", "Right would be"),
    "a number without quotes": (PHONE.replace('"', ""), "wrong-type", '"13800138000"'),
}


@pytest.mark.parametrize(("entry", "code", "hint"), BROKEN_ALLOWANCES.values(), ids=BROKEN_ALLOWANCES)
def test_a_broken_allowance_is_an_error(entry: str, code: str, hint: str) -> None:
    told = problems(allowed(entry, body="Nobody."))
    assert [(one.code, hint in one.hint) for one in told if one.code != "unused-allowance"] == [(code, True)]


HOSTILE = (
    "1",
    "111 ",
    "同志",
    "王",
    "张三、",
    "教师张三、",
    "张**三**同志",
    "_",
    "*",
    "[",
    "[](",
    "][",
    "&#",
    "&#1",
    "\\u5f20",
)


@pytest.mark.parametrize(
    "words", ["13800138000 ", "张三同志", "110101199003077475，", "1-1 ", "a@", "a.a@b.cn ", *HOSTILE]
)
def test_a_file_full_of_people_takes_no_time_and_is_told_a_hundred_times(words: str) -> None:
    rows = words * (500_000 // len(words.encode()))
    tree = site(files={"content/pages/about.md": f"---\ntitle: T\n---\n{rows}\n"})
    assert sum(one.code.startswith("personal-") for one in read_site(tree).problems) in (0, 100)


def test_publishing_asks_for_what_is_left() -> None:
    left = personal_data_left(read_site(allowed(NAMED)))
    assert [one.code for one in left] == ["personal-phone"]
    assert personal_data_left(read_site(allowed(NAMED, PHONE))) == ()


def test_the_policy_of_approvals_may_name_approvers_by_address() -> None:
    policy = "level: recorded\napprovers:\n  office: [olivia@dangxiao.cn]\n"
    assert placed(site(files={"criteria/approvals.yaml": policy})) == []


@pytest.mark.parametrize("folder", [ROOT, ROOT / "site_builder/authoring/demonstration/files"])
def test_nobody_is_seen_in_what_this_repository_holds(folder: Path) -> None:
    assert personal_data_left(read_site(read_tree(folder))) == ()


def test_every_kind_has_a_code_of_its_own() -> None:
    assert [one.value for one in Personal] == ["id-number", "bank-card", "phone", "email", "name"]
