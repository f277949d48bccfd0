"""TensorFlow's libraries are loaded before its import, by a call that lets other threads run."""

import json
import subprocess
import sys

import pytest

PRELOAD = """
import json, sys
from pathlib import Path
from fmnist_tui.engine import preloading
{change}
loaded = preloading.preload_tensorflow()
mapped = Path("/proc/self/maps").read_text()
print(json.dumps([loaded, [name for name in preloading.LIBRARIES if name in mapped], "tensorflow" in sys.modules]))
"""


def preloaded(change: str = "") -> list[object]:
    """Return what was loaded, what is in memory, and whether TensorFlow is imported, in a program of its own."""
    program = PRELOAD.format(change=change)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    found: list[object] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the libraries have other names")
def test_the_libraries_are_loaded_without_an_import() -> None:
    from fmnist_tui.engine.preloading import LIBRARIES

    assert preloaded() == [[*LIBRARIES], [*LIBRARIES], False]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param("preloading.find_spec = lambda name: None", id="no TensorFlow"),
        pytest.param("preloading.LIBRARIES = ('libother.so',)", id="other names"),
        pytest.param("preloading.ctypes.CDLL = lambda name: object()", id="a system without dlopen"),
    ],
)
def test_what_cannot_be_loaded_before_is_left_to_the_import(change: str) -> None:
    assert preloaded(change) == [[], [], False]
