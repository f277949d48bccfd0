"""Runs gathered by experiment and recipe: nothing is mixed, nothing is lost, and names find what they mean."""

import statistics
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_records import PLAN, RUN, a_plan, a_run
from strategies import hostile_text

from fmnist_tui.lab.experiments.groups import (
    Group,
    Spread,
    UnknownName,
    find_run,
    groups,
    plans_on_one_dataset,
    select,
    spread,
)
from fmnist_tui.lab.fields.results import METRICS, SECONDS, TEST_ACCURACY, TEST_LOSS, VAL_ACCURACY
from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.lab.records.recipe import Hyperparameters
from fmnist_tui.lab.records.run import STATUSES, Curves, Experiment, Metrics, Run
from fmnist_tui.lab.toml.reading import Notebook

OTHER_TRAINING = replace(RUN.recipe, training=Hyperparameters(epochs=3))


def grouped(*records: Experiment | Run, dataset: DatasetName = "fashion-mnist") -> tuple[Group, ...]:
    plans = tuple(each for each in records if isinstance(each, Experiment))
    runs = tuple(each for each in records if isinstance(each, Run))
    return groups(Notebook(plans, runs), dataset)


def ids(group: Group) -> list[str]:
    return [run.id for run in group.runs]


def test_a_plan_and_its_runs_are_one_group() -> None:
    (group,) = grouped(PLAN, a_run("r0"), a_run("r1", seed=1))

    assert (group.name, group.recipe, group.plan, group.older) == ("64 units", RUN.recipe, PLAN, False)
    assert ids(group) == ["r0", "r1"]


def test_plans_come_first_and_in_their_order_then_what_was_trained_without_one() -> None:
    known = grouped(
        a_run("r0", experiment="no plan"),
        a_plan("b"),
        a_run("r1", experiment="nor this"),
        a_plan("a"),
        a_run("r2", experiment="a"),
    )

    assert [group.name for group in known] == ["b", "a", "no plan", "nor this"]
    assert [len(group.runs) for group in known] == [0, 1, 1, 1]
    assert [group.plan is None for group in known] == [False, False, True, True]


def test_runs_of_a_plan_that_was_edited_since_are_a_group_of_an_older_recipe() -> None:
    edited = replace(PLAN, training=Hyperparameters(epochs=3))

    new, old = grouped(edited, a_run("r0"), a_run("r1", seed=1, recipe=OTHER_TRAINING))

    assert (new.plan, new.older, ids(new)) == (edited, False, ["r1"])
    assert (old.plan, old.older, ids(old)) == (None, True, ["r0"])
    assert new.missing_seeds() == (0, 2)
    assert old.missing_seeds() == ()


def test_runs_without_a_plan_are_not_of_an_older_recipe() -> None:
    (group,) = grouped(a_run())

    assert (group.plan, group.older, group.missing_seeds(5)) == (None, False, ())


def test_runs_on_another_dataset_are_a_group_of_their_own() -> None:
    synthetic = a_run("r1", recipe=RUN.recipe.on("synthetic"), test=Metrics(0.1, 2.3))

    here, there = grouped(PLAN, a_run("r0"), synthetic)

    assert (here.recipe.dataset, ids(here)) == ("fashion-mnist", ["r0"])
    assert (there.recipe.dataset, ids(there)) == ("synthetic", ["r1"])
    assert TEST_ACCURACY.spread(here) == Spread(1, 0.851, None)
    assert TEST_ACCURACY.spread(there) == Spread(1, 0.1, None)
    assert not there.older


def test_a_plan_that_names_no_dataset_stands_on_the_one_at_hand() -> None:
    assert [group.recipe.dataset for group in grouped(PLAN, dataset="synthetic")] == ["synthetic"]
    assert [group.recipe.dataset for group in grouped(PLAN)] == ["fashion-mnist"]


def test_a_plan_that_names_its_dataset_is_not_done_by_runs_on_another() -> None:
    plan = replace(PLAN, dataset="fashion-mnist")

    own, other = grouped(plan, a_run(recipe=RUN.recipe.on("synthetic")), dataset="synthetic")

    assert (own.recipe.dataset, own.plan, own.missing_seeds()) == ("fashion-mnist", plan, (0, 1, 2))
    assert (other.recipe.dataset, other.plan) == ("synthetic", None)


