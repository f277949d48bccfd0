"""Files in a folder that anybody may have filled: read without following or waiting, written whole or not at all."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.plain_text import counted, visible

_LONGEST_PATH = 4_096


class RunFolderError(UserError):
    """A run's folder that cannot be read or written; the message is one line and says how to mend it."""


class NotRegularError(RunFolderError):
    """A pipe, a device, a folder or a link where an ordinary file is meant to be."""


class TooLargeError(RunFolderError):
    """A file of more bytes than are read."""


Links = Literal["none", "folder", "all"]
"""Through which links a file is opened: none; where its folder is one; or any, such as a person makes for a file."""

_PLACE_ONLY = getattr(os, "O_PATH", os.O_RDONLY)


def open_regular(path: Path, flags: int = os.O_RDONLY, links: Links = "none") -> int:
    """Open an ordinary file and return its descriptor; nothing else stands in for one, and a pipe is not waited for.

    Raises:
        OSError: there is none, or it cannot be opened.
        NotRegularError: something that is not an ordinary file, or a link that is not followed.
    """
    # Without O_NONBLOCK the opening of a pipe would wait for somebody at its other end.
    flags |= os.O_NONBLOCK | os.O_CLOEXEC | (0 if links == "all" else os.O_NOFOLLOW)
    try:
        descriptor = _open_in_folder(path, flags) if links == "none" else os.open(path, flags, 0o666)
    except OSError as error:
        if error.errno == errno.ENXIO or (error.errno == errno.ELOOP and links != "all"):
            raise NotRegularError(f"{spoken(path)}: not an ordinary file; remove it") from None
        raise
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotRegularError(f"{spoken(path)}: not an ordinary file; remove it")
    return descriptor


def _open_in_folder(path: Path, flags: int) -> int:
    """Open a file in a folder that is not a link."""
    try:
        folder = os.open(path.parent, _PLACE_ONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except NotADirectoryError:
        if is_link(path.parent):
            raise NotRegularError(f"{spoken(path.parent)}: a link, which is not followed; remove it") from None
        raise
    try:
        return os.open(path.name, flags, 0o666, dir_fd=folder)
    finally:
        os.close(folder)


def is_link(path: Path) -> bool:
    """Whether a path is a link, as far as the system lets that be seen."""
    try:
        return path.is_symlink()
    except OSError:
        return False


def read_regular(path: Path, most: int, links: Links = "none") -> bytes | None:
    """Return what an ordinary file holds, or None where there is none.

    Raises:
        TooLargeError: a file of more than `most` bytes.
        RunFolderError: one that cannot be read, or something else of that name.
    """
    try:
        with open(open_regular(path, links=links), "rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise cannot("be read", path, error) from None
    if len(content) > most:
        raise TooLargeError(f"{spoken(path)}: larger than the {counted(most, 'byte')} that are read; remove it")
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
