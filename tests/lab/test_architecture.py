"""Shapes, counts and what cannot work, by the rules that `tests/engine` compares with Keras."""

import pytest
from hypothesis import given
from strategies import architectures, buildable_architectures, layers

from fmnist_tui.lab.layers import (
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
    describe,
    shape_text,
)
from fmnist_tui.lab.records.architecture import INPUT_SHAPE, Architecture, ArchitectureError, Stage, mlp
from fmnist_tui.lab.records.shorthand import parse


def test_the_reports_network_has_the_reports_shapes_and_parameters() -> None:
    assert mlp([64, 32]).stages() == (
        Stage("flatten", (784,), 0),
        Stage("dense 64 relu", (64,), 50_240),
        Stage("dense 32 relu", (32,), 2_080),
        Stage("dense 10 softmax", (10,), 330),
    )
    assert mlp([64, 32]).parameters == 52_650
    assert mlp([16]).parameters == 12_730


def test_no_hidden_layer_is_the_linear_baseline() -> None:
    assert mlp([]) == parse("linear")
    assert mlp([]).parameters == 7_850
    assert mlp([]).depth == 0


def test_a_convolutional_network_has_its_shapes_layer_by_layer() -> None:
    stages = parse("conv32x3-pool2-conv8x5same/2:gelu-bn-gap-dense128-ln-drop0.5").stages()

    assert [(stage.label, stage.shape, stage.parameters) for stage in stages] == [
        ("conv2d 32 3×3 relu", (26, 26, 32), 320),
        ("max pooling 2×2", (13, 13, 32), 0),
        ("conv2d 8 5×5 same stride 2 gelu", (7, 7, 8), 6_408),
        ("batch normalization", (7, 7, 8), 32),
        ("global average pooling", (8,), 0),
        ("dense 128 relu", (128,), 1_152),
        ("layer normalization", (128,), 256),
        ("dropout 0.5", (128,), 0),
        ("dense 10 softmax", (10,), 1_290),
    ]


@pytest.mark.parametrize(
    ("layers", "problem"),
    [
        ((), "output: the output needs a vector, but gets 28×28×1; add flatten"),
        (
            (Conv2D(8, 3),),
            "output: the output needs a vector, but gets 26×26×8; add flatten",
        ),
        (
            (Dense(64),),
            "layer 1 (dense 64 relu): dense needs a vector, but gets 28×28×1; put flatten above it",
        ),
        (
            (Flatten(), Conv2D(8, 3)),
            "layer 2 (conv2d 8 3×3 relu): conv2d needs an image, but gets a vector of 784; move it above flatten",
        ),
        (
            (Flatten(), MaxPooling(2)),
            "layer 2 (max pooling 2×2): max pooling needs an image, but gets a vector of 784; move it above flatten",
        ),
        (
            (Flatten(), AveragePooling(2)),
            "layer 2 (average pooling 2×2): "
            "average pooling needs an image, but gets a vector of 784; move it above flatten",
        ),
        (
            (GlobalAveragePooling(), GlobalAveragePooling()),
            "layer 2 (global average pooling): "
            "global average pooling needs an image, but gets a vector of 1; move it above flatten",
        ),
        (
            (MaxPooling(99), Flatten()),
            "layer 1 (max pooling 99×99): its window of 99 is larger than its input of 28×28; use 28 or less",
        ),
        (
            (AveragePooling(10), AveragePooling(3), Flatten()),
            "layer 2 (average pooling 3×3): its window of 3 is larger than its input of 2×2; use 2 or less",
        ),
        (
            (MaxPooling(9), Conv2D(8, 5), Flatten()),
            "layer 2 (conv2d 8 5×5 relu): "
            "its kernel of 5 is larger than its input of 3×3; use 3 or less, or padding same",
        ),
    ],
)
def test_what_cannot_work_is_a_sentence_that_names_the_layer_and_how_to_mend_it(
    layers: tuple[Layer, ...], problem: str
) -> None:
    architecture = Architecture(layers)

    assert architecture.problem == problem
    with pytest.raises(ArchitectureError) as error:
        architecture.check()
    assert str(error.value) == problem
    with pytest.raises(ArchitectureError):
        architecture.parameters  # noqa: B018


