"""One writer at a time, whichever process it is in; a lock whose holder has died holds nobody up."""

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fmnist_tui.lab.runs.files import open_regular

LOCK_SECONDS = 10.0
"""How long a writer waits for another before it says so."""

_LONGEST_PAUSE = 0.02
"""Seconds between two tries to get the lock; the first are closer together, for most writings are short."""

_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""What a network folder answers that knows no locks."""


class Busy(Exception):
    """Another writer holds the lock and does not let go."""


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock that a file stands for; the system lets go of it when the process dies.

    In a folder that knows no locks a file that says which process on which machine has it does instead.

    Raises:
        Busy: another writer does not let go.
        OSError: the lock cannot be made.
        RunFolderError: something else has its name.
    """
    file = open_regular(path, os.O_RDWR | os.O_CREAT, links="folder")
    try:
        if _acquired(file):
            yield
        else:
            with _marked(path.with_name(f"{path.name}.held")):
                yield
    finally:
        os.close(file)


def _acquired(file: int) -> bool:
    """Take the lock of an open file and return true, or false where there are no locks."""
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
def _marked(path: Path) -> Iterator[None]:
    """Be the one whose mark the file is; a mark of a process of this machine that is gone counts for nothing."""
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
