"""A full screen over the main one, with a title, a footer, help on `?` and Esc to go back."""

from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Static

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.widgets.footer import KeyFooter

Answer = TypeVar("Answer")


class Overlay(Screen[Answer], Generic[Answer]):
    DEFAULT_CSS = """
    Overlay { layout: vertical; }
    Overlay > .overlay-title {
        height: 1; text-style: bold; background: $panel; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,q", "back", "Back", key_display="Esc", tooltip="Go back to where you came from", id="aside.back"
        ),
        Binding(
            "question_mark,f1",
            "app.help",
            "Help",
            key_display="?",
            tooltip="Show help for this screen and its keys",
            id="aside.help",
        ),
        Binding(
            "colon",
            "app.command_palette",
            "Commands",
            key_display=":",
            show=False,
            tooltip="Find any command by its name",
            id="aside.commands",
        ),
    ]

    heading = ""
    about = ""

    def compose(self) -> ComposeResult:
        yield Static(classes="overlay-title", markup=False)
        yield from self.compose_body()
        yield KeyFooter("aside.help", "aside.back")

    def compose_body(self) -> ComposeResult:
        raise NotImplementedError

    def entitle(self, words: str) -> None:
        self.query_one(".overlay-title", Static).update(Text(visible(words)))

    def action_back(self) -> None:
        self.dismiss()
