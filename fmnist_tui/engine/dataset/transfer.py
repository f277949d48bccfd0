"""One HTTP download, limited in bytes, redirects and time."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from threading import Lock, Timer
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

if TYPE_CHECKING:
    from requests import Response, Session

CHUNK_BYTES = 1 << 16
MAX_REDIRECTS = 5
MAX_LENGTH_DIGITS = 15
"""Most digits of a Content-Length; longer ones are ignored."""


@dataclass(frozen=True, slots=True)
class Limits:
    connect_seconds: float = 5.0
    """Short, so that a machine without a network does not wait long."""
    read_seconds: float = 20.0
    slow_seconds: float = 30.0
    """Longest time with fewer than `slow_bytes`."""
    slow_bytes: int = 30_000
    total_seconds: float = 1_800.0


class TransferError(Exception):
    """The message is a few words."""


class Deadline:
    """Ends blocked network calls by shutting their sockets down from another thread.

    A socket's own timeout restarts with every byte, so a server that sends single bytes would never reach it.
    """

    def __init__(self, seconds: float) -> None:
        self.passed = False
        self._lock = Lock()
        self._sockets: list[socket.socket] = []
        self._timer = Timer(seconds, self.expire)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self.forget_all()

    def watch(self, connection: socket.socket) -> None:
        """Shut a connection down at the deadline, or now if it has passed."""
        with self._lock:
            self._sockets.append(connection.dup())
            if self.passed:
                _shut_down(connection)

    def forget_all(self) -> None:
        with self._lock:
            for connection in self._sockets:
                connection.close()
            self._sockets.clear()

    def expire(self) -> None:
        with self._lock:
            self.passed = True
            for connection in self._sockets:
                _shut_down(connection)


def _shut_down(connection: socket.socket) -> None:
    with suppress(OSError):  # the other side has closed it
        connection.shutdown(socket.SHUT_RDWR)


@dataclass(frozen=True, slots=True)
class ResponseBody:
    pieces: Iterator[bytes]
    resumed: bool
    """Whether the bytes continue those already received; otherwise the file starts over."""
    length: int | None
    """Number of bytes; None if the server does not say."""


NOTHING_MORE = ResponseBody(iter(()), resumed=True, length=0)


@contextmanager
def request(url: str, received: int, most: int, limits: Limits, deadline: Deadline) -> Iterator[ResponseBody]:
    """Request the bytes of a file after those `received`, at most `most` in all; TransferError without them."""
    with ExitStack() as stack:
        stack.callback(deadline.forget_all)
        response = _open(url, received, limits, deadline, stack)
        if received and response.status_code == 416:  # complete, or another file
            yield NOTHING_MORE
            return
        resumed = response.status_code == 206
        if response.status_code != 200 and not (received and resumed):
            raise TransferError(f"HTTP status {response.status_code}")
        room = most - received if resumed else most
        length = _length(response)
        if length is not None and length > room:
            raise TransferError(f"what it has is longer than the {most:,} bytes published")
        yield ResponseBody(_pieces(response, room, limits, deadline), resumed, length)


def _open(url: str, received: int, limits: Limits, deadline: Deadline, stack: ExitStack) -> "Response":
    # The file is a gzip stream; the server must not compress it again.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={received}-"} if received else {})
    timeout = (limits.connect_seconds, limits.read_seconds)
    for _ in range(MAX_REDIRECTS + 1):
        with _network_errors():
            session = stack.enter_context(_session(deadline))
            response = stack.enter_context(session.get(url, headers=headers, stream=True, timeout=timeout))
            if not response.is_redirect:
                return response
            url = redirected(url, response.headers["Location"])
    raise TransferError(f"it redirected more than {MAX_REDIRECTS} times")


def redirected(url: str, location: str) -> str:
    """Return the URL of a redirect; TransferError if it is not http or https, or leads from https to http."""
    try:
        target = urljoin(url, location)
        parts = urlsplit(target)
        usable = bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable or parts.scheme not in ("http", "https"):
        raise TransferError("it redirected to what is no http or https address")
    if parts.scheme == "http" and urlsplit(url).scheme == "https":
        raise TransferError("it redirected from https to http")
    return target


def _length(response: "Response") -> int | None:
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and length.isascii() and len(length) <= MAX_LENGTH_DIGITS else None


def _pieces(response: "Response", room: int, limits: Limits, deadline: Deadline) -> Iterator[bytes]:
    """Yield up to `room` bytes as sent, ignoring Content-Encoding."""
    began, since = time.monotonic(), 0
    while room:
        with _network_errors():
            piece: bytes = response.raw.read1(min(CHUNK_BYTES, room), decode_content=False)
        if deadline.passed:
            raise TransferError("it took too long")
        if not piece:
            return
        yield piece
        room -= len(piece)
        since += len(piece)
        if (now := time.monotonic()) - began > limits.slow_seconds:
            if since < limits.slow_bytes:
                raise TransferError(f"it sent only {since:,} bytes in {now - began:,.0f} seconds")
            began, since = now, 0


def _session(deadline: Deadline) -> "Session":
    from requests import Response, Session
    from requests.adapters import HTTPAdapter

    class Watched(HTTPAdapter):
        def get_connection_with_tls_context(self, *args: Any, **kwargs: Any) -> Any:
            pool = super().get_connection_with_tls_context(*args, **kwargs)
            pool.ConnectionCls = _watched(pool.ConnectionCls, deadline)
            return pool

    class Direct(Session):
        """Leaves redirects to the caller: requests would read their bodies without limit."""

        def get_redirect_target(self, resp: Response) -> None:
            return None

    session = Direct()
    for scheme in ("http://", "https://"):
        session.mount(scheme, Watched(max_retries=0))
    return session


def _watched(kind: Any, deadline: Deadline) -> Any:
    class WatchedConnection(kind):  # type: ignore[misc]
        def _new_conn(self) -> socket.socket:
            connection: socket.socket = super()._new_conn()
            deadline.watch(connection)
            return connection

    return WatchedConnection


@contextmanager
def _network_errors() -> Iterator[None]:
    from http.client import HTTPException

    from requests import RequestException
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (RequestException, HTTPError, HTTPException, OSError, ValueError) as error:
        raise TransferError(_in_words(error)) from error


def _in_words(error: Exception) -> str:
    import requests
    import urllib3

    match error:
        case requests.Timeout() | urllib3.exceptions.TimeoutError() | TimeoutError():
            return "no answer in time"
        case requests.exceptions.SSLError():
            return "no secure connection"
        case requests.ConnectionError():
            return "no connection"
        case requests.exceptions.InvalidURL() | urllib3.exceptions.LocationParseError():
            return "an address that is not valid"
        case _:
            return "the connection broke"
