"""Files in a folder that anybody may have filled: read without following or waiting, written whole or not at all."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from fmnist_tui.lab.errors import Mendable
from fmnist_tui.lab.plain_text import counted, visible

_LONGEST_PATH = 4_096


class RunFolderError(Mendable):
    """A run's folder that cannot be read or written; the message is one line and says how to mend it."""


def open_regular(path: Path, flags: int = os.O_RDONLY) -> int:
    """Open an ordinary file and return its descriptor; neither a link nor a pipe stands in for one.

    Raises:
        OSError: there is none, or it cannot be opened.
        RunFolderError: something that is not an ordinary file.
    """
    # Without O_NONBLOCK the opening of a pipe would wait for somebody at its other end.
    descriptor = os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o666)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RunFolderError(f"{spoken(path)}: not an ordinary file; remove it")
    return descriptor


def read_regular(path: Path, most: int) -> bytes | None:
    """Return what an ordinary file holds, or None where there is none.

    Raises:
        RunFolderError: a file of more than `most` bytes, one that cannot be read, or something else of that name.
    """
    try:
        with open(open_regular(path), "rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise cannot("be read", path, error) from None
    if len(content) > most:
        raise RunFolderError(f"{spoken(path)}: more than {counted(most, 'byte')}, which no training writes; remove it")
    return content


def write_whole(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Have `write` fill a file, which takes the place of the one at `path` once it is on disk.

    The draft's name is always the same, so that a process that was killed leaves one at most: no two may
    write the same file at a time.

    Raises:
        RunFolderError: it cannot be written; what was there before still is.
    """
    draft = path.with_name(f".{path.name}.draft")
    try:
        try:
            draft.unlink(missing_ok=True)
            with open(open_regular(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL), "w+b") as file:
                write(file)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise cannot("be written", path, error) from None


def cannot(what: str, path: Path, error: OSError) -> RunFolderError:
    """Return the error that says of a file what cannot be done with it, and why."""
    return RunFolderError(f"{spoken(path)}: cannot {what}: {error.strerror or error}")


def spoken(path: Path) -> str:
    """Return a path for a message: its name may be anybody's."""
    return visible(str(path), _LONGEST_PATH)
