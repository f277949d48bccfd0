from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.events import Click
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from fmnist_tui.tui.history.columns import CHOOSABLE, COLUMNS, DEFAULT_COLUMNS
from fmnist_tui.tui.widgets.moving import MOVING_KEYS, half


class ColumnList(OptionList):
    class Clicked(Message):
        pass

    async def _on_click(self, event: Click) -> None:
        event.prevent_default()  # Textual's own would select, as Enter does
        clicked = event.style.meta.get("option")
        if clicked is not None:
            self.highlighted = clicked
            self.post_message(self.Clicked())


MOST_ROWS = 18

ROWS_AROUND = 7
"""Of the chooser's border, of what is below its list, and of the screen above and below."""


class ColumnChooser(ModalScreen[tuple[str, ...] | None]):
    """Returns the chosen keys in order, or None after Escape."""

    DEFAULT_CSS = """
    ColumnChooser { align: center middle; }
    ColumnChooser > Vertical {
        width: 90%; max-width: 90; height: auto; max-height: 96%; border: round $accent;
        background: $surface; padding: 0 1;
    }
    ColumnChooser OptionList, ColumnChooser OptionList:focus { border: none; }
    ColumnChooser OptionList {
        height: auto; padding: 0; scrollbar-size-vertical: 1;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    ColumnChooser Static { color: $text-muted; }
    ColumnChooser #about { color: $foreground; height: 2; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Cancel", show=False),
        Binding("space", "show_or_hide", "Show or hide", show=False),
        Binding("J", "shift(1)", "Further right", show=False),
        Binding("K", "shift(-1)", "Further left", show=False),
        Binding("j", "move(1)", "Down", show=False),
        Binding("k", "move(-1)", "Up", show=False),
        *MOVING_KEYS,
        Binding("0", "reset", "Default columns", show=False),
    ]

    def __init__(self, shown: tuple[str, ...]) -> None:
        super().__init__()
        self.shown = set(shown)
        self.order = [*shown, *(key for key in CHOOSABLE if key not in shown)]

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "columns"
            box.border_subtitle = "Enter saves · Esc cancels"
            yield ColumnList()
            yield Static(id="about", markup=False)
            yield Static("Space shows or hides · J K move down and up · 0 restores the default", markup=False)

    def on_mount(self) -> None:
        self.show_columns(0)

    def on_resize(self) -> None:
        self.query_one(OptionList).styles.max_height = max(min(self.size.height - ROWS_AROUND, MOST_ROWS), 1)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Say in full what the list may have no room for."""
        self.query_one("#about", Static).update(COLUMNS[str(event.option_id)].about)

    @property
    def chosen(self) -> tuple[str, ...]:
        return tuple(key for key in self.order if key in self.shown)

    def show_columns(self, at: int) -> None:
        menu = self.query_one(OptionList)
        menu.clear_options()
        menu.add_options([Option(self._line(key), id=key) for key in self.order])
        menu.highlighted = at

    def _line(self, key: str) -> Text:
        column = COLUMNS[key]
        box = "[x]" if key in self.shown else "[ ]"
        return Text.assemble(box, f" {column.title:<11} ", (column.about, "dim"), no_wrap=True, overflow="ellipsis")

    @property
    def _at(self) -> int:
        return self.query_one(OptionList).highlighted or 0

    def on_column_list_clicked(self, event: ColumnList.Clicked) -> None:
        event.stop()
        self.action_show_or_hide()

    def action_show_or_hide(self) -> None:
        self.shown ^= {self.order[self._at]}
        self.show_columns(self._at)

    def action_shift(self, by: int) -> None:
        at = self._at
        if 0 <= at + by < len(self.order):
            self.order[at], self.order[at + by] = self.order[at + by], self.order[at]
            self.show_columns(at + by)

    def action_move(self, by: int) -> None:
        menu = self.query_one(OptionList)
        menu.highlighted = min(max(self._at + by, 0), len(self.order) - 1)

    def action_go_first(self) -> None:
        self.action_move(-len(self.order))

    def action_go_last(self) -> None:
        self.action_move(len(self.order))

    def action_half_page(self, by: int) -> None:
        self.action_move(by * half(self.query_one(OptionList).size.height))

    def action_reset(self) -> None:
        self.shown = set(DEFAULT_COLUMNS)
        self.order = [*DEFAULT_COLUMNS, *(key for key in CHOOSABLE if key not in DEFAULT_COLUMNS)]
        self.show_columns(0)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(self.chosen)
