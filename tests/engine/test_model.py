"""An architecture becomes the Keras model that it describes."""

import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from strategies import buildable_architectures, small_layers

from fmnist_tui.engine.tensorflow import keras
from fmnist_tui.engine.training.model import build, network, optimizer, reset_weights, summary
from fmnist_tui.lab.layers import ACTIVATIONS, Dense, Flatten, MaxPooling
from fmnist_tui.lab.records.architecture import Architecture, ArchitectureError
from fmnist_tui.lab.records.recipe import OPTIMIZERS, Hyperparameters, hyperparameters
from fmnist_tui.lab.records.shorthand import parse

EVERY_KIND = "conv8x3same/2:linear-bn-gelu-pool2-avgpool2-conv4x2-flatten-64:tanh-ln-drop0.25-16"
NETWORKS = ("conv4x3:l2=0.01-8:l2=0.1", "linear", "16", "64-32-16", EVERY_KIND, "conv4x3-gap-drop0.5", "bn-flatten-8")


@pytest.mark.parametrize("shorthand", NETWORKS)
def test_shapes_and_parameters_are_those_that_the_architecture_computes(shorthand: str) -> None:
    architecture = parse(shorthand)

    model = build(architecture, Hyperparameters())

    built = [layer for layer in model.layers if layer.name != "channel"]
    stages = architecture.stages()
    assert [layer.output.shape[1:] for layer in built] == [stage.shape for stage in stages]
    assert [layer.count_params() for layer in built] == [stage.parameters for stage in stages]
    assert model.count_params() == architecture.parameters


@settings(max_examples=15, deadline=None)
@given(buildable_architectures(small_layers(), max_size=5))
def test_whatever_can_be_built_has_the_shapes_and_parameters_of_keras(architecture: Architecture) -> None:
    model = network(architecture)

    shapes = [layer.output.shape[1:] for layer in model.layers if layer.name != "channel"]
    assert shapes == [stage.shape for stage in architecture.stages()]
    assert model.count_params() == architecture.parameters


def test_the_reports_first_network_has_the_parameters_that_it_prints() -> None:
    assert build(parse("16"), Hyperparameters()).count_params() == 12_730


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_is_keras_own(activation: str) -> None:
    model = network(Architecture((Flatten(), Dense(3, activation))))

    assert model.layers[1].activation is keras.activations.get(activation)


def test_an_activation_of_its_own_is_keras_own_behind_its_normalization() -> None:
    layers = network(parse("conv6x5same:linear-bn-relu-flatten-8:linear-ln-tanh")).layers

    assert [layer.name for layer in layers if type(layer) is keras.layers.Activation] == [
        "activation_1",
        "activation_2",
    ]
    found = {layer.name: layer.activation for layer in layers if hasattr(layer, "activation")}
    assert found == {
        "conv2d_1": keras.activations.linear,
        "activation_1": keras.activations.relu,
        "dense_1": keras.activations.linear,
        "activation_2": keras.activations.tanh,
        "output": keras.activations.softmax,
    }


def test_an_l2_is_keras_own_regularizer_of_the_kernel_alone() -> None:
    model = network(parse("conv4x3:l2=0.02-8:l2=0.001-4"))

    penalties = {layer.name: layer.kernel_regularizer for layer in model.layers if layer.trainable_variables}
    assert {name: float(each.l2) if each else 0.0 for name, each in penalties.items()} == {
        "conv2d_1": pytest.approx(0.02),
        "dense_1": pytest.approx(0.001),
        "dense_2": 0.0,
        "output": 0.0,
    }
    assert all(layer.bias_regularizer is None for layer in model.layers if layer.trainable_variables)
    kernels = {layer.name: np.asarray(layer.kernel) for layer in model.layers if layer.trainable_variables}
    expected = 0.02 * np.square(kernels["conv2d_1"]).sum() + 0.001 * np.square(kernels["dense_1"]).sum()
    assert sum(map(float, model.losses)) == pytest.approx(expected, rel=1e-5)


def test_layers_are_named_by_kind_and_number() -> None:
    names = [layer.name for layer in network(parse("conv4x3-pool2-conv8x3-flatten-16-bn-8")).layers]

    assert names == [
        "channel",
        "conv2d_1",
        "max_pooling_1",
        "conv2d_2",
        "flatten_1",
        "dense_1",
        "batch_normalization_1",
        "dense_2",
        "output",
    ]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_optimizer_has_its_learning_rate(name: str) -> None:
    built = optimizer(hyperparameters(optimizer=name, learning_rate=0.025))

    assert float(built.learning_rate) == pytest.approx(0.025)


@pytest.mark.parametrize("name", [name for name in OPTIMIZERS if name not in ("momentum", "nesterov")])
def test_an_optimizers_usual_learning_rate_is_keras_own(name: str) -> None:
    assert OPTIMIZERS[name] == pytest.approx(float(keras.optimizers.get(name).learning_rate))


def test_momentum_and_nesterov_are_sgd() -> None:
    plain, momentum, nesterov = (optimizer(hyperparameters(optimizer=name)) for name in ("sgd", "momentum", "nesterov"))

    assert all(type(each) is keras.optimizers.SGD for each in (plain, momentum, nesterov))
    assert [each.momentum for each in (plain, momentum, nesterov)] == [0.0, 0.9, 0.9]
    assert [each.nesterov for each in (plain, momentum, nesterov)] == [False, False, True]


def test_the_seed_alone_decides_the_initial_weights() -> None:
    keras.utils.set_random_seed(1)
    first = network(parse("16-16"), seed=7)
    keras.utils.set_random_seed(2)
    again = network(parse("16-16"), seed=7)
    other = network(parse("16-16"), seed=8)

    for one, same, different in zip(first.weights, again.weights, other.weights, strict=True):
        assert np.array_equal(one, same)
        assert np.array_equal(one, different) == (one.name == "bias")


@pytest.mark.parametrize("shorthand", NETWORKS)
def test_a_network_begins_again_as_one_built_with_the_seed(shorthand: str) -> None:
    model, built = network(parse(shorthand), seed=7), network(parse(shorthand), seed=8)
    for variable in model.variables:
        variable.assign(variable + 1)

    reset_weights(model, 8)

    for ours, expected in zip(model.variables, built.variables, strict=True):
        assert np.array_equal(ours, expected)


def test_two_layers_of_one_size_do_not_begin_alike() -> None:
    model = network(parse("16-16-16"))

    assert not np.array_equal(model.layers[2].kernel, model.layers[3].kernel)


def test_what_cannot_be_built_is_named() -> None:
    with pytest.raises(ArchitectureError, match="max pooling 99"):
        build(Architecture((MaxPooling(99), Flatten())), Hyperparameters())


def test_a_saved_model_loads_anywhere_and_answers_the_same(tmp_path: Path) -> None:
    model = build(parse(EVERY_KIND), hyperparameters(optimizer="momentum"), seed=1)
    model.optimizer.build(model.trainable_variables)
    images = np.random.default_rng(0).random((5, 28, 28), np.float32)

    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", safe_mode=True)

    assert np.array_equal(loaded(images), model(images))
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        assert b"fmnist_tui" not in archive.read("config.json")


def test_the_summary_is_keras_own_in_lines_of_the_width_asked_for() -> None:
    text = summary(parse("64-32-16"), width=60)

    assert "dense_2 (Dense)" in text
    assert "Total params: 53,018" in text
    assert max(map(len, text.splitlines())) == 60
