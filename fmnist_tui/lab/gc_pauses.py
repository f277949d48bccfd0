"""Keep Python's garbage collector from scanning objects that live until the end.

TensorFlow's modules are half a million objects, 10,000 runs up to a quarter of a million. A full collection takes a
fifth of a second, during which no thread runs and the screen stands still.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Iterator[None]:
    """Disable the garbage collector within a block that creates many lasting objects."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def freeze_gc() -> None:
    """Exempt all current objects from garbage collection.

    Reference counting still frees them, except those in reference cycles, such as a trained network.
    """
    gc.freeze()
