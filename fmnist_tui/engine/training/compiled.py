import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.dataset.sources import Dataset, split
from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.chunks import ChunkedModel, ChunkPlan, Epochs, epoch_order
from fmnist_tui.engine.training.footprint import check_fits, evaluation_batch_size
from fmnist_tui.engine.training.model import build, reset_weights
from fmnist_tui.engine.training.profiling import profile_callbacks
from fmnist_tui.lab.experiments.speeds import TYPICAL
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.recipe import Recipe

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset


CHUNK_SECONDS = 0.03
"""Shortest time of a chunk, roughly: short enough for smooth charts and a quick stop."""

MAX_CHUNKS = 25

CHUNK_IMAGES = 16_000
"""Most images in a chunk, roughly: they are gathered in memory, 784 bytes each."""


FORWARD_AND_BACK = 3
"""Times as long as forward alone, roughly."""


class PreparedRecipe:
    """A recipe compiled by its first training, for one seed after another, and for other recipes with its graphs.

    Raises:
        ArchitectureError: the network cannot be built.
        TooLargeError: the network does not fit in memory.
    """

    def __init__(self, recipe: Recipe, data: "Dataset") -> None:
        recipe.architecture.check()
        check_fits(recipe)
        training = recipe.training
        parts = split(data, training.validation_fraction, training.split_seed)
        compiled = faster_with_xla(recipe.architecture)
        self.plan, validation_plan = _plans(recipe, len(parts.train_indices), len(parts.validation_indices))
        self.model: keras.Sequential = build(recipe.architecture, training)
        self.model.optimizer.build(self.model.trainable_variables)
        # Each variable of a new optimizer holds one number throughout.
        self._initial_values = [variable.numpy().flat[0] for variable in self.model.optimizer.variables]
        self.recipe = recipe
        self._has_trained = False
        self.validation_indices = parts.validation_indices
        self._train_indices = parts.train_indices
        self._patience = _Patience(training.patience)
        images, labels = _on_device(data)
        self._chunked = ChunkedModel(
            self.model,
            images,
            labels,
            self.plan,
            parts.validation_indices,
            validation_plan=validation_plan,
            compiled=compiled,
        )
        self._chunked.compile(optimizer=self.model.optimizer)
        self._chunked.build_graphs()

    def train_as(self, recipe: Recipe) -> None:
        """Train another recipe from the next `fit` on; its graphs must be the same."""
        if recipe != self.recipe:
            self.recipe = recipe
            self._patience = _Patience(recipe.training.patience)

    def fit(self, seed: int, callbacks: Sequence[keras.callbacks.Callback] = (), initial_epoch: int = 0) -> None:
        """Train from the initial state of `seed`, or after `initial_epoch` epochs from the current state.

        For callbacks a batch is a chunk of batches.
        """
        if not initial_epoch:
            self.start(seed)
        chunked, training = self._chunked, self.recipe.training
        validation = chunked.validation_chunks()
        chunked.fit(
            chunked.training_chunks(),
            epochs=training.epochs,
            initial_epoch=initial_epoch,
            validation_data=validation,
            callbacks=[
                Epochs(lambda epoch: epoch_order(self._train_indices, seed, epoch)),
                *profile_callbacks(compiled=self._has_trained),
                # Before the others, so that the state they save counts this epoch.
                *([self._patience] if training.early_stopping else []),
                *callbacks,
            ],
            shuffle=False,
            verbose=0,
        )
        self._has_trained = True

    def start(self, seed: int) -> None:
        """Reset weights, dropout and optimizer."""
        reset_weights(self.model, seed)
        for variable, value in zip(self.model.optimizer.variables, self._initial_values, strict=True):
            variable.assign(tf.fill(variable.shape, value))
        self.model.optimizer.learning_rate = self.recipe.training.learning_rate
        self._patience.forget()

    def state(self) -> dict[str, NDArray[Any]]:
        """Return copies of all state needed to resume after this epoch, by names valid for `np.savez`."""
        return {name: variable.numpy().copy() for name, variable in self._variables().items()} | self._patience.state()

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Restore what `state` returned, in any process; ValueError if it is of another recipe."""
        variables = self._variables()
        expected = {name: tuple(variable.shape) for name, variable in variables.items()}
        expected |= {name: value.shape for name, value in self._patience.state().items()}
        if {name: np.shape(value) for name, value in state.items()} != expected:
            raise ValueError("the state is that of another recipe")
        for name, variable in variables.items():
            variable.assign(state[name])
        self._patience.set_state(state)

    def _variables(self) -> dict[str, keras.Variable]:
        """Keyed by index: Keras's names count the layers made so far and so differ between processes."""
        kinds = {"model": self.model.variables, "optimizer": self.model.optimizer.variables}
        return {f"{kind}_{index}": variable for kind, some in kinds.items() for index, variable in enumerate(some)}


class _Patience(keras.callbacks.EarlyStopping):  # type: ignore[misc]  # Keras has no types to check against
    """Early stopping with a state that can be saved and restored."""

    def __init__(self, epochs: int) -> None:
        super().__init__("val_loss", patience=epochs)
        self.forget()

    def forget(self) -> None:
        self._waited, self._lowest = 0, math.inf

    def state(self) -> dict[str, NDArray[Any]]:
        return {"patience": np.array([self._waited, self._lowest], np.float64)}

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        waited, self._lowest = state["patience"].tolist()
        self._waited = int(waited)

    def on_train_begin(self, logs: object = None) -> None:
        super().on_train_begin(logs)
        self.wait, self.best = self._waited, None if math.isinf(self._lowest) else self._lowest

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        super().on_epoch_end(epoch, logs)
        self._waited, self._lowest = self.wait, math.inf if self.best is None else float(self.best)


@lru_cache(maxsize=1)
def _on_device(data: "Dataset") -> tuple[tf.Tensor, tf.Tensor]:
    """Return images and labels in one copy for all trainings and for NumPy."""
    images = tf.convert_to_tensor(data.x_train)
    if tf.DeviceSpec.from_string(images.device).device_type == "CPU":  # NumPy cannot read the memory of another device
        data.replace_training_images(np.asarray(memoryview(images)))
    return images, tf.convert_to_tensor(data.y_train)


def faster_with_xla(architecture: Architecture) -> bool:
    """XLA is two to three times as fast for most layers; a single slow one decides."""
    return all(layer.fast_with_xla for layer in architecture.layers)


def _plans(recipe: Recipe, images: int, validation_images: int) -> tuple[ChunkPlan, ChunkPlan | None]:
    """Return how an epoch and its validation are divided; None without validation.

    Each chunk costs half a millisecond or more.
    """
    wanted = TYPICAL.seconds_per_epoch(recipe) / CHUNK_SECONDS
    chunks = min(math.ceil(max(wanted, images / CHUNK_IMAGES)), MAX_CHUNKS)
    plan = ChunkPlan(images, recipe.training.batch_size, chunks)
    if not validation_images:
        return plan, None
    forward = validation_images / (FORWARD_AND_BACK * images)
    batch_size = evaluation_batch_size(recipe.architecture)
    return plan, ChunkPlan(validation_images, batch_size, max(math.ceil(wanted * forward), 1))
