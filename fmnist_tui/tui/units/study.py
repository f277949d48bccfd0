"""The first layer of a run's network, measured on the images that were held out for validation."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.dataset.sources import Dataset, split
from fmnist_tui.lab.classes import GARMENTS, Classes
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.inside.units import UnitFigures, measure
from fmnist_tui.lab.layers import Conv2D
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
    classes: Classes = GARMENTS

    def chosen(self, at: NDArray[np.int64]) -> "Images":
        return Images(self.words, self.images[at], self.labels[at], self.places[at], self.array, self.classes)


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
    if data is None:
        raise UserError("no data here to measure the units on: `fmnist-tui data` says how to get it")
    if data.name != run.recipe.dataset:
        raise UserError(
            f"not measured: this run needs {shown_name(run.recipe.dataset)}, "
            f"and the loaded data is {shown_name(data.name)}"
        )
    training = run.recipe.training
    places = split(data, training.validation_fraction, training.split_seed).validation_indices.astype(np.int64)
    if len(places):
        found = Images(
            "validation images", data.x_train, data.y_train, np.arange(len(data.x_train)), "x_train", data.classes
        )
    else:
        found = test_images(data.x_test, data.y_test, data.classes)
        places = found.places
    convolves = any(isinstance(layer, Conv2D) for layer in run.recipe.architecture.layers)
    places = places[:MOST_FOR_FILTERS] if convolves else places
    return found.chosen(places)


def test_images(images: NDArray[np.uint8], labels: NDArray[np.int64], classes: Classes) -> Images:
    return Images("test images", images, labels, np.arange(len(images)), "x_test", classes)


def figures(run: Run, weights: LayerWeights, on: Images) -> UnitFigures:
    return measure(run.recipe.architecture, weights, on.images)
