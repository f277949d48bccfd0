from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import BindingType
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.geometry import Region
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.images.drawing import CELLS, DrawingMode, Paint, Size, draw, drawing_mode
from fmnist_tui.tui.widgets.moving import MOVING_KEYS, half

GAP = 2

CAPTION_ROWS = 2
"""Where there is room; the first is drawn alone where it is not."""


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    image: Any
    """Grey levels, shape (28, 28), or what else `paint` draws."""
    caption: tuple[str, ...]
    """At most two lines of at most fifteen characters."""
    facts: tuple[tuple[str, str], ...]
    """Names and values, shown beside the enlarged image."""
    paint: Paint = draw


@dataclass(frozen=True, slots=True)
class Grid:
    size: Size
    columns: int
    """At least 1."""
    rows: int
    """At least 1."""
    caption_rows: int

    @property
    def capacity(self) -> int:
        return self.columns * self.rows

    @property
    def pitch(self) -> tuple[int, int]:
        """Columns and rows from one image to the next."""
        columns, rows = CELLS[self.size]
        return columns + GAP, rows + self.caption_rows


def grid_for(count: int, width: int, height: int) -> Grid:
    """Return whole size if all images fit, else small; captions of fewer lines, or none, if not even one row fits."""
    whole = _grid("whole", width, height)
    return whole if 0 < count <= whole.capacity and _fits(whole, width, height) else _grid("small", width, height)


def _grid(size: Size, width: int, height: int) -> Grid:
    columns, rows = CELLS[size]
    caption_rows = min(max(height - rows, 0), CAPTION_ROWS)
    return Grid(size, max((width + GAP) // (columns + GAP), 1), max(height // (rows + caption_rows), 1), caption_rows)


def _fits(grid: Grid, width: int, height: int) -> bool:
    columns, rows = CELLS[grid.size]
    return columns <= width and rows + CAPTION_ROWS <= height


HERE = Style(bold=True, reverse=True)


class ImageGrid(Widget):
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ImageGrid { width: 1fr; height: 1fr; }
    """

    first: reactive[int] = reactive(0)
    cursor: reactive[int | None] = reactive[int | None](None, repaint=False)

    def __init__(self, cards: Sequence[Card] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cards: Sequence[Card] = cards
        self._drawn: dict[tuple[int, Grid, DrawingMode], tuple[Strip, ...]] = {}

    def show(self, cards: Sequence[Card], first: int = 0) -> None:
        self.cards = cards
        self._drawn = {}
        self.first = first
        self.refresh()

    def watch_cursor(self, before: int | None, now: int | None) -> None:
        """Draw two captions again: the pictures are many bytes for a terminal that is far away."""
        for at in (before, now):
            if at is not None and self.first <= at < self.last:
                self.refresh(self._caption_region(at))

    def _caption_region(self, at: int) -> Region:
        width, height = self.grid.pitch
        row, column = divmod(at - self.first, self.grid.columns)
        captions = self.grid.caption_rows
        return Region(column * width, (row + 1) * height - captions, width, captions)

    @property
    def grid(self) -> Grid:
        return grid_for(len(self.cards), self.content_size.width, self.content_size.height)

    @property
    def most(self) -> int:
        return grid_for(0, self.content_size.width, self.content_size.height).capacity

    @property
    def last(self) -> int:
        """The index after the last visible image."""
        return min(self.first + self.grid.capacity, len(self.cards))

    def render_line(self, y: int) -> Strip:
        grid, mode = self.grid, drawing_mode(self.app)
        width, height = grid.pitch
        row, within = divmod(y, height)
        start = self.first + row * grid.columns
        if row >= grid.rows:
            return Strip.blank(self.content_size.width, self.rich_style)
        parts = [
            self._part(at, within, grid, mode).adjust_cell_length(width)
            for at in range(start, min(start + grid.columns, len(self.cards)))
        ]
        return Strip.join(parts).adjust_cell_length(self.content_size.width).apply_style(self.rich_style)

    def _part(self, at: int, within: int, grid: Grid, mode: DrawingMode) -> Strip:
        columns, rows = CELLS[grid.size]
        if within < rows:
            key = (at, grid, mode)
            if key not in self._drawn:
                if len(self._drawn) > 4 * grid.capacity:
                    self._drawn.clear()
                self._drawn[key] = self.cards[at].paint(self.cards[at].image, mode, grid.size)
            return self._drawn[key][within]
        caption = self.cards[at].caption
        words = caption[within - rows] if within - rows < len(caption) else ""
        here = at == self.cursor
        mark = "▸" if here and within == rows else ""
        return Strip([Segment(f"{mark}{words}"[: columns + 1].ljust(columns if here else 0), HERE if here else None)])


class SelectableImageGrid(ImageGrid, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("left", "move(-1)", "Go to the previous picture"),
        global_key("right", "move(1)", "Go to the next picture"),
        global_key("up", "move_row(-1)", "Go to the row above"),
        global_key("down", "move_row(1)", "Go to the row below"),
        global_key("page-down", "page(1)", "Show the next page", word="Page", show=True),
        global_key("page-up", "page(-1)", "Show the previous page"),
        *MOVING_KEYS,
        global_key("open", "choose", "Show it large", word="Enlarge", show=True),
    ]

    @dataclass
    class Moved(Message):
        rack: "SelectableImageGrid"

    @dataclass
    class Chosen(Message):
        rack: "SelectableImageGrid"
        at: int

    def point_at(self, at: int) -> None:
        if not self.cards:
            return
        self.cursor = min(max(at, 0), len(self.cards) - 1)
        self.first = self.cursor - self.cursor % self.grid.capacity
        self.post_message(self.Moved(self))

    def on_resize(self) -> None:
        self.point_at(self.cursor or 0)

    def on_click(self, event: Click) -> None:
        width, height = self.grid.pitch
        column, row = event.x // width, event.y // height
        at = self.first + row * self.grid.columns + column
        if column < self.grid.columns and row < self.grid.rows and at < len(self.cards):
            if at == self.cursor:
                self.action_choose()
            self.point_at(at)

    def action_move(self, by: int) -> None:
        self.point_at((self.cursor or 0) + by)

    def action_move_row(self, by: int) -> None:
        to = (self.cursor or 0) + by * self.grid.columns
        if 0 <= to < len(self.cards):
            self.point_at(to)

    def action_page(self, by: int) -> None:
        to = self.first + by * self.grid.capacity
        if 0 <= to < len(self.cards):
            self.point_at(to)

    def action_go_first(self) -> None:
        self.point_at(0)

    def action_go_last(self) -> None:
        self.point_at(len(self.cards) - 1)

    def action_half_page(self, by: int) -> None:
        self.point_at((self.cursor or 0) + by * half(self.grid.rows) * self.grid.columns)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.action_move_row(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.action_move_row(-1)

    def action_choose(self) -> None:
        if self.cursor is not None and self.cards:
            self.post_message(self.Chosen(self, self.cursor))
