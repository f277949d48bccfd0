"""Experiments side by side: only what differs, each layer in its row, every difference to the first."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from group_builders import MACHINE, made_up_group, made_up_recipe, made_up_run
from hypothesis import given
from hypothesis import strategies as st
from strategies import HOSTILE, architectures, short_id, small_layers

from fmnist_tui.lab.comparison.as_json import as_json
from fmnist_tui.lab.comparison.comparison import Comparison, MetricRow, aligned, compare, described
from fmnist_tui.lab.comparison.text_tables import TextTable, as_markdown, tables
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.results import TEST_ACCURACY
from fmnist_tui.lab.layers import Dropout
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.recipe import hyperparameters
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.statistics.class_errors import class_report
from fmnist_tui.lab.statistics.intervals import difference
from fmnist_tui.lab.statistics.verdicts import holm, p_text

A = (0.881, 0.884, 0.879, 0.886)
B = (0.872, 0.880, 0.871, 0.878)
C = (0.871, 0.881, 0.880, 0.870)


def group(name: str, accuracies: Sequence[float], layers: str = "64", **settings: object) -> Group:
    """A group whose runs have these test accuracies."""
    return made_up_group(name, accuracies, recipe=made_up_recipe(layers, hyperparameters(**settings)))


def metric(comparison: Comparison, name: str) -> MetricRow:
    return next(row for row in comparison.metrics if row.metric.name == name)


def rows(*shorthands: str) -> list[tuple[str | None, ...]]:
    return [described(row) for row in aligned([parse(text) for text in shorthands])]


def titled(comparison: Comparison, words: str) -> TextTable:
    return next(each for each in tables(comparison) if words in each.title)


# Layers


def test_what_a_layer_became_stands_in_its_row_in_every_network() -> None:
    assert rows("64-32", "128-32", "64-16-32") == [
        ("flatten", "flatten", "flatten"),
        ("dense 64 relu", "dense 128 relu", "dense 64 relu"),
        (None, None, "dense 16 relu"),
        ("dense 32 relu", "dense 32 relu", "dense 32 relu"),
    ]
    assert rows("64", "conv8x3-64") == [
        (None, "conv2d 8 3×3 relu"),
        ("flatten", "flatten"),
        ("dense 64 relu", "dense 64 relu"),
    ]


def test_what_words_would_hide_is_told_in_shorthand() -> None:
    assert described((Dropout(0.1234567), Dropout(0.1234568), None)) == ("drop0.1234567", "drop0.1234568", None)


@given(st.lists(architectures(small_layers(), max_size=6), min_size=1, max_size=4))
def test_every_network_reads_down_its_own_column(networks: list[Architecture]) -> None:
    side_by_side = aligned(networks)

    for place, network in enumerate(networks):
        assert tuple(row[place] for row in side_by_side if row[place] is not None) == network.layers
    assert all(len(row) == len(networks) and any(row) for row in side_by_side)


@given(architectures(small_layers(), max_size=6), st.integers(1, 4))
def test_equal_networks_share_every_row(network: Architecture, count: int) -> None:
    assert aligned([network] * count) == tuple((layer,) * count for layer in network.layers)


# What differs


def test_only_settings_layers_and_versions_that_differ_are_told() -> None:
    newer = group("b", B, "64-32", optimizer="sgd", epochs=3)
    upgraded = replace(MACHINE, keras="3.12.0", machine="another processor")
    newer = replace(newer, runs=tuple(replace(run, environment=upgraded) for run in newer.runs))

    found = compare([group("a", A, epochs=2), newer])

    assert [(row.label, row.values) for row in found.settings] == [
        ("optimizer", ("adam", "sgd")),
        ("learning rate", (0.001, 0.01)),
        ("epochs", (2, 3)),
    ]
    assert [row.values for row in found.layers if row.differs] == [(None, "dense 32 relu")]
    assert [(row.label, row.values) for row in found.environment] == [
        ("keras", (MACHINE.keras, "3.12.0")),
        ("machine", (MACHINE.machine, "another processor")),
    ]
    assert found.parameters == (50_890, 52_650)


def test_equal_recipes_on_one_machine_differ_in_their_results_alone() -> None:
    found = compare([group("a", A), group("b", B)])

    assert (found.settings, found.layers, found.environment) == ((), (), ())
    assert [each.title for each in tables(found)] == ["results", "b − a"]


def test_several_machines_of_one_experiment_stand_together() -> None:
    mixed = group("a", A[:2])
    other = replace(MACHINE, machine="a second one")
    mixed = replace(mixed, runs=(mixed.runs[0], replace(mixed.runs[1], environment=other)))

    found = compare([mixed, group("b", B), group("untrained", ())])

    assert [(row.label, row.values) for row in found.environment] == [
        ("machine", (f"a processor, 2 cores, Linux x86_64, {other.machine}", MACHINE.machine, None))
    ]


@pytest.mark.parametrize(
    ("groups", "names"),
    [
        ([group("a", A), group("b", B)], ["a", "b"]),
        ([group("a", A), replace(group("a", B, epochs=9), older=True)], ["a", "a (older recipe)"]),
        ([group("a", A), made_up_group("a", B, recipe=made_up_recipe(dataset="synthetic"))], ["a", "a (synthetic)"]),
        ([group("a", A), group("a", B, "32", epochs=9)], ["a (layers=64 epochs=10)", "a (layers=32 epochs=9)"]),
        ([group("a", A[:1]), group("a", (0.1, 0.2))], ["a (seed 0)", "a"]),
        ([group("a", A), group("a", B)], ["a [1]", "a [2]"]),
    ],
)
def test_columns_of_one_name_are_told_apart(groups: list[Group], names: list[str]) -> None:
    assert [column.name for column in compare(groups).columns] == names


# Results


def test_differences_are_to_the_first_and_corrected_for_how_many_there_are() -> None:
    groups = [group("a", A), group("b", B), group("c", C)]

    row = metric(compare(groups), "test_accuracy")

    assert [cell.spread for cell in row.cells] == [TEST_ACCURACY.spread(each) for each in groups]
    expected = [difference(each, groups[0], "test_accuracy") for each in groups[1:]]
    assert [cell.difference for cell in row.cells] == [None, *expected]
    ps = holm([each.p for each in expected if each])
    assert [cell.verdict and cell.verdict.p for cell in row.cells] == [None, *ps]


def test_results_on_different_datasets_and_single_runs_get_no_difference_and_the_reason_is_given() -> None:
    elsewhere = made_up_group("elsewhere", B, recipe=made_up_recipe(dataset="synthetic"))

    found = compare([group("a", A), elsewhere, group("alone", A[:1])])

    for row in (*found.metrics, *found.classes):
        assert [cell.difference for cell in row.cells] == [None, None, None]
    assert titled(found, "results").notes == (
        "Results on different datasets are not compared.",
        "A single run has no spread, so its difference is not tested; train more seeds of it.",
    )


def test_what_is_not_trained_has_no_figure_but_its_layers() -> None:
    found = compare([group("a", A), group("untrained", (), "64-32")])

    assert [cell.spread is None for cell in metric(found, "test_accuracy").cells] == [False, True]
    assert [row.values for row in found.layers if row.differs] == [(None, "dense 32 relu")]


def with_shirts(each: Group, rights: Sequence[int]) -> Group:
    """The same group, its runs right about these many of 1,000 shirts and taking the others for coats."""
    confused = []
    for run, right in zip(each.runs, rights, strict=True):
        matrix = [[1_000 if i == j else 0 for j in range(10)] for i in range(10)]
        matrix[6][6], matrix[6][4] = right, 1_000 - right
        confused.append(replace(run, confusion=tuple(map(tuple, matrix))))
    return replace(each, runs=tuple(confused))


def test_f1_of_each_class_is_compared_and_the_classes_that_differ_are_told() -> None:
    a, b = with_shirts(group("a", A), (600, 610, 620, 630)), with_shirts(group("b", B), (700, 710, 721, 730))

    found = compare([a, b])

    shirts = found.classes[6]
    scores = [class_report(run.confusion)[6].f1 for run in b.runs if run.confusion]
    assert shirts.metric.words == "F1 of Shirt"
    assert shirts.cells[1].spread
    assert shirts.cells[1].spread.mean == pytest.approx(sum(scores) / 4)
    told = titled(found, "classes: b − a")
    assert [row[0] for row in told.rows] == ["F1 Coat", "F1 Shirt"]
    assert "corrected for 10 differences" in told.notes[-1]


def test_single_runs_are_compared_answer_by_answer() -> None:
    found = compare([group("a", A[:1]), group("b", B[:1])], [[True, True, False, False], [True, False, True, True]])

    assert found.predictions[0] is None
    test = found.predictions[1]
    assert test
    assert (test.both, test.only_a, test.only_b, test.neither, test.mean) == (1, 2, 1, 0, 0.25)
    assert titled(found, "the same test images").rows == (("b", "1", "2", "1", "0", p_text(test.p)),)
    assert compare([group("a", A[:1]), group("b", B[:1])], [[True], None]).predictions == ()


# As text


def test_the_tables_say_what_a_person_reads() -> None:
    found = compare([group("a", A), group("b", B, "64-32")])

    results, told, layers = tables(found)

    assert results.headings == ("", "a", "b")
    assert ("parameters", "50,890", "52,650") in results.rows
    assert ("test acc", "0.8825 ±0.0031", "0.8752 ±0.0044") in results.rows
    assert told.headings == ("", "difference", "95 % interval", "p", "verdict", "more seeds")
    assert ("test acc", "-0.73", "-1.08 to -0.37", "0.007", "clear", "") in told.rows
    assert ("test loss", "+0.0000", "+0.0000 to +0.0000", "1.000", "not resolved", "over 100") in told.rows
    assert layers.rows == (("layer 3", "–", "dense 32 relu"),)
    assert layers.notes == ("2 layers the same.",)


def test_markdown_has_every_table_and_no_cell_too_many() -> None:
    found = compare([group("a", A), group("b", B, "32"), group("c", C, optimizer="sgd")])

    text = as_markdown(found)

    assert [line for line in text.splitlines() if line.startswith("#")] == [
        f"### {each.title.capitalize()}" for each in tables(found)
    ]
    for block in text.split("\n\n"):
        if block.startswith("|"):
            assert len({line.count("|") for line in block.splitlines()}) == 1
    better = as_markdown(compare([group("a", (0.87, 0.88)), group("b", (0.8731, 0.8832))]))
    assert "+0.31" in better
    assert "\\" not in better  # a figure needs no escape


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.strip()], ids=short_id)
def test_a_hostile_name_adds_no_table_heading_or_tag_to_markdown(name: str) -> None:
    plain, hostile = (compare([group(each, A), group("b", B, "32")]) for each in ("a", name))

    def skeleton(text: str) -> list[str]:
        return [line[:3] for line in text.splitlines()]

    assert skeleton(as_markdown(hostile)) == skeleton(as_markdown(plain))
    assert "<" not in as_markdown(hostile).replace("< 0.001", "")


def test_json_has_an_entry_a_column_and_no_number_that_json_lacks() -> None:
    groups = [with_shirts(group("a", A), (600, 610, 620, 630)), group("b", B, "32"), group("c", A[:1], optimizer="sgd")]

    value = json.loads(json.dumps(as_json(compare(groups)), allow_nan=False))

    assert [each["name"] for each in value["experiments"]] == ["a", "b", "c"]
    assert [each["n"] for each in value["experiments"]] == [4, 4, 1]
    assert value["experiments"][1]["seeds"] == [0, 1, 2, 3]
    assert value["settings"]["optimizer"] == ["adam", "adam", "sgd"]
    assert value["layers"][1] == ["dense 64 relu", "dense 32 relu", "dense 64 relu"]
    accuracy = value["metrics"]["test_accuracy"]
    assert [each["n"] for each in accuracy] == [4, 4, 1]
    assert accuracy[0]["difference"] is None
    assert accuracy[1]["difference"]["paired"] is True
    assert accuracy[1]["verdict"]["text"].startswith(accuracy[1]["verdict"]["word"])
    assert (accuracy[2]["sd"], accuracy[2]["interval"], accuracy[2]["verdict"]) == (None, None, None)
    assert value["classes"]["Shirt"][1] is None
    assert value["predictions"] == []


def test_runs_that_did_not_finish_count_in_no_figure() -> None:
    stopped = made_up_run("a", made_up_recipe(), 9, 0.1, status="stopped")
    a = group("a", A)

    found = compare([replace(a, runs=(*a.runs, stopped)), group("b", B)])

    assert metric(found, "test_accuracy").cells[0].spread == TEST_ACCURACY.spread(a)
