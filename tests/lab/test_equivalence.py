"""Two one-sided tests equal SciPy's, and what they call equivalent is."""

import numpy as np
import pytest
from group_builders import made_up_group, made_up_recipe
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fmnist_tui.lab.statistics.equivalence import (
    Equivalence,
    cheapest_equivalent,
    equivalence,
    equivalence_by_seed,
)

VALUES = st.lists(st.floats(0.5, 0.99), min_size=3, max_size=8, unique=True)


def by_seed(values: list[float], first: int = 0) -> dict[int, float]:
    return dict(enumerate(values, first))


@given(VALUES, VALUES, st.floats(0.001, 0.1))
def test_it_equals_scipys_one_sided_tests_where_seeds_differ(a: list[float], b: list[float], margin: float) -> None:
    found = equivalence_by_seed(by_seed(a), by_seed(b, 100), margin)

    assert found
    above = stats.ttest_ind(np.asarray(a) + margin, b, equal_var=False, alternative="greater").pvalue
    below = stats.ttest_ind(np.asarray(a) - margin, b, equal_var=False, alternative="less").pvalue
    assert found.p == pytest.approx(max(above, below), abs=1e-9)
    interval = stats.ttest_ind(a, b, equal_var=False).confidence_interval(0.90)
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high))
    assert found.shown == (-margin < found.low and found.high < margin) or abs(found.p - 0.05) < 1e-9


@given(st.lists(st.tuples(st.floats(0.5, 0.9), st.floats(-0.01, 0.01)), min_size=3, max_size=8, unique=True))
def test_it_equals_scipys_paired_tests_over_common_seeds(pairs: list[tuple[float, float]]) -> None:
    a, b = [one for one, _ in pairs], [one + step for one, step in pairs]
    if np.std(np.subtract(a, b)) < 1e-9:
        return
    found = equivalence_by_seed(by_seed(a), by_seed(b), 0.005)

    assert found
    above = stats.ttest_1samp(np.subtract(a, b), -0.005, alternative="greater").pvalue
    below = stats.ttest_1samp(np.subtract(a, b), 0.005, alternative="less").pvalue
    assert found.p == pytest.approx(max(above, below), abs=1e-9)


def test_equal_runs_are_equivalent_and_single_runs_say_nothing() -> None:
    assert equivalence_by_seed(by_seed([0.8, 0.9]), by_seed([0.8, 0.9]), 0.005) == Equivalence(0, 0, 0, 0.005, 0.0)
    different = equivalence_by_seed(by_seed([0.8, 0.9]), by_seed([0.75, 0.85]), 0.005)
    assert different
    assert not different.shown
    assert equivalence_by_seed(by_seed([0.8]), by_seed([0.8]), 0.005) is None


def test_groups_of_different_datasets_are_not_compared() -> None:
    synthetic = made_up_group("a", (0.8, 0.8), recipe=made_up_recipe(dataset="synthetic"))

    assert equivalence(made_up_group("a", (0.8, 0.8)), synthetic) is None
    assert equivalence(made_up_group("a", (0.8, 0.81)), made_up_group("b", (0.8, 0.81)))


def test_networks_that_differ_by_the_margin_are_called_equivalent_in_5_of_100_cases_at_most() -> None:
    drawn = np.random.default_rng(2).normal(0, 0.0025, (2_000, 2, 5))
    shown = [
        found.shown
        for a, b in drawn
        if (found := equivalence_by_seed(by_seed([*(0.87 + a)]), by_seed([*(0.875 + b)]), 0.005))
    ]

    assert np.mean(shown) < 0.065


def test_the_cheapest_is_looked_for_downwards_until_one_is_not_equivalent() -> None:
    def tested(shown: bool) -> Equivalence:
        return Equivalence(0, 0, 0, 0.005, 0.01 if shown else 0.4)

    shown = {256: True, 128: True, 64: False, 32: True}

    assert cheapest_equivalent([32, 256, 64, 128], float, lambda units: tested(shown[units])) == 128
    assert cheapest_equivalent([64, 32], float, lambda units: tested(shown[units])) is None
    assert cheapest_equivalent([], float, lambda units: tested(shown[units])) is None
