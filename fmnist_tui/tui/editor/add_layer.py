"""The menu that adds a layer, with a letter for each kind."""

from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from fmnist_tui.lab.layers import KINDS, Layer

KINDS_BY_LETTER = {kind.letter: kind for kind in KINDS}


class AddLayer(ModalScreen[Layer | None]):
    DEFAULT_CSS = """
    AddLayer { align: center middle; }
    AddLayer > OptionList {
        width: 36; height: auto; max-height: 90%; border: round $accent; padding: 0 1;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Cancel"),
        *(Binding(letter, f"choose('{letter}')", show=False) for letter in KINDS_BY_LETTER),
    ]

    def compose(self) -> ComposeResult:
        options = [
            Option(Text.assemble((f" {kind.letter} ", "bold reverse"), f"  {kind.name}"), id=kind.letter)
            for kind in KINDS
        ]
        menu = OptionList(*options)
        menu.border_title = "add a layer"
        menu.border_subtitle = "letter or Enter · Esc cancels"
        yield menu

    def action_choose(self, letter: str) -> None:
        self.dismiss(KINDS_BY_LETTER[letter]())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.action_choose(str(event.option_id))
