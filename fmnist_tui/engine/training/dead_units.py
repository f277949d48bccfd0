"""Count the hidden units of a trained network that give 0 for every image."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.footprint import evaluation_batch_size
from fmnist_tui.engine.training.model import scaled
from fmnist_tui.lab.records.architecture import Architecture

FIRST_IMAGES = 500
"""Where no unit is dead, hardly more images show it."""


def count_dead_units(
    network: keras.Model, architecture: Architecture, images: NDArray[np.uint8], indices: NDArray[Any]
) -> tuple[int, ...] | None:
    """Return how many units of each of `architecture.cut_off_layers` are never above 0, or None if nothing can be.

    The layers are called one after another without compiling, and only until every unit has fired once.

    Args:
        network: from `model.network`.
        architecture: its layers.
        images: (n, 28, 28).
        indices: of the images to look at.
    """
    places = [place for place, _ in architecture.cut_off_layers()]
    if not places or not len(indices):
        return None
    before = len(network.layers) - 1 - len(architecture.layers)  # the layer that adds the channel axis, if any
    last = before + places[-1]
    silent: dict[int, NDArray[np.bool_]] = {}
    batch_size = evaluation_batch_size(architecture)
    start, size = 0, min(FIRST_IMAGES, batch_size)
    while start < len(indices) and (not silent or any(map(np.any, silent.values()))):
        values = scaled(images[indices[start : start + size]])
        for number, layer in enumerate(network.layers[: last + 1]):
            values = layer(values, training=False)
            if number - before in places:
                fired = tf.reduce_any(values > 0, axis=range(len(values.shape) - 1)).numpy()
                silent[number - before] = silent.get(number - before, True) & ~fired
        start, size = start + size, batch_size
    return tuple(int(np.count_nonzero(silent[place])) for place in places)
