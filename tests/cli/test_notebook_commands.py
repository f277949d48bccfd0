"""`list`, `show`, `code`, `export` and `init` read the notebook, for people and for scripts."""

import ast
import json
from pathlib import Path
from typing import Any

import pytest
from command_line import Call, Outcome
from sample_records import PLAN, a_plan, a_run
from strategies import HOSTILE, short_id

from fmnist_tui.lab.experiments.groups import groups
from fmnist_tui.lab.fields.results import METRICS
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.run import Curves, Metrics
from fmnist_tui.lab.records.shorthand import parse

RUN_KEYS = {"id", "experiment", "architecture", "parameters", "seed", "dataset", "status", "epochs"}
RUN_KEYS |= {"test_accuracy", "test_loss", "seconds", "history"}
"""What a run in JSON has at least."""


@pytest.fixture(autouse=True)
def filled(notebook: NotebookFile) -> NotebookFile:
    """A notebook with a plan of three seeds, two of them trained, and a run of no plan."""
    notebook.append_experiments((PLAN, a_plan("never trained", note="for later", published=Metrics(0.8746, 0.351))))
    notebook.append_run(a_run("aaaa1"))
    notebook.append_run(a_run("bbbb2", seed=1, test=Metrics(0.861, 0.402)))
    notebook.append_run(
        a_run("cccc3", experiment="32", recipe=Recipe(parse("32"), hyperparameters(epochs=3)), seed=5, status="stopped")
    )
    return notebook


def document(outcome: Outcome) -> Any:
    """Return the one JSON document that a command printed."""
    assert outcome.status == 0, outcome.err
    assert outcome.err == ""
    return json.loads(outcome.out)


def test_a_folder_without_a_notebook_lists_nothing_and_says_how_to_begin(call: Call, filled: NotebookFile) -> None:
    filled.path.unlink()

    assert document(call("list", "--json")) == []
    outcome = call("list")
    assert (outcome.status, outcome.out) == (0, "")
    assert "fmnist-tui init" in outcome.err
    assert not filled.path.exists()


def test_list_has_a_row_an_experiment(call: Call) -> None:
    outcome = call("list")

    rows = outcome.out.splitlines()
    assert (outcome.status, outcome.err) == (0, "")
    assert rows[0].split()[:2] == ["experiment", "layers"]
    assert rows[1].split()[:8] == ["64", "units", "64", "2/3", "0.8600", "±0.0000", "0.8560", "±0.0071"]
    assert rows[2].split()[:5] == ["never", "trained", "64", "0/3", "–"]
    assert rows[3].split()[:4] == ["32", "32", "0", "–"]
    assert len(rows) == 4


def test_list_says_how_experiments_of_one_name_differ(call: Call, filled: NotebookFile) -> None:
    other = Recipe(parse("32"), hyperparameters(epochs=3, learning_rate=0.01))
    filled.append_run(a_run("dddd4", experiment="32", recipe=other))

    _, *rows = call("list").out.splitlines()

    assert [row.split("  ")[0].strip() for row in rows] == [
        "64 units",
        "never trained",
        "32 · lr=0.001",
        "32 · lr=0.01",
    ]


def test_list_as_json_has_each_experiment_with_its_runs(call: Call) -> None:
    listed = document(call("list", "--json"))

    assert [(each["name"], [run["id"] for run in each["runs"]]) for each in listed] == [
        ("64 units", ["aaaa1", "bbbb2"]),
        ("never trained", []),
        ("32", ["cccc3"]),
    ]
    assert listed[0]["test_accuracy"]["mean"] == pytest.approx(0.856)
    assert (listed[0]["n"], listed[0]["repeats"]) == (2, 3)
    assert listed[1]["published"] == {"test_accuracy": 0.8746, "test_loss": 0.351}
    for run in (run for each in listed for run in each["runs"]):
        assert run.keys() >= RUN_KEYS
        assert {name: len(curve) for name, curve in run["history"].items()} == dict.fromkeys(
            ("accuracy", "loss", "val_accuracy", "val_loss"), 2
        )


def test_show_as_json_agrees_with_list(call: Call) -> None:
    listed = document(call("list", "--json"))

    assert document(call("show", "64 units", "--json")) == listed[0]
    assert document(call("show", "bbbb2", "--json")) == listed[0]["runs"][1]
    assert document(call("show", "never trained", "--json")) == listed[1]


