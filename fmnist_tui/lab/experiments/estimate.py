"""Estimate the memory of a training and the work of an epoch."""

from functools import lru_cache
from math import ceil, prod
from typing import NamedTuple

from fmnist_tui.lab.layers import CLASSES, Shape
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Architecture
from fmnist_tui.lab.records.dataset import facts_of
from fmnist_tui.lab.records.recipe import Recipe, validation_images

FLOAT = 4
"""Bytes per float32 number."""

SLOTS = {
    "adam": 2,
    "adamw": 2,
    "nadam": 2,
    "adamax": 2,
    "rmsprop": 1,
    "adagrad": 1,
    "lion": 1,
    "sgd": 0,
    "momentum": 1,
    "nesterov": 1,
}
"""Numbers that each Keras optimizer stores per trainable weight."""

OUTPUT_WORK = 150
"""Multiply-adds per layer output value: writing, activating and reading it."""

UPDATE_WORK = 200
"""Multiply-adds per weight update: gradient and optimizer slots pass through memory."""

BACKWARD = 3
"""Forward passes per training image: one forward, two for the gradient."""


def memory_bytes(recipe: Recipe) -> int:
    """Return a lower estimate of a training's peak memory; ArchitectureError if the network cannot be built.

    Counts weights and optimizer slots twice (the network's and the batch loop's flat vectors) and layer outputs
    twice (forward and backward); not gradients, TensorFlow or the images.
    """
    architecture = recipe.architecture
    kept = architecture.parameters + SLOTS[recipe.training.optimizer] * _trainable(architecture)
    batch = min(recipe.training.batch_size, training_images(recipe))
    return 2 * FLOAT * (kept + batch * sum(output_sizes(architecture)))


def output_sizes(architecture: Architecture) -> tuple[int, ...]:
    """Return the sizes of the input and of each computing layer's output, up to the first invalid layer."""
    *hidden, output = architecture.stages()
    stages = zip(architecture.layers, hidden, strict=True)
    computing = (*(stage for layer, stage in stages if layer.computes), output)
    return (prod(INPUT_SHAPE), *(prod(stage.shape) for stage in computing if stage.shape))


def multiply_adds(architecture: Architecture) -> int:
    """Return those for one image forward; ArchitectureError if the network cannot be built."""
    architecture.check()
    *inputs, last, _ = _shapes(architecture)
    hidden = sum(layer.multiply_adds(shape) for layer, shape in zip(architecture.layers, (*inputs, last), strict=False))
    return hidden + last[-1] * CLASSES


def training_images(recipe: Recipe) -> int:
    images = facts_of(recipe.dataset).train
    return images - validation_images(images, recipe.training.validation_fraction)


def _trainable(architecture: Architecture) -> int:
    inputs = zip(architecture.layers, _shapes(architecture), strict=False)
    return architecture.parameters - sum(layer.untrained_parameters(shape) for layer, shape in inputs)


def _shapes(architecture: Architecture) -> list[Shape]:
    return [INPUT_SHAPE, *(stage.shape or () for stage in architecture.stages())]


class EpochCost(NamedTuple):
    layer_steps: int
    """Optimizer steps times computing layers, output included."""
    work: int
    """Multiply-adds."""


def epoch_cost(recipe: Recipe) -> EpochCost:
    return _epoch_cost(recipe, facts_of(recipe.dataset).train)  # of other data known only once it is loaded


@lru_cache(maxsize=4096)
def _epoch_cost(recipe: Recipe, images: int) -> EpochCost:
    architecture = recipe.architecture
    trained = training_images(recipe)
    steps = ceil(trained / recipe.training.batch_size)
    _, *outputs = output_sizes(architecture)
    an_image = multiply_adds(architecture) + OUTPUT_WORK * sum(outputs)
    passes = BACKWARD * trained + (images - trained)
    return EpochCost(steps * len(outputs), passes * an_image + UPDATE_WORK * steps * _trainable(architecture))
