import math

SIGNIFICANCE = 0.05
"""p below which a difference is clear."""

POWER = 0.80

MOST_SEEDS = 100


def power(effect: float, sd: float, n: int, *, paired: bool = False, significance: float = SIGNIFICANCE) -> float:
    """Return the probability that a t test with `n` seeds per experiment finds a difference (Cohen 1988).

    `effect` is the true difference, in the unit of `sd`: the deviation of the differences if paired, else of a run.
    """
    from scipy.special import stdtrit

    freedom = n - 1 if paired else 2 * n - 2
    shift = abs(effect) / sd / math.sqrt(1 / n if paired else 2 / n)
    bound = float(stdtrit(freedom, 1 - significance / 2))
    return 1 - _noncentral_t(freedom, shift, bound) + _noncentral_t(freedom, shift, -bound)


def _noncentral_t(freedom: int, shift: float, t: float) -> float:
    """SciPy gives NaN in some places where it is 0."""
    from scipy.special import nctdtr

    below = float(nctdtr(freedom, shift, t))
    return 0.0 if math.isnan(below) else below


def seeds_needed(effect: float, sd: float, *, paired: bool = False, significance: float = SIGNIFICANCE) -> int | None:
    """Return the fewest seeds per experiment that find a difference with 80 % power, or None if 100 are too few."""
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
