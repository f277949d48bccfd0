import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from fmnist_tui.engine.dataset import files
from fmnist_tui.engine.dataset.files import DatasetError, DownloadError, PublishedFile
from fmnist_tui.engine.pinning import keras_home
from fmnist_tui.lab.folders import cache_folder, expanded, home

DATA_VARIABLE = "FMNIST_TUI_DATA"
MEND_CACHE = "delete it, or fetch it again with `fmnist-tui data --fetch`"
MEND_NAMED = "put the published file in its place, or name another folder"


@dataclass(frozen=True, slots=True)
class DataFolder:
    folder: Path
    source: str
    """What the folder is, such as "the program's cache"."""
    mend: str

    def path(self, file: PublishedFile) -> Path | None:
        """Return the path of a file, compressed or not."""
        candidates = (self.folder / file.packed_name, self.folder / file.name)
        return next((path for path in candidates if _is_file(path)), None)

    def missing(self) -> list[PublishedFile]:
        return [file for file in files.FILES if self.path(file) is None]


def program_cache() -> DataFolder:
    """DownloadError without a home folder."""
    if (folder := cache_folder()) is None:
        raise _no_home("to keep a download in")
    return DataFolder(folder / "fashion-mnist", "the program's cache", MEND_CACHE)


def keras_cache() -> DataFolder:
    """Return the folder of `keras.datasets.fashion_mnist`; DownloadError without a home folder."""
    if named := keras_home(os.environ):
        return DataFolder(Path(named) / "datasets" / "fashion-mnist", "Keras's cache", MEND_CACHE)
    if (home_folder := home()) is None:
        raise _no_home("with Keras's cache in it")
    return DataFolder(home_folder / ".keras" / "datasets" / "fashion-mnist", "Keras's cache", MEND_CACHE)


def _no_home(what_for: str) -> DownloadError:
    mend = "set HOME to one that is there, or name the folder of the four files with --data"
    return DownloadError(f"there is no home folder {what_for}", mend)


def caches() -> list[DataFolder]:
    places = []
    for cache in (program_cache, keras_cache):
        with suppress(DownloadError):
            places.append(cache())
    return places


def named_place(directory: Path | None) -> DataFolder | None:
    """Return the folder given with `--data`, otherwise that in FMNIST_TUI_DATA.

    The files may be in the folder itself or, as in KERAS_HOME, in its `datasets/fashion-mnist`.
    """
    variable = os.environ.get(DATA_VARIABLE)
    if directory is not None and str(directory) != variable:  # the option takes its default from there
        root, source = directory, "the folder given with --data"
    elif variable:
        root, source = Path(variable), f"the folder that {DATA_VARIABLE} names"
    else:
        return None
    root = expanded(root)
    layouts = (root, root / "fashion-mnist", root / "datasets" / "fashion-mnist")
    return min((DataFolder(folder, source, MEND_NAMED) for folder in layouts), key=lambda place: len(place.missing()))


def find(directory: Path | None) -> DataFolder | None:
    """Return the first place that has all four files, whatever they hold; DatasetError if a given folder lacks one."""
    if (named := named_place(directory)) is not None:
        require_all(named)
        return named
    return next((place for place in caches() if not place.missing()), None)


def require_all(place: DataFolder) -> None:
    here = f"{place.folder}, {place.source},"
    if not os.access(place.folder, os.F_OK):
        raise DatasetError(f"{here} does not exist; name the folder that holds the four files")
    if not place.folder.is_dir():
        raise DatasetError(f"{here} is not a folder; name the folder that holds the four files")
    if missing := place.missing():
        names = ", ".join(file.packed_name for file in missing)
        raise DatasetError(f"{here} lacks {names}; put what is missing there, or name another folder")


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # no permission
        return False
