"""The order in which Fashion-MNIST is looked for, and what happens where it is not."""

import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from small_fashion_mnist import TEST_COUNT, TRAIN_COUNT, Edition

from fmnist_tui.engine.dataset import download
from fmnist_tui.engine.dataset.description import class_counts
from fmnist_tui.engine.dataset.files import DatasetError, DownloadError
from fmnist_tui.engine.dataset.places import keras_cache, program_cache
from fmnist_tui.engine.dataset.sources import Dataset, load
from fmnist_tui.engine.dataset.synthetic import collection
from fmnist_tui.lab.classes import GARMENT_CLASSES

pytestmark = pytest.mark.usefixtures("bare_machine", "no_network", "garments_drawn_once")

NO_ANSWER = "train-images-idx3-ubyte.gz could not be downloaded (storage.example: no connection)"


DRAWN_ONCE = {name: cache(getattr(collection, name)) for name in ("draw_training_set", "draw_test_set")}


@pytest.fixture
def garments_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, draw in DRAWN_ONCE.items():
        monkeypatch.setattr(collection, name, draw)


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path, **_: object) -> None:
        raise DownloadError(NO_ANSWER, "try again later")

    monkeypatch.setattr(download, "fetch", fail)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch, small_edition: Edition) -> list[Path]:
    """A network that works; the list fills with the folders that were downloaded into."""
    fetched: list[Path] = []

    def succeed(folder: Path, **_: object) -> None:
        fetched.append(small_edition.write(folder))

    monkeypatch.setattr(download, "fetch", succeed)
    return fetched


def complaint_of(dataset: str, directory: Path | None = None) -> str:
    with pytest.raises(DatasetError) as caught:
        load(dataset, directory)
    message = str(caught.value)
    assert "\n" not in message
    return message


def came_from(dataset: Dataset) -> str:
    assert dataset.name == "fashion-mnist"
    assert dataset.reason is None
    return dataset.source