def test_two_names_for_one_recipe_are_two_groups() -> None:
    known = grouped(a_plan("a"), a_plan("b"), a_run("r0", experiment="a"))

    assert [(group.name, len(group.runs)) for group in known] == [("a", 1), ("b", 0)]


@st.composite
def notebooks(draw: st.DrawFn) -> Notebook:
    """Notebooks whose few names, recipes and seeds meet one another often."""
    names = st.sampled_from(("a", "b", "c"))
    trainings = st.sampled_from((Hyperparameters(epochs=1), Hyperparameters(epochs=2)))
    datasets: st.SearchStrategy[DatasetName] = st.sampled_from(("fashion-mnist", "synthetic"))
    architectures = st.sampled_from((mlp([8]), mlp([8, 8])))
    plans = draw(
        st.lists(
            st.builds(Experiment, names, architectures, trainings, st.none() | datasets, st.integers(1, 4)),
            unique_by=lambda plan: plan.name,
        )
    )
    count = draw(st.integers(0, 8))
    runs = [
        a_run(
            f"r{number}",
            experiment=draw(names),
            seed=draw(st.integers(0, 3)),
            status=draw(st.sampled_from(STATUSES)),
            recipe=replace(
                RUN.recipe, architecture=draw(architectures), training=draw(trainings), dataset=draw(datasets)
            ),
        )
        for number in range(count)
    ]
    return Notebook(tuple(plans), tuple(runs))


@given(notebooks(), st.sampled_from(("fashion-mnist", "synthetic")))
def test_every_run_is_in_one_group_with_its_likes_alone(notebook: Notebook, dataset: DatasetName) -> None:
    known = groups(notebook, dataset)

    assert Counter(run.id for group in known for run in group.runs) == Counter(run.id for run in notebook.runs)
    for group in known:
        assert {(run.experiment, run.recipe) for run in group.runs} <= {(group.name, group.recipe)}
    assert len({(group.name, group.recipe) for group in known}) == len(known)


@given(notebooks(), st.sampled_from(("fashion-mnist", "synthetic")))
def test_every_plan_has_its_group_and_what_it_lacks_is_what_it_asks_for_less_what_is_finished(
    notebook: Notebook, dataset: DatasetName
) -> None:
    known = groups(notebook, dataset)

    for plan in notebook.experiments:
        (group,) = [each for each in known if (each.name, each.recipe) == (plan.name, plan.recipe(dataset))]
        finished = {run.seed for run in group.runs if run.status == "finished"}
        assert group.plan == plan
        assert set(group.missing_seeds()) == set(range(plan.repeats)) - finished
        assert set(group.missing_seeds(7)) == set(range(7)) - finished
    for group in known:
        assert group.plan is None or group.plan.recipe(group.recipe.dataset) == group.recipe
        assert not (group.plan and group.older)


def test_only_finished_runs_count() -> None:
    others = [a_run(f"r{place}", seed=place, status=status) for place, status in enumerate(STATUSES)]

    (group,) = grouped(replace(PLAN, repeats=4), *others)

    assert [run.status for run in group.finished] == ["finished"]
    assert group.missing_seeds() == (1, 2, 3)
    assert TEST_ACCURACY.spread(group) == Spread(1, 0.851, None)


def test_a_seed_that_was_trained_twice_counts_once_by_its_latest_run() -> None:
    again = a_run("r1", test=Metrics(0.9, 0.3), started=RUN.started + timedelta(days=1))

    (group,) = grouped(PLAN, a_run("r0"), again)

    assert [run.id for run in group.finished] == ["r1"]
    assert TEST_ACCURACY.spread(group) == Spread(1, 0.9, None)
    assert len(group.runs) == 2


