"""The temporary folder in which a report is written."""

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

PREFIX = ".fmnist-tui-report-"
LEFT_SECONDS = 60.0
"""Age at which an unlocked folder counts as left by a killed program."""


@contextmanager
def unfinished_folder(parent: Path) -> Iterator[Path]:
    """Make a locked temporary folder, removed at the end; remove those that killed programs left."""
    for left in parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # in use, or another user's
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                with _locked(left):
                    shutil.rmtree(left)
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=parent) as folder, ExitStack() as stack:
        with suppress(OSError):  # a file system without locks
            stack.enter_context(_locked(Path(folder)))
        yield Path(folder)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold an exclusive lock on a folder; OSError where another program holds it."""
    held = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(held)
