from collections import Counter

import pytest

from fmnist_tui.lab.experiments.presets import Preset, presets, published_experiments
from fmnist_tui.lab.layers import BatchNormalization, Conv2D, Dropout
from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.dataset import DATASETS
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.shorthand import shorthand

BY_NAME = {preset.name: preset for preset in presets()}


@pytest.mark.parametrize("preset", presets(), ids=lambda preset: preset.name)
def test_every_preset_can_be_built_and_says_what_it_is(preset: Preset) -> None:
    assert preset.architecture.problem is None
    assert preset.about
    assert len(preset.about) <= 100
    assert "\n" not in preset.about
    for dataset in DATASETS:
        assert preset.recipe(dataset) == Recipe(preset.architecture, preset.training, dataset)


def test_no_two_presets_share_a_name() -> None:
    assert len(BY_NAME) == len(presets())


def test_no_two_share_a_recipe_but_for_the_network_that_the_report_printed_twice() -> None:
    times = Counter(preset.recipe("fashion-mnist") for preset in presets())

    assert [shorthand(recipe.architecture) for recipe, count in times.items() if count > 1] == ["16-8-4"]


def test_the_baseline_comes_first_and_has_no_hidden_layer() -> None:
    baseline, *_ = presets()

    assert (baseline.name, shorthand(baseline.architecture)) == ("linear", "linear")
    assert baseline.architecture.parameters == 7_850
    assert baseline.training == Hyperparameters()


def test_the_reports_networks_are_all_there_under_their_names() -> None:
    for plan in published_experiments():
        preset = BY_NAME[plan.name]

        assert (preset.architecture, preset.training) == (plan.architecture, plan.training)
        assert plan.section
        assert plan.section in preset.about
        assert (plan.note or "") in preset.about


def test_the_convolutional_net_has_the_weights_of_keras_example_and_fewer_than_64_units() -> None:
    small = BY_NAME["small convolutional net"]

    assert any(isinstance(layer, Conv2D) for layer in small.architecture.layers)
    assert small.architecture.parameters == 34_826
    assert small.architecture.parameters < mlp([64]).parameters


def test_the_modern_network_is_regularised_and_stops_by_itself() -> None:
    modern = BY_NAME["regularised MLP"]

    assert {type(layer) for layer in modern.architecture.layers} >= {BatchNormalization, Dropout}
    assert modern.training.optimizer == "adamw"
    assert 0 < modern.training.patience < modern.training.epochs
    assert modern.training.validation_fraction > 0


def test_every_preset_is_compared_on_the_same_validation_images() -> None:
    splits = {(preset.training.validation_fraction, preset.training.split_seed) for preset in presets()}

    assert len(splits) == 1
