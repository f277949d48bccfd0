"""The weights of units as pictures, and towards the classes."""

from collections.abc import Iterable, Mapping
from math import prod

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.lab.inside.forward import EPSILON
from fmnist_tui.lab.inside.unit_layers import UnitLayer
from fmnist_tui.lab.layers import Flatten
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Architecture
from fmnist_tui.lab.runs.weights import LayerWeights

SIDE = INPUT_SHAPE[0]


def pictures(architecture: Architecture, weights: LayerWeights, layer: UnitLayer) -> NDArray[np.float32]:
    """Return each unit's incoming weights as it sees the image, shape (units, 28, 28).

    Of a dense layer behind others, the product of their weights back to the first, scaled by the normalizations
    between: what it would see if no activation cut anything off.
    """
    first, *others = _dense_places(weights, layer)
    kernel = weights[first]["kernel"]
    if others:
        kernel = _product(kernel, weights[first + 1 : layer.place + 1]).astype(np.float32)
    return kernel_pictures(architecture, first, kernel)


def dense_layers_of(weights: LayerWeights, layer: UnitLayer) -> int:
    """Return how many layers' weights make a unit's picture."""
    return len(_dense_places(weights, layer))


def seen_shape(architecture: Architecture, weights: LayerWeights, layer: UnitLayer) -> tuple[int, int, int]:
    """Return rows, columns and channels of what a unit's picture shows the weights for."""
    first, *_ = _dense_places(weights, layer)
    if layer.is_convolution:
        side, _, channels, _ = weights[first]["kernel"].shape
        return side, side, channels
    return _image_before(architecture, first)


def kernel_pictures(architecture: Architecture, place: int, kernel: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return pictures of a kernel that takes what the layer at a place takes, units last.

    A filter, and a dense layer behind pooling or convolutions, see fewer places: each is enlarged to the whole
    picture. Channels are summed.
    """
    if kernel.ndim == 2:
        height, width, channels = _image_before(architecture, place)
        kernel = kernel.reshape(height, width, channels, -1)
    grid = kernel.sum(axis=2).transpose(2, 0, 1)
    return enlarged(grid)


def enlarged(grids: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return grids of shape (n, rows, columns) with places repeated, shape (n, 28, 28)."""
    rows, columns = (np.arange(SIDE) * side // SIDE for side in grids.shape[1:])
    return np.asarray(grids[:, rows][:, :, columns])


def outgoing_by_class(weights: LayerWeights, layer: UnitLayer) -> NDArray[np.float64] | None:
    """Return each unit's weights towards the ten classes, shape (units, 10), or None for filters and the output layer.

    Where dense layers lie between, it is the product of their weights, scaled by their normalizations: what a unit
    would do if no activation in between cut anything off.
    """
    if layer.is_output or layer.is_convolution:
        return None
    return _product(np.eye(layer.units), weights[layer.fires_after + 1 :])


def _dense_places(weights: LayerWeights, layer: UnitLayer) -> list[int]:
    """Return the dense layers up to a layer, or a convolution alone."""
    if layer.is_convolution:
        return [layer.place]
    kernels = {place: own["kernel"] for place, own in enumerate(weights[: layer.place + 1]) if "kernel" in own}
    return [place for place, kernel in kernels.items() if kernel.ndim == 2]


def _product(
    kernel: NDArray[np.floating], following: Iterable[Mapping[str, NDArray[np.float32]]]
) -> NDArray[np.float64]:
    product = kernel.astype(np.float64)
    for own in following:
        if "kernel" in own:
            product = product @ own["kernel"]
        elif "moving_variance" in own:
            product = product * (own["gamma"] / np.sqrt(own["moving_variance"] + EPSILON))
        elif "gamma" in own:
            product = product * own["gamma"]
    return product


def _image_before(architecture: Architecture, place: int) -> tuple[int, int, int]:
    """Return the shape of the image that is flattened before a layer."""
    shape: tuple[int, ...] = INPUT_SHAPE
    for layer, stage in zip(architecture.layers[:place], architecture.stages(), strict=False):
        if isinstance(layer, Flatten) and len(shape) == 3:
            break
        shape = stage.shape or shape
    height, width, channels = shape if len(shape) == 3 else (1, 1, prod(shape))
    return height, width, channels
