"""TensorFlow and Keras, imported without output and without the user's settings, which would change results.

UserError at import: there are too few addresses.

Their C++ code writes to file descriptor 2, which no setting turns off, so it points to the null device meanwhile.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from fmnist_tui.engine.cores import cores
from fmnist_tui.engine.memory import check_addresses
from fmnist_tui.engine.optional_packages import optional_packages_hidden
from fmnist_tui.engine.pinning import pin_settings
from fmnist_tui.engine.preloading import preload_tensorflow
from fmnist_tui.lab.gc_pauses import freeze_gc, gc_paused

check_addresses()
pin_settings(os.environ)


@contextmanager
def _silent_stderr() -> Iterator[None]:
    try:
        stderr = os.dup(2)
    except OSError:  # the parent process closed it
        yield
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 2)
    os.close(null)
    try:
        yield
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


with _silent_stderr():
    preload_tensorflow()
    with gc_paused(), optional_packages_hidden():
        import keras
        import tensorflow as tf

        freeze_gc()

    for gpu in tf.config.list_physical_devices("GPU"):
        tf.config.experimental.set_memory_growth(gpu, True)

if cores().usable < cores().allowed:
    # TensorFlow counts the cores of the affinity. More threads than a quota has time for only wait for each other.
    with suppress(RuntimeError):  # its threads were started before by other code
        tf.config.threading.set_intra_op_parallelism_threads(cores().usable)
        tf.config.threading.set_inter_op_parallelism_threads(cores().usable)

tf.get_logger().setLevel("ERROR")

# Keras's defaults, which code that imported Keras earlier may have changed.
keras.config.set_floatx("float32")
keras.config.set_epsilon(1e-7)
keras.config.set_image_data_format("channels_last")
keras.config.set_dtype_policy("float32")

__all__ = ["keras", "tf"]
