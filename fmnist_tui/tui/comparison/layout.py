"""Rows of text in columns, for a table without a cursor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.text import Text

GAP = 2


@dataclass(frozen=True, slots=True)
class Column:
    width: int
    """Cells; longer text is cut, with an ellipsis."""
    right: bool = False


def aligned(cells: Iterable[Text], columns: Sequence[Column]) -> Text:
    row = Text()
    for place, (cell, column) in enumerate(zip(cells, columns, strict=True)):
        text = cell.copy()
        text.truncate(column.width, overflow="ellipsis")
        text.align("right" if column.right else "left", column.width)
        row.append(" " * GAP if place else "").append_text(text)
    row.rstrip()
    return row


def section(title: str, width: int) -> Text:
    """Return a section's heading: its title, and a line to the edge."""
    row = Text(f"{title} ", "bold")
    row.truncate(width, overflow="ellipsis")
    return row.append("─" * (width - row.cell_len), "dim")
