"""Keeping the screen undisturbed.

Textual draws on file descriptor 2, and TensorFlow's C++ code logs there too. While the app runs,
descriptor 2 leads to a log file and Textual draws on a duplicate of what it led to before.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import resource_tracker
from pathlib import Path

from platformdirs import user_log_path


def log_path() -> Path:
    """Return the file that takes what libraries write to standard error while the app runs."""
    return user_log_path("fmnist-tui", ensure_exists=True) / "stderr.log"


@contextmanager
def undisturbed_terminal(log: Path) -> Iterator[None]:
    """Give Textual the terminal alone while the context lasts, and put all back after it.

    Args:
        log: where everything else that goes to descriptor 2 is written; made anew.
    """
    # Inside Textual sys.stderr has no descriptor, which the tracker needs to start.
    resource_tracker.ensure_running()
    sys.stderr.flush()
    original = sys.__stderr__
    kept = os.dup(2)
    drawing = os.fdopen(os.dup(2), "w", encoding="utf-8", buffering=1)
    target = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    os.dup2(target, 2)
    os.close(target)
    sys.__stderr__ = drawing  # type: ignore[misc]
    try:
        yield
    finally:
        drawing.flush()
        sys.__stderr__ = original  # type: ignore[misc]
        os.dup2(kept, 2)
        os.close(kept)
        drawing.close()
