from collections.abc import Sequence
from typing import Any, ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.events import MouseScrollDown, MouseScrollUp
from textual.geometry import Size as Cells
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Static

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.images.drawing import CELLS, DrawingMode, Paint, Size, draw, drawing_mode
from fmnist_tui.tui.images.image_grid import Card, SelectableImageGrid
from fmnist_tui.tui.widgets.moving import ENDS
from fmnist_tui.tui.widgets.overlay import Overlay

FACTS_COLUMNS = 30


class ImageDetails(Widget):
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ImageDetails { width: auto; height: auto; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._picture: Any = None
        self._paint: Paint = draw
        self._large: Size = "whole"
        self._drawn: tuple[DrawingMode, tuple[Strip, ...]] | None = None

    def show(self, image: Any, large: Size = "whole", paint: Paint = draw) -> None:
        """Show an array that `paint` draws, or nothing for None."""
        self._picture, self._large, self._paint, self._drawn = image, large, paint, None
        self.refresh(layout=True)

    def get_content_width(self, container: Cells, viewport: Cells) -> int:
        return CELLS[self._large][0]

    def get_content_height(self, container: Cells, viewport: Cells, width: int) -> int:
        return CELLS[self._large][1]

    def render_line(self, y: int) -> Strip:
        columns, rows = CELLS[self._large]
        if self._picture is None or y >= rows:
            return Strip.blank(columns, self.rich_style)
        mode = drawing_mode(self.app)
        if self._drawn is None or self._drawn[0] != mode:
            self._drawn = mode, self._paint(self._picture, mode, self._large)
        return self._drawn[1][y].apply_style(self.rich_style)


class EnlargedImage(Overlay[int]):
    """Pages through images; returns the index of the last one shown."""

    heading = "an image"
    about = "One image as large as fits, with its facts."

    DEFAULT_CSS = """
    EnlargedImage {
        Horizontal { padding: 1 0 0 1; }
        ImageDetails { margin-right: 3; }
        #facts { width: 1fr; height: auto; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("right", "move(1)", "Go to the next image", word="Next", show=True),
        global_key("left", "move(-1)", "Go to the previous image", word="Previous", show=True),
        global_key("down", "move(1)", "Go to the next image", word="Next"),
        global_key("up", "move(-1)", "Go to the previous image", word="Previous"),
        *ENDS,
    ]

    def __init__(self, title: str, cards: Sequence[Card], at: int) -> None:
        super().__init__()
        self.shown_title = title
        self.cards = cards
        self.at = at

    def compose_body(self) -> ComposeResult:
        with Horizontal():
            yield ImageDetails()
            yield Static(id="facts")

    def on_mount(self) -> None:
        self.show_image()

    def on_resize(self) -> None:
        self.show_image()

    def show_image(self) -> None:
        card = self.cards[self.at]
        columns, rows = CELLS["double"]
        roomy = self.size.width >= columns + FACTS_COLUMNS and self.size.height >= rows + 3
        self.query_one(ImageDetails).show(card.image, "double" if roomy else "whole", card.paint)
        facts = Table.grid(padding=(0, 2))
        for name, value in card.facts:
            facts.add_row(Text(name, "dim"), Text(visible(value), "bold"))
        self.query_one("#facts", Static).update(facts)
        self.entitle(f"{self.shown_title} · {self.at + 1:,} of {len(self.cards):,}")

    def action_move(self, by: int) -> None:
        if 0 <= self.at + by < len(self.cards):
            self.at += by
            self.show_image()

    def action_go_first(self) -> None:
        self.action_move(-self.at)

    def action_go_last(self) -> None:
        self.action_move(len(self.cards) - 1 - self.at)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        event.stop()
        self.action_move(1)

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        event.stop()
        self.action_move(-1)

    def action_back(self) -> None:
        self.dismiss(self.at)


class Gallery(Overlay[None]):
    heading = "images"
    about = (
        "Images as the network sees them: 28 × 28 grey levels, two pixels to a character. Without "
        "colour, brighter pixels have more dots."
    )

    def __init__(self, title: str, cards: Sequence[Card]) -> None:
        super().__init__()
        self.shown_title = title
        self.cards = cards

    def compose_body(self) -> ComposeResult:
        yield SelectableImageGrid(self.cards)

    def on_mount(self) -> None:
        self.query_one(SelectableImageGrid).focus()

    def on_selectable_image_grid_moved(self, event: SelectableImageGrid.Moved) -> None:
        rack = event.rack
        self.entitle(f"{self.shown_title} · {rack.first + 1:,}–{rack.last:,} of {len(self.cards):,}")

    def on_selectable_image_grid_chosen(self, event: SelectableImageGrid.Chosen) -> None:

        def go_on(at: int | None) -> None:
            if at is not None:
                event.rack.point_at(at)

        self.app.push_screen(EnlargedImage(self.shown_title, self.cards, event.at), go_on)
