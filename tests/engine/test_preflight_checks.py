"""The figures of the checks are NumPy's and Keras's own, each check fails where it should, and says what to do."""

import json
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from eager import eager
from small_trainings import Watcher, past, patterns, recipe, run

from fmnist_tui.engine.dataset.sources import Dataset, split
from fmnist_tui.engine.dataset.synthetic.collection import draw_collection
from fmnist_tui.engine.preflight.checks import (
    TITLES,
    Check,
    LayerGradient,
    Preflight,
    Stopped,
    balance_check,
    first_loss_check,
    first_steps_check,
    gradients_check,
    input_check,
    labels_check,
    overfit_check,
)
from fmnist_tui.engine.preflight.preflight import (
    gradients,
    input_range,
    run_preflight,
    run_rates,
    without_regularization,
)
from fmnist_tui.engine.preflight.rates import LOWEST, growing_rates
from fmnist_tui.engine.preflight.steps import Steps, first_batches
from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.chunks import epoch_order
from fmnist_tui.engine.training.model import build, network, optimizer
from fmnist_tui.engine.training.progress import Control
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.records.architecture import ArchitectureError
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe, hyperparameters
from fmnist_tui.lab.records.shorthand import parse

DATA = patterns()
INDICES = split(DATA, 0.2, 42).train_indices
PIXELS = DATA.x_train.astype("float32") / 255


KINDS = ("linear", "16:gelu:l2=0.01-8", "conv4x5-pool2-conv4x3-bn-gap-8-drop0.5")


@cache
def checked(shorthand: str) -> Preflight:
    """Check a network under a learning rate with which all of `KINDS` learn, under seed 3."""
    return run_preflight(recipe(shorthand, learning_rate=0.01), 3, DATA)


def check_of(name: str, found: Preflight) -> Check:
    (check,) = (check for check in found.checks if check.name == name)
    return check


def failed(found: Preflight) -> list[str]:
    return [check.name for check in found.checks if not check.passed]


# A network that has nothing wrong


def test_a_healthy_network_passes_every_check_in_order() -> None:
    shown: list[Check] = []

    found = run_preflight(recipe("16"), 0, DATA, show=shown.append)

    assert failed(found) == []
    assert tuple(shown) == found.checks
    assert [check.name for check in found.checks] == list(TITLES)
    assert all(check.advice is None and check.source and check.sentence.isprintable() for check in found.checks)
    document = json.loads(json.dumps(found.as_json(), allow_nan=False))
    assert document["passed"] is True
    assert (document["architecture"], document["seed"], document["batch_size"]) == ("16", 0, 50)


def test_the_data_figures_are_those_of_numpy() -> None:
    found = checked("linear")

    figures = check_of("input-range", found).figures
    assert figures["lowest"] == pytest.approx(PIXELS.min())
    assert figures["highest"] == pytest.approx(PIXELS.max())
    assert figures["mean"] == pytest.approx(PIXELS.mean(dtype=np.float64))
    assert figures["sd"] == pytest.approx(PIXELS.std(dtype=np.float64))
    counts = np.bincount(DATA.y_train[INDICES], minlength=10)
    assert check_of("class-balance", found).figures["counts"] == counts.tolist()
    assert input_range(np.array([[[0, 255]]], np.uint8)) == (0.0, 1.0, 0.5, 0.5)


@pytest.mark.parametrize("shorthand", KINDS)
def test_the_loss_at_the_start_is_that_of_keras_without_penalties(shorthand: str) -> None:
    model = eager(network(parse(shorthand), seed=3))
    probabilities = model.predict(PIXELS[INDICES], batch_size=500, verbose=0)
    expected = keras.losses.sparse_categorical_crossentropy(DATA.y_train[INDICES], probabilities).numpy().mean()

    check = check_of("first-loss", checked(shorthand))

    assert check.figures["loss"] == pytest.approx(expected, rel=1e-5)
    assert check.figures["ln_10"] == pytest.approx(2.302585, abs=1e-6)
    assert check.figures["images"] == len(INDICES)


