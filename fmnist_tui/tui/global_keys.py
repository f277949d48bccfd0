from collections.abc import Mapping
from string import ascii_lowercase
from typing import NamedTuple

from textual.binding import Binding
from textual.keys import format_key


class GlobalKey(NamedTuple):
    keys: str
    """Comma-separated, as Textual names them."""
    word: str
    meaning: str
    display: str | None = None
    """How the key is written where its name is not what is printed on it."""


GLOBAL_KEYS: Mapping[str, GlobalKey] = {
    "pane.architecture": GlobalKey("1", "Architecture", "Go to the architecture"),
    "pane.training": GlobalKey("2", "Training", "Go to the training"),
    "pane.history": GlobalKey("3", "History", "Go to the history"),
    "pane.next": GlobalKey("tab", "Pane", "Go to the next pane", "Tab"),
    "pane.previous": GlobalKey("shift+tab", "Previous pane", "Go to the previous pane", "Shift+Tab"),
    "up": GlobalKey("up,k", "Up", "Move up", "↑ k"),
    "down": GlobalKey("down,j", "Down", "Move down", "↓ j"),
    "left": GlobalKey("left,h", "Left", "Move left", "← h"),
    "right": GlobalKey("right,l", "Right", "Move right", "→ l"),
    "first": GlobalKey("g,home", "First", "Go to the first"),
    "last": GlobalKey("G,end", "Last", "Go to the last", "G"),
    "half-page-down": GlobalKey("ctrl+d", "Half a page down", "Move down by half a page", "Ctrl+D"),
    "half-page-up": GlobalKey("ctrl+u", "Half a page up", "Move up by half a page", "Ctrl+U"),
    "page-down": GlobalKey("pagedown", "Page down", "Move down by a page", "PgDn"),
    "page-up": GlobalKey("pageup", "Page up", "Move up by a page", "PgUp"),
    "open": GlobalKey("enter", "Open", "Open what is under the cursor, or save what is typed", "Enter"),
    "cancel": GlobalKey("escape", "Cancel", "Cancel", "Esc"),
    "back": GlobalKey("escape,q", "Back", "Go back", "Esc"),
    "quit": GlobalKey("q", "Quit", "Quit; ask first while a training is running"),
    "train": GlobalKey("t", "Train", "Train this network"),
    "preflight": GlobalKey("T", "Preflight", "Check this network before it is trained; test learning rates", "T"),
    "stop": GlobalKey("s", "Stop", "Stop the training, now or at the end of the epoch"),
    "pause": GlobalKey("p", "Pause or resume", "Pause or resume the training"),
    "undo": GlobalKey("u", "Undo", "Undo the last change"),
    "redo": GlobalKey("U", "Redo", "Redo the undone change", "U"),
    "queue": GlobalKey("Q", "Queue", "Show what is trained and queued; cancel and move what waits", "Q"),
    "move-down": GlobalKey("J", "Move down", "Move what is under the cursor down", "J"),
    "move-up": GlobalKey("K", "Move up", "Move what is under the cursor up", "K"),
    "delete": GlobalKey("d,delete", "Delete", "Delete what is under the cursor"),
    "copy": GlobalKey("y", "Copy", "Copy to the clipboard, and into a file"),
    "note": GlobalKey("n", "Note", "Write a note"),
    "mark": GlobalKey("space", "Mark", "Mark what is under the cursor", "Space"),
    "filter": GlobalKey("slash", "Filter", "Filter the rows", "/"),
    "compare": GlobalKey("v", "Compare", "Compare: what differs"),
    "info": GlobalKey("i", "Info", "Read more about it"),
    "next": GlobalKey("w", "Next", "Show the next of several"),
    "previous": GlobalKey("W", "Previous", "Show the previous of several", "W"),
    "expand": GlobalKey("E", "Expand", "Show or hide everything", "E"),
    "full-screen": GlobalKey("f", "Full screen", "Toggle full screen"),
    "inside": GlobalKey("I", "Inside", "Look inside a trained network", "I"),
    "film": GlobalKey("F", "Film", "Show how the weights grew, epoch by epoch; play it, or stop", "F"),
    "data": GlobalKey("D", "Data", "Show the images of the dataset", "D"),
    "clues": GlobalKey("C", "Clues", "Show what the results say, and what to try next", "C"),
    "export": GlobalKey("x", "Export", "Export a report of all experiments, or of the marked ones"),
    "picture": GlobalKey("V", "Your picture", "Ask the network about a picture of your own", "V"),
    "help": GlobalKey("question_mark,f1", "Help", "Show the keys, and what is under the cursor", "?"),
    "commands": GlobalKey("colon", "Commands", "Find any command by its name", ":"),
    "suspend": GlobalKey(
        "ctrl+z", "Suspend", "Suspend the app and pause the training; fg resumes, bg trains in the background"
    ),
}
"""By id, which is the same wherever the key is bound, so that the settings change it everywhere."""


def global_key(
    id: str,
    action: str,
    tooltip: str | None = None,
    *,
    word: str | None = None,
    show: bool = False,
    priority: bool = False,
) -> Binding:
    """`word` and `tooltip` say what the key does here."""
    key = GLOBAL_KEYS[id]
    return Binding(
        key.keys,
        action,
        word or key.word,
        show=show,
        key_display=key.display,
        priority=priority,
        tooltip=tooltip or key.meaning,
        id=id,
    )


_NAMES = {
    "escape": "Esc",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "shift+tab": "Shift+Tab",
    "plus": "+",
    "plus_sign": "+",
}
_NAMES |= {f"ctrl+{letter}": f"Ctrl+{letter.upper()}" for letter in ascii_lowercase}
_NAMES |= {key: key.capitalize() for key in ("tab", "enter", "space", "home", "end", "delete", "f1")}


def key_name(key: str) -> str:
    """Return what is printed on a key that has a name in Textual: `PgDn`, `Ctrl+Z`, `/`."""
    return _NAMES.get(key) or format_key(key)


def shown_key(binding: Binding) -> str:
    return binding.key_display or key_name(binding.key)
