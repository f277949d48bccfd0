from pathlib import Path
from typing import Any

from textual.app import App

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.units.pair_screen import PairScreen
from fmnist_tui.tui.units.screen import UnitsScreen
from fmnist_tui.tui.units.study import needs_data, test_images
from fmnist_tui.tui.widgets.run_or_pair import ask_run_or_pair


def look_inside(
    app: App[Any], run: Run | None, pair: tuple[Run, Run] | None, folder: Path, data: Dataset | None
) -> None:
    """Show the units of a run, or one image in a pair of runs.

    Args:
        app: the app.
        run: the run under the cursor, if there is one.
        pair: the marked runs, if there are two.
        folder: the notebook's `runs` folder.
        data: the loaded dataset, if any.
    """

    def show(first: Run, second: Run | None = None) -> None:
        if second is not None:
            show_pair(app, (first, second), folder, data)
        else:
            other = next((each for each in pair or () if each.id != first.id), None)
            app.push_screen(UnitsScreen(first, folder, data, other))

    of_run, of_pair = ("u", "units of {}"), ("v", "the same image through {} and {}")
    ask_run_or_pair(app, "inside", run, pair, of_run=of_run, of_pair=of_pair, show=show)


def show_pair(app: App[Any], pair: tuple[Run, Run], folder: Path, data: Dataset | None) -> None:
    """Show the test images in two networks, or say what data they need."""
    problem = next((words for run in pair if (words := needs_data(run, data))), "")
    if data is None or problem:
        app.notify(problem, severity="warning", markup=False)
    else:
        app.push_screen(PairScreen(pair, folder, test_images(data)))
