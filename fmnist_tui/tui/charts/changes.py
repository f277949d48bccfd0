"""Where one drawing differs from the last: a growing curve changes few cells, and no others need be sent again."""

from collections.abc import Iterator, Sequence

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip


def changes(before: Sequence[Strip], after: Sequence[Strip]) -> Iterator[Region]:
    """Yield a region for each row that differs, from its first cell that does to its last.

    Args:
        before: the rows as they were.
        after: as many rows, of the same width, whose every character takes one cell.
    """
    for y, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        cells = [a != b for a, b in zip(_cells(old), _cells(new), strict=True)]
        if any(cells):
            first = cells.index(True)
            last = len(cells) - cells[::-1].index(True)
            yield Region(first, y, last - first, 1)


def _cells(strip: Strip) -> list[tuple[str, Style | None]]:
    return [(character, segment.style) for segment in strip for character in segment.text]
