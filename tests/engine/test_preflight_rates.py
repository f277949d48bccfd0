"""The learning-rate curve: smoothing, where it ends, the suggestion, and its honesty where there is nothing to see."""

import json
import math

import numpy as np
import pytest

from fmnist_tui.engine.preflight.rates import (
    HIGHEST,
    LOWEST,
    STEPS,
    WINDOW,
    diverges,
    growing_rates,
    rate_curve,
    smoothed,
)

RATES = growing_rates()
LOGS = np.log10(RATES)


def falling(at: float, *, depth: float = 1.5, noise: float = 0.0) -> list[float]:
    """Return losses that fall by `depth` around a rate and rise steeply a power of ten above it."""
    fall = 2.3 - depth / (1 + np.exp(-4 * (LOGS - np.log10(at))))
    losses = fall + np.exp(np.clip(6 * (LOGS - np.log10(at) - 1.2), -50, 5))
    return [*map(float, losses + np.random.default_rng(0).normal(0, noise, STEPS))]


def until_it_ends(losses: list[float]) -> list[float]:
    end = next((place for place in range(1, STEPS + 1) if diverges(losses[:place])), STEPS)
    return losses[:end]


def test_the_rates_grow_by_one_factor() -> None:
    assert pytest.approx(np.geomspace(LOWEST, HIGHEST, STEPS)) == RATES


def test_the_smoothed_loss_is_a_centred_mean() -> None:
    losses = [*map(float, np.random.default_rng(1).normal(2, 1, 40))]

    means = smoothed(losses)

    half = WINDOW // 2
    assert means[half:-half] == pytest.approx(np.convolve(losses, np.ones(WINDOW) / WINDOW, "valid"))
    assert (means[0], means[-1]) == (losses[0], losses[-1])
    assert means[1] == pytest.approx(np.mean(losses[:3]))


@pytest.mark.parametrize("rate", [1e-4, 1e-3, 1e-2, 1e-1])
@pytest.mark.parametrize("noise", [0.0, 0.1])
def test_the_rate_at_which_the_loss_falls_fastest_is_suggested(rate: float, noise: float) -> None:
    curve = rate_curve(RATES, until_it_ends(falling(rate, noise=noise)), 0.001, "adam")

    assert curve.suggested
    assert rate / 2.5 <= curve.suggested <= rate * 2.5
    assert float(f"{curve.suggested:.0e}") == curve.suggested
    assert f"try {curve.suggested:g}" in curve.sentence
    assert ("about what the recipe has" in curve.sentence) is (0.0005 <= curve.suggested <= 0.002)


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.5])
@pytest.mark.parametrize("seed", range(5))
def test_a_flat_curve_has_no_suggestion(noise: float, seed: int) -> None:
    losses = [*map(float, np.random.default_rng(seed).normal(2.3, noise, STEPS))]

    curve = rate_curve(RATES, losses, 0.001, "adam")

    assert curve.suggested is None
    assert "flat" in curve.sentence
    assert "none is suggested" in curve.sentence


def test_it_ends_where_the_mean_of_five_is_far_above_the_lowest_or_the_first_or_a_loss_is_not_finite() -> None:
    assert not diverges([1.0] * 5)
    assert not diverges([1.0] * 5 + [1.4] * 5)
    assert diverges([1.0] * 5 + [1.6] * 5)
    assert not diverges([2.3] * 5 + [0.5] * 5 + [1.9] * 5)
    assert diverges([2.3] * 5 + [0.5] * 5 + [2.1] * 5)
    assert diverges([1.0, math.nan])
    assert diverges([math.inf])
    assert not diverges([9.0])


@pytest.mark.parametrize("losses", [[], [math.nan], [2.3, math.inf], [2.3] * 20])
def test_a_test_that_ends_at_once_suggests_nothing(losses: list[float]) -> None:
    curve = rate_curve(RATES, losses, 0.001, "adam")

    assert curve.suggested is None
    assert curve.sentence.endswith(".")
    json.dumps(curve.as_json(), allow_nan=False)
    assert len(curve.rates) == len(losses)
