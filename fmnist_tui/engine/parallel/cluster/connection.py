"""The connection to a Dask scheduler."""

import asyncio
from asyncio import CancelledError
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future as ConcurrentFuture
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from distributed.client import FutureCancelledError

from fmnist_tui.engine.cores import usable_cores
from fmnist_tui.engine.parallel.cluster import remote
from fmnist_tui.engine.parallel.cluster.address import LOCAL
from fmnist_tui.engine.parallel.cluster.calling import call
from fmnist_tui.engine.parallel.cluster.reaching import (
    PATIENCE,
    Versions,
    connect,
    local_cluster,
    silence,
    versions_of,
)
from fmnist_tui.engine.training.progress import ignore_progress
from fmnist_tui.lab.errors import UserError

RECONNECT_SECONDS = 300.0
"""Time to try to reach one again that was lost, as by a laptop that sleeps."""
ALL = "all"
"""Dask's own topic of events about workers."""


class LostSchedulerError(UserError):
    pass


class LostWorkerError(UserError):
    pass


@dataclass(frozen=True, slots=True)
class Survey:
    """The workers that a scheduler has."""

    addresses: frozenset[str]
    settled: bool = True
    """Whether events tell of what changes. Else some start, pause or leave, or events have not begun to come."""


class Connection:
    """Connected from the start; UserError in one line if that fails.

    `local_workers` is their number for the address `local`, one a core if 0. `receive` gets the topic and message of
    each event of `topic` and `ALL`, in Dask's thread.
    """

    def __init__(
        self,
        address: str,
        receive: Callable[[str, Any], object],
        *,
        local_workers: int = 0,
        patience: float = PATIENCE,
        reconnect_seconds: float = RECONNECT_SECONDS,
    ) -> None:
        silence()
        self.reconnect_seconds = reconnect_seconds
        self.topic = f"fmnist-tui-{uuid4().hex}"
        self._echoes = f"{self.topic}-echoes"
        self._subscribed = False
        """Whether events are known to come."""
        self._receive = receive
        self._patience = patience
        self._local = local_cluster(local_workers or usable_cores()) if address == LOCAL else None
        self.address = str(self._local.scheduler_address) if self._local else address
        try:
            self._client = connect(self.address, patience, reconnect_seconds)
            self.subscribe()
        except BaseException:
            self.close()
            raise

    @property
    def running(self) -> bool:
        """False while it is lost, perhaps for a moment."""
        return bool(self._client.status == "running")

    @property
    def closed(self) -> bool:
        """Whether it was lost for longer than `reconnect_seconds`."""
        return self._client.status in ("closed", "closing")

    def subscribe(self) -> None:
        """Receive events; again after the scheduler was lost."""
        self._subscribed = False
        with self._guarded():
            for topic in (self.topic, ALL):
                self._client.subscribe_topic(topic, lambda event, topic=topic: self._receive(topic, event[1]))
            self._client.subscribe_topic(self._echoes, self._hear)  # last: who hears these, hears all

    def _hear(self, event: tuple[float, Any]) -> None:
        """In Dask's thread."""
        self._subscribed = True

    def survey(self) -> "ConcurrentFuture[Survey]":
        return asyncio.run_coroutine_threadsafe(self._survey(), self._client.loop.asyncio_loop)

    async def _survey(self) -> Survey:
        scheduler, subscribed = self._client.scheduler, self._subscribed
        if not subscribed:  # questions may overtake the subscription, and a worker may come between them
            await scheduler.log_event(topic=self._echoes, msg=None)
        everyone, addresses = frozenset(await scheduler.ncores()), frozenset(await scheduler.ncores_running())
        return Survey(addresses, settled=subscribed and addresses == everyone)

    def ask_versions(
        self, addresses: Collection[str], seconds: float
    ) -> "ConcurrentFuture[Mapping[str, Versions | None]]":
        """Let the scheduler ask workers: None for one that it cannot reach, TimeoutError if one says nothing."""
        return asyncio.run_coroutine_threadsafe(
            asyncio.wait_for(self._ask_versions(addresses), seconds), self._client.loop.asyncio_loop
        )

    async def _ask_versions(self, addresses: Collection[str]) -> Mapping[str, Versions | None]:
        answers = await self._client.scheduler.broadcast(
            msg={"op": "versions"}, workers=list(addresses), on_error="ignore"
        )
        return {address: versions_of(answers[address]) if address in answers else None for address in addresses}

    def describe(self, address: str, ended: Callable[[Any], object]) -> Any:
        """Ask a worker what it is: a future of a WorkerDescription."""
        return self._submit(remote.describe.__name__, (), ended, workers=[address], priority=1)

    def train(self, assignment: bytes, images: Any, address: str, ended: Callable[[Any], object]) -> Any:
        """Train on a worker: a future of an Outcome."""
        return self._submit(remote.train.__name__, (assignment, images), ended, workers=[address])

    def _submit(self, name: str, arguments: tuple[Any, ...], ended: Callable[[Any], object], **where: Any) -> Any:
        key = f"fmnist-tui-{name}-{uuid4().hex}"
        with self._guarded():
            future = self._client.submit(call, remote.__name__, name, *arguments, key=key, pure=False, **where)
        future.add_done_callback(ended)
        return future

    def result(self, future: Any) -> Any:
        """Return what a task returned; LostSchedulerError also if its worker was lost with it: then it runs again."""
        with self._guarded():
            return future.result(timeout=self._patience)

    def scatter(self, images: Mapping[str, Any], address: str) -> Any:
        """Send the images to one worker; the others fetch them from each other when they need them."""
        try:
            with self._guarded():
                # In a list: a mapping would be scattered by its keys.
                (future,) = self._client.scatter([images], workers=[address], hash=False, timeout=self._patience)
        except KeyError:
            raise LostWorkerError(f"{address}: the worker has gone") from None
        return future

    def has(self, address: str, future: Any) -> bool:
        with self._guarded():
            return address in self._client.who_has([future]).get(future.key, ())

    def relay(self, images: Any, address: str) -> Any:
        """Let a worker have scattered images through the scheduler: a future of the same."""
        # As bytes: Dask would take text for the key of something that the worker should fetch.
        return self._submit(remote.relay.__name__, (images.key.encode(),), ignore_progress, workers=[address])

    def send(self, topic: str, message: Any) -> None:
        with self._guarded():
            sent = self._client.scheduler.log_event(topic=topic, msg=message)
            asyncio.run_coroutine_threadsafe(sent, self._client.loop.asyncio_loop).result(self._patience)

    def cancel(self, futures: Collection[Any]) -> None:
        """Cancel tasks; where the scheduler is lost, it has cancelled them itself."""
        if self.running:
            with self._guarded():
                self._client.cancel(list(futures), force=True)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Turn what Dask raises without a scheduler into LostSchedulerError."""
        try:
            yield
        except (CancelledError, FutureCancelledError, OSError):
            raise LostSchedulerError(f"{self.address}: the scheduler does not answer") from None
        except Exception:
            if self.running:
                raise
            raise LostSchedulerError(f"{self.address}: the scheduler does not answer") from None

    def close(self) -> None:
        """Leave nothing running that this program began."""
        if (client := getattr(self, "_client", None)) is not None:
            with suppress(TimeoutError):
                client.close(timeout=2)
        if self._local is not None:
            with suppress(TimeoutError):  # a busy machine: its processes end with this one at the latest
                self._local.close(timeout=10)
