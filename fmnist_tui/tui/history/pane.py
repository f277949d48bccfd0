import os
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import Static

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.filtering.filter import HELP
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.plain_text import counted, visible
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.tui.background import Background
from fmnist_tui.tui.history import choices
from fmnist_tui.tui.history import view as gestures
from fmnist_tui.tui.history.arrangement import Arrangement
from fmnist_tui.tui.history.choices import copies
from fmnist_tui.tui.history.details import details
from fmnist_tui.tui.history.filter_line import FilterLine
from fmnist_tui.tui.history.hint import hint
from fmnist_tui.tui.history.input_line import InputLine
from fmnist_tui.tui.history.keys import PANE_KEYS
from fmnist_tui.tui.history.rows import HistoryRow, RowKey
from fmnist_tui.tui.history.table import HistoryTable, order_words
from fmnist_tui.tui.history.view import HistoryView
from fmnist_tui.tui.training.activity import Activity
from fmnist_tui.tui.training.states import Entry, State
from fmnist_tui.tui.training.stopping import ask_stop_elsewhere
from fmnist_tui.tui.widgets.dialogs import PickerDialog, TextDialog
from fmnist_tui.tui.widgets.pane import Pane
from fmnist_tui.tui.widgets.text import FixedText

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset
    from fmnist_tui.tui.charts.experiments import Marked as Lettered
    from fmnist_tui.tui.history.editing import RecordEditor
    from fmnist_tui.tui.history.edits import Changed


