"""What the app warns of in the notebook and its folder: notified once, logged, and above the history while it lasts."""

from fmnist_tui.lab.toml.reading import Notebook
from fmnist_tui.tui.history.pane import HistoryPane
from fmnist_tui.tui.training.pane import TrainingPane

SECONDS = 15
"""How long a notification stands."""


class NotebookWarnings:
    """Tells what is wrong in the notebook, anew only where that has changed."""

    def __init__(self, training: TrainingPane, history: HistoryPane) -> None:
        self._training = training
        self._history = history
        self._told: tuple[str, ...] = ()

    def show(self, notebook: Notebook) -> None:
        """Tell the keys that are likely mistakes."""
        remarks = notebook.remarks
        if remarks:
            more = f" ({len(remarks) - 1} more in the training log)" if len(remarks) > 1 else ""
            self._history.say(f"{remarks[0]}{more}")
        if remarks and remarks != self._told:
            for remark in remarks:
                self._training.log_line(remark)
            self._notify(remarks[0], "notebook")
        self._told = remarks

    def refuse(self, why: str) -> None:
        """Say why something is not trained."""
        self._notify(why, "not trained")

    def log(self, problem: str) -> None:
        """Tell a problem with the notebook's folder that came up as a training was to begin."""
        self._training.log_line(problem)
        self._notify(problem, "notebook")

    def _notify(self, words: str, title: str) -> None:
        self._training.notify(words, title=title, severity="warning", timeout=SECONDS, markup=False)
