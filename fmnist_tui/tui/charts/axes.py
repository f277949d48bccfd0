from collections.abc import Sequence
from dataclasses import dataclass

from fmnist_tui.tui.charts.canvas import Marker, cell_at
from fmnist_tui.tui.charts.scale import Tick


@dataclass(frozen=True, slots=True)
class Lines:
    upright: str
    value_tick: str
    corner: str
    level: str
    epoch_tick: str


BOX = Lines("│", "┤", "└", "─", "┬")
LINES: dict[Marker, Lines] = {"braille": BOX, "dot": BOX, "ascii": Lines("|", "+", "+", "-", "+")}


def upright_axis(ticks: Sequence[Tick], gutter: int, rows: int, marker: Marker) -> list[str]:
    """Return `rows` strings of `gutter` + 1 columns: labels and the line of the value axis.

    `ticks` ascend; labels that would touch are left out.
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
    """Return the line and the labels of the epoch axis, each of `gutter` + 1 + `columns` columns.

    `ticks` ascend; labels that would touch are left out.
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
