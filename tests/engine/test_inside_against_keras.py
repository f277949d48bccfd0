"""The layers that the lab computes in NumPy, and its figures of units, held against Keras."""

import numpy as np
import pytest
from eager import eager
from numpy.typing import NDArray

from fmnist_tui.engine.tensorflow import keras, tf
from fmnist_tui.engine.training.dead_units import count_dead_units
from fmnist_tui.engine.training.model import CHANNEL, network
from fmnist_tui.engine.training.weights import by_layer, set_by_layer
from fmnist_tui.lab.inside.forward import layer_outputs
from fmnist_tui.lab.inside.one_image import (
    filter_maps,
    first_difference,
    follow,
    nearest_disagreement,
    nearest_wrong,
    occlusion,
)
from fmnist_tui.lab.inside.unit_layers import unit_layers
from fmnist_tui.lab.inside.unit_pictures import dense_layers_of, outgoing_by_class, pictures
from fmnist_tui.lab.inside.units import measure, most_exciting
from fmnist_tui.lab.layers import ACTIVATIONS, Flatten, describe
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.weights import LayerWeights

IMAGES: NDArray[np.uint8] = np.random.default_rng(1).integers(0, 256, (60, 28, 28), np.uint8)

SHORTHANDS = (
    "linear",
    "16",
    "64-32",
    "16:linear-bn-relu-8:tanh",
    "bn-flatten-16-ln-drop0.5-8:gelu",
    "conv4x3-pool2-flatten-8",
    "conv4x5same/2:tanh-bn-avgpool3-conv3x2-gap-6",
    "conv3x4same/3-ln-flatten",
    "pool2-flatten-16-4",
)


def built(shorthand: str) -> tuple[Architecture, keras.Sequential, LayerWeights]:
    """Return a network whose weights, moving statistics included, are all drawn at random."""
    architecture = parse(shorthand)
    model = network(architecture, seed=3)
    draws = np.random.default_rng(2)
    model.set_weights([np.abs(draws.normal(0, 0.3, weight.shape)) if "variance" in weight.name
                       else draws.normal(0, 0.3, weight.shape) for weight in model.weights])  # fmt: skip
    return architecture, eager(model), by_layer(model, model.get_weights())


def keras_outputs(model: keras.Sequential) -> list[NDArray[np.float32]]:
    values, found = IMAGES / np.float32(255), []
    for layer in model.layers:
        values = layer(values, training=False)
        if layer.name != CHANNEL:
            found.append(np.asarray(values))
    return found


@pytest.mark.parametrize("shorthand", SHORTHANDS)
def test_every_layer_gives_what_keras_gives(shorthand: str) -> None:
    architecture, model, weights = built(shorthand)

    ours = [*layer_outputs(architecture, weights, IMAGES)]

    theirs = keras_outputs(model)
    assert len(ours) == len(theirs)
    for place, (some, other) in enumerate(zip(ours, theirs, strict=True)):
        assert some.dtype == np.float32
        assert some.reshape(other.shape) == pytest.approx(other, rel=1e-4, abs=1e-5), place


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_gives_what_keras_gives(activation: str) -> None:
    architecture, model, weights = built(f"12:{activation}")

    *_, hidden, _ = layer_outputs(architecture, weights, IMAGES)

    assert hidden == pytest.approx(keras_outputs(model)[-2], rel=1e-4, abs=1e-5)


def hidden_layers(*shorthands: str) -> list[tuple[str, int]]:
    """Return each hidden layer with units of some networks."""
    return [(each, at) for each in shorthands for at in range(len(unit_layers(parse(each))) - 1)]


