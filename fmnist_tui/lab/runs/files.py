"""Read and write files in untrusted folders: no links followed, no blocking, atomic writes."""

import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Literal

from fmnist_tui.lab.errors import UserError, advice
from fmnist_tui.lab.plain_text import counted, visible

_LONGEST_PATH = 4_096

_PIECE = 64 * 1024


class RunFolderError(UserError):
    pass


class NotRegularError(RunFolderError):
    """A pipe, device, folder or link."""


class FileTooLargeError(RunFolderError):
    pass


Links = Literal["none", "folder", "all"]
"""Links to follow: none; those of folders; or all, which users may make for a file."""

_PLACE_ONLY = getattr(os, "O_PATH", os.O_RDONLY)


def open_regular(path: Path, flags: int = os.O_RDONLY, links: Links = "none") -> int:
    """Open without blocking and return the descriptor; NotRegularError for others and for unwanted links."""
    # Without O_NONBLOCK, opening a pipe would block until it has a writer.
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
    try:
        return path.is_symlink()
    except OSError:
        return False


def read_regular(path: Path, most: int, links: Links = "none") -> bytes | None:
    """Return None for a missing file; FileTooLargeError for more than `most` bytes."""
    try:
        with open(open_regular(path, links=links), "rb") as file:
            content = read_at_most(file, most + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise cannot("be read", path, error) from None
    if len(content) > most:
        raise FileTooLargeError(f"{spoken(path)}: larger than the {counted(most, 'byte')} that are read; remove it")
    return content


def read_at_most(file: BinaryIO, most: int) -> bytes:
    """Read to the end, or `most` bytes, in memory for what is there: `file.read(most)` takes memory for `most`."""
    piece = os.fstat(file.fileno()).st_size + 1  # of a pipe 1
    pieces = list[bytes]()
    while most > 0 and (read := file.read(min(piece, most))):
        pieces.append(read)
        most -= len(read)
        piece = _PIECE
    return b"".join(pieces)


def file_bytes(path: Path) -> int | None:
    """Return the size of an ordinary file, or None if there is none that would be read."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_size if stat.S_ISREG(found.st_mode) else None


def write_atomic(path: Path, write: Callable[[BinaryIO], object]) -> None:
    """Replace a file atomically with what `write` produces; on errors the old content stays.

    The temporary name is fixed, so that a killed process leaves at most one such file; two writers would collide.
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
    return RunFolderError(f"{spoken(path)}: cannot {what}: {error.strerror or error}{advice(error)}")


def spoken(path: Path) -> str:
    return visible(str(path), _LONGEST_PATH)
