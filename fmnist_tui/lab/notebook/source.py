"""Read a notebook's bytes from a regular file, through links, or from a pipe."""

import errno
import os
import stat
from pathlib import Path

from fmnist_tui.lab.notebook.durable import MOST_BYTES
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.runs.files import NotRegularError, open_regular
from fmnist_tui.lab.toml.reading import NotebookError

_MOST_LINKS = 40


class AccessDenied(NotebookError):
    """The system denies access; a later try may succeed although the file is unchanged."""


def resolve_link(path: Path) -> Path:
    """Follow a link to its target, which may not exist; circular links return themselves.

    So two paths to one file share a lock and a `runs/`.
    """
    found = path
    if piped(path) is not None:
        return path
    for _ in range(_MOST_LINKS):
        try:
            target = found.parent / found.readlink()
            if found.exists() and not (target.exists() and target.samefile(found)):
                return found  # an open file under /proc, whose target is not a path
        except OSError:
            return found  # no link, or unreadable; opening it reports the error
        found = target
    return path


def piped(path: Path) -> int | None:
    """Return the descriptor of a pipe named by `/dev/stdin` or a shell's `<(…)`; None if it is no pipe."""
    if str(path) == "/dev/stdin":
        number = 0
    elif path.name.isascii() and path.name.isdigit() and os.path.realpath(path.parent) == os.path.realpath("/dev/fd"):
        number = int(path.name)
    else:
        return None
    try:
        mode = os.fstat(number).st_mode
    except (OSError, OverflowError):
        return None
    return number if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else None


def read_pipe(descriptor: int, path: Path) -> bytes:
    """Read a pipe to its end; NotebookError if it is empty or too large."""
    try:
        with open(descriptor, "rb", closefd=False) as pipe:
            content = pipe.read(MOST_BYTES + 1)
    except OSError as error:
        raise AccessDenied(f"{path}: cannot be read: {error.strerror}") from None
    if not content:
        raise NotebookError(f"{path}: nothing came through this pipe; a pipe can be read once")
    return _bounded(content, path)


def read_file(path: Path) -> bytes:
    """Read a notebook file; FileNotFoundError if it does not exist, NotebookError if it cannot be read."""
    try:
        with open(open_notebook(path), "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(path, error) from None
    return _bounded(content, path)


def open_notebook(path: Path, flags: int = os.O_RDONLY) -> int:
    """Open a notebook and return its descriptor; OSError if that fails, NotebookError if it is not a regular file."""
    try:
        return open_regular(path, flags, links="all")
    except NotRegularError:
        raise not_a_file(path) from None


def unreadable(path: Path, error: OSError) -> AccessDenied:
    if error.errno == errno.ELOOP:
        return AccessDenied(f"{path}: its links lead in a circle; name the file itself")
    return AccessDenied(f"{path}: cannot be read: {error.strerror}")


def not_a_file(path: Path) -> NotebookError:
    if path.is_dir():
        return NotebookError(f"{path}: cannot be read: Is a directory; name the notebook in it")
    return NotebookError(f"{path}: not an ordinary file; name the notebook's file with --file")


def check_writable_kind(path: Path) -> None:
    """Raise NotebookError for a pipe, device or folder, which cannot be written as a notebook."""
    if piped(path) is not None:
        raise NotebookError(
            f"{path}: a pipe, which can only be read, by list, show, compare, export and code; name a file with --file"
        )
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise unreadable(path, error) from None
    if not stat.S_ISREG(mode):
        raise not_a_file(path)


def _bounded(content: bytes, path: Path) -> bytes:
    if len(content) > MOST_BYTES:
        raise NotebookError(f"{path}: more than {counted(MOST_BYTES, 'byte')}, which no notebook has")
    return content
