"""Reach a Dask scheduler, or say in one line why not."""

import asyncio
import logging
import platform
import socket
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from distributed import Client, LocalCluster
from distributed import __version__ as distributed_version
from distributed.core import rpc
from distributed.security import Security
from distributed.versions import VersionMismatchWarning

from fmnist_tui.engine.parallel.blocked_signals import signals_blocked
from fmnist_tui.engine.parallel.cluster.address import host_and_port
from fmnist_tui.lab.errors import UserError

PATIENCE = 10.0
"""Seconds to wait for a scheduler at the beginning."""
START_SECONDS = 5.0
"""Time for a scheduler to listen that was started at the same time as this program, as in a script."""
_NEVER = logging.CRITICAL + 1


@dataclass(frozen=True, slots=True)
class Versions:
    python: str
    distributed: str


OWN_VERSIONS = Versions(".".join(platform.python_version_tuple()[:2]), distributed_version)


def difference(theirs: Versions) -> str | None:
    """Return what another machine has and this one has not; None if tasks can be exchanged."""
    if theirs.distributed != OWN_VERSIONS.distributed:
        return f"Dask {theirs.distributed}, and this program {OWN_VERSIONS.distributed}"
    if theirs.python != OWN_VERSIONS.python:
        return f"Python {theirs.python}, and this program {OWN_VERSIONS.python}"
    return None


def versions_of(answer: Mapping[str, Any]) -> Versions:
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


def connect(address: str, patience: float, reconnect_seconds: float) -> Client:
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
        return versions_of(await asyncio.wait_for(scheduler.versions(), patience))


def local_cluster(workers: int) -> LocalCluster:
    try:
        with signals_blocked():
            return LocalCluster(
                n_workers=workers, threads_per_worker=1, dashboard_address=None, memory_limit=0, silence_logs=_NEVER
            )
    except OSError as error:
        raise UserError(f"no cluster can be started on this machine: {error.strerror or error}") from None
