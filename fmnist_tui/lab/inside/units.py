"""What the units of a network's first layer look for, how often they fire, and how much they matter.

A unit is one output of a dense layer, or one filter of a convolution.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.lab.inside.activations import Values, softmax
from fmnist_tui.lab.inside.forward import network_input, output
from fmnist_tui.lab.layers import (
    CLASSES,
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    Layer,
    LayerNormalization,
)
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Architecture
from fmnist_tui.lab.runs.weights import LayerWeights

SIDE = INPUT_SHAPE[0]

MOST_EXCITING = 10

_KEEPS_UNITS = (Activation, BatchNormalization, LayerNormalization, Dropout)
"""Layers whose outputs belong to the same units as their inputs."""

_VALUES_AT_ONCE = 2_000_000
"""Numbers in a layer's output, roughly: as many images are computed at once."""


@dataclass(frozen=True, slots=True)
class FirstLayer:
    """The first layer with units of a network."""

    place: int
    """Its index among the layers; that of the output if no hidden layer has units."""
    units: int
    fires_after: int
    """The layer whose output is the unit's: itself, or an activation that follows it."""
    next_place: int | None
    """The next layer with units, or the output; None if this is the output."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitFigures:
    """Measured on images; each array has shape (units,)."""

    images: int
    fires: NDArray[np.float64]
    """The share of the outputs that are above 0, over the images; of a filter, also over its places.

    Of the output layer: the share of images of which the class is the most probable.
    """
    mean_when_firing: NDArray[np.float64]
    """NaN where it never fires."""
    dead: NDArray[np.bool_]
    """Whether its output is never above 0 and the same for every image, so that it tells nothing."""
    matters: NDArray[np.float64]
    """Share of the sum over the units: standard deviation of what it passes on · length of its outgoing weights."""


def first_layer(architecture: Architecture) -> FirstLayer:
    layers = (*architecture.layers, Dense(CLASSES, "linear"))
    with_units = [place for place, layer in enumerate(layers) if layer.width is not None]
    place = with_units[0]
    fires_after = place
    for later in range(place + 1, with_units[1] if len(with_units) > 1 else place + 1):
        if not isinstance(layers[later], _KEEPS_UNITS):
            break
        if isinstance(layers[later], Activation):
            fires_after = later
    units = layers[place].width
    assert units is not None
    return FirstLayer(place, units, fires_after, with_units[1] if len(with_units) > 1 else None)


def pictures(architecture: Architecture, weights: LayerWeights) -> NDArray[np.float32]:
    """Return each unit's incoming weights as it sees the image, shape (units, 28, 28).

    A filter, and a dense layer behind pooling, see fewer pixels: each is enlarged to the whole picture. Channels are
    summed.
    """
    place = first_layer(architecture).place
    kernel = weights[place]["kernel"]
    if kernel.ndim == 2:
        height, width, channels = _image_before(architecture, place)
        kernel = kernel.reshape(height, width, channels, -1)
    grid = kernel.sum(axis=2).transpose(2, 0, 1)
    rows, columns = (np.arange(SIDE) * side // SIDE for side in grid.shape[1:])
    return np.asarray(grid[:, rows][:, :, columns])


def measure(architecture: Architecture, weights: LayerWeights, images: NDArray[np.uint8]) -> UnitFigures:
    """Measure the first layer's units on images of shape (n, 28, 28), n ≥ 1."""
    first = first_layer(architecture)
    last = len(architecture.layers) if first.next_place is None else first.next_place
    fired, total_fired = np.zeros(first.units), np.zeros(first.units)
    count, mean, squares = 0, np.zeros(first.units), np.zeros(first.units)
    outputs = 0
    for part in _parts(architecture, images, last):
        values = network_input(part)
        for place in range(last if first.next_place is not None else last + 1):
            values = output(_layer(architecture, place), weights[place], values)
            if place == first.fires_after:
                above = _chosen(values) if first.next_place is None else np.maximum(values, np.float32(0))
                above = above.reshape(-1, first.units)
                fired += np.count_nonzero(above, axis=0)
                total_fired += above.sum(axis=0, dtype=np.float64)
                outputs += len(above)
        # A flattened image's filters lie behind each other at each place.
        count, mean, squares = _merged(count, mean, squares, values.reshape(-1, first.units))
    deviation = np.sqrt(squares / count)
    matters = deviation * outgoing_length(architecture, weights)
    return UnitFigures(
        images=len(images),
        fires=fired / outputs,
        mean_when_firing=np.divide(total_fired, fired, out=np.full(first.units, np.nan), where=fired > 0),
        dead=(fired == 0) & (deviation == 0),
        matters=matters / (matters.sum() or 1.0),
    )


