"""Rows of text in columns, for a table that is read and not moved about in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.text import Text

GAP = 2
"""Cells between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    width: int
    """Cells; what is longer is cut off, with an ellipsis."""
    right: bool = False
    """Whether it is set to the right, as figures are."""


def aligned(cells: Iterable[Text], columns: Sequence[Column]) -> Text:
    """Return one row of a table, a cell a column."""
    row = Text()
    for place, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        text = cell.copy()
        text.truncate(column.width, overflow="ellipsis")
        text.align("right" if column.right else "left", column.width)
        row.append(" " * GAP if place else "").append_text(text)
    row.rstrip()
    return row


def section(title: str, width: int) -> Text:
    """Return the heading of a part of the table: its title, and a line to the edge."""
    row = Text(f"{title} ", "bold")
    row.truncate(width, overflow="ellipsis")
    return row.append("─" * (width - row.cell_len), "dim")
