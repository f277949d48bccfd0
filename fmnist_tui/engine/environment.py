import platform
from functools import cache
from pathlib import Path

from fmnist_tui import __version__
from fmnist_tui.engine.cores import usable_cores
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.records.run import Environment


@cache
def environment() -> Environment:
    return Environment(
        python=platform.python_version(),
        tensorflow=_version("tensorflow", "tensorflow-cpu"),
        keras=_version("keras"),
        fmnist_tui=__version__,
        machine=machine(),
    )


def machine() -> str:
    """Return `AMD EPYC, 2 cores, Linux x86_64`; never the host name."""
    return f"{_processor()}, {counted(usable_cores(), 'core')}, {platform.system()} {platform.machine()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    names = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return " ".join(next(names, "").split()) or platform.processor() or "unknown processor"


def _version(*distributions: str) -> str:
    from importlib.metadata import PackageNotFoundError, version  # slow to import; the first paint does without it

    for distribution in distributions:
        try:
            return version(distribution)
        except PackageNotFoundError:
            continue
    return "unknown"