@pytest.mark.parametrize("name", ["cccc3", "cccc"])
def test_show_finds_a_run_by_its_id_and_by_the_beginning_of_it(call: Call, name: str) -> None:
    outcome = call("show", name)

    assert (outcome.status, outcome.err) == (0, "")
    assert "run cccc3" in outcome.out
    assert "stopped" in outcome.out
    assert "accuracy 0.8510, loss 0.4120" in outcome.out
    assert ["2", "0.4500", "0.8500", "0.4000", "0.8600"] in [line.split() for line in outcome.out.splitlines()]


def test_show_finds_experiments_by_name_and_by_shorthand(call: Call) -> None:
    by_name, by_shorthand = call("show", "64 units").out, call("show", "64").out

    assert "aaaa1" in by_name
    assert "bbbb2" in by_name
    assert by_shorthand.startswith(by_name)
    assert "never trained" in by_shorthand
    assert "for later" in by_shorthand
    assert "cccc3" not in by_shorthand


def test_a_name_that_is_nearly_right_is_told_what_is_near(call: Call) -> None:
    call("show", "64 unit").assert_mendable("'64 unit'", "'64 units'")


def test_code_is_a_script_of_what_was_named(call: Call) -> None:
    run, experiment, architecture = call("code", "cccc3"), call("code", "64 units"), call("code", "conv8x3-gap")

    for outcome in (run, experiment, architecture):
        assert (outcome.status, outcome.err) == (0, "")
        ast.parse(outcome.out)
        assert "fmnist_tui" not in outcome.out
    assert "Dense(32" in run.out
    assert "Dense(64" in experiment.out
    assert "Conv2D(8" in architecture.out


def test_export_writes_the_report_and_its_figures(call: Call, folder: Path) -> None:
    outcome = call("export")

    report = (folder / "report.md").read_text(encoding="utf-8")
    figures = [*(folder / "report-figures").glob("*.svg")]
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out.startswith("report.md: written, with 3 ")
    assert "64 units" in report
    assert all(f"report-figures/{figure.name}" in report for figure in figures)
    assert len(figures) == 3


def test_export_takes_a_file_and_the_names_of_experiments(call: Call, folder: Path) -> None:
    call("export", "nowhere/mine.md").assert_mendable("nowhere", "no such folder")
    call("export", "mine.md", "nothing").assert_mendable("'nothing'")
    outcome = call("export", "mine.md", "64 units")

    assert outcome.status == 0
    report = (folder / "mine.md").read_text(encoding="utf-8")
    assert "64 units" in report
    assert "never trained" not in report
    assert not (folder / "report.md").exists()


def test_export_writes_over_its_own_report_but_over_nothing_else_unless_forced(call: Call, folder: Path) -> None:
    assert [call("export").status, call("export").status] == [0, 0]
    report = folder / "report.md"
    report.write_text("my own words\n", encoding="utf-8")

    call("export").assert_mendable("report.md", "another name", "--force")

    assert report.read_text(encoding="utf-8") == "my own words\n"
    assert call("export", "--force").status == 0
    assert "64 units" in report.read_text(encoding="utf-8")


def test_show_tells_the_best_epoch_the_note_and_each_class(call: Call, filled: NotebookFile) -> None:
    curves = Curves((0.8, 0.9), (0.6, 0.3), (0.86, 0.84), (0.4, 0.5))
    filled.append_run(a_run("best1", seed=7, curves=curves, best=Metrics(0.8765, 0.3456), note="see epoch 1"))

    shown = " ".join(call("show", "best1").out.split())

    assert "best epoch 1 by validation accuracy; its test: accuracy 0.8765, loss 0.3456" in shown
    assert "note see epoch 1" in shown
    assert "Ankle boot 1.0000 1.0000 1.0000 1,000" in shown
    assert "best epoch 2 by validation accuracy, the last" in " ".join(call("show", "aaaa1").out.split())


