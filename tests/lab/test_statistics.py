"""The statistics equal SciPy's, and the seeds that they ask for are enough."""

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest
from group_builders import made_up_group, made_up_recipe
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.recipe import hyperparameters
from fmnist_tui.lab.statistics.intervals import (
    difference,
    difference_by_seed,
    interval,
    mcnemar,
)
from fmnist_tui.lab.statistics.power import MOST_SEEDS, POWER, SIGNIFICANCE, power, seeds_needed
from fmnist_tui.lab.statistics.verdicts import verdict

NOISE = 0.25
"""The standard deviation, in percentage points, of thirty reruns of one network, published elsewhere."""

A = (0.881, 0.884, 0.879, 0.886)
B = (0.872, 0.880, 0.871, 0.878)


def accuracies(least: int = 2, most: int = 12) -> st.SearchStrategy[list[float]]:
    """Accuracies of some runs, to five digits as a notebook holds them."""
    return st.lists(st.integers(0, 100_000).map(lambda count: count / 100_000), min_size=least, max_size=most)


def varied(values: Sequence[float]) -> bool:
    """Whether values differ by more than rounding."""
    return max(values) - min(values) > 1e-9


def of_accuracy(name: str, values: Sequence[float], **settings: float) -> Group:
    """A group whose runs, seeds from 0, have these test accuracies."""
    return made_up_group(name, values, recipe=made_up_recipe(training=hyperparameters(**settings)))


def trained_from(group: Group, seed: int) -> Group:
    """The same runs under other seeds."""
    return replace(group, runs=tuple(replace(run, seed=run.seed + seed) for run in group.runs))


# Intervals and differences


@given(accuracies().filter(varied))
def test_an_interval_is_scipys_t_interval(values: list[float]) -> None:
    found = interval(values)

    low, high = stats.t.interval(0.95, len(values) - 1, sum(values) / len(values), stats.sem(values))
    assert found
    assert found.n == len(values)
    assert (found.low, found.high) == pytest.approx((low, high), rel=1e-9, abs=1e-12)


def test_one_value_has_no_interval_and_equal_ones_have_a_point() -> None:
    assert interval([0.5]) is None
    assert interval([]) is None
    same = interval([0.5, 0.5])
    assert same
    assert (same.low, same.mean, same.high) == (0.5, 0.5, 0.5)


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=2, max_size=12))
def test_common_seeds_are_compared_by_scipys_paired_t_test(counts: list[tuple[int, int]]) -> None:
    a = {seed: one / 10_000 for seed, (one, _) in enumerate(counts)}
    b = {seed: other / 10_000 for seed, (_, other) in enumerate(counts)}
    if not varied([a[seed] - b[seed] for seed in a]):
        return
    expected = stats.ttest_rel([*a.values()], [*b.values()])

    found = difference_by_seed(a, b)

    assert found
    assert (found.paired, found.n) == (True, len(counts))
    assert found.p == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)
    sure = expected.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((sure.low, sure.high), rel=1e-6, abs=1e-9)


@given(accuracies().filter(varied), accuracies().filter(varied))
def test_other_seeds_are_compared_by_scipys_welch_test(a: list[float], b: list[float]) -> None:
    expected = stats.ttest_ind(a, b, equal_var=False)

    found = difference_by_seed(dict(enumerate(a)), dict(enumerate(b, 100)))

    assert found
    assert (found.paired, found.n) == (False, min(len(a), len(b)))
    assert found.p == pytest.approx(expected.pvalue, rel=1e-6, abs=1e-12)
    sure = expected.confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((sure.low, sure.high), rel=1e-6, abs=1e-9)


def test_a_difference_is_the_first_less_the_second_and_turns_round_with_them() -> None:
    one, other = (
        difference(of_accuracy("a", A), of_accuracy("b", B), "test_accuracy"),
        difference(of_accuracy("b", B), of_accuracy("a", A), "test_accuracy"),
    )

    assert one
    assert other
    assert one.mean == pytest.approx(sum(A) / 4 - sum(B) / 4)
    assert (one.mean, one.low, one.high, one.p) == pytest.approx((-other.mean, -other.high, -other.low, other.p))


def test_only_seeds_that_both_have_are_pairs() -> None:
    a, b = of_accuracy("a", A), trained_from(of_accuracy("b", B), 2)

    found = difference(a, b, "test_accuracy")

    assert found
    assert (found.paired, found.n) == (True, 2)
    assert found.mean == pytest.approx((A[2] - B[0] + A[3] - B[1]) / 2)


