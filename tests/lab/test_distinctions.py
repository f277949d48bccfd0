"""Experiments of one name are told apart by what differs between their recipes."""

from dataclasses import replace
from typing import Any

from group_builders import OTHER_HYPERPARAMETERS, made_up_group, made_up_recipe

from fmnist_tui.lab.clues.trained import labels
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.distinctions import distinctions
from fmnist_tui.lab.filtering.filter import Filter
from fmnist_tui.lab.filtering.parsing import parse_filter
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS, hyperparameters


def group(name: str = "64", layers: str = "64", **training: Any) -> Group:
    return made_up_group(name, recipe=made_up_recipe(layers, hyperparameters(**training)), planned=False)


def told(*groups: Group) -> list[str]:
    found = distinctions(groups)
    return [found.get(id(each), "") for each in groups]


def test_only_what_differs_is_said_and_nothing_of_a_name_that_no_other_has() -> None:
    assert told(group(), group(learning_rate=0.002), group("other")) == ["lr=0.001", "lr=0.002", ""]
    assert told(group(), group(layers="32", epochs=20)) == ["layers=64 epochs=10", "layers=32 epochs=20"]
    assert told(group(), group()) == ["", ""]


def test_older_recipes_and_other_data_are_told_apart_by_what_is_said_of_them_already() -> None:
    older = replace(group(learning_rate=0.002), older=True)
    elsewhere = made_up_group("64", recipe=made_up_recipe("64", hyperparameters(epochs=3), "synthetic"))

    assert told(group(), older, elsewhere) == ["", "", ""]
    assert told(older, replace(group(), older=True)) == ["lr=0.002", "lr=0.001"]


def test_each_hyperparameter_tells_apart_in_words_that_a_filter_understands() -> None:
    assert OTHER_HYPERPARAMETERS.keys() == set(HYPERPARAMETERS)
    for name, value in OTHER_HYPERPARAMETERS.items():
        usual = hyperparameters(optimizer="adam", learning_rate=0.001)
        first = made_up_group("64", recipe=made_up_recipe("64", usual))
        other = made_up_group("64", recipe=made_up_recipe("64", replace(usual, **{name: value})))

        words = told(first, other)

        assert len(set(words)) == 2
        for each, found in zip((first, other), words, strict=True):
            wanted: Filter = parse_filter(found)
            assert [known for known in (first, other) if wanted.matches(known)] == [each], found


def test_a_clue_calls_them_so_and_counts_those_of_one_recipe() -> None:
    rates, twice = (group(), group(learning_rate=0.002)), (group("a"), group("a"))

    found = labels((*rates, *twice), mixed=False)

    assert [found[id(each)] for each in rates] == ["64 (lr=0.001)", "64 (lr=0.002)"]
    assert [found[id(each)] for each in twice] == ["a [1]", "a [2]"]
