"""How much better the best of many looks than it is, because it was chosen for looking best."""

import math
from collections.abc import Sequence


def expected_maximum(k: int) -> float:
    """Return the mean of the largest of `k` independent standard normal values: 0 for 1, 1.79 for 17."""
    return inflation([0.0] * k, [1.0] * k)


def inflation(means: Sequence[float], errors: Sequence[float]) -> float:
    """Return by how much the highest of some measured means exceeds its true mean on average.

    The winner's curse (selection bias; Cawley & Talbot 2010, Journal of Machine Learning Research 11), by a parametric
    bootstrap that is integrated numerically; `errors` are standard errors.
    """
    import numpy as np
    from scipy.special import log_ndtr

    middle, error = np.asarray(means, float), np.asarray(errors, float)
    if len(middle) < 2 or not error.any():
        return 0.0
    error = np.maximum(error, error.max() / 50)  # the grid below cannot resolve less
    top = float(middle.max())
    grid, step = np.linspace(top - 8 * error.max(), top + 8 * error.max(), 2_001, retstep=True)
    total, every = np.zeros_like(grid), np.zeros_like(grid)
    for centre, spread in zip(middle, error, strict=True):
        every += log_ndtr((grid - centre) / spread)
    for centre, spread in zip(middle, error, strict=True):
        z = (grid - centre) / spread
        # The density at which this one is the highest: its own, times the chance that all others lie below.
        wins = np.exp(-(z**2) / 2 + every - log_ndtr(z)) / (spread * math.sqrt(2 * math.pi))
        total += (grid - centre) * wins
    return float(total.sum() * step)
