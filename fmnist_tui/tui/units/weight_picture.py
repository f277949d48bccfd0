"""Weights as characters: light where positive, dark where negative, on a middle grey.

The lightness carries the sign, so that it reads without telling hues apart; without any colour, signs do: `+ #`
positive, `- =` negative.
"""

from collections.abc import Callable
from functools import cache
from itertools import groupby

import numpy as np
from numpy.typing import NDArray
from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from rich.text import Text
from textual.strip import Strip

from fmnist_tui.tui.images.drawing import BAYER, CELLS, DrawingMode, Size

Rgb = tuple[int, int, int]

SHADES: tuple[Rgb, ...] = (
    (0, 0, 95),
    (0, 0, 175),
    (0, 95, 175),
    (95, 95, 175),
    (108, 108, 108),
    (135, 135, 95),
    (175, 175, 95),
    (255, 215, 95),
    (255, 255, 175),
)
"""From strongly negative to strongly positive, ever lighter; all of them among the 256 colours."""

NEGATIVE, ZERO, POSITIVE = SHADES[0], SHADES[len(SHADES) // 2], SHADES[-1]

SIXTEEN = ((0, 0, 170), (85, 85, 85), (255, 255, 85))
"""The same among the sixteen colours, as Rich defines them; sent as colours 4, 8 and 11."""

SIGNS = "=- +#"
"""Without colour, from strongly negative to strongly positive."""

CLIPPED = 98.0
"""The percentile of the absolute weights that has the strongest colour: one large weight leaves the others visible."""

GAMMA = 0.8
"""The exponent of a level before it is drawn: weak weights are many, and show the shape."""

Weights = NDArray[np.float32]
"""Shape (28, 28)."""

Levels = NDArray[np.float64]
"""From -1 to 1, shape (rows, columns)."""


def draw_weights(weights: Weights, mode: DrawingMode = "greys", size: Size = "whole") -> tuple[Strip, ...]:
    """Return a picture of weights, each scaled to its own strongest, with the size given by `CELLS`."""
    strongest = float(np.percentile(np.abs(weights), CLIPPED)) or 1.0
    linear = (weights / strongest).clip(-1, 1).astype(np.float64)
    levels: Levels = np.sign(linear) * np.abs(linear) ** GAMMA
    columns, rows = CELLS[size]
    if mode == "dots":
        return tuple(Strip([Segment(line)], columns) for line in _signs(_resized(levels, rows, columns)))
    halves = _resized(levels, 2 * rows, columns)
    if mode == "greys":
        return _half_blocks(np.rint(halves * (len(SHADES) // 2)).astype(np.int64), _shade)
    return _half_blocks(_in_three(halves, dithered=size != "small"), _sixteen)


def legend(mode: DrawingMode) -> Text:
    if mode == "dots":
        return Text("+ # positive   - = negative   each scaled to its own strongest")
    colours = (NEGATIVE, ZERO, POSITIVE) if mode == "greys" else SIXTEEN
    words = (" negative   ", " near 0   ", " positive   ")
    parts = [(("██", Style(color=Color.from_rgb(*rgb))), word) for rgb, word in zip(colours, words, strict=True)]
    return Text.assemble(*(piece for pair in parts for piece in pair), "each scaled to its own strongest")


def _resized(levels: Levels, rows: int, columns: int) -> Levels:
    """Return means over blocks where there are fewer cells than pixels, and repeat pixels where there are more."""
    height, width = levels.shape
    high, wide = max(rows // height, 1), max(columns // width, 1)
    repeated = levels.repeat(high, axis=0).repeat(wide, axis=1)
    down, across = repeated.shape[0] // rows, repeated.shape[1] // columns
    return np.asarray(repeated.reshape(rows, down, columns, across).mean(axis=(1, 3)))


def _signs(levels: Levels) -> list[str]:
    places = np.digitize(levels, (-0.6, -0.2, 0.2, 0.6))
    return ["".join(SIGNS[place] for place in row) for row in places.tolist()]


def _in_three(levels: Levels, *, dithered: bool) -> NDArray[np.int64]:
    """Return -1, 0 or 1 for each level, dithered or cut at a third."""
    if not dithered:  # in a small picture the pattern would be as large as what it shows
        return np.where(np.abs(levels) > 1 / 3, np.sign(levels), 0).astype(np.int64)
    rows, columns = levels.shape
    patches = np.tile((BAYER + 0.5) / BAYER.size, (rows // 4 + 1, columns // 4 + 1))[:rows, :columns]
    return np.floor(levels + patches).astype(np.int64).clip(-1, 1)


def _half_blocks(shades: NDArray[np.int64], colour: Callable[[int], Rgb]) -> tuple[Strip, ...]:
    """Return rows of half blocks, each cell from two rows of shades; equal neighbours share a segment."""
    columns = shades.shape[1]
    return tuple(
        Strip(
            (
                Segment(("▀" if upper != lower else " ") * len(list(run)), _style(colour(upper), colour(lower)))
                for (upper, lower), run in groupby(zip(above.tolist(), below.tolist(), strict=True))
            ),
            columns,
        )
        for above, below in zip(shades[::2], shades[1::2], strict=True)
    )


@cache
def _style(upper: Rgb, lower: Rgb) -> Style:
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))


def _shade(step: int) -> Rgb:
    return SHADES[step + len(SHADES) // 2]


def _sixteen(step: int) -> Rgb:
    return SIXTEEN[step + 1]
