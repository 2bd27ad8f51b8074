"""What can be read and is hardly meant: amounts that the words contradict, an event under two numbers.

All of it warns: the files say what counts, and a person says which of the two is right.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from decimal import Decimal
from difflib import SequenceMatcher

from site_builder.model import (
    Clause,
    DiscretionaryDeduction,
    FixedDeduction,
    Incident,
    Place,
    Scheme,
    message,
)
from site_builder.sources.broken import Broken
from site_builder.sources.likely import chinese, normal
from site_builder.sources.report import Report

_NUMBER = "[0-9]+(?:\\.[0-9]+)?|[〇零一二两三四五六七八九十百半]+(?:点[〇零一二三四五六七八九]+)?"
_AMOUNT = re.compile(
    f"(?P<limit>最多|最高|累计|合计|至多|不超过|上限|封顶|共)?(?:可|应|不)?(?:倒)?(?:扣减|扣除|扣罚|扣去|扣|减)(?:除|去|罚)?"
    f"(?:[^0-9〇零一二两三四五六七八九十百半，。；、,;分]{{0,6}})"
    f"(?P<most>不超过|至多|最多|最高)?(?P<first>{_NUMBER})(?:分)?(?:(?:[-—–~～至到]+)(?P<last>{_NUMBER}))?分"
)
_ALIKE = 92
"""From how many hundredths of their characters in common two texts tell of one event."""
_MOST_COMPARED = 12


def check_plausible(report: Report, scheme: Scheme, incidents: Sequence[Incident], broken: Broken) -> None:
    """Warn of amounts and records that contradict the words, the points, or each other."""
    for clause in scheme.clauses.values():
        if clause.id not in broken:
            _other_words(report, clause)
            _more_than_points(report, scheme, clause)
    for incident in incidents:
        _other_amount(report, scheme, incident)
    _recorded_twice(report, incidents)


def stated(text: str) -> tuple[tuple[tuple[Decimal, Decimal], ...], tuple[Decimal, ...]]:
    """The amounts that words state, each from and to (扣0.5—1分), and the limits (最多扣2分)."""
    amounts: list[tuple[Decimal, Decimal]] = []
    limits: list[Decimal] = []
    for match in _AMOUNT.finditer(unicodedata.normalize("NFKC", text)):
        first, last = _number(match["first"]), _number(match["last"] or match["first"])
        if first is None or last is None:
            continue
        if match["limit"] or match["most"]:
            limits.append(last)
        else:
            amounts.append((first, last))
    return tuple(amounts), tuple(limits)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text[0].isdigit() and text[0].isascii() else chinese(text)


def _other_words(report: Report, clause: Clause) -> None:
    """The words state other amounts than the rule deducts."""
    amounts, limits = stated(clause.text)
    if isinstance(clause.effect, FixedDeduction) and amounts:
        amount = clause.effect.amount
        if amount and not any(first <= amount <= last for first, last in amounts):
            report.warning(
                clause.origin.of("deduct"),
                "words-say-otherwise",
                message("The words deduct {words}, and “deduct” says {amount}", words=_told(amounts), amount=amount),
                message(
                    "Correct the one that is wrong: the words stand at {place}", place=_at(clause.origin.of("text"))
                ),
            )
    if clause.limit is not None and limits and clause.limit not in limits:
        report.warning(
            clause.origin.of("limit"),
            "words-say-otherwise",
            message("By the words the most is {words}, and “limit” says {amount}", words=limits, amount=clause.limit),
            message("Correct the one that is wrong: the words stand at {place}", place=_at(clause.origin.of("text"))),
        )


def _told(amounts: Iterable[tuple[Decimal, Decimal]]) -> tuple[object, ...]:
    return tuple(
        first if first == last else message("{first} to {last}", first=first, last=last) for first, last in amounts
    )


def _at(place: Place) -> str:
    return f"{place.path}:{place.line}"


def _points(scheme: Scheme, section: str) -> tuple[str, Decimal] | None:
    """The innermost section with points at or around a section, and its points."""
    parts = section.split(".")
    for length in range(len(parts), 0, -1):
        one = scheme.all_sections.get(".".join(parts[:length]))
        if one is not None and one.points is not None:
            return one.title, one.points
    return None


def _more_than_points(report: Report, scheme: Scheme, clause: Clause) -> None:
    around = _points(scheme, clause.section)
    effect = clause.effect
    if around and isinstance(effect, FixedDeduction) and effect.amount > around[1] and "point" not in clause.per:
        report.warning(
            clause.origin.of("deduct"),
            "more-than-points",
            message(
                "{amount} is more than the {points} points of “{section}”",
                amount=effect.amount,
                points=around[1],
                section=around[0],
            ),
            message("Check the amount and the points: a section never loses more than it has"),
        )


def _other_amount(report: Report, scheme: Scheme, incident: Incident) -> None:
    """What an assessor decided lies outside the words, or beyond the points."""
    item = scheme.items.get(incident.criterion)
    clause = item.clause(incident.clause) if item else None
    amount = incident.deduction
    if clause is None or amount is None or not isinstance(clause.effect, DiscretionaryDeduction):
        return
    amounts, limits = stated(clause.text)
    most = max((last for _, last in amounts), default=None)
    least = min((first for first, last in amounts if first != last), default=None)
    if limits:
        most = max(limits) if most is None else max(most, *limits)
    if (most is not None and amount > most) or (least is not None and amount < least):
        told = (*_told(amounts), *limits)
        report.warning(
            incident.origin.of("deduction"),
            "words-say-otherwise",
            message("The words of the clause deduct {words}, and this record {amount}", words=told, amount=amount),
            message("Correct the amount, or the clause that it stands under"),
        )
    around = _points(scheme, clause.section)
    if around and amount > around[1]:
        report.warning(
            incident.origin.of("deduction"),
            "more-than-points",
            message(
                "{amount} is more than the {points} points of “{section}”",
                amount=amount,
                points=around[1],
                section=around[0],
            ),
            message("Check the amount and the points: a section never loses more than it has"),
        )


def _recorded_twice(report: Report, incidents: Iterable[Incident]) -> None:
    """The same event under two numbers: department, clause, date and words alike."""
    groups: dict[tuple[object, ...], list[Incident]] = {}
    for one in incidents:
        if one.withdrawn is None and one.measurement is None:
            groups.setdefault((one.department, one.criterion, one.clause, one.date), []).append(one)
    for group in groups.values():
        words = [normal(one.body) for one in group[:_MOST_COMPARED]] if len(group) > 1 else []
        for number, later in enumerate(words):
            earlier = next((at for at in range(number) if _alike(words[at], later)), None)
            if (
                earlier is not None
                and group[earlier].id != group[number].id
                and _same_proof(group[earlier], group[number])
            ):
                first, second = group[earlier], group[number]
                report.warning(
                    second.origin.place,
                    "recorded-twice",
                    message(
                        "This looks like the event of {other}: department, clause, date and words are alike",
                        other=_at(first.origin.place),
                    ),
                    message("Withdraw one of the two, or write what makes them different events"),
                )


def _alike(one: str, other: str) -> bool:
    if one == other or _FIGURES.findall(one) != _FIGURES.findall(other):
        return one == other
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return all(100 * most() >= _ALIKE for most in (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio))


_FIGURES = re.compile("[0-9]+|[一二三四五六七八九十甲乙丙丁上下早晚前后]")
"""What makes two events different though their words are alike: figures, and words that count."""


def _same_proof(one: Incident, other: Incident) -> bool:
    """Whether nothing but words could tell the two apart, or the words are there and alike."""
    return bool(one.body) or (one.evidence == other.evidence and one.counts == other.counts)
