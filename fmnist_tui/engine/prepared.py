"""A recipe made ready to train: split, built, and compiled once for all its seeds."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.chunks import ChunkedModel, ChunkPlan, epoch_order
from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.dataset.split import split
from fmnist_tui.engine.footprint import check_fits, images_at_once
from fmnist_tui.engine.model import build, network, optimizer
from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.lab.architecture import Architecture
from fmnist_tui.lab.layers import Conv2D, Dropout
from fmnist_tui.lab.recipe import Recipe


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
        self.plan = ChunkPlan(len(parts.train_indices), training.batch_size)
        self.model: keras.Sequential = build(recipe.architecture, training)
        """The plain network: what is evaluated and saved."""
        self.recipe = recipe
        self._train_indices = parts.train_indices
        images, labels = _on_device(data)
        self._chunked = ChunkedModel(
            self.model,
            images,
            labels,
            self.plan,
            parts.validation_indices,
            at_once=images_at_once(recipe.architecture),
            compiled=pays_to_compile(recipe.architecture),
        )
        self._chunked.compile(optimizer=self.model.optimizer)

    def fit(self, seed: int, callbacks: Sequence[keras.callbacks.Callback] = ()) -> None:
        """Train all epochs from the weights, dropout and order of batches that `seed` decides."""
        self.start(seed)
        chunked, training = self._chunked, self.recipe.training
        validation = chunked.validation_chunks()
        stopping = [keras.callbacks.EarlyStopping("val_loss", patience=training.patience)]
        chunked.fit(
            chunked.training_chunks(),
            epochs=training.epochs,
            validation_data=validation,
            callbacks=[
                _Order(chunked, self._train_indices, seed),
                *callbacks,
                *(stopping if training.patience and validation is not None else []),
            ],
            shuffle=False,
            verbose=0,
        )

    def start(self, seed: int) -> None:
        """Set weights, dropout and optimizer to what they are before the first step with `seed`."""
        fresh = network(self.recipe.architecture, seed=seed)
        for layer, fresh_layer in zip(self.model.layers, fresh.layers, strict=True):
            _assign(layer.variables, fresh_layer.variables)
        fresh_optimizer = optimizer(self.recipe.training)
        fresh_optimizer.build(fresh.trainable_variables)
        self.model.optimizer.build(self.model.trainable_variables)
        _assign(self.model.optimizer.variables, fresh_optimizer.variables)


class _Order(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types to check against
    """Gives each epoch its own order of the training images."""

    def __init__(self, chunked: ChunkedModel, indices: NDArray[np.int32], seed: int) -> None:
        super().__init__()
        self._chunked, self._indices, self._seed = chunked, indices, seed

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Set the order of the epoch that begins."""
        self._chunked.take_order(epoch_order(self._indices, self._seed, epoch))


@lru_cache(maxsize=1)
def _on_device(data: Dataset) -> tuple[tf.Tensor, tf.Tensor]:
    """Return training images and labels as tensors: one copy for all trainings on the same data."""
    return tf.convert_to_tensor(data.x_train), tf.convert_to_tensor(data.y_train)


def pays_to_compile(architecture: Architecture) -> bool:
    """Return whether XLA trains this network faster than TensorFlow's own kernels.

    It does two to three times for dense, normalization and pooling layers. On a processor its convolutions
    are four times slower, and so are the random numbers of its dropout.
    """
    return not any(isinstance(layer, Conv2D | Dropout) for layer in architecture.layers)


def _assign(variables: Sequence[keras.Variable], values: Sequence[keras.Variable]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)