@pytest.mark.parametrize(
    ("shorthand", "at"), hidden_layers("16", "64-32", "16:linear-bn-relu-8:tanh", "conv4x3-pool2-conv3x2-flatten-8-ln")
)
def test_the_figures_of_units_are_those_of_keras_outputs(shorthand: str, at: int) -> None:
    architecture, model, weights = built(shorthand)
    first = unit_layers(architecture)[at]
    outputs = keras_outputs(model)

    figures = measure(architecture, weights, IMAGES, first)

    own = outputs[first.fires_after].reshape(-1, first.units)
    assert figures.fires == pytest.approx((own > 0).mean(axis=0))
    means = [unit[unit > 0].mean() if (unit > 0).any() else np.nan for unit in own.T]
    assert figures.mean_when_firing == pytest.approx(np.array(means), rel=1e-4, nan_ok=True)
    assert first.next_place is not None
    passed_on = outputs[first.next_place - 1].reshape(-1, first.units)
    kernel = weights[first.next_place]["kernel"]
    length = np.linalg.norm(np.moveaxis(kernel.reshape(-1, first.units, kernel.shape[-1]), 1, 0).reshape(first.units, -1), axis=1)  # fmt: skip  # noqa: E501
    expected = passed_on.std(axis=0, dtype=np.float64) * length
    assert figures.matters == pytest.approx(expected / expected.sum(), rel=1e-3)
    assert figures.matters.sum() == pytest.approx(1)
    assert figures.images == 60


def test_the_share_of_a_class_in_a_network_without_hidden_units_is_how_often_it_is_chosen() -> None:
    architecture, model, weights = built("linear")

    figures = measure(architecture, weights, IMAGES, unit_layers(architecture)[0])

    probabilities = keras_outputs(model)[-1]
    chosen = probabilities.argmax(axis=1)
    assert figures.fires.tolist() == pytest.approx((np.bincount(chosen, minlength=10) / 60).tolist())
    assert figures.mean_when_firing[chosen[0]] == pytest.approx(probabilities.max(axis=1)[chosen == chosen[0]].mean())


def test_a_unit_that_is_cut_off_everywhere_is_dead_and_matters_nothing() -> None:
    architecture, _, weights = built("16")
    weights[1]["bias"][3] = -1_000

    figures = measure(architecture, weights, IMAGES, unit_layers(architecture)[0])

    assert figures.dead.tolist() == [unit == 3 for unit in range(16)]
    assert (figures.fires[3], figures.matters[3]) == (0, 0)
    assert np.isnan(figures.mean_when_firing[3])


@pytest.mark.parametrize("shorthand", ["16", "16:linear-bn-relu-8:tanh", "conv4x3-pool2-flatten-8"])
def test_dead_units_are_those_that_a_training_counts(shorthand: str) -> None:
    architecture, model, weights = built(shorthand)
    first = unit_layers(architecture)[0]
    bias = weights[first.place]["bias"]
    bias[1:3] = -1e6
    set_by_layer(model, weights)

    figures = measure(architecture, weights, IMAGES, unit_layers(architecture)[0])

    counted = count_dead_units(model, architecture, IMAGES, np.arange(len(IMAGES)))
    assert counted is not None
    assert figures.dead.sum() == counted[0]
    assert counted[0] >= 2 or "bn" in shorthand, "a normalization may turn the sign"


def test_a_leaky_unit_below_0_everywhere_is_not_dead() -> None:
    architecture, _, weights = built("16:leaky_relu")
    weights[1]["bias"][3] = -1_000

    figures = measure(architecture, weights, IMAGES, unit_layers(architecture)[0])

    assert figures.fires[3] == 0
    assert not figures.dead.any()


@pytest.mark.parametrize(
    "shorthand", ["16", "16:linear-bn-relu-8:tanh", "16:linear-ln-relu", "conv4x3-pool2-flatten-8"]
)
def test_the_images_that_excite_a_unit_most_are_those_of_keras_outputs(shorthand: str) -> None:
    architecture, model, weights = built(shorthand)
    first = unit_layers(architecture)[0]

    order, heights = most_exciting(architecture, weights, IMAGES, first, 2)

    peaks = keras_outputs(model)[first.fires_after].reshape(60, -1, first.units)[..., 2].max(axis=1)
    assert peaks[order] == pytest.approx(np.sort(peaks)[::-1][:10], rel=1e-4, abs=1e-5)
    assert heights == pytest.approx(peaks[order], rel=1e-4, abs=1e-5)


def test_the_picture_of_a_dense_unit_is_its_column_of_the_kernel() -> None:
    architecture, _, weights = built("64-32")

    found = pictures(architecture, weights, unit_layers(architecture)[0])

    assert found.shape == (64, 28, 28)
    assert np.array_equal(found[5].ravel(), weights[1]["kernel"][:, 5])


