"""What a person most likely meant who wrote a date, a number or a word otherwise than a file has it.

Each function gives the only right spelling, or None where there is none or more than one.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

_DIGITS = dict(zip("〇零一二三四五六七八九两", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 2), strict=True))
_TENS = {"十": 10, "百": 100, "千": 1000}
_CHINESE = "〇零一二三四五六七八九两十百千"
_DATE = re.compile(r"([0-9]{4})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})[日号]?")
_CHINESE_DATE = re.compile(f"([{_CHINESE}]{{4}})年([{_CHINESE}]{{1,3}})月([{_CHINESE}]{{1,3}})[日号]?")
_NUMBER = re.compile(r"\+?([0-9]{1,9}|[0-9]{1,3}(?:,[0-9]{3})+)?(?:\.([0-9]{1,6}))?")
_COMMA = re.compile(r"0,[0-9]{1,6}")
_MEASURES = (
    "分",
    "人",
    "名",
    "位",
    "天",
    "日",
    "次",
    "回",
    "个",
    "项",
    "份",
    "件",
    "篇",
    "起",
    "例",
    "元",
    "人次",
    "小时",
    "%",
)
_TRUE = ("是", "对", "真", "true", "yes", "on", "y", "√", "1", "有")
_FALSE = ("否", "不", "不是", "假", "false", "no", "off", "n", "×", "0", "无")


@lru_cache(1 << 12)
def normal(text: str) -> str:
    """A text without width, spaces, case and the marks around it, so that two spellings of one name are alike."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(one for one in plain if unicodedata.category(one)[0] in "LN")


def dated(text: str) -> str | None:
    """A date in the form 2021-03-05, where the text is one in another form (2021/3/5, 2021年3月5日, 20210305)."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
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


def counted(text: str, words: Iterable[str] = ()) -> str | None:
    """A number in plain digits, where the text is one in other digits, with a unit or in quotes (３, 3人, 0,5, 三)."""
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    for word in sorted((*_MEASURES, *words), key=len, reverse=True):
        if word and plain.endswith(word) and plain != word:
            plain = plain.removesuffix(word)
            break
    if _COMMA.fullmatch(plain):
        plain = plain.replace(",", ".")
    match = _NUMBER.fullmatch(plain)
    if match is None or not any(match.groups()):
        number = chinese(plain)
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
