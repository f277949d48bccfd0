"""The connection to a Dask scheduler; the only module of the client's side that imports Dask."""

import asyncio
import logging
import platform
import signal
import socket
import time
import warnings
from asyncio import CancelledError
from collections.abc import Callable, Collection, Iterator, Mapping
from concurrent.futures import Future as ConcurrentFuture
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from distributed import Client, LocalCluster
from distributed import __version__ as distributed_version
from distributed.client import FutureCancelledError
from distributed.core import rpc
from distributed.security import Security
from distributed.versions import VersionMismatchWarning

from fmnist_tui.engine.cores import usable_cores
from fmnist_tui.engine.parallel.cluster import remote
from fmnist_tui.engine.parallel.cluster.address import LOCAL, host_and_port
from fmnist_tui.engine.parallel.cluster.calling import call
from fmnist_tui.engine.training.progress import ignore_progress
from fmnist_tui.lab.errors import UserError

PATIENCE = 10.0
"""Seconds to wait for a scheduler at the beginning."""
START_SECONDS = 5.0
"""Time for a scheduler to listen that was started at the same time as this program, as in a script."""
RECONNECT_SECONDS = 300.0
"""Time to try to reach one again that was lost, as by a laptop that sleeps."""
ALL = "all"
"""Dask's own topic of events about workers."""
_NEVER = logging.CRITICAL + 1


class LostSchedulerError(UserError):
    pass


class LostWorkerError(UserError):
    pass


@dataclass(frozen=True, slots=True)
class Versions:
    python: str
    distributed: str


OWN_VERSIONS = Versions(".".join(platform.python_version_tuple()[:2]), distributed_version)


@dataclass(frozen=True, slots=True)
class Survey:
    """The workers that a scheduler has."""

    addresses: frozenset[str]
    settled: bool = True
    """Whether all workers take tasks: else some start, pause or leave, and no event tells when that has ended."""


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
        self._receive = receive
        self._patience = patience
        self._local = _local_cluster(local_workers or usable_cores()) if address == LOCAL else None
        self.address = str(self._local.scheduler_address) if self._local else address
        try:
            self._client = _connect(self.address, patience, reconnect_seconds)
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
        for topic in (self.topic, ALL):
            self._client.subscribe_topic(topic, lambda event, topic=topic: self._receive(topic, event[1]))

    def survey(self) -> "ConcurrentFuture[Survey]":
        return asyncio.run_coroutine_threadsafe(self._survey(), self._client.loop.asyncio_loop)

    async def _survey(self) -> Survey:
        scheduler = self._client.scheduler
        everyone, addresses = frozenset(await scheduler.ncores()), frozenset(await scheduler.ncores_running())
        return Survey(addresses, settled=addresses == everyone)

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
        return {address: _versions(answers[address]) if address in answers else None for address in addresses}

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
        with self._guarded():
            # In a list: a mapping would be scattered by its keys.
            try:
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
        except LostWorkerError:
            raise
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


def difference(theirs: Versions) -> str | None:
    """Return what another machine has and this one has not; None if tasks can be exchanged."""
    if theirs.distributed != OWN_VERSIONS.distributed:
        return f"Dask {theirs.distributed}, and this program {OWN_VERSIONS.distributed}"
    if theirs.python != OWN_VERSIONS.python:
        return f"Python {theirs.python}, and this program {OWN_VERSIONS.python}"
    return None


def _versions(answer: Mapping[str, Any]) -> Versions:
    packages = answer["packages"]
    return Versions(".".join(str(packages.get("python")).split(".")[:2]), str(packages.get("distributed")))


def silence() -> None:
    """Take Dask's log messages from the terminal; handlers of the user's own configuration stay."""
    names = [name for name in logging.root.manager.loggerDict if name.partition(".")[0] in ("distributed", "tornado")]
    for logger in map(logging.getLogger, names):
        for handler in [each for each in logger.handlers if type(each) is logging.StreamHandler]:
            logger.removeHandler(handler)
            logger.addHandler(logging.NullHandler())
    warnings.filterwarnings("ignore", category=VersionMismatchWarning)


def _connect(address: str, patience: float, reconnect_seconds: float) -> Client:
    host, port = host_and_port(address)
    try:
        _wait_for_listener(host, port, patience)
    except socket.gaierror:
        raise UserError(f"{address}: no machine of that name is known; correct the name") from None
    except ConnectionRefusedError:
        raise UserError(
            f"{address}: nothing listens there; start `dask scheduler` on that machine, or correct the port"
        ) from None
    except TimeoutError:
        raise UserError(
            f"{address}: no answer within {patience:g} s; is the machine on, does a firewall let port {port} through?"
        ) from None
    except OSError as error:
        raise UserError(f"{address}: {error.strerror or error}; correct the address") from None
    arguments = _connection_arguments(address)
    try:
        theirs = asyncio.run(_ask_versions(address, arguments, patience))
    except Exception:  # another protocol's first bytes may be read as anything
        raise _not_a_scheduler(address) from None
    if (wrong := difference(theirs)) is not None:
        raise UserError(f"{address}: its scheduler has {wrong}; install the same on both")
    try:
        client = Client(address, timeout=reconnect_seconds, set_as_default=False, name="fmnist-tui")
    except OSError:
        raise _not_a_scheduler(address) from None
    except (TypeError, ValueError, ImportError) as error:  # Dask's words about its configuration, or its versions
        raise UserError(f"{address}: {' '.join(str(error).split())[:300]}") from None
    client.rpc.timeout = patience  # of a question; that of the client is for the connection that events come through
    return client


def _wait_for_listener(host: str, port: int, patience: float) -> None:
    """Raises OSError if nothing listens within `START_SECONDS`, or nothing answers within `patience`."""
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection((host, port), patience).close()
        except ConnectionRefusedError:
            if time.monotonic() >= end:
                raise
            time.sleep(0.1)
        else:
            return


def _not_a_scheduler(address: str) -> UserError:
    return UserError(
        f"{address}: what listens there does not answer as a Dask scheduler of version {OWN_VERSIONS.distributed}; "
        "correct the port, or write tls:// if it wants TLS"
    )


def _connection_arguments(address: str) -> Mapping[str, Any]:
    """Return what Dask's configuration says of connections; UserError if it lacks what TLS needs."""
    try:
        arguments: Mapping[str, Any] = Security().get_connection_args("client")
    except (OSError, TypeError, ValueError) as error:
        raise UserError(f"{address}: Dask's configuration of TLS: {error}; correct it there") from None
    if address.startswith("tls://") and arguments.get("ssl_context") is None:
        raise UserError(
            f"{address}: Dask's configuration names no certificates for TLS; docs/cluster.md says how to name them"
        )
    return arguments


async def _ask_versions(address: str, arguments: Mapping[str, Any], patience: float) -> Versions:
    """Ask before a Client does, which would wait for ever for what listens and says nothing."""
    async with rpc(address, timeout=patience, connection_args=arguments) as scheduler:
        return _versions(await asyncio.wait_for(scheduler.versions(), patience))


def _local_cluster(workers: int) -> LocalCluster:
    # Its processes inherit the blocked signals: only this process handles one sent to the whole group, such as Ctrl-C.
    signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        return LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None, memory_limit=0, silence_logs=_NEVER
        )
    except OSError as error:
        raise UserError(f"no cluster can be started on this machine: {error.strerror or error}") from None
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
