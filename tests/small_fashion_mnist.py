"""A small Fashion-MNIST: four files of the same names with few images and their own checksums."""

import gzip
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from fmnist_tui.engine.dataset.files import FILES, PublishedFile

TRAIN_COUNT = 500
TEST_COUNT = 20


@dataclass(frozen=True, slots=True)
class Edition:
    """Four small published files and their bytes."""

    files: tuple[PublishedFile, ...]
    """In the order of `published.FILES`."""
    unpacked: dict[str, bytes]
    """Uncompressed bytes by file name without `.gz`."""

    def packed(self, file: PublishedFile) -> bytes:
        return pack(self.unpacked[file.name])

    def write(self, folder: Path, *, packed: bool = True) -> Path:
        """Write all four files to a folder, which is created, and return it."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.files:
            if packed:
                (folder / file.packed_name).write_bytes(self.packed(file))
            else:
                (folder / file.name).write_bytes(self.unpacked[file.name])
        return folder


def pack(content: bytes) -> bytes:
    """Compress with gzip, with the same result each time."""
    return gzip.compress(content, compresslevel=1, mtime=0)


def make_small_fashion_mnist() -> Edition:
    """Make the files: images of noise, and labels 0 … 9 in turn."""
    files, unpacked = [], {}
    for file in FILES:
        count = TRAIN_COUNT if file.name.startswith("train") else TEST_COUNT
        small = replace(file, shape=(count, *file.shape[1:]))
        if len(small.shape) == 1:
            body = bytes(label % 10 for label in range(count))
        else:
            body = np.random.default_rng(count).integers(0, 256, small.shape, np.uint8).tobytes()
        unpacked[file.name] = small.header + body
        md5 = hashlib.md5(unpacked[file.name]).hexdigest()
        files.append(replace(small, md5=md5, packed_size=len(pack(unpacked[file.name]))))
    return Edition(tuple(files), unpacked)
