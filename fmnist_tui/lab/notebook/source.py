"""Where a notebook's bytes come from: an ordinary file, perhaps behind links, or a pipe that a command is given."""

import errno
import os
import stat
from pathlib import Path

from fmnist_tui.lab.notebook.durable import MOST_BYTES
from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.runs.files import NotRegularError, open_regular
from fmnist_tui.lab.toml.reading import NotebookError

_MOST_LINKS = 40


class Inaccessible(NotebookError):
    """A file that the system does not let be read; it may the next time, though the file has not changed."""


def linked_file(path: Path) -> Path:
    """Return the file that a link leads to, there or not; a path that is no link is returned as it is.

    Two paths to one file so have one lock and one `runs/`. Links that lead in a circle lead to themselves.
    """
    found = path
    if piped(path) is not None:
        return path
    for _ in range(_MOST_LINKS):
        try:
            target = found.parent / found.readlink()
            if found.exists() and not (target.exists() and target.samefile(found)):
                return found  # the link of an open file under /proc: its target is not a path
        except OSError:
            return found  # no link, or none that can be read: what is wrong is said when it is opened
        found = target
    return path


def piped(path: Path) -> int | None:
    """Return the descriptor of the pipe that `/dev/stdin` or a shell's `<(…)` names; None where it is no pipe."""
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
    """Return all that comes through a pipe until its other end is closed.

    Raises:
        NotebookError: nothing comes, or more than a notebook can be.
    """
    try:
        with open(descriptor, "rb", closefd=False) as pipe:
            content = pipe.read(MOST_BYTES + 1)
    except OSError as error:
        raise Inaccessible(f"{path}: cannot be read: {error.strerror}") from None
    if not content:
        raise NotebookError(f"{path}: nothing came through this pipe; a pipe can be read once")
    return _bounded(content, path)


def read_file(path: Path) -> bytes:
    """Return what a notebook's file holds.

    Raises:
        FileNotFoundError: there is none.
        NotebookError: it cannot be read, is no ordinary file, or larger than a notebook can be.
    """
    try:
        with open(open_notebook(path), "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(path, error) from None
    return _bounded(content, path)


def open_notebook(path: Path, flags: int = os.O_RDONLY) -> int:
    """Open a notebook's file and return its descriptor; OSError where it cannot be, NotebookError for another thing."""
    try:
        return open_regular(path, flags, links="all")
    except NotRegularError:
        raise not_a_file(path) from None


def unreadable(path: Path, error: OSError) -> Inaccessible:
    """Return the error that says why the system does not let a notebook be read."""
    if error.errno == errno.ELOOP:
        return Inaccessible(f"{path}: its links lead in a circle; name the file itself")
    return Inaccessible(f"{path}: cannot be read: {error.strerror}")


def not_a_file(path: Path) -> NotebookError:
    """Return the error that says that something else is where a notebook's file is meant to be."""
    if path.is_dir():
        return NotebookError(f"{path}: cannot be read: Is a directory; name the notebook in it")
    return NotebookError(f"{path}: not an ordinary file; name the notebook's file with --file")


def check_writable_kind(path: Path) -> None:
    """Raise NotebookError for what can hold no notebook that is written: a pipe, a device, a folder."""
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
