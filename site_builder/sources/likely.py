"""What a person most likely meant who wrote a date, a number or a word otherwise than a file has it.

Each function gives the only right spelling, or None where there is none or more than one.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from site_builder.model import is_identifier

_DIGITS = dict(zip("〇零一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
_TENS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = "〇零一二三四五六七八九两十百千"
_DATE = re.compile(r"([0-9]{4})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})[日号]?")
_CHINESE_DATE = re.compile(f"([{_CHINESE}]{{4}})年([{_CHINESE}]{{1,3}})月([{_CHINESE}]{{1,3}})[日号]?")
_NUMBER = re.compile(r"\+?([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.([0-9]{1,6}))?")
_STOPS = ",;。、"
_WEEKDAY = re.compile(r"\(?(?:周|星期|礼拜)[一二三四五六日天]\)?$")
_POINT = re.compile(r"(?<=[0-9])。(?=[0-9])|(?<=^0),(?=[0-9]{1,6}$)|(?<=[0-9]),(?=[0-9]{1,2}$)")
"""What stands for the point: a full stop, or the comma of other countries, where it parts no thousands."""

_MEASURES = {
    **dict.fromkeys(("分",), ("point", "points", "deduct", "deducts", "deduction", "limit")),
    **dict.fromkeys(("人", "名", "位"), ("person", "approvals")),
    **dict.fromkeys(("天", "日", "个工作日", "工作日"), ("day", "objection-days")),
    **dict.fromkeys(("次", "回", "起", "例", "人次"), ("occurrence", "case", "approvals")),
    **dict.fromkeys(("个", "项", "份", "件", "篇"), ("item", "project", "occurrence", "case", "approvals", "keep")),
    **dict.fromkeys(("年", "年度"), ("from", "to")),
    **dict.fromkeys(("元", "小时"), ()),
}
"""Words that people write behind a number, and the keys whose figures are of that measure."""

_OF_ONE_MEASURE = frozenset(key for keys in _MEASURES.values() for key in keys)

_CHINESE_WORDS = {
    "address": ("地址", "邮箱", "网址"),
    "appeal": ("异议", "申诉"),
    "approvals": ("批准", "批准数"),
    "approvers": ("批准人", "审批人"),
    "assessor": ("考核部门", "责任部门"),
    "by": ("批准部门", "由"),
    "case": ("案件", "案"),
    "clause": ("条款",),
    "clauses": ("条款",),
    "count": ("数量", "计数", "次数", "人数"),
    "criterion": ("考核内容", "考核项目", "考核指标", "指标"),
    "date": ("日期", "时间"),
    "decided": ("决定日期", "办结日期"),
    "deduct": ("扣分",),
    "deduction": ("扣分",),
    "department": ("部门", "被考核部门"),
    "discretionary": ("酌情", "酌情扣分", "视情节", "视情节扣分"),
    "draft": ("草稿", "草案"),
    "en": ("英文", "英语"),
    "evidence": ("依据", "证据", "佐证"),
    "filed": ("提出日期", "申诉日期"),
    "final": ("终定", "定稿"),
    "folder": ("文件夹", "目录"),
    "from": ("起", "自", "开始", "开始日期"),
    "group": ("类别", "组别", "分组"),
    "item": ("项",),
    "items": ("考核内容", "考核项目"),
    "language": ("语言",),
    "limit": ("上限", "封顶"),
    "name": ("名称", "名字", "部门名称"),
    "note": ("备注", "说明"),
    "notice": ("公示",),
    "objection-days": ("异议期", "公示天数"),
    "order": ("顺序", "排序"),
    "organization": ("单位", "单位名称", "机构"),
    "outcome": ("结果", "处理结果"),
    "per": ("计算单位", "计量单位"),
    "period": ("考核期", "期间"),
    "points": ("分值", "满分"),
    "public": ("公开",),
    "internal": ("内部",),
    "reason": ("原因", "理由"),
    "share": ("共享", "共享文件夹"),
    "stage": ("阶段",),
    "text": ("内容", "条文"),
    "title": ("标题", "名称"),
    "to": ("止", "至", "结束", "结束日期"),
    "units": ("计量单位", "单位"),
    "withdrawn": ("撤销", "撤回"),
    "zh_CN": ("中文", "汉语", "简体中文"),
}
"""What offices call the keys and words that files are written with."""

_TRUE = ("是", "对", "真", "true", "yes", "on", "y", "√", "1", "有")
_FALSE = ("否", "不", "不是", "假", "false", "no", "off", "n", "×", "0", "无")


@lru_cache(1 << 12)
def normal(text: str) -> str:
    """A text without width, spaces, case and the marks around it, so that two spellings of one name are alike."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain if unicodedata.category(one)[0] in "LN")


