"""Whatever a float can hold has its place in the history's cells, in details, in log lines and in charts."""

from extreme_notebooks import LARGEST, notebooks
from hypothesis import example, given, settings
from rich.cells import cell_len
from rich.console import Console

from fmnist_tui.lab.experiments.groups import groups, plans_on_one_dataset
from fmnist_tui.lab.statistics.baseline import BaselineDifferences
from fmnist_tui.lab.toml.reading import Notebook
from fmnist_tui.tui.charts.experiments import FIGURES, Mark, experiment_series
from fmnist_tui.tui.charts.plot import draw
from fmnist_tui.tui.history.cells import CellContext, cell
from fmnist_tui.tui.history.columns import COLUMNS
from fmnist_tui.tui.history.details import details
from fmnist_tui.tui.history.view import HistoryView, fold_all, show_groups
from fmnist_tui.tui.training.log_lines import ending, epoch_line


@settings(max_examples=20)
@given(notebooks())
@example(LARGEST)
def test_any_figures_have_their_cells_and_details(notebook: Notebook) -> None:
    known = plans_on_one_dataset(groups(notebook))
    around = CellContext({}, BaselineDifferences(known))
    view = fold_all(show_groups(HistoryView(), known))

    assert len(view.rows) >= len(known) + len(notebook.runs)
    for row in view.rows:
        for column in COLUMNS.values():
            values = cell(row, column, around, column.width).text.split(", ")
            assert max(map(cell_len, values)) <= max(column.width, 45)
        Console(width=80, quiet=True).print(details(row, view))


@settings(max_examples=20)
@given(notebooks())
@example(LARGEST)
def test_any_figures_have_their_chart_and_their_lines_in_the_log(notebook: Notebook) -> None:
    for group in groups(notebook):
        for figure in FIGURES:
            series = experiment_series(group, Mark(0), figure, quiet=False)
            for log in (False, True):
                assert [row.cell_len for row in draw([series], 60, 12, title=figure, log=log)] == [60] * 12
        for run in group.runs:
            assert len(ending(run)) < 200
            for epoch in range(run.curves.epochs):
                assert len(epoch_line(run.curves, epoch)) < 100
