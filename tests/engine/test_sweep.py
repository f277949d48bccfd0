"""A sweep trains side by side, shows and steers all trainings, and outlives its workers."""

import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from fake_trainer import FakeTrainer
from fake_worker import FakeProcess, ImmediateExecutor
from sweep_jobs import Watcher, by_name, install_fake_trainer, jobs, recipe, seeds, swept

from fmnist_tui.engine.parallel.queue import Queue, longest_first, next_job
from fmnist_tui.engine.parallel.sweep import sweep
from fmnist_tui.engine.parallel.sweep_options import SweepOptions
from fmnist_tui.engine.parallel.worker import Source
from fmnist_tui.engine.training.progress import Control, Phase
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.run import Run

SOURCE = Source("synthetic")
WAYS = (partial(ThreadPoolExecutor, 1), FakeProcess, ImmediateExecutor)
threads: Callable[[], Executor] = WAYS[0]


@pytest.fixture(autouse=True)
def trainer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeTrainer:
    """The trainer in the engine's place, for workers in this process; temporary files go to the test's folder."""
    return install_fake_trainer(monkeypatch, tmp_path)


@pytest.mark.parametrize("make_executor", WAYS, ids=["threads", "processes", "in place"])
def test_any_executor_trains_every_job_and_leaves_nothing_behind(
    make_executor: Callable[[], Executor], tmp_path: Path
) -> None:
    wanted = [*jobs("a", "b"), *seeds(64, 2)]

    runs = list(swept(wanted, workers=2, make_executor=make_executor))

    assert sorted((run.experiment, run.seed) for run in runs) == [("64", 0), ("64", 1), ("a", 7), ("b", 7)]
    assert {Job(run.experiment, run.recipe, run.seed) for run in runs} == set(wanted)
    assert len({run.id for run in runs}) == 4
    assert {run.status for run in runs} == {"finished"}
    assert list(tmp_path.iterdir()) == []


def test_the_trainings_run_at_the_same_time_and_no_more_than_there_are_workers(trainer: FakeTrainer) -> None:
    at_once = Barrier(2, timeout=120)
    trainer.on_first_epoch = at_once.wait  # breaks, and the sweep with it, where one training waits for the other

    runs = list(swept(jobs("a", "b", "c", "d"), workers=2, make_executor=threads))

    assert len(runs) == 4


def test_each_run_is_yielded_when_it_ends() -> None:
    runs = swept(seeds(8, 2), workers=1, make_executor=ImmediateExecutor)

    assert next(runs).seed == 0
    assert next(runs).seed == 1
    assert next(runs, None) is None


def test_without_jobs_no_executor_is_made() -> None:
    assert list(swept([], workers=2, make_executor=lambda: pytest.fail("made"))) == []


def test_progress_of_all_trainings_is_shown_while_they_run(trainer: FakeTrainer) -> None:
    trainer.may_end.clear()
    watcher = Watcher(trainer.may_end.set, lambda seen: seen.running() == 2)
    wanted = jobs("a", "b")

    list(swept(wanted, workers=2, make_executor=threads, show=watcher))

    assert watcher.acted
    for job in wanted:
        assert watcher.phases[job][0] is Phase.LOADING
        assert Phase.TRAINING in watcher.phases[job]


def test_a_stop_reaches_all_that_train_and_nothing_more_is_begun(trainer: FakeTrainer) -> None:
    trainer.may_end.clear()
    queue = Queue(jobs("a", "b", "c"))
    watcher = Watcher(queue.stop, lambda seen: seen.running() == 2)

    runs = list(swept(queue, workers=2, make_executor=threads, show=watcher))

    assert {name: run.status for name, run in by_name(runs).items()} == {"a": "stopped", "b": "stopped"}
    assert {job.experiment for job in trainer.jobs} == {"a", "b"}


@pytest.mark.parametrize("stop", [Control.stop, Control.stop_at_epoch_end])
def test_a_stop_of_one_training_leaves_the_others_alone_and_the_next_begins(
    trainer: FakeTrainer, stop: Callable[[Control], None]
) -> None:
    trainer.may_end.clear()
    queue = Queue(jobs("a", "b", "c"))

    def stop_a() -> None:
        stop(queue.active[0].control)

    watcher = Watcher(stop_a, lambda seen: seen.running() == 2)
    runs = swept(queue, workers=2, make_executor=threads, show=watcher)

    first = next(runs)
    trainer.may_end.set()
    assert (first.experiment, first.status) == ("a", "stopped")
    assert {name: run.status for name, run in by_name(runs).items()} == {"b": "finished", "c": "finished"}


