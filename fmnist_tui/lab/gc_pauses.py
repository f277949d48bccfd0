"""Python's search for garbage, kept from walking through what is none.

It walks through all values there are: TensorFlow's modules are half a million, 10,000 runs up to a quarter of one. That
is a fifth of a second each time, in which no thread gets its turn and a screen stands still.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def gc_paused() -> Iterator[None]:
    """Have Python not look for garbage while much is made that is none."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def freeze_gc() -> None:
    """Have Python never look for garbage among the values there are now, since most of them last until the end.

    Those that are dropped are given back all the same, unless they refer to themselves, as a trained network does.
    """
    gc.freeze()
