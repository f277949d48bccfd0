"""A training leaves snapshots of its first layer, which change nothing of it."""

from pathlib import Path

import numpy as np
import pytest
from small_trainings import patterns, recipe, run

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.training.compiled import PreparedRecipe
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.snapshots import read_snapshots
from fmnist_tui.lab.runs.weights import read_weights


@pytest.fixture(scope="module")
def data() -> Dataset:
    return patterns()


@pytest.mark.parametrize("shorthand", ["8", "conv4x3/2-flatten-8", "linear"])
def test_they_are_what_keras_holds_before_the_first_and_after_each_epoch(
    data: Dataset, tmp_path: Path, shorthand: str
) -> None:
    what = recipe(shorthand, epochs=3)
    run(data, what, folder=RunFolder(tmp_path))

    found = read_snapshots(tmp_path, what.architecture, 3)

    assert [each.epoch for each in found] == [0, 1, 2, 3]
    prepared = PreparedRecipe(what, data)
    prepared.start(seed=0)
    (start, *_) = (weight for weight in prepared.model.get_weights() if weight.ndim > 1)
    weights = read_weights(tmp_path, what.architecture)
    assert weights is not None
    end = next(layer["kernel"] for layer in weights.last if "kernel" in layer)
    for each, expected in ((found[0], start), (found[-1], end)):
        assert each.kernel.shape == expected.shape
        assert (np.abs(each.kernel - expected) <= np.abs(expected).reshape(-1, expected.shape[-1]).max(axis=0) / 250).all()  # fmt: skip  # noqa: E501
    assert not np.array_equal(found[1].levels, found[2].levels)


def test_none_are_left_where_no_weights_are_kept(data: Dataset, tmp_path: Path) -> None:
    run(data, recipe("8", epochs=3), folder=RunFolder(tmp_path), keep_weights=False)

    assert not (tmp_path / "snapshots.bin").exists()


def test_a_training_is_the_same_with_them_and_a_file_in_the_way_is_only_noted(data: Dataset, tmp_path: Path) -> None:
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked" / "snapshots.bin").mkdir()

    without = run(data, recipe("8", epochs=3))
    with_them = run(data, recipe("8", epochs=3), folder=RunFolder(tmp_path / "free"))
    blocked = run(data, recipe("8", epochs=3), folder=RunFolder(tmp_path / "blocked"))

    assert without.curves == with_them.curves == blocked.curves
    assert blocked.status == "finished"
    assert "snapshots.bin: " in (blocked.reason or "")
