"""Other data of Fashion-MNIST's form: 28×28 grey images in ten classes, as four IDX files in a folder."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.files import (
    FILES,
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    DamagedFileError,
    DatasetError,
    PublishedFile,
    open_regular,
    unpacked_file,
)
from fmnist_tui.engine.dataset.places import DataFolder, named_place, require_all
from fmnist_tui.lab.layers import CLASSES
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.dataset import checked_name, name_of, no_folder, register

CLASS_FILE = "classes.txt"
MOST_IMAGES = 500_000
"""Most images in a file; so many take 400 MB."""
LONGEST_CLASS = 40
"""Most characters of a class's name."""
_LARGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True, eq=False)
class OtherData:
    identity: str
    arrays: tuple[npt.NDArray[np.uint8], ...]
    """In the order of `FILES`."""
    source: str


def read_other(dataset: str, directory: Path | None) -> OtherData:
    """Read the data called `dataset`, or of that identity, from `directory` or the folder in FMNIST_TUI_DATA.

    DatasetError names the file and what is wrong with it.
    """
    name = checked_name(name_of(dataset))
    place = named_place(directory)
    if place is None:
        raise no_folder(name)
    require_all(place)
    arrays, sums = [], {}
    for file in FILES:
        array, sums[file.name] = _read(_path(place, file), len(file.shape))
        arrays.append(array)
    _check(place, arrays)
    if all(sums[file.name] == file.md5 for file in FILES):
        raise DatasetError(f"{place.folder} holds Fashion-MNIST, not {visible(name)}; give their folder with --data")
    identity = register(name, len(arrays[0]), len(arrays[2]), _class_names(place.folder), sums, loaded=True)
    if "@" in dataset and identity != dataset:
        raise DatasetError(f"{place.folder} holds other images than this run's {name}; give their folder with --data")
    return OtherData(identity, tuple(arrays), f"{place.folder} ({place.source})")


def _path(place: DataFolder, file: PublishedFile) -> Path:
    path = place.path(file)
    if path is None:
        raise DatasetError(f"{place.folder / file.packed_name} was removed meanwhile; start again")
    return path


def _read(path: Path, dimensions: int) -> tuple[npt.NDArray[np.uint8], str]:
    """Return a file's array, read-only, and the MD5 of its uncompressed bytes."""
    start = 4 + 4 * dimensions
    largest = start + MOST_IMAGES * (784 if dimensions == 3 else 1)
    with unpacked_file(path, largest, f"a file of {MOST_IMAGES:,} images") as file:
        unpacked = file.read(largest + 1)
    if len(unpacked) < start or unpacked[:4] != bytes((0, 0, 8, dimensions)):
        what = "images" if dimensions == 3 else "labels"
        raise DamagedFileError(path, f"is not an IDX file of {what} as unsigned bytes")
    shape = tuple(int.from_bytes(unpacked[place : place + 4], "big") for place in range(4, start, 4))
    if dimensions == 3 and shape[1:] != (28, 28):
        raise DamagedFileError(path, f"holds images of {shape[1]}×{shape[2]}; they must be 28×28")
    if not 0 < shape[0] <= MOST_IMAGES:
        raise DamagedFileError(path, f"announces {shape[0]:,} entries; there must be 1 to {MOST_IMAGES:,}")
    size = start + int(np.prod(shape))
    if len(unpacked) != size:
        raise DamagedFileError(path, f"holds {len(unpacked):,} bytes, not the {size:,} that it announces")
    md5 = hashlib.md5(unpacked, usedforsecurity=False).hexdigest()
    return np.frombuffer(unpacked, np.uint8, offset=start).reshape(shape), md5


def _check(place: DataFolder, arrays: list[npt.NDArray[np.uint8]]) -> None:
    for images, labels in ((TRAIN_IMAGES, TRAIN_LABELS), (TEST_IMAGES, TEST_LABELS)):
        found, classes = arrays[FILES.index(images)], arrays[FILES.index(labels)]
        path = _path(place, labels)
        if len(found) != len(classes):
            raise DamagedFileError(path, f"has {len(classes):,} labels for {len(found):,} images")
        if (highest := int(classes.max())) >= CLASSES:
            raise DamagedFileError(path, f"has the label {highest}; the {CLASSES} classes are 0 to {CLASSES - 1}")
    found = arrays[FILES.index(TRAIN_LABELS)]
    if absent := sorted(set(range(CLASSES)).difference(np.unique(found).tolist())):
        missing = ", ".join(map(str, absent))
        raise DamagedFileError(_path(place, TRAIN_LABELS), f"has no image of class {missing}; there must be {CLASSES}")


def _class_names(folder: Path) -> tuple[str, ...]:
    """Return the names in `classes.txt`, a line each in label order; the labels where there is no such file."""
    path = folder / CLASS_FILE
    try:
        with open_regular(path, _LARGEST_TEXT, "a list of classes") as file:
            lines = file.read(_LARGEST_TEXT).decode("utf-8-sig").strip().splitlines()
    except FileNotFoundError:
        return tuple(map(str, range(CLASSES)))
    except UnicodeDecodeError:
        raise DamagedFileError(path, "is not UTF-8 text") from None
    except OSError as error:
        raise DamagedFileError(path, f"cannot be read ({error.strerror or error})") from error
    names = tuple(line.strip() for line in lines)
    if len(names) != CLASSES:
        raise DamagedFileError(path, f"has {len(names)} lines; it must name {CLASSES} classes, one a line")
    for number, name in enumerate(names, 1):
        if not name or len(name) > LONGEST_CLASS or not name.isprintable():
            said = f"1 to {LONGEST_CLASS} printable characters, not {visible(repr(name), 60)}"
            raise DamagedFileError(path, f"line {number}: a class's name has {said}")
    if len(set(names)) < CLASSES:
        raise DamagedFileError(path, "names two classes alike")
    return names
