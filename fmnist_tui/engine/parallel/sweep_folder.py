"""The temporary folder of a sweep: locked while its process lives, removed later if the process was killed."""

import fcntl
import os
import re
import shutil
import stat
import tempfile
import time
from contextlib import suppress
from pathlib import Path

PREFIX = "fmnist-tui-"
LOCK = ".lock"
"""The file locked by the sweep's process; the system unlocks it when the process dies."""
OVER = "-over"

_NAME = re.compile(rf"{PREFIX}[a-z0-9_]{{8}}(?:{OVER})?")
_TRIES = 5
_OLD_SECONDS = 24 * 3600.0
"""Age after which a folder without a lock file is removed."""


class SweepFolder:
    """A private temporary folder, locked by this process.

    Raises:
        OSError: no temporary folder can be created.
    """

    def __init__(self) -> None:
        for _ in range(_TRIES):
            self.path = Path(tempfile.mkdtemp(prefix=PREFIX))
            self._lock = _locked(self.path, os.O_CREAT | os.O_EXCL)
            if (self.path / LOCK).exists():
                break
            # Another program removed it as a leftover before it was locked.

    def remove(self) -> None:
        _remove(self.path)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def clear_leftovers() -> None:
    """Remove this user's sweep folders whose process was killed; symbolic links are not followed."""
    with suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for path in [Path(entry.path) for entry in entries if _NAME.fullmatch(entry.name)]:
            with suppress(OSError):
                _clear(path)


def _clear(path: Path) -> None:
    state = path.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.geteuid():
        return
    try:
        lock = _locked(path)
    except FileNotFoundError:  # from an older version, half removed, or not locked yet
        if path.name.endswith(OVER) or time.time() - state.st_mtime > _OLD_SECONDS:
            _remove(path)
        return
    if lock is not None:
        _remove(path)
        os.close(lock)


def _locked(path: Path, flags: int = 0) -> int | None:
    """Lock a folder; return the descriptor, or None if another process has the lock or locks do not work."""
    flags |= os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    descriptor = os.open(path / LOCK, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _remove(path: Path) -> None:
    # Renamed first, so that a worker cannot write into it while it is being emptied.
    with suppress(OSError):  # it is gone
        over = path if path.name.endswith(OVER) else path.rename(path.with_name(f"{path.name}{OVER}"))
        shutil.rmtree(over, ignore_errors=True)
