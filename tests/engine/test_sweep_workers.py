"""What the workers of a sweep keep, what they are told, and what becomes of a training whose worker dies."""

import os
import pickle
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from fake_trainer import ONE_EPOCH, FakeTrainer
from fake_worker import DIES, DIES_AHEAD, DIES_EARLY, DIES_ONCE, FakeProcess
from sample_records import RUN
from sweep_jobs import Watcher, by_name, install_fake_trainer, jobs, seeds, swept

from fmnist_tui.engine.dataset import sources
from fmnist_tui.engine.dataset.files import DownloadError
from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.parallel.worker import DIED, Source, Task, WorkerProcess, cause_of_death
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.folder import JOURNAL, Saving
from fmnist_tui.lab.runs.journal import read_journal

threads: Callable[[], Executor] = partial(ThreadPoolExecutor, 1)


@pytest.fixture(autouse=True)
def trainer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> FakeTrainer:
    """The trainer in the engine's place, for workers in this process; temporary files go to the test's folder."""
    return install_fake_trainer(monkeypatch, tmp_path)


KILLED = f"{DIED}: it was killed (SIGKILL), as the system does when memory runs out; if it did, train fewer at a time"


def test_a_worker_that_is_killed_interrupts_its_own_training_and_no_other() -> None:
    wanted = [*jobs("a", DIES), *seeds(64, 2)]

    runs = list(swept(wanted, workers=2, make_executor=FakeProcess))

    (broken,) = (run for run in runs if run.status == "interrupted")
    assert (broken.experiment, broken.seed, broken.reason) == (DIES, 7, f"interrupted in epoch 2 of 2: {KILLED}")
    assert broken.curves == ONE_EPOCH
    assert broken.test is None
    assert broken.parameters == broken.recipe.architecture.parameters
    assert broken.environment is not None
    assert [run.status for run in runs].count("finished") == 3


def test_every_training_may_kill_its_worker() -> None:
    runs = list(swept(jobs(DIES, DIES), workers=2, make_executor=FakeProcess))

    assert [run.reason for run in runs] == [f"interrupted in epoch 2 of 2: {KILLED}"] * 2


def test_an_epoch_that_only_the_journal_of_a_dead_worker_tells_counts(tmp_path: Path) -> None:
    (run,) = swept(jobs(DIES_AHEAD), workers=1, make_executor=FakeProcess, folder=lambda run_id: tmp_path / run_id)

    assert (run.status, run.curves, run.seconds) == ("interrupted", RUN.curves, 2.0)
    assert run.reason == f"interrupted after epoch 2 of 2: {KILLED}"


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (signal.SIGSEGV, "it crashed (SIGSEGV)"),
        (signal.SIGUSR1, "it was ended (SIGUSR1)"),
        (3, "it ended by itself, with status 3"),
    ],
    ids=["crash", "signal", "exit"],
)
def test_what_a_worker_died_of_is_said_in_words(end: signal.Signals | int, words: str) -> None:
    executor = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
    future = executor.submit(os._exit, end) if type(end) is int else executor.submit(signal.raise_signal, end)
    assert isinstance(future.exception(), BrokenExecutor)

    assert cause_of_death(executor) == f"{DIED}: {words}"
    executor.shutdown()


def test_a_training_that_had_not_begun_when_its_worker_died_is_tried_once_more(tmp_path: Path) -> None:
    runs = list(
        swept(jobs(DIES_EARLY, DIES_ONCE), workers=2, make_executor=FakeProcess, folder=lambda run_id: tmp_path)
    )

    assert {name: run.status for name, run in by_name(runs).items()} == {DIES_EARLY: "failed", DIES_ONCE: "finished"}
    assert by_name(runs)[DIES_EARLY].reason == KILLED


def test_data_that_are_gone_are_told_as_an_error_that_survives_the_way_between_processes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def gone(*_: object, **__: object) -> Dataset:
        raise DownloadError("no download was tried", "give the folder with --data")

    monkeypatch.setattr(sources, "load", gone)

    with pytest.raises(UserError, match="no download was tried; give") as raised:
        list(swept(jobs("a"), workers=1, make_executor=threads))

    assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)


