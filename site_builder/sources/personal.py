"""What looks like a person in a text: ID numbers, bank cards, mobile numbers, addresses, names beside a title.

A pure look at words: it finds what is written openly, and prefers to miss a name to crying wolf. Anonymous forms
(张某, 李某某) and addresses in reserved domains are nobody's.
"""

import re
from collections.abc import Iterator

from site_builder.model import Finding, Personal
from site_builder.sources.numbers import numbers
from site_builder.sources.surnames import COMPOUND_SURNAMES, NEVER_GIVEN, NO_NAMES, SURNAMES

_SPACES = "\u00a0\u00ad\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d\u202f\u2060\u3000"
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_NARROW = str.maketrans(
    {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_HYPHENS, "-")
)
"""Full-width forms, and the many spaces and hyphens, as the plain character: one for one, so that places stay."""

_DIGITS = re.compile(f"[0-9０-９][0-9０-９ .．－{_SPACES}{_HYPHENS}-]{{10}}")
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
        *(numbers(plain) if has_digits else ()),
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
_NAME = f"((?:{'|'.join(COMPOUND_SURNAMES)}|[{SURNAMES}]){_GIVEN}{{1,2}}|[{SURNAMES}] {{1,2}}{_GIVEN})"
"""A surname and one or two characters; a space stands only in a name of two (张　三), set as wide as one of three."""

_GAP = r"[ *_“”\"：:（(]{0,2}"
_BEFORE_NAME = (
    "由对经给请让将把被与和及同向为是了的在从据于该位名查以有因即及、部处室科院系校馆会委局办组心门记任长员授师生志"
)
"""The characters that may stand right before a name inside a sentence."""

_BEFORE_TITLE = re.compile(f"(?:(?<=[{_BEFORE_NAME}])|(?<!\\w)){_NAME}{_GAP}副?\\Z")
_BEHIND_NAME = (
    "于在未因被受已对与和及同为是的将曾无擅不到迟旷缺请等称说向从由至也均负主参签代提出作进指强表介讲带兼违抄"
)
"""The characters that may stand right behind a name inside a sentence, besides figures."""

_BEHIND_TITLE = f"{_NAME}(?=[0-9{_BEHIND_NAME}]|\\W|\\Z)"
_AFTER_TITLE = re.compile(_GAP + _BEHIND_TITLE)
_NEXT_BEHIND = re.compile(f'[”"]?[、和与及][“"]?{_BEHIND_TITLE}')
_NEXT_BEFORE = re.compile('[、和与及][“"]?\\Z')
_AND_OTHERS = re.compile("(?:等(?:[0-9一二三四五六七八九十两几多余]{1,3}[名位])?)?\\Z")
"""What ends the names of a list before a title: 张三、李四等2名同志."""

_LONGEST = 8
"""The most characters before a title that a name, what stands before it, and what stands between may have."""


def _names(text: str) -> Iterator[Finding]:
    """The names right before a title (张三、李四等同志), and right behind one (同志张三、李四, 联系人：张三)."""
    for title in _TITLE.finditer(text):
        before = () if title.group() in _LABELS else _names_before(text, title.start())
        for match in (*before, *_names_behind(text, title.end())):
            yield Finding(Personal.NAME, *match.span(1))


def _names_before(text: str, end: int) -> "Iterator[re.Match[str]]":
    """The name, or the list of names, that ends at a title; the last name first."""
    separator = _AND_OTHERS.search(text, max(0, end - _LONGEST), end)
    while separator is not None and (match := _ending(text, separator.start())) and not _is_word(match.group(1)):
        yield match
        separator = _NEXT_BEFORE.search(text, max(0, match.start(1) - 2), match.start(1))


def _names_behind(text: str, start: int) -> "Iterator[re.Match[str]]":
    """The name, or the list of names, that begins behind a title."""
    match = _AFTER_TITLE.match(text, start)
    while match is not None and not _is_word(match.group(1)):
        yield match
        match = _NEXT_BEHIND.match(text, match.end(1))


def _ending(text: str, end: int) -> "re.Match[str] | None":
    """The shortest name that ends right before a place."""
    for start in range(end - 2, max(-1, end - _LONGEST), -1):
        match = _BEFORE_TITLE.match(text, start, end)
        if match is not None:
            return match
    return None


def _is_word(name: str) -> bool:
    """Whether it only begins like a name."""
    plain = name.replace(" ", "")
    return plain[:2] in NO_NAMES or plain in NO_NAMES
