import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset import download, files
from fmnist_tui.engine.dataset.download import Notify, Stop
from fmnist_tui.engine.dataset.files import DamagedFileError, DatasetError, DownloadError, PublishedFile, read
from fmnist_tui.engine.dataset.places import MEND_NAMED, DataFolder, find, program_cache
from fmnist_tui.lab.classes import Classes
from fmnist_tui.lab.records.dataset import (
    FASHION_MNIST,
    SYNTHETIC,
    DatasetChoice,
    DatasetName,
    chooses_other_data,
    facts_of,
    is_other,
)
from fmnist_tui.lab.records.recipe import validation_images

OFFLINE_VARIABLE = "FMNIST_TUI_OFFLINE"


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """The arrays are read-only."""

    name: DatasetName
    """Stored with each run, so that results of different datasets are not mixed."""
    x_train: npt.NDArray[np.uint8]
    """Training images, grey levels 0 … 255, shape (n, 28, 28)."""
    y_train: npt.NDArray[np.int64]
    """Training classes 0 … 9, shape (n,)."""
    x_test: npt.NDArray[np.uint8]
    """Test images, shape (m, 28, 28)."""
    y_test: npt.NDArray[np.int64]
    """Test classes, shape (m,)."""
    source: str
    reason: str | None = None
    """Why Fashion-MNIST was not found, as a sentence, if the dataset is synthetic for that reason."""

    @property
    def classes(self) -> Classes:
        return facts_of(self.name).classes

    def __post_init__(self) -> None:
        for array in (self.x_train, self.y_train, self.x_test, self.y_test):
            array.setflags(write=False)

    def replace_training_images(self, elsewhere: npt.NDArray[np.uint8]) -> None:
        """Replace the training images by an equal array that nothing writes to, to free memory."""
        elsewhere.setflags(write=False)
        object.__setattr__(self, "x_train", elsewhere)


def load(
    dataset: DatasetChoice,
    directory: Path | None = None,
    *,
    fetch: bool = True,
    notify: Notify | None = None,
    stop: Stop | None = None,
) -> Dataset:
    """Load a dataset; "auto" is Fashion-MNIST if it can be found or downloaded, otherwise synthetic garments.

    Any other name is that of data in `directory` or the folder in FMNIST_TUI_DATA.

    Fashion-MNIST is read from `directory` or the folder in FMNIST_TUI_DATA; if neither is given, from the program's
    cache, Keras's cache, or the network unless FMNIST_TUI_OFFLINE is set.

    Raises:
        DatasetError: a given folder lacks a file, a file is damaged, "fashion-mnist" was not found, or other data
            have not the form of Fashion-MNIST.
    """
    if dataset == SYNTHETIC:
        return _draw(reason=None)
    if chooses_other_data(dataset):
        return _other(dataset, directory)
    try:
        place = find(directory) or _fetched(fetch, notify, stop)
    except DownloadError as error:
        if dataset == FASHION_MNIST:
            raise DatasetError(f"Fashion-MNIST is not on this machine, and {error}") from error
        return _draw(reason=f"Fashion-MNIST is not on this machine, and {error.what}.")
    return _read_all(place)


def load_test_set(
    dataset: DatasetName, directory: Path | None = None
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """Return the test images and their classes alone, without a download: a report shows some of them.

    Raises:
        DatasetError: Fashion-MNIST is not on this machine, or a file is damaged.
    """
    if dataset == SYNTHETIC:
        from fmnist_tui.engine.dataset.synthetic.collection import draw_test_set

        return draw_test_set()
    if is_other(dataset):
        other = _other(dataset, directory)
        return other.x_test, other.y_test
    place = find(directory)
    if place is None:
        raise DatasetError("Fashion-MNIST is not on this machine; give the folder of the four files with --data")
    return _read(place, files.TEST_IMAGES), _read(place, files.TEST_LABELS).astype(np.int64)


def _fetched(fetch: bool, notify: Notify | None, stop: Stop | None) -> DataFolder:
    mend = "give the folder of the four files with --data"
    if not fetch:
        raise DownloadError("no download was tried", mend)
    if os.environ.get(OFFLINE_VARIABLE, "0") not in ("", "0"):
        raise DownloadError(f"{OFFLINE_VARIABLE} forbids the download", f"unset it, or {mend}")
    place = program_cache()
    download.fetch(place.folder, notify=notify, stop=stop)
    return place


def _read_all(place: DataFolder) -> Dataset:
    return Dataset(
        name=FASHION_MNIST,
        x_train=_read(place, files.TRAIN_IMAGES),
        y_train=_read(place, files.TRAIN_LABELS).astype(np.int64),
        x_test=_read(place, files.TEST_IMAGES),
        y_test=_read(place, files.TEST_LABELS).astype(np.int64),
        source=f"{place.folder} ({place.source})",
    )


def _read(place: DataFolder, file: PublishedFile) -> npt.NDArray[np.uint8]:
    path = place.path(file)
    if path is None:
        raise DatasetError(f"{place.folder / file.packed_name} was removed meanwhile; start again")
    try:
        return read(path, file)
    except DamagedFileError as error:
        raise DatasetError(f"{error}; {place.mend}{_other_hint(place)}") from error


def _other_hint(place: DataFolder) -> str:
    """Return how data of another name are used, where a person chose the folder."""
    return "; other data of this form need a name: --dataset NAME" if place.mend == MEND_NAMED else ""


def _other(dataset: DatasetName, directory: Path | None) -> Dataset:
    from fmnist_tui.engine.dataset.other import read_other

    found = read_other(dataset, directory)
    x_train, y_train, x_test, y_test = found.arrays
    return Dataset(found.identity, x_train, y_train.astype(np.int64), x_test, y_test.astype(np.int64), found.source)


def _draw(*, reason: str | None) -> Dataset:
    from fmnist_tui.engine.dataset.synthetic.collection import draw_test_set, draw_training_set

    x_train, y_train = draw_training_set()
    x_test, y_test = draw_test_set()
    return Dataset(
        name=SYNTHETIC,
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        source="drawn by the program itself",
        reason=reason,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    train_indices: npt.NDArray[np.int32]
    """Indices into `x_train` to train on, in the order of `train_test_split`."""
    validation_indices: npt.NDArray[np.int32]
    """Indices into `x_train` for validation, in that order too; may be empty."""


def split(dataset: Dataset, validation_fraction: float, split_seed: int) -> Split:
    """Split as scikit-learn's `train_test_split(…, test_size=validation_fraction, random_state=split_seed)`.

    It is not called: importing it costs a training more than a second and 75 MB. A fraction of 0, which it refuses,
    leaves validation empty and keeps the order.

    Raises:
        ValueError: the fraction is not in [0, 1), or leaves nothing to train on.
    """
    everything = np.arange(len(dataset.x_train), dtype=np.int32)
    if validation_fraction == 0:
        return Split(everything, everything[:0])
    if not 0 < validation_fraction < 1:
        raise ValueError(f"the validation fraction is {validation_fraction}, not in [0, 1)")
    held_out = validation_images(len(everything), validation_fraction)
    if held_out >= len(everything):
        raise ValueError(f"a validation fraction of {validation_fraction} leaves nothing to train on")
    shuffled = np.random.RandomState(split_seed).permutation(everything)
    return Split(shuffled[held_out:], shuffled[:held_out])
