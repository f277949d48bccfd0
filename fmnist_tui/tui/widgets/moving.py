"""Keys that move through every list; a widget needs the actions `go_first`, `go_last` and `half_page`."""

from typing import ClassVar

from textual.binding import BindingType
from textual.containers import VerticalScroll

from fmnist_tui.tui.global_keys import global_key

ENDS: tuple[BindingType, ...] = (global_key("first", "go_first"), global_key("last", "go_last"))

HALF_PAGES: tuple[BindingType, ...] = (
    global_key("half-page-down", "half_page(1)"),
    global_key("half-page-up", "half_page(-1)"),
)

MOVING_KEYS = (*ENDS, *HALF_PAGES)

SCROLLING_KEYS: tuple[BindingType, ...] = (
    global_key("down", "scroll_down", "Scroll down"),
    global_key("up", "scroll_up", "Scroll up"),
    global_key("page-down", "page_down", "Scroll down by a page"),
    global_key("page-up", "page_up", "Scroll up by a page"),
    *MOVING_KEYS,
)
"""For a text, which has no cursor; the other actions are Textual's."""


def half(rows: int) -> int:
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
