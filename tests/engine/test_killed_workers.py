"""A training whose worker is killed, and killed again, ends as if it had not been; no epoch is trained for nothing.

The workers train slowly, without TensorFlow: `test_kills.py` compares the figures of a real training killed twice.
"""

import os
import signal
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

import pytest
from slow_trainer import install, load_black_images

from fmnist_tui.engine.parallel import worker
from fmnist_tui.engine.parallel.parallelism import Parallelism
from fmnist_tui.engine.parallel.queue import Queue
from fmnist_tui.engine.parallel.trainings import Trainings
from fmnist_tui.engine.parallel.worker import WorkerProcess, _initialize
from fmnist_tui.engine.training import storage as keeping
from fmnist_tui.engine.training.storage import Checkpoint
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.folder import RunFolder

RECIPE = Recipe(parse("16"), Hyperparameters(epochs=8), "synthetic")
KILLED, THROUGH = (Job(name, RECIPE, 3) for name in ("killed", "through"))


def begin_slow_worker() -> None:
    """Begin a worker in which trainings are slow."""
    install()
    _initialize()


@pytest.fixture(autouse=True)
def slow_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "_initialize", begin_slow_worker)


def live_until(epochs: int) -> None:
    """Have a process keep a checkpoint at every epoch, and kill itself after some epochs of the one experiment."""
    keeping.CHECKPOINT_SECONDS = keeping.CHECKPOINT_SHARE = 0.001
    add_checkpoint = keeping.RunStorage.add_checkpoint

    def add_and_die(self: keeping.RunStorage, run: Run, make: Callable[[], Checkpoint]) -> None:
        add_checkpoint(self, run, make)
        if run.experiment == KILLED.experiment and make().curves.epochs >= epochs:
            os.kill(os.getpid(), signal.SIGKILL)

    keeping.RunStorage.add_checkpoint = add_and_die  # type: ignore[method-assign]


def trained(notebook: NotebookFile, jobs: Iterable[Job], killed_at: int) -> dict[str, Run]:
    """Train jobs with two workers and return the runs as the notebook has them, by their experiments."""

    def make_worker() -> Executor:
        worker = WorkerProcess()
        worker.submit(live_until, killed_at)
        return worker

    trainings = Trainings(load_black_images("synthetic"), notebook, make_executor=make_worker)
    for each in trainings.of(Queue(jobs, Parallelism(2))):
        assert isinstance(each, Run), each.why
    return {run.experiment: run for run in NotebookFile(notebook.path).read().runs}


def test_a_training_whose_workers_are_killed_one_after_another_ends_as_if_they_had_not_been(tmp_path: Path) -> None:
    notebook = NotebookFile(tmp_path / "experiments.toml")

    once = trained(notebook, [KILLED, THROUGH], killed_at=3)["killed"]
    journal = RunFolder(notebook.runs_folder / once.id).read()
    assert journal is not None
    assert (once.status, once.curves) == ("interrupted", journal.run.curves)
    assert once.curves.epochs == 3
    assert once.reason is not None
    assert once.reason.startswith("interrupted in epoch 4 of 8: its worker process died: it was killed (SIGKILL)")
    assert notebook.pending() == ()
    assert notebook.recover() == ()

    resumed = replace(KILLED, resumes=once.id)
    twice = trained(notebook, [resumed], killed_at=5)["killed"]
    assert (twice.id, twice.status, twice.started) == (once.id, "interrupted", once.started)
    assert twice.curves.epochs in (5, 6)  # 6 if the first worker was dead before it was seen

    runs = trained(notebook, [resumed], killed_at=99)
    through, ended = runs["through"], runs["killed"]
    assert ended.id == once.id
    same = replace(ended, id=through.id, experiment="through", started=through.started, seconds=through.seconds)
    assert same == through