def test_seeds_of_a_recipe_share_what_is_compiled_and_workers_share_the_data(
    trainer: FakeTrainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: dict[Recipe, list[CompiledModelCache]] = defaultdict(list)
    data: list[Dataset] = []
    train = trainer.train

    def noted(recipe: Recipe, seed: int, given: Dataset, **more: Any) -> Run:
        used[recipe].append(more["cache"])
        data.append(given)
        return train(recipe, seed, given, **more)

    monkeypatch.setattr(sys.modules["fmnist_tui.engine.training.trainer"], "train", noted)
    at_once = Barrier(2, timeout=120)
    trainer.on_first_epoch = at_once.wait

    list(swept([*seeds(8, 3), *seeds(16, 3)], workers=2, make_executor=threads))

    (one, *more_of_one), (other, *more_of_other) = used.values()
    assert all(each is one for each in more_of_one)
    assert all(each is other for each in more_of_other)
    assert one is not other
    assert all(each is data[0] for each in data)


def test_a_task_is_small_enough_to_send(tmp_path: Path) -> None:
    source = Source("fashion-mnist", Path("/data"))
    task = Task(seeds(64, 1)[0], "r0", source, tmp_path, tmp_path / "runs", Saving(model=True))

    sent = pickle.dumps(task)

    assert len(sent) < 4_096
    assert pickle.loads(sent) == task


def test_two_processes_train_for_real_and_one_of_them_is_killed(tmp_path: Path) -> None:
    """Given a training without end beside a short one, when its worker is killed, then that alone finishes."""
    endless = Job("endless", Recipe(mlp([2]), Hyperparameters(epochs=10_000), "synthetic"), 0)
    short = Job("short", Recipe(mlp([4]), Hyperparameters(epochs=1), "synthetic"), 0)
    pids: list[Future[int]] = []

    def make_executor() -> Executor:
        worker = WorkerProcess()
        pids.append(worker.submit(os.getpid))
        return worker

    watcher = Watcher(
        lambda: os.kill(pids[0].result(), signal.SIGKILL), lambda seen: seen.latest[endless].curves.epochs > 0
    )

    runs = list(
        swept(
            [endless, short],
            workers=2,
            make_executor=make_executor,
            show=watcher,
            folder=lambda run_id: tmp_path / run_id,
            saving=Saving(model=True),
        )
    )

    statuses = {Job(run.experiment, run.recipe, run.seed): run.status for run in runs}
    assert statuses == {endless: "interrupted", short: "finished"}
    killed, finished = by_name(runs)["endless"], by_name(runs)["short"]
    journal = read_journal(tmp_path / killed.id / JOURNAL)
    assert journal is not None
    assert killed.curves == journal.run.curves
    assert killed.curves.epochs > 0
    assert killed.reason == f"interrupted in epoch {killed.curves.epochs + 1} of 10000: {KILLED}"
    assert finished.test is not None
    assert finished.test.accuracy > 0.15
    assert [path.parent.name for path in tmp_path.glob("*/model.keras")] == [finished.id]
    assert killed.environment == finished.environment


WORKER_AND_PARENT = """
import os, signal
from fmnist_tui.engine.parallel.worker import WorkerProcess
from test_sweep_workers import about_a_worker

if __name__ == "__main__":
    print(*WorkerProcess().submit(about_a_worker).result(), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def about_a_worker() -> tuple[int, int, bool]:
    """Return the threads of TensorFlow in this process, and whether the terminal's signals are kept from it."""
    from fmnist_tui.engine.tensorflow import tf

    threads = tf.config.threading
    blocked = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP} <= signal.pthread_sigmask(signal.SIG_BLOCK, ())
    return threads.get_intra_op_parallelism_threads(), threads.get_inter_op_parallelism_threads(), blocked


def test_a_worker_process_has_one_thread_is_deaf_to_the_terminal_and_leaves_when_its_parent_is_killed(
    tmp_path: Path,
) -> None:
    script = tmp_path / "parent.py"
    script.write_text(WORKER_AND_PARENT, encoding="utf-8")
    path = os.pathsep.join([*map(str, (Path(__file__).parent, Path(__file__).parents[1])), *sys.path])

    # The worker holds the other end of the pipe too: this returns in time only if it leaves.
    done = subprocess.run(
        [sys.executable, script],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )

    assert done.returncode == -signal.SIGKILL
    assert done.stdout == "1 1 True\n", done.stderr


def test_a_worker_is_replaced_after_many_recipes_and_not_between_the_seeds_of_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Executor] = []

    def make_executor() -> Executor:
        made.append(threads())
        return made[-1]

    monkeypatch.setattr("fmnist_tui.engine.parallel.sweep.MOST_RECIPES", 2)
    wanted = [*jobs("a"), *seeds(64, 3), *jobs("a", "b", "c")[1:]]

    runs = list(swept(wanted, workers=1, make_executor=make_executor))

    assert [run.status for run in runs] == ["finished"] * 6
    assert len(made) == 2  # a and three seeds, then b and c
    with pytest.raises(RuntimeError, match="shutdown"):
        made[0].submit(len, ())
