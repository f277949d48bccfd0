"""Jobs for sweeps, and a watcher of their progress."""

import tempfile
from collections import defaultdict
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

import pytest
from fake_trainer import FakeTrainer, fake_load

from fmnist_tui.engine.dataset import sources
from fmnist_tui.engine.parallel.queue import ActiveRun, Queue
from fmnist_tui.engine.parallel.sweep import sweep
from fmnist_tui.engine.parallel.sweep_options import SweepOptions
from fmnist_tui.engine.parallel.worker import Source, _load
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.run import Run


def install_fake_trainer(monkeypatch: pytest.MonkeyPatch, temporary: Path) -> FakeTrainer:
    """Let workers in this process use the fake trainer, with temporary files in the test's folder."""
    trainer = FakeTrainer()
    trainer.install(monkeypatch)
    monkeypatch.setattr(sources, "load", fake_load)
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    _load.cache_clear()
    return trainer


def recipe(units: int) -> Recipe:
    """Return a recipe of two epochs on synthetic garments."""
    return Recipe(mlp([units]), Hyperparameters(epochs=2), "synthetic")


def jobs(*names: str) -> list[Job]:
    """Return a job for each name, each with another recipe that takes longer than the next."""
    return [Job(name, recipe(100 - number), 7) for number, name in enumerate(names)]


def seeds(units: int, count: int) -> list[Job]:
    return [Job(str(units), recipe(units), seed) for seed in range(count)]


def swept(
    wanted: Sequence[Job] | Queue, *, workers: int, make_executor: Callable[[], Executor], **options: Any
) -> Generator[Run, None, None]:
    """Run a sweep on synthetic garments."""
    queue = wanted if isinstance(wanted, Queue) else Queue(wanted)
    return sweep(
        SweepOptions(queue, **options), Source("synthetic"), make_executor=make_executor, workers=lambda: workers
    )


def by_name(runs: Iterable[Run]) -> dict[str, Run]:
    """Return runs by experiment name."""
    return {run.experiment: run for run in runs}


class Watcher:
    """Keeps the progress of each job, and calls `act` once when `when` is true."""

    def __init__(self, act: Callable[[], object], when: Callable[["Watcher"], bool]) -> None:
        self.latest: dict[Job, Progress] = {}
        self.phases: dict[Job, list[Phase]] = defaultdict(list)
        self.acted = False
        self._act, self._when = act, when

    def __call__(self, training: ActiveRun) -> None:
        self.latest[training.job] = training.progress
        self.phases[training.job].append(training.progress.phase)
        if not self.acted and self._when(self):
            self.acted = True
            self._act()

    def running(self) -> int:
        """Return the number of trainings that are within an epoch."""
        return sum(bool(progress.points) for progress in self.latest.values())
