"""The history pane: a row an experiment, newest results as they come."""

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import DataTable, Static

from fmnist_tui.lab.plain_text import counted
from fmnist_tui.lab.recipe import Recipe
from fmnist_tui.lab.records import Run
from fmnist_tui.lab.results import Group
from fmnist_tui.tui.history.columns import COLUMNS, Column, cells, columns_for
from fmnist_tui.tui.history.runs import RunsOf
from fmnist_tui.tui.pane import Pane


class HistoryTable(DataTable[Text]):
    """The table; j and k move as the arrows do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter",
            "select_cursor",
            "Runs",
            key_display="Enter",
            tooltip="Show the runs of the experiment",
            id="history.look",
        ),
        Binding("j", "cursor_down", "Down", show=False, tooltip="Move the cursor down", id="history.down"),
        Binding("k", "cursor_up", "Up", show=False, tooltip="Move the cursor up", id="history.up"),
        Binding("g", "scroll_top", "First", show=False, tooltip="Go to the first row", id="history.first"),
        Binding(
            "G", "scroll_bottom", "Last", key_display="G", show=False, tooltip="Go to the last row", id="history.last"
        ),
    ]


class HistoryPane(Pane):
    """Shows the groups that it is given; a group can be taken into the editor or looked into."""

    number = 3
    name_shown = "History"
    about = (
        "A row an experiment and recipe. Accuracies are means over the finished runs, ± one standard deviation from "
        "two runs up; after / is how many runs the plan asks for; ■ stopped, ✗ failed, ‖ interrupted."
    )

    DEFAULT_CSS = """
    HistoryPane {
        HistoryTable { height: 1fr; background: transparent; scrollbar-size-vertical: 1; overflow-x: hidden; }
        #history-note { height: auto; color: $text-muted; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "clone", "Clone", tooltip="Take the recipe into the editor", id="history.clone"),
    ]

    @dataclass
    class Cloned(Message):
        """A group's recipe is wanted in the editor, with the seed of one of its runs if one is meant."""

        group: Group
        run: Run | None = None

    def compose_body(self) -> ComposeResult:
        """Lay out a note, for when there is nothing, and the table."""
        yield Static(id="history-note")
        yield HistoryTable(cursor_type="row", zebra_stripes=False, cell_padding=1)

    @property
    def entrance(self) -> HistoryTable:
        """The table."""
        return self.query_one(HistoryTable)

    def on_mount(self) -> None:
        """Begin empty, with every column."""
        super().on_mount()
        self._groups: tuple[Group, ...] = ()
        self._show_columns(COLUMNS)

    def on_resize(self) -> None:
        """Show the columns there is room for; the cursor stays on its experiment."""
        columns = columns_for(self.size.width - 2)
        if columns != self._columns and not self.has_class("-shrunk"):
            here = self.group
            self._show_columns(columns)
            if here is not None:
                self._move_to(here.name, here.recipe)

    def _show_columns(self, columns: tuple[Column, ...]) -> None:
        self._columns = columns
        self.entrance.clear(columns=True)
        for column in columns:
            title = Text(column.title, justify="right" if column.right else "left")
            self.entrance.add_column(title, key=column.key)
        self._fill()

    def show_groups(self, groups: tuple[Group, ...]) -> None:
        """Show other groups; the cursor stays on its experiment, and what is seen stays where it is."""
        here, top = self.group, self.entrance.scroll_y
        self._groups = groups
        self._fill()
        if here is not None:
            self._move_to(here.name, here.recipe)
            self.entrance.scroll_to(y=top, animate=False)
        self.summary = extent(groups)
        self.border_subtitle = self.summary
        self.say("" if groups else "nothing yet: t trains what the editor holds, and its result comes here")

    def _fill(self) -> None:
        self.entrance.clear()
        for group in self._groups:
            self.entrance.add_row(*cells(group, self._columns))

    def point_at(self, name: str, recipe: Recipe) -> None:
        """Put the cursor on a group, unless a person is at work in this pane."""
        if not self.has_focus_within:
            self._move_to(name, recipe)

    def _move_to(self, name: str, recipe: Recipe) -> None:
        for at, group in enumerate(self._groups):
            if (group.name, group.recipe) == (name, recipe):
                self.entrance.move_cursor(row=at, animate=False)

    def say(self, words: str) -> None:
        """Write a note above the table, or take it away."""
        note = self.query_one("#history-note", Static)
        note.update(Text(words))
        note.display = bool(words)

    @property
    def group(self) -> Group | None:
        """The group under the cursor."""
        row = self.entrance.cursor_row
        return self._groups[row] if 0 <= row < len(self._groups) else None

    def action_clone(self) -> None:
        """Take the recipe under the cursor into the editor."""
        if self.group is not None:
            self.post_message(self.Cloned(self.group))

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """Show the runs of the experiment under the cursor."""
        event.stop()
        group = self.group
        if group is None:
            return

        def take(run: Run | None) -> None:
            if run is not None:
                self.post_message(self.Cloned(group, run))

        self.app.push_screen(RunsOf(group), take)


def extent(groups: tuple[Group, ...]) -> str:
    """Return how many experiments and runs there are, in words."""
    runs = sum(len(group.runs) for group in groups)
    return f"{counted(len(groups), 'experiment')} · {counted(runs, 'run')}"
