"""A dataset's counts and means by class, and its known flaws, with sources."""

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt
from rich.text import Text

from fmnist_tui.engine.dataset.description import Duplicates, class_counts, find_duplicates
from fmnist_tui.engine.dataset.sources import Dataset, split
from fmnist_tui.lab.records.dataset import SYNTHETIC as SYNTHETIC_DATA
from fmnist_tui.lab.records.dataset import DatasetName, facts_of, is_other
from fmnist_tui.lab.records.recipe import Hyperparameters
from fmnist_tui.tui.images.drawing import Image
from fmnist_tui.tui.images.image_grid import Card

FASHION_MNIST = (
    (
        "60,000 training and 10,000 test images of Zalando's articles, 28 × 28 grey levels, ten equally sized classes.",
        "Xiao, Rasul and Vollgraf 2017, arXiv:1708.07747",
    ),
    (
        "As first published, 43 training images and 1 test image were exact duplicates, and 10 training images were "
        "also in the test set. The files were replaced at the end of August 2017; results on the "
        "earlier ones are not comparable.",
        "github.com/zalandoresearch/fashion-mnist, issue 44",
    ),
    (
        "Near-duplicates are still in both sets, which makes test accuracies look better than they "
        "would be on new garments.",
        "Geier 2019, “Training on test data: Removing near-duplicates in Fashion-MNIST”, arXiv:1906.08255",
    ),
    (
        "Some labels are wrong, and some images are cut wrongly: 64 of them in the training set are listed, and "
        "their finders report more.",
        "Müller and Markert 2019, “Identifying mislabeled instances in classification datasets”, arXiv:1912.05283; "
        "issue 166 of the repository above",
    ),
)
"""Findings about Fashion-MNIST, each with its source."""

SYNTHETIC = (
    (
        "Drawn by this program, from random shapes and cloths of ten kinds: 20,000 for training and 4,000 for "
        "testing, the same on every machine. They resemble Fashion-MNIST's classes but are not photographs: "
        "accuracies on the two are not comparable, and are never mixed in one figure.",
        "",
    ),
)


def known(dataset: DatasetName, duplicates: Duplicates | None) -> Text:
    text = Text()
    for words, source in _findings(dataset):
        text.append(f"{words}\n")
        if source:
            text.append(f"  {source}\n", "dim italic")
        text.append("\n")
    text.append(f"Counted in the loaded data: {duplicate_words(duplicates)}.\n", "bold")
    return text


def _findings(dataset: DatasetName) -> tuple[tuple[str, str], ...]:
    if not is_other(dataset):
        return SYNTHETIC if dataset == SYNTHETIC_DATA else FASHION_MNIST
    facts = facts_of(dataset)
    counts = f"{facts.title}: {facts.train:,} training and {facts.test:,} test images, from the folder that was given."
    return (counts, ""), *((f"{file}: MD5 {md5}", "") for file, md5 in facts.sums)


def duplicate_words(duplicates: Duplicates | None) -> str:
    if duplicates is None:
        return "looking for duplicates …"
    counts = (duplicates.train, duplicates.test, duplicates.shared)
    if not any(counts):
        return "no exact duplicates"
    train, test, shared = counts
    return f"duplicates: training {train:,}, test {test:,}, in both {shared:,}"


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
    """Use the default split; takes about a second."""
    usual = Hyperparameters()
    halves = split(data, usual.validation_fraction, usual.split_seed)
    places: dict[Part, npt.NDArray[np.int64]] = {
        "training": np.sort(halves.train_indices).astype(np.int64),
        "validation": np.sort(halves.validation_indices).astype(np.int64),
        "test": np.arange(len(data.y_test), dtype=np.int64),
    }
    images = tuple(_mean_picture(data, label) for label in range(len(data.classes.names)))
    return Survey(
        places=places,
        counts={part: class_counts(labels_of(data, part)[places[part]]) for part in PARTS},
        means=tuple(float("nan") if image is None else float(image.mean()) for image in images),
        mean=float(data.x_train.mean()),
        mean_images=tuple(None if image is None else np.rint(image).astype(np.uint8) for image in images),
        duplicates=find_duplicates(data),
    )


def labels_of(data: Dataset, part: Part) -> npt.NDArray[np.int64]:
    return data.y_test if part == "test" else data.y_train


def samples(data: Dataset, found: Survey, part: Part, label: int) -> tuple[Card, ...]:
    array, images = ("x_test", data.x_test) if part == "test" else ("x_train", data.x_train)
    places = found.places[part]
    chosen = places[labels_of(data, part)[places] == label]
    return tuple(
        Card(
            images[place],
            (f"[{place}]",),
            (
                ("class", data.classes.names[label]),
                ("part", part),
                ("place", f"{array}[{place}]"),
            ),
        )
        for place in chosen.tolist()
    )


def _mean_picture(data: Dataset, label: int) -> npt.NDArray[np.float64] | None:
    images = data.x_train[data.y_train == label]
    return images.mean(axis=0) if len(images) else None
