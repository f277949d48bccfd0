"""Which network a report chooses, and that it claims no more than the results allow."""

from dataclasses import replace

import pytest
from group_builders import made_up_group, made_up_recipe, made_up_run
from reports import content_of, part, row, written

from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.recipe import Hyperparameters
from fmnist_tui.lab.records.run import Curves, Metrics
from fmnist_tui.lab.report.study import NotSelectable


def network(name: str, width: str, *validation: float, test: float = 0.8, baseline: bool = False) -> Group:
    """Return a group with a run for each validation accuracy."""
    recipe = made_up_recipe(width)
    group = made_up_group(name, [test] * len(validation), recipe=recipe)
    runs = [
        replace(run, curves=Curves((0.7, 0.8), (0.8, 0.6), (0.7, accuracy), (0.8, 0.6)))
        for run, accuracy in zip(group.runs, validation, strict=True)
    ]
    assert group.plan
    return replace(group, runs=tuple(runs), plan=replace(group.plan, baseline=baseline))


WORSE = network("narrow", "8", 0.80, 0.81, 0.80, test=0.99)
BETTER = network("wide", "64", 0.88, 0.885, 0.88, test=0.87)


def test_the_best_by_validation_is_chosen_though_another_tests_better() -> None:
    text = written(WORSE, BETTER)

    assert text.index("| wide") < text.index("| narrow")
    assert "The network to choose is **wide** (`64`): of 2 networks" in part(text, "Summary")
    assert "The test set had no part in the choice." in part(text, "The choice, and why")
    assert "0.9900" not in text  # what was not chosen is not tested where nothing published needs it
    assert 'name="dense_1"' in part(text, "The chosen network as a Keras script")
    assert "keras.layers.Dense(64" in text


def test_a_lucky_single_run_is_not_chosen_over_networks_with_several() -> None:
    text = written(BETTER, network("lucky", "16", 0.95))

    assert "The choice is **wide**" in text
    assert "Networks with a single run were not considered" in text
    assert "1 network of this report was trained with one seed only and has no error bar" in text


def test_a_selected_network_is_reported_and_said_to_be_selected() -> None:
    text = written(WORSE, BETTER, selected="narrow")

    summary = part(text, "Summary")
    assert "The network is **narrow** (`8`), selected by hand (`--select`)" in summary
    assert "by that it would be **wide**" in summary
    assert "which had no part" not in summary
    assert "By validation accuracy the choice would have been **wide**" in part(text, "The choice, and why")
    assert "**Selected by hand.**" in part(text, "Limits")
    assert "keras.layers.Dense(8" in text


def test_selecting_the_best_is_said_too() -> None:
    assert "is also the highest of 2 networks" in written(WORSE, BETTER, selected="wide")


def test_a_name_that_cannot_be_selected_is_refused() -> None:
    with pytest.raises(UserError, match="no experiment or run is called 'nobody'"):
        content_of(BETTER, selected="nobody")
    with pytest.raises(UserError, match="no experiment or run is called 'not begun'"):
        content_of(BETTER, made_up_group("not begun", (), recipe=made_up_recipe("16")), selected="not begun")
    with pytest.raises(NotSelectable, match="names 2 experiments"):
        content_of(BETTER, replace(BETTER, name="wide again"), selected="64")


def test_without_validation_nothing_is_chosen_unless_by_hand() -> None:
    recipe = made_up_recipe("64", Hyperparameters(epochs=2, validation_fraction=0.0))
    run = made_up_run("all", recipe, curves=Curves((0.7, 0.8), (0.8, 0.6)))
    text = written(Group("all", recipe, (run,)))

    assert "No network can be chosen" in part(text, "Summary")
    assert "Keras script" not in text
    assert "0.8800" not in text
    assert "The network is **all** (`64`), selected by hand" in written(Group("all", recipe, (run,)), selected="all")


def test_differences_are_to_the_pinned_baseline() -> None:
    text = written(replace(WORSE), BETTER, network("other", "32", 0.81, 0.80, 0.82, baseline=True))

    assert "vs other (points)" in text
    assert "to other in validation accuracy" in text


def test_without_a_pinned_baseline_differences_are_to_the_network_without_a_hidden_layer() -> None:
    assert "vs straight (points)" in written(network("straight", "linear", 0.8, 0.81, 0.8), BETTER)


def test_without_any_baseline_differences_are_to_the_chosen_network() -> None:
    text = written(WORSE, BETTER)

    assert row(text, "wide")["verdict"] == "the choice"
    assert row(text, "narrow")["vs wide (points)"] == "-7.83"
    assert row(text, "narrow")["verdict"] == "clear"


def test_equal_networks_are_not_told_apart() -> None:
    text = written(BETTER, network("as wide", "65", 0.881, 0.882, 0.879))

    assert "1 cannot be told from it" in part(text, "Summary")
    assert "Not clearly different from it at the number of seeds trained: **as wide** (`65`)." in text


def test_p_values_are_corrected_for_the_whole_notebook() -> None:
    rest = [network(f"other {width}", str(width), 0.5, 0.6, 0.7) for width in range(10, 20)]
    alone = written(WORSE, BETTER)
    among_others = written(WORSE, BETTER, known=[WORSE, BETTER, *rest])

    assert "**Many comparisons.** 1 comparison with" in alone
    assert "**Many comparisons.** 11 comparisons with" in among_others


def test_single_runs_alone_claim_nothing_of_the_noise() -> None:
    text = written(network("a", "8", 0.8), network("b", "16", 0.82))

    assert "The network to choose is **b**" in text
    assert "0.8200 in a single run" in text
    assert "nothing here says how much of a difference is chance" in part(text, "Summary")
    assert "1 cannot be compared for lack of a second run" in part(text, "Summary")
    assert "by how much cannot be said without repeats" in part(text, "Limits")


def test_published_figures_need_the_test_figures_of_what_was_not_chosen() -> None:
    assert WORSE.plan
    compared = replace(WORSE, plan=replace(WORSE.plan, published=Metrics(0.9, 0.3)))

    assert "0.9900 ± 0.0000" in written(compared, BETTER)


def test_explanations_are_of_what_the_networks_have() -> None:
    explained = part(
        written(BETTER, network("conv", "conv8x3:tanh-maxpool2-flatten-drop0.5", 0.8)), "The networks, explained"
    )

    for topic in ("flatten:", "dense:", "dropout:", "relu:", "tanh:", "softmax:", "adam:", "sparse categorical"):
        assert f"\n### {topic}" in explained
    assert explained.index("### sequential") < explained.index("### flatten") < explained.index("### softmax")
    assert explained.index("### softmax") < explained.index("### sparse") < explained.index("### accuracy")
    assert "\n`m ← 0.9·m + 0.1·g; v ← 0.999·v + 0.001·g²`\n" in explained
    assert "\n`w ← w − η·(√(1 − 0.999ᵗ) / (1 − 0.9ᵗ))·m / (√v + 1e-7)`\n" in explained
    assert "\n`relu(x) = max(0, x)`\n" in explained
    assert "### sgd" not in explained
