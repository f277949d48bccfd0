"""Read and check the published IDX files."""

import errno
import gzip
import hashlib
import os
import stat
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.errors import DamagedFileError
from fmnist_tui.engine.dataset.published import PublishedFile

GZIP_MAGIC = b"\x1f\x8b"
MAX_OVERHEAD = 1 << 20
"""Most bytes by which gzip may make a file longer."""


def read(path: Path, published: PublishedFile) -> npt.NDArray[np.uint8]:
    """Return a file, gzip-compressed or not, as a read-only array of the published shape.

    The MD5 sum is checked, so labels are known to be 0 … 9.

    Raises:
        DamagedFileError: the file cannot be read, is cut short, has another shape, or is not the published one.
    """
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
    try:
        with _open(path, published.size + MAX_OVERHEAD) as file:
            packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
            file.seek(0)
            unpacked = gzip.GzipFile(fileobj=file) if packed else file
            start = unpacked.read(len(header))
            return start + unpacked.read(published.size + 1 - len(header)) if start == header else start
    except EOFError:
        raise DamagedFileError(path, "is cut short: it ends within its gzip stream") from None
    except (gzip.BadGzipFile, zlib.error):
        raise DamagedFileError(path, "is damaged: its gzip stream does not unpack") from None
    except OSError as error:
        raise DamagedFileError(path, f"cannot be read ({error.strerror or error})") from error


def _open(path: Path, most: int) -> BinaryIO:
    """Open a regular file of at most `most` bytes, without waiting for a FIFO.

    Raises:
        OSError: it cannot be opened or is not a regular file.
        DamagedFileError: it is longer.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        state = os.fstat(descriptor)
        if stat.S_ISDIR(state.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not stat.S_ISREG(state.st_mode):
            raise OSError(errno.EINVAL, "not a regular file")
        if state.st_size > most:
            raise DamagedFileError(
                path, f"has {state.st_size:,} bytes, more than the published file however it is packed"
            )
    except BaseException:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")
