"""An input line at the foot of the history."""

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.keys import _character_to_key
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static

from fmnist_tui.tui.widgets.one_line import OneLineInput

PRINTABLE = "".join(map(chr, range(32, 127)))


class EarlyInput(OneLineInput):
    """An input that also takes, in order, the keys pressed while it opens."""

    # Such a key was sent to the table, and bubbles here as a binding that nothing else handled.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(_character_to_key(each), f"type({each!r})", show=False) for each in PRINTABLE
    ]

    def action_type(self, letter: str) -> None:
        self.insert_text_at_cursor(letter)


class FootLine(Vertical):
    """Asks for a text; hidden while nothing is asked."""

    DEFAULT_CSS = """
    FootLine {
        display: none; height: auto;
        &.-open { display: block; }
        & > Horizontal { height: 1; }
        & .label { width: auto; text-style: bold; padding-right: 1; }
        & Input { width: 1fr; background: $boost; }
        & .beneath { height: auto; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("tab,shift+tab", "complete", "Complete", show=False),
    ]

    class Closed(Message):
        """The line was closed by Enter or Escape."""

    def __init__(self, id: str, *, suggester: Suggester | None = None) -> None:
        super().__init__(id=id)
        self._suggester = suggester
        self._came_from: Widget | None = None
        self._take: Callable[[str], bool] = lambda text: True

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static(classes="label")
            yield EarlyInput(compact=True, select_on_focus=False, suggester=self._suggester)
        yield Static(classes="beneath")

    @property
    def input(self) -> Input:
        return self.query_one(Input)

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def ask(self, what: str, text: str, take: Callable[[str], bool]) -> None:
        """Ask for a text; on Enter `take` receives it and returns whether to close the line."""
        for other in self.screen.query(FootLine):
            other.close()
        self._take = take
        self._came_from = self.screen.focused
        self.label = what
        self.query_one(".label", Static).update(Text(what))
        self.add_class("-open")
        self.input.value = text
        self.input.cursor_position = len(text)
        self.say(text)
        self.screen.set_focus(self.input)  # at once: the next keys are meant for it

    def say(self, text: str) -> None:
        self.query_one(".beneath", Static).update(Text("Enter saves · Esc cancels", "dim"))

    def close(self) -> None:
        """Hide the line, and restore the focus unless it has moved elsewhere."""
        if self.is_open:
            self.remove_class("-open")
            if self.input.has_focus:
                self.screen.set_focus(self._came_from)
            self.post_message(self.Closed())

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.is_open:
            self.say(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self._take(event.value):
            self.close()
        else:
            self.app.bell()

    def action_leave(self) -> None:
        self.close()

    def action_complete(self) -> None:
        """Do nothing: free text has no completions."""
