from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.model import CHANNEL
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.runs.weights import LayerWeights


class FlatWeights:
    """A network's trainable weights and its optimizer's variables, each as a vector.

    The network must be compiled with a built optimizer.
    """

    def __init__(self, network: keras.Model) -> None:
        self._weights: Sequence[keras.Variable] = network.trainable_variables
        self._flat_weights = [
            keras.Variable(tf.zeros(weight.shape.num_elements()), name=weight.name) for weight in self._weights
        ]
        own = network.optimizer
        self._optimizer = type(own).from_config(own.get_config())
        self._optimizer.build(self._flat_weights)
        # One call into TensorFlow each, instead of one a variable.
        self.load = tf.function(self._load, autograph=False)
        """Copy weights and optimizer state from the network."""
        self.store = tf.function(self._store, autograph=False)
        """Copy weights and optimizer state back to the network."""
        self._pairs = [
            *zip(self._weights, self._flat_weights, strict=True),
            *zip(own.variables, self._optimizer.variables, strict=True),
        ]

    def _load(self) -> None:
        for own, vector in self._pairs:
            vector.assign(tf.reshape(own, vector.shape))

    def _store(self) -> None:
        for own, vector in self._pairs:
            own.assign(tf.reshape(vector, own.shape))

    @property
    def values(self) -> list[tf.Tensor]:
        return [tf.convert_to_tensor(vector) for vector in self._flat_weights]

    def shaped(self, values: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        return [tf.reshape(value, weight.shape) for value, weight in zip(values, self._weights, strict=True)]

    def step(self, gradients: Sequence[tf.Tensor]) -> None:
        self._optimizer.apply_gradients(zip(gradients, self._flat_weights, strict=True))


def by_layer(network: keras.Model, values: Sequence[NDArray[Any]]) -> LayerWeights:
    """Return values in the order of `get_weights`, by layer and name."""
    each = iter(values)
    return tuple({weight.name: next(each) for weight in layer.weights} for layer in _layers(network))


def set_by_layer(network: keras.Model, weights: LayerWeights) -> None:
    """Give a network weights as from `by_layer`; KeyError or ValueError if they are another network's."""
    for layer, values in zip(_layers(network), weights, strict=True):
        layer.set_weights([values[weight.name] for weight in layer.weights])


def first_kernel(network: keras.Model, units: int) -> NDArray[np.float32]:
    """Return the first kernel of a network, of at most so many units."""
    kernel = next(layer.kernel for layer in _layers(network) if hasattr(layer, "kernel"))
    return np.asarray(tf.convert_to_tensor(kernel)[..., :units])


def _layers(network: keras.Model) -> list[keras.layers.Layer]:
    return [layer for layer in network.layers if layer.name != CHANNEL]


class BestWeights:
    """The weights after the epoch with the highest validation accuracy."""

    def __init__(self, epoch: int | None = None, weights: list[NDArray[Any]] | None = None) -> None:
        self.epoch = epoch
        """Counted from 1; None before the first validation."""
        self.weights = weights or []
        """As from `get_weights`: with the moving statistics of normalization layers."""

    def see(self, network: keras.Model, curves: Curves) -> None:
        if curves.best_epoch == curves.epochs:
            self.epoch, self.weights = curves.epochs, network.get_weights()

    def has_shapes_of(self, network: keras.Model) -> bool:
        """Also true without weights."""
        shapes = [weight.shape for weight in network.weights]
        return not self.weights or [array.shape for array in self.weights] == shapes

    @contextmanager
    def within(self, network: keras.Model) -> Iterator[None]:
        own = network.get_weights()
        network.set_weights(self.weights)
        try:
            yield
        finally:
            network.set_weights(own)
