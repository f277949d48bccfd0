"""How much memory this process may still take: not that of the machine alone, but its cgroups' too."""

import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from fmnist_tui.engine.cgroups import CGROUPS, OWN_CGROUPS, own_groups
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.plain_text import counted

MEMORY = Path("/proc/meminfo")

WORKER_BYTES = 800_000_000
"""What a training in a process of its own takes, besides the libraries that all share; the networks are small beside
TensorFlow."""

TENSORFLOW_ADDRESSES = 3_000_000_000
"""Addresses that TensorFlow takes to train a small network. With 2.8 GB it crashed, with 3.0 GB it trained."""

_NAMES = (
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)
"""The files of a group's limit and use, by version, and what `memory.stat` calls cached files that may go."""


def available_bytes(memory: Path = MEMORY, root: Path = CGROUPS, own: Path = OWN_CGROUPS) -> int | None:
    """Return the least of what the machine and the cgroups leave; None where the system does not say."""
    free = [*_of_machine(memory), *(left for group in own_groups("memory", root, own) for left in _of_group(group))]
    return min(free, default=None)


def most_workers() -> int:
    """Return how many trainings in processes of their own fit in memory now, one at least."""
    free = available_bytes()
    return 1_000 if free is None else max(free // WORKER_BYTES, 1)


def parallel_limit(wanted: int) -> str | None:
    """One sentence where fewer trainings fit in memory than are wanted at once."""
    most = most_workers()
    return None if wanted <= most else memory_limit(most, wanted)


def memory_limit(most: int, wanted: int) -> str:
    return f"memory is free for {counted(most, 'training')} at once, not {wanted}: the others wait, which takes longer"


def address_limit() -> int | None:
    """Return the bytes of addresses that a program here may take (`ulimit -v`); None without a limit."""
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    return None if limit == resource.RLIM_INFINITY else limit


def check_addresses() -> None:
    """Raise UserError where TensorFlow would crash for want of addresses, which no code can catch."""
    limit = address_limit()
    if limit is not None and limit < TENSORFLOW_ADDRESSES:
        raise UserError(
            f"a program here may take {limit / 1e9:.1f} GB of addresses, and TensorFlow crashes with less than "
            f"{TENSORFLOW_ADDRESSES / 1e9:.1f}; raise the limit with `ulimit -v unlimited`, or ask for more memory"
        )


def _of_machine(memory: Path) -> Iterator[int]:
    with suppress(OSError, ValueError):
        yield _figure(memory, "MemAvailable:") * 1024


def _of_group(group: Path) -> Iterator[int]:
    for limit, used, cached in _NAMES:
        with suppress(OSError, ValueError):
            most = int((group / limit).read_text(encoding="ascii"))  # not a number: `max`, no limit
            taken = int((group / used).read_text(encoding="ascii"))
            yield max(most - taken + _figure(group / "memory.stat", cached), 0)


def _figure(path: Path, name: str) -> int:
    """Return the number after a name in a file of such lines; ValueError without one."""
    for line in path.read_text(encoding="ascii").splitlines():
        if line.split()[:1] == [name]:
            return int(line.split()[1])
    raise ValueError(f"{path}: no {name}")
