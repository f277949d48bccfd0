from pathlib import Path
from typing import Any

from textual.app import App

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.units.pair_screen import PairScreen
from fmnist_tui.tui.units.screen import UnitsScreen
from fmnist_tui.tui.units.study import needs_data, test_images, whose
from fmnist_tui.tui.widgets.dialogs import QuestionDialog


def look_inside(
    app: App[Any], run: Run | None, pair: tuple[Run, Run] | None, folder: Path, data: Dataset | None
) -> None:
    """Show the units of a run, or one image in a pair of runs, as a person says where both could be meant.

    Args:
        app: the app.
        run: the run under the cursor, if there is one.
        pair: the marked runs, if there are two.
        folder: the notebook's `runs` folder.
        data: the loaded dataset, if any.
    """

    def show(answer: str | None) -> None:
        if answer == "v" and pair is not None:
            show_pair(app, pair, folder, data)
        elif answer and run is not None:
            other = next((each for each in pair or () if each.id != run.id), None)
            app.push_screen(UnitsScreen(run, folder, data, other))

    if run is not None and pair is not None:
        a, b = map(whose, pair)
        answers = {"u": f"units of {whose(run)}", "v": f"the same image through {a} and {b}"}
        app.push_screen(QuestionDialog("inside", "Two rows are marked.", answers), show)
    else:
        show("v" if pair else "u")


def show_pair(app: App[Any], pair: tuple[Run, Run], folder: Path, data: Dataset | None) -> None:
    """Show the test images in two networks, or say what data they need."""
    problem = next((words for run in pair if (words := needs_data(run, data))), "")
    if data is None or problem:
        app.notify(problem, severity="warning", markup=False)
    else:
        app.push_screen(PairScreen(pair, folder, test_images(data)))
