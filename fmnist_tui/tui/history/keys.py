"""The history's keys: the table's move and arrange, the pane's act on rows; and the hint that names them."""

from rich.text import Text
from textual.binding import Binding, BindingType

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.history.details import difference_words
from fmnist_tui.tui.history.view import HistoryView

TABLE_KEYS: list[BindingType] = [
    Binding("up,k", "move(-1)", "Up", show=False, tooltip="Move the cursor up", id="history.up"),
    Binding("down,j", "move(1)", "Down", show=False, tooltip="Move the cursor down", id="history.down"),
    Binding("pageup", "page(-1)", "Page up", show=False, tooltip="Move the cursor up by a page", id="history.page-up"),
    Binding(
        "pagedown", "page(1)", "Page down", show=False, tooltip="Move the cursor down by a page", id="history.page-down"
    ),
    Binding("g,home", "move(-1000000)", "First", show=False, tooltip="Go to the first row", id="history.first"),
    Binding(
        "G,end",
        "move(1000000)",
        "Last",
        key_display="G",
        show=False,
        tooltip="Go to the last row",
        id="history.last",
    ),
    Binding("left", "shift(-1)", "Columns left", show=False, tooltip="Show the columns on the left", id="history.left"),
    Binding(
        "right", "shift(1)", "Columns right", show=False, tooltip="Show the columns on the right", id="history.right"
    ),
    Binding(
        "enter",
        "fold",
        "Runs",
        key_display="Enter",
        tooltip="Fold or unfold the experiment's runs",
        id="history.look",
    ),
    Binding(
        "E",
        "fold_all",
        "All runs",
        key_display="E",
        show=False,
        tooltip="Fold or unfold all experiments",
        id="history.look-all",
    ),
    Binding(
        "space",
        "mark",
        "Mark",
        key_display="Space",
        tooltip="Mark the row, to compare it and to see its curves behind the live ones",
        id="history.mark",
    ),
    Binding(
        "less_than_sign",
        "sort_beside(-1)",
        "Sort left",
        key_display="<",
        show=False,
        tooltip="Sort by the column to the left",
        id="history.sort-left",
    ),
    Binding(
        "greater_than_sign",
        "sort_beside(1)",
        "Sort right",
        key_display=">",
        show=False,
        tooltip="Sort by the column to the right",
        id="history.sort-right",
    ),
    Binding(
        "O",
        "reverse",
        "Reverse",
        key_display="O",
        show=False,
        tooltip="Reverse sort",
        id="history.reverse",
    ),
]

PANE_KEYS: list[BindingType] = [
    Binding(
        "slash",
        "filter",
        "Filter",
        key_display="/",
        tooltip="Filter the rows: acc>0.87 params<60k; Esc shows all again",
        id="history.filter",
    ),
    Binding("o", "sort", "Sort", show=False, tooltip="Sort by any column", id="history.sort"),
    Binding("v", "compare", "Compare", tooltip="Compare the marked experiments", id="history.compare"),
    Binding("c", "clone", "Clone", tooltip="Copy the recipe into the editor", id="history.clone"),
    Binding(
        "e",
        "errors",
        "Errors",
        show=False,
        tooltip="Show the run's errors; with two marked, what one gets right and the other wrong",
        id="history.errors",
    ),
    Binding(
        "r",
        "train",
        "Resume",
        show=False,
        tooltip="Resume interrupted runs, and train the missing seeds of the plan",
        id="history.train",
    ),
    Binding(
        "s",
        "stop_elsewhere",
        "Stop elsewhere",
        show=False,
        tooltip="Stop a training in another program",
        id="history.stop",
    ),
    Binding(
        "i",
        "details",
        "Details",
        show=False,
        tooltip="Show all details of the row",
        id="history.details",
    ),
    Binding("n", "edit_text('note')", "Note", show=False, tooltip="Write a note", id="history.note"),
    Binding(
        "h",
        "edit_text('hypothesis')",
        "Hypothesis",
        show=False,
        tooltip="Write the experiment's hypothesis",
        id="history.hypothesis",
    ),
    Binding("asterisk", "star", "Star", key_display="*", show=False, tooltip="Star or unstar", id="history.star"),
    Binding(
        "b",
        "pin",
        "Baseline",
        show=False,
        tooltip="Pin or unpin the experiment as the baseline",
        id="history.baseline",
    ),
    Binding(
        "R",
        "edit_text('name')",
        "Rename",
        key_display="R",
        show=False,
        tooltip="Rename the experiment",
        id="history.rename",
    ),
    Binding(
        "D,delete",
        "delete",
        "Delete",
        key_display="D",
        show=False,
        tooltip="Delete the run, or the experiment with its runs; u restores it",
        id="history.delete",
    ),
    Binding("u", "undo", "Undo", show=False, tooltip="Undo the last edit or deletion", id="history.undo"),
    Binding(
        "y",
        "copy",
        "Copy",
        show=False,
        tooltip="Copy the rows, an id or a Keras script",
        id="history.copy",
    ),
    Binding(
        "C",
        "columns",
        "Columns",
        key_display="C",
        show=False,
        tooltip="Choose the columns and their order",
        id="history.columns",
    ),
    Binding(
        "escape",
        "clear",
        "Show all",
        key_display="Esc",
        show=False,
        tooltip="Remove the filter, then the marks",
        id="history.clear",
    ),
]


KEYS = "Enter runs · Space marks · / filters · o sorts · i details · ? all keys"


def hint(view: HistoryView, *, statistics: bool) -> Text:
    """Return a line about the row under the cursor: its verdict, hypothesis, note or reason; else keys.

    A narrow screen cuts off the end, so what the table also shows comes last.
    """
    row = view.row
    parts: list[str] = []
    if row is not None and row.entry is None:
        words = difference_words(row.group, view) if statistics else None
        plan = row.group.plan
        parts += [": ".join(words)] if words else []
        parts += [f"expected: {visible(plan.hypothesis)}"] if plan and plan.hypothesis else []
        parts += [visible(plan.note)] if plan and plan.note else []
    elif row is not None and row.run is not None:
        parts += [visible(text) for text in (row.run.reason, row.run.note) if text]
    if view.marked:
        parts.append(f"● {len(view.marked)} marked: v compares, Esc unmarks")
    return Text(" · ".join(parts) or KEYS, "" if parts else "dim", no_wrap=True, overflow="ellipsis")
