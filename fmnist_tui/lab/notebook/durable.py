"""Bytes on a disk that are there whole or not at all, whatever fails or is killed in between.

What is replaced goes through a temporary file and a rename. What is appended to is not copied, so
that an append costs the same however long the file is; that it was begun is noted beside the file
first, as databases do, and whoever finds half an append there, its process killed, can tell it by
that note from what a person wrote: readers leave it out, the next writer completes it.
"""

import hashlib
import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from fmnist_tui.lab.runs.files import RunFolderError, open_regular, read_regular

MOST_BYTES = 256 * 1024**2
"""The largest file that is appended to: a notebook of some hundred thousand runs."""

_NEW_FILE = 0o666


class Overtaken(Exception):
    """A file that somebody else changed before it could be replaced; it is as they left it."""


def append(path: Path, size: int, data: bytes, note: Path) -> os.stat_result:
    """Add bytes at the end of a file, made if need be, and have them on disk before returning.

    Args:
        path: the file.
        size: how long it is, as far as the caller knows.
        data: what to add.
        note: where it is noted for as long as it takes; the caller sees to it that no two write at a time.

    Returns:
        The file's state with the bytes in it.

    Raises:
        Overtaken: it is of another length.
        OSError: nothing was added; or the file can be neither written nor taken back, and the note stays.
        RunFolderError: nothing was added; the file or its note is not an ordinary file.
    """
    made = not path.exists()
    file = open_regular(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, links="all")
    try:
        if os.fstat(file).st_size != size:
            raise Overtaken
        _write_note(note, size, data)
        try:
            _write_all(file, data)
            os.fsync(file)
            state = os.fstat(file)
        except BaseException:
            os.ftruncate(file, size)  # half a record would make the whole file unreadable
            _clear(note)
            raise
    finally:
        _close(file)
    _clear(note)
    if made:
        _sync_folder(path.parent)
    return state


def without_half(content: bytes, note: Path) -> bytes:
    """Return a file's content without the append that its note says was begun and that is not whole."""
    begun = _read_note(note)
    if begun is None or not begun[0] <= len(content) < begun[0] + len(begun[1]):
        return content
    at, data = begun
    # After a power failure the end of a file may read as zeros, which no TOML holds.
    half = content[at:].rstrip(b"\0")
    return content[:at] if data.startswith(half) else content


def begun_at(note: Path) -> int | None:
    """Return where the append at work began: all before it is whole; None where none is at work."""
    begun = _read_note(note)
    return begun[0] if begun else None


def complete(path: Path, note: Path) -> None:
    """Complete the append that its note says was begun and that is not whole; the caller holds the lock.

    Raises:
        OSError: it cannot be read or written.
        RunFolderError: it is not an ordinary file, or too large.
    """
    begun = _read_note(note)
    if begun is None:
        return
    content = read_regular(path, MOST_BYTES, links="all")
    if content is None:
        return
    whole = without_half(content, note)
    if len(whole) < len(content):
        os.truncate(path, len(whole))
        append(path, len(whole), begun[1], note)
    _clear(note)


def replace(
    path: Path, content: bytes, *, through_links: bool = True, unless: Callable[[], bool] = lambda: False
) -> None:
    """Put bytes in a file's place at once, its permissions kept.

    Args:
        path: the file, made if need be.
        content: all that it shall hold.
        through_links: whether a link stays one, and its target is replaced; else the link is.
        unless: asked at the last moment; where it says so nothing is replaced.

    Raises:
        OSError: it cannot be written; what was there still is.
        Overtaken: `unless` said so.
    """
    target = Path(os.path.realpath(path)) if through_links else path
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _NEW_FILE)
    try:
        try:
            _take_after(file, target)
            _write_all(file, content)
            os.fsync(file)
        finally:
            _close(file)
        if unless():
            raise Overtaken
        draft.replace(target)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise
    _sync_folder(target.parent)


def _write_all(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


def _close(file: int) -> None:
    """Close a file that is on disk or given up: what closing has to say changes nothing."""
    with suppress(OSError):
        os.close(file)


def _take_after(file: int, model: Path) -> None:
    """Give a new file the permissions, and where that is allowed the owner, of the one that it replaces."""
    try:
        state = model.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(state.st_mode):  # a link that is replaced itself: its permissions mean nothing
        return
    with suppress(OSError):
        os.fchown(file, state.st_uid, state.st_gid)
    os.fchmod(file, stat.S_IMODE(state.st_mode))


def _sync_folder(folder: Path) -> None:
    """Have a folder's names on disk, where the file system can."""
    with suppress(OSError):
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(file)
        finally:
            _close(file)


def _write_note(note: Path, at: int, data: bytes) -> None:
    """Note that bytes are about to be added at an offset; the note is complete on disk or none."""
    head = f"{at} {len(data)} {hashlib.sha256(data).hexdigest()}\n".encode("ascii")
    file = open_regular(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, links="folder")
    try:
        _write_all(file, head + data)
        os.fsync(file)
    finally:
        _close(file)


def _read_note(note: Path) -> tuple[int, bytes] | None:
    """Return the offset and the bytes that a note tells of; None where there is none or it is not whole."""
    try:
        head, _, data = (read_regular(note, MOST_BYTES, links="folder") or b"").partition(b"\n")
        at, length, digest = head.split()
        whole = int(length) == len(data) and digest.decode("ascii") == hashlib.sha256(data).hexdigest()
    except (RunFolderError, ValueError):
        return None
    return (int(at), data) if whole else None


def _clear(note: Path) -> None:
    with suppress(OSError, RunFolderError):
        file = open_regular(note, os.O_WRONLY, links="folder")
        try:
            os.ftruncate(file, 0)
        finally:
            _close(file)
