import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from math import floor
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sample_records import RUN, a_run

from fmnist_tui.lab.experiments.estimate import memory_bytes
from fmnist_tui.lab.experiments.learned_speeds import learn_speeds
from fmnist_tui.lab.experiments.speeds import TYPICAL, TYPICAL_SPEEDS, Speed, Speeds
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.recipe import hyperparameters as training
from fmnist_tui.lab.records.run import STATUSES, Curves, Environment, Run, Status
from fmnist_tui.lab.records.shorthand import parse

HERE, ELSEWHERE = "this machine, 2 cores, Linux", "another machine, 64 cores, Linux"


def seconds_per_epoch(recipe: Recipe, runs: Sequence[Run], machine: str | None) -> float | None:
    """By the speed learned from the runs."""
    speeds = learn_speeds(runs, machine)
    return speeds.alone.seconds_per_epoch(recipe) if speeds else None


def recipe(shorthand: str, **given: Any) -> Recipe:
    return Recipe(parse(shorthand), training(**given))


def run(what: Recipe, seconds: float, machine: str = HERE, status: Status = "finished") -> Run:
    epochs = what.training.epochs
    curve = (0.5,) * epochs
    environment = Environment("3.11", "2.20", "3.11", "0.1", machine)
    return a_run(recipe=what, seconds=seconds, status=status, curves=Curves(curve, curve), environment=environment)


def runs_at(speed: Speed, recipes: Sequence[Recipe], noise: float = 0.0) -> list[Run]:
    """Return runs that take just what `speed` says, or that times a random factor."""
    draw = random.Random(5)
    return apart(
        run(each, speed.seconds(each, each.training.epochs) * (1 + noise * draw.uniform(-1, 1))) for each in recipes
    )


def apart(runs: Iterable[Run]) -> list[Run]:
    """Return runs as they are trained on different days."""
    return [replace(each, id=f"day{day}", started=RUN.started + timedelta(days=day)) for day, each in enumerate(runs)]


VARIED = [
    recipe(shorthand, epochs=epochs, batch_size=batch_size)
    for shorthand in ("16", "64-32-16", "512", "conv8x3-pool2-flatten-32")
    for epochs in (3, 10, 40)
    for batch_size in (32, 256)
]


def test_without_runs_of_this_machine_there_is_no_estimate() -> None:
    what = recipe("64")
    others: list[Run] = [run(what, 5, ELSEWHERE), replace(run(what, 5), environment=None)]
    unfinished = [run(what, 5, status=status) for status in STATUSES if status != "finished"]
    nothing = [replace(run(what, 5), curves=Curves()), run(what, 0)]

    assert seconds_per_epoch(what, [], HERE) is None
    assert seconds_per_epoch(what, [*others, *unfinished, *nothing], HERE) is None
    assert seconds_per_epoch(what, [run(what, 5)], None) is None


def test_runs_of_another_machine_change_nothing() -> None:
    own = runs_at(TYPICAL, VARIED)
    slow = [run(each, 10_000, ELSEWHERE) for each in VARIED]

    assert seconds_per_epoch(recipe("128"), [*slow, *own, *slow], HERE) == seconds_per_epoch(recipe("128"), own, HERE)


@pytest.mark.parametrize("factor", [0.1, 1.0, 25.0])
def test_one_run_tells_how_fast_a_machine_is(factor: float) -> None:
    fast = Speed(factor * TYPICAL.start, factor * TYPICAL.layer_step, factor * TYPICAL.multiply_add)

    speed = learned(runs_at(fast, [recipe("64")])).alone

    assert speed.seconds_per_epoch(recipe("512-256")) == pytest.approx(fast.seconds_per_epoch(recipe("512-256")))


@pytest.mark.parametrize(
    "law",
    [
        TYPICAL,
        Speed(start=6.0, layer_step=2e-4, multiply_add=1e-12),
        Speed(start=0.3, layer_step=5e-6, multiply_add=8e-11),
        Speed(start=0.0, layer_step=1e-4, multiply_add=5e-11),
        Speed(start=2.0, layer_step=0.0, multiply_add=2e-11),
    ],
)
def test_many_runs_reveal_the_law_that_they_follow(law: Speed) -> None:
    known = runs_at(law, VARIED)

    for what in (recipe("32"), recipe("256-128-64", batch_size=128), recipe("conv16x3-gap", batch_size=512)):
        assert seconds_per_epoch(what, known, HERE) == pytest.approx(law.seconds_per_epoch(what), rel=0.12)


def test_noise_in_the_runs_stays_as_small_in_the_estimate() -> None:
    known = runs_at(TYPICAL, VARIED, noise=0.15)

    for what in VARIED:
        assert seconds_per_epoch(what, known, HERE) == pytest.approx(TYPICAL.seconds_per_epoch(what), rel=0.15)


def test_a_run_that_was_paused_over_lunch_misleads_nobody() -> None:
    known = runs_at(TYPICAL, VARIED)
    paused = replace(known[0], id="paused", seconds=known[0].seconds + 3_600, started=RUN.started - timedelta(days=1))
    what = recipe("256")

    assert seconds_per_epoch(what, [paused, *known], HERE) == pytest.approx(TYPICAL.seconds_per_epoch(what), rel=0.05)


def in_time(runs: Sequence[Run], at_once: int, name: str = "", begin: float = 0.0) -> list[Run]:
    """Return runs as `at_once` workers train them, each begun when another ends; a record has whole seconds."""
    free = [begin] * at_once
    placed = []
    for number, each in enumerate(runs):
        worker = min(range(at_once), key=free.__getitem__)
        started = RUN.started + timedelta(seconds=floor(free[worker]))
        placed.append(replace(each, id=f"{name}{number}", started=started))
        free[worker] += each.seconds
    return placed


