"""A text that may change often without the whole screen being laid out anew."""

from rich.text import Text
from textual.widgets import Static


class FixedText(Static):
    """Shows lines that are never wrapped; only another number of them asks for other room.

    Laying out the screen takes some ten milliseconds, drawing a line of it less than one: what changes with every
    key, or a few times a second, must not ask for the former.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._shown = Text()

    def show(self, text: Text) -> None:
        """Show a text; nothing is drawn where it is the one that is shown."""
        if (text, text.spans) == (self._shown, self._shown.spans):
            return
        before, self._shown = self._shown, text
        self.update(text, layout=before.plain.count("\n") != text.plain.count("\n") or not before)
