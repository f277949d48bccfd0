"""How much runs of one recipe differ between seeds, and where one more run would fall."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fmnist_tui.lab.figures import deviation, mean, scale_of, scaled, unscaled
from fmnist_tui.lab.statistics.intervals import CONFIDENCE
from fmnist_tui.lab.statistics.power import SIGNIFICANCE


@dataclass(frozen=True, slots=True)
class NoiseFloor:
    sd: float
    """Pooled standard deviation of a run in the healthy experiments."""
    freedom: int
    healthy: tuple[int, ...]
    """Indexes of the experiments that were pooled."""
    wider: tuple[int, ...]
    """Indexes of the experiments that spread more than the others, the widest first."""


@dataclass(frozen=True, slots=True)
class WeakSeed:
    value: float
    others: float
    """Mean of the others."""
    p: float
    """How often the lowest of so many runs lies that far down by noise alone, at most."""

    @property
    def gap(self) -> float:
        return self.others - self.value


@dataclass(frozen=True, slots=True)
class Prediction:
    n: int
    mean: float
    sd: float
    low: float
    high: float
    """Ends of the 95 % prediction interval."""

    def p(self, value: float) -> float:
        """Return the two-sided p of one more run that has `value`."""
        from scipy.special import stdtr

        error = self.sd * math.sqrt(1 + 1 / self.n)
        if not error:
            return 1.0 if value == self.mean else 0.0
        return float(2 * stdtr(self.n - 1, -abs(value - self.mean) / error))


def pooled_deviation(samples: Sequence[Sequence[float]]) -> tuple[float, int]:
    """Return √(Σ (nᵢ - 1) sᵢ² / Σ (nᵢ - 1)) and its degrees of freedom, over samples of two or more values."""
    scale = scale_of(*samples)
    freedom = sum(len(sample) - 1 for sample in samples)
    squares = sum((len(sample) - 1) * deviation(scaled(sample, scale)) ** 2 for sample in samples)
    return unscaled(math.sqrt(squares / freedom), scale), freedom


def noise_floor(samples: Sequence[Sequence[float]]) -> NoiseFloor | None:
    """Return the pooled deviation of the experiments that spread alike; None if none has two values.

    The experiment with the largest variance is set apart while an F test against the others says that it spreads more
    (one-sided, p below 0.05 after multiplying by the number of experiments). This is the upper test of 't Lam 2010,
    Analytica Chimica Acta 659, for samples of unequal size, repeated as ISO 5725 does.
    """
    from scipy.special import fdtrc

    scale = scale_of(*samples)
    squares = {
        place: (deviation(scaled(sample, scale)) ** 2, len(sample) - 1)
        for place, sample in enumerate(samples)
        if len(sample) > 1
    }
    if not squares:
        return None
    wider: list[int] = []
    freedom = sum(each for _, each in squares.values())
    total = sum(variance * each for variance, each in squares.values())
    for place in sorted(squares, key=lambda place: -squares[place][0]):
        variance, own = squares[place]
        left = len(squares) - len(wider)
        rest, rest_freedom = total - variance * own, freedom - own
        if left < 3 or rest <= 0 or fdtrc(own, rest_freedom, variance / (rest / rest_freedom)) * left >= SIGNIFICANCE:
            break
        wider.append(place)
        total, freedom = rest, rest_freedom
    healthy = tuple(place for place in squares if place not in wider)
    sd, freedom = pooled_deviation([samples[place] for place in healthy])
    return NoiseFloor(sd, freedom, healthy, tuple(wider))


def weak_seed(sample: Sequence[float], floor: NoiseFloor) -> WeakSeed | None:
    """Return the lowest of three or more values if it lies apart, with its p against the others' noise floor.

    It lies apart if the gap to the next value is larger than the range of all others, as in Dixon's ratio (Dixon 1951,
    Annals of Mathematical Statistics 22): otherwise the experiment is noisy as a whole. The p is that of one more run
    below the mean of the others, times the number of runs (Bonferroni).
    """
    from scipy.special import stdtr

    if len(sample) < 3:
        return None
    lowest, *others = sorted(sample)
    if others[0] - lowest <= others[-1] - others[0]:
        return None
    middle = mean(others)
    error = floor.sd * math.sqrt(1 + 1 / len(others))
    p = float(stdtr(floor.freedom, -(middle - lowest) / error)) if error else 0.0
    return WeakSeed(lowest, middle, min(1.0, len(sample) * p))


def prediction(values: Sequence[float]) -> Prediction | None:
    """Return the 95 % prediction interval of one more run: m ± t(0.975, n - 1) · s · √(1 + 1/n).

    For a normal distribution (Montgomery & Runger, Applied Statistics and Probability for Engineers, section 8-6).
    """
    if len(values) < 2:
        return None
    from scipy.special import stdtrit

    n, middle, sd = len(values), mean(values), deviation(values)
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * sd * math.sqrt(1 + 1 / n)
    return Prediction(n, middle, sd, middle - half, middle + half)


def differ(samples: Sequence[Sequence[float]]) -> float:
    """Return the p of the hypothesis that all experiments have one mean: the F test of one-way analysis of variance.

    Fisher 1935, The Design of Experiments: single differences are looked at only where this one is significant, so
    that where nothing differs something is claimed in at most 5 %. Samples of one value are left out.
    """
    from scipy.special import fdtrc

    scale = scale_of(*samples)
    known = [scaled(sample, scale) for sample in samples if len(sample) > 1]
    if len(known) < 2:
        return 1.0
    within, freedom = pooled_deviation(known)
    count = sum(map(len, known))
    centre = sum(map(sum, known)) / count
    between = sum(len(sample) * (mean(sample) - centre) ** 2 for sample in known) / (len(known) - 1)
    if not within:
        return 0.0 if between > 1e-18 else 1.0
    return float(fdtrc(len(known) - 1, freedom, between / within**2))
