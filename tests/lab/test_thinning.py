"""Long curves are thinned to what a page shows, and no spike is lost."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmnist_tui.lab.thinning import extremes, spaced


@given(st.integers(0, 10_000), st.integers(2, 60))
def test_places_are_evenly_spaced_from_the_first_to_the_last(count: int, most: int) -> None:
    places = spaced(count, most)

    assert len(places) == min(count, most) == len(set(places))
    assert places == sorted(places)
    if count:
        assert (places[0], places[-1]) == (0, count - 1)
    gaps = {after - before for before, after in pairwise(places)}
    assert not gaps or max(gaps) - min(gaps) <= 1


@given(st.lists(st.floats(), max_size=80), st.integers(1, 20))
def test_the_first_the_last_and_the_extremes_stay(values: list[float], parts: int) -> None:
    kept = extremes(values, parts, largest=1e100)

    assert len(kept) <= 2 * parts + 2
    assert kept <= set(range(len(values)))
    drawable = [value for value in values if abs(value) < 1e100]
    if drawable:
        assert {min(drawable), max(drawable)} <= {values[place] for place in kept}


@pytest.mark.parametrize("spike", [math.nan, math.inf, 1e300])
def test_what_has_no_place_on_a_page_hides_no_extreme(spike: float) -> None:
    kept = extremes([spike, 1.0, 5.0, 3.0, 2.0, 0.5, 4.0, 1.0], 1, largest=1e100)

    assert {2, 5} <= kept