def test_the_picture_of_a_filter_is_enlarged_and_that_behind_a_pooling_too() -> None:
    architecture, _, weights = built("conv4x3-pool2-flatten-8")
    found = pictures(architecture, weights, unit_layers(architecture)[0])
    assert np.array_equal(found[1][[0, 13, 27]][:, [0, 13, 27]], weights[0]["kernel"][:, :, 0, 1])

    architecture, _, weights = built("pool2-flatten-16-4")
    found = pictures(architecture, weights, unit_layers(architecture)[0])
    assert np.array_equal(found[1][::2, ::2].ravel(), weights[2]["kernel"][:, 1])


@pytest.mark.parametrize("shorthand", ["24:linear-12:linear", "24:linear-bn-12:linear-drop0.5-8:linear"])
def test_the_picture_of_a_deeper_unit_is_its_gradient_where_no_activation_cuts_anything_off(shorthand: str) -> None:
    architecture, model, weights = built(shorthand)
    *_, last, output = unit_layers(architecture)

    found = pictures(architecture, weights, last)

    values = image = tf.constant(IMAGES[:1] / np.float32(255))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(image)
        for layer in [layer for layer in model.layers if layer.name != CHANNEL][: last.place + 1]:
            values = layer(values, training=False)
        chosen = [values[0, unit] for unit in (0, 5)]
    assert found.shape == (last.units, 28, 28)
    for unit, value in zip((0, 5), chosen, strict=True):
        assert found[unit] == pytest.approx(np.asarray(tape.gradient(value, image))[0], rel=1e-3, abs=1e-4)
    assert dense_layers_of(weights, last) == len(unit_layers(architecture)) - 1
    assert pictures(architecture, weights, output).shape == (10, 28, 28)


def test_behind_convolutions_the_weights_of_dense_layers_go_back_to_the_places_that_they_see() -> None:
    architecture, _, weights = built("conv4x3-pool2-flatten-8-6")
    filters, first, second, _ = unit_layers(architecture)

    found = pictures(architecture, weights, second)

    product = (weights[3]["kernel"] @ weights[4]["kernel"]).reshape(13, 13, 4, 6).sum(axis=2)
    assert found[2][0, 0] == pytest.approx(product[0, 0, 2], rel=1e-4, abs=1e-5)
    assert found[2][27, 27] == pytest.approx(product[12, 12, 2], rel=1e-4, abs=1e-5)
    assert [dense_layers_of(weights, each) for each in (filters, first, second)] == [1, 1, 2]


@pytest.mark.parametrize(
    ("shorthand", "at"), [("conv4x5same/2:tanh-pool2-flatten-8", 0), ("conv3x3:linear-bn-relu-pool2-conv5x3-gap-6", 1)]
)
def test_the_maps_of_filters_are_what_keras_gives(shorthand: str, at: int) -> None:
    architecture, model, weights = built(shorthand)
    for layer in unit_layers(architecture)[: at + 1]:
        maps = filter_maps(architecture, weights, IMAGES[7], layer)

        expected = keras_outputs(model)[layer.fires_after][7]
        assert maps.shape == (layer.units, *expected.shape[:2])
        assert maps.transpose(1, 2, 0) == pytest.approx(expected, rel=1e-4, abs=1e-5)


def test_outgoing_weights_by_class_are_the_next_kernel_or_the_product_of_those_that_follow() -> None:
    architecture, _, weights = built("16")
    assert outgoing_by_class(weights, unit_layers(architecture)[0]) == pytest.approx(weights[2]["kernel"])

    architecture, _, weights = built("64-32")
    assert outgoing_by_class(weights, unit_layers(architecture)[0]) == pytest.approx(weights[2]["kernel"] @ weights[3]["kernel"], rel=1e-4, abs=1e-6)  # fmt: skip  # noqa: E501

    architecture, _, weights = built("conv4x3-pool2-flatten-8")
    assert outgoing_by_class(weights, unit_layers(architecture)[0]) is None


