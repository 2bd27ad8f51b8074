"""What looks like a person in a text: ID numbers, bank cards, mobile numbers, addresses, names beside a title.

A pure look at words: it finds what is written openly, and prefers to miss a name to crying wolf. Anonymous forms
(张某, 李某某) and addresses in reserved domains are nobody's.
"""

import re
from collections.abc import Iterator
from datetime import date

from site_builder.model import Finding, Personal
from site_builder.sources.surnames import COMPOUND_SURNAMES, NEVER_GIVEN, NO_NAMES, SURNAMES

_SPACES = "\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_NARROW = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_HYPHENS, "-")
)
"""Full-width forms, and the many spaces and hyphens, as the plain character: one for one, so that places stay."""

_DIGITS = re.compile(f"[0-9０-９][0-9０-９ －{_SPACES}{_HYPHENS}-]{{10}}")
"""The quickest sign of a number that is long enough; most texts have none."""

_TITLES = (
    *("同志", "同学", "先生", "女士", "老师", "教师", "教授", "讲师", "研究员", "博士", "书记", "主任", "处长"),
    *("科长", "部长", "校长", "院长", "馆长", "局长", "主编", "编辑", "秘书", "干事", "党员", "职工", "学员"),
    *("员工", "干部"),
)
_LABELS = ("人：", "人:", "名：", "名:", "员：", "员:")
_TITLE = re.compile("|".join((*_TITLES, *_LABELS)))
"""Words that go with a name, and what ends a label before one (联系人：); words alone, so that they are found fast."""


def findings(text: str) -> tuple[Finding, ...]:
    """What looks like a person in a text, in its order; nothing twice."""
    has_digits = _DIGITS.search(text) is not None
    has_address = "@" in text or "＠" in text
    has_title = _TITLE.search(text) is not None
    if not (has_digits or has_address or has_title):
        return ()
    plain = text.translate(_NARROW)
    found = [
        *(_numbers(plain) if has_digits else ()),
        *(_addresses(plain) if has_address else ()),
        *(_names(plain) if has_title else ()),
    ]
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.start, one.end)))


def covered(text: str, finding: Finding, words: str) -> bool:
    """Whether the finding lies within a place of the text where these words stand; width and spaces of one kind."""
    around = text[max(0, finding.end - len(words)) : finding.start + len(words)]
    return words.translate(_NARROW) in around.translate(_NARROW)


def masked(text: str, finding: Finding) -> str:
    """Enough of a finding to recognise it, and too little to know it by."""
    value = text[finding.start : finding.end]
    if finding.kind is Personal.NAME:
        return value[0] + "＊" * (len(value) - 1)
    if finding.kind is Personal.EMAIL:
        return value[0] + "***" + value[value.translate(_NARROW).index("@") :]
    return value[:3] + "*" * (len(value) - 5) + value[-2:]


_BEFORE, _AFTER = r"(?<![0-9A-Za-z])(?<![0-9]\.)", r"(?![0-9A-Za-z])(?!\.[0-9])"
"""A number stands alone: no part of a longer one, of an id, or of a commit's."""

_ID_NUMBER = re.compile(f"{_BEFORE}[1-9][0-9](?:[- ]?[0-9]){{15}}[- ]?[0-9Xx]{_AFTER}")
_OLD_ID_NUMBER = re.compile(f"{_BEFORE}[1-8][0-9]{{5}}[- ]?[0-9]{{6}}[- ]?[0-9]{{3}}{_AFTER}")
_CARD = re.compile(
    f"{_BEFORE}(?:[0-9]{{15,19}}|[0-9]{{4}}(?:[- ][0-9]{{4}}){{3}}(?:[- ]?[0-9]{{1,3}})?"
    f"|[0-9]{{6}}[- ][0-9]{{9,13}}|[0-9]{{4}}[- ][0-9]{{6}}[- ][0-9]{{5}}){_AFTER}"
)
_PHONE = re.compile(
    f"{_BEFORE}(?:(?:\\+|00)?86[- ]?)?1[3-9][0-9]"
    f"(?:[0-9]{{8}}|[- ][0-9]{{4}}[- ][0-9]{{4}}|[0-9][- ][0-9]{{3}}[- ][0-9]{{4}}|[0-9][- ][0-9]{{4}}[- ][0-9]{{3}})"
    f"{_AFTER}"
)


