"""How much memory a training takes, and how much there is."""

from pathlib import Path

from fmnist_tui.lab.experiments.estimate import FLOAT, memory_bytes, output_sizes
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.recipe import Recipe

AT_ONCE_BYTES = 64 * 1024**2
"""What the largest layer may put out for the images that are evaluated at once."""

MOST_AT_ONCE = 2_000


class TooLargeError(MemoryError):
    """A training that cannot fit in memory; the message is a sentence that says how large it is."""


def available_bytes() -> int | None:
    """Return how much memory the system can still give, or None where it does not say."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError):
        return None


def check_fits(recipe: Recipe) -> None:
    """Raise TooLargeError where a training surely takes more memory than there is."""
    required, available = memory_bytes(recipe), available_bytes()
    if available is not None and required > available:
        raise TooLargeError(
            f"it needs more than {_gigabytes(required)} of memory, and {_gigabytes(available)} are free; "
            "use smaller layers or a smaller batch"
        )


def images_at_once(architecture: Architecture) -> int:
    """Return how many images to evaluate at once: many, but few where a layer's output is large."""
    return min(max(AT_ONCE_BYTES // (FLOAT * max(output_sizes(architecture))), 1), MOST_AT_ONCE)


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB"
