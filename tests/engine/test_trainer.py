"""A training reports itself, obeys its control and ends in a run."""

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from eager import loaded
from group_builders import OTHER_HYPERPARAMETERS
from sklearn.metrics import confusion_matrix
from small_trainings import RUN_ID, Watcher, past, patterns, recipe, run

from fmnist_tui.engine.clock import running_clock
from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.tensorflow import tf
from fmnist_tui.engine.training import footprint, trainer
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache, graphs_of
from fmnist_tui.engine.training.footprint import evaluation_batch_size
from fmnist_tui.engine.training.progress import Control, Pace, Phase, Progress
from fmnist_tui.lab.experiments.estimate import memory_bytes
from fmnist_tui.lab.layers import MaxPooling
from fmnist_tui.lab.records.architecture import Architecture, ArchitectureError
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.folder import RunFolder

MANY_STEPS = recipe(epochs=3, batch_size=10, learning_rate=0.002)
FAILING = recipe("8:linear-8:linear", optimizer="sgd", learning_rate=10.0, epochs=30, batch_size=300)
CONVOLUTIONAL = "conv3x3-bn-pool2-flatten-drop0.3"


@pytest.fixture(scope="module")
def data() -> Dataset:
    return patterns()


# What a run holds


def test_a_finished_run_tells_all(data: Dataset) -> None:
    what = recipe("8")

    result = run(data, what, seed=4)

    assert (result.id, result.experiment, result.seed) == (RUN_ID, "an experiment", 4)
    assert (result.status, result.reason) == ("finished", None)
    assert result.recipe == what
    assert result.parameters == what.architecture.parameters
    assert result.seconds > 0
    assert result.started.tzinfo is not None
    assert result.environment is not None
    assert [len(getattr(result.curves, name)) for name in ("accuracy", "loss", "val_accuracy", "val_loss")] == [2] * 4
    assert result.curves.loss[-1] < result.curves.loss[0]
    assert all(value == round(value, 6) for value in result.curves.loss + result.curves.val_accuracy)


def test_the_confusion_matrix_counts_the_test_images(data: Dataset) -> None:
    result = run(data, recipe())

    assert result.test is not None
    assert result.confusion is not None
    assert [sum(row) for row in result.confusion] == np.bincount(data.y_test, minlength=10).tolist()
    assert sum(result.confusion[each][each] for each in range(10)) / 200 == pytest.approx(result.test.accuracy)


@pytest.mark.parametrize("shorthand", ["8", CONVOLUTIONAL])
def test_the_saved_model_is_what_was_tested(data: Dataset, tmp_path: Path, shorthand: str) -> None:
    path = tmp_path / "runs" / "model.keras"

    result = run(data, recipe(shorthand), model_path=path)

    model = loaded(path)
    loss, accuracy = model.evaluate(data.x_test / 255, data.y_test, verbose=0)
    predicted = model.predict(data.x_test / 255, verbose=0).argmax(axis=1)
    assert result.confusion == tuple(map(tuple, confusion_matrix(data.y_test, predicted, labels=range(10)).tolist()))
    assert result.test is not None
    assert result.test.loss == pytest.approx(loss, abs=2e-6)
    assert result.test.accuracy == pytest.approx(accuracy, abs=1e-6)


def test_the_last_epochs_validation_is_that_of_the_saved_model(data: Dataset, tmp_path: Path) -> None:
    everything = replace(data, x_test=data.x_train, y_test=data.y_train)

    result = run(everything, recipe("bn-flatten-drop0.5", validation_fraction=0.9), model_path=tmp_path / "m.keras")

    from fmnist_tui.engine.dataset.sources import split

    held_out = split(data, 0.9, 42).validation_indices
    model = loaded(tmp_path / "m.keras")
    loss, accuracy = model.evaluate(data.x_train[held_out] / 255, data.y_train[held_out], verbose=0)
    assert result.curves.val_loss[-1] == pytest.approx(loss, abs=2e-6)
    assert result.curves.val_accuracy[-1] == pytest.approx(accuracy, abs=1e-6)


