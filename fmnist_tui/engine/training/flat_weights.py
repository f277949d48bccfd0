"""The weights as vectors: what makes the optimizer's steps fast in a compiled loop.

XLA turns an update of a (784, 16) kernel into loops over 16 numbers and leaves them scalar; over the
12,544 numbers of the same kernel it uses the processor's vector instructions. Reshaping costs nothing,
and an optimizer that treats every number alike computes the same from either form.
"""

from collections.abc import Sequence

from fmnist_tui.engine.tensorflow import keras, tf


class FlatWeights:
    """Copies of a network's trainable weights and of its optimizer's slots, each as a vector.

    Args:
        network: a built network, compiled with an optimizer that is built too.
    """

    def __init__(self, network: keras.Model) -> None:
        self._weights: Sequence[keras.Variable] = network.trainable_variables
        self._flat_weights = [
            keras.Variable(tf.zeros(weight.shape.num_elements()), name=weight.name) for weight in self._weights
        ]
        own = network.optimizer
        self._optimizer = type(own).from_config(own.get_config())
        self._optimizer.build(self._flat_weights)
        # Each is one call into TensorFlow, not one for every variable.
        self.take = tf.function(self._take, autograph=False)
        """Take over the network's weights and its optimizer's state."""
        self.give_back = tf.function(self._give_back, autograph=False)
        """Give the network and its optimizer what these have become."""
        self._pairs = [
            *zip(self._weights, self._flat_weights, strict=True),
            *zip(own.variables, self._optimizer.variables, strict=True),
        ]

    def _take(self) -> None:
        for own, vector in self._pairs:
            vector.assign(tf.reshape(own, vector.shape))

    def _give_back(self) -> None:
        for own, vector in self._pairs:
            own.assign(tf.reshape(vector, own.shape))

    @property
    def values(self) -> list[tf.Tensor]:
        """The vectors as they are now."""
        return [tf.convert_to_tensor(vector) for vector in self._flat_weights]

    def shaped(self, values: Sequence[tf.Tensor]) -> list[tf.Tensor]:
        """Return vectors in the shapes of the network's weights."""
        return [tf.reshape(value, weight.shape) for value, weight in zip(values, self._weights, strict=True)]

    def step(self, gradients: Sequence[tf.Tensor]) -> None:
        """Take one step of the optimizer, given the gradients as vectors."""
        self._optimizer.apply_gradients(zip(gradients, self._flat_weights, strict=True))
