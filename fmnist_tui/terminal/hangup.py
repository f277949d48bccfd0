"""Go on without a terminal, after a hang-up or when a person wants the prompt back.

A terminal that is gone fails each write and returns end of file for each read, so the descriptors that lead
to it are redirected to the null device.
"""

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

OF_TERMINALS = (signal.SIGHUP, signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP)
"""Signals from the terminal that would end or stop the process."""


class Line:
    """The connection to the terminal.

    Args:
        descriptors: those that lead to the terminal now, not to a file or a pipe.
    """

    def __init__(self, descriptors: Iterable[int]) -> None:
        self.dropped = False
        self._descriptors = tuple(descriptors)

    def drop(self) -> None:
        """Disconnect from the terminal for good; main thread only, a signal handler included."""
        self.dropped = True
        for number in OF_TERMINALS:
            signal.signal(number, signal.SIG_IGN)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for descriptor in self._descriptors:
            os.dup2(nowhere, descriptor, inheritable=descriptor <= 2)
        if nowhere not in self._descriptors:
            os.close(nowhere)
        with suppress(PermissionError):  # the first of a group of processes stays in its session
            os.setsid()


def line() -> Line:
    """Return the connection of the standard descriptors."""
    return Line(descriptor for descriptor in (0, 1, 2) if os.isatty(descriptor))


@contextmanager
def surviving_hangup() -> Iterator[Line]:
    """Let a hang-up disconnect the terminal instead of ending the program; yields the connection.

    Under `nohup` SIGHUP is ignored already and stays so.
    """
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
