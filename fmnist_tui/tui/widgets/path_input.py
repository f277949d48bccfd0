"""A line for the path of a file, completed by Tab as a shell does."""

import os
from itertools import islice, takewhile
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from fmnist_tui.tui.widgets.text import OneLineInput

MOST_ENTRIES = 5_000
"""Looked at in a folder: a huge one must not hold up the keys."""


class PathInput(OneLineInput):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete", "Complete", show=False),
    ]

    def __init__(self, endings: tuple[str, ...], *, placeholder: str = "", compact: bool = False) -> None:
        """`endings` are those of the files to offer, in small letters."""
        super().__init__(placeholder=placeholder, compact=compact, select_on_focus=False)
        self.endings = endings

    @property
    def path(self) -> Path:
        return typed_path(self.value)

    @property
    def choices(self) -> list[str]:
        return continuations(self.value, self.endings)

    def action_complete(self) -> None:
        choices = self.choices
        # The longest common beginning is that of the first and the last in order.
        pairs = zip(choices[0], choices[-1], strict=False) if choices else ()
        longest = "".join(one for one, _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
        if len(longest) > len(self.value):
            self.value = longest
            self.cursor_position = len(longest)
        else:
            self.app.bell()


def typed_path(text: str) -> Path:
    """Return the path that was typed, or that a file manager put in with quotes around it."""
    stripped = text.strip()
    if len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "'\"":
        stripped = stripped[1:-1]
    return _expanded(stripped)


def continuations(text: str, endings: tuple[str, ...]) -> list[str]:
    """Return the paths that begin with a text: folders, each with a slash, and files with one of the endings.

    Hidden ones are among them only where the text begins their name.
    """
    head, slash, begun = text.rpartition("/")
    found = []
    try:
        with os.scandir(_expanded(head + slash)) as entries:
            for entry in islice(entries, MOST_ENTRIES):
                if not entry.name.startswith(begun) or (entry.name.startswith(".") and not begun):
                    continue
                if entry.is_dir():
                    found.append(f"{head}{slash}{entry.name}/")
                elif entry.name.lower().endswith(endings):
                    found.append(f"{head}{slash}{entry.name}")
    except (OSError, ValueError):  # no such folder, or a character that no path has
        return []
    return sorted(found)


def _expanded(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:  # ~ without a home
        return Path(text)
