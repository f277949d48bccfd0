"""A screen that pages through images."""

from collections.abc import Sequence

from textual.app import ComposeResult

from fmnist_tui.tui.garments.card import Card
from fmnist_tui.tui.garments.enlarged import Enlarged
from fmnist_tui.tui.garments.shelf import Rack
from fmnist_tui.tui.widgets.overlay import Overlay


class Gallery(Overlay[None]):
    """Shows images a page at a time; Enter enlarges one."""

    name_shown = "garments"
    about = (
        "Garments as the network sees them: 28 × 28 grey levels, two pixels to a character. Without "
        "colour, brighter pixels have more dots."
    )

    def __init__(self, title: str, cards: Sequence[Card]) -> None:
        super().__init__()
        self.shown_title = title
        self.cards = cards

    def compose_body(self) -> ComposeResult:
        yield Rack(self.cards)

    def on_mount(self) -> None:
        self.query_one(Rack).focus()

    def on_rack_moved(self, event: Rack.Moved) -> None:
        rack = event.rack
        self.entitle(f"{self.shown_title} · {rack.first + 1:,}–{rack.last:,} of {len(self.cards):,}")

    def on_rack_chosen(self, event: Rack.Chosen) -> None:

        def go_on(at: int | None) -> None:
            if at is not None:
                event.rack.point_at(at)

        self.app.push_screen(Enlarged(self.shown_title, self.cards, event.at), go_on)
