"""How curves are told apart without colour: solid, dashed with marked points, or dotted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from fmnist_tui.tui.charts.canvas import Marker, Point, cell_at, curve

Stroke = Literal["train", "validation", "under"]
"""What a curve stands for: training (solid), validation (dashed, its points marked), or a run laid beneath (dotted)."""

EMPTY_BRAILLE = 0x2800
"""Code point of the braille pattern without dots; each of the eight bits above it is a dot."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters of one stroke."""

    line: str
    """What the line is made of, or empty to leave the braille patterns."""
    point: str
    """What marks a point, or empty where points are not marked."""
    sample: str
    """A piece of the line, for the legend."""


GLYPHS: dict[tuple[Marker, Stroke], Glyphs] = {
    ("braille", "train"): Glyphs("", "", "⠤⠤⠤"),
    ("braille", "validation"): Glyphs("", "•", "⠤•⠤"),
    ("braille", "under"): Glyphs("", "", "⠄⠄⠄"),
    ("dot", "train"): Glyphs("•", "", "•••"),
    ("dot", "validation"): Glyphs("-", "○", "-○-"),
    ("dot", "under"): Glyphs("·", "", "···"),
    ("ascii", "train"): Glyphs("*", "", "***"),
    ("ascii", "validation"): Glyphs("-", "o", "-o-"),
    ("ascii", "under"): Glyphs(".", "", "..."),
}


def stroke(
    kind: Stroke, points: Sequence[Point], columns: int, rows: int, *, marker: Marker, letter: str = ""
) -> tuple[str, ...]:
    """Return `rows` strings of `columns` characters with the curve through `points` drawn in its own hand.

    Args:
        kind: what the curve stands for.
        points: places on the canvas, (0, 0) its lower left corner and (1, 1) its upper right one.
        columns: width of the canvas, at least 1.
        rows: height of the canvas, at least 1.
        marker: what lines are made of.
        letter: one character to put at the last point, or none.
    """
    glyphs = GLYPHS[marker, kind]
    cells = [list(line) for line in curve(points, columns, rows, marker)]
    for row in cells:
        for column, character in enumerate(row):
            if character != " ":
                row[column] = HANDS[kind](glyphs.line or character, column)
    if glyphs.point and 2 * len(points) <= columns:
        for point in points:
            _put(cells, point, glyphs.point)
    if letter and points:
        _put(cells, points[-1], letter)
    return tuple("".join(row) for row in cells)


def merged(above: str, below: str) -> str:
    """Return the character that shows both: the dots of two braille patterns together, else what is above."""
    if above == " ":
        return below
    if _is_braille(above) and _is_braille(below):
        return chr(ord(above) | ord(below))
    return above


def _put(cells: list[list[str]], point: Point, character: str) -> None:
    """Write `character` into the cell of `point`, if it lies on the canvas."""
    if place := cell_at(point, len(cells[0]), len(cells)):
        column, row = place
        cells[row][column] = character


def _is_braille(character: str) -> bool:
    return EMPTY_BRAILLE <= ord(character) < EMPTY_BRAILLE + 256


def _solid(character: str, column: int) -> str:
    """Leave the line whole."""
    return character


def _dashed(character: str, column: int) -> str:
    """Leave out every third column."""
    return " " if column % 3 == 2 else character


def _dotted(character: str, column: int) -> str:
    """Leave one dot to a cell, its first, so that level, steep and slanting lines all stay dotted."""
    if not _is_braille(character):
        return character
    dots = ord(character) - EMPTY_BRAILLE
    return chr(EMPTY_BRAILLE + (dots & -dots))


HANDS: dict[Stroke, Callable[[str, int], str]] = {"train": _solid, "validation": _dashed, "under": _dotted}
