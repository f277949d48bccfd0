"""Figures of any size: their mean, their spread, and their text, whatever a float can hold.

The sums and squares of figures near the ends of what a float can hold lie beyond it, though their mean does
not. So such figures are scaled by a power of two first, which is exact, and the result is scaled back.
"""

import math
import statistics
from collections.abc import Iterable, Sequence

LONGEST = 1e7
"""From here on a figure is written with an exponent: `1.7e+308`, not 309 digits."""

_FAR = 200
"""Figures are scaled whose power of two lies beyond this: of others even the fourth power is a float."""


def mean(values: Sequence[float]) -> float:
    """Return the mean of some values, one at least; of values that are not finite what floats make of them."""
    try:
        return statistics.fmean(values)
    except OverflowError:
        scale = scale_of(values)
        return unscaled(statistics.fmean(scaled(values, scale)), scale)
    except ValueError:  # infinite both ways
        return math.nan


def deviation(values: Sequence[float]) -> float:
    """Return the sample standard deviation of two or more finite values; infinite where no float holds it."""
    try:
        return statistics.stdev(values)
    except OverflowError:
        scale = scale_of(values)
        return unscaled(statistics.stdev(scaled(values, scale)), scale)


def scale_of(*samples: Iterable[float]) -> int:
    """Return the power of two to divide finite values by before they are squared; 0 for those of usual size."""
    _, power = math.frexp(max((abs(value) for values in samples for value in values), default=0.0))
    return power if abs(power) > _FAR else 0


def scaled(values: Sequence[float], scale: int) -> Sequence[float]:
    """Return values divided by a power of two."""
    return [math.ldexp(value, -scale) for value in values] if scale else values


def unscaled(value: float, scale: int) -> float:
    """Return a value multiplied by a power of two; infinite where no float holds that."""
    try:
        return math.ldexp(value, scale)
    except OverflowError:
        return math.copysign(math.inf, value)


def fixed(value: float, decimals: int, *, sign: bool = False) -> str:
    """Return a value with some decimals, or with an exponent where that would be long.

    Args:
        value: any float; `nan` and `inf` are written so.
        decimals: how many digits after the point.
        sign: whether a plus is written too.
    """
    plus = "+" if sign else ""
    return f"{value:{plus}.{decimals}f}" if abs(value) < LONGEST else f"{value:{plus}.3g}"
