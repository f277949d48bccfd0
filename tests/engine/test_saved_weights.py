"""A training keeps its weights, and a model is made of them again."""

from pathlib import Path

import numpy as np
import pytest
from eager import loaded
from small_trainings import after, interrupt, patterns, recipe, run

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.training.saved_model import save_model
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.run import Metrics, Run
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.weights import TrainedWeights, read_weights

EVERY_KIND_OF_WEIGHT = "conv4x3-bn-pool2-flatten-16:tanh-ln-drop0.5-8"


@pytest.fixture(scope="module")
def data() -> Dataset:
    return patterns()


def kept(folder: Path, result: Run) -> TrainedWeights:
    weights = read_weights(folder, result.recipe.architecture)
    assert weights is not None
    return weights


def assert_of(metrics: Metrics | None, path: Path, data: Dataset) -> None:
    """Check figures against what Keras says of a saved model on the test set."""
    loss, accuracy = loaded(path).evaluate(data.x_test / 255, data.y_test, verbose=0)
    assert metrics is not None
    assert metrics.accuracy == pytest.approx(accuracy, abs=1e-6)
    assert metrics.loss == pytest.approx(loss, abs=2e-6)


@pytest.mark.parametrize("shorthand", ["linear", "8", EVERY_KIND_OF_WEIGHT])
def test_a_model_made_of_the_kept_weights_gives_the_figures_of_the_run(
    data: Dataset, tmp_path: Path, shorthand: str
) -> None:
    result = run(data, recipe(shorthand), folder=RunFolder(tmp_path / "run"))

    save_model(result.recipe, kept(tmp_path / "run", result).last, tmp_path / "model.keras")

    assert_of(result.test, tmp_path / "model.keras", data)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["model.keras", "run"]


def test_the_best_epoch_is_kept_where_it_is_another(data: Dataset, tmp_path: Path) -> None:
    overshooting = recipe("16", optimizer="sgd", learning_rate=1.0, epochs=12, batch_size=20)

    result = run(data, overshooting, folder=RunFolder(tmp_path / "run"))
    weights = kept(tmp_path / "run", result)

    assert result.best is not None, "this recipe must lose again what it had"
    assert weights.best is not None
    save_model(result.recipe, weights.best, tmp_path / "best.keras")
    assert_of(result.best, tmp_path / "best.keras", data)


def test_a_run_that_is_to_keep_no_weights_keeps_none(data: Dataset, tmp_path: Path) -> None:
    run(data, recipe("8"), folder=RunFolder(tmp_path / "run"), keep_weights=False)

    assert not (tmp_path / "run" / "weights.npz").exists()


def test_a_training_that_failed_keeps_none(data: Dataset, tmp_path: Path) -> None:
    failing = recipe("8:linear-8:linear", optimizer="sgd", learning_rate=10.0, epochs=30)

    assert run(data, failing, folder=RunFolder(tmp_path / "run")).status == "failed"
    assert not (tmp_path / "run" / "weights.npz").exists()


def test_weights_that_cannot_be_written_are_a_reason_and_the_run_is_whole(data: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    (folder / ".weights.npz.draft").mkdir(parents=True)

    result = run(data, recipe("8"), folder=RunFolder(folder))

    assert (result.status, result.test is None) == ("finished", False)
    assert "weights.npz: cannot be written" in (result.reason or "")


def test_a_model_that_is_there_is_not_overwritten(data: Dataset, tmp_path: Path) -> None:
    result = run(data, recipe("8"), folder=RunFolder(tmp_path / "run"))
    weights = kept(tmp_path / "run", result).last
    (tmp_path / "mine.keras").write_text("mine")
    (tmp_path / "link.keras").symlink_to(tmp_path / "nowhere")

    for name in ("mine.keras", "link.keras"):
        with pytest.raises(UserError, match="exists and is not changed"):
            save_model(result.recipe, weights, tmp_path / name)
    with pytest.raises(UserError, match="suffix"):
        save_model(result.recipe, weights, tmp_path / "model.h5")

    assert (tmp_path / "mine.keras").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link.keras", "mine.keras", "run"]


def test_a_folder_that_is_not_there_is_said(data: Dataset, tmp_path: Path) -> None:
    result = run(data, recipe("8"), folder=RunFolder(tmp_path / "run"))

    with pytest.raises(UserError, match=r"cannot be written"):
        save_model(result.recipe, kept(tmp_path / "run", result).last, tmp_path / "nowhere" / "model.keras")


def test_a_resumed_training_keeps_what_an_uninterrupted_one_keeps(data: Dataset, tmp_path: Path) -> None:
    whole = recipe("8")
    result = run(data, whole, folder=RunFolder(tmp_path / "whole"))
    parts = RunFolder(tmp_path / "parts")
    interrupt(data, whole, parts, after(1))
    assert read_weights(parts.path, whole.architecture) is None

    again = run(data, whole, folder=parts, resume=True)

    for some, other in zip(kept(parts.path, again).last, kept(tmp_path / "whole", result).last, strict=True):
        assert all(np.array_equal(some[name], other[name]) for name in some)
