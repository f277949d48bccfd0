"""A dialog that asks a question with one-letter answers, or shows an error; Escape answers None."""

from collections.abc import Mapping
from string import ascii_lowercase
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from fmnist_tui.lab.plain_text import visible_lines


class Ask(ModalScreen[str | None]):
    DEFAULT_CSS = """
    Ask { align: center middle; }
    Ask > Vertical { width: auto; max-width: 90%; height: auto; border: round $accent; background: $surface;
                     padding: 1 2; }
    Ask Static { width: auto; max-width: 100%; }
    Ask.-error > Vertical { border: heavy $error; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Cancel"),
        *(Binding(letter, f"answer('{letter}')", show=False) for letter in ascii_lowercase),
    ]

    def __init__(self, title: str, question: str, answers: Mapping[str, str], *, error: bool = False) -> None:
        super().__init__(classes="-error" if error else None)
        self.shown_title = title
        self.question = question
        self.answers = answers

    def compose(self) -> ComposeResult:
        with Vertical() as box:
            box.border_title = self.shown_title
            yield Static(Text(f"{visible_lines(self.question)}\n"))
            for letter, meaning in self.answers.items():
                yield Static(Text.assemble((f" {letter} ", "bold reverse"), f"  {visible_lines(meaning)}"))
            yield Static(Text.assemble((" Esc ", "bold reverse"), "  " + ("close" if not self.answers else "cancel")))

    def action_answer(self, letter: str) -> None:
        if letter in self.answers:
            self.dismiss(letter)
