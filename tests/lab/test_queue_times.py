"""When the trainings of a queue end: side by side, in processes, on a cluster, recipe after recipe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmnist_tui.lab.experiments.queue_times import Lanes, Span, queue_times
from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.recipe import Recipe

FIRST, SECOND = Recipe(mlp([64])), Recipe(mlp([32]))
SEEDS = Lanes(2, one_recipe=True)
SHARING = 0.8


def ends(spans: list[Span]) -> list[float]:
    return [round(span.end, 9) for span in spans]


def test_one_at_a_time_the_times_add_up() -> None:
    spans = queue_times([5.0], [(FIRST, 2.0), (SECOND, 3.0)], Lanes(), SHARING)

    assert spans == [Span(0, 5), Span(5, 7), Span(7, 10)]


def test_two_seeds_side_by_side_take_longer_each_and_less_together() -> None:
    spans = queue_times([], [(FIRST, 10.0)] * 4, SEEDS, SHARING)

    assert ends(spans) == [16, 16, 32, 32]


def test_the_last_seed_has_the_machine_to_itself() -> None:
    spans = queue_times([], [(FIRST, 10.0)] * 3, SEEDS, SHARING)

    assert ends(spans) == [16, 16, 26]


def test_what_is_left_of_an_active_seed_is_less_once_the_other_has_ended() -> None:
    spans = queue_times([4.0, 8.0], [], SEEDS, SHARING)

    assert ends(spans) == [4, 6.5]


def test_a_seed_of_another_recipe_waits_for_all_before_it() -> None:
    spans = queue_times([], [(FIRST, 10.0), (FIRST, 10.0), (FIRST, 10.0), (SECOND, 1.0), (SECOND, 1.0)], SEEDS, SHARING)

    assert ends(spans) == [16, 16, 26, 27.6, 27.6]
    assert [span.begin for span in spans[3:]] == [pytest.approx(26)] * 2


def test_the_last_process_is_no_faster_for_its_one_thread() -> None:
    spans = queue_times([], [(FIRST, 10.0), (SECOND, 10.0), (FIRST, 10.0)], Lanes(2, threads=2), SHARING)

    assert ends(spans) == [16, 16, 32]


def test_more_processes_than_cores_end_no_sooner_than_as_many_as_there_are() -> None:
    many = queue_times([], [(FIRST, 10.0)] * 8, Lanes(8, threads=2), SHARING)
    few = queue_times([], [(FIRST, 10.0)] * 8, Lanes(2, threads=2), SHARING)

    assert many[-1].end == pytest.approx(few[-1].end) == pytest.approx(64)


def test_on_a_cluster_each_takes_as_long_as_alone() -> None:
    spans = queue_times([], [(FIRST, 10.0), (SECOND, 4.0), (FIRST, 10.0)], Lanes(2, apart=True), SHARING)

    assert spans == [Span(0, 10), Span(0, 4), Span(4, 14)]


@given(
    st.lists(st.floats(0, 100), max_size=6),
    st.lists(st.tuples(st.sampled_from([FIRST, SECOND]), st.floats(0, 100)), max_size=12),
    st.integers(1, 4),
    st.floats(0.3, 1),
)
def test_the_machine_is_never_idle_and_never_gives_more_than_it_has(
    active: list[float], waiting: list[tuple[Recipe, float]], number: int, sharing: float
) -> None:
    lanes = Lanes(number, one_recipe=True)
    spans = queue_times(active, waiting, lanes, sharing)

    alone = sum(seconds for _, seconds in waiting) + sum(active) / lanes.slowdown(len(active), sharing)
    end = max((span.end for span in spans), default=0.0)
    assert sharing * alone - 1e-6 <= end <= alone + 1e-6
    assert all(0 <= span.begin <= span.end for span in spans)
    begins = [span.begin for span in spans[len(active) :]]
    assert begins == sorted(begins)
