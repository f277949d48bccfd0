"""What a trained network makes of images that it has not seen."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.model import IMAGE_SHAPE, scaled
from fmnist_tui.engine.rounding import rounded
from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.lab.layers import CLASSES
from fmnist_tui.lab.records import Metrics


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """A network's answers to labelled images, and what they are worth."""

    metrics: Metrics
    confusion: tuple[tuple[int, ...], ...]
    """Images by true class (row) and predicted class (column)."""
    predictions: NDArray[np.uint8]
    """The most probable class of each image."""


def evaluate(
    network: keras.Model, images: NDArray[np.uint8], labels: NDArray[Any], *, at_once: int = 1_000
) -> Evaluation:
    """Return accuracy, cross-entropy and confusion matrix, as `network.evaluate` has them but for rounding.

    Args:
        network: from pixels (n, 28, 28) of 0 to 1 to probabilities (n, 10).
        images: (n, 28, 28), n ≥ 1.
        labels: (n,).
        at_once: how many images the network takes at a time.
    """
    from sklearn.metrics import confusion_matrix

    some = [tf.TensorSpec((None, *IMAGE_SHAPE), tf.uint8), tf.TensorSpec((None,), tf.int64)]

    @tf.function(input_signature=some, autograph=False)  # type: ignore[untyped-decorator]
    def answer(part: tf.Tensor, part_labels: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        probabilities = network(scaled(part), training=False)
        losses = keras.losses.sparse_categorical_crossentropy(part_labels, probabilities)
        return tf.argmax(probabilities, axis=1), losses

    parts = [slice(start, start + at_once) for start in range(0, len(images), at_once)]
    answers = [answer(images[part], labels[part].astype(np.int64)) for part in parts]
    predictions = np.concatenate([each.numpy() for each, _ in answers]).astype(np.uint8)
    losses = np.concatenate([each.numpy() for _, each in answers])
    matrix = confusion_matrix(labels, predictions, labels=range(CLASSES))
    return Evaluation(
        metrics=Metrics(accuracy=rounded(np.mean(predictions == labels)), loss=rounded(losses.mean(dtype=np.float64))),
        confusion=tuple(tuple(int(count) for count in row) for row in matrix),
        predictions=predictions,
    )
