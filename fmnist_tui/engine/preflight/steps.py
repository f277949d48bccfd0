"""Single steps of a training, with the loss of each; without the chunks, the journal and the validation of a run."""

from collections.abc import Iterator, Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.preflight.checks import Stop, Stopped
from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.chunks import epoch_order
from fmnist_tui.engine.training.model import IMAGE_SHAPE, scaled

AT_ONCE = 25
"""Most steps without looking whether to stop."""

MOST_GATHERED = 50_000
"""Most images gathered at once: 784 bytes each."""


class Steps:
    """Makes optimizer steps on batches of any size; traced once, not compiled, as that would take longer than it saves.

    Args:
        network: from pixels of 0 to 1 to probabilities.
        optimizer: not built yet; its learning rate is given with each step.
        stop: asked every few steps.
    """

    def __init__(self, network: keras.Model, optimizer: keras.optimizers.Optimizer, stop: Stop) -> None:
        self._network = network
        self._optimizer = optimizer
        self._optimizer.build(network.trainable_variables)
        self._stop = stop
        signature = [
            tf.TensorSpec((None, None, *IMAGE_SHAPE), tf.uint8),
            tf.TensorSpec((None, None), tf.int64),
            tf.TensorSpec((None,), tf.float32),
        ]
        self._steps = tf.function(self._take, input_signature=signature, autograph=False)

    def take(
        self, images: NDArray[np.uint8], labels: NDArray[np.int64], batches: NDArray[np.int32], rates: Sequence[float]
    ) -> Iterator[NDArray[np.float32]]:
        """Train on batches; yield their losses, as `fit` reports them, in parts.

        Args:
            images: (n, 28, 28).
            labels: (n,).
            batches: (steps, batch) indices.
            rates: the learning rate of each step.

        Raises:
            Stopped: if `stop` says so.
        """
        at_once = max(1, min(AT_ONCE, MOST_GATHERED // batches.shape[1]))
        for start in range(0, len(batches), at_once):
            if self._stop():
                raise Stopped
            part = batches[start : start + at_once]
            yield self._steps(images[part], labels[part], tf.constant(rates[start : start + at_once])).numpy()

    def _take(self, images: tf.Tensor, labels: tf.Tensor, rates: tf.Tensor) -> tf.Tensor:
        number = tf.shape(rates)[0]

        def step(place: tf.Tensor, losses: tf.TensorArray) -> tuple[tf.Tensor, tf.TensorArray]:
            loss = self._step(images[place], labels[place], rates[place])
            return place + 1, losses.write(place, loss)

        start = (tf.constant(0), tf.TensorArray(tf.float32, number))
        _, losses = tf.while_loop(lambda place, _: place < number, step, start, parallel_iterations=1)
        return losses.stack()

    def _step(self, images: tf.Tensor, labels: tf.Tensor, rate: tf.Tensor) -> tf.Tensor:
        loss, gradients = loss_and_gradients(self._network, images, labels)
        self._optimizer.learning_rate.assign(rate)
        self._optimizer.apply_gradients(zip(gradients, self._network.trainable_variables, strict=True))
        return loss


def loss_and_gradients(network: keras.Model, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Return the training loss of a batch, penalties included, and its gradients by the trainable variables."""
    variables = network.trainable_variables
    with tf.GradientTape() as tape:
        probabilities = network(scaled(images), training=True)
        losses = keras.losses.sparse_categorical_crossentropy(labels, probabilities)
        loss = tf.add_n([tf.reduce_mean(losses), *network.losses])
    return loss, tape.gradient(loss, variables)


def first_batches(train_indices: NDArray[np.int32], seed: int, batch: int, steps: int) -> NDArray[np.int32]:
    """Return the indices of the first whole batches of a training, (steps, batch), from as many epochs as it takes.

    Args:
        train_indices: what is trained on.
        seed: of the training.
        batch: at most the number of images.
        steps: how many batches.
    """
    found: list[NDArray[np.int32]] = []
    for epoch in count():
        order = epoch_order(train_indices, seed, epoch)
        whole = len(order) // batch
        found.append(order[: whole * batch].reshape(whole, batch))
        if sum(map(len, found)) >= steps:
            return np.concatenate(found)[:steps]
    raise AssertionError
