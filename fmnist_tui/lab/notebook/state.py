"""What a notebook file held when it was last looked at, and what it holds by now, read without a lock."""

import hashlib
import os
import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from fmnist_tui.lab.notebook import durable, source
from fmnist_tui.lab.plain_text import line_end
from fmnist_tui.lab.toml.migration import HEADER
from fmnist_tui.lab.toml.reading import Notebook, NotebookError, read_text

Signature = tuple[int, int, int, int]
"""A file's inode, its size in bytes, and the times of change of its content and of the rest in nanoseconds.

They are compared for being the same, never for order: a clock may go back.
"""

MARK = b"\xef\xbb\xbf"
"""With what some editors begin a file."""

_TRIES = 50
"""How often a file that others are writing is read again before what was read has to do."""

_RECORDS = re.compile(rb"\s*\[\[(run|experiment)\]\]\s")


@dataclass(frozen=True, slots=True)
class State:
    """One state of a notebook file."""

    signature: Signature | None = None
    """None where there is no file."""
    notebook: Notebook = field(default_factory=Notebook)
    size: int = 0
    """How many bytes of it were read."""
    digest: Any = field(default_factory=hashlib.blake2b)
    """The hash of these bytes."""
    last: bytes = b""
    """The last of them."""
    line_end: str = "\n"
    """How most of its lines end; those that are added end so too."""
    taken: set[tuple[str, str]] = field(default_factory=set)
    """The ids of its runs and the names of its plans, by kind; never fewer than the notebook has."""

    def data(self, text: str) -> bytes:
        """Return what has to be added at the end for the text of records to stand there."""
        lead = "" if self.last == b"\n" else "\n"
        return ((lead if self.size else HEADER) + text).replace("\n", self.line_end).encode("utf-8")

    def grown(self, added: Notebook, data: bytes, signature: Signature | None) -> "State":
        """Return the state of the file after records were added at its end."""
        digest = self.digest.copy()
        digest.update(data)
        self.taken.update(_names(added))
        known = self.notebook
        notebook = replace(known, experiments=(*known.experiments, *added.experiments), runs=(*known.runs, *added.runs))
        return State(signature, notebook, self.size + len(data), digest, data[-1:], self.line_end, self.taken)

    def taken_by(self, added: Notebook) -> tuple[str, str] | None:
        """Return kind and id, or name, of the first of new records that the notebook has already."""
        return next((name for name in _names(added) if name in self.taken), None)

    def holds(self, content: bytes) -> bool:
        """Whether these are the bytes that were read."""
        return len(content) == self.size and hashlib.blake2b(content).digest() == self.digest.digest()


def state_of(content: bytes, notebook: Notebook, signature: Signature | None) -> State:
    """Return the state of a file that holds some bytes, which say what the notebook says."""
    digest, ends = hashlib.blake2b(content), line_end(content)
    return State(signature, notebook, len(content), digest, content[-1:], ends, set(_names(notebook)))


def signature_of(path: Path) -> Signature | None:
    """Return what tells one state of a file from another, or None where there is none."""
    try:
        return signed(path.stat())
    except OSError:
        return None


def signed(state: os.stat_result) -> Signature:
    """Return the signature of a file's state."""
    return state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns


def read_state(path: Path, note: Path, known: State) -> State:
    """Return what a file holds by now.

    Args:
        path: the file; where there is none the notebook is empty.
        note: where appends to it are noted while they last.
        known: an earlier state: where the file has only grown since, only what is new is parsed.

    Raises:
        NotebookError: a file that cannot be read.
    """
    content, signature = _whole_content(path, note, known.size)
    if signature is None:
        return State()
    if grown := _grown(known, content, signature):
        return grown
    return state_of(content, read_text(decoded(content, path), str(path)), signature)


def decoded(content: bytes, path: Path) -> str:
    """Return a file's text without the mark that some editors begin it with; NotebookError where it is none."""
    if content.startswith(2 * MARK):
        raise NotebookError(f"{path}, line 1: begins with two byte order marks (U+FEFF); save it with one, or none")
    try:
        return content.removeprefix(MARK).decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.removeprefix(MARK).count(b"\n", 0, error.start) + 1
        raise NotebookError(f"{path}, line {line}: not UTF-8 text; mend it in an editor") from None


def _whole_content(path: Path, note: Path, least: int) -> tuple[bytes, Signature | None]:
    """Return a file's bytes between two writings, and its signature then.

    Where writers leave no time in between, it is what was there before the append that was at work,
    if that is not less than the `least` bytes that were read before.
    """
    content: bytes = b""
    for _ in range(_TRIES):
        before, at = signature_of(path), durable.begun_at(note)
        if before is None:
            return b"", None
        try:
            content = durable.without_half(source.read_file(path), note)
        except FileNotFoundError:
            continue
        after = signature_of(path)
        if after == before:
            break
        if at is not None and after and after[0] == before[0] and least <= at <= len(content):
            return content[:at], before
    return content, before


def _grown(known: State, content: bytes, signature: Signature) -> State | None:
    """Return the state of a file to which nothing but records was added, or None where that is not sure."""
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
        return None  # the whole is read instead, and says where in the file it is wrong
    if notebook.unknown or known.taken_by(notebook):
        return None
    return known.grown(notebook, added, signature)


def _names(notebook: Notebook) -> list[tuple[str, str]]:
    return [
        *(("experiment", plan.name) for plan in notebook.experiments),
        *(("run", run.id) for run in notebook.runs),
    ]
