"""Help for the pane in focus: its keys, the screen's keys, and what it is for."""

from collections.abc import Mapping

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static


class Help(ModalScreen[None]):
    """A list of keys with what they do."""

    DEFAULT_CSS = """
    Help { align: center middle; }
    Help > VerticalScroll { width: 90%; max-width: 84; height: auto; max-height: 96%; border: round $accent;
                            background: $surface; padding: 0 1; }
    """

    BINDINGS = [Binding("escape,question_mark,f1,q,enter", "dismiss", "Close")]

    def __init__(self, title: str, about: str, bindings: Mapping[str, ActiveBinding]) -> None:
        super().__init__()
        self.shown_title = title
        self.about = about
        self.bindings_shown = tuple(bindings.values())

    def compose(self) -> ComposeResult:
        """Lay out the text and the keys."""
        with VerticalScroll() as box:
            box.border_title = f"help: {self.shown_title}"
            box.border_subtitle = "arrows scroll · Esc closes"
            yield Static(Text(self.about + "\n"))
            yield Static(self.keys())

    def keys(self) -> Table:
        """Return the keys, those of the pane before those of the screen."""
        table = Table.grid(padding=(0, 2))
        rows: dict[str, tuple[list[str], str]] = {}
        for active in self.bindings_shown:
            binding = active.binding
            if binding.description:
                keys, _ = rows.setdefault(binding.action, ([], active.tooltip or binding.description))
                keys.append(self.app.get_key_display(binding))
        for keys, description in rows.values():
            table.add_row(Text(" ".join(dict.fromkeys(keys)), "bold"), Text(description))
        return table


def about_pane(pane: str) -> str:
    """Return what a pane is for, in a few lines."""
    return ABOUT[pane]


ABOUT = {
    "architecture": (
        "The network and how it is trained. The cursor moves over layers and values; a digit begins a new "
        "value, + and - step it, * doubles and / halves it, Enter types it or opens its list. "
        "A layer marked ✗ cannot work; the line under it says why. Every change can be undone."
    ),
    "training": (
        "What is trained now. The curves grow within the epoch: a line for training, marks for validation. "
        "The log has a line an epoch; arrows scroll it, End follows it again."
    ),
    "history": (
        "A row an experiment and recipe. Accuracies are means over the finished runs, ± one standard deviation "
        "from two runs up; after / is how many runs the plan asks for; ■ stopped, ✗ failed, ‖ interrupted."
    ),
}
