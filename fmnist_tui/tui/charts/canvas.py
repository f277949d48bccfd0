"""Curves drawn as characters by plotext."""

from collections.abc import Sequence
from typing import Literal

Marker = Literal["braille", "dot", "ascii"]
"""The character set of curves: braille has eight dots a cell; the others suit fonts without braille."""

Point = tuple[float, float]
"""A point (x, y); on a canvas (0, 0) is the lower left corner and (1, 1) the upper right."""

PLOTEXT_MARKERS: dict[Marker, str] = {"braille": "braille", "dot": "•", "ascii": "*"}


def thin(points: Sequence[Point], limit: int) -> tuple[Point, ...]:
    """Return at most `limit` of `points`, in order, keeping the first, the last and the extremes.

    Keeps the lowest and the highest point of each of several equal runs (the "min-max" decimation of oscilloscopes),
    so that no spike is lost.

    Args:
        points: none of them NaN.
        limit: at least 4.
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
    """Return the column and the row, from the top, of a point on the canvas, or None outside."""
    x, y = point
    if not (0 <= x <= 1 and 0 <= y <= 1):
        return None
    return min(int(x * columns), columns - 1), min(int((1 - y) * rows), rows - 1)


def curve(points: Sequence[Point], columns: int, rows: int, marker: Marker = "braille") -> tuple[str, ...]:
    """Return `rows` strings of `columns` characters with a line through `points`, blank elsewhere.

    Points outside the canvas are clipped; the cost grows with how far out they are. plotext has one figure for the
    whole process: call this from the event loop's thread only. The figure is always left empty.
    """
    if not points:
        return (" " * columns,) * rows
    # Importing plotext takes about 90 ms: not before the app's first paint.
    from plotext import figure, terminal

    figure.clear()
    terminal.limit(False, False)  # else the figure is limited to the terminal's initial size
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
