"""Keep other output off the screen while the app runs.

Textual draws on file descriptor 2, and TensorFlow's C++ code logs there too. So descriptor 2 leads to a log file,
and Textual draws on a duplicate of the original.
"""

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, suppress
from pathlib import Path
from typing import Any

from fmnist_tui.lab.folders import log_folder
from fmnist_tui.terminal.hangup import TerminalConnection

_LOG_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class _Lasting(io.FileIO):
    """A terminal whose writes never fail: after a hang-up, an error would end Textual's writer thread and the app."""

    def write(self, text: Any, /) -> int:
        try:
            return super().write(text) or 0
        except OSError:
            return len(text)


def duplicate(descriptor: int) -> io.TextIOWrapper:
    """Return a text file on a duplicate of a descriptor, which stays when that is redirected; its writes never fail."""
    raw = _Lasting(os.dup(descriptor), "w")
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding="utf-8", line_buffering=True)


def log_path() -> Path:
    """Return the log of standard error, the null device if there is none."""
    if folder := log_folder():
        path = folder / "stderr.log"
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, _LOG_FLAGS, 0o600))
            return path
    return Path(os.devnull)


@contextmanager
def redirected_stderr(log: Path) -> Iterator[TerminalConnection]:
    """Give Textual the terminal alone; everything else on descriptor 2 goes to the log, which is truncated."""
    sys.stderr.flush()
    original = sys.__stderr__
    kept = os.dup(2)
    # With standard error redirected, the app is drawn on standard output.
    terminal = next((each for each in (2, 1) if os.isatty(each)), 2)
    drawing = duplicate(terminal)
    target = os.open(log, _LOG_FLAGS, 0o600)
    os.dup2(target, 2)
    os.close(target)
    sys.__stderr__ = drawing  # type: ignore[misc]
    try:
        yield TerminalConnection((0, 1, kept, drawing.fileno()))
    finally:
        drawing.flush()
        sys.__stderr__ = original  # type: ignore[misc]
        os.dup2(kept, 2)
        os.close(kept)
        drawing.close()


def start_resource_tracker() -> None:
    """Start multiprocessing's resource tracker before any training in another process.

    It inherits the descriptor of `sys.stderr`, which Textual replaces by an object without one, so the log takes
    its place. SIGHUP is blocked because the tracker must outlive the terminal.
    """
    from multiprocessing import resource_tracker  # slow to import

    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
    with os.fdopen(2, "w", closefd=False) as log, redirect_stderr(log):
        resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