def test_figures_do_not_depend_on_how_many_images_are_computed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    architecture, _, weights = built("64-32")
    whole = measure(architecture, weights, IMAGES, unit_layers(architecture)[0])

    monkeypatch.setattr("fmnist_tui.lab.inside.units._VALUES_AT_ONCE", 7 * 784)
    parts = measure(architecture, weights, IMAGES, unit_layers(architecture)[0])

    assert parts.matters == pytest.approx(whole.matters, rel=1e-5)
    assert parts.fires == pytest.approx(whole.fires)


@pytest.mark.parametrize("shorthand", ["linear", "64-32", "16:linear-bn-relu-8:tanh", "conv4x3-pool2-flatten-8"])
def test_hiding_a_patch_changes_the_probability_as_keras_says(shorthand: str) -> None:
    architecture, model, weights = built(shorthand)
    image = IMAGES[7]

    fall = occlusion(architecture, weights, image, 4)

    whole = model.predict(image[None] / np.float32(255), verbose=0)[0, 4]
    for row, column in ((0, 0), (13, 14), (27, 3)):
        hidden = image.copy()
        hidden[max(row - 2, 0) : row + 3, max(column - 2, 0) : column + 3] = 0
        left = model.predict(hidden[None] / np.float32(255), verbose=0)[0, 4]
        assert fall[row, column] == pytest.approx(whole - left, abs=1e-5)


@pytest.mark.parametrize("shorthand", ["64-32", "conv4x3-pool2-flatten-8"])
def test_what_each_layer_makes_of_an_image_is_what_keras_says(shorthand: str) -> None:
    architecture, model, weights = built(shorthand)

    passage = follow(architecture, weights, IMAGES[7])

    *hidden, probabilities = [values[7] for values in keras_outputs(model)]
    kept = [values for layer, values in zip(architecture.layers, hidden, strict=True) if not isinstance(layer, Flatten)]
    assert [layer.name for layer in passage.layers] == [
        describe(layer) for layer in architecture.layers if not isinstance(layer, Flatten)
    ]
    for layer, values in zip(passage.layers, kept, strict=True):
        by_unit = values.reshape(-1, values.shape[-1])
        assert np.abs(layer.values) == pytest.approx(np.abs(by_unit).max(axis=0), rel=1e-4, abs=1e-5)
        assert layer.firing == (layer.values > 0).sum()
    assert passage.probabilities == pytest.approx(probabilities, rel=1e-4, abs=1e-5)
    assert passage.ranking[0] == probabilities.argmax()


def test_the_nearest_wrong_image_is_that_of_keras_predictions() -> None:
    architecture, model, weights = built("16")
    answers = model.predict(IMAGES / np.float32(255), verbose=0).argmax(axis=1)
    labels = answers.copy()
    labels[[5, 30, 59]] += 1

    def nearest(at: int, by: int) -> int | None:
        return nearest_wrong(architecture, weights, IMAGES, labels, at, by)

    assert [nearest(0, 1), nearest(5, 1), nearest(30, 1), nearest(59, 1)] == [5, 30, 59, None]
    assert [nearest(59, -1), nearest(30, -1), nearest(5, -1)] == [30, 5, None]


def test_where_two_networks_part_is_what_keras_predictions_say() -> None:
    (one, first, some), (other, second, more) = built("16"), built("conv4x3-pool2-flatten-8")
    theirs, others = (model.predict(IMAGES / np.float32(255), verbose=0) for model in (first, second))
    apart = np.flatnonzero(theirs.argmax(axis=1) != others.argmax(axis=1)).tolist()

    found = nearest_disagreement((one, some), (other, more), IMAGES, -1, 1)
    last = nearest_disagreement((one, some), (other, more), IMAGES, len(IMAGES), -1)

    assert [found, last] == [apart[0], apart[-1]]
    assert nearest_disagreement((one, some), (one, some), IMAGES, 0, 1) is None
    passages = follow(one, some, IMAGES[7]), follow(other, more, IMAGES[7])
    rankings = np.argsort(-theirs[7]), np.argsort(-others[7])
    assert first_difference(*passages) == np.flatnonzero(rankings[0] != rankings[1])[0]