def test_each_figure_of_a_group_is_over_its_finished_runs() -> None:
    (group,) = grouped(
        a_run("r0", test=Metrics(0.8, 0.5), seconds=1.0, curves=Curves((0.1,), (0.2,), (0.7,), (0.6,))),
        a_run("r1", seed=1, test=Metrics(0.9, 0.3), seconds=3.0, curves=Curves((0.1,), (0.2,), (0.8,), (0.6,))),
        a_run("r2", seed=2, test=None, seconds=5.0, curves=Curves((0.1,), (0.2,))),
        a_run("r3", seed=3, test=Metrics(0.0, 9.9), seconds=99.0, status="stopped"),
    )

    assert TEST_ACCURACY.spread(group) == spread([0.8, 0.9])
    assert TEST_LOSS.spread(group) == spread([0.5, 0.3])
    assert VAL_ACCURACY.spread(group) == spread([0.7, 0.8])
    assert SECONDS.spread(group) == Spread(3, 3.0, 2.0)


def test_a_group_without_runs_has_no_figures() -> None:
    (group,) = grouped(PLAN)

    assert [metric.spread(group) for metric in METRICS] == [None] * len(METRICS)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], None),
        ([0.5], Spread(1, 0.5, None)),
        ([1.0, 3.0], Spread(2, 2.0, statistics.stdev([1.0, 3.0]))),
        ([nan], None),
        ([nan, 0.5], Spread(1, 0.5, None)),
        ([inf, -inf, 1.0, 3.0], Spread(2, 2.0, statistics.stdev([1.0, 3.0]))),
    ],
)
def test_a_spread_is_over_the_values_that_are_finite(values: list[float], expected: Spread | None) -> None:
    assert spread(values) == expected


@given(st.lists(st.floats(0, 1), min_size=2))
def test_a_mean_lies_among_its_values_and_equal_values_do_not_spread(values: list[float]) -> None:
    known, constant = spread(values), spread([values[0]] * 3)

    assert known
    assert known.n == len(values)
    assert min(values) - 1e-15 <= known.mean <= max(values) + 1e-15
    assert constant
    assert constant.sd == pytest.approx(0.0, abs=1e-15)


def test_a_name_an_id_and_a_shorthand_choose_groups_in_the_notebooks_order() -> None:
    known = grouped(
        a_plan("wide", architecture=mlp([512])),
        a_plan("64 units"),
        a_plan("none", architecture=mlp([])),
        a_run("abcd", experiment="wide", recipe=replace(RUN.recipe, architecture=mlp([512]))),
    )
    wide, usual, linear = known

    assert select(known, ["64 units"]) == (usual,)
    assert select(known, ["abcd"]) == (wide,)
    assert select(known, ["64"]) == (usual,)
    assert select(known, ["LINEAR"]) == (linear,)
    assert select(known, ["linear", "64", "wide", "64 units"]) == known
    assert select(known, []) == ()


def test_the_name_of_an_experiment_wins_over_a_shorthand() -> None:
    named, *others = known = groups(
        Notebook(experiments=(a_plan("64", architecture=mlp([32])), a_plan("wide"), a_plan("also wide"))), "synthetic"
    )

    assert select(known, ["64"]) == (named,)
    assert select(tuple(others), ["64"]) == tuple(others)


def test_a_name_chooses_its_groups_of_every_recipe_and_dataset() -> None:
    known = grouped(PLAN, a_run("r0", recipe=OTHER_TRAINING), a_run("r1", recipe=RUN.recipe.on("synthetic")))

    assert len(known) == 3
    assert select(known, ["64 units"]) == known


def test_a_name_that_means_nothing_is_answered_with_those_near_it() -> None:
    known = grouped(a_plan("64 units"), a_plan("32 units"), a_plan("bulge"))

    with pytest.raises(UnknownName) as near:
        select(known, ["bulge", "64 unit"])
    with pytest.raises(UnknownName) as far:
        select(known, ["?!"])

    assert str(near.value).startswith("no experiment or run is called '64 unit'; near it: '64 units'")
    assert "'bulge'" not in str(near.value)
    assert str(far.value) == "no experiment or run is called '?!'; `fmnist-tui list` shows what there is"


def test_in_an_empty_notebook_every_name_is_unknown() -> None:
    with pytest.raises(UnknownName, match=r"^no experiment or run is called '64'; `fmnist-tui list` shows"):
        select((), ["64"])


