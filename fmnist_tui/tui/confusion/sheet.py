from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from rich.style import Style
from rich.text import Text
from textual.binding import BindingType
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.widgets.moving import HALF_PAGES, half

Emphasis = Literal["plain", "quiet", "right", "heavy"]
"""A count's kind: ordinary, zero, correct, or to be noticed."""

MARKS: dict[Emphasis, str] = {"plain": " ", "quiet": " ", "right": "✓", "heavy": "▲"}
"""Precedes a count, so that colour is never the only signal."""

STYLES: dict[Emphasis, str] = {"plain": "", "quiet": "dim", "right": "", "heavy": "bold"}
"""Styles without colour: a terminal may turn colours into greys that hide the emphasis."""

COLOURED: dict[Emphasis, str] = {**STYLES, "right": "green", "heavy": "bold red"}

HERE = Style(bold=True, reverse=True)


@dataclass(frozen=True, slots=True)
class CountCell:
    text: str
    emphasis: Emphasis = "plain"


@dataclass(frozen=True, slots=True)
class CountTable:
    """Counts in named rows and columns, with figures at the right that the cursor skips."""

    corner: tuple[str, ...]
    """The heading of the rows' names, by line."""
    rows: tuple[str, ...]
    columns: tuple[tuple[str, ...], ...]
    """The columns' names, each with as many lines as `corner`."""
    cells: tuple[tuple[CountCell, ...], ...]
    beside: tuple[str, ...]
    """The text at the right end of each line: heading, rows, foot."""
    foot: tuple[str, tuple[str, ...]] | None
    """Name and texts of the last row."""
    label_width: int
    """Width of the rows' names, in cells."""
    cell_width: int
    """Width of a count with its mark, in cells."""

    @property
    def heading_rows(self) -> int:
        return len(self.corner)

    @property
    def height(self) -> int:
        return self.heading_rows + len(self.rows) + (self.foot is not None)

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.columns)

    def text(self, cursor: tuple[int, int] | None = None, *, coloured: bool = True) -> Text:
        styles = {what: Style.parse(style) for what, style in (COLOURED if coloured else STYLES).items()}
        lines = [*self._heading(cursor), *(self._row(row, cursor, styles) for row in range(len(self.rows)))]
        if self.foot is not None:
            name, texts = self.foot
            lines.append(Text(self._name(name) + "".join(f"{text:>{self.cell_width}}" for text in texts), "dim"))
        beside = (*self.beside, *[""] * (len(lines) - len(self.beside)))
        text = Text("\n", no_wrap=True, overflow="crop").join(
            Text.assemble(line, (words, "dim" if at < self.heading_rows else "") if words else "")
            for at, (line, words) in enumerate(zip(lines, beside, strict=True))
        )
        text.no_wrap, text.overflow = True, "crop"
        return text

    def place(self, x: int, y: int) -> tuple[int, int] | None:
        """Return the row and column at a position of the screen, or None."""
        row, column = y - self.heading_rows, (x - self.label_width) // self.cell_width
        rows, columns = self.shape
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    def _heading(self, cursor: tuple[int, int] | None) -> Sequence[Text]:
        lines = []
        for at, corner in enumerate(self.corner):
            line = Text(self._name(corner), "dim")
            for column, names in enumerate(self.columns):
                here = cursor is not None and cursor[1] == column
                line.append(f"{names[at]:>{self.cell_width}}", "bold not dim" if here else "")
            lines.append(line)
        return lines

    def _row(self, row: int, cursor: tuple[int, int] | None, styles: dict[Emphasis, Style]) -> Text:
        here = cursor is not None and cursor[0] == row
        line = Text(self._name(("▸" if here else " ") + self.rows[row]), "bold" if here else "")
        for column, cell in enumerate(self.cells[row]):
            words = MARKS[cell.emphasis] + cell.text
            style = HERE if cursor == (row, column) else styles[cell.emphasis]
            line.append(f"{words:>{self.cell_width}}", style)
        return line

    def _name(self, name: str) -> str:
        return f"{name:{self.label_width}}"[: self.label_width]


class CountTableView(Widget, can_focus=True):
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    CountTableView { height: auto; width: 1fr; text-wrap: nowrap; text-overflow: clip; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("up", "move(-1, 0)", "Go to the row above"),
        global_key("down", "move(1, 0)", "Go to the row below"),
        global_key("left", "move(0, -1)", "Go to the column left of this"),
        global_key("right", "move(0, 1)", "Go to the column right of this"),
        global_key("first", "move(0, -100)", "Go to the first column"),
        global_key("last", "move(0, 100)", "Go to the last column"),
        *HALF_PAGES,
        global_key("open", "choose", "Show the images behind the count", word="Images", show=True),
    ]

    cursor: reactive[tuple[int, int]] = reactive((0, 0))
    """Row and column."""

    @dataclass
    class Pointed(Message):
        row: int
        column: int

    @dataclass
    class Chosen(Message):
        row: int
        column: int

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.sheet: CountTable | None = None

    def show(self, sheet: CountTable) -> None:
        self.sheet = sheet
        self.point_at(*self.cursor)
        self.refresh(layout=True)

    def point_at(self, row: int, column: int) -> None:
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

    def action_half_page(self, by: int) -> None:
        self.action_move(by * half(self.sheet.shape[0] if self.sheet else 0), 0)

    def action_choose(self) -> None:
        if self.sheet is not None:
            self.post_message(self.Chosen(*self.cursor))
