"""Replace control characters in inputs, notifications and every drawn line."""

from rich.segment import Segment
from rich.text import Text
from textual.color import Color
from textual.filter import LineFilter
from textual.strip import Strip
from textual.widgets import Input

from fmnist_tui.lab.plain_text import visible_in_place


class VisibleText(LineFilter):
    """Replaces control characters by visible ones in every drawn line.

    A safety net: texts should pass `visible` before, so that their width is measured correctly.
    """

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
