"""One image's way through a trained network, and which of its pixels decide the answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.lab.inside.activations import Values
from fmnist_tui.lab.inside.forward import layer_outputs
from fmnist_tui.lab.inside.unit_layers import UnitLayer
from fmnist_tui.lab.layers import Flatten, describe
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.runs.weights import LayerWeights

PATCH = 5
"""Side of the square that is hidden, in pixels; odd, so that it has a middle."""

Network = tuple[Architecture, LayerWeights]

_AT_ONCE = 56
"""Images computed at once: those of a convolution take much memory."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerActivity:
    name: str
    values: NDArray[np.float32]
    """Shape (units,): each unit's output; of a filter the one of largest size over its places."""

    @property
    def firing(self) -> int:
        """How many units are above 0."""
        return int(np.count_nonzero(self.values > 0))


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    layers: tuple[LayerActivity, ...]
    """Without flatten, and without the output."""
    probabilities: NDArray[np.float32]
    """Shape (10,)."""

    @property
    def ranking(self) -> NDArray[np.int64]:
        """The classes, the most probable first."""
        return np.argsort(-self.probabilities, kind="stable")


def follow(architecture: Architecture, weights: LayerWeights, image: NDArray[np.uint8]) -> Passage:
    """Return what each layer makes of an image of shape (28, 28)."""
    *hidden, probabilities = layer_outputs(architecture, weights, image[None])
    activities = [
        LayerActivity(describe(layer), _by_unit(values))
        for layer, values in zip(architecture.layers, hidden, strict=True)
        if not isinstance(layer, Flatten)
    ]
    return Passage(tuple(activities), probabilities[0])


def filter_maps(
    architecture: Architecture, weights: LayerWeights, image: NDArray[np.uint8], of: UnitLayer
) -> NDArray[np.float32]:
    """Return what each filter of a convolution gives at each place of an image, shape (filters, rows, columns)."""
    values = next(islice(layer_outputs(architecture, weights, image[None]), of.fires_after, None))
    return np.asarray(values[0].transpose(2, 0, 1))


def occlusion(
    architecture: Architecture, weights: LayerWeights, image: NDArray[np.uint8], label: int
) -> NDArray[np.float32]:
    """Return how far a class's probability falls when a patch around each pixel is hidden, shape (28, 28).

    Hidden pixels are 0, the colour of the background. Zeiler & Fergus 2014, ECCV, slide a grey square in the same way.
    """
    hidden = occluded(image)
    whole, *parts = (
        probabilities[:, label] for probabilities in _probabilities(architecture, weights, image[None], hidden)
    )
    fall: NDArray[np.float32] = whole - np.concatenate(parts)
    return fall.reshape(image.shape)


def occluded(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return a copy of an image for each of its pixels, row by row, with the patch around that pixel hidden."""
    rows, columns = image.shape
    copies = np.broadcast_to(image, (rows, columns, *image.shape)).copy()
    around = PATCH // 2
    for row in range(rows):
        for column in range(columns):
            top, left = max(row - around, 0), max(column - around, 0)
            copies[row, column, top : row + around + 1, left : column + around + 1] = 0
    return copies.reshape(-1, *image.shape)


def first_difference(one: Passage, other: Passage) -> int | None:
    """Return the first place at which two networks rank another class, 0 for the answer; None if there is none."""
    differing = np.flatnonzero(one.ranking != other.ranking)
    return int(differing[0]) if len(differing) else None


def nearest_wrong(
    architecture: Architecture,
    weights: LayerWeights,
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    at: int,
    by: int,
) -> int | None:
    """Return the place of the next image after `at`, or with a `by` of -1 before it, whose class is not the answer."""
    return _nearest(len(images), at, by, lambda some: _answers((architecture, weights), images[some]) != labels[some])


def nearest_disagreement(one: Network, other: Network, images: NDArray[np.uint8], at: int, by: int) -> int | None:
    """Return the place of the next image to which two networks give different answers, or the one before."""
    return _nearest(len(images), at, by, lambda some: _answers(one, images[some]) != _answers(other, images[some]))


def _nearest(count: int, at: int, by: int, holds: Callable[[NDArray[np.int64]], NDArray[np.bool_]]) -> int | None:
    places = np.arange(at + 1, count) if by > 0 else np.arange(at - 1, -1, -1)
    for start in range(0, len(places), _AT_ONCE):
        some = places[start : start + _AT_ONCE]
        if len(found := np.flatnonzero(holds(some))):
            return int(some[found[0]])
    return None


def _answers(network: Network, images: NDArray[np.uint8]) -> NDArray[np.int64]:
    (probabilities,) = _probabilities(*network, images)
    return np.asarray(probabilities.argmax(axis=1))


def _probabilities(
    architecture: Architecture, weights: LayerWeights, *stacks: NDArray[np.uint8]
) -> Iterator[NDArray[np.float32]]:
    for images in stacks:
        for start in range(0, len(images), _AT_ONCE):
            *_, probabilities = layer_outputs(architecture, weights, images[start : start + _AT_ONCE])
            yield probabilities


def _by_unit(values: Values) -> NDArray[np.float32]:
    by_place = values.reshape(-1, values.shape[-1])
    largest = np.abs(by_place).argmax(axis=0)
    return np.asarray(by_place[largest, np.arange(by_place.shape[1])])
