"""Lock against other writers, in any process; the lock of a dead process is released."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fmnist_tui.lab.runs.files import open_regular

LOCK_SECONDS = 10.0
"""Seconds that a writer waits for the lock before it fails."""

_LONGEST_PAUSE = 0.02
"""Maximum seconds between retries; the first are shorter, since most writes are."""

_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""Errors from network folders without locks."""


class Busy(Exception):
    """Another writer keeps the lock."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file within a block; the system releases it if the process dies.

    Where locks are not supported, a file with process id and host name replaces it.

    Raises:
        Busy: another writer keeps the lock.
        OSError: the lock cannot be created.
    """
    file = open_regular(path, os.O_RDWR | os.O_CREAT, links="folder")
    try:
        if _acquired(file):
            yield
        else:
            with _lock_file(path.with_name(f"{path.name}.held")):
                yield
    finally:
        os.close(file)


def _acquired(file: int) -> bool:
    """Take the lock of an open file; false if locks are not supported."""
    end, pause = time.monotonic() + LOCK_SECONDS, 0.001
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise Busy from None
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return False
            raise
        else:
            return True


@contextmanager
def _lock_file(path: Path) -> Iterator[None]:
    from filelock import SoftFileLock, Timeout

    lock = SoftFileLock(path, timeout=LOCK_SECONDS)
    try:
        lock.acquire()
    except Timeout:
        raise Busy from None
    try:
        yield
    finally:
        lock.release()
