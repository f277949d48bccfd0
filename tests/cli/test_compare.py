"""`compare` sets experiments and single runs side by side; `list` filters and sorts with its own words.

The figures of the repository's own notebook are computed a second time, from its TOML by NumPy, SciPy
and scikit-learn alone, and must be those that the commands print.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import Call, Outcome
from lab_report import whole_notebook
from rich.console import Console
from sample_records import a_plan, a_run
from scipy import stats
from sklearn.metrics import precision_recall_fscore_support

from fmnist_tui.engine.dataset.files import DatasetError
from fmnist_tui.lab.experiments.groups import groups
from fmnist_tui.lab.fields.field import Field
from fmnist_tui.lab.fields.record import NAME
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.run import Curves, Metrics
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.predictions import Predictions, write_predictions


@pytest.fixture
def filled(notebook: NotebookFile) -> NotebookFile:
    """Two experiments of three seeds and one that nobody trained."""
    wide = Recipe(parse("128"), hyperparameters(epochs=2))
    notebook.append_experiments((a_plan(), a_plan("wide", architecture=parse("128")), a_plan("later", repeats=1)))
    for seed in range(3):
        notebook.append_run(a_run(f"usual{seed}", seed=seed, test=Metrics(0.85 + seed / 1_000, 0.41)))
        test = Metrics(0.87 + seed / 500, 0.39)
        notebook.append_run(a_run(f"wider{seed}", experiment="wide", recipe=wide, seed=seed, test=test))
    return notebook


def document(outcome: Outcome) -> Any:
    """Return the one JSON document that a command printed."""
    assert outcome.status == 0, outcome.err
    return json.loads(outcome.out)


def names(outcome: Outcome) -> list[str]:
    """Return the names of the experiments that were listed."""
    return [each["name"] for each in document(outcome)]


# list


def test_list_shows_what_passes_a_filter_and_says_how_many_of_all(call: Call, filled: NotebookFile) -> None:
    outcome = call("list", "--filter", "params>60k or n=0")

    assert outcome.status == 0
    assert [line.split()[0] for line in outcome.out.splitlines()] == ["experiment", "wide", "later"]
    assert outcome.err == "2 of 3 experiments: params>60k or n=0\n"


def test_nothing_that_passes_is_said_and_json_stays_json(call: Call, filled: NotebookFile) -> None:
    nothing, as_json = call("list", "--filter", "acc>2"), call("list", "--filter", "acc>2", "--json")

    assert (nothing.status, nothing.out, nothing.err) == (0, "", "0 of 3 experiments: acc>2\n")
    assert document(as_json) == []
    assert as_json.err == nothing.err


def test_list_sorts_by_a_key_the_best_first_and_the_other_way_round(call: Call, filled: NotebookFile) -> None:
    assert names(call("list", "--json", "--sort", "test")) == ["wide", "64 units", "later"]
    assert names(call("list", "--json", "--sort", "test", "--reverse")) == ["64 units", "wide", "later"]
    assert names(call("list", "--json", "--reverse")) == ["later", "wide", "64 units"]
    assert names(call("list", "--json", "--sort", "name", "--filter", "n>0")) == ["64 units", "wide"]


def test_words_that_are_wrong_are_told_with_their_place(call: Call, filled: NotebookFile) -> None:
    call("list", "--filter", "depth=1 acc>high").assert_mendable("character 13", "acc is a number", "'high'")
    call("list", "--filter", "\x1b[2J=3").assert_mendable("character 1", "\\x1b")
    call("list", "--sort", "best-looking", "--json").assert_mendable("'best-looking'", "keys: name")


def test_the_help_of_list_explains_the_words_and_every_key(call: Call) -> None:
    told = call("list", "--help").out

    assert "acc>0.87 params<60k" in told
    assert "\n    hypothesis  what was expected of it\n" in told
    assert "\n    depth       hidden dense and convolution layers [layers]\n" in told
    words = " ".join(told.split())
    for field in FIELDS.values():
        assert f" {field.key} {field.help}" in words


def test_list_shows_the_columns_that_are_asked_for_by_any_of_their_words(call: Call, filled: NotebookFile) -> None:
    header, usual, *_ = call("list", "--columns", "accuracy_gap, best_epoch,lr,state,has,lr").out.splitlines()

    assert header.split() == ["experiment", *["acc", "gap", "best", "ep", "rate", "state", "has"]]
    assert usual.split()[:2] == ["64", "units"]
    assert usual.split()[-5:] == ["2", "0.001", "finished", "flatten,", "dense"]


@pytest.mark.parametrize("field", FIELDS.values(), ids=list(FIELDS))
def test_list_shows_any_field_and_sorts_by_it(call: Call, filled: NotebookFile, field: Field) -> None:
    outcome = call("list", "--columns", field.key, "--sort", field.key)

    header, *rows = outcome.out.splitlines()
    assert (outcome.status, outcome.err) == (0, "")
    assert header.split() == " ".join(dict.fromkeys((NAME.heading, field.heading))).split()
    shown = {field.show(group) for group in groups(filled.read())}
    assert len(rows) == 3
    assert all(any(text in row for text in shown) for row in rows)


def test_a_column_that_there_is_not_is_told_with_what_is_near(call: Call, filled: NotebookFile) -> None:
    call("list", "--columns", "acc,gap").assert_mendable("no column is called 'gap'", "near it: acc_gap")
    call("list", "--columns", "\x1b[2J").assert_mendable("\\x1b", "keys: name")


def test_a_pinned_baseline_has_a_column_of_differences(call: Call, notebook: NotebookFile) -> None:
    wide = Recipe(parse("128"), hyperparameters(epochs=2))
    notebook.append_experiments((a_plan(baseline=True, starred=True), a_plan("wide", architecture=parse("128"))))
    for seed in range(2):
        notebook.append_run(a_run(f"usual{seed}", seed=seed))
        notebook.append_run(a_run(f"wider{seed}", experiment="wide", recipe=wide, seed=seed))

    header, usual, other = call("list").out.splitlines()

    assert header.rstrip().endswith("vs baseline")
    assert usual.startswith(" ★ 64 units (baseline)")
    assert usual.rstrip().endswith("baseline")
    assert other.rstrip().endswith("+0.00 not resolved")


def test_a_verdict_is_the_same_whatever_is_listed_or_compared(call: Call, notebook: NotebookFile) -> None:
    plans = (a_plan("base", baseline=True), a_plan("better"), a_plan("same"))
    notebook.append_experiments(plans)
    accuracies = {"base": (0.86, 0.861, 0.859), "better": (0.863, 0.8667, 0.8638), "same": (0.861, 0.858, 0.862)}
    for name, ends in accuracies.items():
        for seed, end in enumerate(ends):
            curves = Curves((0.8, 0.9), (0.6, 0.5), (0.8, end), (0.5, 0.4))
            notebook.append_run(a_run(f"{name}{seed}", experiment=name, seed=seed, curves=curves))

    together = call("list").out.splitlines()
    alone = call("list", "--filter", "name~better").out.splitlines()

    assert [line.split()[-2:] for line in together[2:]] == [["+0.45", "possible"], ["not", "resolved"]]
    assert alone[1].split()[-2:] == ["+0.45", "possible"]
    for names in (("base", "better"), ("better", "base"), ("base", "better", "same")):
        compared = json.loads(call("compare", *names, "--json").out)["metrics"]["val_accuracy"]
        assert [cell["verdict"]["word"] for cell in compared[1:2]] == ["possible"]


ALL = ("experiment", "layers", "runs", "val acc", "test acc", "test loss", "params", "s")


@pytest.mark.parametrize(
    ("room", "titles"),
    [
        (99, ALL),
        (79, tuple(title for title in ALL if title != "test loss")),
        (59, ("experiment", "runs", "val acc", "test acc", "params")),
        (50, ("experiment", "runs", "val acc", "test acc")),
    ],
)
def test_in_a_narrow_terminal_what_can_be_spared_goes_and_figures_stay_whole(
    call: Call, filled: NotebookFile, monkeypatch: pytest.MonkeyPatch, room: int, titles: tuple[str, ...]
) -> None:
    monkeypatch.setattr("fmnist_tui.cli.tables._console", lambda: Console(width=room))

    header, first, *_ = call("list").out.splitlines()

    assert header.split() == " ".join(titles).split()
    assert "0.8600" in first


# compare


def test_compare_shows_what_differs_and_what_it_amounts_to(call: Call, filled: NotebookFile) -> None:
    outcome = call("compare", "64 units", "128")

    assert (outcome.status, outcome.err) == (0, "")
    lines = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert "64 units wide" in lines
    assert "test acc 0.8510 ±0.0010 0.8720 ±0.0020" in lines
    assert "test acc +2.10 +1.85 to +2.35 < 0.001 clear" in lines
    assert "layer 2 dense 64 relu dense 128 relu" in lines
    assert "settings that differ" not in lines


def test_the_first_name_is_what_the_others_are_compared_with(call: Call, filled: NotebookFile) -> None:
    there, back = (document(call("compare", *pair, "--json")) for pair in (("64 units", "wide"), ("wide", "64 units")))

    assert [each["name"] for each in back["experiments"]] == ["wide", "64 units"]
    mean = there["metrics"]["test_accuracy"][1]["difference"]["mean"]
    assert back["metrics"]["test_accuracy"][1]["difference"]["mean"] == pytest.approx(-mean)


def test_a_shorthand_means_the_trained_experiments_of_that_network(call: Call, filled: NotebookFile) -> None:
    found = document(call("compare", "64", "128", "64 units", "--json"))
    assert [each["name"] for each in found["experiments"]] == ["64 units", "wide"]

    found = document(call("compare", "later", "128", "--json"))
    assert [each["n"] for each in found["experiments"]] == [0, 3]


def test_markdown_can_be_put_into_an_issue(call: Call, filled: NotebookFile) -> None:
    outcome = call("compare", "64 units", "wide", "--markdown")

    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith("### Results\n\n|")
    assert "| test acc" in outcome.out


def test_what_cannot_be_compared_is_said_in_one_line(call: Call, filled: NotebookFile) -> None:
    call("compare").assert_mendable("A B", "--help")
    call("compare", "wide").assert_mendable("wide", "two or more")
    call("compare", "wide", "128").assert_mendable("two or more")
    call("compare", "wide", "wyde").assert_mendable("'wyde'", "'wide'")
    call("compare", "wide", "64", "--json", "--markdown").assert_mendable("choose one")


def test_more_experiments_than_a_table_holds_are_refused(call: Call, notebook: NotebookFile) -> None:
    plans = [a_plan(f"plan {number}") for number in range(13)]
    notebook.append_experiments(tuple(plans))

    call("compare", *(plan.name for plan in plans)).assert_mendable("13", "12 at most")


# Single runs


def answer(notebook: NotebookFile, run_id: str, classes: list[int]) -> None:
    """Keep a run's answers to the test images."""
    folder = notebook.run_folder(run_id)
    write_predictions(folder, Predictions(np.array(classes, np.uint8), np.ones(len(classes), np.float16)))


