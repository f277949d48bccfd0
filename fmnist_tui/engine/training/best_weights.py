"""The weights of the best epoch so far, beside those that training goes on with."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numpy.typing import NDArray

from fmnist_tui.engine.tensorflow import keras
from fmnist_tui.lab.records.run import Curves


class BestWeights:
    """A copy of a network's weights as they were after the epoch with the highest validation accuracy."""

    def __init__(self, epoch: int | None = None, weights: list[NDArray[Any]] | None = None) -> None:
        self.epoch = epoch
        """Which epoch they are of, counted from 1; None while none was validated."""
        self.weights = weights or []
        """As `get_weights` has them: with the statistics of normalization."""

    def see(self, network: keras.Model, curves: Curves) -> None:
        """Copy the weights of the network if the epoch that has just ended is the best."""
        if curves.best_epoch == curves.epochs:
            self.epoch, self.weights = curves.epochs, network.get_weights()

    def fit_into(self, network: keras.Model) -> bool:
        """Whether there are none, or the network could have them."""
        return not self.weights or [each.shape for each in self.weights] == [each.shape for each in network.weights]

    @contextmanager
    def within(self, network: keras.Model) -> Iterator[None]:
        """Let the network have these weights until the block is left, and then again those that it has now."""
        now = network.get_weights()
        network.set_weights(self.weights)
        try:
            yield
        finally:
            network.set_weights(now)