@given(hostile_text(), hostile_text())
def test_an_unknown_name_is_one_printable_line_whatever_it_is(name: str, other: str) -> None:
    message = ""
    try:
        select(grouped(a_plan(f"a{other}")), [f"b{name}"])
    except UnknownName as unknown:
        message = str(unknown)

    assert message
    assert message.isprintable()


def test_a_run_is_found_by_its_id_or_by_a_beginning_that_no_other_shares() -> None:
    notebook = Notebook((), (a_run("abcd1"), a_run("abcd2"), a_run("wxyz1"), a_run("wxyz12"), a_run("r0")))

    assert find_run(notebook, "abcd1") == a_run("abcd1")
    assert find_run(notebook, "wxyz1") == a_run("wxyz1")
    assert find_run(notebook, "wxyz12") == a_run("wxyz12")
    assert find_run(notebook, "abcd") is None
    assert find_run(notebook, "wxyz") is None
    assert find_run(notebook, "r0") == a_run("r0")
    assert find_run(notebook, "abcd3") is None


def test_a_beginning_of_an_id_has_four_characters_at_least() -> None:
    notebook = Notebook((), (a_run("abcdefghij"),))

    assert find_run(notebook, "abcd") == a_run("abcdefghij")
    for short in ("abc", "a", ""):
        assert find_run(notebook, short) is None


def test_a_plan_with_runs_on_another_dataset_is_not_shown_as_untrained_on_this_one() -> None:
    untrained = a_plan("untrained")
    known = grouped(PLAN, untrained, a_run("r0"), dataset="synthetic")

    assert [(group.name, group.recipe.dataset) for group in known].count((PLAN.name, "synthetic")) == 1
    shown = plans_on_one_dataset(known)
    assert [(group.name, group.recipe.dataset, len(group.runs)) for group in shown] == [
        (PLAN.name, "fashion-mnist", 1),
        ("untrained", "synthetic", 0),
    ]


def test_a_plan_whose_old_recipe_has_runs_is_shown_with_its_new_one() -> None:
    edited = replace(PLAN, training=Hyperparameters(epochs=3))
    known = grouped(edited, a_run("r0"))

    assert plans_on_one_dataset(known) == known
    assert len(known) == 2


def test_a_plan_that_names_its_dataset_waits_there_whatever_was_trained_elsewhere() -> None:
    plan = replace(PLAN, dataset="fashion-mnist")
    known = grouped(plan, a_run(recipe=RUN.recipe.on("synthetic")))

    assert plans_on_one_dataset(known) == known
    assert known[0].missing_seeds() == (0, 1, 2)


def test_what_failed_on_another_dataset_than_the_plan_was_trained_on_lacks_nothing() -> None:
    failed = a_run("r1", recipe=RUN.recipe.on("synthetic"), status="failed")

    here, there = plans_on_one_dataset(grouped(PLAN, a_run("r0"), failed))

    assert (here.recipe.dataset, here.missing_seeds()) == ("fashion-mnist", (1, 2))
    assert (there.recipe.dataset, there.plan, there.missing_seeds(), ids(there)) == ("synthetic", None, (), ["r1"])


@given(notebooks(), st.sampled_from(("fashion-mnist", "synthetic")))
def test_settling_loses_no_run_and_no_plan(notebook: Notebook, dataset: DatasetName) -> None:
    shown = plans_on_one_dataset(groups(notebook, dataset))

    assert Counter(run.id for group in shown for run in group.runs) == Counter(run.id for run in notebook.runs)
    assert {plan.name for plan in notebook.experiments} == {group.plan.name for group in shown if group.plan}
    assert plans_on_one_dataset(shown) == shown


@pytest.mark.parametrize(
    ("trained", "expected"),
    [((), "fashion-mnist"), (("synthetic",), "synthetic"), (("synthetic", "fashion-mnist"), "fashion-mnist")],
)
def test_where_no_dataset_is_said_a_plan_stands_where_the_runs_are(
    trained: tuple[DatasetName, ...], expected: DatasetName
) -> None:
    runs = (a_run(f"r{n}", experiment="other", recipe=RUN.recipe.on(name)) for n, name in enumerate(trained))

    known = groups(Notebook((PLAN,), tuple(runs)))

    assert known[0].recipe.dataset == expected
