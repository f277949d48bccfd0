"""Differences between two recipes, as text."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import architectures, hyperparameters, small_layers

from fmnist_tui.lab.layers import Dropout, Layer, describe
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.dataset import DATASETS
from fmnist_tui.lab.records.difference import LayerDifference, differences, paired
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.recipe import hyperparameters as training
from fmnist_tui.lab.records.shorthand import parse


def recipe(shorthand: str, **given: Any) -> Recipe:
    return Recipe(parse(shorthand), training(**given))


def any_recipes() -> st.SearchStrategy[Recipe]:
    """Recipes whose networks may or may not be buildable."""
    return st.builds(Recipe, architectures(max_size=6), hyperparameters(), st.sampled_from(DATASETS))


def _like(layer: Layer) -> st.SearchStrategy[Layer]:
    return small_layers().filter(lambda drawn: type(drawn) is type(layer))


@st.composite
def edited(draw: st.DrawFn) -> tuple[tuple[Layer, ...], tuple[Layer, ...]]:
    """Layers, and the same after some were removed, changed or put in."""
    before = draw(st.lists(small_layers(), max_size=6))
    after: list[Layer] = []
    for layer in before:
        match draw(st.sampled_from(("keep", "keep", "remove", "change", "insert"))):
            case "keep":
                after.append(layer)
            case "change":
                after.append(draw(_like(layer)))
            case "insert":
                after += [draw(small_layers()), layer]
    return tuple(before), tuple(after)


def lines(before: str, after: str) -> list[str]:
    """Return the differences of two networks as a person would write them down."""
    signs = {"added": "+", "removed": "-", "changed": "~"}
    found = differences(recipe(before), recipe(after))
    return [f"{signs[each.kind]} {each.place}: {' → '.join(filter(None, (each.before, each.after)))}" for each in found]


# Layers


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("64", "64", []),
        ("64", "128", ["~ layer 2: dense 64 relu → dense 128 relu"]),
        ("64-32-16", "64-16", ["- layer 3: dense 32 relu"]),
        ("64-16", "64-32-16", ["+ layer 3: dense 32 relu"]),
        ("64-32-16", "32-64-32", ["+ layer 2: dense 32 relu", "- layer 4: dense 16 relu"]),
        ("linear", "16-drop0.5", ["+ layer 2: dense 16 relu", "+ layer 3: dropout 0.5"]),
        ("64", "64-drop0.2-32:gelu", ["+ layer 3: dropout 0.2", "+ layer 4: dense 32 gelu"]),
        ("64-bn-32", "64-ln-32", ["- layer 3: batch normalization", "+ layer 3: layer normalization"]),
        (
            "conv32x3-pool2-64",
            "conv32x5same-pool2-drop0.5-64",
            ["~ layer 1: conv2d 32 3×3 relu → conv2d 32 5×5 same relu", "+ layer 3: dropout 0.5"],
        ),
    ],
)
def test_networks_differ_as_a_person_would_say(before: str, after: str, expected: list[str]) -> None:
    assert lines(before, after) == expected


def test_a_changed_layer_names_the_parameters_that_differ() -> None:
    (dense,) = differences(recipe("64"), recipe("128:gelu"))
    (conv,) = differences(recipe("conv32x3-gap"), recipe("conv32x5same/2-gap"))

    assert dense.parameters == ("units", "activation")
    assert conv.parameters == ("kernel", "padding", "stride")


def test_layers_that_read_alike_are_told_apart() -> None:
    before, after = (Recipe(Architecture((Dropout(rate),))) for rate in (0.12345671, 0.12345672))

    (found,) = differences(before, after)

    assert (found.before, found.after) == ("drop0.12345671", "drop0.12345672")


# Hyperparameters and dataset


def test_settings_that_differ_are_named_in_the_order_of_the_editor() -> None:
    before = recipe("64", learning_rate=0.001, batch_size=64)
    after = recipe("64", learning_rate=0.0005, batch_size=128, optimizer="adamw").on("synthetic")

    assert differences(before, after) == (
        LayerDifference("changed", "optimizer", "adam", "adamw"),
        LayerDifference("changed", "learning rate", "0.001", "0.0005"),
        LayerDifference("changed", "batch size", "64", "128"),
        LayerDifference("changed", "dataset", "fashion-mnist", "synthetic"),
    )


def test_layers_come_before_settings() -> None:
    places = [each.place for each in differences(recipe("64", epochs=10), recipe("64-32", epochs=20))]

    assert places == ["layer 3", "epochs"]


# Whatever is compared


@given(any_recipes(), any_recipes())
def test_there_are_differences_where_recipes_differ_and_nowhere_else(before: Recipe, after: Recipe) -> None:
    assert differences(before, before) == ()
    assert (differences(before, after) == ()) == (before == after)


@given(any_recipes(), any_recipes())
def test_what_is_said_before_and_after_fits_its_kind(before: Recipe, after: Recipe) -> None:
    for each in differences(before, after):
        assert (each.before is None) == (each.kind == "added")
        assert (each.after is None) == (each.kind == "removed")
        assert each.before != each.after


@given(edited())
def test_pairs_hold_every_layer_of_both_in_order(layers: tuple[tuple[Layer, ...], tuple[Layer, ...]]) -> None:
    before, after = layers
    pairs = paired(before, after)

    assert tuple(pair.before for pair in pairs if pair.before is not None) == before
    assert tuple(pair.after for pair in pairs if pair.after is not None) == after
    for pair in pairs:
        assert pair.before is not None or pair.after is not None
        assert pair.before is None or pair.after is None or type(pair.before) is type(pair.after)


@given(edited())
def test_the_differences_applied_to_what_was_give_what_is(layers: tuple[tuple[Layer, ...], tuple[Layer, ...]]) -> None:
    before, after = layers
    found = differences(Recipe(Architecture(before)), Recipe(Architecture(after)))
    removed = {each.place: each.before for each in found if each.kind == "removed"}
    put_in = {each.place: each for each in found if each.kind != "removed"}

    stay = []
    for place, text in numbered(before):
        if place in removed:
            assert removed[place] == text
        else:
            stay.append(text)
    result = []
    for place, _ in numbered(after):
        if place in put_in:
            if put_in[place].kind == "changed":
                assert put_in[place].before == stay.pop(0)
            result.append(put_in[place].after)
        else:
            result.append(stay.pop(0))

    assert result == [text for _, text in numbered(after)]
    assert stay == []


def numbered(layers: tuple[Layer, ...]) -> list[tuple[str, str]]:
    return [(f"layer {number}", describe(layer)) for number, layer in enumerate(layers, 1)]


def test_a_recipe_that_only_moved_to_another_dataset_keeps_its_layers() -> None:
    here = recipe("64")

    assert [each.place for each in differences(here, replace(here, dataset="synthetic"))] == ["dataset"]
