from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Literal, NamedTuple

Marker = Literal["braille", "dot", "ascii"]
"""The character set of curves: braille has eight dots a cell; the others suit fonts without braille."""

Point = tuple[float, float]
"""A point (x, y); on a canvas (0, 0) is the lower left corner and (1, 1) the upper right."""

PLOTEXT_MARKERS: dict[Marker, str] = {"braille": "braille", "dot": "•", "ascii": "*"}


def thin(points: Sequence[Point], limit: int) -> tuple[Point, ...]:
    """Keep at most `limit` ≥ 4 points with the extremes of equal parts, so that no spike is lost."""
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
    """Return `rows` strings of `columns` characters with a line through `points`, clipped to the canvas.

    Event loop's thread only, as plotext has one figure a process.
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


Stroke = Literal["train", "validation", "experiment", "raw"]
"""What a curve shows; `raw` are the values behind a smoothed curve."""

LINES: dict[Stroke, tuple[str, ...]] = {
    "train": ("-",),
    "validation": ("-- ",),
    "experiment": ("------ ", "---  ", "---- . ", "-  .  ", "- ", "-- . . "),
    "raw": (". ",),
}
"""Each stroke's line styles, as patterns repeated over the columns: `-` a full piece, `.` a single dot."""

LETTER_COLUMNS = 20

EMPTY_BRAILLE = 0x2800
"""Code point of the empty braille pattern; the low eight bits are dots."""

SAMPLE_PIECES: dict[Marker, str] = {"braille": "⠤", "dot": "•", "ascii": "*"}


class Glyphs(NamedTuple):
    line: str = ""
    """A full piece of the line; empty for the braille pattern."""
    dot: str = ""
    """A single dot of it; empty for one braille dot."""
    point: str = ""


GLYPHS: dict[tuple[Marker, Stroke], Glyphs] = {
    ("braille", "train"): Glyphs(),
    ("braille", "validation"): Glyphs(point="•"),
    ("braille", "experiment"): Glyphs(),
    ("braille", "raw"): Glyphs(),
    ("dot", "train"): Glyphs("•"),
    ("dot", "validation"): Glyphs("-", point="○"),
    ("dot", "experiment"): Glyphs("-", "·"),
    ("dot", "raw"): Glyphs("·", "·"),
    ("ascii", "train"): Glyphs("*"),
    ("ascii", "validation"): Glyphs("-", point="o"),
    ("ascii", "experiment"): Glyphs("-", "."),
    ("ascii", "raw"): Glyphs(".", "."),
}


def sample(kind: Stroke, line_style: int, marker: Marker) -> str:
    """Return a line sample for the legend, long enough to show its gaps."""
    glyphs, line, piece = GLYPHS[marker, kind], _line(kind, line_style), SAMPLE_PIECES[marker]
    if glyphs.point:
        return f"{glyphs.line or piece}{glyphs.point}{glyphs.line or piece}"
    columns = 6 if kind == "experiment" else 3
    return "".join(_piece(line[column % len(line)], piece, glyphs) for column in range(columns))


# Cached because the curves behind a growing one do not change.
@lru_cache(maxsize=64)
def stroke(
    kind: Stroke,
    points: tuple[Point, ...],
    columns: int,
    rows: int,
    *,
    marker: Marker,
    letter: str = "",
    line_style: int = 0,
) -> tuple[str, ...]:
    """Return `rows` strings of `columns` characters with the curve in its line style, `letter` on it and at its end."""
    glyphs, line = GLYPHS[marker, kind], _line(kind, line_style)
    cells = [list(row) for row in curve(points, columns, rows, marker)]
    for row in cells:
        for column, character in enumerate(row):
            if character != " ":
                row[column] = _piece(line[column % len(line)], character, glyphs)
    if glyphs.point and 2 * len(points) <= columns:
        for point in points:
            _put(cells, point, glyphs.point)
    if letter and points:
        end = int(points[-1][0] * columns) - LETTER_COLUMNS // 4
        for column in range(4 + 3 * line_style % LETTER_COLUMNS, min(end, columns), LETTER_COLUMNS):
            if (y := height_at(points, (column + 0.5) / columns)) is not None:
                _put(cells, ((column + 0.5) / columns, y), letter)
        _put(cells, points[-1], letter)
    return tuple("".join(row) for row in cells)


def merged(above: str, below: str) -> str:
    """Join the dots of two braille patterns, else keep the upper character."""
    if above == " ":
        return below
    if is_braille(above) and is_braille(below):
        return chr(ord(above) | ord(below))
    return above


def height_at(points: Sequence[Point], x: float) -> float | None:
    """Return the height of the line through ascending `points` at `x`."""
    after = bisect_left(points, x, key=itemgetter(0))
    if not 0 < after < len(points):
        return None
    (left, start), (right, end) = points[after - 1], points[after]
    return start + (end - start) * (x - left) / (right - left)


def is_braille(character: str) -> bool:
    return EMPTY_BRAILLE <= ord(character) < EMPTY_BRAILLE + 256


def _line(kind: Stroke, line_style: int) -> str:
    lines = LINES[kind]
    return lines[line_style % len(lines)]


def _piece(symbol: str, character: str, glyphs: Glyphs) -> str:
    if symbol == " ":
        return " "
    if symbol == "-":
        return glyphs.line or character
    return glyphs.dot or _first_dot(character)


def _first_dot(character: str) -> str:
    """Keep one dot of a cell, so that lines of any slope look dotted."""
    if not is_braille(character):
        return character
    dots = ord(character) - EMPTY_BRAILLE
    return chr(EMPTY_BRAILLE + (dots & -dots))


def _put(cells: list[list[str]], point: Point, character: str) -> None:
    if place := cell_at(point, len(cells[0]), len(cells)):
        column, row = place
        cells[row][column] = character