def test_where_other_images_were_held_out_equal_seeds_are_no_pairs() -> None:
    found = difference(of_accuracy("a", A), of_accuracy("b", B, split_seed=1), "test_accuracy")

    assert found
    assert not found.paired


def test_single_runs_and_runs_on_different_datasets_have_no_difference() -> None:
    synthetic = made_up_group("s", A, recipe=made_up_recipe(dataset="synthetic"))

    assert difference(of_accuracy("a", A[:1]), of_accuracy("b", B), "test_accuracy") is None
    assert difference(of_accuracy("a", A), trained_from(of_accuracy("b", B[:1]), 9), "test_accuracy") is None
    assert difference(synthetic, of_accuracy("b", B), "test_accuracy") is None
    assert difference(synthetic, synthetic, "test_accuracy") is not None


def test_runs_that_do_not_vary_differ_surely_or_not_at_all() -> None:
    same, other = {0: 0.75, 1: 0.75}, {0: 0.5, 1: 0.5}

    for paired in (True, False):
        equal = difference_by_seed(same, same, paired=paired)
        apart = difference_by_seed(same, other, paired=paired)
        assert equal
        assert apart
        assert (equal.mean, equal.p, str(verdict(equal))) == (0.0, 1.0, "not resolved at n = 2, over 100 seeds")
        assert (apart.low, apart.high, apart.p, str(verdict(apart))) == (0.25, 0.25, 0.0, "clear")


# Power


@pytest.mark.parametrize(("n", "points"), [(3, 0.77), (5, 0.51), (10, 0.33)])
def test_the_known_noise_hides_what_it_is_known_to_hide(n: int, points: float) -> None:
    assert seeds_needed(points, NOISE) == pytest.approx(n, abs=1)
    assert power(points, NOISE, n) == pytest.approx(POWER, abs=0.01)


@given(st.integers(2, 40), st.floats(0.01, 3.0), st.booleans())
def test_power_is_that_of_scipys_noncentral_t(n: int, effect: float, paired: bool) -> None:
    freedom, shift = (n - 1, effect * math.sqrt(n)) if paired else (2 * n - 2, effect * math.sqrt(n / 2))
    bound = stats.t.ppf(1 - SIGNIFICANCE / 2, freedom)
    expected = stats.nct.sf(bound, freedom, shift)

    found = power(effect, 1.0, n, paired=paired)

    assert found >= expected - 1e-9  # the far tail, which may be seen by chance, comes on top
    assert found == pytest.approx(expected, abs=SIGNIFICANCE / 2 + 1e-9)


@given(st.floats(0.001, 5.0), st.floats(0.001, 5.0), st.booleans())
def test_the_seeds_that_are_asked_for_are_enough_and_one_fewer_is_not(effect: float, sd: float, paired: bool) -> None:
    needed = seeds_needed(effect, sd, paired=paired)

    if needed is None:
        assert power(effect, sd, MOST_SEEDS, paired=paired) < POWER
        return
    assert power(effect, sd, needed, paired=paired) >= POWER
    assert needed == 2 or power(effect, sd, needed - 1, paired=paired) < POWER


def test_no_difference_needs_no_number_of_seeds() -> None:
    assert seeds_needed(0.0, NOISE) is None
    assert seeds_needed(0.001, NOISE) is None
    assert seeds_needed(0.5, 0.0) == 2


# Two single runs


@given(st.lists(st.tuples(st.booleans(), st.booleans()), max_size=60))
def test_mcnemar_is_scipys_exact_binomial_test_of_what_only_one_gets_right(answers: list[tuple[bool, bool]]) -> None:
    a, b = [one for one, _ in answers], [other for _, other in answers]
    only_a = sum(one and not other for one, other in answers)
    only_b = sum(other and not one for one, other in answers)

    found = mcnemar(a, b)

    assert (found.only_a, found.only_b, found.n) == (only_a, only_b, len(answers))
    assert found.both == sum(one and other for one, other in answers)
    expected = stats.binomtest(min(only_a, only_b), only_a + only_b).pvalue if only_a + only_b else 1.0
    assert found.p == pytest.approx(expected)
    assert found.mean == pytest.approx((sum(a) - sum(b)) / len(answers) if answers else 0.0)


def test_answers_to_different_images_are_refused() -> None:
    with pytest.raises(ValueError, match="2 and 1 images"):
        mcnemar([True, False], [True])
