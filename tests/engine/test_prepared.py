"""A training left after an epoch goes on as if it had never been left."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from small_trainings import patterns, recipe, run

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.tensorflow import keras
from fmnist_tui.engine.training.compiled import PreparedRecipe
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.gradients import custom_gradients
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.shorthand import parse

COMPILED_BY_XLA = ("flatten-bn-drop0.5", "adam")


@pytest.fixture(scope="module")
def data() -> Dataset:
    return noise()


@cache
def noise() -> Dataset:
    """Noise, and labels that nothing tells: 200 to train and validate."""
    random = np.random.default_rng(5)
    images = random.integers(0, 256, (220, 28, 28), np.uint8)
    labels = random.integers(0, 10, 220)
    return Dataset("synthetic", images[:200], labels[:200], images[200:], labels[200:], "a test")


def prepared(data: Dataset, shorthand: str, **given: Any) -> PreparedRecipe:
    return PreparedRecipe(
        Recipe(parse(shorthand), hyperparameters(**{"epochs": 4, "batch_size": 30, **given}), "synthetic"), data
    )


@cache
def two_of_every_state(shorthand: str, optimizer: str) -> tuple[PreparedRecipe, ...]:
    """Return what was prepared twice of a recipe with running statistics, dropout and an optimizer's state."""
    return tuple(prepared(noise(), shorthand, optimizer=optimizer) for _ in range(2))


class AppExit(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types to check against
    """Ends the training after some epochs, and keeps its state then and its losses."""

    def __init__(self, epochs: int = 0) -> None:
        super().__init__()
        self.losses: list[float] = []
        self.left: dict[str, NDArray[Any]] = {}
        self._epochs = epochs
        self._prepared: PreparedRecipe | None = None

    def of(self, training: PreparedRecipe) -> "AppExit":
        self._prepared = training
        return self

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        assert logs is not None
        assert self._prepared is not None
        self.losses.append(logs["val_loss"])
        if epoch + 1 == self._epochs:
            self.left = self._prepared.state()
            self.model.stop_training = True


@pytest.mark.parametrize(
    ("shorthand", "optimizer"), [COMPILED_BY_XLA, ("conv2x5-pool4-bn-flatten-drop0.5", "momentum")]
)
def test_a_training_goes_on_elsewhere_from_its_state(shorthand: str, optimizer: str, tmp_path: Path) -> None:
    first, second = two_of_every_state(shorthand, optimizer)
    before, through, after = AppExit(2).of(first), AppExit().of(first), AppExit().of(second)

    first.fit(3, [through])
    weights, steps = first.model.get_weights(), int(first.model.optimizer.iterations)
    first.fit(3, [before])
    np.savez(tmp_path / "state.npz", allow_pickle=False, **before.left)
    second.set_state(dict(np.load(tmp_path / "state.npz")))
    second.fit(3, [after], initial_epoch=2)

    assert before.losses + after.losses == through.losses
    for ours, expected in zip(second.model.get_weights(), weights, strict=True):
        assert np.array_equal(ours, expected)
    assert int(second.model.optimizer.iterations) == steps


def test_patience_goes_on_where_it_was_left() -> None:
    first, second = two_of_every_state(*COMPILED_BY_XLA)
    patient = replace(first.recipe.training, epochs=40, patience=2, learning_rate=0.05)
    for each in (first, second):
        each.train_as(replace(first.recipe, training=patient))
    through, after = AppExit().of(first), AppExit().of(second)

    first.fit(3, [through])
    ended = len(through.losses)
    before = AppExit(ended - 1).of(first)
    first.fit(3, [before])
    second.set_state(before.left)
    second.fit(3, [after], initial_epoch=ended - 1)

    assert ended < 40
    assert len(after.losses) == 1


def test_the_state_is_a_copy() -> None:
    training, _ = two_of_every_state(*COMPILED_BY_XLA)
    training.start(1)
    state = training.state()

    training.fit(2)
    training.set_state(state)

    assert all(np.array_equal(value, state[name]) for name, value in training.state().items())


def test_the_state_of_another_recipe_is_refused(data: Dataset) -> None:
    training, _ = two_of_every_state(*COMPILED_BY_XLA)

    with pytest.raises(ValueError, match="another recipe"):
        prepared(data, "8").set_state(training.state())


def test_the_training_pictures_are_in_memory_once(data: Dataset) -> None:
    before = data.x_train.copy()

    prepared(data, "8")
    moved = data.x_train
    prepared(data, "3")

    assert np.array_equal(moved, before)
    assert not moved.flags.writeable
    assert isinstance(cast("object", moved.base), memoryview)  # a tensor's own memory
    assert data.x_train is moved


def test_a_recipe_is_trained_again_after_another_as_at_first_and_the_graphs_of_both_are_gone() -> None:
    data, cache = patterns(), CompiledModelCache()
    first, _ = (run(data, recipe(units, epochs=1), cache=cache) for units in ("4", "5"))
    few = len(custom_gradients())

    again = run(data, recipe("4", epochs=1), cache=cache)

    assert again.curves == first.curves
    assert 0 < len(custom_gradients()) <= few
