"""How many cores this process may use: not those of the machine, but those of its affinity and its cgroup's quota."""

import math
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from fmnist_tui.engine.cgroups import CGROUPS, OWN_CGROUPS, own_groups
from fmnist_tui.lab.plain_text import counted


class Cores(NamedTuple):
    present: int
    allowed: int
    """Those that the process may run on (its affinity)."""
    quota: float | None = None
    """Cores' worth of time that its cgroups grant it, such as 1.5; None without a limit."""

    @property
    def usable(self) -> int:
        """How many threads can run at once, rounded up where the quota ends within a core."""
        return self.allowed if self.quota is None else min(self.allowed, max(math.ceil(self.quota), 1))

    @property
    def limit(self) -> str | None:
        """One sentence on what makes trainings slower than on all cores; None if nothing does."""
        if self.quota is not None and self.quota < self.allowed:
            share = f"{self.quota:.2f}".rstrip("0").rstrip(".")
            return (
                f"a CPU quota (cgroup) grants this program {share} of {counted(self.present, 'core')}: "
                "trainings take longer than without it"
            )
        if self.allowed < self.present:
            return (
                f"this program may run on {self.allowed} of {counted(self.present, 'core')} (its CPU affinity): "
                "trainings take longer than on all"
            )
        if self.present == 1:
            return "this machine has one core: trainings take longer, and the app answers later while one runs"
        return None


@cache
def cores() -> Cores:
    present = os.cpu_count() or 1
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else present
    return Cores(max(present, allowed), allowed, cpu_quota())


def usable_cores() -> int:
    return cores().usable


def crowding(trainings: int) -> str | None:
    """One sentence where more trainings are wanted at once than there are cores."""
    if trainings <= usable_cores():
        return None
    return (
        f"{trainings} trainings at once share {counted(usable_cores(), 'core')}: "
        f"each takes longer, and all together no less than {usable_cores()} at a time"
    )


def cpu_quota(root: Path = CGROUPS, own: Path = OWN_CGROUPS) -> float | None:
    """Return the smallest quota of this process's cgroups and those above them, in cores; None without one."""
    return min((quota for group in own_groups("cpu", root, own) for quota in _quota(group)), default=None)


def _quota(group: Path) -> Iterator[float]:
    with suppress(OSError, ValueError):
        quota, period = _limit(group)
        if quota != "max" and int(quota) > 0 and int(period) > 0:
            yield int(quota) / int(period)


def _limit(group: Path) -> tuple[str, str]:
    """Return microseconds of processor time in microseconds of time; the first is `max` or -1 without a limit."""
    try:
        quota, period = (group / "cpu.max").read_text(encoding="ascii").split()
    except FileNotFoundError:
        names = ("cpu.cfs_quota_us", "cpu.cfs_period_us")
        quota, period = ((group / name).read_text(encoding="ascii").strip() for name in names)
    return quota, period
