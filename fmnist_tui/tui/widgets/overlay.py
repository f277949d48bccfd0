"""A full screen over the main one, with a title, a footer, help on `?` and Esc to go back."""

from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Static

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.widgets.keys_table import keys_table
from fmnist_tui.tui.widgets.reader import Reader

Answer = TypeVar("Answer")


class Overlay(Screen[Answer], Generic[Answer]):
    DEFAULT_CSS = """
    Overlay { layout: vertical; }
    Overlay > .aside-title {
        height: 1; text-style: bold; background: $panel; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,q", "back", "Back", key_display="Esc", tooltip="Go back to where you came from", id="aside.back"
        ),
        Binding(
            "question_mark,f1",
            "help",
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

    name_shown = ""
    about = ""

    def compose(self) -> ComposeResult:
        yield Static(classes="aside-title", markup=False)
        yield from self.compose_body()
        yield Footer(compact=True, show_command_palette=False)

    def compose_body(self) -> ComposeResult:
        raise NotImplementedError

    def entitle(self, words: str) -> None:
        self.query_one(".aside-title", Static).update(Text(visible(words)))

    def action_back(self) -> None:
        self.dismiss()

    def action_help(self) -> None:
        keys = keys_table(self.app, self.active_bindings.values())
        self.app.push_screen(Reader(f"help: {self.name_shown}", Text(self.about + "\n"), keys))
