"""The published IDX files of Fashion-MNIST: shapes, checksums and mirrors."""

import errno
import gzip
import hashlib
import math
import os
import stat
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from fmnist_tui.lab.errors import UserError


class DatasetError(UserError):
    """An error of the data that the user can correct."""


class DamagedFileError(DatasetError):
    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"{path} {problem}")
        self.problem = problem


class DownloadError(DatasetError):
    def __init__(self, what: str, mend: str) -> None:
        super().__init__(f"{what}; {mend}")
        self.what = what


class DownloadStoppedError(DownloadError):
    """The bytes received so far are kept."""


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """Unsigned bytes in IDX format, served gzip-compressed."""

    name: str
    """File name without `.gz`."""
    shape: tuple[int, ...]
    """Number of images or labels, then the size of an image."""
    md5: str
    """MD5 of the uncompressed bytes; compressed copies differ."""
    packed_size: int

    @property
    def packed_name(self) -> str:
        return f"{self.name}.gz"

    @property
    def header(self) -> bytes:
        """0, 0, 8 for unsigned bytes, the number of dimensions, and each dimension.

        Source: Yann LeCun's page of the MNIST database, "the IDX file format".
        """
        sizes = b"".join(size.to_bytes(4, "big") for size in self.shape)
        return bytes((0, 0, 8, len(self.shape))) + sizes

    @property
    def size(self) -> int:
        return len(self.header) + math.prod(self.shape)


TRAIN_IMAGES = PublishedFile(
    "train-images-idx3-ubyte", (60_000, 28, 28), "f4a8712d7a061bf5bd6d2ca38dc4d50a", packed_size=26_421_880
)
TRAIN_LABELS = PublishedFile(
    "train-labels-idx1-ubyte", (60_000,), "9018921c3c673c538a1fc5bad174d6f9", packed_size=29_515
)
TEST_IMAGES = PublishedFile(
    "t10k-images-idx3-ubyte", (10_000, 28, 28), "8181f5470baa50b63fa0f6fddb340f0a", packed_size=4_422_102
)
TEST_LABELS = PublishedFile("t10k-labels-idx1-ubyte", (10_000,), "15d484375f8d13e6eb1aabb0c3f46965", packed_size=5_148)

FILES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)

MIRRORS = (
    "https://storage.googleapis.com/tensorflow/tf-keras-datasets/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)
"""Base URLs of the compressed files: Keras's copy, then Zalando's own, which has no https."""


GZIP_MAGIC = b"\x1f\x8b"
MAX_OVERHEAD = 1 << 20
"""Most bytes by which gzip may make a file longer."""


def read(path: Path, published: PublishedFile) -> npt.NDArray[np.uint8]:
    """Return a file, compressed or not, as a read-only array; DamagedFileError if it is not the published one."""
    header = published.header
    unpacked = _unpack(path, published)
    if not unpacked.startswith(header):
        shape = "×".join(str(size) for size in published.shape)
        raise DamagedFileError(path, f"is not an IDX file of {shape} bytes")
    if len(unpacked) != published.size:
        more = "more than" if len(unpacked) > published.size else f"{len(unpacked):,} of"
        raise DamagedFileError(path, f"holds {more} the {published.size:,} bytes it should")
    if (md5 := hashlib.md5(unpacked, usedforsecurity=False).hexdigest()) != published.md5:
        raise DamagedFileError(path, f"does not hold the published bytes (MD5 {md5}, published {published.md5})")
    return np.frombuffer(unpacked, np.uint8, offset=len(header)).reshape(published.shape)


def _unpack(path: Path, published: PublishedFile) -> bytes:
    """Return up to one byte more than published, to notice a longer file; of another file only the header."""
    header = published.header
    with unpacked_file(path, published.size) as file:
        start = file.read(len(header))
        return start + file.read(published.size + 1 - len(header)) if start == header else start


@contextmanager
def unpacked_file(
    path: Path, most: int, what: str = "the published file"
) -> Generator[BinaryIO | gzip.GzipFile, None, None]:
    """Open a file, compressed or not, to read its unpacked bytes.

    DamagedFileError, also where reading fails: it has more than `most` bytes and what gzip may add (`what` names a file
    of that size), it cannot be read, or does not unpack.
    """
    try:
        with open_regular(path, most + MAX_OVERHEAD, what) as file:
            packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
            file.seek(0)
            yield gzip.GzipFile(fileobj=file) if packed else file
    except EOFError:
        raise DamagedFileError(path, "is cut short: it ends within its gzip stream") from None
    except (gzip.BadGzipFile, zlib.error):
        raise DamagedFileError(path, "is damaged: its gzip stream does not unpack") from None
    except OSError as error:
        raise DamagedFileError(path, f"cannot be read ({error.strerror or error})") from error


def open_regular(path: Path, most: int, what: str) -> BinaryIO:
    """Open a regular file without waiting for a FIFO; OSError if it is none, DamagedFileError if it is too long."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        state = os.fstat(descriptor)
        if stat.S_ISDIR(state.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        if state.st_size > most:
            raise DamagedFileError(path, f"has {state.st_size:,} bytes, more than {what} however it is packed")
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")
