"""The layers of a run's network, measured on the images that were held out for validation."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.dataset.sources import Dataset, split
from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.inside.familiarity import KnownImages, known_images
from fmnist_tui.lab.inside.unit_layers import UnitLayer
from fmnist_tui.lab.inside.units import UnitFigures, measure
from fmnist_tui.lab.layers import Conv2D
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.dataset import shown_name
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.report.protocol import train_command
from fmnist_tui.lab.runs.weights import LayerWeights, TrainedWeights, read_weights

Epoch = Literal["last", "best"]

MOST_FOR_FILTERS = 2_000
"""Convolutions take ten times as long as dense layers of as many weights; so many images tell as much."""


class WeightsUnavailable(UserError):
    """A run's weights are missing; the message says why and what to do."""


@dataclass(frozen=True, slots=True, eq=False)
class Images:
    """Images to measure units on."""

    words: str
    """What they are: `validation images`."""
    images: NDArray[np.uint8]
    """Shape (n, 28, 28)."""
    labels: NDArray[np.int64]
    places: NDArray[np.int64]
    """Their indices in the array that `array` names."""
    array: str
    data: Dataset | None = None
    """The dataset that they are of, where it is loaded."""

    def chosen(self, at: NDArray[np.int64]) -> "Images":
        return Images(self.words, self.images[at], self.labels[at], self.places[at], self.array, self.data)


def kept_weights(run: Run, folder: Path) -> TrainedWeights:
    """Return a run's weights.

    Raises:
        WeightsUnavailable: none are kept.
        UserError: they cannot be read.
    """
    weights = read_weights(folder / run.id, run.recipe.architecture)
    if weights is None:
        raise WeightsUnavailable(
            f"no weights of this run are kept; `{train_command(run)}` trains it again and keeps them"
        )
    return weights


def of_epoch(weights: TrainedWeights, epoch: Epoch) -> LayerWeights:
    return weights.best if epoch == "best" and weights.best else weights.last


def held_out(run: Run, data: Dataset | None) -> Images:
    """Return the run's validation images, or test images where none were held out.

    Raises:
        UserError: the run's dataset is not loaded.
    """
    if data is None or needs_data(run, data):
        raise UserError(f"not measured: {needs_data(run, data)}")
    places = validation_places(run, data)
    if len(places):
        found = training_images(data, "validation images")
    else:
        found = test_images(data)
        places = found.places
    convolves = any(isinstance(layer, Conv2D) for layer in run.recipe.architecture.layers)
    places = places[:MOST_FOR_FILTERS] if convolves else places
    return found.chosen(places)


def needs_data(run: Run, data: Dataset | None) -> str:
    """Return why a run's images cannot be shown, or nothing where its dataset is loaded."""
    if data is None:
        return "no data here; `fmnist-tui data` says how to get it"
    if data.name != run.recipe.dataset:
        return f"this run needs {shown_name(run.recipe.dataset)}, and the loaded data is {shown_name(data.name)}"
    return ""


def validation_places(run: Run, data: Dataset) -> NDArray[np.int64]:
    """Return the indices in `x_train` of the images that the run was validated on."""
    training = run.recipe.training
    return split(data, training.validation_fraction, training.split_seed).validation_indices.astype(np.int64)


def training_images(data: Dataset, words: str = "training images") -> Images:
    return Images(words, data.x_train, data.y_train, np.arange(len(data.x_train)), "x_train", data)


def test_images(data: Dataset) -> Images:
    return Images("test images", data.x_test, data.y_test, np.arange(len(data.x_test)), "x_test", data)


def images_of(data: Dataset, array: str) -> Images:
    """Return all images of `x_train` or `x_test`."""
    return test_images(data) if array == "x_test" else training_images(data)


@lru_cache(maxsize=1)
def known_images_of(data: Dataset) -> KnownImages:
    """Return what to compare pictures with; a second or two the first time."""
    return known_images(data.x_train, data.x_test)


@dataclass(frozen=True, slots=True, eq=False)
class LayerStudy:
    """A layer of a run's network, with what was measured of its units, if anything was."""

    run: Run
    folder: Path
    """The notebook's `runs` folder."""
    epoch: Epoch
    weights: LayerWeights
    """Of that epoch."""
    layer: UnitLayer
    figures: UnitFigures | None = None
    on: Images | None = None

    @property
    def architecture(self) -> Architecture:
        return self.run.recipe.architecture

    def measured(self, on: Images) -> "LayerStudy":
        return replace(self, figures=measure(self.architecture, self.weights, on.images, self.layer), on=on)


def unit_classes(run: Run, layer: UnitLayer) -> Classes | None:
    """Return the classes that a layer's units stand for; None of a hidden layer."""
    return run.recipe.classes if layer.is_output else None
