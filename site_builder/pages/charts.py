"""Charts as values: what they say, and the geometry in tenths of a unit, computed exactly.

A drawing is 360 units wide, so that its text is legible on a phone. Points are Decimals; lengths are text for SVG.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import accumulate

from site_builder.model import ZERO, Message, message, plain

WIDTH = 360
_ROW = 36
_TENTH = Decimal("0.1")
_MOST_MARKS = 120
"""More incidents than this are not marked one by one."""

_MOST_OF_A_DAY = 4
_STRIP = 18
_LONGEST_FIGURE = 5
"""The marks of a day at most; the height of the strip of days, if there are more; the characters of a signed figure."""

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
    width: int
    y: str
    height: str
    label_y: str


@dataclass(frozen=True, slots=True)
class Mark:
    """An incident on the line of the year, the first, second … of its day; or a day with its height."""

    kind: str
    x: str
    y: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """The year as a line: what was deducted in each month, and below it every incident on its day.

    `dense`: there are too many incidents for a mark each; then a mark is a day, and its `y` the height.
    """

    title: Message
    description: Message
    columns: tuple[Column, ...]
    marks: tuple[Mark, ...]
    dense: bool

    @property
    def crowded(self) -> bool:
        """Whether a figure is too long to stand above its column in full size."""
        return any(len(plain(column.points)) + 1 > _LONGEST_FIGURE for column in self.columns)


@dataclass(frozen=True, slots=True)
class Line:
    """A small line in a table, in a box of 60 × 16: what had been deducted by the end of each month."""

    points: str
    description: Message


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


Happened = tuple[date, Decimal]
"""The day of an incident, and the points that it counts."""


def timeline(section: str, first: date, last: date, incidents: Iterable[Happened]) -> Timeline:
    """The incidents of a top section (its title) from the first to the last day of the period; others are left out."""
    incidents = tuple(one for one in incidents if first <= one[0] <= last)
    names = tuple(_months_between(first, last))
    totals = dict(zip(names, _by_month(names, incidents), strict=True))
    told = tuple(message("{month}: −{points}", month=name, points=total) for name, total in totals.items() if total)
    dense = len(incidents) > _MOST_MARKS
    return Timeline(
        message("{section}: the year as a timeline", section=section),
        message("{months}", months=told) if told else message("Nothing deducted"),
        tuple(_columns(totals, Counter(_month(day) for day, _ in incidents))),
        tuple((_days if dense else _marks)(names, incidents)),
        dense,
    )


def _columns(totals: Mapping[str, Decimal], counts: Mapping[str, int]) -> Iterator[Column]:
    most, step = max(totals.values(), default=ZERO), WIDTH // len(totals)
    for number, (name, total) in enumerate(totals.items()):
        height = _scaled(total, most, 80)
        yield Column(
            label=name[5:].lstrip("0"),
            points=total,
            count=counts.get(name, 0),
            x=number * step,
            width=step,
            y=_text(100 - height),
            height=_text(height),
            label_y=_text(96 - height),
        )


def _month(day: date) -> str:
    return day.isoformat()[:7]


def _by_month(names: Iterable[str], incidents: Iterable[Happened]) -> Iterable[Decimal]:
    """What was deducted in each of the months."""
    totals = dict.fromkeys(names, ZERO)
    for day, deducted in incidents:
        totals[_month(day)] += deducted
    return totals.values()


def _place(names: Sequence[str], day: date) -> str:
    """Where a day stands on the line, each month being equally wide."""
    step = WIDTH // len(names)
    return _text((names.index(_month(day)) * step + Decimal(day.day * step) / 32).quantize(_TENTH, ROUND_HALF_EVEN))


def _marks(names: Sequence[str], incidents: Iterable[Happened]) -> Iterator[Mark]:
    """A mark for each incident; those of one day stand below each other."""
    seen: Counter[date] = Counter()
    for day, deducted in incidents:
        if seen[day] < _MOST_OF_A_DAY:
            yield Mark("loss" if deducted else "nothing", _place(names, day), seen[day])
        seen[day] += 1


def _days(names: Sequence[str], incidents: Iterable[Happened]) -> Iterator[Mark]:
    """A mark for each day, as high as it had incidents beside the day that had most."""
    counts = Counter(day for day, _ in incidents)
    most = max(counts.values())
    for day in sorted(counts):
        yield Mark("loss", _place(names, day), max(2, counts[day] * _STRIP // most))


def lines(first: date, last: date, incidents: Mapping[str, Iterable[Happened]]) -> Mapping[str, Line]:
    """For each department (by id) a small line that falls as its points go; all are on one scale."""
    names = tuple(_months_between(first, last))
    sums = {
        name: tuple(accumulate(_by_month(names, (one for one in own if first <= one[0] <= last))))
        for name, own in incidents.items()
    }
    most = max((own[-1] for own in sums.values()), default=ZERO)
    return {name: _line(own, most) for name, own in sums.items()}


def _line(sums: tuple[Decimal, ...], most: Decimal) -> Line:
    step = Decimal(58) / len(sums)
    places = ((number * step + 1).quantize(_TENTH, ROUND_HALF_EVEN) for number in range(len(sums) + 1))
    heights = (_scaled(one, most, 14) + 1 for one in (ZERO, *sums))
    points = " ".join(f"{_text(x)},{_text(y)}" for x, y in zip(places, heights, strict=True))
    return Line(points, message("Deducted by the end of each month: {sums}", sums=sums))


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
