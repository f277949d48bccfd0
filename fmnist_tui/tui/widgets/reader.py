"""A dialog that shows a text."""

from typing import ClassVar

from rich.console import RenderableType
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static


def room(columns: int) -> int:
    """Return the width of the dialog's text, in cells, on a screen `columns` wide."""
    border_padding_and_scrollbar = 5
    return min(columns * 96 // 100, 100) - border_padding_and_scrollbar


class Reader(ModalScreen[None]):
    DEFAULT_CSS = """
    Reader { align: center middle; }
    Reader > VerticalScroll {
        width: 96%; max-width: 100; height: auto; max-height: 96%; border: round $accent;
        background: $surface; padding: 0 1; scrollbar-size-vertical: 1;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,question_mark,f1", "dismiss", "Close", show=False),
        Binding("j", "scroll(1)", "Down", show=False),
        Binding("k", "scroll(-1)", "Up", show=False),
    ]

    def __init__(self, title: str, *texts: RenderableType) -> None:
        super().__init__()
        self.shown_title = title
        self.texts = texts

    def compose(self) -> ComposeResult:
        with VerticalScroll() as box:
            box.border_title = self.shown_title.replace("[", r"\[")
            box.border_subtitle = "arrows scroll · Esc closes"
            for text in self.texts:
                yield Static(text)

    def action_scroll(self, by: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)
