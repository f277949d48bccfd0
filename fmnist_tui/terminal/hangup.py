"""Going on without a terminal: when its line drops, and when a person wants the prompt back.

A terminal that is gone answers each write with an error, and each read with nothing, at once and for ever. So whoever
goes on without one lets its descriptors lead nowhere.
"""

import os
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress

OF_TERMINALS = (signal.SIGHUP, signal.SIGTTOU, signal.SIGTTIN, signal.SIGTSTP)
"""What the system tells a process about its terminal, by which it would end or stop."""


class Line:
    """The line to the terminal, while there is one.

    Args:
        descriptors: those that lead to the terminal now; what leads to a file or a pipe is not the terminal's.
    """

    def __init__(self, descriptors: Iterable[int]) -> None:
        self.dropped = False
        """Whether the terminal was let go of."""
        self._descriptors = tuple(descriptors)

    def drop(self) -> None:
        """Let go of the terminal, for ever; main thread only, a signal handler included."""
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
    """Return the line to the terminal of the standard descriptors."""
    return Line(descriptor for descriptor in (0, 1, 2) if os.isatty(descriptor))


@contextmanager
def surviving_hangup() -> Iterator[Line]:
    """Let a hang-up end the line and not the program; yields the line. What `nohup` started is deaf to it already."""
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