def test_the_gradients_are_those_of_keras_by_layer() -> None:
    what = recipe("conv3x5-pool4-bn-8:tanh")
    model = network(what.architecture, seed=1)
    images, labels = DATA.x_train[:32], DATA.y_train[:32]

    found = gradients(model, what.architecture, images, labels)

    assert [each.layer for each in found] == [
        "layer 1 (conv2d 3 5×5 valid relu)" if "valid" in found[0].layer else "layer 1 (conv2d 3 5×5 relu)",
        "layer 3 (batch normalization)",
        "layer 5 (dense 8 tanh)",
        "dense 10 softmax",
    ]
    other = network(what.architecture, seed=1)
    with tf.GradientTape() as tape:
        losses = keras.losses.sparse_categorical_crossentropy(labels, other(PIXELS[:32], training=True))
        loss = tf.reduce_mean(losses)
    expected = tape.gradient(loss, other.get_layer("dense_1").trainable_variables)
    flat = np.concatenate([value.numpy().ravel() for value in expected])
    assert found[2].norm == pytest.approx(np.linalg.norm(flat), rel=1e-4)
    assert found[2].root_mean_square == pytest.approx(np.sqrt(np.mean(flat**2)), rel=1e-4)


@pytest.mark.parametrize("shorthand", ["8:l2=0.01-bn-drop0.3", "conv2x5-gap-8"])
def test_the_first_steps_are_those_that_keras_makes(shorthand: str) -> None:
    what = recipe(shorthand, learning_rate=0.01)
    model = build(what.architecture, what.training, seed=2)
    order = np.concatenate([epoch_order(INDICES, 2, epoch)[:500] for epoch in (0, 1)])
    expected = []
    for start in range(0, 600, 50):
        part = order[start : start + 50]
        model.reset_metrics()
        expected.append(float(model.train_on_batch(PIXELS[part], DATA.y_train[part])[0]))

    batches = first_batches(INDICES, 2, 50, 12)
    steps = Steps(network(what.architecture, seed=2), optimizer(what.training), lambda: False)
    losses = np.concatenate([*steps.take(DATA.x_train, DATA.y_train, batches, [0.01] * 12)])

    assert batches.tolist() == order[:600].reshape(12, 50).tolist()
    assert losses == pytest.approx(expected, rel=1e-3)


def test_ten_images_are_learnt_without_dropout_and_penalties() -> None:
    architecture = parse("16:l2=0.1-drop0.9-8:l2=0.1")

    check = check_of("overfit", run_preflight(Recipe(architecture, Hyperparameters(), "synthetic"), 0, DATA))

    assert without_regularization(architecture) == parse("16-8")
    assert check.passed
    assert check.figures["images"] == check.figures["right"] == 10
    assert check.figures["loss"] < 0.1


def test_a_training_computes_the_same_with_checks_in_its_midst_which_find_the_same_too() -> None:
    what = recipe("drop0.5-flatten", epochs=3)
    found = [run_preflight(what, 4, DATA)]
    control = Control()

    def check() -> None:
        control.pause()
        with ThreadPoolExecutor(1) as thread:
            found.append(thread.submit(run_preflight, what, 4, DATA).result())
            thread.submit(run_rates, what, 4, DATA).result()
        control.resume()

    alone = run(DATA, what)
    beside = run(DATA, what, control=control, sink=Watcher(check, past(0.5)))

    assert (beside.curves, beside.test, beside.confusion) == (alone.curves, alone.test, alone.confusion)
    assert [check.figures for check in found[0].checks] == [check.figures for check in found[1].checks]


# What is wrong is found


def test_a_learning_rate_of_ten_fails_the_first_steps_alone() -> None:
    found = run_preflight(recipe("16", optimizer="adam", learning_rate=10.0), 0, DATA)

    assert failed(found) == ["first-steps"]
    assert "too high: try 1, or" in str(check_of("first-steps", found).advice)


