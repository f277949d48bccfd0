"""The first layer's weights after each epoch, to look at: a byte a weight, bounded in units and in epochs.

`snapshots.bin` is a row of records of one size, each with its own check sum: a reader during the training leaves out
the one that is being written. Nothing is synced to disk; a power failure may cost the latest.
"""

import os
import zlib
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.runs.files import RunFolderError, cannot, file_bytes, open_regular, read_regular, spoken

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "snapshots.bin"

MOST_UNITS = 64
"""Of a wider layer, the first ones."""

MOST_EPOCHS = 40
"""More are thinned, as `kept_epochs` says."""

LEVELS = 127


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    epoch: int
    """0: before the training."""
    strongest: "NDArray[np.float32]"
    """Shape (units,): each unit's largest absolute weight."""
    levels: "NDArray[np.int8]"
    """The shape of the kernel, units last: weights from -127 to 127, the strongest."""

    @property
    def kernel(self) -> "NDArray[np.float32]":
        """Each weight, wrong by at most half a level."""
        import numpy as np

        return np.multiply(self.levels, self.strongest / LEVELS, dtype=np.float32)


@cache
def kept_epochs(epochs: int) -> tuple[int, ...]:
    """Return the epochs of which a training of so many keeps snapshots: 0, all up to 20, then ever fewer, the last."""
    import numpy as np

    if epochs <= MOST_EPOCHS:
        return tuple(range(epochs + 1))
    every = MOST_EPOCHS // 2
    later = np.rint(np.geomspace(every, epochs, MOST_EPOCHS - every + 1)).astype(int)
    return (*range(every), *dict.fromkeys(later.tolist()))


def write_snapshot(folder: Path, epoch: int, epochs: int, kernel: "NDArray[np.float32]") -> None:
    """Write the first layer's kernel after an epoch of so many, units last; later snapshots are removed.

    The latest epoch is always there: one that is not kept gives its place to the next. A kernel that is not finite is
    not written.

    Raises:
        RunFolderError: the file cannot be written.
    """
    import numpy as np

    kernel = kernel[..., :MOST_UNITS]
    strongest = np.abs(kernel).reshape(-1, kernel.shape[-1]).max(axis=0)
    if not np.isfinite(strongest).all():
        return
    record = np.zeros((), _record(kernel.shape))
    record["epoch"], record["strongest"] = epoch, strongest
    record["levels"] = np.rint(kernel * np.divide(LEVELS, strongest, out=np.zeros_like(strongest), where=strongest > 0))
    record["check"] = _check(record)
    path = folder / NAME
    start = bisect_left(kept_epochs(epochs), epoch) * record.itemsize
    try:
        descriptor = open_regular(path, os.O_RDWR | os.O_CREAT)
        try:
            if os.pwrite(descriptor, record.tobytes(), start) < record.itemsize:
                raise RunFolderError(f"{spoken(path)}: cannot be written: no space left; free some")
            os.ftruncate(descriptor, start + record.itemsize)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise cannot("be written", path, error) from None


def read_snapshots(folder: Path, architecture: Architecture, epochs: int) -> tuple[Snapshot, ...]:
    """Return a run's snapshots by epoch, without damaged ones; RunFolderError if the file cannot be read."""
    import numpy as np

    record = _record(_kernel_shape(architecture))
    content = read_regular(folder / NAME, most_bytes(architecture, epochs))
    found: list[Snapshot] = []
    for each in np.frombuffer(content or b"", record, len(content or b"") // record.itemsize):
        whole = each["check"] == _check(each) and np.isfinite(each["strongest"]).all()
        if whole and (not found or each["epoch"] > found[-1].epoch):
            found.append(Snapshot(int(each["epoch"]), each["strongest"], each["levels"]))
    return tuple(found)


def most_bytes(architecture: Architecture, epochs: int) -> int:
    """Return how large the file becomes when all epochs are trained."""
    return len(kept_epochs(epochs)) * int(_record(_kernel_shape(architecture)).itemsize)


def snapshot_bytes(folder: Path) -> int | None:
    return file_bytes(folder / NAME)


def snapshots_changed(folder: Path) -> tuple[int, int, int] | None:
    """Return what differs after each snapshot; None where there is no file."""
    try:
        found = os.lstat(folder / NAME)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def _kernel_shape(architecture: Architecture) -> tuple[int, ...]:
    """Return the shape of the first kernel, without the units that are not kept."""
    *inputs, units = next(shapes["kernel"] for shapes in architecture.weights() if "kernel" in shapes)
    return (*inputs, min(units, MOST_UNITS))


def _record(shape: tuple[int, ...]) -> "np.dtype[np.void]":
    import numpy as np

    fields = [("check", "<u4"), ("epoch", "<u4"), ("strongest", "<f4", shape[-1:]), ("levels", "i1", shape)]
    return np.dtype(fields)


def _check(record: Any) -> int:
    return zlib.crc32(record.tobytes()[4:])
