"""Load TensorFlow's libraries so that other threads run meanwhile.

Python holds its lock while an import loads a library: a quarter of a second for the largest, in which no key has an
effect. A call of a C function gives the lock free, and the import then finds the library loaded.
"""

import ctypes
import os
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

LIBRARIES = ("libtensorflow_framework.so.2", "libtensorflow_cc.so.2")
"""Those that have nothing to do with Python; the second needs the first."""


def preload_tensorflow() -> tuple[str, ...]:
    """Return the libraries that are loaded; none where they have other names or places, which is left to the import."""
    loaded: list[str] = []
    with suppress(OSError, AttributeError, ImportError, ValueError):
        load = ctypes.CDLL(None).dlopen
        load.restype, load.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
        found = find_spec("tensorflow")
        for folder in (found.submodule_search_locations or ()) if found else ():
            present = [path for name in LIBRARIES if (path := Path(folder, name)).exists()]
            loaded += [path.name for path in present if load(os.fsencode(path), os.RTLD_NOW | os.RTLD_LOCAL)]
    return tuple(loaded)