@pytest.mark.parametrize(
    "layers",
    [
        (MaxPooling(28), Flatten()),
        (Conv2D(1, 28), Flatten()),
        (MaxPooling(14), Conv2D(1, 28, "same"), Flatten()),
        (MaxPooling(28), Conv2D(1, 1, stride=28), Flatten(), Flatten()),
    ],
)
def test_a_window_as_large_as_its_input_and_a_padded_kernel_of_any_size_work(layers: tuple[Layer, ...]) -> None:
    assert Architecture(layers).problem is None


def test_after_a_layer_that_cannot_work_nothing_is_claimed() -> None:
    flatten, broken, later, output = Architecture((Flatten(), Conv2D(8, 3), Dense(5))).stages()

    assert flatten.problem is None
    assert broken.problem is not None
    for stage in (broken, later, output):
        assert (stage.shape, stage.parameters) == (None, None)
    assert later.problem is None
    assert output.problem is None


@given(architectures())
def test_every_layer_has_its_stage_and_at_most_one_is_to_blame(architecture: Architecture) -> None:
    stages = architecture.stages()
    problems = [stage.problem for stage in stages if stage.problem]

    assert len(stages) == len(architecture.layers) + 1
    assert len(problems) <= 1
    assert (architecture.problem is None) == (not problems)
    for stage in stages:
        assert (stage.shape is None) == (stage.parameters is None)
        assert stage.shape is None or min(stage.shape) >= 1


@given(buildable_architectures())
def test_layers_that_fit_one_another_make_a_network(architecture: Architecture) -> None:
    assert architecture.problem is None
    assert architecture.stages()[-1].shape == (10,)
    assert architecture.parameters == sum(stage.parameters or 0 for stage in architecture.stages())
    assert architecture.flattened() == architecture


@given(architectures())
def test_a_missing_flatten_is_put_in_once(architecture: Architecture) -> None:
    flat = architecture.flattened()

    assert flat.flattened() == flat
    assert len(flat.layers) - len(architecture.layers) in (0, 1)
    assert [layer for layer in flat.layers if layer != Flatten()] == [
        layer for layer in architecture.layers if layer != Flatten()
    ]


@pytest.mark.parametrize(
    ("layers", "flat"),
    [
        ((), (Flatten(),)),
        ((Dense(64), Dense(32)), (Flatten(), Dense(64), Dense(32))),
        ((Dropout(0.1), Dense(64)), (Dropout(0.1), Flatten(), Dense(64))),
        ((Conv2D(), MaxPooling()), (Conv2D(), MaxPooling(), Flatten())),
        ((Conv2D(), GlobalAveragePooling(), Dense(64)), (Conv2D(), GlobalAveragePooling(), Dense(64))),
    ],
)
def test_a_flatten_goes_where_an_image_would_meet_a_dense_layer_or_the_output(
    layers: tuple[Layer, ...], flat: tuple[Layer, ...]
) -> None:
    assert Architecture(layers).flattened().layers == flat


def test_depth_counts_the_layers_that_mix_their_inputs() -> None:
    assert parse("64-32-16").depth == 3
    assert parse("conv32x3-pool2-bn-flatten-dense128-drop0.5").depth == 2


@given(layers())
def test_a_layer_is_described_by_its_kind_first(layer: Layer) -> None:
    assert describe(layer).startswith(layer.name)
    assert describe(layer).isprintable()


@pytest.mark.parametrize("layer", [BatchNormalization(), LayerNormalization(), Dropout(0.3)])
def test_what_normalizes_or_drops_keeps_the_shape(layer: Layer) -> None:
    assert layer.output_shape(INPUT_SHAPE) == INPUT_SHAPE
    assert layer.output_shape((784,)) == (784,)


def test_a_shape_is_written_as_a_person_writes_it() -> None:
    assert shape_text((28, 28, 1)) == "28×28×1"
    assert shape_text((65_536,)) == "65,536"
