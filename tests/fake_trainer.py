"""A fake trainer and dataset that take no time, for tests of cli and tui."""

import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Event
from types import ModuleType

import numpy as np
import pytest
from sample_records import RUN

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.progress import Control, Phase, Point, Progress, Sink
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.dataset import DatasetChoice, DatasetName
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import CURVES, Curves, Run
from fmnist_tui.lab.runs.folder import RunFolder

ONE_EPOCH = Curves(*(getattr(RUN.curves, name)[:1] for name in CURVES))
"""The curves of `RUN` after its first epoch."""
MOST_WAITS = 12_000
"""Most waits of a training for `may_end`, ten milliseconds each."""
RUNNING = (Point(1.5, 0.83, 0.5),)
"""Metrics half way through the second epoch."""


def tiny_dataset(name: DatasetName = "synthetic", reason: str | None = None) -> Dataset:
    """Return four black images, two for training and two for testing."""
    images, labels = np.zeros((2, 28, 28), np.uint8), np.zeros(2, np.int64)
    return Dataset(name, images, labels, images.copy(), labels.copy(), "nowhere", reason)


def fake_load(dataset: DatasetChoice, directory: Path | None = None, **_: object) -> Dataset:
    """Replacement of `load`: `auto` finds only synthetic garments."""
    return tiny_dataset("synthetic", "there is no network here.") if dataset == "auto" else tiny_dataset(dataset)


class FakeTrainer:
    """Replacement of the trainer: notes its arguments, sends two epochs of progress, returns an invented run."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        """The jobs begun, in order."""
        self.model_paths: list[Path | None] = []
        """The model path of each job."""
        self.folders: list[Path | None] = []
        """The run folder of each job."""
        self.weights_kept: list[bool] = []
        """Whether each job was to keep its weights."""
        self.stopped_before_it_began = False
        """Whether trainings are stopped before their first step."""
        self.error: Exception | None = None
        """Raised instead of training."""
        self.failure: str | None = None
        """The reason of failed trainings; None if they succeed."""
        self.on_first_epoch: Callable[[], object] = lambda: None
        """Called after the first epoch, in the training's thread."""
        self.on_stop: Callable[[], object] = lambda: None
        """Called when a training that has begun is stopped, in its thread."""
        self.may_begin = Event()
        """Trainings wait for it before the first step."""
        self.may_begin.set()
        self.may_end = Event()
        """Trainings wait for it after the first epoch, unless they are stopped."""
        self.may_end.set()

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Replace the engine's trainer module, so that TensorFlow is not imported; one core trains one at a time."""
        for chooser in ("side_by_side", "choice"):
            monkeypatch.setattr(f"fmnist_tui.engine.parallel.{chooser}.usable_cores", lambda: 1)
        module = ModuleType("fmnist_tui.engine.training.trainer")
        vars(module)["train"] = self.train
        monkeypatch.setitem(sys.modules, module.__name__, module)

    @property
    def seeds(self) -> list[int]:
        """The seeds begun, in order."""
        return [job.seed for job in self.jobs]

    def train(
        self,
        recipe: Recipe,
        seed: int,
        data: Dataset,
        *,
        experiment: str,
        run_id: str,
        sink: Sink = lambda _: None,
        control: Control | None = None,
        model_path: Path | None = None,
        cache: CompiledModelCache | None = None,
        folder: RunFolder | None = None,
        resume: bool = False,
        keep_weights: bool = True,
    ) -> Run:
        """Send two epochs of progress and return a run; obeys `control` after the first."""
        control = control or Control()
        self.jobs.append(Job(experiment, recipe, seed, run_id if resume else None))
        self.model_paths.append(model_path)
        self.weights_kept.append(keep_weights)
        self.folders.append(folder.path if folder else None)
        if self.error:
            raise self.error
        if self.stopped_before_it_began:
            return self._untouched(recipe, seed, experiment, run_id)
        sink(Progress(Phase.COMPILING, 2))
        if not self.may_begin.wait(MOST_WAITS / 100):
            raise TimeoutError("may_begin was never set")
        if control.stopping_now:
            return self._untouched(recipe, seed, experiment, run_id)
        sink(Progress(Phase.TRAINING, 2, ONE_EPOCH, RUNNING, 40_000.0, 3.0))
        self.on_first_epoch()
        tries = count()
        while not (self.may_end.wait(0.01) or control.stopping):
            if next(tries) > MOST_WAITS:
                raise TimeoutError("may_end was never set")
            if control.paused:
                sink(Progress(Phase.PAUSED, 2, ONE_EPOCH, RUNNING))
                control.wait_while_paused()
                sink(Progress(Phase.TRAINING, 2, ONE_EPOCH, RUNNING))
        made = replace(RUN, id=run_id, experiment=experiment, recipe=recipe, seed=seed)
        made = replace(made, parameters=recipe.architecture.parameters)
        if self.failure:
            return replace(made, status="failed", reason=self.failure, curves=ONE_EPOCH, test=None, confusion=None)
        if control.stopping:
            self.on_stop()
            return replace(made, status="stopped", reason="stopped by hand in epoch 2 of 2", curves=ONE_EPOCH)
        sink(Progress(Phase.TESTING, 2, RUN.curves))
        return made

    def _untouched(self, recipe: Recipe, seed: int, experiment: str, run_id: str) -> Run:
        """Return the run of a training that was stopped before its first step."""
        untouched = replace(RUN, id=run_id, experiment=experiment, recipe=recipe, seed=seed, curves=Curves())
        return replace(untouched, status="stopped", reason="stopped by hand before the first epoch", test=None)
