"""Continue without a terminal, after a hang-up or in the background.

A terminal that is gone fails each write and ends each read, so its descriptors are redirected to the null device.
"""

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

TERMINAL_SIGNALS = (signal.SIGHUP, signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP)
"""Signals from the terminal that would end or stop the process."""


class TerminalConnection:
    """The descriptors that lead to the terminal."""

    def __init__(self, descriptors: Iterable[int]) -> None:
        self.dropped = False
        self._descriptors = tuple(descriptors)

    @contextmanager
    def including(self, descriptor: int) -> Iterator[None]:
        """Count a duplicate of one of the descriptors as part of the connection within a block."""
        before = self._descriptors
        self._descriptors = (*before, descriptor)
        try:
            yield
        finally:
            self._descriptors = before

    def drop(self) -> None:
        """Disconnect for good; main thread only, a signal handler included."""
        self.dropped = True
        for number in TERMINAL_SIGNALS:
            # Not SIG_IGN: where one came just before, Python would print that it "ignored due to race condition".
            signal.signal(number, lambda *_: None)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in self._descriptors:
            os.dup2(nowhere, descriptor, inheritable=descriptor <= 2)
        if nowhere not in self._descriptors:
            os.close(nowhere)
        with suppress(PermissionError):  # a process group leader cannot start a session
            os.setsid()


def line() -> TerminalConnection:
    return TerminalConnection(descriptor for descriptor in (0, 1, 2) if os.isatty(descriptor))


@contextmanager
def disconnect_on_hangup() -> Iterator[TerminalConnection]:
    """Let a hang-up disconnect the terminal instead of ending the program; under `nohup` it stays ignored."""
    held = line()

    def drop(*_: object) -> None:
        held.drop()

    before = signal.getsignal(signal.SIGHUP)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, drop)
    try:
        yield held
    finally:
        if not held.dropped:
            signal.signal(signal.SIGHUP, before)
