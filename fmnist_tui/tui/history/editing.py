from collections.abc import Callable

from textual.widget import Widget

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui.background import Background
from fmnist_tui.tui.history import view as gestures
from fmnist_tui.tui.history.edits import (
    Change,
    Changed,
    NotebookEdits,
    deletion,
    pin_change,
    star_change,
    text_change,
    text_now,
)
from fmnist_tui.tui.history.input_line import InputLine
from fmnist_tui.tui.history.rows import HistoryRow
from fmnist_tui.tui.history.table import HistoryTable


class RecordEditor:
    def __init__(
        self, pane: Widget, file: NotebookFile, background: Background, show_outcome: Callable[[str], object]
    ) -> None:
        self._pane = pane
        self._show_outcome = show_outcome
        self._edits = NotebookEdits(file, pane.post_message, background)

    def ask(self, key: str) -> None:
        row = self._row
        if row is None:
            return
        if key != "note":
            row = HistoryRow(row.group)  # a run has neither name nor hypothesis
        elif row.entry is not None and not self._recorded(row):
            return
        now = text_now(row, key)

        def take(text: str) -> bool:
            if key == "name" and not text.strip():
                return False
            if text.strip() != now.strip():
                self._edits.make(text_change(row, key, text))
            return True

        self._pane.query_one("#edit-line", InputLine).ask(key, now, take)

    def star(self) -> None:
        self._change(star_change)

    def pin(self) -> None:
        view = self._table.view
        self._change(lambda row: pin_change(row, view), of_run=False)

    def delete(self) -> None:
        self._change(deletion)

    def undo(self) -> None:
        self._edits.undo()

    def redo(self) -> None:
        self._edits.redo()

    def take(self, event: Changed) -> bool:
        """Show the edit, or why it failed; return whether it was made."""
        if event.made is None:
            self._pane.notify(event.problem, severity="warning", markup=False)
            return False
        if event.made.renamed is not None:
            before, after = event.made.renamed
            self._table.do(lambda view: gestures.renamed(view, before, after))
        self._show_outcome(event.made.words)
        return True

    @property
    def _table(self) -> HistoryTable:
        return self._pane.query_one(HistoryTable)

    @property
    def _row(self) -> HistoryRow | None:
        return self._table.view.row

    def _change(self, make: Callable[[HistoryRow], Change | None], *, of_run: bool = True) -> None:
        row = self._row
        if row is None or (of_run and row.entry is not None and not self._recorded(row)):
            return
        change = make(row if of_run else HistoryRow(row.group))
        if change is None:
            self._pane.notify("it is not in the notebook yet")
        else:
            self._edits.make(change)

    def _recorded(self, row: HistoryRow) -> bool:
        recorded = row.run is not None and any(run.id == row.run.id for run in row.group.runs)
        if not recorded:
            self._pane.notify("that run is not in the notebook yet")
        return recorded