def test_a_model_that_cannot_be_saved_does_not_lose_the_run(data: Dataset, tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("in the way")

    result = run(data, recipe(), model_path=tmp_path / "runs" / "model.keras")

    assert result.status == "finished"
    assert result.test is not None
    assert result.reason is not None
    assert result.reason.startswith("its model could not be saved: ")


# The seed


@pytest.mark.parametrize(("shorthand", "optimizer"), [("flatten-bn-drop0.3", "nadam"), (CONVOLUTIONAL, "rmsprop")])
def test_what_is_compiled_once_trains_each_seed_and_learning_rate_as_if_it_were_alone(
    data: Dataset, shorthand: str, optimizer: str, tmp_path: Path
) -> None:
    what = recipe(shorthand, optimizer=optimizer)
    others = recipe(shorthand, optimizer=optimizer, learning_rate=0.1, epochs=3, patience=1)
    cache, another = CompiledModelCache(), CompiledModelCache()

    alone, second, after = (run(data, what, seed, cache=cache) for seed in (1, 2, 1))
    other = run(data, others, 2, cache=cache)
    again = run(data, what, 1, cache=cache, model_path=tmp_path / "model.keras")

    other_alone = run(data, others, 2, cache=another)
    for each, expected in ((after, alone), (again, alone), (other, other_alone)):
        assert (each.curves, each.test, each.confusion) == (expected.curves, expected.test, expected.confusion)
    assert len({each.curves.loss for each in (alone, second, other)}) == 3
    assert cache.prepare(others, data) is cache.prepare(what, data)
    kept = loaded(tmp_path / "model.keras").optimizer.learning_rate
    assert float(kept) == pytest.approx(what.training.learning_rate)


def test_only_learning_rate_epochs_and_patience_are_not_compiled() -> None:
    first = recipe("8", optimizer="sgd")
    assert OTHER_HYPERPARAMETERS.keys() == set(HYPERPARAMETERS)

    shared = {
        name
        for name, value in OTHER_HYPERPARAMETERS.items()
        if graphs_of(replace(first, training=replace(first.training, **{name: value}))) == graphs_of(first)
    }

    assert shared == {"learning_rate", "epochs", "patience"}
    assert graphs_of(recipe("9", optimizer="sgd")) != graphs_of(first)
    assert graphs_of(first.on("fashion-mnist")) != graphs_of(first)


def test_dropout_is_at_work_in_training(data: Dataset) -> None:
    with_dropout, without = run(data, recipe("drop0.9-flatten")), run(data, recipe("drop0-flatten"))

    assert with_dropout.curves.loss[0] > without.curves.loss[0] + 0.05


# What is trained


UNDIVIDED = recipe(validation_fraction=0.0, patience=1, batch_size=60_000)
"""Without validation, and in one batch."""


def test_no_validation_leaves_its_curves_empty(data: Dataset) -> None:
    result = run(data, UNDIVIDED)

    assert result.status == "finished"
    assert result.curves.epochs == 2
    assert result.curves.val_loss == result.curves.val_accuracy == ()
    assert result.test is not None


def test_a_batch_larger_than_the_data_is_one_batch(data: Dataset) -> None:
    watcher = Watcher()

    result = run(data, UNDIVIDED, sink=watcher)

    assert result.status == "finished"
    assert [progress.epoch for progress in watcher.reports if progress.points] == [1.0, 2.0]


def test_data_of_one_class_are_learnt_without_a_fuss(data: Dataset) -> None:
    shoes = replace(data, y_train=np.full_like(data.y_train, 7), y_test=np.full_like(data.y_test, 7))

    result = run(shoes, recipe("linear"))

    assert result.test is not None
    assert result.test.accuracy == 1.0
    assert result.confusion is not None
    assert result.confusion[7] == (0, 0, 0, 0, 0, 0, 0, 200, 0, 0)


def test_patience_ends_a_training_that_no_longer_gets_better(data: Dataset) -> None:
    noise = replace(data, y_train=np.random.default_rng(0).integers(0, 10, len(data.y_train)))

    result = run(noise, recipe("linear", epochs=60, patience=2, learning_rate=0.05))

    best = int(np.argmin(result.curves.val_loss))
    assert result.status == "finished"
    assert result.curves.epochs == best + 1 + 2 < 60


def test_data_of_another_name_are_refused(data: Dataset) -> None:
    with pytest.raises(ValueError, match="recipe is for fashion-mnist, but the data are synthetic"):
        run(data, replace(recipe(), dataset="fashion-mnist"))


def test_a_network_that_cannot_be_built_is_refused(data: Dataset) -> None:
    with pytest.raises(ArchitectureError, match="max pooling 99"):
        run(data, replace(recipe(), architecture=Architecture((MaxPooling(99),))))


# What is told meanwhile


def test_pictures_come_from_compiling_to_testing(data: Dataset) -> None:
    watcher = Watcher()

    result = run(data, MANY_STEPS, sink=watcher)

    assert watcher.phases == [Phase.COMPILING, Phase.TRAINING, Phase.TESTING]
    within = [progress for progress in watcher.reports if progress.points]
    chunks = len(within) // 3
    assert chunks > 1
    assert [len(progress.points) for progress in within] == [*range(1, chunks + 1)] * 3
    epochs = [progress.epoch for progress in within]
    assert epochs == sorted(set(epochs))
    assert epochs[chunks - 1 :: chunks] == [1.0, 2.0, 3.0]
    last = within[-1].points[-1]
    assert (last.accuracy, last.loss) == (result.curves.accuracy[-1], result.curves.loss[-1])
    assert [progress.curves.epochs for progress in within] == [0] * chunks + [1] * chunks + [2] * chunks
    assert watcher.reports[-1].curves == result.curves


def test_the_rate_and_the_time_left_wait_until_training_has_settled(data: Dataset) -> None:
    watcher = Watcher()

    run(data, MANY_STEPS, sink=watcher)

    assert [progress.images_per_second is None for progress in watcher.reports[:4]] == [True, True, True, False]
    left = [progress.seconds_left for progress in watcher.reports if progress.seconds_left is not None]
    assert left[0] > left[-1] == 0.0


def test_the_learning_rate_is_told_once_there_is_an_optimizer(data: Dataset) -> None:
    watcher = Watcher()

    run(data, MANY_STEPS, sink=watcher)

    compiling, *training = [progress.learning_rate for progress in watcher.reports]
    assert compiling is None
    assert training
    assert training == pytest.approx([0.002] * len(training))


def test_a_pace_counts_neither_the_first_steps_nor_what_lies_between() -> None:
    times: Iterator[float] = iter([0.0, 9.0, 20.0, 25.0, 100.0, 102.0, 300.0, 302.0])
    pace = Pace(unsettled=2, clock=lambda: next(times))

    rates = []
    for _ in range(4):
        pace.begin()
        pace.end(80)
        rates.append(pace.images_per_second)

    assert rates == [None, None, 40.0, 40.0]


# Stop and pause


def test_stopping_now_keeps_the_finished_epochs_and_tests_the_weights_as_they_are(data: Dataset) -> None:
    control = Control()
    watcher = Watcher(control.stop, past(1.3))

    result = run(data, MANY_STEPS, sink=watcher, control=control)

    assert result.status == "stopped"
    assert result.reason == "stopped by hand in epoch 2 of 3"
    assert result.curves.epochs == 1
    assert result.curves == watcher.reports[-1].curves
    assert result.test is not None
    assert max(progress.epoch for progress in watcher.reports) < 2


def test_stopping_in_the_first_epoch_still_gives_a_run(data: Dataset) -> None:
    control = Control()

    result = run(data, MANY_STEPS, sink=Watcher(control.stop, past(0.3)), control=control)

    assert (result.status, result.reason) == ("stopped", "stopped by hand in epoch 1 of 3")
    assert result.curves == Curves()
    assert result.test is not None


def test_a_stop_before_the_first_step_leaves_nothing_to_test(data: Dataset) -> None:
    control = Control()
    control.stop()

    result = run(data, recipe(), seed=6, control=control)

    assert (result.status, result.reason) == ("stopped", "stopped by hand before the first epoch")
    assert result.curves == Curves()
    assert (result.test, result.best, result.confusion) == (None, None, None)


def test_a_stop_while_it_compiles_leaves_nothing_to_test(data: Dataset) -> None:
    control = Control()
    watcher = Watcher(control.stop, lambda progress: progress.phase is Phase.COMPILING)

    result = run(data, recipe(), sink=watcher, control=control)

    assert (result.status, result.reason) == ("stopped", "stopped by hand before the first epoch")
    assert watcher.phases == [Phase.COMPILING]


def test_stopping_at_the_end_of_the_epoch_finishes_and_validates_it(data: Dataset) -> None:
    control = Control()
    watcher = Watcher(control.stop_at_epoch_end, past(1.3))

    result = run(data, MANY_STEPS, sink=watcher, control=control)

    assert (result.status, result.reason) == ("stopped", "stopped by hand after epoch 2 of 3")
    assert (result.curves.epochs, len(result.curves.val_loss)) == (2, 2)
    assert watcher.phases == [Phase.COMPILING, Phase.TRAINING, Phase.STOPPING, Phase.TESTING]
    assert max(progress.epoch for progress in watcher.reports) == 2.0


def test_stopping_at_the_end_of_the_last_epoch_changes_nothing(data: Dataset) -> None:
    control = Control()

    result = run(data, MANY_STEPS, sink=Watcher(control.stop_at_epoch_end, past(2.3)), control=control)

    assert (result.status, result.reason, result.curves.epochs) == ("finished", None, 3)


def test_a_paused_training_waits_and_goes_on_to_the_same_figures(data: Dataset) -> None:
    control = Control()
    waits: list[Phase] = []
    watcher = Watcher(control.pause, past(0.5))

    def resume_when_paused(progress: Progress) -> None:
        watcher(progress)
        if progress.phase is Phase.PAUSED:
            waits.append(progress.phase)
            control.resume()

    paused = run(data, MANY_STEPS, sink=resume_when_paused, control=control)

    assert waits == [Phase.PAUSED]
    assert watcher.phases == [Phase.COMPILING, Phase.TRAINING, Phase.PAUSED, Phase.TRAINING, Phase.TESTING]
    assert paused.curves == run(data, MANY_STEPS).curves


def test_a_pause_is_no_part_of_what_a_training_costs(data: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    control, hour = Control(), 3_600.0
    watcher = Watcher(control.pause, past(0.5))

    def wait_an_hour(look: object) -> float:
        control.resume()
        clock.append(hour)
        return hour

    clock: list[float] = []
    tell = time.perf_counter
    monkeypatch.setattr(running_clock, "_clock", lambda: tell() + sum(clock))
    monkeypatch.setattr(control, "wait_while_paused", wait_an_hour)

    paused = run(data, MANY_STEPS, sink=watcher, control=control)

    assert clock == [hour]
    assert 0 < paused.seconds < 60


def test_a_stop_wakes_a_paused_training(data: Dataset) -> None:
    control = Control()
    watcher = Watcher(control.stop, lambda progress: progress.phase is Phase.PAUSED)

    def pause_early(progress: Progress) -> None:
        if past(0.3)(progress):
            control.pause()
        watcher(progress)

    result = run(data, MANY_STEPS, sink=pause_early, control=control)

    assert (result.status, result.reason) == ("stopped", "stopped by hand in epoch 1 of 3")


# Failures


def test_a_loss_that_is_not_finite_fails_and_keeps_the_epochs_before(data: Dataset) -> None:
    result = run(data, FAILING)

    assert result.status == "failed"
    assert result.reason is not None
    assert result.reason.startswith("the loss became ")
    assert result.reason.endswith(f"in epoch {result.curves.epochs + 1}; try a lower learning rate")
    assert all(math.isfinite(value) for value in result.curves.loss + result.curves.val_loss)
    assert result.test is None
    assert result.confusion is None


def test_a_network_that_does_not_fit_in_memory_is_a_failed_run(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(footprint, "available_bytes", lambda: 10**9)
    large = recipe("65536-65536")

    result = run(data, large, model_path=tmp_path / "model.keras")

    assert result.status == "failed"
    assert result.reason is not None
    assert "69.6 GB of memory, and 1.0 GB are free" in result.reason
    assert (result.parameters, result.curves, result.test) == (large.architecture.parameters, Curves(), None)
    assert not (tmp_path / "model.keras").exists()


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (tf.errors.ResourceExhaustedError(None, None, "OOM when\nallocating"), "not enough memory; use smaller layers"),
        (tf.errors.InvalidArgumentError(None, None, "no such thing\nat all"), "TensorFlow failed: no such thing"),
        (MemoryError(), "not enough memory; use smaller layers"),
    ],
)
def test_an_error_of_tensorflow_is_a_failed_run_that_keeps_its_epochs(
    data: Dataset, monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(trainer, "evaluate", fail)

    result = run(data, recipe())

    assert result.status == "failed"
    assert result.reason is not None
    assert result.reason.startswith(reason)
    assert "\n" not in result.reason
    assert result.curves.epochs == 2
    assert result.test is None


def test_an_interrupt_from_the_keyboard_is_not_swallowed(data: Dataset) -> None:
    def interrupt(progress: Progress) -> None:
        if progress.points:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(data, recipe(), sink=interrupt)


def test_a_failed_training_leaves_its_epochs_in_the_journal_and_is_alive_no_more(data: Dataset, tmp_path: Path) -> None:
    folder = RunFolder(tmp_path / RUN_ID)

    result = run(data, FAILING, folder=folder)

    journal = folder.read()
    assert result.status == "failed"
    assert journal is not None
    assert journal.run.curves == result.curves
    assert not folder.is_alive


# Memory


def test_the_memory_required_grows_with_weights_and_with_the_batch() -> None:
    small, wide, many = recipe("8"), recipe("800"), recipe("8", batch_size=5_000)

    assert memory_bytes(small) < memory_bytes(wide)
    assert memory_bytes(small) < memory_bytes(many)
    assert memory_bytes(wide) > 4 * 4 * wide.architecture.parameters


def test_fewer_images_are_evaluated_at_once_where_a_layer_is_large() -> None:
    sizes = [evaluation_batch_size(parse(shorthand)) for shorthand in ("8", "conv32x3-gap", "conv4096x3-gap")]

    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == 2_000
    assert sizes[-1] >= 1
