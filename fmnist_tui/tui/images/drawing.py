from collections.abc import Callable
from functools import cache
from itertools import groupby
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.strip import Strip

DrawingMode = Literal["greys", "four greys", "dots"]
"""How images are drawn: `greys` with 256 colours or more, `four greys` with 16, `dots` without colour."""

Size = Literal["small", "whole", "double"]
"""Pixels per half cell: `small` 2 × 2, `whole` one; `double` takes two cells a pixel."""

CELLS: dict[Size, tuple[int, int]] = {"small": (14, 7), "whole": (28, 14), "double": (56, 28)}
"""Columns and rows of an image by size."""

FOUR_GREYS = (0, 85, 170, 255)
"""The greys among the sixteen colours, as Rich defines them; sent as colours 0, 8, 7 and 15."""

BAYER = np.array([[0, 8, 2, 10], [12, 4, 14, 6], [3, 11, 1, 9], [15, 7, 13, 5]], np.float64)
"""The 4 × 4 matrix of ordered dithering (Bayer 1973)."""

BRAILLE = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]], np.int64)
"""The bit of each of the 4 × 2 dots of a braille pattern above U+2800 (Unicode, chapter 21.1)."""

DOTS: dict[Size, int] = {"small": 1, "whole": 2, "double": 4}
"""Dots along each side of a pixel, by size."""

DOTS_GAMMA = 0.7
"""The brightness's exponent before dithering, to tell dark cloth from the background."""

Image = npt.NDArray[np.uint8]
"""Grey levels 0 … 255, shape (28, 28)."""

Levels = npt.NDArray[np.float64]
"""Brightness 0 … 1, shape (rows, columns)."""


Paint = Callable[[Any, DrawingMode, Size], tuple[Strip, ...]]
"""Draws a picture, given as an array, with the size given by `CELLS`."""


def draw(image: Image, mode: DrawingMode = "greys", size: Size = "whole") -> tuple[Strip, ...]:
    """Return an image, shape (28, 28), 0 black, as strips."""
    if mode == "greys":
        return _half_blocks(np.rint(_scaled(image, size) * 255).astype(np.uint8))
    if mode == "four greys":
        return _half_blocks(_in_four(_scaled(image, size), dithered=size != "small"))
    return tuple(Strip([Segment(row)], len(row)) for row in _dots(image, DOTS[size]))


def _scaled(image: Image, size: Size) -> Levels:
    """Return a level for each half cell, upper and lower halves alternating."""
    levels: Levels = image / 255
    if size == "small":
        fours: Levels = levels.reshape(14, 2, 14, 2).mean(axis=(1, 3))
        return fours
    return levels if size == "whole" else levels.repeat(2, axis=0).repeat(2, axis=1)


def _in_four(levels: Levels, *, dithered: bool) -> Image:
    greys = np.array(FOUR_GREYS, np.uint8)
    steps = len(greys) - 1
    # In a small image the pattern would be as large as a sleeve.
    added = _thresholds(levels) if dithered else 0.5
    chosen: Image = greys[np.floor(levels * steps + added).astype(np.int64).clip(0, steps)]
    return chosen


def _thresholds(levels: Levels) -> Levels:
    """Return the dithering offset of each level: 0 for black, else strictly between 0 and 1."""
    rows, columns = levels.shape
    patches = np.tile((BAYER + 0.5) / BAYER.size, (rows // 4 + 1, columns // 4 + 1))
    # Black stays black and white stays white.
    thresholds: Levels = np.where(levels == 0, 0.0, patches[:rows, :columns])
    return thresholds


def _half_blocks(greys: Image) -> tuple[Strip, ...]:
    """Return rows of half blocks; equal neighbours share a segment."""
    columns = greys.shape[1]
    return tuple(
        Strip(
            (
                Segment(("▀" if upper != lower else " ") * len(list(run)), _style(upper, lower))
                for (upper, lower), run in groupby(zip(above.tolist(), below.tolist(), strict=True))
            ),
            columns,
        )
        for above, below in zip(greys[::2], greys[1::2], strict=True)
    )


@cache
def _style(upper: int, lower: int) -> Style:
    """Cached because creating one dominates the drawing time."""
    return Style(color=Color.from_rgb(upper, upper, upper), bgcolor=Color.from_rgb(lower, lower, lower))


def _dots(image: Image, side: int) -> tuple[str, ...]:
    """Return braille patterns, `side` × `side` dots a pixel; the brightest tenth has all dots."""
    cloth = image[image > 0]
    # A percentile: with the maximum, a white collar would leave a black coat without dots.
    full = float(np.percentile(cloth, 90)) if cloth.size else 1.0
    brightness: Levels = (image / full).clip(0, 1) ** DOTS_GAMMA
    levels = brightness.repeat(side, axis=0).repeat(side, axis=1)
    dots = np.floor(levels + _thresholds(levels)).astype(np.int64).clip(0, 1)
    rows, columns = dots.shape
    patterns = (dots.reshape(rows // 4, 4, columns // 2, 2) * BRAILLE[None, :, None, :]).sum(axis=(1, 3))
    return tuple("".join(chr(0x2800 + pattern) if pattern else " " for pattern in row) for row in patterns.tolist())


def drawing_mode(app: App[None]) -> DrawingMode:
    system = app.console.color_system
    if app.no_color or system is None:
        return "dots"
    return "greys" if system in ("truecolor", "256") else "four greys"
