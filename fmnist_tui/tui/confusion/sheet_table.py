"""The widget that shows a sheet of counts with a cursor."""

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from fmnist_tui.tui.confusion.sheet import Sheet


class SheetTable(Widget, can_focus=True):
    """Shows a sheet; posts where the cursor moves and which cell is chosen."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    SheetTable { height: auto; width: 1fr; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1, 0)", "Up", show=False, tooltip="Go to the row above", id="counts.up"),
        Binding("down,j", "move(1, 0)", "Down", show=False, tooltip="Go to the row below", id="counts.down"),
        Binding("left,h", "move(0, -1)", "Left", show=False, tooltip="Go to the column left of this", id="counts.left"),
        Binding(
            "right,l", "move(0, 1)", "Right", show=False, tooltip="Go to the column right of this", id="counts.right"
        ),
        Binding(
            "home", "move(0, -100)", "First column", show=False, tooltip="Go to the first column", id="counts.first"
        ),
        Binding("end", "move(0, 100)", "Last column", show=False, tooltip="Go to the last column", id="counts.last"),
        Binding(
            "enter",
            "choose",
            "Garments",
            key_display="Enter",
            tooltip="Show the garments behind the count",
            id="counts.look",
        ),
    ]

    cursor: reactive[tuple[int, int]] = reactive((0, 0))
    """Row and column."""

    @dataclass
    class Pointed(Message):
        row: int
        column: int

    @dataclass
    class Chosen(Message):
        """A count was selected, to show its images."""

        row: int
        column: int

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sheet: Sheet | None = None

    def show(self, sheet: Sheet) -> None:
        """Show another sheet; the cursor stays in place."""
        self.sheet = sheet
        self.point_at(*self.cursor)
        self.refresh(layout=True)

    def point_at(self, row: int, column: int) -> None:
        """Move the cursor to a count, clamped to the sheet."""
        if self.sheet is not None:
            rows, columns = self.sheet.shape
            self.cursor = min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)

    def watch_cursor(self) -> None:
        self.post_message(self.Pointed(*self.cursor))

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return self.sheet.height if self.sheet else 0

    def render(self) -> Text:
        return self.sheet.text(self.cursor, coloured=not self.app.no_color) if self.sheet else Text()

    def on_click(self, event: Click) -> None:
        place = self.sheet.place(event.x, event.y) if self.sheet else None
        if place == self.cursor:
            self.action_choose()
        elif place is not None:
            self.point_at(*place)

    def action_move(self, rows: int, columns: int) -> None:
        self.point_at(self.cursor[0] + rows, self.cursor[1] + columns)

    def action_choose(self) -> None:
        if self.sheet is not None:
            self.post_message(self.Chosen(*self.cursor))
