"""Loading the data to train on: Fashion-MNIST from wherever it is, or the garments drawn in its stead."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset import download, published
from fmnist_tui.engine.dataset.download import Notify, Stop
from fmnist_tui.engine.dataset.errors import DamagedFile, DatasetError, DownloadError
from fmnist_tui.engine.dataset.idx import read
from fmnist_tui.engine.dataset.places import Place, find, program_cache
from fmnist_tui.engine.dataset.published import PublishedFile
from fmnist_tui.lab.records.recipe import DatasetChoice, DatasetName

OFFLINE_VARIABLE = "FMNIST_TUI_OFFLINE"


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """ActiveRun and test reports with their classes; the arrays are read-only."""

    name: DatasetName
    """What is stored with each run: results of different datasets are never mixed."""
    x_train: npt.NDArray[np.uint8]
    """ActiveRun reports, grey levels 0 … 255, shape (n, 28, 28)."""
    y_train: npt.NDArray[np.int64]
    """Their classes 0 … 9, shape (n,)."""
    x_test: npt.NDArray[np.uint8]
    """Test reports, shape (m, 28, 28)."""
    y_test: npt.NDArray[np.int64]
    """Their classes, shape (m,)."""
    source: str
    """Where it came from, in words."""
    reason: str | None = None
    """A sentence saying why this is not Fashion-MNIST though it was looked for; else None."""

    def __post_init__(self) -> None:
        for array in (self.x_train, self.y_train, self.x_test, self.y_test):
            array.setflags(write=False)

    def move_training_pictures(self, elsewhere: npt.NDArray[np.uint8]) -> None:
        """Keep the training reports where they are in memory already, and let go of the copy held so far.

        Args:
            elsewhere: the same reports, in an array that nothing writes to.
        """
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
    """Load the dataset; "auto" is Fashion-MNIST if it can be had at all, and else the synthetic garments.

    Fashion-MNIST is looked for in `directory` or the folder that FMNIST_TUI_DATA names, and only there if
    either is given; then in the program's cache, in Keras's, and on the network unless FMNIST_TUI_OFFLINE is set.

    Args:
        dataset: which one.
        directory: the folder of the four files, as given with `--data`.
        fetch: whether the network may be tried.
        notify: told of the download's progress, on this thread.
        stop: asked during a download whether to give it up.

    Raises:
        DatasetError: a named folder lacks a file, a file is damaged, or "fashion-mnist" cannot be had.
    """
    if dataset == "synthetic":
        return _draw(reason=None)
    try:
        place = find(directory) or _fetched(fetch, notify, stop)
    except DownloadError as error:
        if dataset == "fashion-mnist":
            raise DatasetError(f"Fashion-MNIST is not on this machine, and {error}") from error
        return _draw(reason=f"Fashion-MNIST is not on this machine, and {error.what}.")
    return _read_all(place)


def _fetched(fetch: bool, notify: Notify | None, stop: Stop | None) -> Place:
    """The program's cache, once the four files are in it."""
    mend = "give the folder of the four files with --data"
    if not fetch:
        raise DownloadError("no download was tried", mend)
    if os.environ.get(OFFLINE_VARIABLE, "0") not in ("", "0"):
        raise DownloadError(f"{OFFLINE_VARIABLE} forbids the download", f"unset it, or {mend}")
    place = program_cache()
    download.fetch(place.folder, notify=notify, stop=stop)
    return place


def _read_all(place: Place) -> Dataset:
    return Dataset(
        name="fashion-mnist",
        x_train=_read(place, published.TRAIN_IMAGES),
        y_train=_read(place, published.TRAIN_LABELS).astype(np.int64),
        x_test=_read(place, published.TEST_IMAGES),
        y_test=_read(place, published.TEST_LABELS).astype(np.int64),
        source=f"{place.folder} ({place.source})",
    )


def _read(place: Place, file: PublishedFile) -> npt.NDArray[np.uint8]:
    path = place.path(file)
    if path is None:
        raise DatasetError(f"{place.folder / file.packed_name} has just gone; start again")
    try:
        return read(path, file)
    except DamagedFile as error:
        raise DatasetError(f"{error}; {place.mend}") from error


def _draw(*, reason: str | None) -> Dataset:
    from fmnist_tui.engine.dataset.synthetic.collection import draw_test_set, draw_training_set

    x_train, y_train = draw_training_set()
    x_test, y_test = draw_test_set()
    return Dataset(
        name="synthetic",
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
        source="drawn by the program itself",
        reason=reason,
    )
