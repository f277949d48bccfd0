"""The temporary folder of a sweep: progress one way, orders the other."""

import fcntl
import os
import pickle
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from threading import Event, Thread
from types import TracebackType

from fmnist_tui.engine.training.progress import Control, Progress
from fmnist_tui.lab.errors import UserError

PREFIX = "fmnist-tui-"
LOCK = ".lock"
"""The file locked by the sweep's process; the system unlocks it when the process dies."""
OVER = "-over"

_NAME = re.compile(rf"{PREFIX}[a-z0-9_]{{8}}(?:{OVER})?")
_TRIES = 5
_OLD_SECONDS = 24 * 3600.0
"""Age after which a folder without a lock file is removed."""


class SweepFolder:
    """A private folder, locked by this process; OSError if none can be created."""

    def __init__(self) -> None:
        for _ in range(_TRIES):
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._lock = _locked(self.path, os.O_CREAT | os.O_EXCL)
            if (self.path / LOCK).exists():
                break
            # Another program removed it as a leftover before it was locked.

    def remove(self) -> None:
        _remove(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def clear_leftovers() -> None:
    """Remove this user's sweep folders whose process was killed, not through symbolic links."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for path in [Path(entry.path) for entry in entries if _NAME.fullmatch(entry.name)]:
            with suppress(OSError):
                _clear(path)


def _clear(path: Path) -> None:
    state = path.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.geteuid():
        return
    try:
        lock = _locked(path)
    except FileNotFoundError:  # from an older version, half removed, or not locked yet
        if path.name.endswith(OVER) or time.time() - state.st_mtime > _OLD_SECONDS:
            _remove(path)
        return
    if lock is not None:
        _remove(path)
        os.close(lock)


def _locked(path: Path, flags: int = 0) -> int | None:
    """Lock a folder; None if another process has the lock or locks do not work."""
    flags |= os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path / LOCK, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _remove(path: Path) -> None:
    # Renamed first, so that a worker cannot write into it while it is being emptied.
    with suppress(OSError):  # it is gone
        over = path if path.name.endswith(OVER) else path.rename(path.with_name(f"{path.name}{OVER}"))
        shutil.rmtree(over, ignore_errors=True)


PERIOD = 0.25
"""Seconds between two looks at what a training does, and at what it is ordered."""


class WorkerOrder(StrEnum):
    """In force while the file of its name exists."""

    STOP = "stop"
    STOP_AT_EPOCH_END = "stop-at-epoch-end"
    PAUSE = "pause"

    def path(self, folder: Path, name: str) -> Path:
        return folder / f"{name}.{self}"


def orders_of(control: Control) -> set[WorkerOrder]:
    orders = set[WorkerOrder]()
    if control.stopping_now:
        orders.add(WorkerOrder.STOP)
    if control.stopping:
        orders.add(WorkerOrder.STOP_AT_EPOCH_END)
    if control.paused:
        orders.add(WorkerOrder.PAUSE)
    return orders


def obey_orders(control: Control, orders: Collection[WorkerOrder]) -> None:
    if WorkerOrder.STOP in orders:
        control.stop()
    if WorkerOrder.STOP_AT_EPOCH_END in orders:
        control.stop_at_epoch_end()
    if WorkerOrder.PAUSE in orders:
        control.pause()
    else:
        control.resume()


class WorkerLink:
    """The sweep's side; UserError if no temporary folder can be created."""

    def __init__(self) -> None:
        try:
            self._temporary = SweepFolder()
        except OSError as error:
            raise UserError(
                f"no temporary folder can be made: {error.strerror}; name another place in TMPDIR"
            ) from None
        self.folder = self._temporary.path
        self._seen: dict[str, tuple[int, int]] = {}

    def give(self, name: str, orders: Collection[WorkerOrder]) -> None:
        """Set the orders of a training; others are withdrawn."""
        for order in WorkerOrder:
            with suppress(OSError):  # a full disk: tried again at the next exchange
                if order in orders:
                    order.path(self.folder, name).touch()
                else:
                    order.path(self.folder, name).unlink(missing_ok=True)

    def progress(self, name: str) -> Progress | None:
        """Return the latest progress, or None if there is no new one."""
        path = self.folder / name
        try:
            stat = path.stat()
            version = stat.st_ino, stat.st_mtime_ns
            if version == self._seen.get(name):
                return None
            progress = pickle.loads(path.read_bytes())
        except OSError:
            return None
        self._seen[name] = version
        assert isinstance(progress, Progress)
        return progress

    def close(self) -> None:
        """Remove the folder; workers that still train notice it and stop."""
        self._temporary.remove()


class SweepLink:
    """The worker's side: a thread that sends the latest progress and obeys orders.

    `leave` is called when the sweep's folder is gone, after `control.stop()`.
    """

    def __init__(self, folder: Path, name: str, first: Progress, leave: Callable[[], None]) -> None:
        self.control = Control()
        self._folder = folder
        self._name = name
        self._latest = first
        self._sent: Progress | None = None
        self._leave = leave
        self._over = Event()
        self._thread = Thread(target=self._run, name=f"channel of {name}", daemon=True)

    def __enter__(self) -> "SweepLink":
        self._exchange()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()
        self._send_latest()

    def show(self, progress: Progress) -> None:
        self._latest = progress

    def _run(self) -> None:
        while not self._over.wait(PERIOD):
            self._exchange()

    def _exchange(self) -> None:
        if not self._folder.is_dir():
            self.control.stop()
            self._leave()
            return
        obey_orders(self.control, {order for order in WorkerOrder if order.path(self._folder, self._name).exists()})
        self._send_latest()

    def _send_latest(self) -> None:
        if self._sent is not (latest := self._latest):
            with suppress(OSError):  # a full disk must not end the training
                self._send(latest)

    def _send(self, progress: Progress) -> None:
        draft = self._folder / f".{self._name}"
        draft.write_bytes(pickle.dumps(progress))
        draft.replace(self._folder / self._name)
        self._sent = progress