def test_what_is_added_meanwhile_is_trained_too_and_the_number_of_workers_may_change(trainer: FakeTrainer) -> None:
    trainer.may_end.clear()
    queue = Queue(jobs("a"))
    at_once = Barrier(2, timeout=120)
    wanted = [1]

    def grow() -> None:
        queue.add(jobs("b", "c"))
        trainer.on_first_epoch = at_once.wait
        wanted[0] = 2
        trainer.may_end.set()

    watcher = Watcher(grow, lambda seen: seen.running() == 1)

    options = SweepOptions(queue, show=watcher)
    runs = list(sweep(options, SOURCE, make_executor=threads, workers=lambda: wanted[0]))

    assert watcher.acted
    assert {run.experiment for run in runs} == {"a", "b", "c"}
    assert (queue.active, queue.waiting) == ((), ())


def test_a_pause_reaches_all_that_train_until_they_are_to_go_on(trainer: FakeTrainer) -> None:
    trainer.may_end.clear()
    queue = Queue(jobs("a", "b"))

    def all_paused(seen: Watcher) -> bool:
        if seen.running() == 2:
            for training in queue.active:
                training.control.pause()
        return [picture.phase for picture in seen.latest.values()] == [Phase.PAUSED, Phase.PAUSED]

    def go_on() -> None:
        for training in queue.active:
            training.control.resume()
        trainer.may_end.set()

    watcher = Watcher(go_on, all_paused)

    runs = list(swept(queue, workers=2, make_executor=threads, show=watcher))

    assert watcher.acted
    assert [run.status for run in runs] == ["finished", "finished"]


def test_an_error_stops_the_others_keeps_their_runs_and_is_raised(
    trainer: FakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer.may_end.clear()
    train = trainer.train

    def fail_on_b(*given: Any, experiment: str, **more: Any) -> Run:
        if experiment == "b":
            raise RuntimeError("not its own fault")
        return train(*given, experiment=experiment, **more)

    monkeypatch.setattr(sys.modules["fmnist_tui.engine.training.trainer"], "train", fail_on_b)
    runs = swept(jobs("a", "b", "c"), workers=2, make_executor=threads)

    assert [(run.experiment, run.status) for run in [next(runs)]] == [("a", "stopped")]
    with pytest.raises(RuntimeError, match="not its own fault"):
        next(runs)


def test_no_room_for_temporary_files_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))

    with pytest.raises(UserError, match="TMPDIR"):
        list(swept(jobs("a"), workers=1, make_executor=threads))


def test_a_sweep_that_is_left_tells_its_workers_to_stop(trainer: FakeTrainer, tmp_path: Path) -> None:
    trainer.may_end.clear()
    left = ThreadPoolExecutor(1)

    def interrupt() -> None:
        raise KeyboardInterrupt

    watcher = Watcher(interrupt, lambda seen: seen.running() == 1)

    with pytest.raises(KeyboardInterrupt):
        list(swept(jobs("a"), workers=1, make_executor=lambda: left, show=watcher))

    left.shutdown(wait=True)
    assert trainer.jobs
    assert not trainer.may_end.is_set()  # so it ended because it was told to
    assert list(tmp_path.iterdir()) == []


def test_a_worker_goes_on_with_its_recipe_then_takes_one_that_nobody_has_then_helps() -> None:
    eight, sixteen, two = seeds(8, 2), seeds(16, 3), seeds(2, 2)
    waiting = [*eight, *sixteen, *two]

    assert next_job(waiting, recipe(16), [recipe(8)]) == sixteen[0]
    assert next_job(waiting, None, [recipe(8)]) == sixteen[0]
    assert next_job(waiting, recipe(99), [recipe(8), recipe(16)]) == two[0]
    assert next_job(waiting, None, [recipe(8), recipe(16), recipe(2)]) == sixteen[0]
    assert next_job(two, None, [recipe(2)]) == two[0]


def test_the_longest_come_first_and_the_plan_s_order_decides_between_equals() -> None:
    few_epochs = Job("few", Recipe(mlp([512]), Hyperparameters(epochs=1), "synthetic"), 0)
    wanted = [few_epochs, *seeds(8, 2), *seeds(512, 2)]

    assert longest_first(wanted) == [*seeds(512, 2), few_epochs, *seeds(8, 2)]
