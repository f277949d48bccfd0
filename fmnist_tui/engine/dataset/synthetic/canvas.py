"""Painting many 28×28 reports at once, between edges that each progress has for itself.

Everything is elementwise float32 addition, multiplication, division and comparison, which IEEE 754
rounds alike everywhere; nothing is summed along an axis and nothing calls the machine's libm.
Lengths are in pixels, y downwards; the pixel in row r and column c covers [r, r+1] × [c, c+1].
"""

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.synthetic.draws import Flags, Floats

SIDE = 28
CENTRES: Floats = (np.arange(SIDE) + 0.5).astype(np.float32)

Measure = Floats | float
"""A length for each progress, shape (n,), or one for all."""

Edge = Floats | float
"""A measure, or a line: an x for every row, or a y for every column, of each progress, shape (n, 28)."""


class Canvas:
    """`n` reports, black at first.

    A coverage has a shape that broadcasts to (n, 28, 28) and says from 0 to 1 how much of a pixel is
    meant; `only` leaves out the reports whose flag is false.
    """

    def __init__(self, n: int) -> None:
        self._tone: Floats = np.zeros((n, SIDE, SIDE), np.float32)

    def paint(self, coverage: Floats, tone: Floats | float, *, only: Flags | None = None) -> None:
        """Lay a tone from 0 black to 255 white over the reports: a number, shape (n,) or (n, 28, 28)."""
        self._tone += _masked(coverage, only) * (_spread(tone) - self._tone)

    def shade(self, coverage: Floats, factor: Measure, *, only: Flags | None = None) -> None:
        """Multiply what is there by `factor`."""
        self._tone *= 1 + _masked(coverage, only) * (_spread(factor) - 1)

    def develop(self, grain: Floats) -> npt.NDArray[np.uint8]:
        """The finished reports, each pixel off by its share `grain` of itself; black stays black."""
        rough: Floats = np.clip(self._tone * (1 + grain), 0, 255)
        return (rough + 0.5).astype(np.uint8)


def line(*knots: tuple[Measure, Measure]) -> Floats:
    """A line through `knots` (position, value), level before the first and after the last: shape (n, 28)."""
    places = [(_edge(position), _edge(value)) for position, value in knots]
    values = places[0][1]
    for (start, before), (end, after) in pairwise(places):
        way = (CENTRES - start) / np.maximum(end - start, 0.01)
        values = values + np.clip(way, 0, 1) * (after - before)
    return values


def across(left: Edge, right: Edge) -> Floats:
    """The area from a left edge to a right one."""
    return _overlap(CENTRES[None, None, :], _edge(left)[:, :, None], _edge(right)[:, :, None])


def down(top: Edge, bottom: Edge) -> Floats:
    """The area from an upper edge to a lower one."""
    return _overlap(CENTRES[None, :, None], _edge(top)[:, None, :], _edge(bottom)[:, None, :])


def beside(axis: Edge, inner: Edge, outer: Edge) -> Floats:
    """The two mirrored areas on both sides of an upright axis, from `inner` to `outer` away from it."""
    away = np.abs(CENTRES[None, None, :] - _edge(axis)[:, :, None])
    return _overlap(away, _edge(inner)[:, :, None], _edge(outer)[:, :, None])


def around(axis: Edge, reach: Edge) -> Floats:
    """The area as far as `reach` on both sides of an upright axis."""
    return beside(axis, -1, reach)


def _overlap(centres: Floats, low: Floats, high: Floats) -> Floats:
    """How much of the unit length around each of `centres` lies between `low` and `high`."""
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
