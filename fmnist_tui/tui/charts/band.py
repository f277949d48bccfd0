"""Bands between two curves, dotted so that curves over them stay visible."""

from functools import lru_cache

from fmnist_tui.tui.charts.canvas import Marker, Point
from fmnist_tui.tui.charts.strokes import EMPTY_BRAILLE, height_at

BRAILLE_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))

SHADES: dict[Marker, str] = {"braille": "", "dot": "░", "ascii": ":"}


@lru_cache(maxsize=32)  # see `stroke`
def band(
    low: tuple[Point, ...], high: tuple[Point, ...], columns: int, rows: int, *, marker: Marker, hand: int = 0
) -> tuple[str, ...]:
    """Return `rows` strings of `columns` characters with the area between two curves shaded.

    One in eight braille dots is set; different hands set different dots, so overlaps are darker. `low` and `high` are
    on the canvas and have the same ascending x.
    """
    wide, high_dots = (2, 4) if marker == "braille" else (1, 1)
    cells = [[0] * columns for _ in range(rows)]
    for x in range(wide * columns):
        place = (x + 0.5) / (wide * columns)
        bottom, top = height_at(low, place), height_at(high, place)
        if bottom is None or top is None:
            continue
        first = max(round((1 - top) * high_dots * rows), 0)
        last = min(round((1 - bottom) * high_dots * rows), high_dots * rows)
        for y in range(first, last):
            if marker != "braille":
                cells[y][x] = 1
            elif (x + 3 * y + 5 * hand) % 8 == 0:
                cells[y // 4][x // 2] |= BRAILLE_DOTS[y % 4][x % 2]
    return tuple("".join(_shade(dots, marker) for dots in row) for row in cells)


def _shade(dots: int, marker: Marker) -> str:
    return " " if not dots else SHADES[marker] or chr(EMPTY_BRAILLE + dots)
