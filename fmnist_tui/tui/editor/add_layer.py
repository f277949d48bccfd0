"""The menu that adds a layer: one letter a kind."""

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.events import Key
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from fmnist_tui.lab.layers import KINDS, Layer
from fmnist_tui.tui.editor.draft import KEYS_OF_KINDS


class AddLayer(ModalScreen[Layer | None]):
    """Asks which kind of layer to add; the answer has the kind's usual values."""

    DEFAULT_CSS = """
    AddLayer { align: center middle; }
    AddLayer > OptionList {
        width: 36; height: auto; max-height: 90%; border: round $accent; padding: 0 1;
    }
    """

    BINDINGS = [Binding("escape", "dismiss", "Cancel")]

    def compose(self) -> ComposeResult:
        """Lay out the menu."""
        options = [
            Option(Text.assemble((f" {key} ", "bold reverse"), f"  {KINDS[kind]}"), id=key)
            for key, kind in KEYS_OF_KINDS.items()
        ]
        menu = OptionList(*options)
        menu.border_title = "add a layer"
        menu.border_subtitle = "letter or Enter · Esc leaves"
        yield menu

    def on_key(self, event: Key) -> None:
        """Add the kind whose letter was pressed."""
        if event.character in KEYS_OF_KINDS:
            event.stop()
            self.dismiss(KEYS_OF_KINDS[event.character]())

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Add the kind under the cursor."""
        self.dismiss(KEYS_OF_KINDS[str(event.option_id)]())
