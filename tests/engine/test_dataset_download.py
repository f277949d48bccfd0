"""Fetching from a server on this machine that breaks off, forgets ranges and lies, as servers do."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import pytest
from small_fashion_mnist import Edition

from fmnist_tui.engine.dataset import download
from fmnist_tui.engine.dataset.download import FetchProgress
from fmnist_tui.engine.dataset.files import DownloadError, DownloadStoppedError, PublishedFile, read


@dataclass(slots=True)
class Mirror:
    """What a server serves, how it misbehaves, and what it was asked for."""

    files: dict[str, bytes]
    """Contents by file name."""
    knows_ranges: bool = True
    """Whether it honours a Range header."""
    says_length: bool = True
    """Whether it says how long an answer will be."""
    breaks_after: int | None = None
    """How many bytes of an answer it sends before the line drops."""
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """File and Range header of each request."""
    address: str = ""
    """Its URL, with a slash at the end."""


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        mirror = cast("MirrorServer", self.server).mirror
        name, wanted = self.path.lstrip("/"), self.headers["Range"]
        mirror.asked.append((name, wanted))
        body = mirror.files.get(name)
        if body is None:
            self.send_error(404)
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and mirror.knows_ranges else 0
        if start >= len(body):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if mirror.says_length:
            self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self.wfile.write(body[start:][: mirror.breaks_after])

    def log_message(self, *_: object) -> None:
        pass


class MirrorServer(ThreadingHTTPServer):
    mirror: Mirror


@contextmanager
def serving(mirror: Mirror) -> Iterator[Mirror]:
    with MirrorServer(("127.0.0.1", 0), Handler) as server:
        server.mirror = mirror
        mirror.address = f"http://127.0.0.1:{server.server_port}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield mirror
        finally:
            server.shutdown()
            thread.join()


Serve = Callable[[dict[str, bytes]], Mirror]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start a mirror of those contents; all are shut down after the test."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with ExitStack() as stack:
        yield lambda files: stack.enter_context(serving(Mirror(files)))


@pytest.fixture
def contents(edition: Edition) -> dict[str, bytes]:
    return {file.packed_name: edition.packed(file) for file in edition.files}


@pytest.fixture
def images(edition: Edition) -> PublishedFile:
    """The one file that is long enough to break off in its middle."""
    return edition.files[0]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "fashion-mnist"


def fetch_from(cache: Path, *mirrors: Mirror, files: tuple[PublishedFile, ...]) -> list[FetchProgress]:
    progress: list[FetchProgress] = []
    addresses = tuple(mirror.address for mirror in mirrors)
    download.fetch(cache, notify=progress.append, files=files, mirrors=addresses)
    return progress


def complaint_of_fetching(cache: Path, *mirrors: Mirror, files: tuple[PublishedFile, ...]) -> str:
    with pytest.raises(DownloadError) as caught:
        fetch_from(cache, *mirrors, files=files)
    message = str(caught.value)
    assert "\n" not in message
    return message


def part_of(cache: Path, file: PublishedFile) -> Path:
    return cache / f"{file.packed_name}.part"


def assert_in_place(cache: Path, file: PublishedFile) -> None:
    read(cache / file.packed_name, file)
    assert not part_of(cache, file).exists()


def test_all_four_files_come_into_a_new_folder(
    serve: Serve, cache: Path, edition: Edition, contents: dict[str, bytes]
) -> None:
    mirror = serve(contents)
    fetch_from(cache, mirror, files=edition.files)
    for file in edition.files:
        assert_in_place(cache, file)
    assert mirror.asked == [(file.packed_name, None) for file in edition.files]


def test_progress_grows_to_the_whole_file(
    serve: Serve, cache: Path, images: PublishedFile, contents: dict[str, bytes]
) -> None:
    progress = fetch_from(cache, serve(contents), files=(images,))
    size = len(contents[images.packed_name])
    assert len(progress) > 1
    assert progress[-1] == FetchProgress(images.packed_name, size, size)
    assert [step.received for step in progress] == sorted({step.received for step in progress})


def test_progress_does_without_a_total_where_the_server_gives_none(
    serve: Serve, cache: Path, images: PublishedFile, contents: dict[str, bytes]
) -> None:
    mirror = serve(contents)
    mirror.says_length = False
    progress = fetch_from(cache, mirror, files=(images,))
    assert progress[-1] == FetchProgress(images.packed_name, len(contents[images.packed_name]), None)


def test_what_is_there_whole_is_not_fetched_again(
    serve: Serve, cache: Path, edition: Edition, contents: dict[str, bytes]
) -> None:
    edition.write(cache)
    damaged = edition.files[2]
    (cache / damaged.packed_name).write_bytes(b"\x1f\x8b")
    mirror = serve(contents)
    fetch_from(cache, mirror, files=edition.files)
    assert mirror.asked == [(damaged.packed_name, None)]
    assert_in_place(cache, damaged)


class TestALineThatDrops:
    @pytest.fixture
    def dropped(self, serve: Serve, cache: Path, images: PublishedFile, contents: dict[str, bytes]) -> Mirror:
        """A mirror whose line dropped half-way through the pictures, and is mended now."""
        mirror = serve(contents)
        mirror.breaks_after = len(contents[images.packed_name]) // 2
        message = complaint_of_fetching(cache, mirror, files=(images,))
        assert f"{images.packed_name} could not be downloaded (127.0.0.1: the connection broke)" in message
        mirror.breaks_after = None
        mirror.asked.clear()
        return mirror

    def test_leaves_nothing_in_place_but_keeps_what_came(
        self, dropped: Mirror, cache: Path, images: PublishedFile
    ) -> None:
        assert not (cache / images.packed_name).exists()
        assert part_of(cache, images).stat().st_size > 0

    def test_is_gone_on_from_where_it_dropped(self, dropped: Mirror, cache: Path, images: PublishedFile) -> None:
        kept = part_of(cache, images).stat().st_size
        progress = fetch_from(cache, dropped, files=(images,))
        assert dropped.asked == [(images.packed_name, f"bytes={kept}-")]
        assert progress[0].received > kept
        assert progress[-1].received == progress[-1].total
        assert_in_place(cache, images)

    def test_is_begun_anew_where_the_server_knows_no_ranges(
        self, dropped: Mirror, cache: Path, images: PublishedFile
    ) -> None:
        dropped.knows_ranges = False
        progress = fetch_from(cache, dropped, files=(images,))
        assert progress[-1].received == progress[-1].total == len(dropped.files[images.packed_name])
        assert_in_place(cache, images)

    def test_is_gone_on_from_another_mirror_at_once(
        self, serve: Serve, cache: Path, images: PublishedFile, contents: dict[str, bytes]
    ) -> None:
        first, second = serve(contents), serve(contents)
        first.breaks_after = len(contents[images.packed_name]) // 2
        fetch_from(cache, first, second, files=(images,))
        [(_, wanted)] = second.asked
        assert wanted is not None
        assert_in_place(cache, images)


class TestWhatLiesInThePartFile:
    def test_is_thrown_away_when_it_is_not_the_files_beginning(
        self, serve: Serve, cache: Path, images: PublishedFile, contents: dict[str, bytes]
    ) -> None:
        cache.mkdir(parents=True)
        part_of(cache, images).write_bytes(b"<html>sign in</html>")
        mirror = serve(contents)
        fetch_from(cache, mirror, files=(images,))
        assert mirror.asked == [(images.packed_name, "bytes=20-"), (images.packed_name, None)]
        assert_in_place(cache, images)

    def test_is_moved_into_place_when_it_is_the_whole_file(
        self, serve: Serve, cache: Path, images: PublishedFile, contents: dict[str, bytes]
    ) -> None:
        cache.mkdir(parents=True)
        part_of(cache, images).write_bytes(contents[images.packed_name])
        assert fetch_from(cache, serve(contents), files=(images,)) == []
        assert_in_place(cache, images)

    def test_is_thrown_away_when_it_is_longer_than_the_file(
        self, serve: Serve, cache: Path, images: PublishedFile, contents: dict[str, bytes]
    ) -> None:
        cache.mkdir(parents=True)
        part_of(cache, images).write_bytes(bytes(500_000))
        fetch_from(cache, serve(contents), files=(images,))
        assert_in_place(cache, images)


def test_wrong_bytes_are_refused_and_never_put_in_place(
    serve: Serve, cache: Path, edition: Edition, images: PublishedFile
) -> None:
    mirror = serve({images.packed_name: edition.packed(edition.files[2])})
    message = complaint_of_fetching(cache, mirror, files=(images,))
    assert "what it sent is not an IDX file" in message
    assert not (cache / images.packed_name).exists()
    assert not part_of(cache, images).exists()


def test_the_next_mirror_is_tried_and_then_kept_to(
    serve: Serve, cache: Path, edition: Edition, contents: dict[str, bytes]
) -> None:
    empty, full = serve({}), serve(contents)
    fetch_from(cache, empty, full, files=edition.files)
    assert empty.asked == [(edition.files[0].packed_name, None)]
    assert len(full.asked) == 4


def test_each_mirror_that_failed_is_told_with_its_reason(
    serve: Serve, cache: Path, images: PublishedFile, contents: dict[str, bytes]
) -> None:
    with serving(Mirror(contents)) as closed:
        pass
    message = complaint_of_fetching(cache, closed, serve({}), files=(images,))
    assert "(127.0.0.1: no connection, 127.0.0.1: HTTP status 404)" in message
    assert "--data" in message


def test_a_stop_keeps_what_has_come(
    serve: Serve, cache: Path, images: PublishedFile, contents: dict[str, bytes]
) -> None:
    mirror = serve(contents)
    with pytest.raises(DownloadStoppedError, match="was stopped"):
        download.fetch(cache, stop=lambda: True, files=(images,), mirrors=(mirror.address,))
    kept = part_of(cache, images).stat().st_size
    assert 0 < kept < len(contents[images.packed_name])
    fetch_from(cache, mirror, files=(images,))
    assert mirror.asked[-1] == (images.packed_name, f"bytes={kept}-")
    assert_in_place(cache, images)


def test_a_second_program_waits_and_finds_the_files_there(
    serve: Serve, cache: Path, edition: Edition, contents: dict[str, bytes]
) -> None:
    mirror = serve(contents)
    addresses = (mirror.address,)
    second = threading.Thread(
        target=download.fetch, args=(cache,), kwargs={"files": edition.files, "mirrors": addresses}
    )

    def start_second_once(progress: FetchProgress) -> None:
        if second.ident is None:
            second.start()

    download.fetch(cache, notify=start_second_once, files=edition.files, mirrors=addresses)
    second.join()
    assert [name for name, _ in mirror.asked] == [file.packed_name for file in edition.files]


def test_a_second_program_that_waits_can_be_stopped(
    serve: Serve, cache: Path, images: PublishedFile, contents: dict[str, bytes]
) -> None:
    mirror = serve(contents)
    stopped: list[str] = []

    def try_a_second(progress: FetchProgress) -> None:
        if stopped:
            return
        with pytest.raises(DownloadStoppedError) as caught:
            download.fetch(cache, stop=lambda: True, files=(images,), mirrors=(mirror.address,))
        stopped.append(caught.value.what)

    def run_in_thread(progress: FetchProgress) -> None:
        thread = threading.Thread(target=try_a_second, args=(progress,))
        thread.start()
        thread.join()

    download.fetch(cache, notify=run_in_thread, files=(images,), mirrors=(mirror.address,))
    assert stopped == ["the wait for another download was stopped"]
    assert_in_place(cache, images)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, images: PublishedFile) -> None:
    (tmp_path / "file").touch()
    message = complaint_of_fetching(tmp_path / "file" / "cache", files=(images,))
    assert message.startswith(f"{tmp_path / 'file' / 'cache'} cannot be written (Not a directory)")