@pytest.fixture
def labels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four test images of the classes 0, 1, 2 and 3 wherever they lie."""

    class Found:
        y_test = np.array([0, 1, 2, 3])

    monkeypatch.setattr("fmnist_tui.engine.dataset.sources.load", lambda *where, fetch: Found)


@pytest.mark.usefixtures("labels")
def test_single_runs_are_compared_image_by_image(call: Call, filled: NotebookFile) -> None:
    answer(filled, "usual0", [0, 1, 9, 9])
    answer(filled, "wider0", [0, 9, 2, 3])

    found = document(call("compare", "usual0", "wider0", "--json"))

    assert [each["seeds"] for each in found["experiments"]] == [[0], [0]]
    expected = {"both": 1, "only_this": 2, "only_first": 1, "neither": 0, "difference": 0.25, "p": 1.0}
    assert found["predictions"] == [None, expected]
    assert "McNemar" in call("compare", "usual0", "wider0").out


@pytest.mark.usefixtures("labels")
def test_without_kept_predictions_the_rest_is_compared_and_the_lack_is_said(call: Call, filled: NotebookFile) -> None:
    answer(filled, "usual0", [0, 1, 9, 9])

    outcome = call("compare", "usual0", "wider1", "--json")

    assert document(outcome)["predictions"] == []
    assert "predictions" in outcome.err
    assert "wider1" in outcome.err
    assert "usual0" not in outcome.err
    assert call("compare", "64 units", "wide").err == ""  # experiments are not asked for any


def test_damaged_predictions_and_missing_images_are_no_end_of_it(
    call: Call, filled: NotebookFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*where: object, fetch: bool) -> None:
        raise DatasetError("Fashion-MNIST is not here")

    monkeypatch.setattr("fmnist_tui.engine.dataset.sources.load", refuse)
    for run_id in ("usual0", "wider0"):
        answer(filled, run_id, [0, 1, 2, 3])
    away = call("compare", "usual0", "wider0", "--json")
    (filled.run_folder("wider0") / "predictions.npz").write_bytes(b"not an archive")
    damaged = call("compare", "usual0", "wider0", "--json")

    for outcome, words in ((away, "Fashion-MNIST is not here"), (damaged, "damaged")):
        assert document(outcome)["predictions"] == []
        assert len(outcome.err.splitlines()) == 1
        assert words in outcome.err


# The figures, computed a second time


@pytest.fixture
def raw(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """The runs of the repository's notebook by experiment, as its TOML has them; the notebook lies in the folder."""
    text = whole_notebook()
    (folder / "experiments.toml").write_text(text, encoding="utf-8")
    found: dict[str, list[dict[str, Any]]] = {}
    for run in tomllib.loads(text)["run"]:
        assert run["status"] == "finished"
        found.setdefault(run["experiment"], []).append(run)
    assert len(found) > 10
    return found


