"""An HTTP server for tests that sends arbitrary bytes at any speed."""

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Answer = Callable[[str], Iterator[bytes]]
"""Returns the bytes to send, in pieces, for a requested path."""


@dataclass(slots=True)
class RawServer:
    """Answers every request with the bytes of `answer`."""

    answer: Answer
    address: str = ""
    asked: list[str] = field(default_factory=list)
    """The head of each request."""
    over: threading.Event = field(default_factory=threading.Event)
    """Set when the test is over."""

    def trickle(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        """Yield pieces, each after a hundredth of a second."""
        for piece in pieces:
            if self.over.wait(0.01):
                return
            yield piece

    def serve(self, listener: socket.socket) -> None:
        """Answer until the listener is closed."""
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(4096)
            self.asked.append(head.decode())
            for piece in self.answer(head.split()[1].decode()):
                if self.over.is_set():
                    return
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
            self.over.wait(60)


@contextmanager
def serving(answer: Answer) -> Iterator[RawServer]:
    server = RawServer(answer)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server.address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread = threading.Thread(target=server.serve, args=(listener,))
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def says(head: str, body: Iterable[bytes] = ()) -> Answer:
    """Return an answer: a status line with headers, then a body."""

    def answer(path: str) -> Iterator[bytes]:
        yield f"HTTP/1.1 {head}\r\n\r\n".encode()
        yield from body

    return answer
