"""Seconds for measuring a training: those in which the process was stopped, as by Ctrl-Z, do not count."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class RunningClock:
    """A clock that stands still while the process is stopped.

    Args:
        clock: tells seconds, whether or not the process runs.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._state: tuple[float | None, float] = (None, 0.0)
        """When it was stopped, if it is now, and for how many seconds it was stopped before: replaced as one."""

    def seconds(self) -> float:
        """Return the seconds so far, for differences alone; may be called from any thread."""
        stopped_at, stopped = self._state
        return (self._clock() if stopped_at is None else stopped_at) - stopped

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Let the clock stand still while the context lasts."""
        began, before = self._clock(), self._state[1]
        self._state = began, before
        try:
            yield
        finally:
            self._state = None, before + self._clock() - began


running_clock = RunningClock()
"""The clock of this process."""