def test_a_loss_that_is_not_finite_is_said_to_be_so() -> None:
    found = run_preflight(recipe("8:softplus-8:linear-8:linear", optimizer="sgd", learning_rate=10.0), 0, DATA)

    check = check_of("first-steps", found)
    assert not check.passed
    assert "no longer finite" in check.sentence or check.figures["after"] > check.figures["before"]
    json.dumps(found.as_json(), allow_nan=False)


def test_a_rate_that_is_far_too_low_hardly_moves_the_loss() -> None:
    found = run_preflight(recipe("16", learning_rate=1e-7), 0, DATA)

    assert failed(found) == ["first-steps"]
    assert "raise the learning rate" in str(check_of("first-steps", found).advice)


def test_many_layers_of_sigmoid_let_no_gradient_through() -> None:
    found = run_preflight(recipe("-".join(["8:sigmoid"] * 10)), 0, DATA)

    assert "gradients" in failed(found)
    assert "Almost none arrives at layer 2 (dense 8 sigmoid)" in str(check_of("gradients", found).advice)


def test_a_single_unit_cannot_learn_ten_images_by_heart() -> None:
    found = run_preflight(recipe("1"), 0, DATA)

    assert "overfit" in failed(found)
    assert "widen its narrowest layer to 10 units" in str(check_of("overfit", found).advice)


def altered(change: Callable[[Dataset], Dataset]) -> Preflight:
    return run_preflight(recipe("linear"), 0, change(DATA))


def test_images_that_are_all_alike_and_a_class_that_is_missing_are_found() -> None:
    black = altered(lambda data: replace(data, x_train=np.zeros_like(data.x_train)))
    rare = altered(lambda data: replace(data, y_train=np.where(data.y_train == 3, 4, data.y_train)))

    assert "input-range" in failed(black)
    assert "label-range" in failed(rare)
    assert "class-balance" in failed(rare)
    assert "fmnist-tui data" in str(check_of("class-balance", rare).advice)


@pytest.mark.parametrize("shorthand", KINDS)
def test_every_kind_of_network_is_checked(shorthand: str) -> None:
    found = checked(shorthand)

    assert [check.name for check in found.checks] == list(TITLES)
    assert "gradients" not in failed(found)


def test_a_batch_larger_than_the_data_is_all_of_it() -> None:
    found = run_preflight(recipe("linear", batch_size=60_000), 0, DATA)

    assert check_of("gradients", found).figures["images"] == len(INDICES)
    assert check_of("first-steps", found).figures["steps"] == 100


def test_two_images_are_few_but_can_be_checked() -> None:
    images = np.zeros((2, 28, 28), np.uint8)
    data = Dataset("synthetic", images, np.array([0, 1]), images, np.array([0, 1]), "a test")

    found = run_preflight(recipe("linear", batch_size=1), 0, data)

    assert failed(found)
    assert check_of("overfit", found).figures["images"] == 1
    run_rates(recipe("linear", batch_size=1), 0, data)


def test_what_cannot_be_built_is_refused_with_its_layer() -> None:
    broken = Recipe(parse("flatten-conv8x3"), Hyperparameters(), "synthetic")

    for refused in (run_preflight, run_rates):
        with pytest.raises(ArchitectureError, match="layer 2"):
            refused(broken, 0, DATA)


def test_what_does_not_fit_in_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fmnist_tui.engine.training.footprint.available_bytes", lambda: 1_000)

    with pytest.raises(UserError, match="nothing was checked: it needs more than"):
        run_preflight(recipe("8"), 0, DATA)


def test_it_ends_at_the_next_steps_when_it_is_stopped() -> None:
    shown: list[Check] = []

    with pytest.raises(Stopped):
        run_preflight(recipe("8"), 0, DATA, show=shown.append, stop=lambda: len(shown) == 5)
    with pytest.raises(Stopped):
        run_rates(recipe("8"), 0, DATA, stop=lambda: True)
    assert len(shown) == 5


