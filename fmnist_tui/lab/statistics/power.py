"""How large a difference a number of seeds can show, and how many seeds a difference needs.

The distributions are SciPy's, which is imported when the first figure is asked for.
"""

import math

SIGNIFICANCE = 0.05
"""How often a difference is called clear where there is none."""

POWER = 0.80
"""How often the seeds that are asked for would show a difference of the size seen."""

MOST_SEEDS = 100
"""Where more seeds than this would be needed, the difference is too small to ask for them."""


def power(effect: float, sd: float, n: int, *, paired: bool = False, significance: float = SIGNIFICANCE) -> float:
    """Return how often a t test would see a difference, with `n` seeds each.

    The noncentral t distribution (Cohen 1988): of n - 1 degrees of freedom for pairs, with the
    standard deviation of a pair's difference; of 2n - 2 for two samples of n, with that of a run.

    Args:
        effect: the true difference, in the unit of `sd`.
        sd: the standard deviation, above 0.
        n: seeds of each experiment, 2 at least.
        paired: whether the seeds are common.
        significance: the p below which a difference counts as seen.
    """
    from scipy.special import stdtrit

    freedom = n - 1 if paired else 2 * n - 2
    shift = abs(effect) / sd / math.sqrt(1 / n if paired else 2 / n)
    bound = float(stdtrit(freedom, 1 - significance / 2))
    return 1 - _noncentral_t(freedom, shift, bound) + _noncentral_t(freedom, shift, -bound)


def _noncentral_t(freedom: int, shift: float, t: float) -> float:
    """Return how often a noncentral t is below `t`; SciPy's series says NaN in some places where that is 0."""
    from scipy.special import nctdtr

    below = float(nctdtr(freedom, shift, t))
    return 0.0 if math.isnan(below) else below


def seeds_needed(effect: float, sd: float, *, paired: bool = False, significance: float = SIGNIFICANCE) -> int | None:
    """Return the fewest seeds each that see a difference with 80 % power; None for over 100, or for no difference.

    Nor is anything said where no float holds the difference or the spread.

    The arguments are those of `power`.
    """
    if not effect or not (math.isfinite(effect) and math.isfinite(sd)):
        return None
    if not sd:
        return 2
    few, enough = 1, MOST_SEEDS
    if power(effect, sd, enough, paired=paired, significance=significance) < POWER:
        return None
    while enough - few > 1:
        middle = (few + enough) // 2
        if power(effect, sd, middle, paired=paired, significance=significance) < POWER:
            few = middle
        else:
            enough = middle
    return enough


def detectable(sd: float, n: int, *, paired: bool = False) -> float:
    """Return the smallest difference that `n` seeds each see with 80 % power, in the unit of `sd`."""
    from scipy.optimize import brentq

    # In units of `sd`, so that no size of it is too large or too small for the search.
    return sd * float(brentq(lambda effect: power(effect, 1.0, n, paired=paired) - POWER, 0.0, 1e4, xtol=1e-9))
