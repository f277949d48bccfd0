"""Signals that ask a command to stop."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def stop_on_signal(
    stop: Callable[[], object] | None = None, signals: tuple[signal.Signals, ...] = (signal.SIGINT, signal.SIGTERM)
) -> Iterator[Callable[[], int]]:
    """Let the first signal request a stop; a second one raises KeyboardInterrupt.

    Args:
        stop: called in the handler of the first signal.
        signals: which ones; a SIGHUP that is ignored, as under nohup, stays so.

    Yields:
        A function that returns the exit status for the signal, 0 while none came.
    """
    status = 0

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal status
        if status:
            raise KeyboardInterrupt
        status = 128 + number
        if stop is not None:
            stop()

    ignored = {signal.SIGHUP} if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN else set()
    before = {each: signal.signal(each, handle) for each in signals if each not in ignored}
    try:
        yield lambda: status
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
