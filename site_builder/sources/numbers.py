"""Numbers of persons in a text whose spaces and hyphens are plain: ID numbers, bank cards, mobile numbers.

A run is digits in groups with gaps between. A number is one group or several neighbours, of three digits at least, of
which only the last may have fewer; or it is a whole run. So days and quantities side by side are no number.
"""

import re
from collections.abc import Iterator
from datetime import date

from site_builder.model import Finding, Personal

_RUN = re.compile(r"(?:\+(?=86))?[0-9]++(?:(?:[ -]{1,3}|\.)[0-9]++)*+(?:[ -]{0,3}[Xx](?![0-9A-Za-z]))?")
"""Groups of digits with up to three spaces and hyphens between, or one dot; an ID number may end in X."""

_GROUP = re.compile(r"\+?[0-9]+[Xx]?|[Xx]")
_LEAST_OF_GROUP = 3
_DOTS_OF_A_FRACTION = 1
_FEWEST, _MOST = 11, 19
"""The digits of a mobile number, and of the longest card."""

_MOST_GROUPS = 7
"""More groups of three digits than a number can have."""

_SUREST_FIRST = (Personal.ID_NUMBER, Personal.BANK_CARD, Personal.PHONE)


def numbers(text: str) -> Iterator[Finding]:
    """The numbers, in each run the surest and longest first; what belongs to one is no other."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        if end - start < _FEWEST:
            continue
        taken = bytearray(end - start)
        found = [Finding(kind, *span) for span in _spans(text, start, end) if (kind := _kind(text, *span)) is not None]
        for one in sorted(found, key=lambda one: (_SUREST_FIRST.index(one.kind), one.start - one.end)):
            own = slice(one.start - start, one.end - start)
            if not any(taken[own]):
                taken[own] = b"\1" * (one.end - one.start)
                yield one


def _spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Where in a run a number may stand by the sizes of its groups."""
    groups = [match.span() for match in _GROUP.finditer(text, start, end)]
    sizes = [end - start for start, end in groups]
    if len(groups) <= _MOST and (sizes[0] >= _LEAST_OF_GROUP or max(sizes) == 1) and "." not in text[start:end]:
        yield start, end
    for first, (begin, _) in enumerate(groups):
        digits = 0
        for near, behind in groups[first : first + _MOST_GROUPS]:
            digits += behind - near
            is_small = behind - near < _LEAST_OF_GROUP
            if digits > _MOST or (is_small and text[near - 1] == "."):
                break
            if digits >= _FEWEST and text.count(".", begin, behind) != _DOTS_OF_A_FRACTION:
                yield begin, behind
            if is_small:
                break


def _kind(text: str, start: int, end: int) -> Personal | None:
    """Whose number stands here, if it is one and stands alone."""
    number = text[start:end].replace(" ", "").replace("-", "").replace(".", "").removeprefix("+")
    if not (_FREE_BEFORE.match(text, start) and _FREE_BEHIND.match(text, end)):
        return None
    if is_id_number(number):
        return Personal.ID_NUMBER
    if is_bank_card(number):
        return Personal.BANK_CARD
    return Personal.PHONE if _MOBILE.fullmatch(number) and not _counts(text, start, end) else None


_FREE_BEFORE = re.compile(r"(?<![0-9A-Za-z])(?<![0-9]\.)|(?<=[A-Za-z][G-Zg-z]|[G-Zg-z][A-Za-z])")
_FREE_BEHIND = re.compile(r"(?![0-9A-Za-z])(?!\.[0-9])")
"""A number is no part of a fraction, of an id, or of a commit's; a word may stand right before it (tel, ID)."""

_MOBILE = re.compile("(?:(?:00)?86)?1[3-9][0-9]{9}")
_COUNTED = re.compile('(?:编号|合同号|单号|文号|账面|金额)(?:余额|[ *_“"（()）：:为是共计达元]){0,4}\\Z')
_AMOUNT = re.compile("[ 余多万亿]{0,3}元")
_LONGEST_LABEL = 12


def _counts(text: str, start: int, end: int) -> bool:
    """Whether the number is that of a document, or an amount (合同编号13812345678, 13800138000元)."""
    return _COUNTED.search(text[max(0, start - _LONGEST_LABEL) : start]) is not None or bool(_AMOUNT.match(text, end))


_ID_NUMBER = re.compile("(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)[0-9]{13}(?:[0-9]{2}[0-9Xx])?")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""GB 11643-1999: the weights of the first 17 digits."""


def is_id_number(number: str) -> bool:
    """Whether 18 characters are an ID number (GB 11643: province, day of birth, checksum), or 15 its old form."""
    if not _ID_NUMBER.fullmatch(number):
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