class HistoryPane(Pane):
    number = 3
    heading = "History"
    about = (
        "One row for each experiment and recipe; Enter unfolds its runs. Accuracies are means over the finished "
        "runs, ± one standard deviation from two runs up; vs ⚑ is the difference from the pinned baseline in "
        "points, ± half its 95 % interval: ▲ ▼ clear, △ ▽ possible, ≈ not resolved, by p values corrected for all "
        "experiments (Holm). vs publ. is the mean test accuracy − the plan's published one, in points. "
        + "  ".join(f"{state.sign} {state.word}" for state in State)
        + ". ● marked, ★ starred, ⚑ the baseline. ‹ › in the heading: more columns, ← → show them.\n\n"
        + HELP
    )

    DEFAULT_CSS = """
    HistoryPane {
        #history-filter { color: $text; text-style: bold; height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
        #history-note { height: auto; color: $text-muted; }
        #history-clue { display: none; height: 1; color: $text-muted; }
        #history-clue.-shown { display: block; }
        #history-hint { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = PANE_KEYS

    columns: tuple[str, ...] | None = None
    data: "Dataset | None" = None
    lettered: "tuple[Lettered, ...]" = ()

    @dataclass
    class Cloned(Message):
        """The user wants to edit a recipe, with a run's seed if one was selected."""

        group: Group
        run: Run | None = None

    @dataclass
    class Pointed(Message):
        """The row under the cursor is another, or has other results."""

        group: Group | None
        """A run's row is a group of one."""
        moved: bool

    @dataclass
    class Marked(Message):
        groups: tuple[Group, ...]

    @dataclass
    class TrainingWanted(Message):
        """`words` says from where the trainings start."""

        jobs: tuple[Job, ...]
        words: str

    class Edited(Message):
        """The notebook was edited here."""

    def __init__(self, file: NotebookFile, id: str, background: Background) -> None:
        super().__init__(id=id)
        self.file = file
        self._background = background
        self.arrangement = Arrangement(self)
        self._outcome = ""

    @cached_property
    def editor(self) -> "RecordEditor":
        from fmnist_tui.tui.history.editing import RecordEditor

        return RecordEditor(self, self.file, self._background, self.show_outcome)

    def compose_body(self) -> ComposeResult:
        yield Static(id="history-note")
        yield HistoryTable()
        yield FixedText(id="history-filter")
        yield FilterLine(self.names, "filter-line")
        yield InputLine("edit-line")
        yield FixedText(id="history-hint")
        yield FixedText(id="history-clue")

    @property
    def focus_target(self) -> HistoryTable:
        return self.table

    @property
    def table(self) -> HistoryTable:
        return self.query_one(HistoryTable)

    @property
    def row(self) -> HistoryRow | None:
        return self.table.view.row

    @property
    def group(self) -> Group | None:
        return self.row.group if self.row else None

    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(group.name for group in self.table.view.groups))

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one("#history-filter").display = False
        self.show_hint()
        self._stoppable = False
        self._said: str | None = None  # until the notebook is read
        if self.columns is not None:
            self.table.columns = self.columns

    # Display

    def show_groups(self, groups: tuple[Group, ...]) -> None:
        self.table.do(lambda view: gestures.show_groups(view, groups))
        self.say(self._nothing_yet)
        self.summary = self.border_subtitle = extent(self.table.view)

    def show_activity(self, activity: Activity) -> None:
        self.table.do(lambda view: gestures.show_activity(view, activity))
        if self._said in {"", NOTHING_YET} and self._said != self._nothing_yet:
            self.say(self._nothing_yet)

    @property
    def _nothing_yet(self) -> str:
        return "" if self.table.view.groups else NOTHING_YET

    def say(self, words: str) -> None:
        self._said = words
        note = self.query_one("#history-note", Static)
        note.update(Text(words))
        note.display = bool(words)

    def point_at(self, name: str, recipe: Recipe) -> None:
        """Move the cursor to a group, unless the user is working in this pane."""
        if not self.has_focus_within:
            self.table.do(lambda view: gestures.move_to(view, RowKey(name, recipe)))

    def on_history_table_changed(self, event: HistoryTable.Changed) -> None:
        event.stop()
        before, view = event.before, event.after
        moved = before.groups is view.groups and before.at != view.at
        if moved or before.order != view.order or len(before.marked) != len(view.marked):
            self._outcome = ""
        self.summary = self.border_subtitle = extent(view)
        self.arrangement.show_filter()
        self.show_hint()
        if (self._elsewhere is not None) != self._stoppable:
            self._stoppable = not self._stoppable
            self.refresh_bindings()
        self.point_charts(before, view)
        if before.marked != view.marked or (view.marked and before.groups is not view.groups):
            self.post_message(self.Marked(choices.marked_groups(view)))

    def point_charts(self, before: HistoryView, view: HistoryView) -> None:
        old, new = before.row, view.row
        if old is not new and (old is None or new is None or (old.key, old.group) != (new.key, new.group)):
            moved = (old and old.key) != (new and new.key)
            self.post_message(self.Pointed(choices.as_group(new) if new else None, moved))

    def show_hint(self) -> None:
        words = hint(self.table.view, statistics=self.table.statistics)
        if self._outcome:
            words = Text.assemble((self._outcome, "bold"), " · ", words, no_wrap=True, overflow="ellipsis")
        self.query_one("#history-hint", FixedText).show(words)

    def show_clue(self, sentence: str | None) -> None:
        """Show the first clue in the last line; None keeps what it says, an empty sentence hides it."""
        line = self.query_one("#history-clue", FixedText)
        if sentence or not line.has_class("-shown"):
            words = sentence or "what the results say"
            line.show(Text.assemble(("C", "bold"), f" clue: {words}", no_wrap=True, overflow="ellipsis"))
        line.set_class(sentence != "", "-shown")

    def show_outcome(self, words: str) -> None:
        """Show what an edit did, until the cursor moves."""
        self._outcome = words
        self.show_hint()

    # Arranging

    def on_filter_line_understood(self, event: FilterLine.Understood) -> None:
        event.stop()
        self.arrangement.filter(event.filter)

    def on_input_line_closed(self) -> None:
        self.arrangement.show_filter()

    def action_filter(self) -> None:
        self.arrangement.ask_filter()

    def action_clear(self) -> None:
        self.arrangement.clear()

    def action_sort(self) -> None:
        self.arrangement.ask_order()

    def action_columns(self) -> None:
        self.arrangement.ask_columns()

    # Editing

    def action_edit_text(self, key: str) -> None:
        self.editor.ask(key)

    def action_star(self) -> None:
        self.editor.star()

    def action_pin(self) -> None:
        self.editor.pin()

    def action_delete(self) -> None:
        self.editor.delete()

    def action_undo(self) -> None:
        self.editor.undo()

    def action_redo(self) -> None:
        self.editor.redo()

    def on_changed(self, event: "Changed") -> None:
        event.stop()
        if self.editor.take(event):
            self.post_message(self.Edited())

    # Screens

    def action_info(self) -> None:
        if self.row is not None:
            title = visible(self.row.group.name, 40)
            self.app.push_screen(TextDialog(title, details(self.row, self.table.view)))

    def action_compare(self) -> None:
        from fmnist_tui.tui.comparison.screen import ComparisonScreen

        groups = choices.compared(self.table.view)
        if len(groups) < 2:
            self.notify("mark two or more rows with Space to compare them")
        else:
            self.app.push_screen(ComparisonScreen(groups, self.lettered, self.table.view.groups))

    def action_errors(self) -> None:
        from fmnist_tui.tui.confusion.opening import show_errors

        run = choices.examined_run(self.row) if self.row else None
        pair = choices.examined_pair(self.table.view)
        if run is not None or pair is not None:
            show_errors(self.app, run, pair, self.file.runs_folder, self.data)
        else:
            self.notify("no run of this row has been tested yet")

    def action_inside(self) -> None:
        from fmnist_tui.tui.units.opening import look_inside

        run = choices.examined_run(self.row) if self.row else None
        pair = choices.examined_pair(self.table.view)
        if run is not None or pair is not None:
            look_inside(self.app, run, pair, self.file.runs_folder, self.data)
        else:
            self.notify("no run of this row has been tested yet; this key in the training pane watches one learn")

    # Requests to others

    def action_clone(self) -> None:
        if self.row is not None:
            self.post_message(self.Cloned(self.row.group, self.row.run))

    def action_resume(self) -> None:
        if self.row is None:
            return
        jobs = choices.to_train(self.row, self.table.view.ongoing)
        if jobs:
            self.app.clear_notifications()  # the toast says which run was interrupted, and that this key resumes it
            words = choices.start_words(self.row, jobs, self._has_checkpoint)
            self.post_message(self.TrainingWanted(jobs, words))
        else:
            self.notify("all planned seeds are trained; t trains more seeds of the network in the editor")

    def _has_checkpoint(self, run_id: str) -> bool:
        # Path's raises where the folder may not be entered.
        return os.path.isfile(RunFolder(self.file.runs_folder / run_id).checkpoint)  # noqa: PTH113

    def action_stop(self) -> None:
        entry = self._elsewhere
        if entry is None or entry.training is None:
            return
        training = entry.training

        def is_active() -> bool:
            ongoing = self.table.view.ongoing.get(training.job.experiment, ())
            return any(now.training and now.training.run_id == training.run_id for _, now in ongoing)

        ask_stop_elsewhere(self, training, is_active)

    @property
    def _elsewhere(self) -> Entry | None:
        entry = self.row.entry if self.row else None
        return entry if entry is not None and entry.state is State.ELSEWHERE else None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        return action != "stop" or self._elsewhere is not None

    def action_copy(self) -> None:
        offered = copies(self.table.view, self.table.shown_columns, self.table.surroundings)

        def take(place: int | None) -> None:
            if place is not None:
                self.post_message(self.Copied(offered[place].text(), offered[place].file_name))

        if offered:
            self.app.push_screen(PickerDialog("copy", [(copy.title, copy.about) for copy in offered]), take)


NOTHING_YET = "nothing yet: press t to train this network; its result comes here"


def extent(view: HistoryView) -> str:
    """Return `by val acc ▼ highest first · 6 of 18 experiments · 90 runs`."""
    runs = sum(len(group.runs) for group in view.groups)
    marked = f"● {len(view.marked)} marked · " if view.marked else ""
    lead = f"{len(view.arranged)} of " if view.filtered else ""
    order = f"{order_words(view.order)} · " if view.order else ""
    return f"{marked}{order}{lead}{counted(len(view.groups), 'experiment')} · {counted(runs, 'run')}"
