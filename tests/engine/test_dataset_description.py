"""What `fmnist-tui data` has to tell."""

from pathlib import Path

import pytest
from small_fashion_mnist import Edition

from fmnist_tui.engine.dataset.description import FileState, describe
from fmnist_tui.engine.dataset.places import keras_cache, program_cache

pytestmark = pytest.mark.usefixtures("bare_machine")

NAMES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


def test_a_whole_folder_is_described_with_its_counts(tmp_path: Path, small_edition: Edition) -> None:
    description = describe(small_edition.write(tmp_path))
    assert description.folder == tmp_path
    assert description.source == "the folder given with --data"
    assert description.whole
    assert description.files == tuple(FileState(name, None) for name in NAMES)
    assert description.train_counts == (50,) * 10
    assert description.test_counts == (2,) * 10


def test_each_file_is_judged_by_itself(tmp_path: Path, small_edition: Edition) -> None:
    folder = small_edition.write(tmp_path)
    (folder / NAMES[0]).unlink()
    (folder / NAMES[1]).write_bytes(b"\x1f\x8b")
    description = describe(folder)
    problems = [file.problem for file in description.files]
    assert problems[0] == "is missing"
    assert problems[1] is not None
    assert "cut short" in problems[1]
    assert problems[2:] == [None, None]
    assert not description.whole
    assert description.train_counts is None
    assert description.test_counts == (2,) * 10


def test_with_nothing_anywhere_it_is_the_empty_cache_to_be_filled(small_edition: Edition) -> None:
    description = describe()
    assert description.folder == program_cache().folder
    assert description.source == "the program's cache"
    assert [file.problem for file in description.files] == ["is missing"] * 4
    assert not description.whole


def test_keras_is_described_where_it_has_more(small_edition: Edition) -> None:
    small_edition.write(keras_cache().folder, packed=False)
    description = describe()
    assert description.source == "Keras's cache"
    assert description.files[0].name == "train-images-idx3-ubyte"
    assert description.whole


def test_a_folder_that_does_not_exist_is_described_too(tmp_path: Path, small_edition: Edition) -> None:
    assert not describe(tmp_path / "nowhere").whole
