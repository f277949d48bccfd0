"""Smoothing of curves, for display only."""

import math
from collections.abc import Sequence

SMOOTHINGS = (0.0, 0.6, 0.9)
"""The weights to choose from, 0 for none; 0.6 is TensorBoard's default."""


def smoothed(x: Sequence[float], y: Sequence[float], weight: float) -> tuple[float, ...]:
    """Return the debiased exponential moving average of `y`, as TensorBoard draws it.

    For points one apart: `last = weight · last + (1 - weight) · y`, divided by `1 - weight ** n` so that the initial
    zero does not pull the first points down. Closer points weigh less in proportion, so that twenty within an epoch do
    not outweigh a later one.

    Args:
        x: ascending; the first counts as one step from the one before it, or from 0.
        y: a value for each; where one is not finite, so is the average, and the others ignore it.
        weight: the share of the average kept over a distance of 1, from 0 (none) to below 1.
    """
    average = share = 0.0
    averages = []
    before = 0.0 if x and x[0] > 0 else (x[0] if x else 0.0) - 1.0
    for place, value in zip(x, y, strict=False):
        if not (math.isfinite(value) and math.isfinite(place)):
            averages.append(math.nan)
            continue
        kept = weight ** max(place - before, 0.0)
        average = kept * average + (1 - kept) * value
        share = kept * share + (1 - kept)
        averages.append(average / share if share else value)
        before = place
    return tuple(averages)
