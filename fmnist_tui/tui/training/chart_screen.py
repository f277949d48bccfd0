from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.widgets import Static

from fmnist_tui.tui.charts.chart import Chart
from fmnist_tui.tui.charts.legend import legend
from fmnist_tui.tui.charts.lens import LensAction, lens_keys
from fmnist_tui.tui.global_keys import global_key
from fmnist_tui.tui.training.charts import TrainingCharts
from fmnist_tui.tui.widgets.overlay import Overlay

LOOK_SECONDS = 0.25


class ChartScreen(Overlay[None]):
    DEFAULT_CSS = """
    ChartScreen {
        Chart, #legend { margin: 0 1; }
        #legend { height: auto; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("next", "next", "Show the loss, or the accuracy", word="Loss", show=True),
        *lens_keys(),
        global_key("full-screen", "full_screen", "Go back to the panes", word="Panes"),
        global_key("stop", "on_main('stop')"),
        global_key("pause", "on_main('pause')"),
    ]

    heading = "charts"
    about = (
        "Accuracy and loss of what is trained, as they grow: a solid line for training, a dashed one with dots for "
        "validation, and beneath them the validation of the marked experiments on the same data, each with its letter. "
        "Where one has several seeds, the line is their mean and the shading reaches from the lowest to the highest."
    )

    def __init__(self, charts: TrainingCharts, words: Callable[[], str]) -> None:
        super().__init__()
        self.charts = charts
        self.words = words
        self.place = 0

    def compose_body(self) -> ComposeResult:
        yield Chart()
        yield Static(id="legend")

    def on_mount(self) -> None:
        self.set_interval(LOOK_SECONDS, self.show_chart)

    def on_resize(self) -> None:
        self.show_chart()

    def show_chart(self) -> None:
        sheet, lens = self.charts.sheets[self.place], self.charts.lens
        self.entitle(self.words())
        self.query_one(Chart).look(sheet, lens)
        rows = legend((sheet,), lens, self.size.width - 2, rows=self.size.height // 2)
        self.query_one("#legend", Static).update(Text("\n").join(rows))

    def action_lens(self, turn: LensAction) -> None:
        self.charts.turn(turn)
        self.show_chart()

    def action_back(self) -> None:
        if self.charts.lens.cursor is not None:
            self.action_lens("off")
        else:
            self.dismiss()

    def action_full_screen(self) -> None:
        self.dismiss()

    def action_next(self) -> None:
        self.place = 1 - self.place
        self.show_chart()
