"""Keras models of plain layers, so that a saved model loads without this program."""

from collections import Counter
from operator import attrgetter
from typing import Any

import numpy as np

from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.lab.layers import CLASSES, Dense, Flatten, KerasCall, Layer
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Architecture
from fmnist_tui.lab.records.recipe import Hyperparameters

IMAGE_SHAPE = INPUT_SHAPE[:2]
"""A model's input: pixels from 0 to 1 without a channel axis, as in `keras.datasets`."""

CHANNEL = "channel"
"""Name of the layer that adds the channel axis where the first layer needs it; not part of the architecture."""


def build(architecture: Architecture, training: Hyperparameters, *, seed: int = 0) -> keras.Sequential:
    """Return a compiled model from pixels (n, 28, 28), 0 to 1, to probabilities (n, 10).

    Raises:
        ArchitectureError: the network cannot be built.
    """
    model = network(architecture, seed=seed)
    model.compile(optimizer=optimizer(training), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def network(architecture: Architecture, *, seed: int = 0) -> keras.Sequential:
    """Return the model of `build`, not compiled; ArchitectureError too."""
    architecture.check()
    seeds = _seeds(len(architecture.layers) + 1, seed)
    layers: list[keras.layers.Layer] = [keras.Input(IMAGE_SHAPE, name="image")]
    if architecture.layers and not isinstance(architecture.layers[0], Flatten):
        layers.append(keras.layers.Reshape(INPUT_SHAPE, name=CHANNEL))
    numbers: Counter[str] = Counter()
    for layer, layer_seed in zip(architecture.layers, seeds, strict=False):
        kind = layer.name.replace(" ", "_")
        numbers[kind] += 1
        layers.append(_create(layer.keras(), **_random(type(layer), layer_seed), name=f"{kind}_{numbers[kind]}"))
    output = KerasCall("layers.Dense", (CLASSES,), {"activation": "softmax"})
    layers.append(_create(output, **_random(Dense, seeds[-1]), name="output"))
    return keras.Sequential(layers, name="network")  # at once: it is built anew for each layer that is added


def reset_weights(model: keras.Sequential, seed: int) -> None:
    """Reset all variables to their initial values for a seed."""
    layers = [layer for layer in model.layers if layer.name != CHANNEL]
    for layer, layer_seed in zip(layers, _seeds(len(layers), seed), strict=True):
        for variable in layer.variables:
            match variable.name:
                case "kernel":
                    variable.assign(keras.initializers.GlorotUniform(layer_seed)(variable.shape))
                case "gamma" | "moving_variance":
                    variable.assign(tf.ones(variable.shape))
                case "seed_generator_state":
                    variable.assign([layer_seed, 0])
                case _:
                    variable.assign(tf.zeros(variable.shape))


def optimizer(training: Hyperparameters) -> keras.optimizers.Optimizer:
    rate = training.learning_rate
    match training.optimizer:
        case "momentum":
            return keras.optimizers.SGD(rate, momentum=0.9)
        case "nesterov":
            return keras.optimizers.SGD(rate, momentum=0.9, nesterov=True)
        case name:
            return keras.optimizers.get({"class_name": name, "config": {"learning_rate": rate}})


def scaled(images: tf.Tensor) -> tf.Tensor:
    """Convert images of 0 to 255 to a model's input, 0 to 1."""
    return tf.cast(images, tf.float32) / 255.0


def summary(architecture: Architecture, *, width: int = 80) -> str:
    """Return `model.summary()`; ArchitectureError as `build`."""
    model = network(architecture)
    lines: list[str] = []
    model.summary(line_length=width, print_fn=lambda text, **_: lines.append(text))
    return "\n".join(lines).strip("\n")


def _seeds(layers: int, seed: int) -> list[int]:
    return [int(word) for word in np.random.SeedSequence(seed).generate_state(layers)]


def _random(kind: type[Layer], seed: int) -> dict[str, Any]:
    match kind.seeded:
        case "kernel_initializer":
            return {"kernel_initializer": keras.initializers.GlorotUniform(seed)}
        case "seed":
            return {"seed": seed}
        case None:
            return {}


def _create(call: KerasCall, **more: Any) -> Any:
    named = {name: _create(value) if isinstance(value, KerasCall) else value for name, value in call.named.items()}
    return attrgetter(call.name)(keras)(*call.positional, **named, **more)
