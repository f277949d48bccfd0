import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise

READINGS = 256
"""How many readings are remembered: a thread may read the clock before another learns that the process was stopped."""


class RunningClock:
    """Leaves out the time in which the process is stopped, for example by Ctrl-Z.

    `clock` and `work` return seconds of wall time and of this process's processors.
    """

    def __init__(
        self, clock: Callable[[], float] = time.perf_counter, work: Callable[[], float] = time.process_time
    ) -> None:
        self._clock = clock
        self._work = work
        self._readings = deque[tuple[float, float]](maxlen=READINGS)
        self._state: tuple[float | None, float] = (None, 0.0)
        """When it was stopped (None while it runs) and the seconds it was stopped before; one tuple, so no lock."""

    def seconds(self) -> float:
        """Return seconds since an arbitrary start; from any thread."""
        stopped_at, stopped = self._state
        seconds = (self._clock() if stopped_at is None else stopped_at) - stopped
        self._readings.append((seconds, self._work()))
        return seconds

    def leave_out_stop(self) -> None:
        """Leave out a stop by SIGSTOP, on SIGCONT; main thread only.

        SIGSTOP announces itself to no process, so the stop is the longest time without work between two readings.
        """
        self.seconds()
        stopped_at, stopped = self._state
        idle = [then - now + worked - works for (now, worked), (then, works) in pairwise(tuple(self._readings))]
        if stopped_at is None:
            self._state = None, stopped + max([0.0, *idle])
        self._readings.clear()

    @contextmanager
    def stopped(self) -> Iterator[None]:
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
    """Leave out stops by SIGTSTP (Ctrl-Z) and SIGSTOP; main thread only. An ignored SIGTSTP stays ignored."""
    signal.signal(signal.SIGCONT, lambda *_: running_clock.leave_out_stop())
    if signal.getsignal(signal.SIGTSTP) is signal.SIG_DFL:
        signal.signal(signal.SIGTSTP, lambda *_: stop_process())
