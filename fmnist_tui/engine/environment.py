"""On what a training runs: versions and machine, told without importing TensorFlow."""

import os
import platform
from functools import cache
from pathlib import Path

from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.records.run import Environment


@cache
def environment() -> Environment:
    """Return the versions and the machine that a run is recorded with."""
    return Environment(
        python=platform.python_version(),
        tensorflow=_version("tensorflow", "tensorflow-cpu"),
        keras=_version("keras"),
        fmnist_tui=_version("fmnist-tui"),
        machine=machine(),
    )


def machine() -> str:
    """Return processor, cores and system, such as `AMD EPYC, 2 cores, Linux x86_64`; never the machine's name."""
    return f"{_processor()}, {counted(usable_cores(), 'core')}, {platform.system()} {platform.machine()}"


def usable_cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    named = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return " ".join(next(named, "").split()) or platform.processor() or "unknown processor"


def _version(*distributions: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # a twentieth of what the app imports to be drawn

    for distribution in distributions:
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return "unknown"
