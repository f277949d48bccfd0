"""Whether a process still trains in a folder: it holds a lock there, which the system drops when the process dies.

The lock is `flock`'s. A look takes it shared and for an instant, so that looks do not see one another; the
training, which takes it alone, tries again for a while, so that no look can keep it out. On a network folder
without locks, the number of the process stands in for them: it is written into the file.
"""

import errno
import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from fmnist_tui.lab.runs.files import RunFolderError, cannot, open_regular

PATIENCE = 1.0
"""Seconds that a training tries to get the lock; a look holds it for microseconds."""
PERIOD = 0.01
"""Seconds between two of its tries."""

_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
"""What a network folder answers that knows no locks."""


def hold(path: Path) -> int | None:
    """Take the lock and return its descriptor, for `let_go` when the training is over; None where another has it.

    Raises:
        RunFolderError: the lock's file cannot be made.
    """
    try:
        descriptor = open_regular(path, os.O_RDWR | os.O_CREAT)
    except OSError as error:
        raise cannot("be written", path, error) from None
    try:
        held = _take(descriptor)
        if held:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode("ascii"), 0)
    except OSError as error:
        os.close(descriptor)
        raise cannot("be locked", path, error) from None
    if not held:
        os.close(descriptor)
        return None
    return descriptor


def let_go(descriptor: int) -> None:
    """Give a lock up that `hold` took; a folder that is gone meanwhile changes nothing."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)  # where there are no locks, the number is what counts, and its process may live on
    with suppress(OSError):
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether a process holds the lock: another one, or this one by `hold`."""
    try:
        descriptor = open_regular(path)
    except (OSError, RunFolderError):
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return _runs(os.pread(descriptor, 20, 0))
    finally:
        os.close(descriptor)
    return False


def _take(descriptor: int) -> bool:
    """Take the lock alone, in several tries; return whether that worked, or there are no locks."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(PERIOD)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return not _runs(os.pread(descriptor, 20, 0))
            raise
        else:
            return True


def _runs(number: bytes) -> bool:
    """Whether a process of that number runs on this machine."""
    if not number.isdigit() or not int(number):
        return False
    try:
        os.kill(int(number), 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True
