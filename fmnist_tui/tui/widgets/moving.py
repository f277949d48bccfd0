"""The keys that move through every list and every text, and a text that scrolls by them.

A widget with these keys has the actions `go_first`, `go_last` and `half_page`.
"""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll

ENDS: tuple[BindingType, ...] = (
    Binding("home,g", "go_first", "First", show=False, tooltip="Go to the first", id="first"),
    Binding("end,G", "go_last", "Last", show=False, tooltip="Go to the last", id="last"),
)

MOVING_KEYS: tuple[BindingType, ...] = (
    *ENDS,
    Binding(
        "ctrl+d", "half_page(1)", "Half a page down", show=False, tooltip="Go down half a page", id="half-page-down"
    ),
    Binding("ctrl+u", "half_page(-1)", "Half a page up", show=False, tooltip="Go up half a page", id="half-page-up"),
)

SCROLLING_KEYS: tuple[BindingType, ...] = (
    Binding("down,j", "scroll_down", "Down", show=False, tooltip="Scroll down", id="down"),
    Binding("up,k", "scroll_up", "Up", show=False, tooltip="Scroll up", id="up"),
    Binding("pagedown", "page_down", "Page down", show=False, tooltip="Scroll down by a page", id="page-down"),
    Binding("pageup", "page_up", "Page up", show=False, tooltip="Scroll up by a page", id="page-up"),
    *MOVING_KEYS,
)
"""For a text, which has no cursor; the other actions are Textual's."""


def half(rows: int) -> int:
    """Return how many rows half a page moves, at least one."""
    return max(rows // 2, 1)


class ScrolledText(VerticalScroll):
    BINDINGS: ClassVar[list[BindingType]] = [*SCROLLING_KEYS]

    def action_scroll_down(self) -> None:
        self.scroll_relative(y=1, animate=False)

    def action_scroll_up(self) -> None:
        self.scroll_relative(y=-1, animate=False)

    def action_page_down(self) -> None:
        self.scroll_page_down(animate=False)

    def action_page_up(self) -> None:
        self.scroll_page_up(animate=False)

    def action_go_first(self) -> None:
        self.scroll_home(animate=False)

    def action_go_last(self) -> None:
        self.scroll_end(animate=False)

    def action_half_page(self, by: int) -> None:
        self.scroll_relative(y=by * half(self.scrollable_content_region.height), animate=False)
