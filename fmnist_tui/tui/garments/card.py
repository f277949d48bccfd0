"""Garments with what is said of them, and how many of them a part of the screen has room for."""

from dataclasses import dataclass

from fmnist_tui.tui.garments.drawing import CELLS, Image, Size

GAP = 2
"""Empty columns between two garments."""

CAPTION_ROWS = 2
"""Rows of words beneath a garment."""


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """A garment and what is known of it."""

    image: Image
    """Grey levels, shape (28, 28)."""
    caption: tuple[str, ...]
    """At most two lines of at most fifteen characters, to stand beneath it."""
    facts: tuple[tuple[str, str], ...]
    """What is known of it as names and values, to stand beside it when it is drawn large."""


@dataclass(frozen=True, slots=True)
class Grid:
    """How garments are laid out."""

    size: Size
    """How large each is."""
    columns: int
    """How many stand beside each other, at least 1."""
    rows: int
    """How many stand below each other, at least 1."""
    caption_rows: int
    """How many rows of words there are beneath each."""

    @property
    def capacity(self) -> int:
        """How many there are at once."""
        return self.columns * self.rows

    @property
    def pitch(self) -> tuple[int, int]:
        """Columns and rows from one garment to the next."""
        columns, rows = CELLS[self.size]
        return columns + GAP, rows + self.caption_rows


def grid_for(count: int, width: int, height: int) -> Grid:
    """Return how to lay out `count` garments: whole if all of them have room so, else small, as many as fit.

    Where there is no room for words beneath even a row of small ones, there are none.
    """
    whole = _grid("whole", width, height)
    return whole if 0 < count <= whole.capacity and _fits(whole, width, height) else _grid("small", width, height)


def _grid(size: Size, width: int, height: int) -> Grid:
    columns, rows = CELLS[size]
    caption_rows = CAPTION_ROWS if height >= rows + CAPTION_ROWS else 0
    return Grid(size, max((width + GAP) // (columns + GAP), 1), max(height // (rows + caption_rows), 1), caption_rows)


def _fits(grid: Grid, width: int, height: int) -> bool:
    columns, rows = CELLS[grid.size]
    return columns <= width and rows + grid.caption_rows <= height and grid.caption_rows > 0
