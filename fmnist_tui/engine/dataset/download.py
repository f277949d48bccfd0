"""Fetching Fashion-MNIST over HTTP: with progress, going on where an earlier attempt ended, checked, atomic."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from fmnist_tui.engine.dataset.errors import DamagedFile, DownloadError, DownloadStopped
from fmnist_tui.engine.dataset.idx import read
from fmnist_tui.engine.dataset.published import FILES, MIRRORS, PublishedFile

if TYPE_CHECKING:
    from requests import RequestException

CONNECT_SECONDS = 5.0
"""Short, so that a machine without a network soon goes on without the real data."""

READ_SECONDS = 20.0
CHUNK_BYTES = 1 << 16
LOCK_SECONDS = 0.25
MEND = "try again later, it goes on where it ended; or give the folder of the four files with --data"


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """How far the download of one file is."""

    file: str
    """The name of the file being fetched."""
    received: int
    """Bytes on this machine so far, those of an earlier attempt included."""
    total: int | None
    """Bytes there will be; None where the server does not say."""


Notify = Callable[[FetchProgress], None]
Stop = Callable[[], bool]


def fetch(
    folder: Path,
    *,
    notify: Notify | None = None,
    stop: Stop | None = None,
    files: tuple[PublishedFile, ...] = FILES,
    mirrors: tuple[str, ...] = MIRRORS,
) -> None:
    """Put into `folder` whichever of the files are not there whole; a second program doing the same waits.

    Args:
        folder: made if need be; holds a `.part` file for each download that has not ended.
        notify: called after each chunk, on this thread.
        stop: asked after each chunk; true ends the download and keeps what has come.
        files: what to fetch.
        mirrors: the addresses to try, in that order, each ending in a slash.

    Raises:
        DownloadStopped: `stop` said so.
        DownloadError: no mirror gave a file's published bytes, or the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone_in(folder, stop):
            for file in files:
                if not _is_whole(folder / file.packed_name, file):
                    # The mirror that served one file serves the next: a dead one costs its timeout once.
                    served = _fetch_file(folder, file, mirrors, notify, stop)
                    mirrors = (served, *(mirror for mirror in mirrors if mirror != served))
    except OSError as error:
        raise DownloadError(
            f"{folder} cannot be written ({error.strerror or error})", "make room or mend its permissions"
        ) from error


@contextmanager
def _alone_in(folder: Path, stop: Stop | None) -> Iterator[None]:
    """Hold the folder's lock, waiting for it as long as nobody says stop."""
    lock = FileLock(folder / "download.lock")
    while True:
        try:
            lock.acquire(timeout=LOCK_SECONDS)
            break
        except Timeout:
            if stop is not None and stop():
                raise DownloadStopped("the wait for another download was stopped", MEND) from None
    try:
        yield
    finally:
        lock.release()


def _fetch_file(
    folder: Path, published: PublishedFile, mirrors: tuple[str, ...], notify: Notify | None, stop: Stop | None
) -> str:
    """Download one file from the first mirror that gives it and move it into place; return that mirror."""
    from requests import RequestException

    name = published.packed_name
    part = folder / f"{name}.part"
    failures = []
    for mirror in mirrors:
        try:
            _obtain(mirror + name, part, published, notify, stop)
        except RequestException as error:
            failures.append(f"{urlsplit(mirror).hostname}: {_in_words(error)}")
        except DamagedFile as error:
            failures.append(f"{urlsplit(mirror).hostname}: what it sent {error.problem}")
        else:
            part.replace(folder / name)
            return mirror
    raise DownloadError(f"{name} could not be downloaded ({', '.join(failures)})", MEND)


def _obtain(url: str, part: Path, published: PublishedFile, notify: Notify | None, stop: Stop | None) -> None:
    """Fill `part` with the published file; what was there of another file, or damaged, is fetched anew."""
    while True:
        resumed = _transfer(url, part, notify, stop)
        try:
            read(part, published)
            return
        except DamagedFile:
            part.unlink()
            if not resumed:
                raise


def _transfer(url: str, part: Path, notify: Notify | None, stop: Stop | None) -> bool:
    """Append to `part` what it lacks, or write it whole; return whether earlier bytes were built upon."""
    import requests

    received = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"}  # the gzip stream is the file: it must not be unpacked on the way
    if received:
        headers["Range"] = f"bytes={received}-"
    timeout = (CONNECT_SECONDS, READ_SECONDS)
    with requests.get(url, headers=headers, stream=True, timeout=timeout) as response:
        if received and response.status_code == requests.codes.requested_range_not_satisfiable:
            return True  # there is nothing beyond what is here: whole already, or not this file
        response.raise_for_status()
        resumed = response.status_code == requests.codes.partial_content
        if not resumed:
            received = 0
        length = response.headers.get("Content-Length")
        total = received + int(length) if length else None
        name = part.name.removesuffix(".part")
        with part.open("ab" if resumed else "wb") as file:
            for chunk in response.iter_content(CHUNK_BYTES):
                file.write(chunk)
                received += len(chunk)
                if notify is not None:
                    notify(FetchProgress(name, received, total))
                if stop is not None and stop():
                    raise DownloadStopped(f"the download of {name} was stopped", MEND)
            file.flush()
            os.fsync(file.fileno())
    return resumed


def _is_whole(path: Path, published: PublishedFile) -> bool:
    try:
        read(path, published)
    except DamagedFile:
        return False
    return True


def _in_words(error: "RequestException") -> str:
    from requests import ConnectionError, HTTPError, Timeout

    match error:
        case HTTPError() if error.response is not None:
            return f"HTTP status {error.response.status_code}"
        case Timeout():
            return "no answer in time"
        case ConnectionError():
            return "no connection"
        case _:
            return "the connection broke"
