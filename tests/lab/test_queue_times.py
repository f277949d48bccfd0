"""When the trainings of a queue end: side by side, in processes, on a cluster, recipe after recipe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmnist_tui.lab.experiments.queue_times import Lanes, Span, queue_times
from fmnist_tui.lab.experiments.speeds import Cost
from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.recipe import Recipe

FIRST, SECOND = Recipe(mlp([64])), Recipe(mlp([32]))
SEEDS = Lanes(2, one_recipe=True)
TEN = Cost(alone=10, beside=8)
"""Of two at once each takes sixteen seconds."""


def waiting(*recipes: Recipe) -> list[tuple[Recipe, Cost]]:
    return [(recipe, TEN) for recipe in recipes]


def ends(spans: list[Span]) -> list[float]:
    return [round(span.end, 9) for span in spans]


def test_one_at_a_time_the_times_add_up() -> None:
    spans = queue_times([(FIRST, TEN, 5.0)], waiting(FIRST, SECOND), Lanes())

    assert spans == [Span(0, 5), Span(5, 15), Span(15, 25)]


def test_two_seeds_side_by_side_take_longer_each_and_less_together() -> None:
    assert ends(queue_times([], waiting(*[FIRST] * 4), SEEDS)) == [16, 16, 32, 32]


def test_the_last_seed_has_the_machine_to_itself() -> None:
    assert ends(queue_times([], waiting(*[FIRST] * 3), SEEDS)) == [16, 16, 26]


def test_what_is_left_of_an_active_seed_is_less_once_the_other_has_ended() -> None:
    assert ends(queue_times([(FIRST, TEN, 4.0), (FIRST, TEN, 8.0)], [], SEEDS)) == [4, 6.5]


def test_a_seed_of_another_recipe_waits_for_all_before_it() -> None:
    spans = queue_times([(FIRST, TEN, 16.0), (FIRST, TEN, 16.0)], waiting(FIRST, SECOND, SECOND), SEEDS)

    assert ends(spans) == [16, 16, 26, 42, 42]
    assert [span.begin for span in spans[2:]] == [16, 26, 26]


def test_the_last_process_is_no_faster_for_its_one_thread() -> None:
    assert ends(queue_times([], waiting(FIRST, SECOND, FIRST), Lanes(2, threads=2))) == [16, 16, 32]


def test_more_processes_than_cores_end_no_sooner_than_as_many_as_there_are() -> None:
    many = queue_times([], waiting(*[FIRST] * 8), Lanes(8, threads=2))
    few = queue_times([], waiting(*[FIRST] * 8), Lanes(2, threads=2))

    assert many[-1].end == few[-1].end == 64


def test_on_a_cluster_each_takes_as_long_as_alone() -> None:
    spans = queue_times([], [(FIRST, TEN), (SECOND, Cost(4, 3)), (FIRST, TEN)], Lanes(2, apart=True))

    assert spans == [Span(0, 10), Span(0, 4), Span(4, 14)]


@given(
    st.lists(st.floats(0, 100), max_size=6),
    st.lists(st.tuples(st.sampled_from([FIRST, SECOND]), st.floats(0, 100)), max_size=12),
    st.integers(1, 4),
    st.floats(0.3, 1),
)
def test_no_time_is_lost_between_trainings_and_the_order_is_kept(
    active: list[float], after: list[tuple[Recipe, float]], number: int, sharing: float
) -> None:
    lanes = Lanes(number, one_recipe=True)
    known = [
        (FIRST, Cost(left, left * sharing), lanes.seconds(Cost(left, left * sharing), len(active))) for left in active
    ]

    spans = queue_times(known, [(recipe, Cost(alone, alone * sharing)) for recipe, alone in after], lanes)

    alone = sum(active) + sum(seconds for _, seconds in after)
    end = max((span.end for span in spans), default=0.0)
    assert end == pytest.approx(alone, rel=1 - sharing + 1e-6, abs=1e-6)
    assert end <= alone + 1e-6
    assert all(0 <= span.begin <= span.end for span in spans)
    begins = [span.begin for span in spans[len(active) :]]
    assert begins == sorted(begins)
