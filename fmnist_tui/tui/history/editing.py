"""The part of the history pane that changes the notebook: notes, stars, names, the baseline, deletion and undo."""

from collections.abc import Callable

from textual.message import Message

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.tui.history import view as gestures
from fmnist_tui.tui.history.changing import Changed, Changing
from fmnist_tui.tui.history.edits import Change, deletion, pin_change, star_change, text_change, text_now
from fmnist_tui.tui.history.foot_line import FootLine
from fmnist_tui.tui.history.rows import Row
from fmnist_tui.tui.history.table import HistoryTable
from fmnist_tui.tui.pane import Pane


class EditingPane(Pane):
    """A pane with the table, a line to type on, and keys that change what the notebook says of a row."""

    class Edited(Message):
        """The notebook was changed from here."""

    def __init__(self, file: NotebookFile, id: str) -> None:
        super().__init__(id=id)
        self.file = file
        self.changing = Changing(file, self.post_message)

    @property
    def table(self) -> HistoryTable:
        """The table."""
        return self.query_one(HistoryTable)

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.table.view.row

    def action_note(self) -> None:
        """Edit the note of the experiment or the run."""
        self._ask("note")

    def action_hypothesis(self) -> None:
        """Edit what is expected of the experiment."""
        self._ask("hypothesis")

    def action_rename(self) -> None:
        """Edit the name of the experiment."""
        self._ask("name")

    def _ask(self, key: str) -> None:
        row = self.row
        if row is None:
            return
        if key != "note":
            row = Row(row.group)  # a run has neither a name nor a hypothesis of its own
        elif row.entry is not None and not self._recorded(row):
            return
        now = text_now(row, key)

        def take(text: str) -> bool:
            if key == "name" and not text.strip():
                return False
            if text.strip() != now.strip():
                self.changing.want(text_change(row, key, text))
            return True

        self.query_one("#edit-line", FootLine).ask(key, now, take)

    def action_star(self) -> None:
        """Give the row a star, or take it."""
        self._change(star_change)

    def action_pin(self) -> None:
        """Pin the experiment as the baseline, or unpin it."""
        view = self.table.view
        self._change(lambda row: pin_change(row, view), of_run=False)

    def action_delete(self) -> None:
        """Delete the run, or the experiment with its runs."""
        self._change(deletion)

    def action_undo(self) -> None:
        """Take the last change back."""
        self.changing.want(None)

    def _change(self, make: Callable[[Row], Change | None], *, of_run: bool = True) -> None:
        row = self.row
        if row is None or (of_run and row.entry is not None and not self._recorded(row)):
            return
        change = make(row if of_run else Row(row.group))
        if change is None:
            self.notify("the notebook holds nothing of it yet")
        else:
            self.changing.want(change)

    def _recorded(self, row: Row) -> bool:
        """Whether the notebook holds the run of a row; where it does not, say so."""
        recorded = row.run is not None and any(run.id == row.run.id for run in row.group.runs)
        if not recorded:
            self.notify("that run is not in the notebook yet")
        return recorded

    def on_changed(self, event: Changed) -> None:
        """Say what was changed, or why it was not; what was renamed keeps the cursor, its marks and its runs shown."""
        event.stop()
        if event.made is None:
            self.notify(event.problem, severity="warning", markup=False)
            return
        if event.made.renamed is not None:
            before, after = event.made.renamed
            self.table.do(lambda view: gestures.renamed(view, before, after))
        self.notify(event.made.words, markup=False)
        self.post_message(self.Edited())
