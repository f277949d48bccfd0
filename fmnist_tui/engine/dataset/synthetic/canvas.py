"""Painting many 28×28 pictures at once, from edges that each picture has for itself.

Everything is elementwise float32 addition, multiplication, division and comparison, which IEEE 754
rounds alike everywhere; nothing is summed along an axis and nothing calls the machine's libm.
Lengths are in pixels, y downwards; the pixel in row r and column c covers [r, r+1] × [c, c+1].
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.synthetic.draws import Floats

SIDE = 28
CENTRES: Floats = (np.arange(SIDE) + 0.5).astype(np.float32)
COLUMNS = CENTRES[None, None, :]
ROWS = CENTRES[None, :, None]

Measure = Floats | float
"""One length for each picture, shape (n,), or the same for all."""


class Canvas:
    """`n` black pictures; `tone` has shape (n, 28, 28), 0 black … 255 white."""

    def __init__(self, n: int) -> None:
        self.tone: Floats = np.zeros((n, SIDE, SIDE), np.float32)

    def paint(self, coverage: Floats, tone: Floats | float) -> None:
        """Lay `tone` over the pictures where `coverage` (0 … 1) says so."""
        self.tone += coverage * (tone - self.tone)

    def shade(self, coverage: Floats, factor: Floats | float) -> None:
        """Multiply what is there by `factor` where `coverage` (0 … 1) says so."""
        self.tone *= 1 + coverage * (factor - 1)

    def develop(self, grain: Floats) -> npt.NDArray[np.uint8]:
        """The finished pictures: `grain` is each pixel's relative error; black stays black."""
        return (np.clip(self.tone * (1 + grain), 0, 255) + 0.5).astype(np.uint8)


def overlap(centres: Floats, low: Floats, high: Floats) -> Floats:
    """How much of the unit stretch around each of `centres` lies between `low` and `high`: 0 … 1."""
    covered = np.minimum(high, centres + 0.5) - np.maximum(low, centres - 0.5)
    return np.clip(covered, 0, 1, out=covered)


def profile(*knots: tuple[Measure, Measure]) -> Floats:
    """A line through `knots` (position, value), level before the first and after the last: shape (n or 1, 28)."""
    places = [(_column(position), _column(value)) for position, value in knots]
    line = places[0][1] + np.zeros((1, SIDE), np.float32)
    for (start, before), (end, after) in zip(places, places[1:], strict=False):
        line = line + np.clip((CENTRES - start) / np.maximum(end - start, 0.01), 0, 1) * (after - before)
    return line


def rows(top: Measure, bottom: Measure) -> Floats:
    """The horizontal band from `top` to `bottom`."""
    return overlap(ROWS, _column(top)[:, :, None], _column(bottom)[:, :, None])


def columns(left: Measure, right: Measure) -> Floats:
    """The vertical band from `left` to `right`."""
    return overlap(COLUMNS, _column(left)[:, :, None], _column(right)[:, :, None])


def by_row(left: Floats, right: Floats) -> Floats:
    """The area between two edges that have an x for every row."""
    return overlap(COLUMNS, left[:, :, None], right[:, :, None])


def by_column(top: Floats, bottom: Floats) -> Floats:
    """The area between two edges that have a y for every column."""
    return overlap(ROWS, top[:, None, :], bottom[:, None, :])


def _column(measure: Measure) -> Floats:
    return np.asarray(measure, np.float32).reshape(-1, 1)
