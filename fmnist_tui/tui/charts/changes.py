"""The cells that differ between two drawings."""

from collections.abc import Iterator, Sequence

from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip


def changes(before: Sequence[Strip], after: Sequence[Strip]) -> Iterator[Region]:
    """Yield a region for each row that differs, from its first changed cell to its last.

    Both drawings have the same size, and characters one cell wide.
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
