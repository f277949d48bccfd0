"""Confidence intervals of means, and differences between experiments.

`scipy.special` takes microseconds a call, unlike `scipy.stats`, with which the tests compare it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.registry import find_metric
from fmnist_tui.lab.figures import deviation, mean, scale_of, scaled, unscaled
from fmnist_tui.lab.statistics.power import SIGNIFICANCE

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

CONFIDENCE = 1 - SIGNIFICANCE


@dataclass(frozen=True, slots=True)
class Interval:
    n: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Difference:
    mean: float
    """First − second; over the common seeds where paired."""
    low: float
    high: float
    """Ends of the 95 % interval."""
    p: float
    """Two-sided p value."""
    n: int
    """Pairs, or the runs of the smaller group."""
    paired: bool
    """Student's paired t test over common seeds; else Welch's over all runs."""
    sd: float
    """Of the pairs' differences, or pooled over single runs where not paired."""

    @property
    def reversed(self) -> "Difference":
        """Second − first."""
        return replace(self, mean=-self.mean, low=-self.high, high=-self.low)


@dataclass(frozen=True, slots=True)
class McNemar:
    both: int
    """Images that both classify correctly."""
    only_a: int
    only_b: int
    neither: int
    p: float

    @property
    def n(self) -> int:
        return self.both + self.only_a + self.only_b + self.neither

    @property
    def mean(self) -> float:
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
    """Return how far `a` lies above `b` in the metric named `figure`.

    Paired by seed (Student's paired t test) where two or more seeds are common and both hold out the same images; else
    Welch's test. Common seeds share the order of the images but not the weights, so pairing removes only little noise.
    None where either has fewer than two finished runs, or their datasets differ.
    """
    if a.recipe.dataset != b.recipe.dataset:
        return None
    metric = find_metric(figure)
    return difference_by_seed(metric.figures(a), metric.figures(b), paired=same_images(a, b))


def difference_by_seed(a: dict[int, float], b: dict[int, float], *, paired: bool = True) -> Difference | None:
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
    """Whether they hold out the same validation images, so that runs of one seed can be paired."""
    one, other = a.recipe.training, b.recipe.training
    return (one.validation_fraction, one.split_seed) == (other.validation_fraction, other.split_seed)


def standard_error(
    a: dict[int, float], b: dict[int, float], *, paired: bool = True
) -> tuple[float, float, float] | None:
    """Return the mean of a − b, its standard error and degrees of freedom; paired or None as `difference_by_seed`."""
    seeds = sorted(a.keys() & b.keys()) if paired else []
    if len(seeds) >= 2:
        differences = [a[seed] - b[seed] for seed in seeds]
        return mean(differences), deviation(differences) / math.sqrt(len(seeds)), len(seeds) - 1
    if min(len(a), len(b)) < 2:
        return None
    scale = scale_of(a.values(), b.values())
    ours, theirs = scaled([*a.values()], scale), scaled([*b.values()], scale)
    error, freedom = _welch_error(ours, theirs)
    return unscaled(mean(ours) - mean(theirs), scale), unscaled(error, scale), freedom


def _paired(differences: Sequence[float]) -> Difference:
    n = len(differences)
    sd = deviation(differences)
    middle, low, high, p = mean_test(mean(differences), sd / math.sqrt(n), n - 1)
    return Difference(middle, low, high, p, n, paired=True, sd=sd)


def _welch(a: Sequence[float], b: Sequence[float]) -> Difference:
    """Welch 1947, with Satterthwaite's degrees of freedom."""
    middle, low, high, p = mean_test(mean(a) - mean(b), *_welch_error(a, b))
    pooled = math.sqrt(sum((len(values) - 1) * deviation(values) ** 2 for values in (a, b)) / (len(a) + len(b) - 2))
    return Difference(middle, low, high, p, min(len(a), len(b)), paired=False, sd=pooled)


def _welch_error(a: Sequence[float], b: Sequence[float]) -> tuple[float, float]:
    parts = [deviation(values) ** 2 / len(values) for values in (a, b)]
    error = sum(parts)
    if not error:
        return 0.0, 1.0
    freedom = 1 / sum((part / error) ** 2 / (len(values) - 1) for part, values in zip(parts, (a, b), strict=True))
    return math.sqrt(error), freedom


def mean_test(mean: float, error: float, freedom: float) -> tuple[float, float, float, float]:
    """Return a mean, the ends of its interval and the two-sided p of Student's t test against 0."""
    from scipy.special import stdtr, stdtrit

    if not error:
        return mean, mean, mean, 0.0 if mean else 1.0
    half = float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * error
    return mean, mean - half, mean + half, float(2 * stdtr(freedom, -abs(mean) / error))


def mcnemar(right_a: "ArrayLike", right_b: "ArrayLike") -> McNemar:
    """Return McNemar's exact test of two networks on the same images (McNemar 1947; Dietterich 1998).

    It says whether these two *trained networks* differ, not whether their recipes do; for those use `difference`.
    The arguments say whether each is right about each image, shape (n,); ValueError if the shapes differ.
    """
    import numpy as np
    from scipy.stats import binomtest

    a, b = np.asarray(right_a, bool), np.asarray(right_b, bool)
    if a.shape != b.shape:
        raise ValueError(f"answers to {a.size:,} and {b.size:,} images cannot be compared")
    only_a, only_b = int((a & ~b).sum()), int((b & ~a).sum())
    p = float(binomtest(only_a, only_a + only_b).pvalue) if only_a + only_b else 1.0
    return McNemar(int((a & b).sum()), only_a, only_b, int((~a & ~b).sum()), p)
