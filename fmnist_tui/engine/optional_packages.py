"""Import TensorFlow and Keras without the packages that they only use where they are installed.

They wrap scikit-learn's estimators and draw with Matplotlib for those who want that, and so import both, SciPy and
IPython: a third of the time of their own import. Neither depends on them.
"""

import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType

OPTIONAL = frozenset({"IPython", "matplotlib", "pandas", "scipy", "sklearn"})


class _NotInThisThread:
    """A finder that finds no optional package in the thread that made it; other threads may need them meanwhile."""

    def __init__(self) -> None:
        self._thread = threading.get_ident()

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None, /) -> None:
        if name.partition(".")[0] in OPTIONAL and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"{name} is not imported with TensorFlow", name=name)


@contextmanager
def optional_packages_hidden() -> Iterator[None]:
    finder = _NotInThisThread()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)
