"""Keep the garbage collector from scanning objects that live until the end.

TensorFlow's modules and 10,000 runs are 750,000 objects: a full collection stops all threads for a fifth of a second.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Iterator[None]:
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def freeze_gc() -> None:
    """Exempt all current objects from collection; those in reference cycles are then never freed."""
    gc.freeze()
