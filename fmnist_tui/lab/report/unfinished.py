"""The folder in which a report is made, locked so that two programs do not write one report at once."""

import errno
import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from fmnist_tui.lab.notebook.durable import lock_held

PREFIX = ".fmnist-tui-report-"
LEFT_SECONDS = 60.0
"""Age at which an unlocked folder counts as left by a killed program."""
LOCK_SECONDS = 0.2
"""Seconds to wait for the lock: as long as another program needs to remove a folder, not to write a report."""


@contextmanager
def unfinished_folder(report: Path) -> Iterator[Path]:
    """Make an empty folder beside a report, locked and removed at the end; remove those that killed programs left.

    Its name is always the same for one report, so its lock is the report's: Busy while another program has it.
    """
    for left in report.parent.glob(f"{PREFIX}*"):
        with suppress(OSError):  # in use, or another user's
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                _remove_unlocked(left)
    folder = report.with_name(PREFIX + sha256(os.fsencode(report.stem)).hexdigest()[:16])
    with ExitStack() as stack:
        _make_and_lock(folder, stack)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        _empty(folder)
        yield folder


def _make_and_lock(folder: Path, stack: ExitStack) -> None:
    while True:
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
        with ExitStack() as opened, suppress(FileNotFoundError):  # removed meanwhile by the program that had it
            file = _open(folder)
            opened.callback(os.close, file)
            opened.enter_context(lock_held(file, folder, LOCK_SECONDS))
            if os.path.samestat(os.fstat(file), folder.lstat()):
                stack.enter_context(opened.pop_all())
                return


def _open(folder: Path) -> int:
    """Open a folder of this user."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    if os.fstat(file).st_uid != os.geteuid():
        os.close(file)
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    return file


def _empty(folder: Path) -> None:
    for each in folder.iterdir():
        if each.is_dir() and not each.is_symlink():
            shutil.rmtree(each)
        else:
            each.unlink()


def _remove_unlocked(folder: Path) -> None:
    file = _open(folder)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # without locks, nobody knows whether it is in use
        shutil.rmtree(folder)
    finally:
        os.close(file)
