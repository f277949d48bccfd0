"""A text that can change often without a new layout of the screen."""

from rich.text import Text
from textual.widgets import Static


class FixedText(Static):
    """Shows lines without wrapping; asks for a new layout only when the number of lines changes.

    A layout of the screen takes about ten milliseconds, drawing a line less than one.
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._shown = Text()

    def show(self, text: Text) -> None:
        """Show a text; an unchanged one is not drawn again."""
        if (text, text.spans) == (self._shown, self._shown.spans):
            return
        before, self._shown = self._shown, text
        self.update(text, layout=before.plain.count("\n") != text.plain.count("\n") or not before)
