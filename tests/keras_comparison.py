"""Compare the shapes and parameter counts of an architecture with Keras, layer by layer.

The lab refuses two things that Keras accepts: a dense layer on an image, which Keras applies to the last axis, and
an image at the output.
"""

import pytest

from fmnist_tui.engine.tensorflow import keras
from fmnist_tui.lab.layers import (
    CLASSES,
    Activation,
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
    Shape,
)
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Architecture, Stage


def in_keras(layer: Layer) -> keras.layers.Layer:
    """Return the Keras layer of a layer, built from its parameters alone."""
    match layer:
        case Dense(units, activation, l2):
            return keras.layers.Dense(units, activation, kernel_regularizer=keras.regularizers.L2(l2))
        case Conv2D(filters, kernel, padding, stride, activation, l2):
            regularizer = keras.regularizers.L2(l2)
            return keras.layers.Conv2D(
                filters, kernel, stride, padding, activation=activation, kernel_regularizer=regularizer
            )
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
        case Activation(activation):
            return keras.layers.Activation(activation)
        case _:
            raise AssertionError(f"add the Keras layer of {layer} here")


def assert_keras_agrees(architecture: Architecture) -> Stage | None:
    """Build the layers in Keras and compare each with its stage; return the stage that both refuse, or None."""
    model = keras.Sequential([keras.Input(INPUT_SHAPE)])
    named: list[dict[str, Shape]] = []
    for layer, stage in zip((*architecture.layers, Dense(CLASSES)), architecture.stages(), strict=True):
        built = in_keras(layer)
        if stage.problem and isinstance(layer, Dense):
            # Only the lab refuses it: Keras accepts the image and returns one.
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
        named.append({weight.name: tuple(weight.shape) for weight in built.weights})
    assert [list(shapes.items()) for shapes in architecture.weights()] == [list(shapes.items()) for shapes in named]
    assert model.count_params() == architecture.parameters
    return None
