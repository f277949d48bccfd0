"""Fetching from servers on this machine that never end, say nothing, or say nonsense: bounded, and one line each."""

import gzip
import os
import socket
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import repeat
from pathlib import Path

import pytest
from filelock import FileLock
from raw_server import Answer, RawServer, says, serving
from small_fashion_mnist import Edition

from fmnist_tui.engine.dataset import download
from fmnist_tui.engine.dataset.download import FetchProgress
from fmnist_tui.engine.dataset.files import DownloadError, PublishedFile, read
from fmnist_tui.engine.dataset.transfer import MAX_REDIRECTS, Deadline, Limits, TransferError, redirected

PATIENT = Limits()

Serve = Callable[[Answer], RawServer]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start a server of those answers; all are shut down after the test."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as stack:
        yield lambda answer: stack.enter_context(serving(answer))


@pytest.fixture
def deadlines(monkeypatch: pytest.MonkeyPatch) -> list[Deadline]:
    """The deadlines of the downloads, the newest last; a test lets one pass when it is time."""
    made: list[Deadline] = []

    def make(seconds: float) -> Deadline:
        made.append(Deadline(seconds))
        return made[-1]

    monkeypatch.setattr(download, "Deadline", make)
    return made


@pytest.fixture
def images(edition: Edition) -> PublishedFile:
    return edition.files[0]


@pytest.fixture
def content(edition: Edition, images: PublishedFile) -> bytes:
    return edition.packed(images)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir()
    return folder


def fetch(cache: Path, server: RawServer, file: PublishedFile, limits: Limits = PATIENT) -> list[FetchProgress]:
    progress: list[FetchProgress] = []
    download.fetch(cache, notify=progress.append, files=(file,), mirrors=(server.address,), limits=limits)
    return progress


def complaint(cache: Path, server: RawServer, file: PublishedFile, limits: Limits = PATIENT) -> str:
    """Fetch in vain; return the line that says why."""
    with pytest.raises(DownloadError) as caught:
        fetch(cache, server, file, limits)
    message = str(caught.value)
    assert "\n" not in message
    assert not (cache / file.packed_name).exists()
    return message


def part_of(cache: Path, file: PublishedFile) -> Path:
    return cache / f"{file.packed_name}.part"