def figures_of(runs: list[dict[str, Any]], name: str) -> "np.ndarray[Any, Any]":
    """Return a figure of runs in the order of their seeds; of a curve its last entry."""
    ordered = sorted(runs, key=lambda run: int(run["seed"]))
    return np.array([run[name][-1] if isinstance(run[name], list) else run[name] for run in ordered])


def test_every_mean_and_deviation_in_list_is_numpys(call: Call, raw: dict[str, list[dict[str, Any]]]) -> None:
    listed = {each["name"]: each for each in document(call("list", "--json"))}

    assert listed.keys() >= raw.keys()
    for name, runs in raw.items():
        assert listed[name]["n"] == len(runs)
        for figure in ("val_accuracy", "test_accuracy", "test_loss", "seconds"):
            values = figures_of(runs, figure)
            assert listed[name][figure]["mean"] == pytest.approx(values.mean(), rel=1e-12)
            assert listed[name][figure]["sd"] == pytest.approx(values.std(ddof=1), rel=1e-9)


def test_a_filter_lets_through_what_numpy_would(call: Call, raw: dict[str, list[dict[str, Any]]]) -> None:
    accuracy = {name: figures_of(runs, "val_accuracy").mean() for name, runs in raw.items()}
    expected = [name for name, runs in raw.items() if accuracy[name] > 0.87 and runs[0]["parameters"] < 60_000]

    found = names(call("list", "--json", "--filter", "acc>0.87 params<60k", "--sort", "acc"))

    assert len(expected) > 2
    assert found == sorted(expected, key=lambda name: -accuracy[name])