def _numbers(text: str) -> Iterator[Finding]:
    """The numbers, the surest kind first; what belongs to one is no other."""
    taken = bytearray(len(text))
    for kind, pattern, is_right in (
        (Personal.ID_NUMBER, _ID_NUMBER, is_id_number),
        (Personal.ID_NUMBER, _OLD_ID_NUMBER, is_id_number),
        (Personal.BANK_CARD, _CARD, is_bank_card),
        (Personal.PHONE, _PHONE, bool),
    ):
        for match in pattern.finditer(text):
            start, end = match.span()
            if not any(taken[start:end]) and is_right(_without_gaps(match.group())):
                taken[start:end] = b"\1" * (end - start)
                yield Finding(kind, start, end)


def _without_gaps(number: str) -> str:
    return number.replace(" ", "").replace("-", "")


_PROVINCE = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643-1999: the weights of the first 17 digits."""


def is_id_number(number: str) -> bool:
    """Whether 18 characters are an ID number (GB 11643: province, day of birth, checksum), or 15 its old form."""
    if not _PROVINCE.match(number):
        return False
    if len(number) == 15:
        return _is_day(f"19{number[6:12]}")
    return _is_day(number[6:14]) and number[6:8] in ("19", "20") and number[17].upper() == check_digit(number[:17])


def check_digit(digits: str) -> str:
    """The last character of an ID number whose first 17 digits these are."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True


_ISSUERS = re.compile(
    "(?:62|60|68)[0-9]{14,17}|955[0-9](?:[0-9]{12}|[0-9]{15})|(?:4[0-9]|5[1-5]|35)[0-9]{14}|3[47][0-9]{13}"
)
"""What cards begin with, and the lengths that such ones have (ISO/IEC 7812, as they are used in China)."""


def is_bank_card(number: str) -> bool:
    """Whether the digits are those of a bank card: issuer, length, and the sum of Luhn."""
    return _ISSUERS.fullmatch(number) is not None and luhn(number) == 0


def luhn(digits: str) -> int:
    """What the sum of Luhn leaves after division by 10; 0 for the number of a card."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10


_ADDRESS = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@((?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24})"
)
_RESERVED = re.compile(r"(?:.+\.)?(?:example|test|invalid|localhost|example\.(?:com|net|org))", re.IGNORECASE)
"""Domains that belong to nobody (RFC 2606)."""


def _addresses(text: str) -> Iterator[Finding]:
    for match in _ADDRESS.finditer(text):
        if not _RESERVED.fullmatch(match.group(1)):
            yield Finding(Personal.EMAIL, *match.span())


_GIVEN = f"[^\\W0-9A-Za-z_{NEVER_GIVEN}]"
_NAME = f"(?:(?:{'|'.join(COMPOUND_SURNAMES)}|[{SURNAMES}]){_GIVEN}{{1,2}})"
_GAP = r"[ *_“”\"（(]{0,2}"

_BEFORE_NAME = (
    "由对经给请让将把被与和及同向为是了的在从据于该位名查以有因即及、部处室科院系校馆会委局办组心门记任长员授师生志"
)
"""The characters that may stand right before a name inside a sentence."""

_BEFORE_TITLE = re.compile(f"(?:(?<=[{_BEFORE_NAME}])|(?<!\\w))({_NAME}){_GAP}副?\\Z")
_BEHIND_NAME = "于在未因被受已对与和及同为是的将曾无擅不到迟旷缺请等称说向从由至也均负主参签代提出作进指强表介讲带"
"""The characters that may stand right behind a name inside a sentence."""

_AFTER_TITLE = re.compile(f'[ *_“”"：:（(]{{0,2}}({_NAME})(?=[{_BEHIND_NAME}]|\\W|\\Z)')
_LONGEST = 8
"""The most characters before a title that a name, what stands before it, and what stands between may have."""


def _names(text: str) -> Iterator[Finding]:
    """Names right before a title (张三同志), and right behind one (同志张三, 联系人：张三)."""
    for title in _TITLE.finditer(text):
        before = None if title.group() in _LABELS else _ending(text, title.start())
        for match in (before, _AFTER_TITLE.match(text, title.end())):
            if match is not None and not _is_word(match.group(1)):
                yield Finding(Personal.NAME, *match.span(1))


def _ending(text: str, end: int) -> "re.Match[str] | None":
    """The shortest name that ends right before a place."""
    for start in range(end - 2, max(-1, end - _LONGEST), -1):
        match = _BEFORE_TITLE.match(text, start, end)
        if match is not None:
            return match
    return None


def _is_word(name: str) -> bool:
    """Whether it only begins like a name."""
    return name[:2] in NO_NAMES
