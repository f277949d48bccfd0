"""The split is scikit-learn's, told as indices."""

from pathlib import Path

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from fmnist_tui.engine.dataset.sources import Dataset, load, split


def numbered(count: int) -> Dataset:
    """A dataset whose training pictures and labels tell their own place."""
    places = np.arange(count)
    pictures = np.zeros((count, 28, 28), np.uint8)
    pictures[:, 0, 0], pictures[:, 0, 1] = places % 256, places // 256
    return Dataset("synthetic", pictures, places, pictures[:0], places[:0], "counted")


@pytest.mark.parametrize("fraction", [0.2, 0.1, 1 / 3, 0.999])
@pytest.mark.parametrize("seed", [42, 0])
def test_the_indices_pick_what_train_test_split_gives_in_its_order(fraction: float, seed: int) -> None:
    dataset = numbered(1_003)
    x_train, x_validation, y_train, y_validation = train_test_split(
        dataset.x_train, dataset.y_train, test_size=fraction, random_state=seed
    )
    parts = split(dataset, fraction, seed)
    np.testing.assert_array_equal(dataset.x_train[parts.train_indices], x_train)
    np.testing.assert_array_equal(dataset.y_train[parts.train_indices], y_train)
    np.testing.assert_array_equal(dataset.x_train[parts.validation_indices], x_validation)
    np.testing.assert_array_equal(dataset.y_train[parts.validation_indices], y_validation)
    assert parts.train_indices.dtype == parts.validation_indices.dtype == np.int32


def test_a_fraction_of_nothing_holds_nothing_out() -> None:
    parts = split(numbered(30), 0, 42)
    assert parts.train_indices.tolist() == list(range(30))
    assert parts.validation_indices.tolist() == []
    assert parts.validation_indices.dtype == np.int32


@pytest.mark.parametrize("fraction", [-0.1, 1, 1.5, float("nan")])
def test_a_fraction_that_is_none_is_refused(fraction: float) -> None:
    with pytest.raises(ValueError, match="validation fraction"):
        split(numbered(30), fraction, 42)


def test_the_reports_split_of_the_real_data(fashion_mnist_directory: Path) -> None:
    dataset = load("fashion-mnist", fashion_mnist_directory)
    y_train, y_validation = train_test_split(dataset.y_train, test_size=0.2, random_state=42)
    parts = split(dataset, 0.2, 42)
    assert (len(parts.train_indices), len(parts.validation_indices)) == (48_000, 12_000)
    np.testing.assert_array_equal(dataset.y_train[parts.train_indices], y_train)
    np.testing.assert_array_equal(dataset.y_train[parts.validation_indices], y_validation)
