"""Dead units are those that Keras's own predictions are 0 for, on every validation image."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from eager import eager, loaded
from small_trainings import patterns, recipe, run

from fmnist_tui.engine.dataset.sources import split
from fmnist_tui.engine.tensorflow import keras
from fmnist_tui.engine.training.dead_units import count_dead_units
from fmnist_tui.engine.training.model import network
from fmnist_tui.lab.records.shorthand import parse

DATA = patterns()
EVERYTHING = np.arange(len(DATA.x_train))


def by_keras(model: keras.Sequential, names: list[str], indices: npt.NDArray[Any]) -> tuple[int, ...]:
    """Return the counts from Keras's predictions of the named layers."""
    images = DATA.x_train[indices].astype("float32") / 255
    counts = []
    for name in names:
        outputs = eager(keras.Model(model.inputs, model.get_layer(name).output)).predict(images, verbose=0)
        counts.append(int((outputs.reshape(-1, outputs.shape[-1]).max(axis=0) <= 0).sum()))
    return tuple(counts)


@pytest.mark.parametrize(
    ("shorthand", "names"),
    [
        ("16-8", ["dense_1", "dense_2"]),
        ("16:hard_sigmoid-bn-8:tanh-4", ["dense_1", "dense_3"]),
        ("conv6x5-pool2-drop0.5-8", ["conv2d_1", "dense_1"]),
        ("conv6x5same:linear-bn-relu-gap-8:linear-relu", ["activation_1", "activation_2"]),
    ],
)
def test_the_counts_are_those_of_keras(shorthand: str, names: list[str]) -> None:
    architecture = parse(shorthand)
    model = network(architecture, seed=3)
    for layer in model.layers[:-1]:
        if layer.weights and layer.name.split("_")[0] in ("dense", "conv2d"):
            kernel, offset = layer.get_weights()
            offset[::2] = -6  # so that some units never fire
            layer.set_weights([kernel, offset])

    counts = count_dead_units(model, architecture, DATA.x_train, EVERYTHING)

    assert counts == by_keras(model, names, EVERYTHING)
    assert counts
    assert sum(counts) > 0


def test_a_unit_that_fires_for_one_image_of_many_is_alive() -> None:
    architecture = parse("1")
    model = network(architecture)
    images = np.zeros((3_000, 28, 28), np.uint8)
    images[2_999] = 255
    model.get_layer("dense_1").set_weights([np.ones((784, 1)), -np.ones(1)])

    assert count_dead_units(model, architecture, images, np.arange(3_000)) == (0,)
    assert count_dead_units(model, architecture, images, np.arange(2_999)) == (1,)


@pytest.mark.parametrize("shorthand", ["linear", "8:tanh", "8:leaky_relu-bn", "flatten-relu"])
def test_where_no_unit_can_die_none_are_counted(shorthand: str) -> None:
    architecture = parse(shorthand)

    assert count_dead_units(network(architecture), architecture, DATA.x_train, EVERYTHING) is None


def test_a_run_counts_them_on_its_validation_images_with_the_weights_of_the_last_epoch(tmp_path: Path) -> None:
    what = recipe("16", learning_rate=0.3)
    path = tmp_path / "model.keras"

    trained = run(DATA, what, model_path=path)

    held_out = split(DATA, what.training.validation_fraction, what.training.split_seed).validation_indices
    expected = by_keras(loaded(path), ["dense_1"], held_out)
    assert trained.dead_units_by_layer == expected
    assert sum(expected) > 0
    without = replace(what, training=replace(what.training, validation_fraction=0.0))
    assert run(DATA, without).dead_units_by_layer is None
