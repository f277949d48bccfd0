from collections.abc import Callable, Sequence
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from fmnist_tui.lab.layers import KINDS, Layer
from fmnist_tui.lab.plain_text import visible_lines
from fmnist_tui.lab.records.architecture import Architecture
from fmnist_tui.lab.records.shorthand import GRAMMAR, ShorthandError, parse
from fmnist_tui.tui.widgets.dialogs import TextDialog
from fmnist_tui.tui.widgets.text import OneLineInput

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


class SuggestionDialog(TextDialog):
    """Shows what a loaded suggestion changes; trains it, or undoes the loading."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "train", "Train", show=False),
        Binding("u", "undo", "Undo", show=False),
    ]

    def __init__(self, changes: Text, undo: Callable[[], object]) -> None:
        super().__init__("loaded from a clue: what changed", changes, Text("\nt trains it · u undoes it"))
        self._undo = undo

    def action_train(self) -> None:
        self.dismiss()
        self.app.call_later(self.app.run_action, "app.train")

    def action_undo(self) -> None:
        self.dismiss()
        self._undo()


class ShorthandInput(OneLineInput):
    """Layers may be pasted one per line."""

    def joined(self, lines: Sequence[str]) -> str:
        return "-".join(line.strip("- ") for line in lines)


class ShorthandLine(ModalScreen[Architecture | None]):
    DEFAULT_CSS = """
    ShorthandLine { align: center middle; }
    ShorthandLine > Vertical {
        width: 96%; max-width: 80; height: auto; max-height: 100%; border: round $accent; padding: 0 1;
        background: $surface;
    }
    ShorthandLine Input { background: $boost; }
    """

    BINDINGS = [Binding("escape", "dismiss", "Cancel")]

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = "shorthand"
            box.border_subtitle = "Enter saves · Esc cancels"
            yield ShorthandInput(self.text, select_on_focus=False, compact=True, id="shorthand")
            yield Static(id="verdict")
            yield Static(Text(GRAMMAR.strip(), "dim"), id="grammar")

    def on_input_changed(self, event: Input.Changed) -> None:
        words = verdict(event.value)
        line = self.query_one(ShorthandInput)
        if line.pasted_lines:
            words.append(f"\n{line.pasted_lines} pasted lines joined by '-'", "dim")
            line.pasted_lines = 0
        self.query_one("#verdict", Static).update(words)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        try:
            self.dismiss(parse(event.value))
        except ShorthandError:
            self.app.bell()


def verdict(text: str) -> Text:
    """Return the parameter count, or the error with a mark under its place."""
    try:
        architecture = parse(text)
    except ShorthandError as error:
        mark = " " * error.start + "^" * max(error.end - error.start, 1)
        return Text(f"{mark}\n{visible_lines(str(error))}", "red")
    if problem := architecture.problem:
        return Text(f"\n{problem}", "red")
    return Text(f"\n{architecture.parameters:,} parameters", "green")
