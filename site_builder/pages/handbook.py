"""The handbook: the whole rule book as the source's table, and a page for each section."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from site_builder import urls
from site_builder.model import Clause, Example, Interpretation, Item, Message, Section, message
from site_builder.pages.annual import Annual, Deduction, Link, total
from site_builder.pages.charts import Distribution, distribution
from site_builder.pages.listing import LONGEST_INNER_LIST, assessor_choices, filtered, section_choices
from site_builder.pages.page import Page, Part, crumbs
from site_builder.pages.rules import ExampleView, Piece, example_view, interpretations_at, meaning, pieces
from site_builder.pages.timeline import Moment, moments


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the table, merged over rows and columns as in the source; `kind` is a word for the style sheet.

    A phone makes a card of each row: `before` and `after` are the cells from earlier rows that reach into the row, and
    whose words its card says before or after those of this cell.
    """

    kind: str
    pieces: tuple[Piece, ...]
    rows: int = 1
    columns: int = 1
    link: Link | None = None
    anchor: str | None = None
    before: tuple["Cell", ...] = ()
    after: tuple["Cell", ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: the cells that begin in it; its sections and its assessor, by ids."""

    cells: tuple[Cell, ...]
    sections: tuple[str, ...]
    assessor: str


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with all that the handbook says of it."""

    name: str
    text: str
    anchor: str
    link: Link
    meaning: tuple[Message, ...]
    note: str | None
    examples: tuple[ExampleView, ...]
    interpretations: tuple[Interpretation, ...]
    shared: bool
    history: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class ItemView:
    """An item with its rule cell, its clauses and what it deducted this year."""

    id: str
    anchor: str
    text: str
    note: str | None
    method: tuple[Piece, ...]
    clauses: tuple[ClauseView, ...]
    interpretations: tuple[Interpretation, ...]
    assessor: Link | None
    deductions: tuple[Deduction, ...]
    all: Link | None
    history: tuple[Moment, ...]

    @property
    def latest(self) -> tuple[Deduction, ...]:
        """The incidents that the page lists."""
        return self.deductions[-LONGEST_INNER_LIST:]

    @property
    def deducted(self) -> Decimal:
        """What its incidents count together."""
        return total(self.deductions)


_KINDS = ("goal", "section", "item", "method", "assessor")
"""The kinds of cells, from the left."""
_AROUND = ("goal", "section")
"""The kinds of cells that stand around an item."""


def handbook_pages(annual: Annual) -> Iterator[Page]:
    """The table, then the sections in the rule book's order."""
    yield _table(annual)
    sections = tuple(annual.scheme.all_sections.values())
    for number, section in enumerate(sections):
        before = sections[number - 1] if number else None
        after = sections[number + 1] if number + 1 < len(sections) else None
        yield _section(annual, section, before, after)


def _table(annual: Annual) -> Page:
    scheme = annual.scheme
    depth = max(len(scheme.enclosing(name)) for name in scheme.all_sections)
    return Page(
        urls.handbook(annual.year),
        "handbook.html",
        {
            "title": message("Handbook of criteria"),
            "crumbs": crumbs(annual),
            "year": annual.year,
            "scheme_title": scheme.title,
            "source": scheme.source,
            "content_columns": depth,
            "tops": tuple(tuple(_rows(annual, top, depth)) for top in scheme.sections),
            "sections": tuple(annual.section_link(section.id) for section in annual.account_sections),
            "choices": section_choices(annual),
            "assessors": assessor_choices(annual),
            "interpretations": Link(urls.interpretations(annual.year), message("Register of interpretations")),
        },
    )


def _rows(annual: Annual, top: Section, depth: int) -> Iterator[Row]:
    """The rows of the table that belong to a top section: a row an item."""
    items = tuple(top.all_items())
    starts: dict[int, list[Cell]] = {number: [] for number in range(len(items))}
    _add_section_cells(annual, top, items, starts)
    for number, item in enumerate(items):
        columns = depth - len(annual.scheme.enclosing(item.section)) + 1
        link = Link(urls.item(annual.year, item), item.id)
        starts[number].append(Cell("item", (Piece(item.text),), 1, columns, link, item.id))
    _add_runs(items, starts, _method_key, lambda item, rows: Cell("method", pieces(annual.year, item), rows))
    _add_runs(items, starts, _assessor_key, lambda item, rows: _assessor_cell(annual, item, rows))
    reaching: list[Cell] = []
    left: list[int] = []
    for item, begun in zip(items, starts.values(), strict=True):
        cells = tuple(_with_reaching(begun, reaching))
        rest = [
            (cell, rows - 1) for cell, rows in (*zip(reaching, left, strict=True), *((one, one.rows) for one in begun))
        ]
        reaching, left = [cell for cell, rows in rest if rows], [rows for _, rows in rest if rows]
        around = tuple(section.id for section in annual.scheme.enclosing(item.section))
        yield Row(cells, around, item.assessor or "")


def _with_reaching(begun: Iterable[Cell], reaching: Iterable[Cell]) -> list[Cell]:
    """The cells that begin in a row, from the left, with those that reach into it where a card has them."""
    found: list[Cell] = []
    waiting: list[Cell] = []
    both = (*((cell, False) for cell in reaching), *((cell, True) for cell in begun))
    for cell, begins in sorted(both, key=lambda one: _KINDS.index(one[0].kind)):
        if begins:
            found.append(replace(cell, before=tuple(waiting)))
            waiting = []
        elif cell.kind in _AROUND:
            waiting.append(cell)
        else:
            found[-1] = replace(found[-1], after=(*found[-1].after, cell))
    return found


def _add_section_cells(annual: Annual, top: Section, items: tuple[Item, ...], starts: dict[int, list[Cell]]) -> None:
    """A cell for each section over the rows of its items; the inner ones print their points, as the source does."""
    for section in top.walk():
        inside = [number for number, item in enumerate(items) if f"{item.section}.".startswith(section.id + ".")]
        words = section.title + ("" if section is top else section.titled_points)
        kind = "goal" if section is top else "section"
        link = annual.section_link(section.id)
        starts[inside[0]].append(Cell(kind, (Piece(words),), len(inside), 1, link))


def _add_runs(
    items: tuple[Item, ...],
    starts: dict[int, list[Cell]],
    key: Callable[[Item], object],
    cell: Callable[[Item, int], Cell],
) -> None:
    """A cell for each run of items with the same key."""
    number = 0
    for _, run in groupby(items, key):
        rows = tuple(run)
        starts[number].append(cell(rows[0], len(rows)))
        number += len(rows)


def _method_key(item: Item) -> object:
    return item.section, item.method, tuple(clause.id for clause in item.clauses)


def _assessor_key(item: Item) -> object:
    return item.section.split(".")[:2], item.assessor


def _assessor_cell(annual: Annual, item: Item, rows: int) -> Cell:
    link = annual.assessor_link(item.assessor)
    return Cell("assessor", (Piece(str(link.text) if link else "—"),), rows, 1, link)


def _section(annual: Annual, section: Section, before: Section | None, after: Section | None) -> Page:
    scheme = annual.scheme
    around = scheme.enclosing(section.id)[1:]
    path = section.origin.place.path
    inside = annual.amendments(section.id)
    items = tuple(_item(annual, item, inside) for item in section.items)
    shared = tuple(_clause(annual, clause, inside) for clause in section.clauses if clause.id in scheme.clauses)
    return Page(
        urls.section(annual.year, section.id),
        "section.html",
        {
            "title": section.title,
            "crumbs": (
                *crumbs(annual),
                Link(urls.handbook(annual.year), message("Handbook of criteria")),
                *(annual.section_link(outer.id) for outer in reversed(around)),
            ),
            "year": annual.year,
            "id": section.id,
            "points": section.points,
            "titled_points": section.titled_points,
            "assessor": annual.assessor_link(section.assessor),
            "note": section.note,
            "interpretations": interpretations_at(scheme, section.id),
            "shared": shared,
            "examples": _examples(annual, section.id),
            "items": items,
            "sections": tuple(_inner(annual, inner) for inner in section.sections),
            "distribution": _distribution(annual, section),
            "history": tuple(moments(annual.assessment, path)),
            "parts": tuple(_parts(shared, items)),
            "previous": before and annual.section_link(before.id),
            "next": after and annual.section_link(after.id),
        },
    )


def _parts(shared: tuple[ClauseView, ...], items: tuple[ItemView, ...]) -> Iterator[Part]:
    if shared:
        yield Part("shared-clauses", message("How it is scored, for several items"))
    for item in items:
        yield Part(item.anchor, item.text)
    yield Part("distribution", message("How much the departments lost"))


def _distribution(annual: Annual, section: Section) -> Distribution:
    lost = {one.name: annual.ledger.scores[name][section.id].deducted for name, one in annual.departments.items()}
    return distribution(section.title, section.points, lost)


def _inner(annual: Annual, section: Section) -> dict[str, object]:
    items = tuple(section.all_items())
    return {
        "link": annual.section_link(section.id),
        "titled_points": section.titled_points,
        "items": tuple(Link(urls.item(annual.year, item), item.text) for item in items),
        "deducted": sum((total(annual.of_item.get(item.id, ())) for item in items), start=total(())),
    }


def _item(annual: Annual, item: Item, inside: Mapping[str, tuple[Moment, ...]]) -> ItemView:
    return ItemView(
        id=item.id,
        anchor=item.name,
        text=item.text,
        note=item.note,
        method=pieces(annual.year, item),
        clauses=tuple(_clause(annual, clause, inside) for clause in item.clauses),
        interpretations=interpretations_at(annual.scheme, item.id),
        assessor=annual.assessor_link(item.assessor),
        deductions=annual.of_item.get(item.id, ()),
        all=filtered(annual, len(annual.of_item.get(item.id, ())), LONGEST_INNER_LIST, section=item.section),
        history=inside.get(item.id, ()),
    )


def _clause(annual: Annual, clause: Clause, inside: Mapping[str, tuple[Moment, ...]]) -> ClauseView:
    scheme = annual.scheme
    return ClauseView(
        name=clause.name,
        text=clause.text,
        anchor=urls.clause_anchor(clause),
        link=annual.clause_link(clause),
        meaning=meaning(scheme, clause),
        note=clause.note,
        examples=_examples(annual, clause.id),
        interpretations=interpretations_at(scheme, clause.id),
        shared=clause.item is None,
        history=inside.get(clause.id, ()),
    )


def _examples(annual: Annual, where: str) -> tuple[ExampleView, ...]:
    found: tuple[Example, ...] = tuple(one for one in annual.scheme.examples if one.where == where)
    return tuple(example_view(annual.scheme, example) for example in found)
