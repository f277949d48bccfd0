"""Memory and time estimates of a training, as text."""

from collections.abc import Iterator

from fmnist_tui.lab.experiments.estimate import Speed, memory_bytes
from fmnist_tui.lab.records.recipe import Recipe


def cost_words(recipe: Recipe, speed: Speed | None) -> Iterator[str]:
    """Yield the estimates: `12 MB`, and `~0.4 s an epoch` if this machine has runs."""
    yield size_text(memory_bytes(recipe))
    if speed is not None:
        seconds = speed.seconds_per_epoch(recipe)
        yield f"~{seconds:.2g} s an epoch" if seconds < 99 else f"~{seconds / 60:,.0f} min an epoch"


def size_text(size: int) -> str:
    """Return a size in bytes as text: `850 kB`, `12 MB`, `3.2 GB`."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}" if size < 10 * factor else f"{size / factor:,.0f} {unit}"
    return f"{size / 1e3:.0f} kB"
