"""The two axes of a chart, as plain text."""

from collections.abc import Sequence
from dataclasses import dataclass

from fmnist_tui.tui.charts.canvas import Marker, cell_at
from fmnist_tui.tui.charts.scale import Tick


@dataclass(frozen=True, slots=True)
class Lines:
    """The characters that axes are drawn with."""

    upright: str
    """The axis of values."""
    value_tick: str
    """The axis of values, where a label stands beside it."""
    corner: str
    """Where the axes meet."""
    level: str
    """The axis of epochs."""
    epoch_tick: str
    """The axis of epochs, where a label stands below it."""


BOX = Lines("│", "┤", "└", "─", "┬")
LINES: dict[Marker, Lines] = {"braille": BOX, "dot": BOX, "ascii": Lines("|", "+", "+", "-", "+")}


def upright_axis(ticks: Sequence[Tick], gutter: int, rows: int, marker: Marker) -> list[str]:
    """Return the axis of values: `rows` strings of `gutter` + 1 columns, labels to the left of the line.

    Args:
        ticks: from low to high; one that would touch the one below it is left out.
        gutter: columns for the labels, enough for the longest.
        rows: height of the canvas.
        marker: decides which characters may be used.
    """
    lines = LINES[marker]
    axis = [" " * gutter + lines.upright] * rows
    last = rows + 1
    for tick in ticks:
        if (place := cell_at((0, tick.position), 1, rows)) and place[1] < last - 1:
            last = place[1]
            axis[last] = tick.label.rjust(gutter) + lines.value_tick
    return axis


def level_axis(ticks: Sequence[Tick], gutter: int, columns: int, marker: Marker) -> tuple[str, str]:
    """Return the axis of epochs and the labels under it: two strings of `gutter` + 1 + `columns` columns.

    Args:
        ticks: from low to high; one whose label would touch the one before it is left out.
        gutter: columns to the left of the axis of values.
        columns: width of the canvas.
        marker: decides which characters may be used.
    """
    lines = LINES[marker]
    axis, labels = [lines.level] * columns, ""
    width = gutter + 1 + columns
    for tick in ticks:
        if place := cell_at((tick.position, 0), columns, 1):
            start = min(gutter + 1 + place[0] - (len(tick.label) - 1) // 2, width - len(tick.label))
            if start > len(labels) or not labels:
                axis[place[0]] = lines.epoch_tick
                labels = labels.ljust(start) + tick.label
    return " " * gutter + lines.corner + "".join(axis), labels.ljust(width)
