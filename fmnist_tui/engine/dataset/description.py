from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset import files
from fmnist_tui.engine.dataset.files import DamagedFileError, PublishedFile, read
from fmnist_tui.engine.dataset.places import DataFolder, caches, named_place, program_cache
from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.layers import CLASSES


@dataclass(frozen=True, slots=True)
class Duplicates:
    """Numbers of images that equal another in every pixel."""

    train: int
    test: int
    shared: int
    """Test images that are also training images."""


def find_duplicates(data: Dataset) -> Duplicates:
    """Takes about 50 ms for Fashion-MNIST."""
    train, test = Counter(_keys(data.x_train)), Counter(_keys(data.x_test))
    return Duplicates(
        train=train.total() - len(train),
        test=test.total() - len(test),
        shared=sum(count for image, count in test.items() if image in train),
    )


def _keys(images: npt.NDArray[np.uint8]) -> list[bytes]:
    return [image.tobytes() for image in images]


@dataclass(frozen=True, slots=True)
class FileState:
    name: str
    """File name, with `.gz` if it is compressed or missing."""
    problem: str | None
    """What is wrong; None if it holds the published bytes."""


@dataclass(frozen=True, slots=True)
class Description:
    folder: Path
    source: str
    """What the folder is, such as "the program's cache"."""
    files: tuple[FileState, ...]
    train_counts: tuple[int, ...] | None
    """Training images of each class; None without complete training labels."""
    test_counts: tuple[int, ...] | None
    """Test images of each class; None without complete test labels."""

    @property
    def whole(self) -> bool:
        return all(file.problem is None for file in self.files)


def describe(directory: Path | None = None) -> Description:
    """Read the files where `load` would look; DownloadError with neither a given folder nor a home folder."""
    place = _place_to_describe(directory)
    states = []
    counts: dict[PublishedFile, tuple[int, ...]] = {}
    for file in files.FILES:
        path = place.path(file)
        if path is None:
            states.append(FileState(file.packed_name, "is missing"))
            continue
        try:
            values = read(path, file)
        except DamagedFileError as error:
            states.append(FileState(path.name, error.problem))
            continue
        states.append(FileState(path.name, None))
        if file in (files.TRAIN_LABELS, files.TEST_LABELS):
            counts[file] = class_counts(values)
    return Description(
        folder=place.folder,
        source=place.source,
        files=tuple(states),
        train_counts=counts.get(files.TRAIN_LABELS),
        test_counts=counts.get(files.TEST_LABELS),
    )


def class_counts(labels: npt.NDArray[np.integer]) -> tuple[int, ...]:
    return tuple(np.bincount(labels, minlength=CLASSES).tolist())


def _place_to_describe(directory: Path | None) -> DataFolder:
    if (named := named_place(directory)) is not None:
        return named
    return min(caches() or [program_cache()], key=lambda place: len(place.missing()))
