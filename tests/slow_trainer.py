"""Trainings that take their time and hardly a processor, in place of TensorFlow's.

What computes is replaced; the rest of a training is the program's own: its thread or process, progress, pauses, stops,
journal, checkpoint, weights and record. An epoch takes a tenth of a second.
"""

import sys
import time
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.dataset import sources
from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.layers import CLASSES
from fmnist_tui.lab.records.dataset import DatasetChoice, DatasetName
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Metrics

CHUNKS = 2
"""Steps in an epoch."""
STEP_SECONDS = 0.05
HOLD = "hold"
"""A file in the current folder; the last epoch does not begin while it is there."""
IMAGES, LABELS = np.zeros((CHUNKS, 28, 28), np.uint8), np.zeros(CHUNKS, np.int64)


class _AnyName(type):
    def __getattr__(cls, name: str) -> type["Anything"]:
        if name.startswith("_"):
            raise AttributeError(name)
        return Anything


class Anything(Exception, metaclass=_AnyName):
    """Has every attribute: what modules name of TensorFlow and Keras at their import."""


class TensorFlow(Anything):
    convert_to_tensor = staticmethod(np.asarray)


class Callback:
    """Keras's, which does nothing."""

    def __init__(self, **replaced: Any) -> None:
        self.model: SlowModel | None = None
        vars(self).update(replaced)

    def on_train_begin(self, logs: object = None) -> None:
        """Called before the first epoch."""


class Keras(Anything):
    callbacks = SimpleNamespace(Callback=Callback, LambdaCallback=Callback)


class SlowModel:
    """A model of one layer whose weights stay as they are."""

    def __init__(self) -> None:
        self.kernel = SimpleNamespace(name="kernel", shape=(784, CLASSES))
        self.layers = [SimpleNamespace(name="output", kernel=np.zeros(self.kernel.shape), weights=[self.kernel])]
        self.weights = [self.kernel]
        self.optimizer = SimpleNamespace(learning_rate=0.001)
        self.stop_training = self.stop_evaluating = False

    def get_weights(self) -> list[NDArray[Any]]:
        return [self.layers[0].kernel.copy()]

    def set_weights(self, weights: Sequence[NDArray[Any]]) -> None:
        (self.layers[0].kernel,) = weights


class SlowRecipe:
    """What `PreparedRecipe` is for TensorFlow; each epoch is better than the one before."""

    def __init__(self, recipe: Recipe, data: Dataset) -> None:
        from fmnist_tui.engine.training.chunks import ChunkPlan

        self.recipe = recipe
        self.model = SlowModel()
        self.plan = ChunkPlan(CHUNKS, batch_size=1, max_chunks=CHUNKS)
        self.validation_indices = np.arange(0)

    def train_as(self, recipe: Recipe) -> None:
        self.recipe = recipe

    def fit(self, seed: int, callbacks: Sequence[Any], initial_epoch: int = 0) -> None:
        """Call callbacks as Keras does."""
        self.model.stop_training = False
        for callback in callbacks:
            callback.model = self.model
            callback.on_train_begin(None)
        reporter = callbacks[-1]
        for epoch in range(initial_epoch, self.recipe.training.epochs):
            while epoch + 1 == self.recipe.training.epochs and Path(HOLD).exists():
                time.sleep(STEP_SECONDS)
            self._train_epoch(reporter, epoch)
            if self.model.stop_training:
                break

    def _train_epoch(self, reporter: Any, epoch: int) -> None:
        figures = {"accuracy": 1 - 1 / (epoch + 2), "loss": 1 / (epoch + 1)}
        reporter.on_epoch_begin(epoch)
        for chunk in range(CHUNKS):
            reporter.on_train_batch_begin(chunk)
            time.sleep(STEP_SECONDS)
            reporter.on_train_batch_end(chunk, figures)
            if self.model.stop_training:
                break
        reporter.on_test_begin()
        reporter.on_test_end()
        reporter.on_epoch_end(epoch, figures | {f"val_{name}": figure for name, figure in figures.items()})

    def state(self) -> Mapping[str, NDArray[Any]]:
        return {"kernel": self.model.layers[0].kernel}

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        self.model.layers[0].kernel = state["kernel"]


def load_black_images(dataset: DatasetChoice, directory: Path | None = None, **_: object) -> Dataset:
    """Replacement of `load`."""
    name: DatasetName = "synthetic" if dataset == "auto" else dataset
    return Dataset(name, IMAGES, LABELS, IMAGES.copy(), LABELS.copy(), "nowhere", None)


def evaluate_slow_model(*_: object, **__: object) -> SimpleNamespace:
    """Replacement of `evaluate`: one of two images is right."""
    predictions = np.arange(CHUNKS)
    confusion = np.zeros((CLASSES, CLASSES), int)
    confusion[LABELS, predictions] = 1
    return SimpleNamespace(
        metrics=Metrics(0.5, 1.0),
        confusion=tuple(map(tuple, confusion.tolist())),
        predictions=predictions.astype(np.uint8),
        confidence=np.ones(CHUNKS, np.float32),
    )


def install() -> None:
    """Replace TensorFlow, what is compiled by it, and the data, in a process that has imported none of them."""
    stand_ins: dict[str, dict[str, Any]] = {
        "fmnist_tui.engine.tensorflow": {"tf": TensorFlow, "keras": Keras},
        "fmnist_tui.engine.training.compiled": {"PreparedRecipe": SlowRecipe},
        "fmnist_tui.engine.training.dead_units": {"count_dead_units": lambda *_: None},
    }
    for name, members in stand_ins.items():
        sys.modules[name] = ModuleType(name)
        vars(sys.modules[name]).update(members)
    evaluation = import_module("fmnist_tui.engine.training.evaluation")
    vars(evaluation)["evaluate"] = evaluate_slow_model
    vars(sources)["load"] = load_black_images
