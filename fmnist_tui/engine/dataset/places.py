"""Where Fashion-MNIST may lie on this machine, and in which order to look."""

import os
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from fmnist_tui.engine.dataset import published
from fmnist_tui.engine.dataset.errors import DatasetError
from fmnist_tui.engine.dataset.published import PublishedFile

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
    """The folder that downloads are put in."""
    folder = Path(platformdirs.user_cache_dir("fmnist-tui")) / "fashion-mnist"
    return Place(folder, "the program's cache", MEND_CACHE)


def keras_cache() -> Place:
    """The folder that `keras.datasets.fashion_mnist.load_data` downloads to."""
    home = os.environ.get("KERAS_HOME")
    root = Path(home) if home else Path.home() / ".keras"
    return Place(root / "datasets" / "fashion-mnist", "Keras's cache", MEND_CACHE)


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
    root = root.expanduser()
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
    return next((place for place in (program_cache(), keras_cache()) if not place.missing()), None)


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
