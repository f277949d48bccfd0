"""Whatever a float can hold is listed, shown, compared, filtered, sorted, reported and written as JSON."""

import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from command_line import Call
from extreme_notebooks import LARGEST, notebooks
from hypothesis import example, given, settings
from reports import content_of, placed, written

from fmnist_tui.cli.notebook import in_order
from fmnist_tui.cli.tables import print_group, print_groups, print_run, print_tables
from fmnist_tui.lab.comparison.as_json import as_json
from fmnist_tui.lab.comparison.comparison import compare
from fmnist_tui.lab.comparison.text_tables import as_markdown, tables
from fmnist_tui.lab.experiments.groups import groups, plans_on_one_dataset
from fmnist_tui.lab.experiments.learned_speeds import learn_speeds
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.filtering.parsing import parse_filter
from fmnist_tui.lab.filtering.sorting import sort_groups
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.unrecorded import group_json, run_json
from fmnist_tui.lab.report.figures.drawing import save
from fmnist_tui.lab.statistics.baseline import BaselineDifferences
from fmnist_tui.lab.toml.reading import Notebook


def strict(values: Any) -> str:
    """Return values as JSON, which has neither `NaN` nor `Infinity`."""
    return json.dumps(values, allow_nan=False)


@settings(max_examples=20)
@given(notebooks())
@example(LARGEST)
def test_any_figures_are_printed_in_lines_that_fit(notebook: Notebook) -> None:
    known = plans_on_one_dataset(groups(notebook))
    printed = io.StringIO()

    with redirect_stdout(printed):
        print_groups(known, BaselineDifferences(known))
        for group in known:
            print_group(group)
        for run in notebook.runs:
            print_run(run)
        print_tables(tables(compare(known)))

    assert max(map(len, printed.getvalue().splitlines())) <= 160
    assert "0" * 60 not in printed.getvalue()


@settings(max_examples=20)
@given(notebooks())
@example(LARGEST)
def test_any_figures_are_written_as_valid_json(notebook: Notebook) -> None:
    known = plans_on_one_dataset(groups(notebook))

    strict([group_json(group) for group in known])
    strict([run_json(run) for run in notebook.runs])
    strict(as_json(compare(known)))


@settings(max_examples=15)
@given(notebooks())
@example(LARGEST)
def test_any_figures_are_sorted_filtered_and_reported(notebook: Notebook) -> None:
    known = plans_on_one_dataset(groups(notebook))
    for name in FIELDS:
        assert set(sort_groups(known, name)) == set(known) == set(in_order(known, name, reverse=True))
    for words in ("acc>0.5 loss<1e300", "sd<1", "seconds>=0", "acc_gap<0.1", "val_loss<1"):
        wanted = parse_filter(words)
        for group in known:
            wanted.matches(group)
    as_markdown(compare(known))
    learn_speeds(notebook.runs, "x86_64, 2 cores, Linux")
    assert "0" * 60 not in written(*known)


@pytest.mark.filterwarnings("error")
def test_figures_of_a_report_survive_the_largest_losses(tmp_path: Path) -> None:
    for each in placed(content_of(*groups(LARGEST))):
        save(each.figure, tmp_path)

    assert len([*tmp_path.iterdir()]) >= 4


def test_two_runs_of_the_largest_losses_go_through_every_command(call: Call) -> None:
    notebook = NotebookFile(Path("experiments.toml"))
    notebook.append_experiments(LARGEST.experiments)
    for run in LARGEST.runs:
        notebook.append_run(run)

    commands: tuple[tuple[str, ...], ...] = (
        ("list",),
        ("list", "--filter", "loss>1", "--sort", "loss"),
        ("show", "a"),
        ("show", "b1"),
        ("compare", "a", "b"),
        ("compare", "a0", "b0"),
        ("export",),
        ("code", "a"),
    )
    for words in commands:
        outcome = call(*words)
        assert outcome.status == 0, outcome.err
        assert "1.7e+308" in outcome.out or words[0] in ("export", "code", "compare")
    for asked in (("list",), ("show", "a"), ("show", "a0"), ("compare", "a", "b")):
        assert "Infinity" not in call(*asked, "--json").out
    assert "1.7e+308" in Path("report.md").read_text(encoding="utf-8")
    assert len([*Path("report-figures").glob("*.svg")]) >= 2
