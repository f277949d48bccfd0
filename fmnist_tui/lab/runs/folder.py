"""The folder of one run, as the training that works in it has it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fmnist_tui.lab.records.run import Curves, Run
from fmnist_tui.lab.runs.files import RunFolderError, cannot, open_regular, spoken
from fmnist_tui.lab.runs.journal import Journal, epoch_line, header_line, read_journal, resumed_line
from fmnist_tui.lab.runs.liveness import hold, is_held, let_go
from fmnist_tui.lab.runs.stopping import Stop, forget_stop, stop_asked

JOURNAL = "journal.jsonl"
ALIVE, CLAIM = "alive.lock", "claim.lock"
MODEL, BEST_MODEL = "model.keras", "best.keras"
SYNC_SECONDS = 1.0
"""How much training a power cut may cost: the journal is on disk that often, where epochs are shorter."""


class AtWorkError(RunFolderError):
    """Another program trains in the folder already."""


class RunFolder:
    """A run's folder; one thread works in it at a time, and others may look.

    Args:
        path: `runs/ID` beside the notebook; the folder above it must be there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None
        self._journal: int | None = None
        self._unwritten = b""
        self._synced = -SYNC_SECONDS

    @property
    def checkpoint(self) -> Path:
        """Where a training that is interrupted goes on from."""
        return self.path / "checkpoint.npz"

    @property
    def model(self) -> Path:
        """The network after the last epoch."""
        return self.path / MODEL

    @property
    def best_model(self) -> Path:
        """The network after the best epoch, where that is not the last."""
        return self.path / BEST_MODEL

    @property
    def is_alive(self) -> bool:
        """Whether a process works in the folder, be it this one."""
        return self._lock is not None or is_held(self.path / ALIVE)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Be alive for all who look, until the block is left; a block within a block changes nothing.

        Raises:
            AtWorkError: another program, or another part of this one, works in the folder.
            RunFolderError: the folder cannot be made or written.
        """
        if self._lock is not None:
            yield
            return
        try:
            self.path.mkdir(exist_ok=True)
        except OSError as error:
            raise cannot("be made", self.path, error) from None
        self._lock = hold(self.path / ALIVE)
        if self._lock is None:
            raise AtWorkError(f"{spoken(self.path)}: another program trains this run already; wait until it ends")
        try:
            yield
        finally:
            self._close_journal()
            let_go(self._lock)
            self._lock = None

    def begin(self, run: Run) -> None:
        """Begin the journal of a run, within `at_work`; go on with the journal that is there if it is that run's.

        Raises:
            RunFolderError: the journal cannot be written, or is another run's.
        """
        assert self._lock is not None, "nobody else may begin a journal meanwhile"
        self._close_journal()
        if not is_held(self.path / CLAIM):  # else who claimed it has, and may have been asked to stop since
            forget_stop(self.path)
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
        """Add the last epoch of the curves to the journal that was begun.

        Args:
            curves: with one epoch at least.
            seconds: what the training has taken until now.

        Raises:
            RunFolderError: the journal cannot be written; it is tried again with the next epoch.
        """
        self._unwritten += epoch_line(curves, seconds)
        self._write()

    def read(self) -> Journal | None:
        """Return what the journal tells, or None where there is none.

        Raises:
            RunFolderError: a journal that cannot be read.
        """
        return read_journal(self.path / JOURNAL)

    def stop_asked(self) -> Stop | None:
        """Return when the training is to stop, or None."""
        return stop_asked(self.path)

    def _end_of_torn_line(self) -> bytes:
        assert self._journal is not None
        size = os.fstat(self._journal).st_size
        return b"" if os.pread(self._journal, 1, size - 1) == b"\n" else b"\n"

    def _write(self) -> None:
        """Write what is not in the journal yet, in one piece: half of a line is taken back."""
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