class TestHowMuchIsTaken:
    def test_of_a_server_that_never_ends_no_byte_more_than_published(
        self, serve: Serve, cache: Path, images: PublishedFile, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        most = 0

        def keep_most(path: Path, published: PublishedFile) -> object:
            nonlocal most
            most = max(most, path.stat().st_size if path.exists() else 0)
            return read(path, published)

        monkeypatch.setattr(download, "read", keep_most)
        server = serve(says("200 OK", repeat(bytes(50_000))))

        assert "what it sent is not an IDX file" in complaint(cache, server, images)
        assert most == images.packed_size
        assert not part_of(cache, images).exists()

    def test_the_published_file_is_taken_from_a_server_that_never_ends(
        self, serve: Serve, cache: Path, images: PublishedFile, content: bytes
    ) -> None:
        def answer(path: str) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\n\r\n" + content
            yield from repeat(bytes(50_000))

        progress = fetch(cache, serve(answer), images)

        assert progress[-1].received == images.packed_size
        read(cache / images.packed_name, images)

    def test_a_longer_file_is_refused_before_it_is_read(self, serve: Serve, cache: Path, images: PublishedFile) -> None:
        server = serve(says(f"200 OK\r\nContent-Length: {images.packed_size + 1}", repeat(bytes(50_000))))

        assert f"longer than the {images.packed_size:,} bytes published" in complaint(cache, server, images)
        assert not part_of(cache, images).exists()

    def test_a_bomb_in_a_content_encoding_is_not_unpacked(
        self, serve: Serve, cache: Path, images: PublishedFile
    ) -> None:
        bomb = gzip.compress(bytes(200_000_000), compresslevel=9)
        head = f"200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: {len(bomb)}"
        server = serve(says(head, iter((bomb,))))
        download.fetch(cache, files=())  # what is imported for the first time is no part of the measure
        tracemalloc.start()
        try:
            message = complaint(cache, server, images)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

        assert "what it sent is not an IDX file" in message
        assert peak < 20_000_000
        assert "Accept-Encoding: identity\r\n" in server.asked[0]

    def test_the_published_bytes_are_taken_whatever_encoding_they_are_said_to_have(
        self, serve: Serve, cache: Path, images: PublishedFile, content: bytes
    ) -> None:
        fetch(cache, serve(says("200 OK\r\nContent-Encoding: gzip", iter((content,)))), images)

        assert (cache / images.packed_name).read_bytes() == content

    @pytest.mark.parametrize(
        "length", ["abc", "-1", "1e3", "", "9" * 5_000, "٣", "0x10"], ids=lambda text: ascii(text[:9])
    )
    def test_a_length_that_is_no_number_is_ignored(
        self, serve: Serve, cache: Path, images: PublishedFile, content: bytes, length: str
    ) -> None:
        progress = fetch(cache, serve(says(f"200 OK\r\nContent-Length: {length}", iter((content,)))), images)

        assert progress[-1] == FetchProgress(images.packed_name, len(content), None)
        read(cache / images.packed_name, images)


class TestHowOftenIsAsked:
    @pytest.mark.parametrize("here", [0, 100])
    def test_a_server_that_resumes_with_nothing_is_asked_twice_at_most(
        self, serve: Serve, cache: Path, images: PublishedFile, here: int
    ) -> None:
        if here:
            part_of(cache, images).write_bytes(bytes(here))
        server = serve(says("206 Partial Content\r\nContent-Length: 0"))

        assert "127.0.0.1: HTTP status 206" in complaint(cache, server, images)
        assert len(server.asked) == (2 if here else 1)

    def test_redirects_are_few(self, serve: Serve, cache: Path, images: PublishedFile) -> None:
        server = serve(says("302 Found\r\nLocation: /again"))

        assert f"it redirected more than {MAX_REDIRECTS} times" in complaint(cache, server, images)
        assert len(server.asked) == MAX_REDIRECTS + 1

    def test_a_redirect_is_followed_and_what_it_says_beside_is_not_read(
        self, serve: Serve, cache: Path, images: PublishedFile, content: bytes
    ) -> None:
        def answer(path: str) -> Iterator[bytes]:
            if path == "/there":
                yield b"HTTP/1.1 200 OK\r\n\r\n" + content
            else:
                yield b"HTTP/1.1 302 Found\r\nLocation: /there\r\n\r\n"
                yield from repeat(bytes(50_000))

        fetch(cache, serve(answer), images)

        read(cache / images.packed_name, images)


@pytest.mark.parametrize(
    "location",
    ["http://.foo/", "http://[::1", "http://", "//", "http://a:99999999/", "http://a:b/", "file:///etc/passwd",
     "ftp://127.0.0.1/", "javascript:0", "http://127.0.0.1:0/", "http://\x1b[31m/", "http://é..é/", "gopher:", "\xff"],
    ids=ascii,
)  # fmt: skip
def test_a_redirect_to_nowhere_is_one_line(serve: Serve, cache: Path, images: PublishedFile, location: str) -> None:
    message = complaint(cache, serve(says(f"302 Found\r\nLocation: {location}")), images)

    assert message.startswith(f"{images.packed_name} could not be downloaded (127.0.0.1: ")
    assert message.isprintable()


def test_a_redirect_never_steps_from_https_down_to_http() -> None:
    assert redirected("http://a/b", "https://c/d") == "https://c/d"
    assert redirected("http://a/b", "//c/d") == "http://c/d"
    assert redirected("https://a/b", "d") == "https://a/d"
    with pytest.raises(TransferError, match="from https to http"):
        redirected("https://a/b", "http://a/b")


class TestHowLongItTakes:
    def test_a_deadline_passes_by_itself_and_shuts_down_what_it_watches(self) -> None:
        here, there = socket.socketpair()
        with here, there, Deadline(0.05) as deadline:
            there.settimeout(60)
            deadline.watch(here)

            assert there.recv(1) == b""
            assert deadline.passed

    def test_a_server_that_says_nothing_is_given_up(self, serve: Serve, cache: Path, images: PublishedFile) -> None:
        def answer(path: str) -> Iterator[bytes]:
            server.over.wait(60)
            yield b""

        server = serve(answer)

        assert "127.0.0.1: no answer in time" in complaint(cache, server, images, Limits(read_seconds=0.1))

    def test_a_server_that_falls_silent_is_given_up(
        self, serve: Serve, cache: Path, images: PublishedFile, content: bytes
    ) -> None:
        def answer(path: str) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\n\r\n" + content[:1_000]
            server.over.wait(60)

        server = serve(answer)

        assert "127.0.0.1: no answer in time" in complaint(cache, server, images, Limits(read_seconds=0.1))

    def test_a_server_that_sends_a_few_bytes_at_a_time_is_given_up(
        self, serve: Serve, cache: Path, images: PublishedFile, content: bytes
    ) -> None:
        def answer(path: str) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\n\r\n"
            yield from server.trickle(content[place : place + 2] for place in range(0, len(content), 2))

        server = serve(answer)

        message = complaint(cache, server, images, Limits(slow_seconds=0.2))
        assert "127.0.0.1: it sent only" in message
        assert content.startswith(part_of(cache, images).read_bytes())

    def test_after_the_whole_time_it_says_so_and_keeps_what_came(
        self, serve: Serve, cache: Path, images: PublishedFile, content: bytes, deadlines: list[Deadline]
    ) -> None:
        half = len(content) // 2

        def let_time_pass(progress: FetchProgress) -> None:
            if progress.received == half:
                deadlines[-1].expire()

        def answer(path: str) -> Iterator[bytes]:
            yield b"HTTP/1.1 200 OK\r\n\r\n" + content[:half]
            server.over.wait(60)

        server = serve(answer)
        with pytest.raises(DownloadError) as caught:
            download.fetch(cache, notify=let_time_pass, files=(images,), mirrors=(server.address, server.address))

        assert str(caught.value) == (
            f"{images.packed_name} could not be downloaded within 30 minutes; "
            "try again later to resume it, or give the folder of the four files with --data"
        )
        assert part_of(cache, images).read_bytes() == content[:half]
        assert len(server.asked) == 1

    @pytest.mark.parametrize(
        ("start", "more"),
        [
            (b"", b"x"),
            (b"HTTP/1.1 200 OK\r\nA: ", b"x"),
            (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"A: b\r\n"),
            (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
        ],
        ids=["status line", "header", "100 Continue", "trailer", "chunk size"],
    )
    def test_no_part_of_an_answer_goes_on_for_ever(
        self,
        serve: Serve,
        cache: Path,
        images: PublishedFile,
        deadlines: list[Deadline],
        start: bytes,
        more: bytes,
    ) -> None:
        def answer(path: str) -> Iterator[bytes]:
            yield start + more
            deadlines[-1].expire()
            yield from server.trickle(repeat(more))

        server = serve(answer)

        assert "within 30 minutes" in complaint(cache, server, images)

    def test_a_chunk_size_without_an_end_is_one_line(self, serve: Serve, cache: Path, images: PublishedFile) -> None:
        server = serve(says("200 OK\r\nTransfer-Encoding: chunked", repeat(b"0" * 50_000)))

        assert "127.0.0.1: the connection broke" in complaint(cache, server, images)

    def test_another_program_that_downloads_is_waited_for_as_long_and_no_longer(
        self, serve: Serve, cache: Path, images: PublishedFile
    ) -> None:
        server = serve(says("200 OK"))
        with FileLock(cache / "download.lock"):
            message = complaint(cache, server, images, Limits(total_seconds=0.1))

        assert message.startswith(f"another program has been downloading into {cache} for 0.1 seconds; ")
        assert server.asked == []


def test_a_proxy_that_never_ends_its_answer_is_given_up_too(
    serve: Serve, cache: Path, images: PublishedFile, deadlines: list[Deadline], monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(path: str) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 "
        deadlines[-1].expire()
        yield from server.trickle(repeat(b"x"))

    server = serve(answer)
    monkeypatch.setenv("http_proxy", server.address)
    monkeypatch.setenv("https_proxy", server.address)
    for scheme, asked in (("http", "GET http://example.invalid/"), ("https", "CONNECT example.invalid:443 ")):
        server.asked.clear()
        with pytest.raises(DownloadError, match="within 30 minutes"):
            download.fetch(cache, files=(images,), mirrors=(f"{scheme}://example.invalid/",))
        assert server.asked[0].startswith(asked)


@pytest.mark.parametrize(
    "answer",
    [b"", b"\n", b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 304 Not Modified\r\n\r\n",
     b"HTTP/1.1 999 ?\r\n\r\n", b"HTTP/1.1 \xff\r\n\r\n", b"HTTP/1.1 302 Found\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n",
     b"HTTP/1.1 500 \x1b[31m\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
     b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200 + b"\r\n",
     b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nx", b"HTTP/1.1 401 No\r\nWWW-Authenticate: \xff\r\n\r\n"],
    ids=range(15),
)  # fmt: skip
def test_any_other_answer_is_one_line(serve: Serve, cache: Path, images: PublishedFile, answer: bytes) -> None:
    message = complaint(cache, serve(lambda path: iter((answer,))), images)

    assert message.startswith(f"{images.packed_name} could not be downloaded (127.0.0.1: ")
    assert message.isprintable()


@pytest.mark.parametrize(
    "make",
    [os.mkfifo, Path.mkdir, lambda path: path.symlink_to("elsewhere")],
    ids=["a FIFO", "a folder", "a link"],
)
def test_what_lies_in_place_of_a_part_is_named(
    serve: Serve, cache: Path, images: PublishedFile, make: Callable[[Path], None]
) -> None:
    make(part_of(cache, images))
    server = serve(says("200 OK"))

    message = complaint(cache, server, images)

    assert message == f"{part_of(cache, images)} is not a regular file; remove it and try again"
    assert server.asked == []


def test_a_fifo_in_place_of_the_file_is_replaced(
    serve: Serve, cache: Path, images: PublishedFile, content: bytes
) -> None:
    os.mkfifo(cache / images.packed_name)

    fetch(cache, serve(says("200 OK", iter((content,)))), images)

    read(cache / images.packed_name, images)


def test_a_folder_in_place_of_the_file_is_named(serve: Serve, cache: Path, images: PublishedFile) -> None:
    (cache / images.packed_name).mkdir()

    with pytest.raises(DownloadError, match=r"train-images-idx3-ubyte\.gz is a folder; remove it"):
        fetch(cache, serve(says("200 OK")), images)
