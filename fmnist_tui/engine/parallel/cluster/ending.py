"""Call functions before a worker ends in order, as at the time limit of its job."""

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from distributed import Worker
from distributed.diagnostics.plugin import WorkerPlugin

SIGNALS = (signal.SIGTERM, signal.SIGHUP)
"""What Slurm and other job systems send before SIGKILL, and what a lost SSH connection sends."""
SEND_SECONDS = 0.5
"""Time for what the functions send."""
FULL = 0.9
"""Fraction of a worker's memory from which Dask's SIGTERM is expected, which it sends at 0.95."""
NAME = "fmnist-tui-ending"

_functions: set[Callable[[], object]] = set()


@contextmanager
def call_before_end(worker: Worker, function: Callable[[], object]) -> Iterator[None]:
    """Within the block, call `function` in the worker's event loop before the worker is closed or a signal ends it.

    Not before Dask ends a worker whose memory is full, nor before SIGKILL.
    """
    _functions.add(function)
    worker.loop.add_callback(_watch, worker)
    try:
        yield
    finally:
        _functions.discard(function)


async def _watch(worker: Worker) -> None:
    if NAME in worker.plugins:
        return
    loop = asyncio.get_running_loop()
    for number in SIGNALS:
        if (before := signal.getsignal(number)) is not signal.SIG_IGN:
            with suppress(RuntimeError, ValueError):  # Dask's worker is not in this process's main thread
                loop.add_signal_handler(number, _signalled, worker, number, before)
    await worker.plugin_add(_Ending(), name=NAME)


class _Ending(WorkerPlugin):  # type: ignore[misc]
    def teardown(self, worker: Worker) -> None:
        _call()


def _call() -> None:
    for function in tuple(_functions):
        function()
    _functions.clear()


def _signalled(worker: Worker, number: signal.Signals, before: Any) -> None:
    limit = worker.memory_manager.memory_limit
    if not limit or worker.monitor.get_process_memory() < FULL * limit:
        _call()
    asyncio.get_running_loop().call_later(SEND_SECONDS, _obey, number, before)


def _obey(number: signal.Signals, before: Any) -> None:
    """Handle a signal as before `_watch`."""
    asyncio.get_running_loop().remove_signal_handler(number)
    signal.signal(number, before)
    os.kill(os.getpid(), number)
