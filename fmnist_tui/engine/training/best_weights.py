"""The weights of the best epoch so far."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numpy.typing import NDArray

from fmnist_tui.engine.tensorflow import keras
from fmnist_tui.lab.records.run import Curves


class BestWeights:
    """A copy of the weights after the epoch with the highest validation accuracy."""

    def __init__(self, epoch: int | None = None, weights: list[NDArray[Any]] | None = None) -> None:
        self.epoch = epoch
        """Counted from 1; None before the first validation."""
        self.weights = weights or []
        """As from `get_weights`: with the moving statistics of normalization layers."""

    def see(self, network: keras.Model, curves: Curves) -> None:
        """Copy the weights if the last epoch of the curves is the best."""
        if curves.best_epoch == curves.epochs:
            self.epoch, self.weights = curves.epochs, network.get_weights()

    def has_shapes_of(self, network: keras.Model) -> bool:
        """Whether the weights have the shapes of the network's, or there are none."""
        shapes = [weight.shape for weight in network.weights]
        return not self.weights or [array.shape for array in self.weights] == shapes

    @contextmanager
    def within(self, network: keras.Model) -> Iterator[None]:
        """Give the network these weights inside the `with` block, and its own again afterwards."""
        own = network.get_weights()
        network.set_weights(self.weights)
        try:
            yield
        finally:
            network.set_weights(own)
