"""TensorFlow and Keras, imported quietly: every module of the engine takes them from here.

Importing this takes seconds, and its C++ half writes notices on file descriptor 2 that no setting
turns off; the descriptor is turned away for as long as the import takes. A person's settings of both are
not used: with the same seed they would give other figures.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from fmnist_tui.engine.pinning import pin_settings

pin_settings(os.environ)


@contextmanager
def _silent_stderr() -> Iterator[None]:
    """Send what is written on file descriptor 2 nowhere; Python's own errors are raised, not written."""
    try:
        kept = os.dup(2)
    except OSError:  # closed by whoever started the program
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


with _silent_stderr():
    import keras
    import tensorflow as tf

    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)

tf.get_logger().setLevel("ERROR")

# Keras's own defaults, which whoever imported it before may have changed.
keras.config.set_floatx("float32")
keras.config.set_epsilon(1e-7)
keras.config.set_image_data_format("channels_last")
keras.config.set_dtype_policy("float32")

__all__ = ["keras", "tf"]