# Each check on its own


@pytest.mark.parametrize(
    ("check", "passed"),
    [
        (input_check(0, 1, 0.3, 0.3), True),
        (input_check(0, 255, 70, 80), False),
        (input_check(0.2, 0.3, 0.25, 0.02), False),
        (labels_check(0, 9, 10), True),
        (labels_check(1, 10, 10), False),
        (labels_check(0, 9, 9), False),
        (balance_check([50] * 10), True),
        (balance_check([26, *[50] * 9]), True),
        (balance_check([23, *[50] * 9]), False),
        (balance_check([0] * 10), True),
        (first_loss_check(math.log(10), 100), True),
        (first_loss_check(3.2, 100), True),
        (first_loss_check(3.4, 100), False),
        (first_loss_check(1.2, 100), False),
        (first_loss_check(math.nan, 100), False),
        (gradients_check([LayerGradient("a", 1.0, 0.1)], 64), True),
        (gradients_check([LayerGradient("a", 0.0, 0.0), LayerGradient("b", 1.0, 0.1)], 64), False),
        (gradients_check([LayerGradient("a", 101.0, 0.1)], 64), False),
        (gradients_check([LayerGradient("a", math.nan, math.nan)], 64), False),
        (gradients_check([LayerGradient("a", math.inf, math.inf)], 64), False),
        (overfit_check(10, 25, 0.01, 10), True),
        (overfit_check(10, 25, 0.01, 9), False),
        (overfit_check(10, 25, math.nan, 10), False),
        (first_steps_check([2.3, 1.0], 2.3, 1.0, 0.1, 100, hyperparameters()), True),
        (first_steps_check([2.3, 2.2], 2.3, 2.2, 0.1, 100, hyperparameters()), False),
        (first_steps_check([2.3, 2.2], 2.3, 2.29, 0.0, 100, hyperparameters()), False),
        (first_steps_check([2.3, math.inf], 2.3, 1.0, 0.0, 100, hyperparameters()), False),
        (first_steps_check([2.3, 1.0], 2.3, math.nan, 0.0, 100, hyperparameters()), False),
    ],
)
def test_a_check_passes_or_says_what_to_do(check: Check, passed: bool) -> None:
    assert check.passed is passed
    assert (check.advice is None) is passed
    assert check.sentence.endswith(".")
    assert check.advice is None or check.advice.endswith(".")
    json.dumps(check.as_json(), allow_nan=False)


# The learning-rate test


def test_the_rates_of_the_test_are_tried_on_the_batches_of_the_training() -> None:
    what = recipe("16", optimizer="sgd", batch_size=25)
    model = build(what.architecture, what.training, seed=0)
    rates = growing_rates()
    batches = first_batches(INDICES, 0, 25, len(rates))
    expected = []
    for rate, part in zip(rates[:30], batches[:30], strict=True):
        model.optimizer.learning_rate = rate
        model.reset_metrics()
        expected.append(float(model.train_on_batch(PIXELS[part], DATA.y_train[part])[0]))

    curve = run_rates(what, 0, DATA)

    assert curve.rates[0] == LOWEST
    assert list(curve.losses[:30]) == pytest.approx(expected, rel=1e-3)
    assert curve.suggested
    assert 0.001 < curve.suggested < 5


def test_the_test_ends_where_the_loss_runs_away() -> None:
    images, labels = draw_collection(800, key=0)
    garments = Dataset("synthetic", images, labels, images, labels, "a test")

    curve = run_rates(recipe("128", optimizer="adam"), 0, garments)

    assert curve.diverged
    assert len(curve.losses) < len(growing_rates())
    assert curve.suggested
    assert curve.lowest_at
    assert curve.suggested <= curve.lowest_at < curve.rates[-1]
