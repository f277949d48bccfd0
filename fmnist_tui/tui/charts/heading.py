"""A chart's first row: title and legend."""

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from fmnist_tui.tui.charts.canvas import Marker
from fmnist_tui.tui.charts.scale import short
from fmnist_tui.tui.charts.series import Series
from fmnist_tui.tui.charts.strokes import sample

GAP = "  "

FEWEST_LETTERS = 5
"""Cells of the title that remain if the legend needs the room."""

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def heading(title: str, series: Sequence[Series], width: int, *, marker: Marker, cursor: float | None = None) -> Text:
    """Return a row of `width` cells: the title and, right-aligned, as many legend entries as fit.

    With a `cursor`, entries show the values at that epoch, without names if they do not all fit.
    """
    shown = [one for one in series if one.name and one.stroke != "experiment"]
    entries = [_entry(one, marker, cursor, named=True) for one in shown]
    if cursor is not None and cell_len(printable(title)) + _cells(entries) > width:
        entries = [_entry(one, marker, cursor, named=False) for one in shown]
    # The values at the cursor matter more than the title.
    kept = _cells(entries) if cursor is not None else 0
    row = Text(printable(title), "bold")
    row.truncate(max(width - kept, min(width, FEWEST_LETTERS)), overflow="ellipsis")
    room = width - row.cell_len
    legend = Text()
    for entry in entries:
        if legend.cell_len + len(GAP) + entry.cell_len <= room:
            legend.append(GAP).append_text(entry)
    return Text.assemble(row, " " * (room - legend.cell_len), legend)


def exactly(text: Text, width: int) -> Text:
    text.truncate(width, overflow="ellipsis" if width else "crop", pad=True)
    return text


def printable(text: str) -> str:
    """Replace control characters, so that a name from a file stays on its row."""
    return "".join(character if character.isprintable() else REPLACEMENT for character in text)


def _cells(entries: Sequence[Text]) -> int:
    return sum(len(GAP) + entry.cell_len for entry in entries)


def _entry(series: Series, marker: Marker, cursor: float | None, *, named: bool) -> Text:
    entry = Text().append(sample(series.stroke, series.hand, marker), series.style or None)
    value = None if cursor is None else series.value_at(cursor)
    if named or value is None:
        entry.append(f" {printable(series.name)}", series.style or None)
    return entry if value is None else entry.append(f" {short(value)}", "bold")
