"""Images with captions, and their layout in a grid."""

from dataclasses import dataclass

from fmnist_tui.tui.garments.drawing import CELLS, Image, Size

GAP = 2

CAPTION_ROWS = 2


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    image: Image
    """Grey levels, shape (28, 28)."""
    caption: tuple[str, ...]
    """At most two lines of at most fifteen characters."""
    facts: tuple[tuple[str, str], ...]
    """Names and values, shown beside the enlarged image."""


@dataclass(frozen=True, slots=True)
class Grid:
    size: Size
    columns: int
    """At least 1."""
    rows: int
    """At least 1."""
    caption_rows: int

    @property
    def capacity(self) -> int:
        return self.columns * self.rows

    @property
    def pitch(self) -> tuple[int, int]:
        """Columns and rows from one image to the next."""
        columns, rows = CELLS[self.size]
        return columns + GAP, rows + self.caption_rows


def grid_for(count: int, width: int, height: int) -> Grid:
    """Return the layout for `count` images: whole size if all fit, else small.

    There are no captions if not even one row of small images has room for them.
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
