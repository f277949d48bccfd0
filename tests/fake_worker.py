"""Fake workers: a process that trains without TensorFlow, and an executor without a process."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import ParamSpec, TypeVar, cast

from fake_trainer import ONE_EPOCH, RUNNING
from sample_records import RUN

from fmnist_tui.engine.parallel.channel import SweepLink
from fmnist_tui.engine.parallel.worker import Task
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.records.run import CURVES, Curves, Run
from fmnist_tui.lab.runs.folder import RunFolder

Given = ParamSpec("Given")
Returned = TypeVar("Returned")

DIES = "dies"
"""The experiment whose training kills its worker after an epoch."""
DIES_AHEAD = "dies ahead"
"""The experiment whose worker is killed when its journal is ahead of its progress."""
DIES_EARLY = "dies early"
"""The experiment whose worker is killed before the training begins."""
DIES_ONCE = "dies early, once"
"""The experiment whose first worker is killed before the training begins."""


def made_up_run(task: Task) -> Run:
    """Return an invented run of a task."""
    job = task.job
    return replace(RUN, id=task.run_id, experiment=job.experiment, recipe=job.recipe, seed=job.seed)


def pretend(task: Task) -> Run:
    """Replace `train_task`; kill the process if the experiment's name says so."""
    early = task.job.experiment == DIES_EARLY
    if task.job.experiment == DIES_ONCE:
        assert task.folder is not None
        early = not (task.folder / "was here").exists()
        (task.folder / "was here").touch()
    if early:
        os.kill(os.getpid(), signal.SIGKILL)
    with SweepLink(task.line, task.run_id, Progress(Phase.TRAINING, 2, ONE_EPOCH, RUNNING), leave=lambda: None):
        if task.job.experiment == DIES_AHEAD:
            assert task.folder is not None
            write_journal(task.folder, made_up_run(task))
        if task.job.experiment in (DIES, DIES_AHEAD):
            os.kill(os.getpid(), signal.SIGKILL)
        return made_up_run(task)


def write_journal(path: Path, run: Run) -> None:
    """Write the journal of a run with all its epochs, one second each."""
    folder = RunFolder(path)
    with folder.locked():
        folder.begin(replace(run, curves=Curves()))
        for epoch in range(1, run.curves.epochs + 1):
            folder.add_epoch(Curves(*(getattr(run.curves, name)[:epoch] for name in CURVES)), float(epoch))


class FakeProcess(ProcessPoolExecutor):
    """An executor of one process that calls `pretend` in place of `train_task`."""

    def __init__(self) -> None:
        super().__init__(1, mp_context=get_context("spawn"))

    def submit(self, fn: Callable[Given, Returned], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[Returned]:
        return super().submit(cast("Callable[Given, Returned]", pretend), *args, **kwargs)


class ImmediateExecutor(Executor):
    """Runs each call at once, in the caller's thread."""

    def submit(self, fn: Callable[Given, Returned], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[Returned]:
        future = Future[Returned]()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future
