from textual.binding import Binding, BindingType

from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.widgets.moving import MOVING_KEYS

TABLE_KEYS: list[BindingType] = [
    global_key("up", "move(-1)", "Move the cursor up"),
    global_key("down", "move(1)", "Move the cursor down"),
    global_key("page-up", "page(-1)", "Move the cursor up by a page"),
    global_key("page-down", "page(1)", "Move the cursor down by a page"),
    *MOVING_KEYS,
    global_key("left", "shift(-1)", "Show the columns on the left", word="Columns left"),
    global_key("right", "shift(1)", "Show the columns on the right", word="Columns right"),
    global_key("open", "fold", "Fold or unfold the experiment's runs", word="Runs", show=True),
    global_key("expand", "expand", "Fold or unfold all experiments", word="All runs"),
    global_key("mark", "mark", "Mark the row: to compare it, and to show its curves", show=True),
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
    global_key("filter", "filter", "Filter the rows: acc>0.87 params<60k; Esc shows all again", show=True),
    Binding("o", "sort", "Sort", show=False, tooltip="Sort by any column", id="history.sort"),
    global_key("compare", "compare", "Compare the marked experiments", show=True),
    Binding("c", "clone", "Clone", tooltip="Copy the recipe into the editor", id="history.clone"),
    Binding(
        "e",
        "errors",
        "Errors",
        tooltip="Show the run's errors; with two marked, where they differ",
        id="history.errors",
    ),
    global_key("inside", "inside", "Show what the units of the run's network look for"),
    Binding(
        "r",
        "resume",
        "Resume or train",
        show=False,
        tooltip="Resume interrupted runs; train stopped and failed ones again, and the missing seeds of the plan",
        id="history.resume",
    ),
    global_key("stop", "stop", "Stop a training in another program", word="Stop elsewhere"),
    global_key("info", "info", "Show all details of the row", word="Details"),
    global_key("note", "edit_text('note')"),
    Binding(
        "H",
        "edit_text('hypothesis')",
        "Hypothesis",
        key_display="H",
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
    global_key("delete", "delete", "Delete the run, or the experiment with its runs; u restores it"),
    global_key("undo", "undo", "Undo the last edit or deletion"),
    global_key("redo", "redo", "Redo the undone edit or deletion"),
    global_key("copy", "copy", "Copy the rows, an id or a Keras script"),
    Binding(
        "vertical_line",
        "columns",
        "Columns",
        key_display="|",
        show=False,
        tooltip="Choose the columns and their order",
        id="history.columns",
    ),
    global_key("cancel", "clear", "Remove the filter, then the marks", word="Show all"),
]


RESUME_KEY = next(each.key for each in PANE_KEYS if isinstance(each, Binding) and each.id == "history.resume")
