"""Warnings about the notebook: notified once, logged, and shown above the history."""

from fmnist_tui.lab.toml.reading import Notebook
from fmnist_tui.tui.history.pane import HistoryPane
from fmnist_tui.tui.training.pane import TrainingPane

SECONDS = 15


class NotebookWarnings:
    """Shows the notebook's warnings; notifies again only when they change."""

    def __init__(self, training: TrainingPane, history: HistoryPane) -> None:
        self._training = training
        self._history = history
        self._shown: tuple[str, ...] = ()

    def show(self, notebook: Notebook) -> None:
        remarks = notebook.remarks
        if remarks:
            more = f" ({len(remarks) - 1} more in the training log)" if len(remarks) > 1 else ""
            self._history.say(f"{remarks[0]}{more}")
        if remarks and remarks != self._shown:
            for remark in remarks:
                self._training.log_line(remark)
            self._notify(remarks[0], "notebook")
        self._shown = remarks

    def refuse(self, why: str) -> None:
        self._notify(why, "not trained")

    def log(self, problem: str) -> None:
        self._training.log_line(problem)
        self._notify(problem, "notebook")

    def _notify(self, words: str, title: str) -> None:
        self._training.notify(words, title=title, severity="warning", timeout=SECONDS, markup=False)