def outgoing_length(architecture: Architecture, weights: LayerWeights) -> NDArray[np.float64]:
    """Return the Euclidean length of each unit's weights into the next layer; ones for the output layer."""
    first = first_layer(architecture)
    if first.next_place is None:
        return np.ones(first.units)
    kernel = weights[first.next_place]["kernel"].astype(np.float64)
    # A filter's outputs lie behind each other in a flattened image: places, filters, outputs.
    by_unit = kernel.reshape(-1, first.units, kernel.shape[-1])
    return np.asarray(np.sqrt((by_unit**2).sum(axis=(0, 2))))


def outgoing_by_class(architecture: Architecture, weights: LayerWeights) -> NDArray[np.float64] | None:
    """Return each unit's weights towards the ten classes, shape (units, 10), or None for filters and the output layer.

    Where dense layers lie between, it is the product of their weights, scaled by their normalizations: what a unit
    would do if no activation in between cut anything off.
    """
    first = first_layer(architecture)
    if first.next_place is None or isinstance(architecture.layers[first.place], Conv2D):
        return None
    product = np.eye(first.units)
    for place in range(first.fires_after + 1, len(weights)):
        own = weights[place]
        if "kernel" in own:
            product = product @ own["kernel"]
        elif "moving_variance" in own:
            product = product * (own["gamma"] / np.sqrt(own["moving_variance"] + 0.001))
        elif "gamma" in own:
            product = product * own["gamma"]
    return product


def most_exciting(
    architecture: Architecture, weights: LayerWeights, images: NDArray[np.uint8], unit: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the images for which a unit's output is highest, the highest first, and those outputs.

    Of a filter the highest output of an image counts. At most `MOST_EXCITING`; equal ones in their order.
    """
    first = first_layer(architecture)
    path = range(first.place, first.fires_after + 1)
    alone = not any(isinstance(_layer(architecture, place), LayerNormalization) for place in path)
    peaks = []
    for part in _parts(architecture, images, first.fires_after):
        values = network_input(part)
        for place in range(first.fires_after + 1):
            layer, own = _layer(architecture, place), weights[place]
            # One unit's channel goes its own way: the others need not be computed.
            values = output(layer, _only(own, unit) if alone and place in path else own, values)
        peaks.append(values[..., 0 if alone else unit].reshape(len(part), -1).max(axis=1))
    heights = np.concatenate(peaks)
    order = np.argsort(-heights, kind="stable")[:MOST_EXCITING]
    return order, heights[order]


def _layer(architecture: Architecture, place: int) -> Layer:
    return architecture.layers[place] if place < len(architecture.layers) else Dense(CLASSES, "linear")


def _chosen(scores: Values) -> Values:
    """Return the probability of the most probable class of each image, and 0 for the others."""
    probabilities = softmax(scores)
    return np.where(probabilities == probabilities.max(axis=1, keepdims=True), probabilities, np.float32(0))


def _only(weights: Mapping[str, NDArray[np.float32]], unit: int) -> Mapping[str, NDArray[np.float32]]:
    return {name: array[..., unit : unit + 1] for name, array in weights.items()}


def _image_before(architecture: Architecture, place: int) -> tuple[int, int, int]:
    """Return the shape of the image that is flattened before a layer."""
    shape: tuple[int, ...] = INPUT_SHAPE
    for layer, stage in zip(architecture.layers[:place], architecture.stages(), strict=False):
        if isinstance(layer, Flatten) and len(shape) == 3:
            break
        shape = stage.shape or shape
    height, width, channels = shape if len(shape) == 3 else (1, 1, prod(shape))
    return height, width, channels


def _parts(architecture: Architecture, images: NDArray[np.uint8], last: int) -> list[NDArray[np.uint8]]:
    shapes = (stage.shape for stage in architecture.stages()[: last + 1])
    widest = max((prod(shape) for shape in shapes if shape), default=1)
    at_once = max(_VALUES_AT_ONCE // max(widest, prod(INPUT_SHAPE)), 1)
    return [images[start : start + at_once] for start in range(0, len(images), at_once)]


def _merged(
    count: int, mean: NDArray[np.float64], squares: NDArray[np.float64], values: Values
) -> tuple[int, NDArray[np.float64], NDArray[np.float64]]:
    """Add values, shape (n, units), to a count, mean and sum of squared deviations (Chan, Golub & LeVeque 1983)."""
    own = values.mean(axis=0, dtype=np.float64)
    centred = values - own.astype(np.float32)
    own_squares = np.einsum("ij,ij->j", centred, centred, dtype=np.float64)
    together = count + len(values)
    apart = own - mean
    return (
        together,
        mean + apart * (len(values) / together),
        squares + own_squares + apart**2 * (count * len(values) / together),
    )