class TestAFolderThatAPersonNamed:
    def test_is_read(self, tmp_path: Path, small_edition: Edition) -> None:
        dataset = load("auto", small_edition.write(tmp_path / "mine"))
        assert came_from(dataset) == f"{tmp_path / 'mine'} (the folder given with --data)"
        assert dataset.x_train.shape == (TRAIN_COUNT, 28, 28)
        assert dataset.x_test.shape == (TEST_COUNT, 28, 28)
        assert dataset.y_train.shape == (TRAIN_COUNT,)
        assert dataset.y_test.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] * 2

    @pytest.mark.parametrize("inner", [".", "fashion-mnist", "datasets/fashion-mnist"])
    @pytest.mark.parametrize("packed", [True, False])
    def test_may_hold_the_files_as_keras_does(
        self, tmp_path: Path, small_edition: Edition, inner: str, packed: bool
    ) -> None:
        small_edition.write(tmp_path / inner, packed=packed)
        assert str(tmp_path / inner) in came_from(load("fashion-mnist", tmp_path))

    def test_may_be_named_by_the_environment(
        self, tmp_path: Path, small_edition: Edition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FMNIST_TUI_DATA", str(small_edition.write(tmp_path / "mine")))
        named = f"{tmp_path / 'mine'} (the folder that FMNIST_TUI_DATA names)"
        assert came_from(load("auto")) == named
        assert came_from(load("auto", tmp_path / "mine")) == named  # as commands do, whose option the variable sets

    def test_comes_before_the_one_in_the_environment(
        self, tmp_path: Path, small_edition: Edition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FMNIST_TUI_DATA", str(small_edition.write(tmp_path / "other")))
        assert str(tmp_path / "mine") in came_from(load("auto", small_edition.write(tmp_path / "mine")))

    def test_comes_before_the_caches(self, tmp_path: Path, small_edition: Edition) -> None:
        small_edition.write(program_cache().folder)
        assert str(tmp_path / "mine") in came_from(load("auto", small_edition.write(tmp_path / "mine")))

    def test_is_not_passed_over_when_it_is_missing(self, tmp_path: Path, small_edition: Edition) -> None:
        small_edition.write(program_cache().folder)
        message = complaint_of("auto", tmp_path / "nowhere")
        assert str(tmp_path / "nowhere") in message
        assert "--data, does not exist; name the folder" in message

    def test_is_not_passed_over_when_it_is_a_file(self, tmp_path: Path, small_edition: Edition) -> None:
        (tmp_path / "file").touch()
        assert "is not a folder" in complaint_of("auto", tmp_path / "file")

    def test_is_not_passed_over_when_a_file_is_missing(self, tmp_path: Path, small_edition: Edition) -> None:
        small_edition.write(program_cache().folder)
        folder = small_edition.write(tmp_path / "mine")
        (folder / "t10k-labels-idx1-ubyte.gz").unlink()
        assert "lacks t10k-labels-idx1-ubyte.gz; put what is missing there" in complaint_of("auto", folder)

    def test_is_not_passed_over_when_a_file_is_damaged(self, tmp_path: Path, small_edition: Edition) -> None:
        folder = small_edition.write(tmp_path / "mine")
        damaged = folder / "train-labels-idx1-ubyte.gz"
        damaged.write_bytes(damaged.read_bytes()[:20])
        message = complaint_of("auto", folder)
        assert str(damaged) in message
        assert "put the published file in its place" in message

    def test_does_not_matter_to_the_synthetic_garments(self, tmp_path: Path) -> None:
        assert load("synthetic", tmp_path / "nowhere").name == "synthetic"


class TestTheCaches:
    def test_the_programs_comes_first(self, small_edition: Edition) -> None:
        small_edition.write(keras_cache().folder)
        small_edition.write(program_cache().folder)
        assert came_from(load("auto")) == f"{program_cache().folder} (the program's cache)"

    def test_keras_comes_second(self, bare_machine: Path, small_edition: Edition) -> None:
        folder = small_edition.write(bare_machine / ".keras" / "datasets" / "fashion-mnist")
        assert came_from(load("auto")) == f"{folder} (Keras's cache)"

    def test_keras_may_have_another_home(
        self, tmp_path: Path, small_edition: Edition, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
        folder = small_edition.write(tmp_path / "keras" / "datasets" / "fashion-mnist")
        assert came_from(load("auto")) == f"{folder} (Keras's cache)"

    def test_a_download_that_has_not_ended_does_not_hide_keras(self, small_edition: Edition) -> None:
        small_edition.write(program_cache().folder)
        (program_cache().folder / "t10k-images-idx3-ubyte.gz").unlink()
        small_edition.write(keras_cache().folder)
        assert "Keras's cache" in came_from(load("auto"))

    @pytest.mark.parametrize("place", [program_cache, keras_cache])
    def test_a_damaged_file_is_named_and_not_passed_over(self, place: type, small_edition: Edition) -> None:
        folder = small_edition.write(place().folder)
        damaged = folder / "t10k-images-idx3-ubyte.gz"
        damaged.write_bytes(damaged.read_bytes()[:-9])
        message = complaint_of("auto")
        assert str(damaged) in message
        assert message.endswith("delete it, or fetch it again with `fmnist-tui data --fetch`")


class TestWithNoFilesOnTheMachine:
    def test_they_are_fetched_into_the_programs_cache(self, network: list[Path]) -> None:
        assert "the program's cache" in came_from(load("auto"))
        assert network == [program_cache().folder]

    def test_auto_falls_back_to_the_synthetic_garments_and_says_why(self) -> None:
        dataset = load("auto")
        assert dataset.name == "synthetic"
        assert dataset.reason == f"Fashion-MNIST is not on this machine, and {NO_ANSWER}."

    def test_fashion_mnist_fails_and_says_how_to_mend_it(self) -> None:
        message = complaint_of("fashion-mnist")
        assert message == f"Fashion-MNIST is not on this machine, and {NO_ANSWER}; try again later"

    def test_no_download_is_tried_where_the_environment_forbids_it(
        self, network: list[Path], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FMNIST_TUI_OFFLINE", "1")
        dataset = load("auto")
        assert dataset.name == "synthetic"
        assert dataset.reason == "Fashion-MNIST is not on this machine, and FMNIST_TUI_OFFLINE forbids the download."
        assert "unset it, or give the folder" in complaint_of("fashion-mnist")
        assert network == []

    @pytest.mark.parametrize("off", ["0", ""])
    def test_a_variable_set_to_nothing_forbids_nothing(
        self, network: list[Path], monkeypatch: pytest.MonkeyPatch, off: str
    ) -> None:
        monkeypatch.setenv("FMNIST_TUI_OFFLINE", off)
        assert came_from(load("auto"))

    def test_no_download_is_tried_where_the_caller_forbids_it(self, network: list[Path]) -> None:
        assert load("auto", fetch=False).name == "synthetic"
        assert network == []

    def test_asking_for_the_synthetic_garments_needs_no_reason(self, network: list[Path]) -> None:
        dataset = load("synthetic")
        assert dataset.name == "synthetic"
        assert dataset.reason is None
        assert network == []


def test_the_arrays_cannot_be_written_to(tmp_path: Path, small_edition: Edition) -> None:
    for dataset in (load("auto", small_edition.write(tmp_path)), load("synthetic")):
        for array in (dataset.x_train, dataset.y_train, dataset.x_test, dataset.y_test):
            assert not array.flags.writeable
        assert dataset.y_train.dtype == np.int64


def test_nothing_heavy_is_imported_before_it_is_needed() -> None:
    code = """
import sys
import fmnist_tui.engine.dataset.description, fmnist_tui.engine.dataset.sources, fmnist_tui.engine.dataset.sources
print(*sorted({"keras", "requests", "scipy", "sklearn", "tensorflow", "textual"} & sys.modules.keys()))
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "\n"


def test_the_real_dataset_is_what_was_published(fashion_mnist_directory: Path) -> None:
    dataset = load("fashion-mnist", fashion_mnist_directory)
    assert class_counts(dataset.y_train) == (6_000,) * 10
    assert class_counts(dataset.y_test) == (1_000,) * 10
    assert GARMENT_CLASSES.names[dataset.y_train[0]] == "Ankle boot"
    assert dataset.x_train.max() == 255
    # The mean grey level of the training pictures, known from many a normalisation: 0.2860 of white.
    assert dataset.x_train.mean() / 255 == pytest.approx(0.2860, abs=5e-5)
