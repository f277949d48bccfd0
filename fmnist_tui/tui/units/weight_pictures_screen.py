from typing import Generic

from rich.text import Text
from textual.app import ComposeResult
from textual.widgets import Static

from fmnist_tui.lab.plain_text import visible
from fmnist_tui.tui.images.image_grid import SelectableImageGrid
from fmnist_tui.tui.widgets.overlay import Answer, Overlay
from fmnist_tui.tui.widgets.text import FixedText


class WeightPicturesScreen(Overlay[Answer], Generic[Answer]):
    """Pictures of weights below their legend, with words beneath; with the class -words-alone, these may be long."""

    DEFAULT_CSS = """
    WeightPicturesScreen {
        #legend, #facts { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        #facts { height: 2; }
        &.-words-alone #facts { height: auto; text-wrap: wrap; }
        ImageGrid { padding: 0 1; }
    }
    """

    def compose_body(self) -> ComposeResult:
        yield Static(id="legend")
        yield SelectableImageGrid()
        yield FixedText(id="facts")

    @property
    def grid(self) -> SelectableImageGrid:
        return self.query_one(SelectableImageGrid)

    def say(self, *lines: str) -> None:
        self.query_one("#facts", FixedText).show(Text("\n".join(visible(line, 400) for line in lines)))
