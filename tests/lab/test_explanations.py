"""Every word of the lab is explained, in a form that a narrow screen can show."""

import unicodedata
from dataclasses import fields

import pytest
from hypothesis import given
from strategies import hyperparameters, layers

from fmnist_tui.lab.explanations.topics import (
    GROUPS,
    explain,
    topics,
    topics_for_argument,
    topics_for_layer,
    topics_for_setting,
)
from fmnist_tui.lab.layers import ACTIVATIONS, KINDS, Activation, Conv2D, Dense, Dropout, Layer
from fmnist_tui.lab.parameters import spoken
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS, OPTIMIZERS, Hyperparameters

SCREEN = 68
"""Columns inside a box on a screen of 80."""

REPORT = (
    "sequential model",
    "flatten",
    "relu",
    "softmax",
    "adam",
    "sparse categorical cross-entropy",
    "accuracy",
)
"""What the lab report explains."""


def test_every_kind_of_layer_activation_and_optimizer_has_its_own() -> None:
    assert tuple(GROUPS["layers"]) == tuple(kind.name for kind in KINDS)
    assert tuple(GROUPS["activations"]) == ACTIVATIONS
    assert tuple(GROUPS["optimizers"]) == tuple(OPTIMIZERS)


def test_every_setting_has_its_own() -> None:
    seeds = ("seed", "repeats")
    names = [name for name in HYPERPARAMETERS if name != "optimizer"]

    assert tuple(GROUPS["settings"]) == (*map(spoken, names), *seeds)


@pytest.mark.parametrize("topic", [*REPORT, "softmax", "sparse categorical cross-entropy", "accuracy"])
def test_all_that_the_report_explains_is_explained(topic: str) -> None:
    assert topic in topics()
    assert explain(topic).lines


def test_no_topic_stands_in_two_groups() -> None:
    assert len(set(topics())) == len(topics()) == sum(map(len, GROUPS.values()))


def test_no_two_explanations_have_the_same_title() -> None:
    assert len({explain(topic).title for topic in topics()}) == len(topics())


@pytest.mark.parametrize("topic", topics())
def test_an_explanation_fits_a_narrow_screen(topic: str) -> None:
    explanation = explain(topic)

    assert 2 <= len(explanation.lines) <= 6
    for line in (explanation.title, *explanation.lines, explanation.source):
        assert 0 < len(line) <= SCREEN, line


@pytest.mark.parametrize("topic", topics())
def test_an_explanation_has_one_cell_a_character(topic: str) -> None:
    explanation = explain(topic)

    for character in "".join((explanation.title, *explanation.lines, explanation.source)):
        assert not unicodedata.combining(character), repr(character)
        assert unicodedata.east_asian_width(character) not in "WF", repr(character)
        assert character.isprintable(), repr(character)


@pytest.mark.parametrize("topic", topics())
def test_an_explanation_names_its_source(topic: str) -> None:
    source = explain(topic).source

    assert any(character.isdigit() for character in source) or source.startswith("Keras documentation")


def test_a_topic_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError):
        explain("transformer")


@given(layers())
def test_a_layer_leads_to_its_kind_and_then_to_its_activation(layer: Layer) -> None:
    found = topics_for_layer(layer)

    assert found[0] == layer.name
    assert found[1:] == ((layer.activation,) if isinstance(layer, Dense | Conv2D | Activation) else ())
    assert set(found) <= set(topics())


def test_an_argument_with_an_explanation_comes_before_its_layer() -> None:
    assert tuple(GROUPS["arguments"]) == ("l2",)
    assert topics_for_argument(Dense(8, "gelu"), "l2") == ("l2", "dense", "gelu")
    assert topics_for_argument(Dense(8, "gelu"), "units") == ("dense", "gelu")


def test_a_layer_without_activation_leads_to_its_kind_alone() -> None:
    assert topics_for_layer(Dense(8, "gelu")) == ("dense", "gelu")
    assert topics_for_layer(Dropout()) == ("dropout",)


@given(hyperparameters())
def test_every_hyperparameter_leads_to_what_it_is(training: Hyperparameters) -> None:
    for each in fields(training):
        (topic,) = topics_for_setting(each.name, getattr(training, each.name))

        assert topic == (training.optimizer if each.name == "optimizer" else spoken(each.name))
        assert topic in topics()


@pytest.mark.parametrize("name", ["seed", "repeats"])
def test_the_settings_of_seeds_lead_to_what_they_are(name: str) -> None:
    assert topics_for_setting(name, 3) == (name,)


@pytest.mark.parametrize(("name", "value"), [("optimizer", "relu"), ("weather", 3), ("adam", 3)])
def test_a_setting_that_is_not_there_is_an_error(name: str, value: int | str) -> None:
    with pytest.raises(KeyError):
        topics_for_setting(name, value)
