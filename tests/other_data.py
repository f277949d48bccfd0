"""A teacher's own small data of Fashion-MNIST's form: ten bright rows, one for each class."""

import gzip
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fmnist_tui.lab.records.dataset import register

FILES = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
LETTERS = tuple(f"letter {letter}" for letter in "ABCDEFGHIJ")

KANA_SUMS = {"train-images-idx3-ubyte": "0" * 32, "t10k-images-idx3-ubyte": "1" * 32}
KANA_CLASSES = tuple(f"kana {n}|" for n in range(10))
KANA = register("kana", 600, 100, KANA_CLASSES, KANA_SUMS)
OTHER_KANA = register("kana", 600, 100, KANA_CLASSES, KANA_SUMS | {"t10k-images-idx3-ubyte": "2" * 32})
"""Data of the same name with other test images."""


def idx(array: npt.NDArray[np.uint8]) -> bytes:
    sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return bytes((0, 0, 8, array.ndim)) + sizes + array.tobytes()


def images_of(labels: npt.NDArray[np.uint8], brightness: int = 255) -> npt.NDArray[np.uint8]:
    images = np.zeros((len(labels), 28, 28), np.uint8)
    for image, label in zip(images, labels.tolist(), strict=True):
        image[2 * label + 4] = brightness
    return images


def write_letters(
    folder: Path, *, classes: tuple[str, ...] | None = LETTERS, brightness: int = 255, packed: bool = True
) -> Path:
    """Write 200 training and 50 test images, with their classes' names, to a folder, and return it."""
    folder.mkdir(parents=True)
    for kind, count in (("train", 200), ("t10k", 50)):
        labels = np.arange(count, dtype=np.uint8) % 10
        write(folder, f"{kind}-images-idx3-ubyte", idx(images_of(labels, brightness)), packed=packed)
        write(folder, f"{kind}-labels-idx1-ubyte", idx(labels), packed=packed)
    if classes is not None:
        (folder / "classes.txt").write_text("\n".join(classes) + "\n", encoding="utf-8")
    return folder


def write(folder: Path, name: str, content: bytes, *, packed: bool = True) -> None:
    if packed:
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, compresslevel=1, mtime=0))
    else:
        (folder / name).write_bytes(content)
