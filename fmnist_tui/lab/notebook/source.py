"""Read a notebook's bytes from a regular file, through links, or from a pipe."""

import errno
import hashlib
import os
import re
import stat
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fmnist_tui.lab.errors import advice
from fmnist_tui.lab.notebook import durable
from fmnist_tui.lab.notebook.durable import MOST_BYTES
from fmnist_tui.lab.plain_text import counted, line_end
from fmnist_tui.lab.runs.files import NotRegularError, open_regular, read_at_most
from fmnist_tui.lab.toml.migration import HEADER
from fmnist_tui.lab.toml.reading import Notebook, NotebookError, read_text

_MOST_LINKS = 40


class AccessDenied(NotebookError):
    """A later try may succeed although the file is unchanged."""


def resolve_link(path: Path) -> Path:
    """Return the target, which may not exist, so that two paths to one file share a lock; circular links stay."""
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
    """Return the descriptor of a pipe named by `/dev/stdin` or a shell's `<(…)`."""
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
    try:
        with open(descriptor, "rb", closefd=False) as pipe:
            content = read_at_most(pipe, MOST_BYTES + 1)
    except OSError as error:
        raise AccessDenied(f"{path}: cannot be read: {error.strerror}{advice(error)}") from None
    if not content:
        raise NotebookError(f"{path}: nothing came through this pipe; a pipe can be read once")
    return _bounded(content, path)


def read_file(path: Path) -> bytes:
    """Raise FileNotFoundError for a missing file, NotebookError for one that cannot be read."""
    try:
        with open(open_notebook(path), "rb") as file:
            content = read_at_most(file, MOST_BYTES + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise unreadable(path, error) from None
    return _bounded(content, path)


def open_notebook(path: Path, flags: int = os.O_RDONLY) -> int:
    """Return the descriptor; OSError if that fails, NotebookError if it is not a regular file."""
    try:
        return open_regular(path, flags, links="all")
    except NotRegularError:
        raise not_a_file(path) from None


def unreadable(path: Path, error: OSError) -> AccessDenied:
    if error.errno == errno.ELOOP:
        return AccessDenied(f"{path}: its links lead in a circle; name the file itself")
    return AccessDenied(f"{path}: cannot be read: {error.strerror}{advice(error)}")


def not_a_file(path: Path) -> NotebookError:
    if path.is_dir():
        return NotebookError(f"{path}: cannot be read: Is a directory; name the notebook in it")
    return NotebookError(f"{path}: not an ordinary file; name the notebook's file with --file")


def check_writable_kind(path: Path) -> None:
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


Signature = tuple[int, int, int, int]
"""Inode, size in bytes, modification and change time in nanoseconds.

Compared only for equality: clocks may go back.
"""

MARK = b"\xef\xbb\xbf"
"""The byte order mark that some editors write."""

_TRIES = 50
"""Maximum reads of a file that others are writing."""

_RECORDS = re.compile(rb"\s*\[\[(run|experiment)\]\]\s")


@dataclass(frozen=True, slots=True)
class FileSnapshot:
    signature: Signature | None = None
    """None if the file does not exist."""
    notebook: Notebook = field(default_factory=Notebook)
    size: int = 0
    digest: Any = field(default_factory=hashlib.blake2b)
    last: bytes = b""
    line_end: str = "\n"
    """The most frequent line ending, used for new lines."""
    taken: set[tuple[str, str]] = field(default_factory=set)
    """Kind and name of its records; at least those in the notebook."""

    def data(self, text: str) -> bytes:
        lead = "" if self.last == b"\n" else "\n"
        return ((lead if self.size else HEADER) + text).replace("\n", self.line_end).encode("utf-8")

    def grown(self, added: Notebook, data: bytes, signature: Signature | None) -> "FileSnapshot":
        digest = self.digest.copy()
        digest.update(data)
        self.taken.update(_names(added))
        known = self.notebook
        notebook = replace(known, experiments=(*known.experiments, *added.experiments), runs=(*known.runs, *added.runs))
        return FileSnapshot(signature, notebook, self.size + len(data), digest, data[-1:], self.line_end, self.taken)

    def first_duplicate(self, added: Notebook) -> tuple[str, str] | None:
        return next((name for name in _names(added) if name in self.taken), None)

    def holds(self, content: bytes) -> bool:
        return len(content) == self.size and hashlib.blake2b(content).digest() == self.digest.digest()


def state_of(content: bytes, notebook: Notebook, signature: Signature | None) -> FileSnapshot:
    digest, ends = hashlib.blake2b(content), line_end(content)
    return FileSnapshot(signature, notebook, len(content), digest, content[-1:], ends, set(_names(notebook)))


def signature_of(path: Path) -> Signature | None:
    try:
        return signed(path.stat())
    except OSError:
        return None


def signed(state: os.stat_result) -> Signature:
    return state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns


def read_state(path: Path, note: Path, known: FileSnapshot) -> FileSnapshot:
    """Read a file; a missing one is an empty notebook.

    If it only grew since the state `known`, only new bytes are parsed. The note records appends in progress.
    """
    content, signature = _whole_content(path, note, known.size)
    if signature is None:
        return FileSnapshot()
    if grown := _grown(known, content, signature):
        return grown
    return state_of(content, read_text(decoded(content, path), str(path)), signature)


def decoded(content: bytes, path: Path) -> str:
    if content.startswith(2 * MARK):
        raise NotebookError(f"{path}, line 1: begins with two byte order marks (U+FEFF); save it with one, or none")
    try:
        return content.removeprefix(MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.removeprefix(MARK).count(b"\n", 0, error.start) + 1
        raise NotebookError(f"{path}, line {line}: not UTF-8 text; correct it in an editor") from None


def _whole_content(path: Path, note: Path, least: int) -> tuple[bytes, Signature | None]:
    """Return a file's bytes and signature between two writes.

    If writers leave no gap, return the content before the current append, if that has at least the `least` bytes read
    before.
    """
    content: bytes = b""
    for _ in range(_TRIES):
        before, at = signature_of(path), durable.append_offset(note)
        if before is None:
            return b"", None
        try:
            content = durable.without_partial_append(read_file(path), note)
        except FileNotFoundError:
            continue
        after = signature_of(path)
        if after == before:
            break
        if at is not None and after and after[0] == before[0] and least <= at <= len(content):
            return content[:at], before
    return content, before


def _grown(known: FileSnapshot, content: bytes, signature: Signature) -> FileSnapshot | None:
    """Return the state after records were appended; None unless that is certain."""
    added = content[known.size :]
    on_a_new_line = known.last == b"\n" or added.startswith((b"\n", b"\r\n"))
    if not known.size or (added and not (on_a_new_line and _RECORDS.match(added))):
        return None
    if not known.holds(content[: known.size]):
        return None
    if not added:
        return replace(known, signature=signature)
    try:
        notebook = read_text(added.decode("utf-8"), "what was added", known.notebook.format)
    except (UnicodeDecodeError, NotebookError):
        return None  # reading the whole file reports the right line
    if notebook.unknown or known.first_duplicate(notebook):
        return None
    return known.grown(notebook, added, signature)


def _names(notebook: Notebook) -> list[tuple[str, str]]:
    return [
        *(("experiment", plan.name) for plan in notebook.experiments),
        *(("run", run.id) for run in notebook.runs),
    ]
