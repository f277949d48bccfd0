from pathlib import Path
from typing import Any

from textual.app import App

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.confusion.screen import ErrorsScreen
from fmnist_tui.tui.widgets.dialogs import QuestionDialog


def show_errors(
    app: App[Any], run: Run | None, pair: tuple[Run, Run] | None, folder: Path, data: Dataset | None
) -> None:
    """Show the errors of a run, or those of a pair of runs, as a person says where both could be meant.

    Args:
        app: the app.
        run: the run under the cursor, if there is one.
        pair: the marked runs, if there are two.
        folder: the notebook's `runs` folder.
        data: the loaded dataset, if any.
    """

    def show(answer: str | None) -> None:
        first, second = pair if pair and answer == "v" else (run, None)
        if answer and first:
            app.push_screen(ErrorsScreen(first, folder, data, second))

    if run is not None and pair is not None:
        first, second = map(_seed_words, pair)
        answers = {"e": f"errors of {_seed_words(run)}", "v": f"compare {first} with {second}"}
        app.push_screen(QuestionDialog("errors", "Two rows are marked.", answers), show)
    else:
        show("v" if pair else "e")


def _seed_words(run: Run) -> str:
    return f"{visible(run.experiment, 30)} seed {run.seed}"
