"""Which process trains a run and whether it lives; to which notebook the run belongs."""

import errno
import fcntl
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from fmnist_tui.lab.runs.files import RunFolderError, cannot, open_regular, read_regular, write_atomic

NAME = "notebook.json"
_MOST_BYTES = 4_096


class Owner(NamedTuple):
    notebook: str
    holds: str | None = None
    """Id of a run in that notebook, which identifies it after renaming."""


def write_owner(folder: Path, owner: Owner) -> None:
    values = {"notebook": owner.notebook, "holds": owner.holds}
    write_atomic(folder / NAME, lambda file: file.write(json.dumps(values).encode("ascii") + b"\n"))


def read_owner(folder: Path) -> Owner | None:
    try:
        values = json.loads(read_regular(folder / NAME, _MOST_BYTES) or b"{}")
        notebook, holds = values.get("notebook"), values.get("holds")
    except (RunFolderError, ValueError, AttributeError, RecursionError):
        return None
    if not isinstance(notebook, str):
        return None
    return Owner(notebook, holds if isinstance(holds, str) else None)


PATIENCE = 1.0
"""Maximum seconds to wait for the lock."""
PERIOD = 0.01
"""Seconds between retries."""

_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL}
"""Errors from network folders without locks."""


def take_lock(path: Path) -> int | None:
    """Return the descriptor, for `release_lock`; None if another process holds the lock."""
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
