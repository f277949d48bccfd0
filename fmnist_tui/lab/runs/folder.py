import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from fmnist_tui.lab.records.run import Curves, Run
from fmnist_tui.lab.runs.files import RunFolderError, cannot, open_regular, spoken
from fmnist_tui.lab.runs.journal import Journal, epoch_line, header_line, read_journal, resumed_line
from fmnist_tui.lab.runs.liveness import is_held, release_lock, take_lock
from fmnist_tui.lab.runs.pausing import set_paused
from fmnist_tui.lab.runs.stopping import Stop, clear_stop, stop_asked

JOURNAL = "journal.jsonl"
ALIVE, CLAIM = "alive.lock", "claim.lock"
MODEL, BEST_MODEL = "model.keras", "best.keras"
SYNC_SECONDS = 1.0
"""Maximum training time lost by a power failure: short epochs are synced to disk this often."""


class Saving(NamedTuple):
    """What a training saves in its run's folder beside its results."""

    weights: bool = True
    model: bool = False
    """Whether to save Keras models: `MODEL`, and `BEST_MODEL` if the best epoch is another than the last."""


WEIGHTS_ALONE = Saving()


class AlreadyTrainingError(RunFolderError):
    pass


class RunFolder:
    """The folder `runs/ID` beside a notebook; used by one thread at a time, readable by others.

    Methods raise RunFolderError if its files cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None
        self._journal: int | None = None
        self._unwritten = b""
        self._synced = -SYNC_SECONDS

    @property
    def checkpoint(self) -> Path:
        return self.path / "checkpoint.npz"

    @property
    def model(self) -> Path:
        return self.path / MODEL

    @property
    def is_alive(self) -> bool:
        """Whether a process, this one included, works in the folder."""
        return self._lock is not None or is_held(self.path / ALIVE)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder's lock within a block, which may be nested; AlreadyTrainingError if another has it."""
        if self._lock is not None:
            yield
            return
        try:
            self.path.mkdir(exist_ok=True)
        except OSError as error:
            raise cannot("be made", self.path, error) from None
        self._lock = take_lock(self.path / ALIVE)
        if self._lock is None:
            raise AlreadyTrainingError(
                f"{spoken(self.path)}: another program trains this run already; wait until it ends"
            )
        try:
            yield
        finally:
            self._close_journal()
            release_lock(self._lock)
            self._lock = None

    def begin(self, run: Run) -> None:
        """Start the run's journal, or continue its own; RunFolderError for another run's. Call it within `locked`."""
        assert self._lock is not None, "begin must be called within locked"
        self._close_journal()
        if not is_held(self.path / CLAIM):  # else the claim did; a stop may have been requested since
            clear_requests(self.path)
        path = self.path / JOURNAL
        known = self.read()
        if known and (known.run.id, known.run.recipe, known.run.seed) != (run.id, run.recipe, run.seed):
            raise RunFolderError(f"{spoken(path)}: the journal of another run; remove it")
        try:
            self._journal = open_regular(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | (0 if known else os.O_TRUNC))
            self._unwritten = self._end_of_torn_line() + resumed_line() if known else header_line(run)
        except OSError as error:
            raise cannot("be written", path, error) from None
        self._write()

    def add_epoch(self, curves: Curves, seconds: float) -> None:
        """Append the last epoch to the journal; after an error, the next epoch tries again."""
        self._unwritten += epoch_line(curves, seconds)
        self._write()

    def read(self) -> Journal | None:
        return read_journal(self.path / JOURNAL)

    def stop_asked(self) -> Stop | None:
        return stop_asked(self.path)

    def _end_of_torn_line(self) -> bytes:
        assert self._journal is not None
        size = os.fstat(self._journal).st_size
        return b"" if os.pread(self._journal, 1, size - 1) == b"\n" else b"\n"

    def _write(self) -> None:
        if self._journal is None:
            return
        path = self.path / JOURNAL
        try:
            end = os.fstat(self._journal).st_size
            if os.write(self._journal, self._unwritten) < len(self._unwritten):
                os.ftruncate(self._journal, end)
                raise RunFolderError(f"{spoken(path)}: cannot be written: no space left; free some")
            self._unwritten = b""
            if time.monotonic() - self._synced >= SYNC_SECONDS:
                os.fsync(self._journal)
                self._synced = time.monotonic()
        except OSError as error:
            raise cannot("be written", path, error) from None

    def _close_journal(self) -> None:
        if self._journal is not None:
            os.close(self._journal)
            self._journal, self._unwritten = None, b""


def clear_requests(folder: Path) -> None:
    """Remove what was asked of an earlier training; RunFolderError if that fails."""
    from fmnist_tui.lab.runs.queue_orders import take_orders

    clear_stop(folder)
    set_paused(folder, False)
    take_orders(folder)


def claim(folder: Path, run: Run) -> int:
    """Write the journal's header and return the lock's descriptor; AlreadyTrainingError if another has it."""
    run_folder = RunFolder(folder)
    with run_folder.locked():
        held = take_lock(folder / CLAIM)
        if held is None:
            raise AlreadyTrainingError("another program trains this run already; wait until it ends")
        try:
            clear_requests(folder)
            run_folder.begin(run)
        except BaseException:
            release_lock(held)
            raise
    return held


def is_claimed(folder: Path) -> bool:
    return is_held(folder / CLAIM)
