"""The lines of the history table, as segments of exactly its width."""

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style

from fmnist_tui.tui.history.cells import Surroundings, cell, fitted
from fmnist_tui.tui.history.layout import GAP, Layout
from fmnist_tui.tui.history.rows import Row
from fmnist_tui.tui.history.view import Order

GUTTER = 3

MARK, FOLDED, UNFOLDED = "●", "▸", "▾"
LEFT, RIGHT = "‹", "›"
UP, DOWN = "▲", "▼"

_style = lru_cache(maxsize=64)(Style.parse)


def header(layout: Layout, order: Order | None, width: int, style: Style) -> list[Segment]:
    """Return the header line: an arrow marks the sorted column, `‹ ›` mark hidden columns."""
    parts = [f"{LEFT if layout.before else ' '} {RIGHT if layout.after else ' '}"]
    for place, placed in enumerate(layout.placed):
        column = placed.column
        sorts = order is not None and order.column == column.key
        mark = (DOWN if order and order.descending else UP) if sorts else ""
        title = column.title + mark
        parts.append(" " * (GAP if place else 0) + fitted(title, placed.width, right=column.right))
    return [Segment(fitted("".join(parts), width), style)]


def line(row: Row, layout: Layout, around: Surroundings, width: int, *, marked: bool, style: Style) -> list[Segment]:
    """Return a row's line of `width` cells; `style` is combined with the cells' styles."""
    fold = "" if row.entry is not None else UNFOLDED if row.unfolded else FOLDED
    segments = [Segment(f"{MARK if marked else ' '}{fold or ' '} ", style)]
    for place, placed in enumerate(layout.placed):
        found = cell(row, placed.column, around, placed.width)
        text = " " * (GAP if place else 0) + fitted(found.text, placed.width, right=placed.column.right)
        segments.append(Segment(text, _style(found.style) + style if found.style else style))
    used = GUTTER + sum(placed.width for placed in layout.placed) + GAP * (len(layout.placed) - 1)
    segments.append(Segment(" " * max(width - used, 0), style))
    return segments
