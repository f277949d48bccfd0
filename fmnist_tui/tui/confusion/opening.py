from pathlib import Path
from typing import Any

from textual.app import App

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.confusion.screen import ErrorsScreen
from fmnist_tui.tui.widgets.run_or_pair import ask_run_or_pair


def show_errors(
    app: App[Any], run: Run | None, pair: tuple[Run, Run] | None, folder: Path, data: Dataset | None
) -> None:
    """Show the errors of a run, or those of a pair of runs.

    Args:
        app: the app.
        run: the run under the cursor, if there is one.
        pair: the marked runs, if there are two.
        folder: the notebook's `runs` folder.
        data: the loaded dataset, if any.
    """

    def show(first: Run, second: Run | None = None) -> None:
        app.push_screen(ErrorsScreen(first, folder, data, second))

    of_run, of_pair = ("e", "errors of {}"), ("v", "compare {} with {}")
    ask_run_or_pair(app, "errors", run, pair, of_run=of_run, of_pair=of_pair, show=show)
