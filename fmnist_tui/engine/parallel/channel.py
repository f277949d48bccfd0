"""The line between a sweep and its workers: reports one way, a person's orders the other, as files in a folder.

Files, because every worker can reach them whatever executor it belongs to, be it a thread or a process. A worker
that is killed leaves nothing locked and nothing half written, no server has to be kept up or can be left behind, and
a look at a few files four times a second costs neither side anything.
"""

import pickle
from collections.abc import Callable, Collection
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

from fmnist_tui.engine.parallel.sweep_folder import SweepFolder
from fmnist_tui.engine.training.progress import Control, Progress
from fmnist_tui.lab.errors import UserError

PERIOD = 0.25
"""Seconds between two looks of either side."""


class Order(StrEnum):
    """What a person may ask of a training; it holds for as long as the training's file of that name is there."""

    STOP = "stop"
    STOP_AT_EPOCH_END = "stop-at-epoch-end"
    PAUSE = "pause"

    def path(self, folder: Path, name: str) -> Path:
        """Return the file by which a training is given the order."""
        return folder / f"{name}.{self}"


class SweepEnd:
    """The sweep's end: a private temporary folder, where orders are laid down and reports picked up.

    Raises:
        UserError: no temporary folder can be made.
    """

    def __init__(self) -> None:
        try:
            self._temporary = SweepFolder()
        except OSError as error:
            raise UserError(
                f"no temporary folder can be made: {error.strerror}; name another place in TMPDIR"
            ) from None
        self.folder = self._temporary.path
        self._seen: dict[str, tuple[int, int]] = {}
        """The inode and the time of change of each training's last progress."""

    def give(self, name: str, orders: Collection[Order]) -> None:
        """Let these orders hold for a training and no others."""
        for order in Order:
            with suppress(OSError):  # a full disk: it is given again at the next look
                if order in orders:
                    order.path(self.folder, name).touch()
                else:
                    order.path(self.folder, name).unlink(missing_ok=True)

    def progress(self, name: str) -> Progress | None:
        """Return a training's latest progress; None if it is the one of the last look, or there is none."""
        path = self.folder / name
        try:
            state = path.stat()
            mark = state.st_ino, state.st_mtime_ns
            if mark == self._seen.get(name):
                return None
            progress = pickle.loads(path.read_bytes())
        except OSError:
            return None
        self._seen[name] = mark
        assert isinstance(progress, Progress)
        return progress

    def close(self) -> None:
        """Remove the folder, by which workers that still train learn that nobody waits for them."""
        self._temporary.remove()


class WorkerEnd:
    """A worker's end for one training: a thread that sends its latest progress and obeys the orders.

    Args:
        folder: the sweep's.
        name: the training's, unlike all others of the sweep.
        first: the progress to begin with; it is there as soon as the line is entered.
        leave: called when the sweep has gone, after the training was told to stop.
    """

    def __init__(self, folder: Path, name: str, first: Progress, leave: Callable[[], None]) -> None:
        self.control = Control()
        """The person's flags, as far as the orders have come through."""
        self._folder = folder
        self._name = name
        self._latest = first
        self._sent: Progress | None = None
        self._leave = leave
        self._over = Event()
        self._thread = Thread(target=self._attend, name=f"line of {name}", daemon=True)

    def __enter__(self) -> "WorkerEnd":
        self._look()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        self._send_latest()

    def show(self, progress: Progress) -> None:
        """Keep a progress, to be sent at the next look: the training's sink."""
        self._latest = progress

    def _attend(self) -> None:
        while not self._over.wait(PERIOD):
            self._look()

    def _look(self) -> None:
        if not self._folder.is_dir():
            self.control.stop()
            self._leave()
            return
        orders = {order for order in Order if order.path(self._folder, self._name).exists()}
        if Order.STOP in orders:
            self.control.stop()
        if Order.STOP_AT_EPOCH_END in orders:
            self.control.stop_at_epoch_end()
        if Order.PAUSE in orders:
            self.control.pause()
        else:
            self.control.resume()
        self._send_latest()

    def _send_latest(self) -> None:
        if self._sent is not (latest := self._latest):
            with suppress(OSError):  # a full disk costs the progress, not the training
                self._send(latest)

    def _send(self, progress: Progress) -> None:
        draft = self._folder / f".{self._name}"
        draft.write_bytes(pickle.dumps(progress))
        draft.replace(self._folder / self._name)
        self._sent = progress
