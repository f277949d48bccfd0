from collections.abc import Sequence

from rich.segment import Segment
from rich.text import Text
from textual.color import Color
from textual.events import Paste
from textual.filter import LineFilter
from textual.strip import Strip
from textual.widgets import Input, Static

from fmnist_tui.lab.plain_text import visible_in_place


class VisibleText(LineFilter):
    """A safety net: texts should pass `visible` before, so that their width is measured correctly."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        if all(segment.text.isprintable() for segment in segments):
            return segments
        return [
            segment if segment.control else Segment(visible_in_place(segment.text), segment.style)
            for segment in segments
        ]


class VisibleInput(Input):
    @property
    def _value(self) -> Text:
        return Text(visible_in_place(self.value), no_wrap=True, overflow="ignore", end="")

    def _position_to_cell(self, position: int) -> int:
        return Text(visible_in_place(self.value[:position])).cell_len

    def render_line(self, y: int) -> Strip:
        completion = self._suggestion
        self.set_reactive(Input._suggestion, visible_in_place(completion))
        try:
            return super().render_line(y)
        finally:
            self.set_reactive(Input._suggestion, completion)


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


class FixedText(Static):
    """Shows lines without wrapping; asks for a new layout only when the number of lines changes.

    A layout of the screen takes about ten milliseconds, drawing a line less than one.
    """

    DEFAULT_CSS = """
    FixedText { text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._shown = Text()

    def show(self, text: Text) -> None:
        if (text, text.spans) == (self._shown, self._shown.spans):
            return
        before, self._shown = self._shown, text
        self.update(text, layout=before.plain.count("\n") != text.plain.count("\n") or not before)
