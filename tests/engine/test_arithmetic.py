"""The chunked training computes what Keras's own `fit` computes, batch for batch."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from eager import eager
from numpy.typing import NDArray

from fmnist_tui.engine.training.chunks import ChunkedModel, ChunkPlan, Epochs, epoch_order
from fmnist_tui.engine.training.compiled import faster_with_xla
from fmnist_tui.engine.training.evaluation import evaluate
from fmnist_tui.engine.training.model import build
from fmnist_tui.lab.records.recipe import OPTIMIZERS, hyperparameters
from fmnist_tui.lab.records.shorthand import parse

TRAINED = 344
HELD_OUT = 100
BATCH = 64
MAX_CHUNKS = 3
"""An epoch of `BATCH` is two batches, two, one, and 24 images."""
ORDER = epoch_order(np.arange(TRAINED, dtype=np.int32), seed=1, epoch=0)

TOLERANCE = 5e-6
"""How far a weight may be from Keras's after an epoch, absolutely.

Both sides compute the same formulas in float32 (unit roundoff 6e-8), but XLA sums in another order. The
weights are at most about 1 in size, an epoch here is six steps, and each adds a few roundoffs of its sums.
Layers are compared under momentum, whose steps are as exact as the gradients: the bias before a batch
normalization has a gradient of 0, and Adam would scale what is left of it by rounding to whole steps.
"""

ARCHITECTURES = (
    "24:gelu-ln-relu",
    "16:tanh:l2=0.01-bn-8:l2=0.002",
    "bn-avgpool2-pool2-gap",
    "conv4x3same/2-avgpool2-bn-conv6x3-gap",
    "conv4x3:l2=0.05-pool2-bn-flatten-16:l2=0.01",
)
"""Each kind of layer, compiled by XLA but for convolutions and what follows them; `DROPPING` has those with dropout.

Compiling takes most of the time, so a network holds several kinds, and none is a part of another. Batch sizes and
optimizers are tested with "linear" and "16".
"""

WITHOUT_XLA = frozenset({"adamw", "adamax", "adagrad", "nesterov"})
"""Optimizers compared without XLA, in half of the time; each resembles one that XLA compiles here."""

DROPPING = ("drop0.2-flatten-16-bn-drop0.5", "pool2-drop0.3-flatten-8:l2=0.01", "conv4x3-drop0.5-flatten-12")


@dataclass(frozen=True)
class Pictures:
    images: NDArray[np.uint8]
    labels: NDArray[np.int64]


@dataclass(frozen=True)
class Epoch:
    """What one epoch left behind."""

    weights: list[NDArray[np.float32]]
    logs: dict[str, float]


@cache
def pictures() -> Pictures:
    """Ten blurred patterns in noise: learnable, though not at once."""
    random = np.random.default_rng(5)
    labels = random.integers(0, 10, TRAINED + HELD_OUT)
    patterns = np.kron(random.uniform(0, 255, (10, 7, 7)), np.ones((4, 4)))
    images = 0.5 * patterns[labels] + 0.5 * random.uniform(0, 255, (len(labels), 28, 28))
    return Pictures(images.astype(np.uint8), labels)


def trained_by_keras(shorthand: str, optimizer: str, batch_size: int = BATCH) -> Epoch:
    """Train one epoch as the report's script does: float images between 0 and 1, in the order of `ORDER`."""
    model = build(parse(shorthand), hyperparameters(optimizer=optimizer), seed=3)
    model.jit_compile = False
    model.run_eagerly = batch_size >= BATCH  # a few steps cost less than tracing them
    pixels, labels = pictures().images / 255, pictures().labels
    history = model.fit(
        pixels[ORDER],
        labels[ORDER],
        batch_size=batch_size,
        shuffle=False,
        validation_data=(pixels[TRAINED:], labels[TRAINED:]),
        verbose=0,
    )
    return Epoch(model.get_weights(), {name: values[0] for name, values in history.history.items()})


@cache
def trained_in_chunks(shorthand: str, optimizer: str, batch_size: int = BATCH) -> Epoch:
    """Train one epoch as the engine does, in the order of `ORDER`."""
    architecture = parse(shorthand)
    model = build(architecture, hyperparameters(optimizer=optimizer), seed=3)
    model.optimizer.build(model.trainable_variables)
    chunked = ChunkedModel(
        model,
        pictures().images,
        pictures().labels,
        ChunkPlan(TRAINED, batch_size, MAX_CHUNKS),
        np.arange(TRAINED, TRAINED + HELD_OUT, dtype=np.int32),
        validation_plan=ChunkPlan(HELD_OUT, 64, max_chunks=2),
        compiled=faster_with_xla(architecture) and optimizer not in WITHOUT_XLA,
    )
    chunked.compile(optimizer=model.optimizer)
    history = chunked.fit(
        chunked.training_chunks(),
        validation_data=chunked.validation_chunks(),
        callbacks=[Epochs(lambda _: ORDER)],
        shuffle=False,
        verbose=0,
    )
    return Epoch(model.get_weights(), {name: values[0] for name, values in history.history.items()})


