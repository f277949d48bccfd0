import os
import threading
import tracemalloc
from pathlib import Path

import pytest

from fmnist_tui.lab.runs.files import FileTooLargeError, read_at_most, read_regular

LIMIT = 1024**3


def test_a_small_file_is_read_in_little_memory_whatever_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "small"
    path.write_bytes(b"a few bytes")

    tracemalloc.start()
    content = read_regular(path, LIMIT)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert content == b"a few bytes"
    assert most < 1024**2


@pytest.mark.parametrize("size", [0, 1, 1024**2 - 1, 1024**2, 3 * 1024**2 + 5])
def test_a_pipe_is_read_to_its_end_in_pieces(size: int) -> None:
    content = os.urandom(1024) * (size // 1024) + b"x" * (size % 1024)
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(content)

    writer = threading.Thread(target=write)
    writer.start()
    with os.fdopen(reading, "rb") as pipe:
        assert read_at_most(pipe, LIMIT) == content
    writer.join()


def test_a_file_that_grows_while_it_is_read_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "growing"
    path.write_bytes(b"")
    with path.open("rb") as file:
        os.truncate(path, 5)  # seen by the second look, not by the first
        assert read_at_most(file, LIMIT) == bytes(5)


@pytest.mark.parametrize(("most", "fits"), [(4, False), (5, True), (6, True)])
def test_more_than_the_limit_is_told_apart_from_as_much(tmp_path: Path, most: int, fits: bool) -> None:
    path = tmp_path / "five"
    path.write_bytes(b"12345")

    if fits:
        assert read_regular(path, most) == b"12345"
    else:
        with pytest.raises(FileTooLargeError, match="larger than the 4 bytes"):
            read_regular(path, most)


def test_a_missing_file_is_none(tmp_path: Path) -> None:
    assert read_regular(tmp_path / "none", LIMIT) is None
