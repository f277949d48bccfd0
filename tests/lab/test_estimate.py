from math import prod
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import buildable_architectures, small_layers

from fmnist_tui.lab.experiments.estimate import epoch_cost, memory_bytes, multiply_adds, output_sizes, training_images
from fmnist_tui.lab.experiments.speeds import TYPICAL
from fmnist_tui.lab.layers import Conv2D, Dense, Flatten, MaxPooling
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Architecture, ArchitectureError
from fmnist_tui.lab.records.recipe import OPTIMIZERS, Recipe
from fmnist_tui.lab.records.recipe import hyperparameters as training
from fmnist_tui.lab.records.shorthand import parse

UNBUILDABLE = Architecture((MaxPooling(99), Flatten()))


def recipe(shorthand: str, **given: Any) -> Recipe:
    return Recipe(parse(shorthand), training(**given))


# Arithmetic


def test_the_multiply_adds_of_dense_layers_are_their_weights_without_biases() -> None:
    assert multiply_adds(parse("64-32")) == 784 * 64 + 64 * 32 + 32 * 10
    assert multiply_adds(parse("linear")) == 7_840


def test_the_multiply_adds_of_a_convolution_are_its_kernels_at_every_place() -> None:
    assert multiply_adds(parse("conv8x3-gap")) == 26 * 26 * 9 * 8 + 8 * 10
    assert multiply_adds(parse("conv8x5same/2-conv4x3-gap")) == 14 * 14 * 25 * 8 + 12 * 12 * 9 * 8 * 4 + 4 * 10


@given(buildable_architectures(small_layers(), max_size=6))
def test_each_weight_but_biases_and_normalizations_is_used_at_each_place(architecture: Architecture) -> None:
    shapes = [INPUT_SHAPE, *(stage.shape or () for stage in architecture.stages())]
    expected = shapes[-2][-1] * 10
    for layer, before, after in zip(architecture.layers, shapes, shapes[1:], strict=False):
        if isinstance(layer, Dense | Conv2D):
            places = prod(after[:-1])
            expected += places * (layer.parameters(before) - after[-1])

    assert multiply_adds(architecture) == expected


def test_what_cannot_be_built_has_no_estimate() -> None:
    what = Recipe(UNBUILDABLE)

    with pytest.raises(ArchitectureError, match="max pooling 99"):
        multiply_adds(UNBUILDABLE)
    with pytest.raises(ArchitectureError, match="max pooling 99"):
        memory_bytes(what)
    with pytest.raises(ArchitectureError, match="max pooling 99"):
        TYPICAL.seconds_per_epoch(what)


@pytest.mark.parametrize(("fraction", "expected"), [(0.0, 60_000), (0.2, 48_000), (0.33333, 40_000), (0.9, 6_000)])
def test_the_images_trained_on_are_those_that_are_not_held_out(fraction: float, expected: int) -> None:
    assert training_images(recipe("64", validation_fraction=fraction)) == expected


def test_the_synthetic_garments_are_fewer() -> None:
    assert training_images(recipe("64").on("synthetic")) == 16_000
    assert epoch_cost(recipe("64").on("synthetic")).work < epoch_cost(recipe("64")).work


def test_an_epochs_load_counts_each_layer_once_a_step() -> None:
    assert epoch_cost(recipe("64")).layer_steps == 750 * 2
    assert epoch_cost(recipe("64-drop0.5-32", batch_size=50)).layer_steps == 960 * 4
    assert epoch_cost(recipe("64", batch_size=60_000)).layer_steps == 2


# Memory


def test_the_memory_of_weights_is_theirs_and_their_optimizers_twice() -> None:
    weights = parse("4096").parameters
    outputs = 2 * 4 * (784 + 4_096 + 10)

    assert memory_bytes(recipe("4096", optimizer="sgd", batch_size=1)) == 2 * 4 * weights + outputs
    assert memory_bytes(recipe("4096", optimizer="rmsprop", batch_size=1)) == 2 * 4 * 2 * weights + outputs
    assert memory_bytes(recipe("4096", optimizer="adam", batch_size=1)) == 2 * 4 * 3 * weights + outputs


def test_moving_means_need_no_slots() -> None:
    plain, normalized = (
        memory_bytes(recipe(shorthand, optimizer="adam", batch_size=1)) for shorthand in ("64", "64-bn")
    )

    assert normalized - plain == 2 * 4 * (4 * 64 + 2 * 2 * 64) + 2 * 4 * 64


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_has_an_estimate_of_at_least_weights_and_gradients(optimizer: str) -> None:
    what = recipe("256", optimizer=optimizer)

    assert memory_bytes(what) > 2 * 4 * what.architecture.parameters


def test_no_batch_is_larger_than_the_images_there_are() -> None:
    whole, more = (recipe("64", batch_size=size, validation_fraction=0.5) for size in (30_000, 60_000))

    assert memory_bytes(whole) == memory_bytes(more)


@given(buildable_architectures(small_layers(), max_size=5), st.integers(1, 1_000))
def test_memory_grows_with_the_batch_and_with_every_layer_that_computes(architecture: Architecture, size: int) -> None:
    small, large = (memory_bytes(Recipe(architecture, training(batch_size=each))) for each in (size, 2 * size))
    wider = Architecture((*architecture.layers, Dense(10)))

    assert small < large
    assert small < memory_bytes(Recipe(wider, training(batch_size=size)))


def test_flatten_puts_out_nothing_of_its_own() -> None:
    assert output_sizes(parse("64")) == (784, 64, 10)
    assert output_sizes(parse("conv2x3-pool2-flatten-8")) == (784, 26 * 26 * 2, 13 * 13 * 2, 8, 10)
    assert output_sizes(parse("8:linear-bn-relu")) == (784, 8, 8, 8, 10)


def test_what_stands_after_a_layer_that_cannot_work_puts_out_nothing() -> None:
    assert output_sizes(UNBUILDABLE) == (784,)
