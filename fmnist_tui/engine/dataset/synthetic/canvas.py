"""Paint many 28×28 images at once, between edges that differ from image to image.

All arithmetic is elementwise float32, which IEEE 754 rounds the same on every machine: no sums along an axis, no libm.
Lengths are in pixels, y downwards; the pixel in row r and column c covers [r, r+1] × [c, c+1].
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.synthetic.draws import Flags, Floats

SIDE = 28
CENTRES: Floats = (np.arange(SIDE) + 0.5).astype(np.float32)

Measure = Floats | float
"""A length for each image, shape (n,), or one for all."""

Edge = Floats | float
"""A measure, or a line: an x for every row, or a y for every column, of each image, shape (n, 28)."""


class Canvas:
    """A coverage is the covered part of each pixel, 0 to 1, in a shape that broadcasts to (n, 28, 28).

    Images whose flag in `only` is false are not changed.
    """

    def __init__(self, n: int) -> None:
        self._tone: Floats = np.zeros((n, SIDE, SIDE), np.float32)

    def paint(self, coverage: Floats, tone: Floats | float, *, only: Flags | None = None) -> None:
        """Paint a tone, 0 black to 255 white: a number, shape (n,) or (n, 28, 28)."""
        self._tone += _masked(coverage, only) * (_spread(tone) - self._tone)

    def shade(self, coverage: Floats, factor: Measure, *, only: Flags | None = None) -> None:
        self._tone *= 1 + _masked(coverage, only) * (_spread(factor) - 1)

    def develop(self, grain: Floats) -> npt.NDArray[np.uint8]:
        """Return bytes, each pixel changed by the relative amount `grain`, shape (n, 28, 28)."""
        rough: Floats = np.clip(self._tone * (1 + grain), 0, 255)
        return (rough + 0.5).astype(np.uint8)


def line(*knots: tuple[Measure, Measure]) -> Floats:
    """Return shape (n, 28): a line through `knots` (position, value), constant outside them."""
    places = [(_edge(position), _edge(value)) for position, value in knots]
    values = places[0][1]
    for (start, before), (end, after) in pairwise(places):
        share = (CENTRES - start) / np.maximum(end - start, 0.01)
        values = values + np.clip(share, 0, 1) * (after - before)
    return values


def across(left: Edge, right: Edge) -> Floats:
    return _overlap(CENTRES[None, None, :], _edge(left)[:, :, None], _edge(right)[:, :, None])


def down(top: Edge, bottom: Edge) -> Floats:
    return _overlap(CENTRES[None, :, None], _edge(top)[:, None, :], _edge(bottom)[:, None, :])


def beside(axis: Edge, inner: Edge, outer: Edge) -> Floats:
    """Return two areas, between `inner` and `outer` pixels left and right of a vertical axis."""
    distance = np.abs(CENTRES[None, None, :] - _edge(axis)[:, :, None])
    return _overlap(distance, _edge(inner)[:, :, None], _edge(outer)[:, :, None])


def around(axis: Edge, reach: Edge) -> Floats:
    """Return the area within `reach` pixels of a vertical axis."""
    return beside(axis, -1, reach)


def _overlap(centres: Floats, low: Floats, high: Floats) -> Floats:
    covered: Floats = np.minimum(high, centres + 0.5) - np.maximum(low, centres - 0.5)
    np.clip(covered, 0, 1, out=covered)
    return covered


def _edge(values: Edge) -> Floats:
    edge = np.asarray(values, np.float32)
    return edge if edge.ndim == 2 else edge.reshape(-1, 1)


def _spread(values: Floats | float) -> Floats:
    spread = np.asarray(values, np.float32)
    return spread if spread.ndim == 3 else spread.reshape(-1, 1, 1)


def _masked(coverage: Floats, only: Flags | None) -> Floats:
    return coverage if only is None else coverage * only[:, None, None]
