"""A dialog to choose one item from a list that filters as you type; the answer is its index, None for Escape."""

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from fmnist_tui.tui.widgets.one_line import OneLineInput


class Picker(ModalScreen[int | None]):
    DEFAULT_CSS = """
    Picker { align: center middle; }
    Picker > Vertical {
        width: 90%; max-width: 90; height: auto; max-height: 96%; border: round $accent;
        background: $surface; padding: 0 1;
    }
    Picker Input { background: $boost; }
    Picker OptionList {
        border: none; height: auto; max-height: 18; padding: 0; scrollbar-size-vertical: 1;
        text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Cancel", show=False),
        Binding("down", "move(1)", "Down", show=False, priority=True),
        Binding("up", "move(-1)", "Up", show=False, priority=True),
    ]

    def __init__(self, title: str, items: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self.shown_title = title
        self.items = items

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self.shown_title
            box.border_subtitle = "type to filter · ↑↓ · Enter selects · Esc cancels"
            yield OneLineInput(placeholder="type to filter", compact=True)
            yield OptionList()

    def on_mount(self) -> None:
        self.show_matches("")

    def show_matches(self, words: str) -> None:
        wanted = words.lower().split()
        column = max((len(name) for name, _ in self.items), default=0)
        options = [
            Option(Text.assemble((f"{name:<{column}}", "bold"), "  ", (about, "dim")), id=str(place))
            for place, (name, about) in enumerate(self.items)
            if all(word in f"{name} {about}".lower() for word in wanted)
        ]
        menu = self.query_one(OptionList)
        menu.clear_options()
        menu.add_options(options)
        menu.highlighted = 0 if options else None

    def on_input_changed(self, event: Input.Changed) -> None:
        self.show_matches(event.value)

    def on_input_submitted(self) -> None:
        menu = self.query_one(OptionList)
        if menu.highlighted is not None:
            self.dismiss(int(str(menu.get_option_at_index(menu.highlighted).id)))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(int(str(event.option_id)))

    def action_move(self, by: int) -> None:
        menu = self.query_one(OptionList)
        if by > 0:
            menu.action_cursor_down()
        else:
            menu.action_cursor_up()
