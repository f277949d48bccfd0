"""ActiveRun many batches a step: Keras's `fit`, without Python between the batches.

The images stay on the device as bytes. A step of `fit` is a chunk of batches: it gathers their images
once and loops over them inside one compiled graph. The arithmetic is that of `fit` on the same batches
in the same order: same loss with its penalties on weights, same gradients, same optimizer, a smaller last
batch, epoch means over images.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.flat_weights import FlatWeights
from fmnist_tui.engine.training.model import scaled

Logs = dict[str, Any]
Steps = Callable[[Iterator[tf.Tensor]], Logs]


@dataclass(frozen=True, slots=True)
class ChunkPlan:
    """How an epoch of `images` images is cut into batches, and its batches into chunks."""

    images: int
    batch_size: int
    most_chunks: int = 25
    """How often in an epoch `fit` comes back to its callbacks, at most."""

    def __post_init__(self) -> None:
        if min(self.images, self.batch_size, self.most_chunks) < 1:
            raise ValueError("there must be at least one image, one image a batch and one chunk")

    @property
    def batch(self) -> int:
        """Images in a whole batch: the batch size, or all images where there are fewer."""
        return min(self.batch_size, self.images)

    @property
    def whole_batches(self) -> int:
        """Batches of full size in an epoch."""
        return self.images // self.batch

    @property
    def remainder(self) -> int:
        """Images in the smaller batch that ends the epoch; 0 where there is none."""
        return self.images % self.batch

    @property
    def batches_a_chunk(self) -> int:
        """Whole batches in every chunk but perhaps the last."""
        return -(-self.whole_batches // self.most_chunks)

    @property
    def chunks(self) -> int:
        """Chunks in an epoch; the last may be shorter, and takes the remainder too."""
        return -(-self.whole_batches // self.batches_a_chunk)

    def images_after(self, chunk: int) -> int:
        """Return how many images of the epoch are trained after `chunk`, counted from 0."""
        if chunk + 1 >= self.chunks:
            return self.images
        return (chunk + 1) * self.batches_a_chunk * self.batch


def epoch_order(indices: NDArray[np.int32], seed: int, epoch: int) -> NDArray[np.int32]:
    """Return the training indices as that epoch takes them: a permutation that seed and epoch decide."""
    order: NDArray[np.int32] = np.random.default_rng([seed, epoch]).permutation(indices)
    return order


class ChunkedModel(keras.Model):  # type: ignore[misc]  # Keras has no types to check against
    """Fits `network` a chunk of batches a step; between two epochs the weights are the network's own.

    Its steps take the number of a chunk: of the epoch's order in training, of the validation images in testing.
    `fit` wants `Epochs` as its first callback.

    Args:
        network: a Keras model from (n, 28, 28) pixels of 0 to 1 to (n, 10) probabilities, built and compiled,
            its optimizer built too.
        images: (m, 28, 28) uint8.
        labels: (m,) integers.
        plan: how an epoch is cut.
        validation: the indices of the images that are validated.
        at_once: how many images are validated at once.
        compiled: whether the loop over the batches is compiled by XLA.
    """

    def __init__(
        self,
        network: keras.Model,
        images: tf.Tensor,
        labels: tf.Tensor,
        plan: ChunkPlan,
        validation: NDArray[np.int32],
        *,
        at_once: int,
        compiled: bool,
    ) -> None:
        super().__init__(name="chunked")
        self.network = network
        self._images = tf.convert_to_tensor(images)
        self._labels = tf.cast(labels, tf.int32)
        self._flat_weights = FlatWeights(network)
        self._training = False
        """Whether the vectors are ahead of the network's own weights."""
        self._plan = plan
        self._at_once = at_once
        self._validation = tf.convert_to_tensor(validation)
        self._order = tf.Variable(tf.zeros(plan.chunks * plan.batches_a_chunk * plan.batch + plan.remainder, tf.int32))
        self._whole_batches = tf.function(self._train_whole_batches, jit_compile=compiled, autograph=False)
        self._loss = keras.metrics.Mean(name="loss")
        self._accuracy = keras.metrics.Mean(name="accuracy")

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The means over the images seen in this epoch."""
        return [self._loss, self._accuracy]

    def begin_epoch(self, order: NDArray[np.int32]) -> None:
        """Take the weights, to train them on the images in an order: (plan.images,) indices."""
        whole = self._plan.whole_batches * self._plan.batch
        padding = np.zeros(self._order.shape[0] - len(order), np.int32)
        self._order.assign(np.concatenate([order[:whole], padding, order[whole:]]))
        self._flat_weights.take()
        self._training = True

    def leave_epoch(self) -> None:
        """Give the network and its optimizer what the chunks of the epoch made of them, unless they have it."""
        if self._training:
            self._flat_weights.give_back()
            self._training = False

    def training_chunks(self) -> tf.data.Dataset:
        """Return what `fit` trains on: the numbers of the chunks of an epoch."""
        return _numbers(self._plan.chunks)

    def validation_chunks(self) -> tf.data.Dataset | None:
        """Return what `fit` validates on, or None where nothing is held out."""
        chunks = -(-self._validation.shape[0] // self._at_once)
        return _numbers(chunks) if chunks else None

    def call(self, inputs: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Return the network's probabilities."""
        return self.network(inputs, training=training)

    def make_train_function(self, force: bool = False) -> None:
        """Make what `fit` calls for each chunk: `train_step` as one graph, without Keras's wrapping of it."""
        if force or getattr(self, "train_function", None) is None:
            self.train_function: Steps | None = _on_next(self.train_step)

    def make_test_function(self, force: bool = False) -> None:
        """Make what `evaluate` calls for each chunk."""
        if force or getattr(self, "test_function", None) is None:
            self.test_function: Steps | None = _on_next(self.test_step)

    def train_step(self, data: tf.Tensor) -> Logs:
        """Train the batches of one chunk, given its number; return the running means of the epoch."""
        plan = self._plan
        size = plan.batches_a_chunk * plan.batch
        chunk = tf.cast(data, tf.int32)
        steps = tf.minimum(plan.batches_a_chunk, plan.whole_batches - chunk * plan.batches_a_chunk)
        images, labels = self._gather(self._order[chunk * size : (chunk + 1) * size], size)
        loss, right = self._whole_batches(images, labels, steps)
        self._count(loss, right, steps * plan.batch)
        if plan.remainder:
            tf.cond(chunk == plan.chunks - 1, self._train_remainder, lambda: tf.constant(False))
        return self._means()

    def test_step(self, data: tf.Tensor) -> Logs:
        """Test one chunk of the validation images, given its number; return the running means."""
        start = data * self._at_once
        images, labels = self._gather(self._validation[start : start + self._at_once])
        losses, right = _scores(labels, self(scaled(images), training=False))
        losses = tf.add_n([losses, *(tf.fill(tf.shape(losses), each) for each in self.network.losses)])
        self._count(tf.reduce_sum(losses), tf.reduce_sum(right), tf.shape(labels)[0])
        return self._means()

    def _train_whole_batches(
        self, images: tf.Tensor, labels: tf.Tensor, steps: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        batch = self._plan.batch
        images = tf.reshape(images, (-1, batch, *images.shape[1:]))
        labels = tf.reshape(labels, (-1, batch))

        def train(step: tf.Tensor, loss: tf.Tensor, right: tf.Tensor) -> tuple[tf.Tensor, ...]:
            batch_loss, batch_right = self._train_batch(images[step], labels[step])
            return step + 1, loss + batch_loss, right + batch_right

        start = (tf.constant(0), tf.constant(0.0), tf.constant(0.0))
        _, loss, right = tf.while_loop(lambda step, *_: step < steps, train, start, parallel_iterations=1)
        return loss, right

    def _train_remainder(self) -> tf.Tensor:
        remainder = self._plan.remainder
        images, labels = self._gather(self._order[-remainder:], remainder)
        loss, right = self._train_batch(images, labels)
        self._count(loss, right, tf.constant(remainder))
        return tf.constant(True)

    def _train_batch(self, images: tf.Tensor, labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """Take one step of the optimizer; return the sum of the losses and how many images were right."""
        weights = self._flat_weights.values
        others = self.network.non_trainable_variables
        with tf.GradientTape() as tape:
            tape.watch(weights)
            probabilities, changed, penalties = self.network.stateless_call(
                self._flat_weights.shaped(weights),
                [each.value for each in others],
                scaled(images),
                training=True,
                return_losses=True,
            )
            losses, right = _scores(labels, probabilities)
            loss = tf.add_n([tf.reduce_mean(losses), *penalties])
        self._flat_weights.step(tape.gradient(loss, weights))
        for each, value in zip(others, changed, strict=True):
            each.assign(value)
        return loss * labels.shape[0], tf.reduce_sum(right)

    def _count(self, loss: tf.Tensor, right: tf.Tensor, images: tf.Tensor) -> None:
        number = tf.cast(images, tf.float32)
        self._loss.update_state(loss / number, sample_weight=number)
        self._accuracy.update_state(right / number, sample_weight=number)

    def _means(self) -> Logs:
        return {metric.name: metric.result() for metric in self.metrics}

    def _gather(self, indices: tf.Tensor, number: int | None = None) -> tuple[tf.Tensor, tf.Tensor]:
        indices = tf.ensure_shape(indices, (number,))
        return tf.gather(self._images, indices), tf.gather(self._labels, indices)


class Epochs(keras.callbacks.Callback):  # type: ignore[misc]  # Keras has no types to check against
    """Begins each epoch of a `ChunkedModel`, and leaves it before the weights are looked at.

    Args:
        order: returns the indices of an epoch's images, (plan.images,), given its number from 0.
    """

    def __init__(self, order: Callable[[int], NDArray[np.int32]]) -> None:
        super().__init__()
        self._order = order

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        self.model.begin_epoch(self._order(epoch))

    def on_test_begin(self, logs: object = None) -> None:
        self.model.leave_epoch()

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        self.model.leave_epoch()


def _numbers(count: int) -> tf.data.Dataset:
    """Return the numbers from 0, untuned: tuning is for slow data, and `fit` would wait for its end in every epoch."""
    options = tf.data.Options()
    options.autotune.enabled = False
    return tf.data.Dataset.range(count).with_options(options)


def _scores(labels: tf.Tensor, probabilities: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    """Return the loss of each image, and 1 where its most probable class is right, else 0."""
    losses = keras.losses.sparse_categorical_crossentropy(labels, probabilities)
    return losses, keras.metrics.sparse_categorical_accuracy(labels, probabilities)


def _on_next(step: Callable[[tf.Tensor], Logs]) -> Steps:
    """Return a function of an iterator that takes its next element through `step`, compiled as a graph."""
    graph = tf.function(step, autograph=False)
    return lambda iterator: graph(next(iterator))
