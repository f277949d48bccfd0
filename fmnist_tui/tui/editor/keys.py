"""The keys of the table that edits a recipe."""

from textual.binding import Binding, BindingType

DIGITS = "0123456789."
"""What a number is typed with. Each is a command: typed ahead of a busy screen, commands keep their order."""

KEYS: list[BindingType] = [
    Binding("up,k", "move(-1)", "Up", show=False, tooltip="Move the cursor up", id="editor.up"),
    Binding("down,j", "move(1)", "Down", show=False, tooltip="Move the cursor down", id="editor.down"),
    Binding(
        "left,h",
        "column(-1)",
        "Parameter left",
        show=False,
        tooltip="Go to the value left of this one",
        id="editor.left",
    ),
    Binding(
        "right,l",
        "column(1)",
        "Parameter right",
        show=False,
        tooltip="Go to the value right of this one",
        id="editor.right",
    ),
    Binding("home", "move(-10000)", "First row", show=False, tooltip="Go to the first layer", id="editor.first"),
    Binding("end", "move(10000)", "Last row", show=False, tooltip="Go to the last setting", id="editor.last"),
    Binding(
        "enter,equals_sign",
        "type",
        "Type a value",
        show=False,
        tooltip="Type a value, or open its list; keep what is typed",
        id="editor.type",
    ),
    Binding(
        "plus,plus_sign",
        "step(1)",
        "One more",
        show=False,
        tooltip="Raise the value by a step, or take the next word",
        id="editor.more",
    ),
    Binding(
        "minus",
        "step(-1)",
        "One less",
        show=False,
        tooltip="Lower the value by a step, or take the word before",
        id="editor.less",
    ),
    Binding(
        "asterisk",
        "scale(2)",
        "Double",
        key_display="*",
        show=False,
        tooltip="Double the value",
        id="editor.double",
    ),
    Binding("slash", "scale(0.5)", "Halve", key_display="/", show=False, tooltip="Halve the value", id="editor.halve"),
    Binding(
        "d,delete",
        "remove",
        "Delete layer",
        show=False,
        tooltip="Delete the layer under the cursor",
        id="editor.delete",
    ),
    Binding(
        "y", "duplicate", "Duplicate layer", show=False, tooltip="Put the layer there twice", id="editor.duplicate"
    ),
    Binding(
        "J",
        "shift(1)",
        "Move layer down",
        key_display="J",
        show=False,
        tooltip="Move the layer down",
        id="editor.move-down",
    ),
    Binding(
        "K",
        "shift(-1)",
        "Move layer up",
        key_display="K",
        show=False,
        tooltip="Move the layer up",
        id="editor.move-up",
    ),
    Binding("u", "undo", "Undo", show=False, tooltip="Take the last change back", id="editor.undo"),
    Binding(
        "U",
        "redo",
        "Redo",
        key_display="U",
        show=False,
        tooltip="Make the change again that was taken back",
        id="editor.redo",
    ),
    *(Binding("full_stop" if digit == "." else digit, f"digit('{digit}')", show=False) for digit in DIGITS),
    Binding("N", "clear", "New", key_display="N", show=False, tooltip="Begin anew, without layers", id="editor.clear"),
]
