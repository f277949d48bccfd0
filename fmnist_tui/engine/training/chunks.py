"""Keras's `fit` with many batches a step, so that no Python runs between batches.

The images stay on the device as bytes. A step of `fit` is a chunk of batches: it gathers their images once and loops
over the batches inside one compiled graph. The arithmetic equals that of plain `fit` on the same batches in the same
order: loss with weight penalties, gradients, optimizer, a smaller last batch, epoch means over images.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.dropout_masks import DropoutMasks
from fmnist_tui.engine.training.model import scaled
from fmnist_tui.engine.training.weights import FlatWeights

Logs = dict[str, Any]
Steps = Callable[[Iterator[tf.Tensor]], Logs]


@dataclass(frozen=True, slots=True)
class ChunkPlan:
    images: int
    batch_size: int
    max_chunks: int = 25
    """The most chunks in an epoch: callbacks run after each."""

    def __post_init__(self) -> None:
        if min(self.images, self.batch_size, self.max_chunks) < 1:
            raise ValueError("there must be at least one image, one image a batch and one chunk")

    @property
    def batch(self) -> int:
        return min(self.batch_size, self.images)

    @property
    def whole_batches(self) -> int:
        return self.images // self.batch

    @property
    def remainder(self) -> int:
        """Images in the smaller last batch of an epoch."""
        return self.images % self.batch

    @property
    def batches_a_chunk(self) -> int:
        """The last chunk may have fewer."""
        return -(-self.whole_batches // self.max_chunks)

    @property
    def chunks(self) -> int:
        """The last includes the remainder."""
        return -(-self.whole_batches // self.batches_a_chunk)

    def images_after(self, chunk: int) -> int:
        """Return the images trained after `chunk`, counted from 0."""
        if chunk + 1 >= self.chunks:
            return self.images
        return (chunk + 1) * self.batches_a_chunk * self.batch


def epoch_order(indices: NDArray[np.int32], seed: int, epoch: int) -> NDArray[np.int32]:
    order: NDArray[np.int32] = np.random.default_rng([seed, epoch]).permutation(indices)
    return order


class ChunkedModel(keras.Model):  # type: ignore[misc]  # Keras has no types to check against
    """Trains `network` a chunk of batches a step; between epochs the trained weights are in `network`.

    The data of `fit` are chunk numbers. `Epochs` must be the first callback.

    The network maps (n, 28, 28) pixels of 0 to 1 to (n, 10) probabilities and is compiled with a built optimizer;
    `images` are (m, 28, 28) uint8, `labels` (m,) integers, `validation` indices of them, which `validation_plan`
    divides; None without any. `compiled` compiles the loop over the training batches with XLA.
    """

    def __init__(
        self,
        network: keras.Model,
        images: tf.Tensor,
        labels: tf.Tensor,
        plan: ChunkPlan,
        validation: NDArray[np.int32],
        *,
        validation_plan: ChunkPlan | None,
        compiled: bool,
    ) -> None:
        super().__init__(name="chunked")
        self.network = network
        self._images = tf.convert_to_tensor(images)
        self._labels = tf.cast(labels, tf.int32)
        self._flat_weights = FlatWeights(network)
        self._dropout = DropoutMasks(network.layers if compiled else ())
        self._training = False
        """Whether the flat weights are newer than the network's."""
        self._plan = plan
        self._validation_plan = validation_plan
        self._validation = tf.convert_to_tensor(validation)
        self._order = tf.Variable(tf.zeros(plan.chunks * plan.batches_a_chunk * plan.batch + plan.remainder, tf.int32))
        self._whole_batches = tf.function(self._train_whole_batches, jit_compile=compiled, autograph=False)
        self._loss = keras.metrics.Mean(name="loss")
        self._accuracy = keras.metrics.Mean(name="accuracy")

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return [self._loss, self._accuracy]

    def begin_epoch(self, order: NDArray[np.int32]) -> None:
        """Load the weights; `order` has shape (plan.images,)."""
        whole = self._plan.whole_batches * self._plan.batch
        padding = np.zeros(self._order.shape[0] - len(order), np.int32)
        self._order.assign(np.concatenate([order[:whole], padding, order[whole:]]))
        self._flat_weights.load()
        self._training = True

    def leave_epoch(self) -> None:
        """Store the trained weights in the network and its optimizer."""
        if self._training:
            self._flat_weights.store()
            self._training = False

    def training_chunks(self) -> tf.data.Dataset:
        return _numbers(self._plan.chunks)

    def validation_chunks(self) -> tf.data.Dataset | None:
        return _numbers(self._validation_plan.chunks) if self._validation_plan else None

    def call(self, inputs: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        return self.network(inputs, training=training)

    def make_train_function(self, force: bool = False) -> None:
        """Compile one graph without Keras's wrapper."""
        if force or getattr(self, "train_function", None) is None:
            self.train_function: Steps | None = _on_next(self.train_step)

    def make_test_function(self, force: bool = False) -> None:
        if force or getattr(self, "test_function", None) is None:
            self.test_function: Steps | None = _on_next(self.test_step)

    def build_graphs(self) -> None:
        """Build what the first step and the first validation would; XLA compiles it then."""
        self.make_train_function()
        if self._validation_plan:
            self.make_test_function()

    def train_step(self, data: tf.Tensor) -> Logs:
        """Train one chunk, given its number; return the epoch's means so far."""
        plan = self._plan
        size = plan.batches_a_chunk * plan.batch
        chunk = tf.cast(data, tf.int32)
        steps = tf.minimum(plan.batches_a_chunk, plan.whole_batches - chunk * plan.batches_a_chunk)
        images, labels = self._gather(self._order[chunk * size : (chunk + 1) * size], size)
        masks = self._dropout.draw(steps, plan.batches_a_chunk, plan.batch)
        loss, right = self._whole_batches(images, labels, masks, steps)
        self._count(loss, right, steps * plan.batch)
        if plan.remainder:
            tf.cond(chunk == plan.chunks - 1, self._train_remainder, lambda: tf.constant(False))
        return self._means()

    def test_step(self, data: tf.Tensor) -> Logs:
        """Evaluate one chunk of the validation images, given its number; return the means so far."""
        plan = self._validation_plan
        assert plan is not None
        size = plan.batches_a_chunk * plan.batch
        chunk = tf.cast(data, tf.int32)
        last = chunk == plan.chunks - 1
        start, end = chunk * size, tf.where(last, plan.images, (chunk + 1) * size)

        def evaluate(start: tf.Tensor, loss: tf.Tensor, right: tf.Tensor) -> tuple[tf.Tensor, ...]:
            images, labels = self._gather(self._validation[start : start + plan.batch])
            losses, batch_right = _scores(labels, self(scaled(images), training=False))
            losses = tf.add_n([losses, *(tf.fill(tf.shape(losses), penalty) for penalty in self.network.losses)])
            return start + plan.batch, loss + tf.reduce_sum(losses), right + tf.reduce_sum(batch_right)

        sums = (start, tf.constant(0.0), tf.constant(0.0))
        _, loss, right = tf.while_loop(lambda start, *_: start < end, evaluate, sums, parallel_iterations=1)
        self._count(loss, right, end - start)
        return self._means()

    def _train_whole_batches(
        self, images: tf.Tensor, labels: tf.Tensor, masks: list[tf.Tensor], steps: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor]:
        batch = self._plan.batch
        images = tf.reshape(images, (-1, batch, *images.shape[1:]))
        labels = tf.reshape(labels, (-1, batch))

        def train(step: tf.Tensor, loss: tf.Tensor, right: tf.Tensor) -> tuple[tf.Tensor, ...]:
            with self._dropout.applied([mask[step] for mask in masks]):
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
        """Return the sum of the losses and the number of correct images."""
        weights = self._flat_weights.values
        non_trainable = self.network.non_trainable_variables
        with tf.GradientTape() as tape:
            tape.watch(weights)
            probabilities, changed, penalties = self.network.stateless_call(
                self._flat_weights.shaped(weights),
                [variable.value for variable in non_trainable],
                scaled(images),
                training=True,
                return_losses=True,
            )
            losses, right = _scores(labels, probabilities)
            loss = tf.add_n([tf.reduce_mean(losses), *penalties])
        self._flat_weights.step(tape.gradient(loss, weights))
        for variable, value in zip(non_trainable, changed, strict=True):
            variable.assign(value)
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
    """Begins each epoch, and stores its weights before validation or another callback reads them.

    `order` returns the image indices, (plan.images,), of an epoch counted from 0.
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
    """Without autotuning, which would delay the end of every epoch."""
    options = tf.data.Options()
    options.autotune.enabled = False
    return tf.data.Dataset.range(count).with_options(options)


def _scores(labels: tf.Tensor, probabilities: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
    losses = keras.losses.sparse_categorical_crossentropy(labels, probabilities)
    return losses, keras.metrics.sparse_categorical_accuracy(labels, probabilities)


def _on_next(step: Callable[[tf.Tensor], Logs]) -> Steps:
    graph = tf.function(step, autograph=False).get_concrete_function(tf.TensorSpec((), tf.int64))
    return lambda iterator: graph(next(iterator))
