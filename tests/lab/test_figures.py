"""Means, spreads and differences of figures of any size, and their text."""

import math
import statistics
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmnist_tui.lab.figures import deviation, fixed, mean
from fmnist_tui.lab.statistics.intervals import difference_by_seed, interval

LARGE = 1.7e308
finite = st.floats(allow_nan=False, allow_infinity=False)


@given(st.lists(finite, min_size=1, max_size=8))
def test_the_mean_of_finite_values_is_finite_and_exact_to_rounding(values: list[float]) -> None:
    exact = sum(map(Fraction, values)) / len(values)

    assert math.isclose(mean(values), float(exact), rel_tol=1e-15, abs_tol=5e-324)


@given(st.lists(finite, min_size=2, max_size=8))
def test_the_deviation_is_what_a_float_can_hold_of_it(values: list[float]) -> None:
    middle = sum(map(Fraction, values), Fraction(0)) / len(values)
    square = sum(((Fraction(value) - middle) ** 2 for value in values), Fraction(0)) / (len(values) - 1)

    found = deviation(values)

    if math.isinf(found):
        assert square > Fraction(1.79e308) ** 2
    else:
        assert abs(Fraction(found) ** 2 - square) <= square / 10**12 + Fraction(1e-320) ** 2


@given(st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=8))
def test_usual_figures_are_those_of_the_standard_library(values: list[float]) -> None:
    assert mean(values) == statistics.fmean(values)
    assert math.isclose(deviation(values), statistics.stdev(values), rel_tol=1e-14)


def test_the_mean_of_what_is_not_finite_is_what_floats_make_of_it() -> None:
    assert mean([math.inf, 1.0]) == math.inf
    assert math.isnan(mean([math.inf, -math.inf]))
    assert math.isnan(mean([math.nan, 1.0]))


@given(st.integers(-900, 900))
def test_a_difference_does_not_depend_on_the_unit_of_its_figures(power: int) -> None:
    a, b = {0: 1.0, 1: 1.5, 2: 1.25}, {0: 0.5, 1: 0.75, 2: 0.875}
    scaled_a = {seed: math.ldexp(value, power) for seed, value in a.items()}
    scaled_b = {seed: math.ldexp(value, power) for seed, value in b.items()}
    for paired in (True, False):
        usual, found = difference_by_seed(a, b, paired=paired), difference_by_seed(scaled_a, scaled_b, paired=paired)
        assert usual is not None
        assert found is not None
        assert math.isclose(found.p, usual.p, rel_tol=1e-9)
        assert math.isclose(math.ldexp(found.mean, -power), usual.mean, rel_tol=1e-12)
        assert math.isclose(math.ldexp(found.low, -power), usual.low, rel_tol=1e-9)
        assert math.isclose(math.ldexp(found.sd, -power), usual.sd, rel_tol=1e-12)


def test_differences_of_the_largest_figures_are_told() -> None:
    found = difference_by_seed({0: LARGE, 1: LARGE}, {0: -LARGE, 1: -LARGE})

    assert found is not None
    assert (found.mean, found.low, found.high, found.sd, found.p) == (math.inf, math.inf, math.inf, 0.0, 0.0)
    spread = interval([LARGE, -LARGE])
    assert spread is not None
    assert (spread.mean, spread.low, spread.high) == (0.0, -math.inf, math.inf)


@pytest.mark.parametrize(
    ("value", "text", "signed"),
    [
        (0.87456, "0.8746", "+0.8746"),
        (-2.5, "-2.5000", "-2.5000"),
        (9_999_999.0, "9999999.0000", "+9999999.0000"),
        (1e7, "1e+07", "+1e+07"),
        (LARGE, "1.7e+308", "+1.7e+308"),
        (-LARGE, "-1.7e+308", "-1.7e+308"),
        (5e-324, "0.0000", "+0.0000"),
        (math.inf, "inf", "+inf"),
        (-math.inf, "-inf", "-inf"),
        (math.nan, "nan", "+nan"),
    ],
)
def test_any_figure_has_a_short_text(value: float, text: str, signed: str) -> None:
    assert fixed(value, 4) == text
    assert fixed(value, 4, sign=True) == signed


@given(st.floats(), st.integers(0, 4))
def test_no_text_of_a_figure_is_long(value: float, decimals: int) -> None:
    assert len(fixed(value, decimals, sign=True)) <= 14
