"""A training left after an epoch goes on as if it had never been left."""

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

EVERY_STATE = "8-bn-drop0.5"


@pytest.fixture(scope="module")
def data() -> Dataset:
    """Noise, and labels that nothing tells: 200 to train and validate."""
    random = np.random.default_rng(5)
    images = random.integers(0, 256, (220, 28, 28), np.uint8)
    labels = random.integers(0, 10, 220)
    return Dataset("synthetic", images[:200], labels[:200], images[200:], labels[200:], "a test")


def prepared(data: Dataset, shorthand: str = EVERY_STATE, **given: Any) -> PreparedRecipe:
    return PreparedRecipe(
        Recipe(parse(shorthand), hyperparameters(**{"epochs": 4, "batch_size": 30, **given}), "synthetic"), data
    )


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


@pytest.mark.parametrize("optimizer", ["adam", "momentum"])
def test_a_training_goes_on_elsewhere_from_its_state(data: Dataset, optimizer: str, tmp_path: Path) -> None:
    whole, first, second = (prepared(data, optimizer=optimizer) for _ in range(3))
    before, through, after = AppExit(2).of(first), AppExit().of(whole), AppExit().of(second)

    whole.fit(3, [through])
    first.fit(3, [before])
    np.savez(tmp_path / "state.npz", allow_pickle=False, **before.left)
    second.set_state(dict(np.load(tmp_path / "state.npz")))
    second.fit(3, [after], initial_epoch=2)

    assert before.losses + after.losses == through.losses
    for ours, expected in zip(second.model.get_weights(), whole.model.get_weights(), strict=True):
        assert np.array_equal(ours, expected)
    assert int(second.model.optimizer.iterations) == int(whole.model.optimizer.iterations)


def test_patience_goes_on_where_it_was_left(data: Dataset) -> None:
    whole, first, second = (prepared(data, "16", epochs=40, patience=2, learning_rate=0.05) for _ in range(3))
    through, after = AppExit().of(whole), AppExit().of(second)

    whole.fit(3, [through])
    ended = len(through.losses)
    before = AppExit(ended - 1).of(first)
    first.fit(3, [before])
    second.set_state(before.left)
    second.fit(3, [after], initial_epoch=ended - 1)

    assert ended < 40
    assert len(after.losses) == 1


def test_the_state_is_a_copy(data: Dataset) -> None:
    training = prepared(data)
    training.start(1)
    state = training.state()

    training.fit(2)
    training.set_state(state)

    assert all(np.array_equal(value, state[name]) for name, value in training.state().items())


def test_the_state_of_another_recipe_is_refused(data: Dataset) -> None:
    state = prepared(data, "9").state()

    with pytest.raises(ValueError, match="another recipe"):
        prepared(data, "8").set_state(state)


def test_the_training_pictures_are_in_memory_once(data: Dataset) -> None:
    before = data.x_train.copy()

    prepared(data)
    moved = data.x_train
    prepared(data, "3")

    assert np.array_equal(moved, before)
    assert not moved.flags.writeable
    assert isinstance(cast("object", moved.base), memoryview)  # a tensor's own memory
    assert data.x_train is moved


def test_the_graphs_of_a_recipe_go_with_it() -> None:
    data, cache = patterns(), CompiledModelCache()
    run(data, recipe("4", epochs=1), cache=cache)
    run(data, recipe("5", epochs=1), cache=cache)
    few = len(custom_gradients())

    for units in ("6", "7"):
        run(data, recipe(units, epochs=1), cache=cache)

    assert 0 < len(custom_gradients()) <= few


def test_a_recipe_is_trained_again_after_others_as_at_first() -> None:
    data, cache = patterns(), CompiledModelCache()

    first, _, again = (run(data, recipe(units, epochs=1), cache=cache) for units in ("4", "5", "4"))

    assert again.curves == first.curves