def slowed(runs: Sequence[Run], factor: float) -> list[Run]:
    return [replace(each, seconds=factor * each.seconds) for each in runs]


SHARED = Speed(start=0.5, layer_step=1.3e-5, multiply_add=2.4e-12)
"""A law of shares of the time, for trainings at once."""


@pytest.mark.parametrize("at_once", [2, 4])
def test_runs_that_overlapped_tell_by_their_share_of_the_time_what_trainings_at_once_take(at_once: int) -> None:
    alone = in_time(runs_at(TYPICAL, VARIED), 1, "alone")
    sweep = in_time(slowed(runs_at(SHARED, VARIED), at_once), at_once, "sweep", begin=100_000.25)

    speeds = learned([*alone, *sweep])

    for what in (recipe("64"), recipe("512"), recipe("conv16x3-gap")):
        assert speeds.alone.seconds(what, 10) == pytest.approx(TYPICAL.seconds(what, 10), rel=0.1)
        assert speeds.beside.seconds(what, 10) == pytest.approx(SHARED.seconds(what, 10), rel=0.2)


def test_where_one_kind_of_run_is_missing_the_two_speeds_differ_as_usual() -> None:
    apart = learned(in_time(runs_at(TYPICAL, VARIED), 1))
    at_once = learned(in_time(slowed(runs_at(TYPICAL_SPEEDS.beside, VARIED), 2), 2))

    for speeds in (apart, at_once):
        for what in VARIED:
            cost, usual = speeds.cost(what), TYPICAL_SPEEDS.cost(what)
            assert cost.alone == pytest.approx(usual.alone, rel=0.2)
            assert cost.beside == pytest.approx(usual.beside, rel=0.2)


def test_alike_machines_of_a_cluster_do_not_share_the_time() -> None:
    fair = in_time(runs_at(TYPICAL, VARIED), 1)
    of_both = learned([replace(each, id=f"{host}-{each.id}", host=host) for host in ("a", "b") for each in fair])

    for what in VARIED:
        assert of_both.cost(what).alone == pytest.approx(learned(fair).cost(what).alone)


def learned(runs: Sequence[Run]) -> Speeds:
    speeds = learn_speeds(runs, HERE)
    assert speeds is not None
    return speeds


@given(st.lists(st.floats(0.01, 20), min_size=2, max_size=12), st.floats(0, 5))
@example([1.0, 1.9999999999999964, 1.0], 0.0)  # the sum of a date and these seconds is rounded up
def test_trainings_one_after_another_are_never_taken_for_side_by_side(seconds: list[float], begin: float) -> None:
    known = in_time([run(recipe("64"), each) for each in seconds], 1, begin=begin)

    assert learn_speeds(known, HERE) == learn_speeds(apart(known), HERE)


def test_a_training_beside_one_that_did_not_finish_is_told_too() -> None:
    what = recipe("64")
    stopped = replace(run(what, 60, status="stopped"), id="stopped")
    within = replace(run(what, 30), id="within", started=RUN.started + timedelta(seconds=20))
    after = replace(run(what, 10), id="after", started=RUN.started + timedelta(seconds=60))

    assert learned([stopped, within, after]).alone == learned([after]).alone
    assert learned([within, after]).alone != learned([after]).alone


@given(st.lists(st.floats(0.01, 10_000), min_size=1, max_size=len(VARIED)))
def test_whatever_the_runs_took_a_training_takes_no_less_for_more_work(seconds: list[float]) -> None:
    speed = learned(apart(run(what, each) for what, each in zip(VARIED, seconds, strict=False))).alone

    assert min(speed.start, speed.layer_step, speed.multiply_add) >= 0
    for less, more in (
        (recipe("16"), recipe("32")),
        (recipe("64"), recipe("64-64")),
        (recipe("64"), recipe("64-drop0.5")),
        (recipe("64", batch_size=128), recipe("64", batch_size=64)),
        (recipe("64", validation_fraction=0.5), recipe("64", validation_fraction=0.2)),
        (recipe("conv8x3-gap"), recipe("conv8x5same-gap")),
    ):
        assert 0 < speed.seconds_per_epoch(less) <= speed.seconds_per_epoch(more)


def test_runs_of_one_and_the_same_recipe_are_enough() -> None:
    what = recipe("64-32")
    same = runs_at(TYPICAL, [what] * 5, noise=0.1)

    assert seconds_per_epoch(what, same, HERE) == pytest.approx(TYPICAL.seconds_per_epoch(what), rel=0.1)


def test_an_epoch_that_stopped_early_is_not_counted() -> None:
    planned = recipe("64", epochs=100)
    stopped = replace(run(planned, TYPICAL.seconds(planned, 7)), curves=Curves((0.5,) * 7, (0.5,) * 7))

    assert seconds_per_epoch(planned, [stopped], HERE) == pytest.approx(TYPICAL.seconds_per_epoch(planned))


def test_an_estimate_is_there_before_a_finger_leaves_the_key() -> None:
    speed = learned(runs_at(TYPICAL, VARIED)).alone
    drafts = [recipe(f"{width}-64-32") for width in range(1, 201)]

    began = time.process_time()
    for draft in drafts:
        speed.seconds_per_epoch(draft)
        memory_bytes(draft)
    spent = time.process_time() - began

    assert spent / len(drafts) < 0.005
