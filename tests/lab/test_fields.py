"""The registry of fields: each can be filtered by, sorted by, shown and exported, and says what it is."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from group_builders import NOON, made_up_group, made_up_recipe, made_up_run
from hypothesis import given
from hypothesis import strategies as st

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.field import NOTHING, SHARE, Field, Metric, decimal_text, number_text
from fmnist_tui.lab.fields.record import STATE_ORDER, STATES
from fmnist_tui.lab.fields.registry import FIELDS, find_field, find_metric
from fmnist_tui.lab.fields.results import ACCURACY_GAP, BEST_EPOCH, DEAD_UNITS, METRICS, SECONDS_PER_EPOCH
from fmnist_tui.lab.filtering.completion import complete
from fmnist_tui.lab.filtering.parsing import parse_filter
from fmnist_tui.lab.filtering.sorting import sort_groups
from fmnist_tui.lab.filtering.tokens import FilterError, quoted
from fmnist_tui.lab.notebook.unrecorded import group_json, run_json
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.recipe import HYPERPARAMETERS
from fmnist_tui.lab.records.run import Curves, Metrics, Run
from fmnist_tui.lab.records.shorthand import parse

PURE_NUMBERS = {"lr", "seed", "split_seed"}
"""The numbers that have no unit."""


def whole() -> Group:
    """A group that has a value in every field."""
    recipe = made_up_recipe("conv8x3-gap-64:tanh-drop0.25")
    curves = Curves((0.8, 0.9), (0.6, 0.3), (0.88, 0.86), (0.4, 0.5))
    runs = (
        replace(
            made_up_run("whole", recipe, 0, 0.86, curves=curves),
            note="odd curve",
            starred=True,
            host="node7",
            lost_workers=1,
            dead_units_by_layer=(3,),
        ),
        replace(
            made_up_run("whole", recipe, 1, 0.87, curves=curves),
            started=NOON + timedelta(days=1),
            dead_units_by_layer=(1,),
        ),
        made_up_run("whole", recipe, 2, status="failed", reason="loss is not finite", curves=Curves()),
    )
    group = made_up_group("whole", (), recipe=recipe, repeats=4, section="first", note="too slow")
    assert group.plan
    return replace(
        group,
        runs=runs,
        plan=replace(group.plan, hypothesis="Wider is better", baseline=True, published=Metrics(0.85, 0.4)),
        older=True,
    )


WHOLE = whole()
PLANNED = made_up_group("planned", (), recipe=made_up_recipe("linear"))
UNBUILDABLE = Group("unbuildable", replace(made_up_recipe(), architecture=parse("flatten-conv8x3")))
GROUPS = (WHOLE, PLANNED, UNBUILDABLE)
EACH = pytest.mark.parametrize("field", FIELDS.values(), ids=list(FIELDS))


def written(value: object) -> str:
    """Return a value as a filter has it."""
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.date().isoformat()
        case str():
            return quoted(value) or ""
    return repr(value)


# What a field says of itself


def test_every_word_means_one_field_in_upper_and_lower_case() -> None:
    words = [word for field in FIELDS.values() for word in field.names]

    assert len(set(words)) == len(words)
    for field in FIELDS.values():
        for word in field.names:
            assert find_field(word) is field
            assert find_field(word.upper()) is field


def test_no_two_fields_share_a_heading_or_a_name() -> None:
    for attribute in ("title", "heading", "name", "words"):
        said = [getattr(field, attribute) for field in FIELDS.values()]
        assert len(set(said)) == len(said), attribute


@EACH
def test_a_field_has_a_title_a_line_of_help_and_its_unit(field: Field) -> None:
    assert field.title.isprintable()
    assert field.title
    assert field.help.isprintable()
    assert 0 < len(field.help) < 100
    assert bool(field.unit) is (field.kind == "number" and field.key not in PURE_NUMBERS)


@EACH
def test_the_examples_of_a_field_are_filters_by_it(field: Field) -> None:
    for words in field.example.split(" or ") if field.example else ():
        assert words.startswith(field.key)
        parse_filter(words)


def test_more_is_better_of_accuracies_and_less_of_losses_and_of_time() -> None:
    better = {metric.key: metric.better for metric in METRICS}

    assert better == {
        "acc": "more",
        "best": "more",
        "best_epoch": None,
        "val_loss": "less",
        "acc_gap": None,
        "train_acc": "more",
        "train_loss": "less",
        "test": "more",
        "loss": "less",
        "dead": "less",
        "seconds": "less",
        "seconds_per_epoch": "less",
    }
    assert {metric.key for metric in METRICS if metric.is_share} == {"acc", "best", "acc_gap", "train_acc", "test"}
    assert SHARE == "part of 1"


def test_every_hyperparameter_is_a_field_by_its_own_name() -> None:
    for name in HYPERPARAMETERS:
        field = find_field(name)
        assert field
        assert field.name == name
        assert field.of_group(WHOLE) == getattr(WHOLE.recipe.training, name)


# What is done with each


@EACH
def test_a_field_can_be_filtered_by_each_of_its_values(field: Field) -> None:
    assert field.values(WHOLE), "the group of this test has a value in every field"
    for value in field.values(WHOLE):
        asked = parse_filter(f"{field.key}={written(value)}")
        assert asked.matches(WHOLE)
        for group in GROUPS:
            assert asked.matches(group) is (_day(value) in map(_day, field.values(group)))


def _day(value: Any) -> Any:
    return value.date() if isinstance(value, datetime) else value


@EACH
def test_a_whole_number_says_so_and_its_thousands_may_be_set_off(field: Field) -> None:
    values = [value for group in GROUPS for value in field.values(group)]

    if field.kind == "number" and not isinstance(field, Metric):
        assert field.whole is all(isinstance(value, int) for value in values)
    if field.whole:
        assert not parse_filter(f"{field.key}>60,000").matches(WHOLE)


@EACH
def test_a_field_can_be_sorted_by_and_what_has_no_value_comes_last(field: Field) -> None:
    for descending in (True, False, None):
        ordered = sort_groups(GROUPS, field.key, descending)
        assert set(map(id, ordered)) == set(map(id, GROUPS))
        has = [bool(field.values(group)) for group in ordered]
        assert has == sorted(has, reverse=True)


@EACH
def test_a_field_is_completed_from_its_beginning(field: Field) -> None:
    offered = complete(field.key[:-1], len(field.key) - 1) if len(field.key) > 1 else complete("", 0)

    assert field.key in [choice.rstrip("=<>~") for choice in offered]


@EACH
@pytest.mark.parametrize("style", ["plain", "compact", "report"])
def test_a_field_is_written_for_any_group_and_run_in_each_style(field: Field, style: Any) -> None:
    assert field.show(WHOLE, style) not in ("", NOTHING)
    for group in GROUPS:
        text = field.show(group, style)
        assert visible(text) == text
        for run in (*group.runs, None):
            assert isinstance(field.show_run(run, style), str)
    assert field.show_run(None, style) == ("" if field.of_run is None or field.kind == "text" else NOTHING)


@EACH
def test_a_field_is_in_json_of_the_group_or_where_it_says_so_in_each_run(field: Field) -> None:
    document, empty = (json.loads(json.dumps(group_json(group))) for group in (WHOLE, PLANNED))

    assert (field.name in document) is (field.name in empty) is not field.json_in_runs
    assert not field.json_in_runs or field.of_run
    if field.of_run:
        for run in (*document["runs"], run_json(WHOLE.runs[2])):
            assert field.name in run
    if not field.json_in_runs:
        assert document[field.name] not in (None, [], "")


@pytest.mark.parametrize("name", [metric.name for metric in METRICS])
def test_json_has_the_figures_that_filters_go_by(name: str) -> None:
    metric, document = find_metric(name), group_json(WHOLE)

    assert document[name]["mean"] == pytest.approx(metric.values(WHOLE)[0])
    figures = {run["seed"]: run[name] for run in document["runs"] if run["status"] == "finished"}
    assert figures == metric.figures(WHOLE)
    assert document[name]["sd"] is not None
    assert group_json(PLANNED)[name] is None


# Single fields


@pytest.mark.parametrize(
    ("name", "figure"),
    [("train_accuracy", 0.9), ("train_loss", 0.3), ("val_accuracy", 0.86), ("val_loss", 0.5)],
)
def test_figures_of_curves_are_of_the_last_epoch(name: str, figure: float) -> None:
    run = a_run_of(curves=Curves((0.8, 0.9), (0.6, 0.3), (0.88, 0.86), (0.4, 0.5)))

    assert find_metric(name).of_run(run) == figure
    assert find_metric(name).of_run(a_run_of(curves=Curves())) is None


def a_run_of(*, seconds: float = 6.0, curves: Curves) -> Run:
    return replace(made_up_run("it", made_up_recipe(), curves=curves), seconds=seconds)


def test_the_accuracy_gap_is_training_less_validation_accuracy_of_the_last_epoch() -> None:
    curves = Curves((0.8, 0.9), (0.6, 0.3), (0.88, 0.86), (0.4, 0.5))

    assert ACCURACY_GAP.of_run(a_run_of(curves=curves)) == pytest.approx(0.04)
    assert ACCURACY_GAP.of_run(a_run_of(curves=Curves((0.8,), (0.6,)))) is None
    assert ACCURACY_GAP.of_run(a_run_of(curves=Curves())) is None


def test_dead_units_are_added_up_over_the_layers_and_unknown_of_older_runs() -> None:
    curves = Curves((0.8,), (0.6,))

    assert DEAD_UNITS.of_run(replace(a_run_of(curves=curves), dead_units_by_layer=(3, 0, 2))) == 5
    assert DEAD_UNITS.of_run(replace(a_run_of(curves=curves), dead_units_by_layer=())) == 0
    assert DEAD_UNITS.of_run(a_run_of(curves=curves)) is None


def test_gap_is_the_layer_alone_and_the_figure_is_acc_gap() -> None:
    assert find_field("gap") is None
    assert parse_filter("gap").matches(WHOLE)
    assert parse_filter("has=gap").matches(WHOLE)
    assert [group for group in GROUPS if parse_filter("acc_gap>3%").matches(group)] == [WHOLE]
    with pytest.raises(FilterError, match="no key is called 'gap'; near it: acc_gap"):
        parse_filter("gap>3%")


def test_the_best_epoch_is_a_whole_number_of_a_run_and_a_mean_of_a_group() -> None:
    early, late = (Curves((0.1,) * 3, (0.1,) * 3, each, (0.1,) * 3) for each in ((0.9, 0.8, 0.8), (0.8, 0.8, 0.9)))
    runs = [a_run_of(curves=early), replace(a_run_of(curves=late), seed=1), replace(a_run_of(curves=late), seed=2)]

    assert [BEST_EPOCH.show_run(run) for run in runs] == ["1", "3", "3"]
    assert BEST_EPOCH.show(Group("it", made_up_recipe(), tuple(runs[:2]))) == "2"
    assert BEST_EPOCH.show(Group("it", made_up_recipe(), tuple(runs))) == "2.3"
    assert BEST_EPOCH.show(Group("it", made_up_recipe(), (a_run_of(curves=Curves((0.1,), (0.2,))),))) == NOTHING


def test_the_seconds_of_an_epoch_are_the_run_s_by_the_epochs_it_trained() -> None:
    curves = Curves((0.1,) * 4, (0.1,) * 4)

    assert SECONDS_PER_EPOCH.of_run(a_run_of(seconds=6.0, curves=curves)) == 1.5
    assert SECONDS_PER_EPOCH.show_run(a_run_of(seconds=6.0, curves=curves)) == "1.50"
    assert SECONDS_PER_EPOCH.of_run(a_run_of(curves=Curves())) is None


def test_figures_that_are_not_finite_count_in_none() -> None:
    broken = replace(made_up_run("it", made_up_recipe(), 3), test=Metrics(0.5, float("nan")))
    group = replace(WHOLE, runs=(*WHOLE.runs, broken))
    loss = find_metric("test_loss")

    assert 3 not in loss.figures(group)
    assert loss.spread(group) == loss.spread(WHOLE)
    assert run_json(broken)["test_loss"] is None


def test_status_puts_first_what_asks_for_something_to_be_done() -> None:
    failed = Group("failed", made_up_recipe(), (made_up_run("failed", made_up_recipe(), status="failed"),))
    done = made_up_group("done")

    assert [group.name for group in sort_groups((done, PLANNED, failed), "state")] == ["failed", "planned", "done"]
    assert sorted(STATE_ORDER) == sorted(STATES)


# How numbers are written


@given(st.floats(allow_nan=False))
def test_a_number_is_written_without_losing_a_digit(value: float) -> None:
    assert float(number_text(value)) == value


@pytest.mark.parametrize(
    ("value", "text"), [(0.87456, ".8746"), (-0.0123, "-.0123"), (1.0, "1.0000"), (-1.5, "-1.5000"), (0.0, ".0000")]
)
def test_the_compact_style_leaves_out_the_zero_before_the_point(value: float, text: str) -> None:
    assert decimal_text(value, "compact") == text
