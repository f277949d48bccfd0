"""A line of text to type in, which takes all that is pasted."""

from collections.abc import Sequence

from textual.events import Paste

from fmnist_tui.tui.widgets.visible_text import VisibleInput


class OneLineInput(VisibleInput):
    """An input that joins the lines of what is pasted, where Textual's keeps the first of them alone."""

    pasted_lines = 0
    """How many lines were joined by the last paste; 0 where it was one, or none yet."""

    def joined(self, lines: Sequence[str]) -> str:
        """Return lines as one, with spaces between them."""
        return " ".join(lines)

    def take(self, text: str) -> None:
        """Put a text that is pasted at the cursor, or in place of what is selected."""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        self.pasted_lines = len(lines) if len(lines) > 1 else 0
        one = self.joined(lines) if self.pasted_lines else "".join(text.splitlines())
        self.replace(one, *self.selection)

    def _on_paste(self, event: Paste) -> None:
        # Without this Textual calls the base's handler too.
        event.prevent_default()
        event.stop()
        self.take(event.text)

    def action_paste(self) -> None:
        self.take(self.app.clipboard)
