from collections.abc import Sequence

from rich.console import RenderableType
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Click
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from fmnist_tui.tui.widgets.text import FixedText


class Pane(Vertical):
    DEFAULT_CSS = """
    Pane {
        border: round $foreground 40%;
        padding: 0 1;
        & > .pane-summary { display: none; height: 1; }
        &:focus-within { border: heavy $accent; border-title-style: bold reverse; }
        &.-shrunk {
            border: none;
            height: 1;
            padding: 0;
            & > * { display: none !important; }
            & > .pane-summary { display: block !important; }
        }
    }
    """

    number = 0
    heading = ""
    about = ""

    summary: var[str] = var("")
    """The line shown while the pane is shrunk."""

    class Wanted(Message):
        def __init__(self, pane: "Pane") -> None:
            super().__init__()
            self.pane = pane

    class Copied(Message):
        def __init__(self, text: str, file_name: str) -> None:
            super().__init__()
            self.text = text
            self.file_name = file_name

    def compose(self) -> ComposeResult:
        yield FixedText(classes="pane-summary")
        yield from self.compose_body()

    def compose_body(self) -> ComposeResult:
        raise NotImplementedError

    def explanation(self) -> Sequence[RenderableType]:
        """Return help on the item under the cursor."""
        return ()

    @property
    def focus_target(self) -> Widget:
        raise NotImplementedError

    def on_mount(self) -> None:
        self.border_title = f"{self.number} {self.heading}"
        self.watch_summary()

    def watch_summary(self) -> None:
        if self.is_mounted:
            line = Text.assemble((f" {self.number} {self.heading} ", "reverse"), "  ", self.summary)
            line.no_wrap = True
            line.overflow = "ellipsis"
            self.query_one(".pane-summary", FixedText).show(line)

    def on_click(self, event: Click) -> None:
        if not self.has_focus_within:
            event.stop()
            self.post_message(self.Wanted(self))
