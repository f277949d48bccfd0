"""The lab's shapes, counts and refusals, held against the layers that Keras builds.

Two refusals are the lab's own, because a network of images never needs what Keras would do there:
a dense layer on an image (Keras applies it to the last axis) and an image at the output.
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from strategies import architectures, buildable_architectures, small_layers

from fmnist_tui.engine.tensorflow import keras
from fmnist_tui.lab.architecture import INPUT_SHAPE, Architecture, Stage
from fmnist_tui.lab.layers import (
    CLASSES,
    KINDS,
    AveragePooling,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling,
    Layer,
    LayerNormalization,
    MaxPooling,
)
from fmnist_tui.lab.shorthand import parse

DRAWN = architectures(small_layers(), max_size=6) | buildable_architectures(small_layers(), max_size=6)


def in_keras(layer: Layer) -> keras.layers.Layer:
    """Return the layer of Keras that a layer of the lab stands for, with nothing but its parameters."""
    match layer:
        case Dense(units, activation):
            return keras.layers.Dense(units, activation)
        case Conv2D(filters, kernel, padding, stride, activation):
            return keras.layers.Conv2D(filters, kernel, stride, padding, activation=activation)
        case MaxPooling(pool):
            return keras.layers.MaxPooling2D(pool)
        case AveragePooling(pool):
            return keras.layers.AveragePooling2D(pool)
        case GlobalAveragePooling():
            return keras.layers.GlobalAveragePooling2D()
        case Flatten():
            return keras.layers.Flatten()
        case Dropout(rate):
            return keras.layers.Dropout(rate)
        case BatchNormalization():
            return keras.layers.BatchNormalization()
        case LayerNormalization():
            return keras.layers.LayerNormalization()


def assert_keras_agrees(architecture: Architecture) -> Stage | None:
    """Build layer after layer in Keras, comparing each with its stage; return the stage that stopped both, or None."""
    model = keras.Sequential([keras.Input(INPUT_SHAPE)])
    for layer, stage in zip((*architecture.layers, Dense(CLASSES)), architecture.stages(), strict=True):
        built = in_keras(layer)
        if stage.problem and isinstance(layer, Dense):
            # The lab's own refusal: Keras takes the image, and leaves one.
            model.add(built)
            assert len(model.output_shape) == 4
            return stage
        if stage.problem:
            with pytest.raises(ValueError, match=r"incompatible with the layer|would be zero or negative"):
                model.add(built)
            return stage
        model.add(built)
        assert model.output_shape[1:] == stage.shape
        assert built.count_params() == stage.parameters
    assert model.count_params() == architecture.parameters
    return None


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DRAWN)
@example(Architecture())
@example(parse("linear"))
@example(parse("conv4x3same/2:gelu-bn-pool2-ln-conv3x2-avgpool2-drop0.5-gap-8:tanh-bn-ln-drop0.1-4"))
@example(Architecture((Conv2D(2, 28), Conv2D(3, 28, "same", 28), Flatten(), Flatten())))
@example(Architecture((MaxPooling(28), AveragePooling(1), GlobalAveragePooling())))
def test_keras_builds_the_same_shapes_and_refuses_the_same_layers(architecture: Architecture) -> None:
    stopped_at = assert_keras_agrees(architecture)

    assert (stopped_at is None) == (architecture.problem is None)


@pytest.mark.parametrize(
    "layers",
    [
        (Conv2D(2, 15), Conv2D(2, 15)),
        (MaxPooling(29),),
        (MaxPooling(999),),
        (AveragePooling(29),),
        (MaxPooling(10), AveragePooling(3)),
        (Flatten(), Conv2D(2, 1)),
        (Flatten(), MaxPooling(1)),
        (Flatten(), AveragePooling(1)),
        (GlobalAveragePooling(), GlobalAveragePooling()),
    ],
)
def test_keras_refuses_each_kind_of_what_the_lab_refuses(layers: tuple[Layer, ...]) -> None:
    stopped_at = assert_keras_agrees(Architecture(layers))

    assert stopped_at == Architecture(layers).stages()[len(layers) - 1]


@pytest.mark.parametrize("layers", [(), (Conv2D(2, 3),), (Dense(3),), (Flatten(), Dense(3))])
def test_what_the_lab_alone_refuses_is_an_image_at_a_dense_layer_or_the_output(layers: tuple[Layer, ...]) -> None:
    stopped_at = assert_keras_agrees(Architecture(layers))

    assert (stopped_at is not None) == (Flatten() not in layers)


def test_the_drawn_layers_are_of_every_kind_and_both_kinds_of_outcome() -> None:
    kinds: Counter[type[Layer]] = Counter()
    outcomes: Counter[bool] = Counter()

    @settings(max_examples=200, database=None, derandomize=True)
    @given(DRAWN)
    def draw(architecture: Architecture) -> None:
        kinds.update(map(type, architecture.layers))
        outcomes[architecture.problem is None] += 1

    draw()

    assert set(kinds) == set(KINDS)
    assert min(outcomes.values()) > 40
