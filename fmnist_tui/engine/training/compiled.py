"""A recipe made ready to train: split, built, and compiled once for all its seeds."""

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.dataset.split import split
from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.chunks import ChunkedModel, ChunkPlan, Epochs, epoch_order
from fmnist_tui.engine.training.footprint import check_fits, images_at_once
from fmnist_tui.engine.training.model import begin_again, build
from fmnist_tui.lab.experiments.estimate import TYPICAL
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.recipe import Recipe

CHUNK_SECONDS = 0.03
"""What a chunk takes at least, about: a tenth of the time between two looks at the charts, and short for a stop."""

MOST_CHUNKS = 25
"""How many chunks an epoch has at most, however long it takes."""

CHUNK_IMAGES = 16_000
"""How many images a chunk has at most, about: they are gathered in memory, 784 bytes each."""


class Prepared:
    """A recipe with its data, ready to be trained with one seed after another.

    The first training compiles; each one starts from its own seed's weights, whatever was trained before.

    Raises:
        ArchitectureError: a network that cannot be built.
        TooLargeError: a network that does not fit in memory.
    """

    def __init__(self, recipe: Recipe, data: Dataset) -> None:
        recipe.architecture.check()
        check_fits(recipe)
        training = recipe.training
        parts = split(data, training.validation_fraction, training.split_seed)
        compiled = pays_to_compile(recipe.architecture)
        count = len(parts.train_indices)
        self.plan = ChunkPlan(count, training.batch_size, _chunks_an_epoch(recipe, count))
        self.model: keras.Sequential = build(recipe.architecture, training)
        """The plain network: what is evaluated and saved."""
        self.model.optimizer.build(self.model.trainable_variables)
        # Whatever an optimizer begins with is one number throughout each of its variables.
        self._unused = [variable.numpy().flat[0] for variable in self.model.optimizer.variables]
        self.recipe = recipe
        self._train_indices = parts.train_indices
        self._patience = _Patience(training.patience or 0)
        images, labels = _on_device(data)
        self._chunked = ChunkedModel(
            self.model,
            images,
            labels,
            self.plan,
            parts.validation_indices,
            at_once=images_at_once(recipe.architecture),
            compiled=compiled,
        )
        self._chunked.compile(optimizer=self.model.optimizer)

    def fit(self, seed: int, callbacks: Sequence[keras.callbacks.Callback] = (), initial_epoch: int = 0) -> None:
        """Train the epochs from the weights, dropout and order of batches that `seed` decides.

        Args:
            seed: decides where the training starts and the order of every epoch.
            callbacks: Keras's; a step of theirs is a chunk of batches.
            initial_epoch: how many epochs are trained already; if any, training goes on from the state as it is,
                which `set_state` sets.
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
                # Before the others, so that what they keep of an epoch's end counts that epoch.
                *([self._patience] if training.early_stopping else []),
                *callbacks,
            ],
            shuffle=False,
            verbose=0,
        )

    def start(self, seed: int) -> None:
        """Set weights, dropout and optimizer to what they are before the first step with `seed`."""
        begin_again(self.model, seed)
        for variable, value in zip(self.model.optimizer.variables, self._unused, strict=True):
            variable.assign(tf.fill(variable.shape, value))
        self._patience.forget()

    def state(self) -> dict[str, NDArray[Any]]:
        """Return all that a training needs to go on after this epoch: copies, by names that `np.savez` takes.

        It is the weights, the statistics of normalization, the state of dropout, the optimizer's slots and count
        of steps, and early stopping's patience.
        """
        return {name: variable.numpy().copy() for name, variable in self._variables().items()} | self._patience.state()

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Set what `state` returned, perhaps in another process.

        Raises:
            ValueError: a state of another recipe.
        """
        variables = self._variables()
        expected = {name: tuple(variable.shape) for name, variable in variables.items()}
        expected |= {name: value.shape for name, value in self._patience.state().items()}
        if {name: np.shape(value) for name, value in state.items()} != expected:
            raise ValueError("the state is that of another recipe")
        for name, variable in variables.items():
            variable.assign(state[name])
        self._patience.set_state(state)

    def _variables(self) -> dict[str, keras.Variable]:
        """Return everything that training changes, by the kind and place of the variable.

        Keras's own names differ from process to process where they count the layers made so far.
        """
        kinds = {"model": self.model.variables, "optimizer": self.model.optimizer.variables}
        return {f"{kind}_{place}": each for kind, some in kinds.items() for place, each in enumerate(some)}


class _Patience(keras.callbacks.EarlyStopping):  # type: ignore[misc]  # Keras has no types to check against
    """Keras's early stopping on the validation loss, which can go on where another training was left."""

    def __init__(self, epochs: int) -> None:
        super().__init__("val_loss", patience=epochs)
        self.forget()

    def forget(self) -> None:
        """Begin the next training without a best epoch."""
        self._waited, self._least = 0, math.inf

    def state(self) -> dict[str, NDArray[Any]]:
        """Return how many epochs were no better, and the least loss."""
        return {"patience": np.array([self._waited, self._least], np.float64)}

    def set_state(self, state: Mapping[str, NDArray[Any]]) -> None:
        """Set what `state` returned."""
        waited, self._least = state["patience"].tolist()
        self._waited = int(waited)

    def on_train_begin(self, logs: object = None) -> None:
        super().on_train_begin(logs)
        self.wait, self.best = self._waited, None if math.isinf(self._least) else self._least

    def on_epoch_end(self, epoch: int, logs: Mapping[str, float] | None = None) -> None:
        super().on_epoch_end(epoch, logs)
        self._waited, self._least = self.wait, math.inf if self.best is None else float(self.best)


@lru_cache(maxsize=1)
def _on_device(data: Dataset) -> tuple[tf.Tensor, tf.Tensor]:
    """Return training images and labels as tensors: one copy for all trainings on the same data, and for NumPy."""
    images = tf.convert_to_tensor(data.x_train)
    if tf.DeviceSpec.from_string(images.device).device_type == "CPU":  # elsewhere NumPy cannot look into a tensor
        data.move_training_pictures(np.asarray(memoryview(images)))
    return images, tf.convert_to_tensor(data.y_train)


def pays_to_compile(architecture: Architecture) -> bool:
    """Return whether XLA trains this network faster than TensorFlow's own kernels.

    It does two to three times for dense, normalization and pooling layers; a layer that it slows down decides.
    """
    return all(layer.fast_with_xla for layer in architecture.layers)


def _chunks_an_epoch(recipe: Recipe, images: int) -> int:
    """Return how often in an epoch `fit` comes back: each time costs half a millisecond or more."""
    wanted = max(TYPICAL.seconds_per_epoch(recipe) / CHUNK_SECONDS, images / CHUNK_IMAGES)
    return min(math.ceil(wanted), MOST_CHUNKS)
