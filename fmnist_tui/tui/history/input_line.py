from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.message import Message
from textual.suggester import Suggester
from textual.widget import Widget
from textual.widgets import Input, Static


class InputLine(Container):
    """A line to type in, and one of words beneath; both are made when it is first opened."""

    DEFAULT_CSS = """
    InputLine {
        display: none; height: auto;
        layout: grid; grid-size: 2; grid-columns: auto 1fr; grid-rows: auto;
        &.-open { display: block; }
        & > .label { width: auto; text-style: bold; padding-right: 1; }
        & > Input { width: 1fr; background: $boost; }
        & > .beneath { height: auto; column-span: 2; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
        Binding("tab,shift+tab", "complete", "Complete", show=False),
    ]

    class Closed(Message):
        """Closed by Enter or Escape."""

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self._came_from: Widget | None = None
        self._take: Callable[[str], bool] = lambda text: True

    def make_suggester(self) -> Suggester | None:
        """Return what completes the text while it is typed."""
        return None

    def _make_content(self) -> None:
        from fmnist_tui.tui.history.pending_keys import PendingKeysInput

        self.mount(
            Static(classes="label"),
            PendingKeysInput(compact=True, select_on_focus=False, suggester=self.make_suggester()),
            Static(classes="beneath"),
        )

    @property
    def input(self) -> Input:
        return self.query_one(Input)

    @property
    def is_open(self) -> bool:
        return self.has_class("-open")

    def ask(self, what: str, text: str, take: Callable[[str], bool]) -> None:
        """On Enter `take` receives the text and returns whether to close the line."""
        for other in self.screen.query(InputLine):
            other.close()
        if not self.children:
            self._make_content()
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
        """Hide the line; restore the focus unless it has moved elsewhere."""
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
        """Free text has no completions."""
