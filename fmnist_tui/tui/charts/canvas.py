"""Curves as characters: thinned to what a screen can show, then drawn by plotext, one curve at a time."""

from collections.abc import Sequence
from typing import Literal

Marker = Literal["braille", "dot", "ascii"]
"""What curves are made of: eight dots a cell, or one character a cell for fonts without braille patterns."""

Point = tuple[float, float]
"""A place (x, y); on a canvas (0, 0) is its lower left corner and (1, 1) its upper right one."""

PLOTEXT_MARKERS: dict[Marker, str] = {"braille": "braille", "dot": "•", "ascii": "*"}


def thin(points: Sequence[Point], limit: int) -> tuple[Point, ...]:
    """Return at most `limit` of `points`, in order, keeping the first, the last and the extremes.

    What lies between the ends is cut into runs of equal length, and of each run its lowest and its highest
    point stay (the "min-max" decimation of oscilloscopes), so that no spike gets lost.

    Args:
        points: any number of them, none of them NaN.
        limit: how many may stay, at least 4.
    """
    if len(points) <= limit:
        return tuple(points)
    inner = range(1, len(points) - 1)
    runs = (limit - 2) // 2
    kept = {0, len(points) - 1}
    for run in range(runs):
        indices = inner[run * len(inner) // runs : (run + 1) * len(inner) // runs]
        kept.add(min(indices, key=lambda index: points[index][1]))
        kept.add(max(indices, key=lambda index: points[index][1]))
    return tuple(points[index] for index in sorted(kept))


def cell_at(point: Point, columns: int, rows: int) -> tuple[int, int] | None:
    """Return the column and the row, from the top, in which a place on the canvas lies, or None outside."""
    x, y = point
    if not (0 <= x <= 1 and 0 <= y <= 1):
        return None
    return min(int(x * columns), columns - 1), min(int((1 - y) * rows), rows - 1)


def curve(points: Sequence[Point], columns: int, rows: int, marker: Marker = "braille") -> tuple[str, ...]:
    """Return `rows` strings of `columns` characters with a line through `points`, blank beside it.

    plotext draws on one figure for the whole process: call this from the event loop's thread only. The
    figure is left empty, whatever happens.

    Args:
        points: places on the canvas; what lies outside of it is cut off, and the cost grows with how far.
        columns: width of the canvas, at least 1.
        rows: height of the canvas, at least 1.
        marker: what the line is made of.
    """
    if not points:
        return (" " * columns,) * rows
    # Importing plotext takes some 90 ms, which the first curve pays instead of the first paint.
    from plotext import figure, terminal

    figure.clear()
    terminal.limit(False, False)  # else the figure is cut to the size of the terminal at start
    try:
        figure.plot_size(columns, rows)
        figure.axes(False)
        figure.canvas("default")
        # With both limits at the edges, place 0 is the outer edge of the first cell and 1 that of the last.
        figure.ruler(["x", "y"]).ticks([]).lim(0, 1).alignment(lim="edge")
        signal = figure.signal([x for x, _ in points], [y for _, y in points], marker=PLOTEXT_MARKERS[marker])
        figure.draw(signal.lines())
        lines = figure.build().string(colorless=True).split("\n")
    finally:
        figure.clear()
        terminal.limit()
    return tuple(line.ljust(columns)[:columns] for line in lines[:rows])