def dated(text: str) -> str | None:
    """A date in the form 2021-03-05, where the text is one in another form (2021/3/5, 2021年3月5日, 20210305)."""
    plain = _WEEKDAY.sub("", "".join(unicodedata.normalize("NFKC", text).split()).rstrip(_STOPS))
    if re.fullmatch("[0-9]{8}", plain):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    match = _DATE.fullmatch(plain)
    if match is not None:
        year, month, day = map(int, match.groups())
    elif (match := _CHINESE_DATE.fullmatch(plain)) is not None:
        year = int("".join(str(_DIGITS.get(one, 0)) for one in match.group(1)))
        month, day = (int(chinese(one) or 0) for one in match.groups()[1:])
    else:
        return None
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def chinese(text: str) -> Decimal | None:
    """The number that Chinese numerals write up to the thousands, with decimals (三, 十二, 零点五, 半)."""
    whole, point, rest = text.partition("点")
    if text == "半":
        return Decimal("0.5")
    if not whole or (point and not rest) or any(one not in _DIGITS for one in rest):
        return None
    total = digit = 0
    for one in whole:
        if one in _DIGITS:
            digit = _DIGITS[one]
        elif one in _TENS:
            total += (digit or 1) * _TENS[one]
            digit = 0
        else:
            return None
    return Decimal(f"{total + digit}.{''.join(str(_DIGITS[one]) for one in rest) or 0}")


def counted(text: str, words: Iterable[str] = (), key: str = "") -> str | None:
    """A number in plain digits, where the text is one in other digits, with its measure or in quotes (３, 3人, 三).

    `words` are the measures that may stand behind it; where there are none, those of the `key` whose figure it is.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).rstrip(_STOPS)
    measures = [one for one in words if one] or [
        word for word, keys in _MEASURES.items() if key in keys or key not in _OF_ONE_MEASURE
    ]
    for word in sorted(measures, key=len, reverse=True):
        if plain.endswith(word) and plain != word:
            plain = plain.removesuffix(word)
            break
    plain = _POINT.sub(".", plain)
    match = _NUMBER.fullmatch(plain)
    if match is None or not any(match.groups()):
        number = None if plain == "半" else chinese(plain)
        return None if number is None else format(number.normalize(), "f")
    whole, rest = match.groups()
    if whole is not None and "," not in whole and len(whole) > 1 and whole[0] == "0":
        return None
    return (whole or "0").replace(",", "") + (f".{rest}" if rest else "")


def flagged(text: str) -> str | None:
    """`true` or `false`, where the text is a word for one of them."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    return "true" if plain in _TRUE else "false" if plain in _FALSE else None


def named(text: str, known: Mapping[str, str]) -> str | None:
    """The id whose name, or whose own letters, the text is; None where no one or several have it."""
    word = normal(text)
    found = [name for name, words in known.items() if word and word in (normal(words), normal(name))]
    return found[0] if len(found) == 1 else None


def in_words(text: str, known: Iterable[str]) -> str | None:
    """The only one of the known words that offices call so (部门, 公示)."""
    word = normal(text)
    found = [one for one in dict.fromkeys(known) if word in _CHINESE_WORDS.get(one, ())]
    return found[0] if len(found) == 1 else None


def identified(text: str) -> str | None:
    """The id that a text is but for its width, its case and the quotation marks around it; None for an id itself."""
    plain = unicodedata.normalize("NFKC", text).strip(" \t“”‘’\"'「」『』《》").casefold()
    return plain if plain != text and is_identifier(plain) else None


def parted(text: str) -> tuple[str, ...]:
    """The parts of a text between commas of any width; none where there is but one."""
    parts = tuple(part.strip() for part in re.split("[,，、;；]", text))
    return parts if len(parts) > 1 and all(parts) else ()


_WIDE_ENTRIES = re.compile(r"[,，、;；]\s*(?=[a-z][a-z0-9-]*\s*(?:[:：]|$))")


def entries(text: str) -> str | None:
    """The entries of a mapping in plain marks, where they are written with full-width commas and colons."""
    parts = [re.sub(r"\s*[:：]\s*", ": ", part.strip(), count=1) for part in _WIDE_ENTRIES.split(text)]
    plain = ", ".join(parts)
    *firsts, last = (re.fullmatch(r"[a-z][a-z0-9-]*(: [^\s:：,，、;；]+)?", part) for part in parts)
    if plain == text or last is None or not all(one is not None and one.group(1) for one in firsts):
        return None
    return plain if len(parts) > 1 or last.group(1) else None
