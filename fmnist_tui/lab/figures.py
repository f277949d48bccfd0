"""Mean, deviation and text of floats of any size.

Values near the limits of floats are first scaled by a power of two, which is exact.
"""

import math
import statistics
from collections.abc import Iterable, Sequence

LONGEST = 1e7
"""From this size on, numbers are written with an exponent: `1.7e+308`, not 309 digits."""

_MAX_EXPONENT = 200
"""Values are scaled only when their power of two exceeds this; below it even the fourth power fits a float."""

_ORDINARY = 1e100
"""Below this size, and above its inverse, squares neither overflow nor underflow."""


def mean(values: Sequence[float]) -> float:
    """Return NaN for infinities with both signs."""
    try:
        return statistics.fmean(values)
    except OverflowError:
        scale = scale_of(values)
        return unscaled(statistics.fmean(scaled(values, scale)), scale)
    except ValueError:  # both infinities
        return math.nan


def deviation(values: Sequence[float]) -> float:
    """Return the sample standard deviation of two or more finite values; infinite on overflow.

    `statistics.stdev` is exact but ten times slower; it computes equal values, whose deviation must be 0, and values
    whose squares overflow or underflow.
    """
    low, high = min(values), max(values)
    if -_ORDINARY < low < high < _ORDINARY and high - low > 1 / _ORDINARY:
        centre = sum(values) / len(values)
        apart = [value - centre for value in values]
        # The second term is 0 but for the rounding of the centre: Chan, Golub & LeVeque 1983, American Statistician 37.
        squares = math.fsum([each * each for each in apart]) - math.fsum(apart) ** 2 / len(values)
        return math.sqrt(squares / (len(values) - 1))
    try:
        return statistics.stdev(values)
    except OverflowError:
        scale = scale_of(values)
        return unscaled(statistics.stdev(scaled(values, scale)), scale)


def scale_of(*samples: Iterable[float]) -> int:
    """Return the power of two to divide values by before squaring; 0 for ordinary sizes."""
    _, power = math.frexp(max((abs(value) for values in samples for value in values), default=0.0))
    return power if abs(power) > _MAX_EXPONENT else 0


def scaled(values: Sequence[float], scale: int) -> Sequence[float]:
    return [math.ldexp(value, -scale) for value in values] if scale else values


def unscaled(value: float, scale: int) -> float:
    """Return infinity on overflow."""
    try:
        return math.ldexp(value, scale)
    except OverflowError:
        return math.copysign(math.inf, value)


def fixed(value: float, decimals: int, *, sign: bool = False) -> str:
    plus = "+" if sign else ""
    return f"{value:{plus}.{decimals}f}" if abs(value) < LONGEST else f"{value:{plus}.3g}"
