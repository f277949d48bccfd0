"""The lab's shapes, counts and refusals, held against the layers that Keras builds."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from keras_comparison import assert_keras_agrees
from strategies import architectures, buildable_architectures, small_layers

from fmnist_tui.lab.layers import (
    KINDS,
    AveragePooling,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling,
    Layer,
    MaxPooling,
)
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.shorthand import parse

DRAWN = architectures(small_layers(), max_size=6) | buildable_architectures(small_layers(), max_size=6)


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