def test_show_tells_every_metric_of_an_experiment_and_of_a_run(call: Call, filled: NotebookFile) -> None:
    group = groups(filled.read())[0]
    of_group, of_run = call("show", "64 units").out, call("show", "bbbb2").out

    known = [metric for metric in METRICS if metric.values(group)]
    assert {metric.key for metric in METRICS} - {metric.key for metric in known} == {"dead"}  # not counted in old runs
    for metric in known:
        assert f"{metric.show(group)} (n = 2)" in of_group, metric.key
        assert metric.show_run(group.runs[1]) in of_run, metric.key


def test_init_writes_the_lab_report_s_experiments(call: Call, filled: NotebookFile) -> None:
    filled.path.unlink()

    outcome = call("init")

    assert (outcome.status, outcome.err) == (0, "")
    assert "18 experiments" in outcome.out
    assert len(document(call("list", "--json"))) == 18


def test_init_leaves_a_notebook_that_is_there_as_it_is(call: Call, filled: NotebookFile) -> None:
    before = filled.path.read_bytes()

    call("init").assert_mendable("experiments.toml", "--file")

    assert filled.path.read_bytes() == before
    assert call("init", "--file", "another.toml").status == 0


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.strip()], ids=short_id)
def test_a_hostile_name_shows_as_its_characters_and_acts_on_nothing(
    call: Call, filled: NotebookFile, name: str
) -> None:
    filled.append_run(a_run("evil1", experiment=name, environment=None))

    shown = [call("list"), call("show", "evil1"), call("show", filled.read().runs[-1].experiment)]

    for outcome in shown:
        assert (outcome.status, outcome.err) == (0, "")
        unprintable = {
            character for line in outcome.out.split("\n") for character in line if not character.isprintable()
        }
        assert unprintable <= {"\u200d"}  # which joins emoji, and is all that `visible` lets through
    assert document(call("show", "evil1", "--json"))["experiment"] == filled.read().runs[-1].experiment


def test_what_looks_like_markup_is_shown_as_it_was_written(call: Call, notebook: NotebookFile) -> None:
    notebook.append_run(a_run("evil1", experiment="[@click=app.quit]x[/]", reason="[bold]why\x1b[2J", status="stopped"))

    assert "[@click=app.quit]x[/]" in call("list").out
    shown = call("show", "evil1").out
    assert "[@click=app.quit]x[/]" in shown
    assert "[bold]why\\x1b[2J" in shown


def test_help_and_version_are_told(call: Call) -> None:
    commands, training, version = call("--help"), call("train", "--help"), call("--version")

    assert [each.status for each in (commands, training, version)] == [0, 0, 0]
    for command in ("train", "run", "list", "show", "compare", "export", "code", "init", "data"):
        assert f"\n  {command} " in commands.out
    assert "conv32x3" in training.out
    assert version.out.startswith("fmnist-tui ")


def test_a_notebook_named_before_the_command_is_the_command_s(call: Call, filled: NotebookFile) -> None:
    elsewhere = filled.path.with_name("elsewhere.toml")
    filled.path.rename(elsewhere)

    assert call("--file", str(elsewhere), "list", "--json").out == call("list", "--json", "--file", str(elsewhere)).out
    assert "elsewhere.toml" in call("--file", "nowhere.toml", "list", "--file", str(elsewhere) + ".not").err
    assert "nowhere.toml" in call("--file", "nowhere.toml", "list").err


@pytest.mark.parametrize(("epochs", "printed"), [(100, 100), (101, 51), (10_000, 51)])
def test_a_long_run_is_thinned_on_the_screen_and_whole_in_json(call: Call, epochs: int, printed: int) -> None:
    accuracy = tuple(0.9 if epoch == 1 else 0.5 for epoch in range(epochs))
    loss = tuple(1 / (1 + epoch) for epoch in range(epochs))
    NotebookFile(Path("experiments.toml")).append_run(a_run(curves=Curves(accuracy, loss, accuracy, loss)))

    shown = call("show", "r0").out

    figures = [line.split() for line in shown.splitlines()]
    rows = [line for line in figures if len(line) == 5 and line[0].isdigit() and "." in line[1]]
    assert len(rows) == printed
    assert [rows[0][0], rows[-1][0]] == ["1", str(epochs)]
    assert ["2", "0.5000", "0.9000", "0.5000", "0.9000"] in rows
    assert (f"51 of {epochs:,} epochs; --json has them all" in shown) == (epochs > 100)
    assert len(json.loads(call("show", "r0", "--json").out)["history"]["loss"]) == epochs
