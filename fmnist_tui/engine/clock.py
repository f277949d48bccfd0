"""A clock that does not count the time in which the process is stopped, for example by Ctrl-Z."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class RunningClock:
    """A clock that can be stopped; `clock` returns seconds."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._state: tuple[float | None, float] = (None, 0.0)
        """When it was stopped (None while it runs) and the seconds it was stopped before; one tuple, so no lock."""

    def seconds(self) -> float:
        """Return seconds since an arbitrary start; may be called from any thread."""
        stopped_at, stopped = self._state
        return (self._clock() if stopped_at is None else stopped_at) - stopped

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop the clock inside the `with` block."""
        began, before = self._clock(), self._state[1]
        self._state = began, before
        try:
            yield
        finally:
            self._state = None, before + self._clock() - began


running_clock = RunningClock()


def stop_process() -> None:
    """Stop this process, as SIGTSTP does by default, until it is continued; main thread only.

    Without a shell that could continue it, the system does not stop it.
    """
    before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    with running_clock.stopped():
        signal.raise_signal(signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, before)


def stop_clock_on_suspension() -> None:
    """Do not count the time for which SIGTSTP (Ctrl-Z) stops this process; main thread only.

    Where the signal is ignored, it stays so.
    """
    if signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL:
        signal.signal(signal.SIGTSTP, lambda *_: stop_process())
