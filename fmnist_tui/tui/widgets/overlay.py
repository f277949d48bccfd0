"""A full screen over the main one."""

from typing import ClassVar, Generic, TypeVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.widgets.footer import KeyFooter
from fmnist_tui.tui.widgets.text import FixedText

Answer = TypeVar("Answer")


class Overlay(Screen[Answer], Generic[Answer]):
    DEFAULT_CSS = """
    Overlay { layout: vertical; }
    Overlay > .overlay-title {
        height: 1; text-style: bold; background: $panel; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis;
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("back", "back", show=True),
        global_key("help", "app.help", "Show help for this screen and its keys", show=True),
        global_key("commands", "app.command_palette"),
        global_key("pane.next", "in_panes('next_pane(1)')"),
        global_key("pane.previous", "in_panes('next_pane(-1)')"),
        global_key("pane.architecture", "enter('architecture')"),
        global_key("pane.training", "enter('training')"),
        global_key("pane.history", "enter('history')"),
    ]

    heading = ""
    about = ""
    topics: ClassVar[tuple[str, ...]] = ()
    """Terms that the help on this screen explains."""

    def compose(self) -> ComposeResult:
        yield FixedText(classes="overlay-title")
        yield from self.compose_body()
        yield KeyFooter("help", "back")

    def compose_body(self) -> ComposeResult:
        raise NotImplementedError

    def entitle(self, words: str) -> None:
        self.query_one(".overlay-title", FixedText).show(Text(visible(words)))

    def action_back(self) -> None:
        self.dismiss()

    def action_enter(self, pane: str) -> None:
        self.action_in_panes(f"enter('{pane}')")

    async def action_on_main(self, action: str) -> None:
        await self.app.run_action(action, self.app.screen_stack[0])

    def action_in_panes(self, action: str) -> None:
        main = self.app.screen_stack[0]
        while len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        self.app.call_later(self.app.run_action, action, main)
