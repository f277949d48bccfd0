"""Counts and means of the dataset by class."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.description import Duplicates, class_counts, find_duplicates
from fmnist_tui.engine.dataset.sources import Dataset, split
from fmnist_tui.lab.classes import CLASS_NAMES
from fmnist_tui.lab.records.recipe import Hyperparameters
from fmnist_tui.tui.garments.card import Card
from fmnist_tui.tui.garments.drawing import Image

Part = Literal["training", "validation", "test"]
PARTS: tuple[Part, ...] = get_args(Part)


@dataclass(frozen=True, slots=True, eq=False)
class Survey:
    places: dict[Part, npt.NDArray[np.int64]]
    """Ascending indices of each part's images in `x_train`, or for the test in `x_test`."""
    counts: dict[Part, tuple[int, ...]]
    means: tuple[float, ...]
    """Mean grey level 0 … 255 by class over training and validation; NaN for an empty class."""
    mean: float
    mean_images: tuple[Image | None, ...]
    """Mean image by class over training and validation; None for an empty class."""
    duplicates: Duplicates


def survey(data: Dataset) -> Survey:
    """Survey a dataset under the default split; takes about a second."""
    usual = Hyperparameters()
    halves = split(data, usual.validation_fraction, usual.split_seed)
    places: dict[Part, npt.NDArray[np.int64]] = {
        "training": np.sort(halves.train_indices).astype(np.int64),
        "validation": np.sort(halves.validation_indices).astype(np.int64),
        "test": np.arange(len(data.y_test), dtype=np.int64),
    }
    images = tuple(_mean_picture(data, label) for label in range(len(CLASS_NAMES)))
    return Survey(
        places=places,
        counts={part: class_counts(labels_of(data, part)[places[part]]) for part in PARTS},
        means=tuple(float("nan") if image is None else float(image.mean()) for image in images),
        mean=float(data.x_train.mean()),
        mean_images=tuple(None if image is None else np.rint(image).astype(np.uint8) for image in images),
        duplicates=find_duplicates(data),
    )


def labels_of(data: Dataset, part: Part) -> npt.NDArray[np.int64]:
    """Return the labels that a part's indices refer to."""
    return data.y_test if part == "test" else data.y_train


def samples(data: Dataset, found: Survey, part: Part, label: int) -> tuple[Card, ...]:
    """Return the images of one class in one part, in the dataset's order."""
    array, images = ("x_test", data.x_test) if part == "test" else ("x_train", data.x_train)
    places = found.places[part]
    chosen = places[labels_of(data, part)[places] == label]
    return tuple(
        Card(
            images[place],
            (f"[{place}]",),
            (
                ("class", CLASS_NAMES[label]),
                ("part", part),
                ("place", f"{array}[{place}]"),
            ),
        )
        for place in chosen.tolist()
    )


def _mean_picture(data: Dataset, label: int) -> npt.NDArray[np.float64] | None:
    images = data.x_train[data.y_train == label]
    return images.mean(axis=0) if len(images) else None
