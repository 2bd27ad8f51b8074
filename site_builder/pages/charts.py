"""Charts as values: what they say, and the geometry in tenths of a unit, computed exactly.

A drawing is 360 units wide, so that its text is legible on a phone. Points are Decimals; lengths are text for SVG.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from site_builder.model import ZERO, Message, message

WIDTH = 360
_ROW = 36
_TENTH = Decimal("0.1")
_LONGEST = 24
"""The most characters of a label: longer ones are shortened, and stand in full in the table."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of a waterfall: from `x` over `width`, in the row at `y`; `kind` is `whole`, `loss` or `rest`."""

    kind: str
    label: str | Message
    points: Decimal
    x: str
    width: str
    y: int


@dataclass(frozen=True, slots=True)
class Waterfall:
    """A department's way from the full points of a section to its score."""

    title: Message
    description: Message
    height: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A month with what was deducted in it: a column of a height above the base line."""

    label: str
    points: Decimal
    count: int
    x: int
    y: str
    height: str
    label_y: str


@dataclass(frozen=True, slots=True)
class Months:
    """What was deducted in each month of the period."""

    title: Message
    description: Message
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class Dot:
    """Departments that lost the same in a section: a stack of dots at `x`."""

    points: Decimal
    x: str
    ys: tuple[int, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """How much each department lost in a section, between nothing and the most."""

    title: Message
    description: Message
    height: int
    most: Decimal
    dots: tuple[Dot, ...]


def waterfall(section: str, points: Decimal, losses: Iterable[tuple[str, Decimal]], score: Decimal) -> Waterfall:
    """From `points` to `score`: `losses` are the titles inside and what was deducted there, of which 0 is left out."""
    lost = sorted(((title, loss) for title, loss in losses if loss), key=lambda one: -one[1])
    bars = [Bar("whole", message("Full points"), points, "0", _length(points, points), 0)]
    left = points
    for number, (title, loss) in enumerate(lost, 1):
        left -= loss
        bars.append(Bar("loss", _short(title), loss, _length(left, points), _length(loss, points), number * _ROW))
    end = len(bars) * _ROW
    bars.append(Bar("rest", message("Score"), score, "0", _length(score, points), end))
    told = tuple(message("{section} −{points}", section=title, points=loss) for title, loss in lost)
    description = (
        message(
            "{section}: {points} points, less {losses}, leaves {score}",
            section=section,
            points=points,
            losses=told,
            score=score,
        )
        if told
        else message("{section}: {points} points, nothing deducted", section=section, points=points)
    )
    return Waterfall(message("From the full points to the score"), description, end + _ROW, tuple(bars))


def months(first: date, last: date, deductions: Iterable[tuple[date, Decimal]]) -> Months:
    """The deductions (day and points) by month, from the first to the last day of the period."""
    names = list(_months_between(first, last))
    counts: Counter[str] = Counter()
    totals = dict.fromkeys(names, ZERO)
    for day, deducted in deductions:
        name = day.isoformat()[:7]
        if name in totals:
            totals[name] += deducted
            counts[name] += 1
    most = max(totals.values(), default=ZERO)
    step = WIDTH // max(len(names), 1)
    columns = []
    for number, name in enumerate(names):
        height = _scaled(totals[name], most, 80)
        columns.append(
            Column(
                label=name[5:].lstrip("0"),
                points=totals[name],
                count=counts[name],
                x=number * step,
                y=_text(100 - height),
                height=_text(height),
                label_y=_text(96 - height),
            )
        )
    told = tuple(message("{month}: −{points}", month=name, points=total) for name, total in totals.items() if total)
    description = message("{months}", months=told) if told else message("Nothing deducted")
    return Months(message("Deducted by month"), description, tuple(columns))


def distribution(section: str, points: Decimal | None, lost: Mapping[str, Decimal]) -> Distribution:
    """What each department (by name) lost in a section; the scale ends at its points, or at the most that was lost."""
    most = points or max(lost.values(), default=ZERO) or Decimal(1)
    groups: dict[Decimal, list[str]] = {}
    for name, loss in lost.items():
        groups.setdefault(loss, []).append(name)
    highest = max(map(len, groups.values()), default=0)
    base = highest * 10 + 6
    dots = tuple(
        Dot(
            loss,
            _text(Decimal(8) + _scaled(loss, most, WIDTH - 16)),
            tuple(base - 10 * number for number in range(len(groups[loss]))),
            tuple(groups[loss]),
        )
        for loss in sorted(groups)
    )
    free = len(groups.get(ZERO, ()))
    description = message(
        "{section}: {free} of {count} departments lost nothing; the most was {most}",
        section=section,
        free=free,
        count=len(lost),
        most=max(lost.values(), default=ZERO),
    )
    return Distribution(message("How much the departments lost"), description, base + 24, most, dots)


def _months_between(first: date, last: date) -> Iterable[str]:
    year, month = first.year, first.month
    while (year, month) <= (last.year, last.month):
        yield f"{year:04}-{month:02}"
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _length(points: Decimal, whole: Decimal) -> str:
    return _text(_scaled(points, whole, WIDTH))


def _scaled(points: Decimal, whole: Decimal, size: int) -> Decimal:
    """A part of a length, in tenths: geometry may be rounded, figures never are."""
    return (points * size / whole).quantize(_TENTH, ROUND_HALF_EVEN) if whole else ZERO


def _text(length: Decimal) -> str:
    return format(length.normalize(), "f") if length else "0"
