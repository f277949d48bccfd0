"""What is known about Fashion-MNIST on this machine, as values to print or to draw."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset import published
from fmnist_tui.engine.dataset.errors import DamagedFile
from fmnist_tui.engine.dataset.idx import read
from fmnist_tui.engine.dataset.places import Place, caches, named_place, program_cache
from fmnist_tui.engine.dataset.published import PublishedFile
from fmnist_tui.lab.classes import CLASS_NAMES


@dataclass(frozen=True, slots=True)
class FileState:
    """One of the four files."""

    name: str
    """Its name, with `.gz` where it is packed or missing."""
    problem: str | None
    """What is wrong with it; None where it holds the published bytes."""


@dataclass(frozen=True, slots=True)
class Description:
    """The place where Fashion-MNIST is, or would be put, and the state of its files."""

    folder: Path
    """Where the files lie."""
    source: str
    """What that folder is, in words."""
    files: tuple[FileState, ...]
    """The four files, the training set first."""
    train_counts: tuple[int, ...] | None
    """How many training reports each class has; None without whole training labels."""
    test_counts: tuple[int, ...] | None
    """How many test reports each class has; None without whole test labels."""

    @property
    def whole(self) -> bool:
        """Whether all four files hold the published bytes."""
        return all(file.problem is None for file in self.files)


def describe(directory: Path | None = None) -> Description:
    """Read whatever files there are where `load` would read or put them; nothing is fetched.

    Raises:
        DownloadError: no folder is named, and there is no home for one.
    """
    place = _place_to_describe(directory)
    states = []
    counts: dict[PublishedFile, tuple[int, ...]] = {}
    for file in published.FILES:
        path = place.path(file)
        if path is None:
            states.append(FileState(file.packed_name, "is missing"))
            continue
        try:
            values = read(path, file)
        except DamagedFile as error:
            states.append(FileState(path.name, error.problem))
            continue
        states.append(FileState(path.name, None))
        if file in (published.TRAIN_LABELS, published.TEST_LABELS):
            counts[file] = class_counts(values)
    return Description(
        folder=place.folder,
        source=place.source,
        files=tuple(states),
        train_counts=counts.get(published.TRAIN_LABELS),
        test_counts=counts.get(published.TEST_LABELS),
    )


def class_counts(labels: npt.NDArray[np.integer]) -> tuple[int, ...]:
    """How many of `labels`, shape (n,), are of each of the ten classes."""
    return tuple(np.bincount(labels, minlength=len(CLASS_NAMES)).tolist())


def _place_to_describe(directory: Path | None) -> Place:
    """The named folder, or else the cache that has most of the files, the program's before Keras's."""
    if (named := named_place(directory)) is not None:
        return named
    return min(caches() or [program_cache()], key=lambda place: len(place.missing()))
