"""A one-line input that joins pasted lines; Textual's keeps only the first."""

from collections.abc import Sequence

from textual.events import Paste

from fmnist_tui.tui.widgets.visible_text import VisibleInput


class OneLineInput(VisibleInput):
    pasted_lines = 0
    """How many lines the last paste joined; 0 for a single line."""

    def joined(self, lines: Sequence[str]) -> str:
        return " ".join(lines)

    def take(self, text: str) -> None:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        self.pasted_lines = len(lines) if len(lines) > 1 else 0
        one = self.joined(lines) if self.pasted_lines else "".join(text.splitlines())
        self.replace(one, *self.selection)

    def _on_paste(self, event: Paste) -> None:
        # Textual would call the base class's handler too.
        event.prevent_default()
        event.stop()
        self.take(event.text)

    def action_paste(self) -> None:
        self.take(self.app.clipboard)
