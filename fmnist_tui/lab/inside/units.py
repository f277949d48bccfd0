"""How often the units of a layer fire, how much they matter, and which images excite them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.lab.inside.activations import Values, softmax
from fmnist_tui.lab.inside.forward import network_input, output
from fmnist_tui.lab.inside.unit_layers import UnitLayer, output_layer
from fmnist_tui.lab.layers import Layer, LayerNormalization
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Architecture
from fmnist_tui.lab.runs.weights import LayerWeights

MOST_EXCITING = 10

_VALUES_AT_ONCE = 2_000_000
"""Numbers in a layer's output, roughly: as many images are computed at once."""


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


def measure(architecture: Architecture, weights: LayerWeights, images: NDArray[np.uint8], of: UnitLayer) -> UnitFigures:
    """Measure a layer's units on images of shape (n, 28, 28), n ≥ 1."""
    last = len(architecture.layers) if of.next_place is None else of.next_place
    fired, total_fired = np.zeros(of.units), np.zeros(of.units)
    count, mean, squares = 0, np.zeros(of.units), np.zeros(of.units)
    outputs = 0
    for part in _parts(architecture, images, last):
        values = network_input(part)
        for place in range(last if not of.is_output else last + 1):
            values = output(_layer(architecture, place), weights[place], values)
            if place == of.fires_after:
                above = _chosen(values) if of.is_output else np.maximum(values, np.float32(0))
                above = above.reshape(-1, of.units)
                fired += np.count_nonzero(above, axis=0)
                total_fired += above.sum(axis=0, dtype=np.float64)
                outputs += len(above)
        # A flattened image's filters lie behind each other at each place.
        count, mean, squares = _merged(count, mean, squares, values.reshape(-1, of.units))
    deviation = np.sqrt(squares / count)
    matters = deviation * outgoing_length(weights, of)
    return UnitFigures(
        images=len(images),
        fires=fired / outputs,
        mean_when_firing=np.divide(total_fired, fired, out=np.full(of.units, np.nan), where=fired > 0),
        dead=(fired == 0) & (deviation == 0),
        matters=matters / (matters.sum() or 1.0),
    )


def outgoing_length(weights: LayerWeights, of: UnitLayer) -> NDArray[np.float64]:
    """Return the Euclidean length of each unit's weights into the next layer; ones for the output layer."""
    if of.next_place is None:
        return np.ones(of.units)
    kernel = weights[of.next_place]["kernel"].astype(np.float64)
    # A filter's outputs lie behind each other in a flattened image: places, filters, outputs.
    by_unit = kernel.reshape(-1, of.units, kernel.shape[-1])
    return np.asarray(np.sqrt((by_unit**2).sum(axis=(0, 2))))


def most_exciting(
    architecture: Architecture, weights: LayerWeights, images: NDArray[np.uint8], of: UnitLayer, unit: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return the images for which a unit's output is highest, the highest first, and those outputs.

    Of a filter the highest output of an image counts. At most `MOST_EXCITING`; equal ones in their order.
    """
    path = range(of.place, of.fires_after + 1)
    alone = not any(isinstance(_layer(architecture, place), LayerNormalization) for place in path)
    peaks = []
    for part in _parts(architecture, images, of.fires_after):
        values = network_input(part)
        for place in range(of.fires_after + 1):
            layer, own = _layer(architecture, place), weights[place]
            # One unit's channel goes its own way: the others need not be computed.
            values = output(layer, _only(own, unit) if alone and place in path else own, values)
        peaks.append(values[..., 0 if alone else unit].reshape(len(part), -1).max(axis=1))
    heights = np.concatenate(peaks)
    order = np.argsort(-heights, kind="stable")[:MOST_EXCITING]
    return order, heights[order]


def _layer(architecture: Architecture, place: int) -> Layer:
    return architecture.layers[place] if place < len(architecture.layers) else output_layer()


def _chosen(scores: Values) -> Values:
    """Return the probability of the most probable class of each image, and 0 for the others."""
    probabilities = softmax(scores)
    return np.where(probabilities == probabilities.max(axis=1, keepdims=True), probabilities, np.float32(0))


def _only(weights: Mapping[str, NDArray[np.float32]], unit: int) -> Mapping[str, NDArray[np.float32]]:
    return {name: array[..., unit : unit + 1] for name, array in weights.items()}


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
