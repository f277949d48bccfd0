"""The address of a Dask scheduler, checked without importing Dask."""

import re
from importlib.util import find_spec

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.parameters import shown

LOCAL = "local"
"""Stands for a cluster of worker processes on this machine, which the program starts and ends itself."""

_ADDRESS = re.compile(r"(?:tcp|tls)://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})")


def check_scheduler(address: str) -> None:
    """Raises UserError if it is neither an address nor `local`, or if Dask is not installed."""
    named = _ADDRESS.fullmatch(address)
    if address != LOCAL and not (named and 1 <= int(named[1]) <= 65_535):
        raise UserError(
            f"--scheduler must be tcp://HOST:PORT, tls://HOST:PORT or {LOCAL}, not {shown(address)}; "
            "`dask scheduler` prints its address when it starts"
        )
    if find_spec("distributed") is None:
        raise UserError("--scheduler needs Dask, which is not installed: pip install 'fmnist-tui[cluster]'")


def host_and_port(address: str) -> tuple[str, int]:
    host, _, port = address.partition("://")[2].rpartition(":")
    return host.strip("[]"), int(port)
