from dataclasses import dataclass
from typing import Any, SupportsFloat

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.model import IMAGE_SHAPE, scaled
from fmnist_tui.lab.layers import CLASSES
from fmnist_tui.lab.records.run import Metrics

DIGITS = 6
"""Decimals of an accuracy or a loss; an accuracy over 10,000 images needs four."""


def rounded(value: SupportsFloat) -> float:
    return round(float(value), DIGITS)


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    metrics: Metrics
    confusion: tuple[tuple[int, ...], ...]
    """Images by true class (row) and predicted class (column)."""
    predictions: NDArray[np.uint8]
    """Shape (n,): the most probable class of each image."""
    confidence: NDArray[np.float32]
    """Shape (n,): its probability."""


def evaluate(
    network: keras.Model, images: NDArray[np.uint8], labels: NDArray[Any], *, batch_size: int = 1_000
) -> Evaluation:
    """Return predictions and metrics, equal to those of `network.evaluate` up to rounding.

    The network maps pixels (n, 28, 28) of 0 to 1 to probabilities (n, 10); `images` are (n, 28, 28), n ≥ 1.
    """
    signature = [tf.TensorSpec((None, *IMAGE_SHAPE), tf.uint8), tf.TensorSpec((None,), tf.int64)]

    @tf.function(input_signature=signature, autograph=False)  # type: ignore[untyped-decorator]
    def predict(part: tf.Tensor, part_labels: tf.Tensor) -> tuple[tf.Tensor, ...]:
        probabilities = network(scaled(part), training=False)
        losses = keras.losses.sparse_categorical_crossentropy(part_labels, probabilities)
        return tf.argmax(probabilities, axis=1), tf.reduce_max(probabilities, axis=1), losses

    parts = [slice(start, start + batch_size) for start in range(0, len(images), batch_size)]
    answers = [predict(images[part], labels[part].astype(np.int64)) for part in parts]
    classes, confidence, losses = (
        np.concatenate([tensor.numpy() for tensor in tensors]) for tensors in zip(*answers, strict=True)
    )
    predictions = classes.astype(np.uint8)
    loss = losses.mean(dtype=np.float64) + sum(float(penalty) for penalty in network.losses)
    matrix = tf.math.confusion_matrix(labels, predictions, CLASSES).numpy()
    return Evaluation(
        metrics=Metrics(accuracy=rounded(np.mean(predictions == labels)), loss=rounded(loss)),
        confusion=tuple(tuple(int(count) for count in row) for row in matrix),
        predictions=predictions,
        confidence=confidence,
    )
