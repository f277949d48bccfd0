import errno
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from fmnist_tui.engine.dataset.files import (
    FILES,
    MIRRORS,
    DamagedFileError,
    DownloadError,
    DownloadStoppedError,
    PublishedFile,
    read,
)
from fmnist_tui.engine.dataset.transfer import Deadline, Limits, TransferError, request

LOCK_SECONDS = 0.25
MEND = "try again later to resume it, or give the folder of the four files with --data"


@dataclass(frozen=True, slots=True)
class FetchProgress:
    file: str
    received: int
    total: int | None
    """Bytes of the file; None if the server does not say."""


Notify = Callable[[FetchProgress], None]
Stop = Callable[[], bool]
LIMITS = Limits()


def fetch(
    folder: Path,
    *,
    notify: Notify | None = None,
    stop: Stop | None = None,
    files: tuple[PublishedFile, ...] = FILES,
    mirrors: tuple[str, ...] = MIRRORS,
    limits: Limits = LIMITS,
) -> None:
    """Download the files that are missing or incomplete in `folder`; a second program waits for the first.

    Each mirror (a URL ending in a slash) gets at most two requests for a file: for the missing bytes, and if the result
    is wrong, for all. `notify` and `stop` are called after each piece, in this thread.

    Raises:
        DownloadStoppedError: `stop` returned true; the bytes so far are kept in a `.part` file.
        DownloadError: no mirror sent a file's published bytes in time, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _folder_lock(folder, stop, limits), Deadline(limits.total_seconds) as deadline:
            download = _Download(folder, notify, stop, limits, deadline)
            for file in files:
                if not _is_whole(folder / file.packed_name, file):
                    # The mirror that worked is tried first for the next file, so a dead one costs its timeout once.
                    working = download.fetch(file, mirrors)
                    mirrors = (working, *(mirror for mirror in mirrors if mirror != working))
    except OSError as error:
        raise DownloadError(
            f"{folder} cannot be written ({error.strerror or error})", "free disk space or correct its permissions"
        ) from error


@contextmanager
def _folder_lock(folder: Path, stop: Stop | None, limits: Limits) -> Iterator[None]:
    lock = FileLock(folder / "download.lock")
    until = time.monotonic() + limits.total_seconds
    while True:
        try:
            lock.acquire(timeout=min(LOCK_SECONDS, limits.total_seconds))
            break
        except Timeout:
            if stop is not None and stop():
                raise DownloadStoppedError("the wait for another download was stopped", MEND) from None
            if time.monotonic() >= until:
                within = _in_words(limits.total_seconds)
                raise DownloadError(f"another program has been downloading into {folder} for {within}", MEND) from None
        except NotImplementedError:  # a file system without locks
            raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK)) from None
    try:
        yield
    finally:
        lock.release()


@dataclass(frozen=True, slots=True)
class _Download:
    folder: Path
    notify: Notify | None
    stop: Stop | None
    limits: Limits
    deadline: Deadline

    def fetch(self, published: PublishedFile, mirrors: tuple[str, ...]) -> str:
        name = published.packed_name
        part, place = self.folder / f"{name}.part", self.folder / name
        if part.is_symlink() or (part.exists() and not part.is_file()):
            raise DownloadError(f"{part} is not a regular file", "remove it and try again")
        if place.is_dir():
            raise DownloadError(f"{place} is a folder", "remove it and try again")
        failures = []
        for mirror in mirrors:
            try:
                self._obtain(mirror + name, part, published)
            except (TransferError, DamagedFileError) as error:
                if self.deadline.passed:
                    within = _in_words(self.limits.total_seconds)
                    raise DownloadError(f"{name} could not be downloaded within {within}", MEND) from error
                problem = f"what it sent {error.problem}" if isinstance(error, DamagedFileError) else error
                failures.append(f"{urlsplit(mirror).hostname}: {problem}")
            else:
                part.replace(place)
                return mirror
        raise DownloadError(f"{name} could not be downloaded ({', '.join(failures)})", MEND)

    def _obtain(self, url: str, part: Path, published: PublishedFile) -> None:
        """Complete `part`; if the result is not the published file, download all of it again."""
        resumed = self._transfer(url, part, published)
        try:
            read(part, published)
        except DamagedFileError:
            part.unlink()
            if not resumed:
                raise
            self._obtain(url, part, published)  # once only: there is nothing to resume now

    def _transfer(self, url: str, part: Path, published: PublishedFile) -> bool:
        """Append the missing bytes to `part`, or write all of it; return whether earlier bytes were kept."""
        name, most = published.packed_name, published.packed_size
        received = part.stat().st_size if part.exists() else 0
        if received >= most:
            return True  # complete, or another file
        with request(url, received, most, self.limits, self.deadline) as response:
            if not response.resumed:
                received = 0
            total = None if response.length is None else received + response.length
            with part.open("ab" if response.resumed else "wb") as file:
                for piece in response.pieces:
                    file.write(piece)
                    received += len(piece)
                    if self.notify is not None:
                        self.notify(FetchProgress(name, received, total))
                    if self.stop is not None and self.stop():
                        raise DownloadStoppedError(f"the download of {name} was stopped", MEND)
                file.flush()
                os.fsync(file.fileno())
        return response.resumed


def _is_whole(path: Path, published: PublishedFile) -> bool:
    try:
        read(path, published)
    except DamagedFileError:
        return False
    return True


def _in_words(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds >= 120 else f"{seconds:g} seconds"
