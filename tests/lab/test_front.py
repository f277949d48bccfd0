"""Fronts, their knees and the inflation of the best equal computations done another way."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from fmnist_tui.lab.statistics.front import front, knee
from fmnist_tui.lab.statistics.selection import expected_maximum, inflation

POINTS = st.lists(st.tuples(st.integers(1, 20), st.integers(0, 20)), max_size=12)


@given(POINTS)
def test_a_front_is_what_no_other_point_dominates(points: list[tuple[int, int]]) -> None:
    chosen = front([(float(cost), float(value)) for cost, value in points])

    def dominated(one: tuple[int, int]) -> bool:
        return any(other != one and other[0] <= one[0] and other[1] >= one[1] for other in points)

    assert {points[place] for place in chosen} == {each for each in points if not dominated(each)}
    assert [points[place][0] for place in chosen] == sorted({points[place][0] for place in chosen})


def test_the_knee_is_where_paying_more_stops_paying() -> None:
    points = [(16.0, 0.864), (32.0, 0.872), (64.0, 0.881), (128.0, 0.884), (256.0, 0.887), (512.0, 0.8876)]

    assert knee(points) == 2
    first, last = np.array([math.log(16), 0.864]), np.array([math.log(512), 0.8876])
    scaled = [(np.array([math.log(cost), value]) - first) / (last - first) for cost, value in points]
    distances = [(y - x) / math.sqrt(2) for x, y in scaled]  # from the diagonal of the unit square
    assert int(np.argmax(distances)) == 2


def test_a_straight_front_and_a_short_one_have_no_knee() -> None:
    assert knee([(1.0, 0.1), (2.0, 0.2), (4.0, 0.3)]) is None
    assert knee([(1.0, 0.1), (2.0, 0.2)]) is None


def test_the_largest_of_k_equal_networks_is_as_far_out_as_the_order_statistic_says() -> None:
    assert expected_maximum(1) == 0
    assert expected_maximum(2) == pytest.approx(1 / math.sqrt(math.pi))
    assert expected_maximum(3) == pytest.approx(3 / (2 * math.sqrt(math.pi)))
    by_quad, _ = integrate.quad(lambda x: x * 17 * stats.norm.pdf(x) * stats.norm.cdf(x) ** 16, -9, 9)
    assert expected_maximum(17) == pytest.approx(by_quad)
    assert 0.25 * expected_maximum(17) == pytest.approx(0.45, abs=0.005)  # points, at a deviation of 0.25


def test_the_inflation_of_unequal_networks_is_that_of_a_simulation() -> None:
    means, errors = np.array([0.8641, 0.8810, 0.8841, 0.8871, 0.8876]), np.array([0.001, 0.001, 0.002, 0.0015, 0.0014])
    drawn = np.random.default_rng(3).normal(means, errors, (200_000, 5))
    winners = drawn.argmax(1)
    simulated = float(np.mean(drawn.max(1) - means[winners]))

    assert inflation([*means], [*errors]) == pytest.approx(simulated, abs=2e-5)


def test_one_network_and_one_far_ahead_are_not_inflated() -> None:
    assert inflation([0.8], [0.1]) == 0
    assert inflation([0.5, 0.9], [0.001, 0.001]) == pytest.approx(0, abs=1e-9)
    assert inflation([0.5, 0.9], [0.0, 0.0]) == 0
