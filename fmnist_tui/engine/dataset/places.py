"""Where Fashion-MNIST may lie on this machine, and in which order to look."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fmnist_tui.engine.dataset import published
from fmnist_tui.engine.dataset.errors import DatasetError, DownloadError
from fmnist_tui.engine.dataset.published import PublishedFile
from fmnist_tui.engine.pinning import keras_home
from fmnist_tui.lab.folders import cache_folder, expanded, home

DATA_VARIABLE = "FMNIST_TUI_DATA"
MEND_CACHE = "delete it, or fetch it again with `fmnist-tui data --fetch`"
MEND_NAMED = "put the published file in its place, or name another folder"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder where the four files are, or should be."""

    folder: Path
    """Where the files themselves lie."""
    source: str
    """What the folder is, in words."""
    mend: str
    """What to do about a damaged file in it."""

    def path(self, file: PublishedFile) -> Path | None:
        """Where the file is, packed or unpacked; None where it is missing."""
        candidates = (self.folder / file.packed_name, self.folder / file.name)
        return next((path for path in candidates if _is_file(path)), None)

    def missing(self) -> list[PublishedFile]:
        """The published files that are not there."""
        return [file for file in published.FILES if self.path(file) is None]


def program_cache() -> Place:
    """The folder that downloads are put in; DownloadError where there is no home for it."""
    if (folder := cache_folder()) is None:
        raise _no_home("to keep a download in")
    return Place(folder / "fashion-mnist", "the program's cache", MEND_CACHE)


def keras_cache() -> Place:
    """The folder that `keras.datasets.fashion_mnist.load_data` downloads to; DownloadError as `program_cache`."""
    if named := keras_home(os.environ):
        return Place(Path(named) / "datasets" / "fashion-mnist", "Keras's cache", MEND_CACHE)
    if (own := home()) is None:
        raise _no_home("with Keras's cache in it")
    return Place(own / ".keras" / "datasets" / "fashion-mnist", "Keras's cache", MEND_CACHE)


def _no_home(what_for: str) -> DownloadError:
    mend = "set HOME to one that is there, or name the folder of the four files with --data"
    return DownloadError(f"there is no home folder {what_for}", mend)


def caches() -> list[Place]:
    """The caches that there can be on this machine, in the order to look."""
    places = []
    for cache in (program_cache, keras_cache):
        with suppress(DownloadError):
            places.append(cache())
    return places


def named_place(directory: Path | None) -> Place | None:
    """The folder that a person named, by `--data` or else by FMNIST_TUI_DATA; None where nobody did.

    The files may lie in it or, as under KERAS_HOME, in its `datasets/fashion-mnist`.
    """
    variable = os.environ.get(DATA_VARIABLE)
    if directory is not None:
        root, source = directory, "the folder given with --data"
    elif variable:
        root, source = Path(variable), f"the folder that {DATA_VARIABLE} names"
    else:
        return None
    root = expanded(root)
    layouts = (root, root / "fashion-mnist", root / "datasets" / "fashion-mnist")
    return min((Place(folder, source, MEND_NAMED) for folder in layouts), key=lambda place: len(place.missing()))


def find(directory: Path | None) -> Place | None:
    """The first place that has all four files, or None; whether their bytes are right shows in the reading.

    Raises:
        DatasetError: a folder was named and does not have them; no other is then looked at.
    """
    if (named := named_place(directory)) is not None:
        _require_all(named)
        return named
    return next((place for place in caches() if not place.missing()), None)


def _require_all(place: Place) -> None:
    here = f"{place.folder}, {place.source},"
    if not os.access(place.folder, os.F_OK):
        raise DatasetError(f"{here} does not exist; name the folder that holds the four Fashion-MNIST files")
    if not place.folder.is_dir():
        raise DatasetError(f"{here} is not a folder; name the folder that holds the four Fashion-MNIST files")
    if missing := place.missing():
        names = ", ".join(file.packed_name for file in missing)
        raise DatasetError(f"{here} lacks {names}; put what is missing there, or name another folder")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that may not be entered
        return False