def farthest(ours: Epoch, keras_own: Epoch) -> float:
    """Return the largest difference of any weight."""
    return max(float(np.abs(one - other).max()) for one, other in zip(ours.weights, keras_own.weights, strict=True))


def check_same_as_keras(shorthand: str, optimizer: str, batch_size: int = BATCH) -> None:
    """Check weights, running statistics of batch normalization and logs, and that training moved them at all."""
    ours = trained_in_chunks(shorthand, optimizer, batch_size)
    keras_own = trained_by_keras(shorthand, optimizer, batch_size)

    initial = build(parse(shorthand), hyperparameters(), seed=3).get_weights()
    assert farthest(Epoch(initial, {}), keras_own) > 100 * TOLERANCE
    assert farthest(ours, keras_own) < TOLERANCE
    assert ours.logs == pytest.approx(keras_own.logs, rel=1e-5)


@pytest.mark.parametrize("shorthand", ARCHITECTURES)
def test_every_kind_of_layer_ends_an_epoch_with_keras_own_weights(shorthand: str) -> None:
    check_same_as_keras(shorthand, "momentum")


@pytest.mark.parametrize("shorthand", ["linear", "16:l2=0.02", "conv4x3:l2=0.05-pool2-bn-flatten-8:l2=0.01"])
def test_the_loss_of_an_evaluation_is_keras_own_with_its_penalties(shorthand: str) -> None:
    model = build(parse(shorthand), hyperparameters(), seed=3)
    images, labels = pictures().images, pictures().labels

    ours = evaluate(model, images, labels, batch_size=64).metrics

    loss, accuracy = eager(model).evaluate(images / 255, labels, verbose=0)
    assert (ours.loss, ours.accuracy) == pytest.approx((loss, accuracy), rel=1e-5)
    assert (sum(map(float, model.losses)) > 0.1) == ("l2" in shorthand)


def test_a_penalty_is_a_part_of_every_loss_that_is_reported() -> None:
    penalized = "conv4x3:l2=0.05-pool2-bn-flatten-16:l2=0.01"
    assert penalized in ARCHITECTURES  # and so equal to Keras's own
    free = trained_in_chunks("conv4x3-pool2-bn-flatten-16", "momentum").logs

    held = trained_in_chunks(penalized, "momentum").logs

    assert held["loss"] > free["loss"] + 0.1
    assert held["val_loss"] > free["val_loss"] + 0.1


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_ends_an_epoch_with_keras_own_weights(optimizer: str) -> None:
    check_same_as_keras("16", optimizer)


@pytest.mark.parametrize("shorthand", DROPPING)
def test_dropout_drops_what_keras_own_fit_drops(shorthand: str) -> None:
    check_same_as_keras(shorthand, "momentum")


@pytest.mark.parametrize("batch_size", [1, 7, 86, 343, 10_000])
def test_every_batch_size_takes_as_many_steps_as_keras(batch_size: int) -> None:
    check_same_as_keras("linear", "sgd", batch_size)


def test_a_batch_larger_than_the_data_is_all_of_it() -> None:
    larger = ChunkPlan(TRAINED, 10_000, MAX_CHUNKS)

    assert (larger.batch, larger.whole_batches, larger.remainder, larger.chunks) == (TRAINED, 1, 0, 1)


@pytest.mark.parametrize("max_chunks", [1, 10, 25])
@pytest.mark.parametrize(("images", "batch_size"), [(600, 64), (48_000, 64), (48_000, 7), (100, 100), (5, 64), (1, 1)])
def test_chunks_hold_every_image_of_an_epoch(images: int, batch_size: int, max_chunks: int) -> None:
    plan = ChunkPlan(images, batch_size, max_chunks)

    assert plan.whole_batches * plan.batch + plan.remainder == images
    assert 0 < plan.chunks <= max_chunks
    assert plan.images_after(plan.chunks - 1) == images
    ends = [plan.images_after(chunk) for chunk in range(plan.chunks)]
    assert ends == sorted(set(ends))


def test_an_epochs_order_is_its_own_and_comes_back() -> None:
    indices = np.arange(50, 150, dtype=np.int32)

    first, again = epoch_order(indices, 3, 0), epoch_order(indices, 3, 0)

    assert np.array_equal(first, again)
    assert np.array_equal(np.sort(first), indices)
    assert first.dtype == np.int32
    for other in (epoch_order(indices, 3, 1), epoch_order(indices, 4, 0), indices):
        assert not np.array_equal(first, other)
