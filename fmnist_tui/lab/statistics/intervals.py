"""What repeats say: how sure a mean is, and how far two experiments lie apart.

The distributions are SciPy's, from `scipy.special`, which `scipy.stats` is built on: it costs
microseconds a call, so that a table can ask for a difference in every row. The tests compare each
function with its counterpart in `scipy.stats`. SciPy is imported when the first figure is asked for.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.registry import metric_called
from fmnist_tui.lab.figures import deviation, mean, scale_of, scaled, unscaled
from fmnist_tui.lab.statistics.power import SIGNIFICANCE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

CONFIDENCE = 1 - SIGNIFICANCE
"""The share of intervals that hold the true value."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean, and the interval that holds the true mean with 95 % confidence."""

    n: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How far one experiment lies from another, over their seeds."""

    mean: float
    """The first's mean less the second's; over the common seeds where it is paired."""
    low: float
    high: float
    """Ends of the 95 % interval of the difference."""
    p: float
    """How often a difference this large, either way, would come up by chance if there were none."""
    n: int
    """Pairs where it is paired, else the runs of whichever has fewer."""
    paired: bool
    """Whether it is over runs of the same seeds (paired t test) rather than all (Welch's)."""
    sd: float
    """The standard deviation of a pair's difference, or of one run (both experiments' pooled) where not paired."""


@dataclass(frozen=True, slots=True)
class McNemar:
    """Two networks' answers to the same images."""

    both: int
    """Images that both get right."""
    only_a: int
    only_b: int
    neither: int
    p: float
    """How often the images that only one gets right would split this unevenly if both were as good."""

    @property
    def n(self) -> int:
        """How many images there are."""
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def mean(self) -> float:
        """The first's accuracy less the second's."""
        return (self.only_a - self.only_b) / self.n if self.n else 0.0


def interval(values: Sequence[float]) -> Interval | None:
    """Return the 95 % t interval of a mean: m ± t(0.975, n - 1) · s / √n; None for fewer than two values."""
    if len(values) < 2:
        return None
    from scipy.special import stdtrit

    freedom = len(values) - 1
    middle = mean(values)
    half = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * deviation(values) / math.sqrt(len(values))
    return Interval(len(values), middle, middle - half, middle + half)


def difference(a: Group, b: Group, figure: str = "val_accuracy") -> Difference | None:
    """Return how far `a` lies above `b` in a figure.

    Paired by seed where two seeds at least are common and both held out the same images (Student's
    paired t test); else by Welch's test for unequal variances. Common seeds share the order of the
    images, not the weights, so pairing takes away what little noise they have in common.

    Args:
        a: the experiment in question.
        b: what it is compared with.
        figure: the name of a metric.

    Returns:
        None where either has fewer than two finished runs, or they were trained on different
        datasets, which are never mixed in one statistic.
    """
    if a.recipe.dataset != b.recipe.dataset:
        return None
    metric = metric_called(figure)
    return difference_by_seed(metric.figures(a), metric.figures(b), paired=same_images(a, b))


def difference_by_seed(a: dict[int, float], b: dict[int, float], *, paired: bool = True) -> Difference | None:
    """Return how far the figures `a` lie above `b`, both by seed; `paired` allows pairs where seeds are common."""
    common = a.keys() & b.keys() if paired else set()
    seeds = sorted(common)
    if len(common) >= 2:
        ours, theirs = [a[seed] for seed in seeds], [b[seed] for seed in seeds]
    elif min(len(a), len(b)) >= 2:
        ours, theirs = [*a.values()], [*b.values()]
    else:
        return None
    scale = scale_of(ours, theirs)
    ours, theirs = [*scaled(ours, scale)], [*scaled(theirs, scale)]
    if len(common) >= 2:
        found = _paired([one - other for one, other in zip(ours, theirs, strict=True)])
    else:
        found = _welch(ours, theirs)
    if not scale:
        return found
    middle, low, high, sd = (unscaled(value, scale) for value in (found.mean, found.low, found.high, found.sd))
    return replace(found, mean=middle, low=low, high=high, sd=sd)


def same_images(a: Group, b: Group) -> bool:
    """Whether two groups held out the same images for validation, so that their runs of one seed are pairs."""
    one, other = a.recipe.training, b.recipe.training
    return (one.validation_fraction, one.split_seed) == (other.validation_fraction, other.split_seed)


def _paired(differences: Sequence[float]) -> Difference:
    n = len(differences)
    sd = deviation(differences)
    middle, low, high, p = _t_test(mean(differences), sd / math.sqrt(n), n - 1)
    return Difference(middle, low, high, p, n, paired=True, sd=sd)


def _welch(a: Sequence[float], b: Sequence[float]) -> Difference:
    """Return Welch's difference; degrees of freedom after Welch and Satterthwaite (Welch 1947)."""
    parts = [deviation(values) ** 2 / len(values) for values in (a, b)]
    error = sum(parts)
    freedom = (
        1 / sum((part / error) ** 2 / (len(values) - 1) for part, values in zip(parts, (a, b), strict=True))
        if error
        else 1.0
    )
    middle, low, high, p = _t_test(mean(a) - mean(b), math.sqrt(error), freedom)
    pooled = math.sqrt(sum((len(values) - 1) * deviation(values) ** 2 for values in (a, b)) / (len(a) + len(b) - 2))
    return Difference(middle, low, high, p, min(len(a), len(b)), paired=False, sd=pooled)


def _t_test(mean: float, error: float, freedom: float) -> tuple[float, float, float, float]:
    """Return a mean, the ends of its interval and the two-sided p of Student's t test against 0.

    Where nothing varies (a standard error of 0) the interval is a point, and p is 0 or 1.
    """
    from scipy.special import stdtr, stdtrit

    if not error:
        return mean, mean, mean, 0.0 if mean else 1.0
    half = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * error
    return mean, mean - half, mean + half, float(2 * stdtr(freedom, -abs(mean) / error))


def mcnemar(right_a: "ArrayLike", right_b: "ArrayLike") -> McNemar:
    """Return McNemar's exact test of two networks on the same images (McNemar 1947; Dietterich 1998).

    Of the images that only one of them gets right, either should have half: SciPy's exact binomial
    test. It says whether these two *trained networks* differ on more images like these. It leaves
    out that another seed would have given other weights: two runs of one recipe may differ
    clearly. For a word about recipes take several seeds of each and `difference`.

    Args:
        right_a: for each image whether the first network is right, shape (n,).
        right_b: the same of the second, shape (n,).

    Raises:
        ValueError: the two are of different images.
    """
    import numpy as np
    from scipy.stats import binomtest

    a, b = np.asarray(right_a, bool), np.asarray(right_b, bool)
    if a.shape != b.shape:
        raise ValueError(f"answers to {a.size:,} and {b.size:,} images cannot be compared")
    only_a, only_b = int((a & ~b).sum()), int((b & ~a).sum())
    p = float(binomtest(only_a, only_a + only_b).pvalue) if only_a + only_b else 1.0
    return McNemar(int((a & b).sum()), only_a, only_b, int((~a & ~b).sum()), p)
