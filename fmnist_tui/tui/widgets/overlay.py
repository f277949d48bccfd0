"""A full screen over the main one, with a title, a footer, help on `?` and Esc to go back."""

from collections.abc import Iterable
from typing import ClassVar, Generic, TypeVar

from rich.table import Table
from rich.text import Text
from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.screen import Screen
from textual.widgets import Footer, Static

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.widgets.dialogs import TextDialog


def keys_table(app: App[None], bindings: Iterable[ActiveBinding]) -> Table:
    """Return the keys, what they do and their command ids.

    Keys without an id, which every list and screen has, come last.
    """
    rows: dict[str, tuple[list[str], str, str]] = {}
    for active in bindings:
        binding = active.binding
        if binding.description:
            words = binding.tooltip or binding.description
            keys, _, _ = rows.setdefault(binding.action, ([], words, binding.id or ""))
            keys.append(app.get_key_display(binding) if not binding.key_display else binding.key_display)
    table = Table.grid(padding=(0, 2))
    for keys, words, command in sorted(rows.values(), key=lambda row: not row[2]):
        table.add_row(Text(" ".join(dict.fromkeys(keys)), "bold"), Text(words), Text(command, "dim"))
    return table


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

    heading = ""
    about = ""

    def compose(self) -> ComposeResult:
        yield Static(classes="overlay-title", markup=False)
        yield from self.compose_body()
        yield Footer(compact=True, show_command_palette=False)

    def compose_body(self) -> ComposeResult:
        raise NotImplementedError

    def entitle(self, words: str) -> None:
        self.query_one(".overlay-title", Static).update(Text(visible(words)))

    def action_back(self) -> None:
        self.dismiss()

    def action_help(self) -> None:
        keys = keys_table(self.app, self.active_bindings.values())
        self.app.push_screen(TextDialog(f"help: {self.heading}", Text(self.about + "\n"), keys))
