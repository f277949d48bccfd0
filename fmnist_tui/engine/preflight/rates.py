"""The learning-rate range test: the loss against a rate that grows from step to step; pure, without TensorFlow.

Smith 2017, Cyclical Learning Rates for Training Neural Networks, WACV (arXiv:1506.01186), raises the rate evenly. Here
it grows by the same factor every step, as is usual since, so that a figure covers many powers of ten.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from fmnist_tui.lab.fields.field import json_value
from fmnist_tui.lab.figures import deviation, mean

SOURCE = "Smith 2017, Cyclical Learning Rates for Training Neural Networks, WACV (LR range test)"

LOWEST, HIGHEST = 1e-6, 10.0

STEPS = 141
"""Twenty to a power of ten."""

WINDOW = 11
"""Steps that a smoothed loss is a mean of, half of them before: half a power of ten. A mean of those before alone would
show everything at too high a rate."""

ABOVE_LOWEST, ABOVE_START = 4.0, 1.5
"""The test ends where the loss is so many times its lowest, or its first."""

FEWEST = 3 * WINDOW

SMALLEST_FALL = 0.05
"""Nats."""

ERRORS = 4
"""More than the usual two: the lowest of a dozen windows is always lower than the first."""


@dataclass(frozen=True, slots=True)
class RateCurve:
    rates: tuple[float, ...]
    losses: tuple[float, ...]
    """Of the batches; only the last may be not finite."""
    smoothed: tuple[float, ...]
    """As many as there are finite losses."""
    diverged: bool
    suggested: float | None
    """One digit; None where no rate lowers the loss by more than noise."""
    lowest_at: float | None
    """The rate with the lowest smoothed loss."""
    current: float
    """The recipe's rate."""
    optimizer: str

    @property
    def sentence(self) -> str:
        """What was found, how the suggestion was chosen, and what to do."""
        if not self.smoothed:
            return "The loss is not finite at any rate: `fmnist-tui preflight` without --rates says what is wrong."
        tried = f"from {self.rates[0]:.0e} to {self.rates[-1]:.0e}".replace("e-0", "e-").replace("e+0", "e")
        if self.suggested is None:
            return (
                f"The curve is flat: no rate {tried} lowers the loss by more than its noise from batch to batch, so "
                "none is suggested. See what the checks say, or use larger batches."
            )
        end = f"it diverges at {_about(self.rates[-1])}" if self.diverged else "it does not diverge"
        same = 1 / 2 <= self.current / self.suggested <= 2
        return (
            f"With {self.optimizer}, try {self.suggested:g}{' (about what the recipe has)' if same else ''}: there the "
            f"smoothed loss falls fastest. It is lowest at {_about(self.lowest_at or math.nan)}; {end}. One short "
            "test: a place to start; try three times more and less too."
        )

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            "optimizer": self.optimizer,
            "learning_rate": self.current,
            "suggested": self.suggested,
            "lowest_at": self.lowest_at,
            "diverged": self.diverged,
            "sentence": self.sentence,
            "rates": list(self.rates),
            "losses": list(self.losses),
            "smoothed": list(self.smoothed),
            "source": SOURCE,
        }
        return {name: json_value(value) for name, value in found.items()}


def growing_rates(steps: int = STEPS, low: float = LOWEST, high: float = HIGHEST) -> tuple[float, ...]:
    """Return rates that grow by one factor from `low` to `high`."""
    return tuple(low * (high / low) ** (step / (steps - 1)) for step in range(steps))


def smoothed(losses: Sequence[float], window: int = WINDOW) -> tuple[float, ...]:
    """Return centred means; at the ends of as many values as there are on both sides."""
    half = window // 2
    reaches = (min(half, place, len(losses) - 1 - place) for place in range(len(losses)))
    return tuple(mean(losses[place - reach : place + reach + 1]) for place, reach in enumerate(reaches))


def diverges(losses: Sequence[float]) -> bool:
    """Whether the last loss is not finite, or the mean of the last five far above the lowest such mean or the first."""
    if not math.isfinite(losses[-1]):
        return True
    means = [mean(losses[end - 5 : end]) for end in range(5, len(losses) + 1)]
    return bool(means) and means[-1] > min(ABOVE_LOWEST * min(means), ABOVE_START * means[0])


def rate_curve(rates: Sequence[float], losses: Sequence[float], current: float, optimizer: str) -> RateCurve:
    """Return the curve, with the rate at which the smoothed loss falls fastest against the logarithm of the rate.

    Only rates below that of the lowest loss count. The curve is flat where the loss falls by less than `ERRORS`
    standard errors of a difference of two smoothed losses, or by less than `SMALLEST_FALL`.

    Args:
        rates: ascending, one for each loss.
        losses: of the batches, until the test ended.
        current: the recipe's rate.
        optimizer: the recipe's.
    """
    finite = list(losses[:-1] if losses and not math.isfinite(losses[-1]) else losses)
    diverged = bool(losses) and diverges(losses)
    smooth = smoothed(finite)
    suggested = lowest_at = None
    if len(finite) >= FEWEST:
        half = WINDOW // 2
        lowest = min(range(half, len(smooth) - half), key=smooth.__getitem__)
        noise = deviation([loss - level for loss, level in zip(finite, smooth, strict=True)][: max(lowest, WINDOW)])
        if smooth[half] - smooth[lowest] > max(SMALLEST_FALL, ERRORS * noise * math.sqrt(2 / WINDOW)):
            lowest_at = rates[lowest]
            suggested = float(f"{rates[_steepest(smooth, lowest)]:.0e}")
    return RateCurve(
        tuple(rates[: len(losses)]), tuple(losses), smooth, diverged, suggested, lowest_at, current, optimizer
    )


def _steepest(smooth: Sequence[float], lowest: int) -> int:
    """Return the place around which the loss falls most over a window, up to the lowest loss."""
    half = WINDOW // 2
    places = range(half, max(lowest - half, half) + 1)
    return min(places, key=lambda place: smooth[place + half] - smooth[place - half])


def _about(rate: float) -> str:
    return f"{float(f'{rate:.0e}'):g}"
