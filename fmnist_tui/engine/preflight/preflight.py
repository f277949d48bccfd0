"""Run the checks, or the learning-rate range test, on a recipe with one seed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from fmnist_tui.engine.clock import running_clock
from fmnist_tui.engine.dataset.sources import Dataset, split
from fmnist_tui.engine.preflight import checks
from fmnist_tui.engine.preflight.checks import Check, LayerGradient, Preflight, Show, Stop
from fmnist_tui.engine.preflight.rates import RateCurve, diverges, growing_rates, rate_curve
from fmnist_tui.engine.preflight.steps import Steps, first_batches, loss_and_gradients
from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.footprint import TooLargeError, check_fits, evaluation_batch_size
from fmnist_tui.engine.training.model import network, optimizer, scaled
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.layers import CLASSES, Conv2D, Dense, Dropout
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.recipe import Recipe

SAMPLE = 1_000
"""Images that the first loss is taken over."""

FIRST_STEPS = 100
MOST_IMAGES = 200_000
"""Images that the first steps may take: with very large batches fewer steps are made, but ten at least."""

OVERFIT_STEPS = 2_000
OVERFIT_RATE = 0.003
"""Adam's, whatever the recipe's: whether the network can learn ten images is not to depend on the rate."""

MOST_UPDATES = 2_000_000_000
"""Parameters times steps of the small batch, so that a huge network takes seconds, not minutes."""

RATE_BATCH = 2_048
"""Largest batch of the learning-rate range test."""


def ignore_check(_: Check) -> None:
    """Discard a check."""


def never() -> bool:
    return False


def run_preflight(
    recipe: Recipe, seed: int, data: Dataset, *, show: Show = ignore_check, stop: Stop = never
) -> Preflight:
    """Check a recipe; nothing is recorded, and a training in this process computes the same as without.

    Weights, dropout and batches are those that a training with this seed begins with.

    Args:
        recipe: on the dataset of `data`.
        seed: of the weights and batches.
        data: the images.
        show: called with each check as it is done, in this thread.
        stop: asked every few steps.

    Raises:
        UserError: the network cannot be built, or does not fit in memory.
        Stopped: if `stop` says so.
    """
    began = running_clock.seconds()
    done: list[Check] = []
    with _memory(recipe):
        for check in _checks(recipe, seed, data, stop):
            done.append(check)
            show(check)
    return Preflight(recipe, seed, tuple(done), running_clock.seconds() - began)


def run_rates(recipe: Recipe, seed: int, data: Dataset, *, stop: Stop = never) -> RateCurve:
    """Train with a learning rate that grows from step to step until the loss diverges; see `run_preflight`."""
    with _memory(recipe):
        training, indices = recipe.training, _train_indices(recipe, data)
        rates = growing_rates()
        batches = first_batches(indices, seed, min(training.batch_size, len(indices), RATE_BATCH), len(rates))
        steps = Steps(network(recipe.architecture, seed=seed), optimizer(training), stop)
        losses: list[float] = []
        for part in steps.take(data.x_train, data.y_train, batches, rates):
            for loss in part.tolist():
                losses.append(loss)
                if diverges(losses):
                    return rate_curve(rates, losses, training.learning_rate, training.optimizer)
        return rate_curve(rates, losses, training.learning_rate, training.optimizer)


@contextmanager
def _memory(recipe: Recipe) -> Iterator[None]:
    recipe.architecture.check()
    try:
        check_fits(recipe)
        yield
    except TooLargeError as error:
        raise UserError(f"nothing was checked: {error}") from error
    except (MemoryError, tf.errors.ResourceExhaustedError) as error:
        raise UserError("not enough memory; use smaller layers or a smaller batch") from error


def _train_indices(recipe: Recipe, data: Dataset) -> NDArray[np.int32]:
    training = recipe.training
    return split(data, training.validation_fraction, training.split_seed).train_indices


def _checks(recipe: Recipe, seed: int, data: Dataset, stop: Stop) -> Iterator[Check]:
    images, labels, training = data.x_train, data.y_train, recipe.training
    indices = _train_indices(recipe, data)
    yield checks.input_check(*input_range(images))
    yield checks.labels_check(int(labels.min()), int(labels.max()), len(np.unique(labels)))
    counts = np.bincount(np.clip(labels[indices], 0, CLASSES - 1), minlength=CLASSES)
    yield checks.balance_check([int(count) for count in counts])

    model = network(recipe.architecture, seed=seed)
    sample = indices[:SAMPLE]
    batch_size = evaluation_batch_size(recipe.architecture)
    at_start = cross_entropies(model, images[sample], labels[sample], batch_size=batch_size)
    yield checks.first_loss_check(float(at_start.mean()), len(sample))

    batch = min(training.batch_size, len(indices))
    number = max(10, min(FIRST_STEPS, MOST_IMAGES // batch))
    batches = first_batches(indices, seed, batch, number)
    # In another model: what follows changes moving averages and the state of dropout.
    other = network(recipe.architecture, seed=seed)
    yield checks.gradients_check(gradients(other, recipe.architecture, images[batches[0]], labels[batches[0]]), batch)
    before = cross_entropies(other, images[sample], labels[sample], batch_size=batch_size, training=True)
    yield _overfit(recipe.architecture, seed, images, labels, indices, stop)

    steps = Steps(model, optimizer(training), stop)
    losses: list[float] = []
    for part in steps.take(images, labels, batches, [training.learning_rate] * number):
        losses += part.tolist()
    after = cross_entropies(model, images[sample], labels[sample], batch_size=batch_size, training=True)
    error = float((before - after).std() / np.sqrt(len(sample)))
    yield checks.first_steps_check(losses, float(before.mean()), float(after.mean()), error, len(sample), training)


def cross_entropies(
    model: keras.Model, images: NDArray[np.uint8], labels: NDArray[np.int64], *, batch_size: int, training: bool = False
) -> NDArray[np.float64]:
    """Return the loss of each image without penalties, nats; `training` with dropout and normalized by batch."""
    parts = [slice(start, start + batch_size) for start in range(0, len(images), batch_size)]
    losses = [
        keras.losses.sparse_categorical_crossentropy(
            labels[part], model(scaled(tf.constant(images[part])), training=training)
        ).numpy()
        for part in parts
    ]
    return np.concatenate(losses).astype(np.float64)


def input_range(images: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    """Return the lowest and highest input of a network, their mean and standard deviation."""
    counts = np.zeros(256, np.int64)
    for start in range(0, len(images), SAMPLE):  # a copy as numbers of eight bytes is made
        counts += np.bincount(images[start : start + SAMPLE].ravel(), minlength=256)
    levels = np.arange(256) / 255
    present = levels[counts > 0]
    average = float(np.average(levels, weights=counts))
    sd = float(np.sqrt(np.average((levels - average) ** 2, weights=counts)))
    return float(present[0]), float(present[-1]), average, sd


def gradients(
    model: keras.Model, architecture: Architecture, images: NDArray[np.uint8], labels: NDArray[np.int64]
) -> tuple[LayerGradient, ...]:
    """Return the gradients of a batch for each layer with trainable weights, input to output."""
    _, found = loss_and_gradients(model, tf.constant(images), tf.constant(labels))
    by_variable = {id(variable): value for variable, value in zip(model.trainable_variables, found, strict=True)}
    layers = model.layers[len(model.layers) - len(architecture.layers) - 1 :]
    return tuple(
        _layer_gradient(f"{stage.label}" if place == len(layers) else f"layer {place} ({stage.label})", values)
        for place, (layer, stage) in enumerate(zip(layers, architecture.stages(), strict=True), 1)
        if (values := [by_variable[id(variable)] for variable in layer.trainable_variables])
    )


def _layer_gradient(name: str, values: list[tf.Tensor]) -> LayerGradient:
    squares = sum(float(tf.reduce_sum(tf.square(tf.cast(value, tf.float64)))) for value in values)
    number = sum(int(np.prod(value.shape)) for value in values)
    return LayerGradient(name, float(np.sqrt(squares)), float(np.sqrt(squares / number)))


def without_regularization(architecture: Architecture) -> Architecture:
    """Return an architecture without dropout and penalties, which keep a network from learning by heart."""
    kept = (layer for layer in architecture.layers if not isinstance(layer, Dropout))
    return Architecture(tuple(replace(each, l2=0.0) if isinstance(each, Dense | Conv2D) else each for each in kept))


def _overfit(
    architecture: Architecture,
    seed: int,
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    indices: NDArray[np.int32],
    stop: Stop,
) -> Check:
    _, firsts = np.unique(labels[indices], return_index=True)
    few = indices[firsts]
    model = network(without_regularization(architecture), seed=seed)
    number = max(50, min(OVERFIT_STEPS, MOST_UPDATES // architecture.parameters))
    steps = Steps(model, keras.optimizers.Adam(), stop)
    made, loss, right = 0, float("nan"), 0
    for losses in steps.take(images, labels, np.tile(few, (number, 1)), [OVERFIT_RATE] * number):
        made, loss = made + len(losses), float(losses[-1])
        if loss < checks.NEAR_ZERO or not np.isfinite(loss):
            right = _right(model, images[few], labels[few])
            if right == len(few) or not np.isfinite(loss):
                break
    else:
        right = _right(model, images[few], labels[few])
    return checks.overfit_check(len(few), made, loss, right)


def _right(model: keras.Model, images: NDArray[np.uint8], labels: NDArray[np.int64]) -> int:
    """Return how many images are right, normalized by their own batch as in training."""
    probabilities = model(scaled(tf.constant(images)), training=True).numpy()
    return int(np.count_nonzero(probabilities.argmax(axis=1) == labels))
