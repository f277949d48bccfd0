"""The noise floor, weak seeds and prediction intervals equal computations done another way."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fmnist_tui.lab.statistics.noise import NoiseFloor, differ, noise_floor, pooled_deviation, prediction, weak_seed

ACCURACIES = st.lists(st.floats(0.1, 0.99), min_size=2, max_size=8)


def normal_samples(sds: list[float], n: int = 5, seed: int = 0) -> list[list[float]]:
    drawn = np.random.default_rng(seed)
    return [[float(value) for value in drawn.normal(0.87, sd, n)] for sd in sds]


@given(st.lists(ACCURACIES, min_size=1, max_size=6))
def test_the_pooled_deviation_is_the_residual_of_one_mean_for_each_experiment(samples: list[list[float]]) -> None:
    residuals = np.concatenate([np.asarray(sample) - np.mean(sample) for sample in samples])
    freedom = len(residuals) - len(samples)

    assert pooled_deviation(samples) == pytest.approx((math.sqrt(float(residuals @ residuals) / freedom), freedom))


def test_the_experiment_that_spreads_most_is_set_apart_from_the_floor() -> None:
    samples = normal_samples([0.0025] * 8 + [0.02])
    floor = noise_floor(samples)

    assert floor
    assert floor.wider == (8,)
    assert floor.healthy == tuple(range(8))
    rest = np.mean([np.var(sample, ddof=1) for sample in samples[:8]])
    assert floor.sd == pytest.approx(math.sqrt(rest))
    p = 9 * stats.f.sf(np.var(samples[8], ddof=1) / rest, 4, 32)
    assert p < 0.05


def test_experiments_that_spread_alike_are_all_pooled_in_almost_all_notebooks() -> None:
    apart = [
        bool(floor.wider) for seed in range(300) if (floor := noise_floor(normal_samples([0.003] * 17, seed=seed)))
    ]

    assert sum(apart) <= 25  # 5 % of 300, and three standard errors


def test_a_floor_needs_an_experiment_with_two_runs() -> None:
    assert noise_floor([]) is None
    assert noise_floor([[0.8], [0.9]]) is None
    alone = noise_floor([[0.8], [0.86, 0.88]])
    assert alone
    assert alone.sd == pytest.approx(0.02 / math.sqrt(2))
    assert alone.healthy == (1,)


def test_identical_runs_have_no_noise_and_set_nothing_apart() -> None:
    floor = noise_floor([[0.8, 0.8], [0.9, 0.9], [0.85, 0.86]])

    assert floor
    assert floor.wider == ()


def test_a_weak_seed_lies_apart_from_all_others_and_its_p_is_that_of_one_more_run() -> None:
    floor = NoiseFloor(0.0034, 60, (), ())
    others = [0.8252, 0.8210, 0.8179, 0.8306]

    found = weak_seed([*others, 0.7965], floor)

    assert found
    assert found.gap == pytest.approx(np.mean(others) - 0.7965)
    t = (0.7965 - np.mean(others)) / (0.0034 * math.sqrt(1 + 1 / 4))
    assert found.p == pytest.approx(5 * float(stats.t.cdf(t, 60)))


def test_an_experiment_that_is_noisy_as_a_whole_has_no_weak_seed() -> None:
    floor = NoiseFloor(0.0034, 60, (), ())

    assert weak_seed([0.8504, 0.8285, 0.8484, 0.8501, 0.8372], floor) is None
    assert weak_seed([0.85, 0.10], floor) is None


@given(st.lists(st.floats(0.1, 0.99), min_size=2, max_size=9, unique=True))
def test_a_prediction_interval_is_that_of_scipys_t_distribution(values: list[float]) -> None:
    found = prediction(values)
    if np.std(values) < 1e-6:
        return

    assert found
    n = len(values)
    scale = float(np.std(values, ddof=1)) * math.sqrt(1 + 1 / n)
    assert (found.low, found.high) == pytest.approx(stats.t.interval(0.95, n - 1, np.mean(values), scale))
    assert found.p(found.high) == pytest.approx(0.05)
    assert found.p(found.mean) == pytest.approx(1.0)


def test_a_prediction_interval_holds_one_more_run_in_95_of_100_cases() -> None:
    drawn = np.random.default_rng(1).normal(0.87, 0.0025, (4_000, 6))
    found = [prediction([*row[:5]]) for row in drawn]

    inside = np.mean([each.low <= row[5] <= each.high for each, row in zip(found, drawn, strict=True) if each])
    assert abs(inside - 0.95) < 0.011


@given(st.lists(ACCURACIES, min_size=2, max_size=6))
def test_whether_anything_differs_is_the_f_test_of_scipy(samples: list[list[float]]) -> None:
    if max(float(np.std(sample)) for sample in samples) < 1e-6:
        return

    expected = float(stats.f_oneway(*samples).pvalue)
    # SciPy's sum of squares between equal means may round to less than 0.
    assert differ(samples) == pytest.approx(1.0 if math.isnan(expected) else expected, abs=1e-9)


def test_single_runs_and_equal_ones_do_not_differ() -> None:
    assert differ([[0.8], [0.9]]) == 1
    assert differ([[0.8, 0.8], [0.8, 0.8]]) == 1
    assert differ([[0.8, 0.8], [0.9, 0.9]]) == 0


@pytest.mark.parametrize("size", [1e160, 1e-200])
def test_figures_whose_squares_overflow_or_vanish_are_judged_as_others_are(size: float) -> None:
    samples = [[0.1, 0.2, 0.3], [0.2, 0.3, 0.5], [0.1, 0.3, 0.6]]
    others = [[value * size for value in sample] for sample in samples]

    (sd, freedom), (other_sd, other_freedom) = pooled_deviation(samples), pooled_deviation(others)
    floor, other_floor = noise_floor(samples), noise_floor(others)

    assert other_sd / size == pytest.approx(sd)
    assert other_freedom == freedom
    assert floor is not None
    assert other_floor is not None
    assert other_floor.sd / size == pytest.approx(floor.sd)
    assert other_floor.wider == floor.wider
    assert differ(others) == pytest.approx(differ(samples))
