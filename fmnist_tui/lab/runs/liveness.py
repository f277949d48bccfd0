"""Detect whether a process trains in a folder, by a lock that the system releases when the process dies.

The lock is `flock`'s. Checks take it shared and for microseconds, so that they do not see each other; the training
takes it exclusively and retries, so that a check cannot keep it out. On network folders without locks, the process id
in the file replaces it.
"""

import errno
import fcntl
import os
import time
from contextlib import suppress
from pathlib import Path

from fmnist_tui.lab.runs.files import RunFolderError, cannot, open_regular

PATIENCE = 1.0
"""Maximum seconds to wait for the lock."""
PERIOD = 0.01
"""Seconds between retries."""

_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
"""Errors from network folders without locks."""


def hold(path: Path) -> int | None:
    """Take the lock and return its descriptor, for `release_lock`; None if another process holds it."""
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


def release_lock(descriptor: int) -> None:
    """Release a lock taken by `hold`; a deleted folder is ignored."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)  # without locks the process id counts, and this process may go on
    with suppress(OSError):
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Return whether a process, this one included, holds the lock."""
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
    """Take the exclusive lock, with retries; true if taken, or if locks are not supported."""
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
    if not number.isdigit() or not int(number):
        return False
    try:
        os.kill(int(number), 0)
    except PermissionError:
        return True
    except (ProcessLookupError, OverflowError):
        return False
    return True
