"""The layers of a trained network, computed in NumPy as Keras does, with float32 throughout.

Tests compare every kind of layer with Keras. For dense networks this is as fast as TensorFlow, which takes seconds to
import; convolutions of many images take a few times as long.
"""

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from fmnist_tui.lab.inside.activations import FUNCTIONS, Values
from fmnist_tui.lab.layers import (
    CLASSES,
    Activation,
    AveragePooling,
    BatchNormalization,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling,
    Layer,
    LayerNormalization,
    MaxPooling,
)
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.runs.weights import LayerWeights

Weights = Mapping[str, NDArray[np.float32]]

EPSILON = np.float32(0.001)
"""Keras's, of both normalizations."""


def layer_outputs(architecture: Architecture, weights: LayerWeights, images: NDArray[np.uint8]) -> Iterator[Values]:
    """Yield the output of each layer, then the probabilities, shape (n, 10).

    Args:
        architecture: the layers.
        weights: their weights, the output's last.
        images: grey levels, shape (n, 28, 28).
    """
    values = network_input(images)
    for layer, own in zip(architecture.layers, weights, strict=False):
        values = output(layer, own, values)
        yield values
    yield FUNCTIONS["softmax"](scores(weights[-1], values))


def network_input(images: NDArray[np.uint8]) -> Values:
    """Return pixels from 0 to 1, shape (n, 28, 28, 1)."""
    return np.divide(images[..., None], np.float32(255), dtype=np.float32)


def scores(weights: Weights, values: Values) -> Values:
    """Return the output layer's values before softmax, shape (n, 10)."""
    return output(Dense(CLASSES, "linear"), weights, values)


def output(layer: Layer, weights: Weights, values: Values) -> Values:
    """Return a layer's output for its input; dropout passes on what it gets, as after training."""
    match layer:
        case Dense(_, activation):
            return FUNCTIONS[activation](values @ weights["kernel"] + weights["bias"])
        case Conv2D(_, _, _, _, activation):
            return FUNCTIONS[activation](_convolved(layer, weights["kernel"], values) + weights["bias"])
        case MaxPooling(pool):
            return np.asarray(_windows(values, pool).max(axis=(2, 4)))
        case AveragePooling(pool):
            return np.asarray(_windows(values, pool).mean(axis=(2, 4)))
        case GlobalAveragePooling():
            return np.asarray(values.mean(axis=(1, 2)))
        case Flatten():
            return values.reshape(len(values), -1)
        case BatchNormalization():
            scale = weights["gamma"] / np.sqrt(weights["moving_variance"] + EPSILON)
            return np.asarray((values - weights["moving_mean"]) * scale + weights["beta"])
        case LayerNormalization():
            centred = values - values.mean(axis=-1, keepdims=True)
            deviation = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + EPSILON)
            return np.asarray(centred / deviation * weights["gamma"] + weights["beta"])
        case Activation(activation):
            return FUNCTIONS[activation](values)
        case _:
            return values


def _convolved(layer: Conv2D, kernel: NDArray[np.float32], values: Values) -> Values:
    side, stride = layer.kernel, layer.stride
    if layer.padding == "same":
        values = np.pad(values, ((0, 0), *(_zeros(size, side, stride) for size in values.shape[1:3]), (0, 0)))
    windows = sliding_window_view(values, (side, side), axis=(1, 2))[:, ::stride, ::stride]
    # (n, rows, columns, channels, side, side) · (side, side, channels, filters)
    return np.tensordot(windows, kernel, axes=((4, 5, 3), (0, 1, 2)))


def _zeros(size: int, side: int, stride: int) -> tuple[int, int]:
    """Return how many zeros "same" puts before and after: the odd one after, as TensorFlow does."""
    missing = max((-(-size // stride) - 1) * stride + side - size, 0)
    return missing // 2, missing - missing // 2


def _windows(values: Values, pool: int) -> Values:
    """Return shape (n, rows, pool, columns, pool, channels), without rows and columns left over."""
    count, height, width, channels = values.shape
    rows, columns = height // pool, width // pool
    whole = values[:, : rows * pool, : columns * pool]
    return whole.reshape(count, rows, pool, columns, pool, channels)
