"""Weights as flat vectors, which makes optimizer steps fast in a compiled loop.

XLA compiles the update of a (784, 16) kernel to scalar loops over 16 numbers; for the same kernel as a vector of
12,544 numbers it uses vector instructions. Reshaping costs nothing, and elementwise optimizers give the same result.
"""

from collections.abc import Sequence

from fmnist_tui.engine.tensorflow import keras, tf


class FlatWeights:
    """Copies of a network's trainable weights and of its optimizer's variables, each as a vector.

    Args:
        network: built, and compiled with a built optimizer.
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
        """Make one optimizer step, given the gradients as vectors."""
        self._optimizer.apply_gradients(zip(gradients, self._flat_weights, strict=True))