def test_every_difference_in_compare_is_scipys(call: Call, raw: dict[str, list[dict[str, Any]]]) -> None:
    first, *others = list(raw)[:5]

    found = document(call("compare", first, *others, "--json"))

    assert len({len(raw[name]) for name in others}) > 1, "one has more seeds than the others"
    for figure in ("val_accuracy", "val_loss", "test_accuracy", "test_loss", "seconds"):
        for name, cell in zip(others, found["metrics"][figure][1:], strict=True):
            ours = figures_of(raw[name], figure)
            shared = {run["seed"] for run in raw[name]} & {run["seed"] for run in raw[first]}
            pairs = [figures_of([run for run in raw[each] if run["seed"] in shared], figure) for each in (name, first)]
            test = stats.ttest_rel(*pairs)
            sure = test.confidence_interval(0.95)
            told = cell["difference"]
            assert told["mean"] == pytest.approx(pairs[0].mean() - pairs[1].mean(), rel=1e-9)
            assert (told["low"], told["high"]) == pytest.approx((sure.low, sure.high), rel=1e-9)
            assert told["p"] == pytest.approx(test.pvalue, rel=1e-9)
            low, high = stats.t.interval(0.95, len(ours) - 1, ours.mean(), stats.sem(ours))
            assert cell["interval"] == pytest.approx([low, high], rel=1e-9)


def test_every_class_in_compare_and_show_is_scikit_learns(call: Call, raw: dict[str, list[dict[str, Any]]]) -> None:
    first, second = list(raw)[:2]
    labels = np.arange(10)

    def scores(run: dict[str, Any]) -> Any:
        weights = np.array(run["confusion"], float).ravel()
        return precision_recall_fscore_support(np.repeat(labels, 10), np.tile(labels, 10), sample_weight=weights)

    classes = document(call("compare", first, second, "--json"))["classes"]

    for place, name in enumerate((first, second)):
        expected = np.mean([scores(run)[2] for run in raw[name]], axis=0)
        assert [cells[place]["mean"] for cells in classes.values()] == pytest.approx(expected, rel=1e-9)
    shown = call("show", raw[first][0]["id"]).out
    precision, recall, f1, support = (each[6] for each in scores(raw[first][0]))
    assert f"Shirt {precision:.4f} {recall:.4f} {f1:.4f} {support:,.0f}" in " ".join(shown.split())
