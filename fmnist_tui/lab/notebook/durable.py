"""Write files so that their content is complete or unchanged after any failure."""

import errno
import fcntl
import hashlib
import os
import secrets
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fmnist_tui.lab.runs.files import RunFolderError, open_regular, read_regular

LOCK_SECONDS = 10.0
"""Seconds that a writer waits for the lock before it fails."""

_LONGEST_PAUSE = 0.02
"""Maximum seconds between retries; the first are shorter, since most writes are."""

_NO_LOCKS = {errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}
"""Errors from network folders without locks."""


class Busy(Exception):
    pass


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold a file's lock within a block; Busy if another writer keeps it.

    Where locks are not supported, a file with process id and host name replaces it.
    """
    file = open_regular(path, os.O_RDWR | os.O_CREAT, links="folder")
    try:
        with lock_held(file, path, LOCK_SECONDS):
            yield
    finally:
        os.close(file)


@contextmanager
def lock_held(file: int, path: Path, seconds: float) -> Iterator[None]:
    """Hold the lock of an open file or folder within a block; Busy if another keeps it for so many seconds.

    The file stays open after the block, and holds the lock until it is closed.
    """
    if _acquired(file, seconds):
        yield
    else:
        with _lock_file(path.with_name(f"{path.name}.held"), seconds):
            yield


def _acquired(file: int, seconds: float) -> bool:
    """Take the lock of an open file; false if locks are not supported."""
    end, pause = time.monotonic() + seconds, 0.001
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise Busy from None
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        except OSError as error:
            if error.errno in _NO_LOCKS:
                return False
            raise
        else:
            return True


@contextmanager
def _lock_file(path: Path, seconds: float) -> Iterator[None]:
    from filelock import SoftFileLock, Timeout

    lock = SoftFileLock(path, timeout=seconds)
    try:
        lock.acquire()
    except Timeout:
        raise Busy from None
    try:
        yield
    finally:
        lock.release()


MOST_BYTES = 256 * 1024**2
"""Maximum size of a file to append to: a notebook of some hundred thousand runs."""

_NEW_FILE = 0o666


class FileChanged(Exception):
    """Another program changed the file, so nothing was written."""


def append(path: Path, size: int, data: bytes, note: Path) -> os.stat_result:
    """Append to a file of known size, sync it to disk and return its new state.

    The note records the append until it is done; the caller ensures a single writer.

    Raises:
        FileChanged: the file has another size.
        OSError: nothing was added; or the append could not be undone, and the note stays.
        RunFolderError: the file or its note is not a regular file.
    """
    made = not path.exists()
    file = open_regular(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, links="all")
    try:
        if os.fstat(file).st_size != size:
            raise FileChanged
        _write_note(note, size, data)
        try:
            _write_all(file, data)
            os.fsync(file)
            state = os.fstat(file)
        except BaseException:
            os.ftruncate(file, size)  # half a record would make the file unreadable
            _clear(note)
            raise
    finally:
        _close(file)
    _clear(note)
    if made:
        _sync_folder(path.parent)
    return state


def without_partial_append(content: bytes, note: Path) -> bytes:
    """Remove the incomplete append that the note records."""
    begun = _read_note(note)
    if begun is None or not begun[0] <= len(content) < begun[0] + len(begun[1]):
        return content
    at, data = begun
    # After a power failure a file may end in zeros, which TOML does not allow.
    half = content[at:].rstrip(b"\0")
    return content[:at] if data.startswith(half) else content


def append_offset(note: Path) -> int | None:
    """Return where the current append began, or None; everything before it is complete."""
    begun = _read_note(note)
    return begun[0] if begun else None


def complete(path: Path, note: Path) -> None:
    """Complete an interrupted append; the caller holds the lock."""
    begun = _read_note(note)
    if begun is None:
        return
    content = read_regular(path, MOST_BYTES, links="all")
    if content is None:
        return
    whole = without_partial_append(content, note)
    if len(whole) < len(content):
        os.truncate(path, len(whole))
        append(path, len(whole), begun[1], note)
    _clear(note)


def replace(
    path: Path, content: bytes, *, through_links: bool = True, unless: Callable[[], bool] = lambda: False
) -> None:
    """Replace a file's content atomically, keeping its permissions; on errors the old content stays.

    Without `through_links` a link is replaced, not its target. `unless` is called last; if it returns true,
    FileChanged is raised.
    """
    target = Path(os.path.realpath(path)) if through_links else path
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _NEW_FILE)
    try:
        try:
            _copy_permissions(file, target)
            _write_all(file, content)
            os.fsync(file)
        finally:
            _close(file)
        if unless():
            raise FileChanged
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
    with suppress(OSError):
        os.close(file)


def _copy_permissions(file: int, model: Path) -> None:
    try:
        state = model.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(state.st_mode):  # the permissions of a replaced link mean nothing
        return
    with suppress(OSError):
        os.fchown(file, state.st_uid, state.st_gid)
    os.fchmod(file, stat.S_IMODE(state.st_mode))


def _sync_folder(folder: Path) -> None:
    with suppress(OSError):
        file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(file)
        finally:
            _close(file)


def _write_note(note: Path, at: int, data: bytes) -> None:
    head = f"{at} {len(data)} {hashlib.sha256(data).hexdigest()}\n".encode("ascii")
    file = open_regular(note, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, links="folder")
    try:
        _write_all(file, head + data)
        os.fsync(file)
    finally:
        _close(file)


def _read_note(note: Path) -> tuple[int, bytes] | None:
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
