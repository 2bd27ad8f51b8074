"""A course over the years as a drawing: a column for each part, lines only where one and the same goes on.

A column's height is the share of the points that was lost, and its label has both numbers: so that sections whose
points differ are never compared by what was lost alone. Nor does a line join them. Without points, the height is what
was deducted.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from site_builder.model import ZERO, Message, message, plain
from site_builder.pages.charts import WIDTH

_TENTH = Decimal("0.1")
_TOP, _BASE = 18, 98
_MOST = 8
"""The most parts that fit side by side; the latest are drawn, the table has all."""

_CHARACTER = 12
_LINES = 2


@dataclass(frozen=True, slots=True)
class Stop:
    """A part of a course: a year, what it is called there, what was lost of how many points (None: it only deducts).

    `goes_on` says that it is one and the same with the part before it, by the same rules.
    """

    year: int
    name: str
    lost: Decimal
    points: Decimal | None
    goes_on: bool

    @property
    def share(self) -> Message:
        """What was lost, with both numbers where there are points."""
        if self.points is None:
            return message("{lost}", lost=self.lost)
        return message("{lost} of {points}", lost=self.lost, points=self.points)

    @property
    def label(self) -> str:
        """The same as the drawing has room for: `−0.5/2`, with the sign of the table."""
        lost = f"−{plain(self.lost)}" if self.lost else "0"
        return lost if self.points is None else f"{lost}/{plain(self.points)}"


@dataclass(frozen=True, slots=True)
class Column:
    """A drawn part: the middle of its column, the column's upper end and height, and the words below it."""

    label: str
    x: str
    left: str
    y: str
    height: str
    label_y: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Course:
    """The drawing; `lines` lead from one column's upper end to the next, as x and y of both ends.

    `earlier` is the number of parts that it has no room for.
    """

    title: str
    description: Message
    height: int
    width: int
    columns: tuple[Column, ...]
    lines: tuple[tuple[str, str, str, str], ...]
    earlier: int


def course(title: str, stops: Iterable[Stop]) -> Course:
    """The drawing of a course, in the order of its parts."""
    every = tuple(stops)
    drawn = every[-_MOST:]
    slot = WIDTH // max(len(drawn), 1)
    width = min(28, slot // 2)
    shares = [_share(one) for one in drawn]
    most = _most(drawn, shares)
    columns = tuple(
        _column(one, (2 * number + 1) * slot // 2, share, most[one.points is None], width, _wrapped(one, slot))
        for number, (one, share) in enumerate(zip(drawn, shares, strict=True))
    )
    lines = tuple(
        (left.x, left.y, right.x, right.y)
        for left, right, before, stop in zip(columns, columns[1:], drawn, drawn[1:], strict=False)
        if stop.goes_on and stop.points == before.points
    )
    rows = max((len(one.lines) for one in columns), default=0)
    description = message("{title}, points lost: {parts}", title=title, parts=tuple(map(_told, drawn)))
    return Course(title, description, _BASE + 6 + 15 * rows, width, columns, lines, len(every) - len(drawn))


def _told(stop: Stop) -> Message:
    if stop.name:
        return message("{year} {name}: {share}", year=str(stop.year), name=stop.name, share=stop.share)
    return message("{year}: {share}", year=str(stop.year), share=stop.share)


def _share(stop: Stop) -> Decimal:
    """The part of the points that was lost, or what was deducted where there are none; only for heights."""
    return stop.lost / stop.points if stop.points else stop.lost


def _most(stops: Iterable[Stop], shares: Iterable[Decimal]) -> Mapping[bool, Decimal]:
    """The largest of those that have points, and of those that only deduct: the two are no measure of each other."""
    found = {True: ZERO, False: ZERO}
    for stop, share in zip(stops, shares, strict=True):
        found[stop.points is None] = max(found[stop.points is None], share)
    return found


def _column(stop: Stop, x: int, share: Decimal, most: Decimal, width: int, lines: tuple[str, ...]) -> Column:
    height = (share * (_BASE - _TOP) / most).quantize(_TENTH, ROUND_HALF_EVEN) if most else ZERO
    top = _BASE - height
    return Column(stop.label, str(x), str(x - width // 2), _text(top), _text(height), _text(top - 5), lines)


def _wrapped(stop: Stop, slot: int) -> tuple[str, ...]:
    """The year, and the name in lines of about one length that fit below the column."""
    room = max(2, (slot - 4) // _CHARACTER)
    name = stop.name if len(stop.name) <= room * _LINES else stop.name[: room * _LINES - 1] + "…"
    length = room if len(name) <= room else -(-len(name) // _LINES)
    return (str(stop.year), *(name[at : at + length] for at in range(0, len(name), length)))


def _text(length: Decimal) -> str:
    return format(length.normalize(), "f") if length else "0"
