"""The best epoch's weights and the last one's: both kept, both tested, never mixed up."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from eager import eager, loaded
from numpy.typing import NDArray
from small_trainings import COMPILED, Watcher, after, past, patterns, recipe, run

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.tensorflow import keras
from fmnist_tui.engine.training.compiled_cache import graphs_of
from fmnist_tui.engine.training.model import build
from fmnist_tui.engine.training.progress import Control, Progress
from fmnist_tui.engine.training.weights import BestWeights
from fmnist_tui.lab.records.run import Curves, Metrics, Run

Weights = list[NDArray[np.float32]]
SLOW = recipe("16-bn-8", epochs=4, patience=2, batch_size=20, learning_rate=0.003)


@pytest.fixture(scope="module")
def data() -> Dataset:
    return patterns()


class Spoiler:
    """A sink that keeps the weights of each epoch and, after one of them, makes the network all but useless."""

    def __init__(self, network: keras.Model, epoch: int) -> None:
        self.weights: dict[int, Weights] = {}
        """As they were when each epoch ended."""
        self._network = network
        self._epoch = epoch

    def __call__(self, picture: Progress) -> None:
        for epoch in range(1, picture.epochs + 1):
            if after(epoch)(picture):
                self.weights[epoch] = self._network.get_weights()
                if epoch == self._epoch:
                    self._network.set_weights([np.zeros_like(each) for each in self.weights[epoch]])


def spoilt_after(
    epoch: int, data: Dataset, *, model_path: Path | None = None, stop: float | None = None
) -> tuple[Run, Spoiler]:
    """Train so that the best epoch is one after which the network was spoilt; stop past an epoch if it is given."""
    cache, control = COMPILED[graphs_of(SLOW), id(data)], Control()
    spoiler = Spoiler(cache.prepare(SLOW, data).model, epoch)
    stopper = Watcher(control.stop, past(stop) if stop else None)

    def show(picture: Progress) -> None:
        spoiler(picture)
        stopper(picture)

    result = run(data, SLOW, cache=cache, sink=show, control=control, model_path=model_path)
    assert result.curves.best_epoch == epoch
    return result, spoiler


def assert_of(metrics: Metrics | None, model: keras.Model, data: Dataset) -> None:
    """Check figures against what Keras itself says of a model on the test set."""
    loss, accuracy = eager(model).evaluate(data.x_test / 255, data.y_test, verbose=0)
    assert metrics is not None
    assert metrics.accuracy == pytest.approx(accuracy, abs=1e-6)
    assert metrics.loss == pytest.approx(loss, abs=2e-6)


def model_of(weights: Weights) -> keras.Model:
    model = build(SLOW.architecture, SLOW.training)
    model.set_weights(weights)
    return model


def test_an_earlier_best_epoch_is_tested_beside_the_last(data: Dataset, tmp_path: Path) -> None:
    result, spoiler = spoilt_after(2, data, model_path=tmp_path / "model.keras")

    assert result.status == "finished"
    assert_of(result.best, model_of(spoiler.weights[2]), data)
    assert_of(result.test, model_of(spoiler.weights[4]), data)
    assert result.best != result.test
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best.keras", "model.keras"]
    assert_of(result.best, loaded(tmp_path / "best.keras"), data)
    assert_of(result.test, loaded(tmp_path / "model.keras"), data)


def test_a_last_epoch_that_is_the_best_is_told_once(data: Dataset, tmp_path: Path) -> None:
    (tmp_path / "best.keras").write_text("of an earlier attempt")

    result, _ = spoilt_after(4, data, model_path=tmp_path / "model.keras")

    assert result.best is None
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]


def test_early_stopping_keeps_the_last_and_the_best(data: Dataset) -> None:
    result, spoiler = spoilt_after(1, data)

    assert result.curves.epochs < 4
    assert_of(result.best, model_of(spoiler.weights[1]), data)
    assert_of(result.test, model_of(spoiler.weights[result.curves.epochs]), data)


def test_stopped_within_an_epoch_the_epoch_before_may_be_the_best(data: Dataset) -> None:
    result, spoiler = spoilt_after(2, data, stop=2.3)

    assert (result.reason, result.curves.epochs) == ("stopped by hand in epoch 3 of 4", 2)
    assert_of(result.best, model_of(spoiler.weights[2]), data)
    assert result.test not in (None, result.best)


def test_without_validation_no_epoch_is_the_best(data: Dataset, tmp_path: Path) -> None:
    result = run(data, recipe("linear", validation_fraction=0.0), model_path=tmp_path / "model.keras")

    assert (result.curves.best_epoch, result.best) == (None, None)
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]


def test_a_failed_training_has_neither(data: Dataset) -> None:
    what = recipe("8:linear-8:linear", optimizer="sgd", learning_rate=10.0, epochs=30)

    result = run(data, what)

    assert (result.status, result.test, result.best) == ("failed", None, None)


def test_the_network_has_its_own_weights_again_whatever_happens(data: Dataset) -> None:
    model = build(SLOW.architecture, SLOW.training, seed=1)
    best = BestWeights()
    best.see(model, Curves((0.5,), (1.0,), (0.5,), (1.0,)))
    model.set_weights([each + 1 for each in model.get_weights()])
    now = model.get_weights()

    with suppress(RuntimeError), best.within(model):
        assert not np.array_equal(model.get_weights()[0], now[0])
        raise RuntimeError

    assert all(np.array_equal(one, other) for one, other in zip(model.get_weights(), now, strict=True))


def test_of_equally_good_epochs_the_first_is_the_best(data: Dataset) -> None:
    model = build(SLOW.architecture, SLOW.training, seed=1)
    best = BestWeights()
    for epochs in (1, 2, 3):
        same = (0.5,) * epochs
        best.see(model, Curves(same, same, same, same))

    assert best.epoch == 1
