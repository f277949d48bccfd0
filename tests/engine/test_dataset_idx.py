"""A file is read only if it holds the published bytes; else one line says which file and what is wrong."""

import os
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_fashion_mnist import Edition, pack

from fmnist_tui.engine.dataset.files import (
    FILES,
    GZIP_MAGIC,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    DamagedFileError,
    PublishedFile,
    read,
)


@pytest.fixture
def images(edition: Edition) -> PublishedFile:
    return edition.files[0]


@pytest.fixture
def packed(edition: Edition, images: PublishedFile) -> bytes:
    return edition.packed(images)


def complaint_about(path: Path, file: PublishedFile) -> str:
    with pytest.raises(DamagedFileError) as caught:
        read(path, file)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message


def test_a_packed_file_gives_its_pictures(tmp_path: Path, edition: Edition, images: PublishedFile) -> None:
    folder = edition.write(tmp_path)
    pictures = read(folder / images.packed_name, images)
    assert pictures.shape == images.shape
    assert pictures.dtype == np.uint8
    assert pictures.tobytes() == edition.unpacked[images.name][16:]


def test_an_unpacked_file_gives_the_same(tmp_path: Path, edition: Edition) -> None:
    packed = edition.write(tmp_path / "packed")
    unpacked = edition.write(tmp_path / "unpacked", packed=False)
    for file in edition.files:
        np.testing.assert_array_equal(read(unpacked / file.name, file), read(packed / file.packed_name, file))


def test_the_published_headers_are_those_of_the_idx_format() -> None:
    assert TRAIN_IMAGES.header.hex() == "000008030000ea600000001c0000001c"
    assert TRAIN_LABELS.header.hex() == "000008010000ea60"
    assert [file.size for file in FILES] == [47_040_016, 60_008, 7_840_016, 10_008]


@pytest.mark.parametrize("kept", [0.1, 0.5, 0.999])
def test_a_file_cut_short_is_told_by_its_name(
    tmp_path: Path, images: PublishedFile, packed: bytes, kept: float
) -> None:
    path = tmp_path / images.packed_name
    path.write_bytes(packed[: int(len(packed) * kept)])
    assert "cut short" in complaint_about(path, images)


def test_a_flipped_bit_is_noticed(tmp_path: Path, images: PublishedFile, packed: bytes) -> None:
    path = tmp_path / images.packed_name
    middle = len(packed) // 2
    path.write_bytes(packed[:middle] + bytes((packed[middle] ^ 1,)) + packed[middle + 1 :])
    assert "damaged" in complaint_about(path, images)


@pytest.mark.parametrize("content", [b"", b"\x1f", b"<html>sign in to the network</html>"])
def test_something_else_under_the_name_is_noticed(tmp_path: Path, images: PublishedFile, content: bytes) -> None:
    path = tmp_path / images.packed_name
    path.write_bytes(content)
    assert "is not an IDX file of 500×28×28 bytes" in complaint_about(path, images)


def test_pictures_of_another_shape_are_noticed(tmp_path: Path, edition: Edition, images: PublishedFile) -> None:
    folder = edition.write(tmp_path)
    taller = replace(images, shape=(500, 56, 14))
    assert "is not an IDX file of 500×56×14 bytes" in complaint_about(folder / images.packed_name, taller)


def test_labels_in_place_of_pictures_are_noticed(tmp_path: Path, edition: Edition, images: PublishedFile) -> None:
    path = tmp_path / images.packed_name
    path.write_bytes(edition.packed(edition.files[1]))
    assert "is not an IDX file" in complaint_about(path, images)


@pytest.mark.parametrize(("tail", "words"), [(b"\0", "more than the 392,016"), (None, "392,015 of the 392,016")])
def test_a_wrong_length_behind_a_right_header_is_noticed(
    tmp_path: Path, edition: Edition, images: PublishedFile, tail: bytes | None, words: str
) -> None:
    path = tmp_path / images.name
    content = edition.unpacked[images.name]
    path.write_bytes(content[:-1] if tail is None else content + tail)
    assert words in complaint_about(path, images)


def test_another_picture_in_a_right_shape_is_noticed(tmp_path: Path, edition: Edition, images: PublishedFile) -> None:
    path = tmp_path / images.name
    content = edition.unpacked[images.name]
    path.write_bytes(content[:-1] + bytes((content[-1] ^ 1,)))
    message = complaint_about(path, images)
    assert "does not hold the published bytes" in message
    assert images.md5 in message


def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path, images: PublishedFile) -> None:
    assert "cannot be read (No such file" in complaint_about(tmp_path / images.packed_name, images)
    assert "cannot be read (Is a directory" in complaint_about(tmp_path, images)


@pytest.mark.parametrize(
    ("head", "words"), [(True, "holds more than the 392,016 bytes it should"), (False, "is not an IDX file")]
)
def test_a_bomb_is_unpacked_no_further_than_the_file_should_go(
    tmp_path: Path, images: PublishedFile, head: bool, words: str
) -> None:
    path = tmp_path / images.packed_name
    path.write_bytes(pack((images.header if head else b"") + bytes(100_000_000)))
    tracemalloc.start()
    try:
        assert words in complaint_about(path, images)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 5_000_000


@pytest.mark.parametrize("start", [b"", GZIP_MAGIC + b"\x08\x08" + bytes(6)], ids=["unpacked", "packed"])
def test_a_file_longer_than_any_packing_is_not_read(tmp_path: Path, images: PublishedFile, start: bytes) -> None:
    path = tmp_path / images.packed_name
    with path.open("wb") as file:
        file.write(start)
        file.truncate(1 << 40)
    assert "has 1,099,511,627,776 bytes, more than the published file" in complaint_about(path, images)


def test_a_pipe_is_not_waited_for(tmp_path: Path, images: PublishedFile) -> None:
    os.mkfifo(tmp_path / images.packed_name)
    assert "cannot be read (not a regular file)" in complaint_about(tmp_path / images.packed_name, images)


def test_the_real_files_are_whole(fashion_mnist_directory: Path) -> None:
    for file in FILES:
        packed, unpacked = fashion_mnist_directory / file.packed_name, fashion_mnist_directory / file.name
        assert read(packed if packed.exists() else unpacked, file).shape == file.shape
