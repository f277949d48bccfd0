from fmnist_tui.engine.memory import available_bytes
from fmnist_tui.lab.experiments.estimate import FLOAT, memory_bytes, output_sizes
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.recipe import Recipe

EVALUATION_BATCH_BYTES = 64 * 1024**2
"""Most bytes of the largest layer's output in one evaluation batch."""

MAX_EVALUATION_BATCH = 2_000


class TooLargeError(MemoryError):
    """A training does not fit in memory; the message says how much it needs."""


def check_fits(recipe: Recipe) -> None:
    """Raise TooLargeError if a training certainly needs more memory than is free."""
    required, available = memory_bytes(recipe), available_bytes()
    if available is not None and required > available:
        raise TooLargeError(
            f"it needs more than {_gigabytes(required)} of memory, and {_gigabytes(available)} are free; "
            "use smaller layers or a smaller batch"
        )


def evaluation_batch_size(architecture: Architecture) -> int:
    """Return the size of an evaluation batch: fewer images where a layer's output is large."""
    return min(max(EVALUATION_BATCH_BYTES // (FLOAT * max(output_sizes(architecture))), 1), MAX_EVALUATION_BATCH)


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB"
