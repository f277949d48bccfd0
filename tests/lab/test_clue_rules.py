"""Each rule speaks where it should, is silent where it should be, and suggests a recipe that can be trained."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from group_builders import made_up_recipe, made_up_run

from fmnist_tui.lab.clues import find_clues
from fmnist_tui.lab.clues.clue import Claim, Clue, without_contradictions
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe, hyperparameters
from fmnist_tui.lab.records.run import Curves, Experiment, Metrics, Status

WOBBLE = (0.0004, -0.0003, 0.0001, -0.0004, 0.0002)


def curves(
    accuracy: float, *, loss: Sequence[float] = (), val: Sequence[float] = (), val_loss: Sequence[float] = ()
) -> Curves:
    epochs = len(loss) or len(val) or len(val_loss) or 10
    loss = tuple(loss) or tuple(0.3 + 0.4 / epoch for epoch in range(1, epochs + 1))
    val = tuple(val) or (*(accuracy - 0.05 / epoch for epoch in range(1, epochs)), accuracy)
    val_loss = tuple(val_loss) or tuple(0.35 for _ in loss)
    return Curves(tuple(accuracy + 0.04 for _ in loss), loss, val, val_loss)


def trained(
    architecture: str,
    accuracies: Sequence[float],
    *,
    name: str = "",
    training: Hyperparameters | None = None,
    dataset: DatasetName = "fashion-mnist",
    shape: Sequence[Curves] = (),
    baseline: bool = False,
) -> Group:
    """Return an experiment with a run for each accuracy, seeds from 0."""
    recipe = made_up_recipe(architecture, training or Hyperparameters(), dataset)
    name = name or architecture
    runs = tuple(
        made_up_run(name, recipe, seed, accuracy - 0.008, curves=shape[seed] if shape else curves(accuracy))
        for seed, accuracy in enumerate(accuracies)
    )
    plan = Experiment(name, recipe.architecture, recipe.training, repeats=len(accuracies) or 1, baseline=baseline)
    return Group(name, recipe, runs, plan)


def around(accuracy: float, n: int = 5) -> list[float]:
    """Return accuracies of `n` seeds that differ little."""
    return [accuracy + WOBBLE[seed % 5] for seed in range(n)]


def said(rule: str, *groups: Group, known: Sequence[Group] | None = None) -> Clue | None:
    return next((clue for clue in find_clues(groups, known) if clue.rule == rule), None)


def the(rule: str, *groups: Group) -> Clue:
    clue = said(rule, *groups)
    assert clue, [each.rule for each in find_clues(groups)]
    return clue


def test_an_empty_notebook_and_one_without_runs_have_no_clue() -> None:
    assert find_clues(()) == ()
    assert find_clues((trained("64", ()),)) == ()


def test_one_run_is_an_anecdote_and_is_repeated() -> None:
    clues = find_clues((trained("16", [0.86]),))

    assert [clue.rule for clue in clues] == ["single-run", "linear-baseline"]
    assert clues[0].as_json()["try"] == {"architecture": "16", "repeats": 5}
    assert clues[0].suggestion
    assert clues[0].suggestion.command() == "fmnist-tui train 16 --seed 1 --repeats 4"


@pytest.mark.parametrize("status", ["stopped", "interrupted"])
def test_runs_that_were_stopped_are_not_compared(status: Status) -> None:
    recipe = made_up_recipe("16", Hyperparameters())
    group = Group("16", recipe, (made_up_run("16", recipe, status=status),))

    (clue,) = find_clues((group,))

    assert clue.rule == "nothing-finished"
    assert f"1 {status}" in clue.sentence


def test_runs_that_failed_are_tried_with_a_lower_rate_where_the_loss_ran_away() -> None:
    recipe = made_up_recipe("16", hyperparameters(learning_rate=1.0))
    reason = "the loss became nan in epoch 2; try a lower learning rate"
    runs = tuple(made_up_run("16", recipe, seed, status="failed", reason=reason) for seed in range(3))

    clue = the("failed-runs", Group("16", recipe, runs))

    assert clue.evidence["failed"] == 3
    assert clue.as_json()["try"] == {"architecture": "16", "learning_rate": 0.1, "repeats": 5}
    other = Group("16", recipe, tuple(replace(run, reason="not enough memory") for run in runs))
    assert the("failed-runs", other).suggestion is None


def test_a_first_epoch_worse_than_guessing_is_named() -> None:
    wild = [curves(0.8, loss=(9.0, 2.0, 1.5, 1.4, 1.3, 1.2)) for _ in range(2)]

    clue = the("first-loss", trained("64", around(0.8, 2), shape=wild))

    assert "9.00" in clue.sentence
    assert clue.evidence["ln_10"] == pytest.approx(2.302585)
    assert said("first-loss", trained("64", around(0.8))) is None


def test_a_rate_that_is_too_high_makes_the_training_loss_jump() -> None:
    jumping = [curves(0.8, loss=(0.9, 0.7, 0.8, 0.6, 0.75, 0.6, 0.7)) for _ in range(2)]
    group = trained("64", around(0.8, 2), shape=jumping, training=hyperparameters(learning_rate=0.03))

    clue = the("learning-rate", group)

    assert "too high" in clue.sentence
    assert clue.as_json()["try"] == {"architecture": "64", "learning_rate": 0.01, "repeats": 5}


def test_a_rate_that_is_too_low_lets_the_training_loss_fall_as_fast_at_the_end() -> None:
    creeping = [curves(0.6, loss=(2.2, 2.1, 2.0, 1.9, 1.8, 1.7, 1.6)) for _ in range(2)]
    group = trained("64", around(0.6, 2), shape=creeping, training=hyperparameters(learning_rate=1e-5))

    clue = the("learning-rate", group)

    assert "too low" in clue.sentence
    assert clue.as_json()["try"] == {"architecture": "64", "learning_rate": 3e-05, "repeats": 5}


def with_dead_units(group: Group, *by_seed: tuple[int, ...] | None) -> Group:
    runs = tuple(replace(run, dead_units_by_layer=dead) for run, dead in zip(group.runs, by_seed, strict=True))
    return replace(group, runs=runs)


def test_dead_units_are_counted_by_layer_and_named_where_every_seed_has_many() -> None:
    group = with_dead_units(trained("64-40", around(0.88, 3)), (1, 4), (0, 8), (2, 6))
    fewer = with_dead_units(trained("128", around(0.88, 3)), (13,), (13,), (13,))

    clue = the("dead-units", group, fewer)

    assert clue.certainty == "clear"
    assert clue.about == ("64-40",)
    assert "4 to 8 of 40 units of layer 3 (dense 40 relu)" in clue.sentence
    assert "15.0 % on average over 3 seeds" in clue.sentence
    assert "1 other experiment likewise" in clue.sentence
    assert (clue.evidence["layer"], clue.evidence["units"], clue.evidence["dead"]) == (3, 40, [4, 8, 6])
    assert clue.evidence["share"] == pytest.approx(18 / 3 / 40)
    assert clue.evidence["experiments"][1] == {"name": "128", "layer": 2, "share": pytest.approx(13 / 128)}
    assert clue.as_json()["try"] == {"architecture": "64-34", "repeats": 5}
    assert "Lu, Shin, Su & Karniadakis 2020" in clue.source


@pytest.mark.parametrize(
    ("shorthand", "dead", "rate", "expected"),
    [
        ("64", 40, 0.001, {"architecture": "64", "learning_rate": 0.0003}),  # more than half
        ("64", 10, 0.01, {"architecture": "64", "learning_rate": 0.003}),  # a rate above the usual one
        ("8", 1, 0.001, {"architecture": "8", "learning_rate": 0.0003}),  # fewer than the classes would be left
        ("64:hard_sigmoid", 10, 0.001, {"architecture": "54:hard_sigmoid"}),
        ("conv32x3-gap-64:tanh", 4, 0.0005, {"architecture": "conv28x3-gap-dense64:tanh", "learning_rate": 0.0005}),
        ("64:linear-bn-relu", 10, 0.001, {"architecture": "54:linear-bn-relu"}),
    ],
)
def test_against_dead_units_a_lower_rate_or_fewer_units_are_suggested(
    shorthand: str, dead: int, rate: float, expected: dict[str, object]
) -> None:
    group = trained(shorthand, around(0.88, 2), training=hyperparameters(learning_rate=rate))

    clue = the("dead-units", with_dead_units(group, (dead,), (dead,)))

    assert clue.as_json()["try"] == expected | {"repeats": 5}


def test_dead_units_of_one_seed_or_of_one_of_several_are_possible() -> None:
    one = with_dead_units(trained("64", around(0.88, 1)), (20,))
    some = with_dead_units(trained("conv8x3:linear-64", around(0.88, 3)), (20,), (0,), None)

    assert the("dead-units", one).certainty == "possible"
    assert the("dead-units", some).certainty == "possible"
    assert the("dead-units", some).evidence["dead"] == [20, 0]


def test_where_a_larger_network_was_not_tried_it_comes_before_possible_dead_units_and_after_clear_ones() -> None:
    possible = with_dead_units(trained("64", around(0.88, 2)), (20,), (0,))
    clear = with_dead_units(trained("64", around(0.88, 2)), (20,), (20,))

    assert said("few-sizes", possible)
    assert said("dead-units", possible) is None
    assert said("few-sizes", clear) is None
    assert said("dead-units", clear)


def test_dead_units_are_not_named_again_once_their_cure_is_trained() -> None:
    fast = hyperparameters(learning_rate=0.01)
    dying = with_dead_units(trained("64", around(0.86), training=fast), *[(20,)] * 5)
    slower = trained("64", around(0.88), name="slower", training=hyperparameters(learning_rate=0.003))

    assert said("dead-units", dying)
    assert said("dead-units", dying, slower) is None


def test_few_dead_units_uncounted_ones_and_numbers_that_fit_no_layer_say_nothing() -> None:
    for counts in ((6,), None, (20, 20), ()):
        assert said("dead-units", with_dead_units(trained("64", around(0.88, 2)), counts, counts)) is None
    assert said("dead-units", with_dead_units(trained("64:tanh", around(0.88, 2)), (), ())) is None


def test_the_linear_baseline_is_missed_only_where_the_notebook_has_none() -> None:
    linear, deep = trained("linear", around(0.84)), trained("64", around(0.88))

    assert the("linear-baseline", deep).as_json()["try"] == {"architecture": "linear", "repeats": 5}
    assert said("linear-baseline", linear, deep) is None
    assert said("linear-baseline", deep, known=(linear, deep)) is None


def test_a_network_worse_than_the_linear_one_is_named() -> None:
    clue = the(
        "linear-baseline", trained("linear", around(0.84)), trained("4", around(0.70)), trained("64", around(0.88))
    )

    assert clue.about == ("4", "linear")
    assert clue.evidence["pairs"][0]["difference"] == pytest.approx(-0.14)


def test_a_network_that_still_improves_is_trained_longer() -> None:
    rising = [
        curves(0.88 + shift, val=[0.808 + 0.008 * epoch + shift for epoch in range(9)] + [0.88 + shift])
        for shift in (0.0, 0.001, -0.001)
    ]
    group = trained("64", [0.88, 0.881, 0.879], shape=rising)

    clue = the("still-improving", group)

    assert clue.as_json()["try"] == {"architecture": "64", "epochs": 20, "repeats": 5}
    assert clue.evidence["points_an_epoch"] == pytest.approx(0.008, abs=1e-6)


def test_overfitting_is_named_with_the_epoch_it_began_in_and_longer_training_is_not_asked_for() -> None:
    falling, rising = [0.6 - 0.05 * epoch for epoch in range(10)], [0.34, 0.36, 0.39, 0.42, 0.45, 0.48]
    starts = ([0.5, 0.4, 0.35, 0.33], [0.5, 0.41, 0.35, 0.33], [0.5, 0.4, 0.36, 0.33])
    turned = [curves(0.88, loss=falling, val=[0.88] * 10, val_loss=[*start, *rising]) for start in starts]

    clues = find_clues((trained("512", around(0.88, 3), shape=turned),))

    clue = next(clue for clue in clues if clue.rule == "overfitting")
    assert clue.evidence["epoch"] == 4
    assert clue.as_json()["try"] == {"architecture": "512", "epochs": 4, "repeats": 5}
    assert "still-improving" not in [each.rule for each in clues]


def test_a_network_too_small_for_its_training_images_is_widened_unless_that_was_tried() -> None:
    small = [replace(curves(accuracy), accuracy=(accuracy + 0.01,) * 10) for accuracy in around(0.86)]
    group = trained("16", around(0.86), shape=small)

    assert the("underfitting", group).as_json()["try"] == {"architecture": "32", "repeats": 5}
    assert said("underfitting", group, trained("32", around(0.85))) is None
    assert said("underfitting", trained("16", around(0.86))) is None


def test_of_one_or_two_sizes_twice_the_units_are_tried_and_of_three_the_trend_is_seen() -> None:
    small, middle, large = (
        trained(units, around(0.86 + 0.0001 * place)) for place, units in enumerate(("16", "32", "64"))
    )

    assert the("few-sizes", small).as_json()["try"] == {"architecture": "32", "repeats": 5}
    two = the("few-sizes", small, middle)
    assert "16 and 32" in two.sentence
    assert two.suggestion
    assert two.suggestion.recipe == large.recipe
    assert said("few-sizes", small, middle, large) is None


def test_sizes_are_not_missed_where_a_larger_network_is_worse_or_the_best_has_one_run() -> None:
    small, best = trained("16", around(0.86)), trained("32", around(0.87))

    assert said("few-sizes", trained("16", [0.86])) is None
    assert said("few-sizes", best, small) is not None
    assert said("few-sizes", best, trained("64", around(0.86))) is None
    assert said("few-sizes", best, trained("128-64", around(0.86))) is None
    assert said("few-sizes", trained("linear", around(0.84))) is None


def test_the_edge_of_a_range_is_named_where_the_best_is_clearly_better_than_its_neighbour() -> None:
    rates = [
        trained("64", around(accuracy), name=f"rate {rate}", training=hyperparameters(learning_rate=rate))
        for rate, accuracy in ((0.0001, 0.85), (0.0003, 0.87), (0.001, 0.89))
    ]

    clue = the("edge-of-range", *rates)

    assert clue.evidence["axis"] == "learning rate"
    assert clue.suggestion
    assert clue.suggestion.recipe.training.learning_rate == pytest.approx(0.001 / 0.3)
    flat = [trained(units, around(0.87)) for units in ("16", "32", "64")]
    assert said("edge-of-range", *flat) is None


def test_a_collapsed_seed_and_a_weak_one_are_told_apart() -> None:
    others = [trained(units, around(0.87)) for units in ("16", "32", "64")]

    collapsed = the("collapsed-seed", *others, trained("4", [0.86, 0.861, 0.859, 0.8605, 0.1]))
    assert collapsed.certainty == "clear"
    assert "collapsed" in collapsed.sentence
    weak = the("collapsed-seed", *others, trained("4", [0.86, 0.861, 0.859, 0.8605, 0.83]))
    assert weak.certainty == "possible"
    assert (weak.evidence["seed"], weak.as_json()["try"]["repeats"]) == (4, 10)
    assert said("collapsed-seed", *others) is None


def test_two_experiments_that_differ_in_several_things_are_named_with_a_first_step_between() -> None:
    before = trained("64", around(0.86), baseline=True)
    after = trained("128", around(0.88), training=hyperparameters(learning_rate=0.01, batch_size=32))

    clue = the("several-changes", before, after)

    assert clue.evidence["changes"] == ["layers", "learning rate", "batch size"]
    assert clue.as_json()["try"] == {"architecture": "128", "repeats": 5}
    assert said("several-changes", before, trained("128", around(0.88))) is None


def test_results_on_two_datasets_are_never_mixed() -> None:
    real, drawn = trained("64", around(0.88)), trained("64", around(0.95), dataset="synthetic")
    linear = trained("linear", around(0.90), dataset="synthetic")

    clues = find_clues((real, drawn, linear))

    assert {clue.about for clue in clues if clue.rule == "linear-baseline"} == {("64",)}
    for clue in clues:
        assert len({"(synthetic)" in name for name in clue.about}) == 1
        if clue.suggestion:
            assert ("--dataset synthetic" in clue.suggestion.command()) == ("(synthetic)" in clue.about[0])


def test_runs_of_an_older_recipe_are_named_as_such() -> None:
    now = trained("64", around(0.88), name="net")
    old = replace(trained("64", around(0.80), name="net", training=hyperparameters(epochs=20)), plan=None, older=True)
    linear = trained("linear", around(0.84))

    clue = the("linear-baseline", now, old, linear)

    assert clue.about == ("net (older recipe)", "linear")


def test_a_suggestion_names_the_experiment_and_the_seeds_that_are_lacking() -> None:
    clue = the("single-run", trained("64", [0.88], name="it's 64"))

    assert clue.suggestion
    assert clue.suggestion.command() == """fmnist-tui train 64 --name 'it'"'"'s 64' --seed 1 --repeats 4"""
    assert isinstance(clue.suggestion.recipe, Recipe)


def test_of_two_clues_that_contradict_each_other_or_say_the_same_the_first_stays() -> None:
    def clue(rule: str, *claims: Claim) -> Clue:
        return Clue(rule, "1", ("a",), {}, "clear", "source", None, claims)

    more, fewer = Claim(("a",), "epochs", "more"), Claim(("a",), "epochs", "fewer")
    other = Claim(("b",), "epochs", "fewer")

    kept = without_contradictions(
        [clue("one", more), clue("two", fewer), clue("three", more), clue("four", more, other), clue("five")]
    )

    assert [each.rule for each in kept] == ["one", "four", "five"]


def test_runs_without_test_figures_or_validation_are_survived() -> None:
    recipe = made_up_recipe("64", hyperparameters(validation_fraction=0.0))
    runs = tuple(
        replace(made_up_run("64", recipe, seed, curves=Curves((0.8,) * 8, (0.5,) * 8)), test=None, confusion=None)
        for seed in range(3)
    )

    find_clues((Group("64", recipe, runs), trained("32", around(0.86)), trained("16", [0.8])))
    assert find_clues((Group("64", recipe, runs),)) is not None


def test_a_published_figure_far_outside_is_named() -> None:
    group = trained("64", around(0.88))
    assert group.plan
    plan = replace(group.plan, published=Metrics(0.80, 0.5))

    clue = the("published-implausible", replace(group, plan=plan))

    assert clue.evidence["outside"][0]["published"] == 0.80
