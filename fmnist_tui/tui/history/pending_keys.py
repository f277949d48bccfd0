from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.keys import _character_to_key

from fmnist_tui.tui.widgets.text import OneLineInput

PRINTABLE = "".join(map(chr, range(32, 127)))


class PendingKeysInput(OneLineInput):
    """Also takes, in order, the keys pressed while it opens."""

    # Such a key was sent to the table, and bubbles here as a binding that nothing else handled.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(_character_to_key(each), f"type({each!r})", show=False) for each in PRINTABLE
    ]

    def action_type(self, letter: str) -> None:
        self.insert_text_at_cursor(letter)
