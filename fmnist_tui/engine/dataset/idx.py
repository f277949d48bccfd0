"""Reading the published files and telling whether they are whole."""

import gzip
import hashlib
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fmnist_tui.engine.dataset.errors import DamagedFile
from fmnist_tui.engine.dataset.published import PublishedFile

GZIP_MAGIC = b"\x1f\x8b"


def read(path: Path, published: PublishedFile) -> npt.NDArray[np.uint8]:
    """The file's bytes as a read-only array of the published shape; `path` may be packed with gzip or not.

    The sum vouches for everything behind the header, so labels are 0 … 9 without a look at them.

    Raises:
        DamagedFile: it cannot be read, is cut short, has another shape, or its bytes are not the published ones.
    """
    unpacked = _unpack(path, published)
    header = published.header
    if unpacked[: len(header)] != header:
        shape = "×".join(str(size) for size in published.shape)
        raise DamagedFile(path, f"is not an IDX file of {shape} bytes")
    if len(unpacked) != published.size:
        more = "more than" if len(unpacked) > published.size else f"{len(unpacked):,} of"
        raise DamagedFile(path, f"holds {more} the {published.size:,} bytes it should")
    if (md5 := hashlib.md5(unpacked, usedforsecurity=False).hexdigest()) != published.md5:
        raise DamagedFile(path, f"does not hold the published bytes (MD5 {md5}, published {published.md5})")
    return np.frombuffer(unpacked, np.uint8, offset=len(header)).reshape(published.shape)


def _unpack(path: Path, published: PublishedFile) -> bytes:
    """Up to one byte more than the file should have, so that a longer one is noticed and no bomb goes off."""
    limit = published.size + 1
    try:
        with path.open("rb") as file:
            packed = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
            file.seek(0)
            return gzip.GzipFile(fileobj=file).read(limit) if packed else file.read(limit)
    except EOFError:
        raise DamagedFile(path, "is cut short: it ends within its gzip stream") from None
    except (gzip.BadGzipFile, zlib.error):
        raise DamagedFile(path, "is damaged: its gzip stream does not unpack") from None
    except OSError as error:
        raise DamagedFile(path, f"cannot be read ({error.strerror or error})") from error
