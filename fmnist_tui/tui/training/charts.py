"""The training pane's charts: accuracy and loss of the training, over those of marked experiments."""

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from fmnist_tui.engine.training.progress import Point, Progress
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.tui.charts.chart import Chart
from fmnist_tui.tui.charts.experiments import FIGURES, Figure, Marked, allotted, experiment_series
from fmnist_tui.tui.charts.legend import legend
from fmnist_tui.tui.charts.lens import Lens, Sheet, Turn
from fmnist_tui.tui.charts.series import Series
from fmnist_tui.tui.training.curves import accuracy_series, loss_series
from fmnist_tui.tui.widgets.fixed_text import FixedText


class TrainingCharts(Vertical):
    DEFAULT_CSS = """
    TrainingCharts {
        & > Horizontal { height: 1fr; }
        & > #legend { height: auto; display: none; }
        & > #legend.-shown { display: block; }
        #loss { margin-left: 2; }
    }
    """

    def __init__(self, id: str) -> None:
        super().__init__(id=id)
        self.lens = Lens()
        """The zoom, scale and cursor of both charts."""
        self.marked: tuple[Marked, ...] = ()
        """The experiments in the background, each with its letter and line."""
        self._beneath: dict[Figure, tuple[Series, ...]] = dict.fromkeys(FIGURES, ())
        self._progress: Progress | None = None
        self._first_epoch: tuple[Point, ...] = ()
        self.sheets = (Sheet("accuracy"), Sheet("loss"))

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Chart("accuracy", id="accuracy")
            yield Chart("loss", id="loss")
        yield FixedText(id="legend")

    def show_progress(self, progress: Progress, first_epoch: tuple[Point, ...]) -> None:
        """Show a training; `first_epoch` holds its points before the first epoch's end."""
        self._progress, self._first_epoch = progress, first_epoch
        self._renew_sheets()

    def show_beneath(self, groups: Sequence[Group]) -> None:
        """Show experiments behind the training; one that stays keeps its letter and line."""
        self.marked = tuple(zip(groups, allotted(groups, self.marked), strict=True))
        for figure in FIGURES:
            self._beneath[figure] = tuple(experiment_series(*marked, figure, quiet=True) for marked in self.marked)
        self._renew_sheets()

    def turn(self, turn: Turn) -> None:
        first = self.sheets[0]
        self.lens = self.lens.turned(turn, first.epochs, first.latest)
        self.show_sheets()

    def on_resize(self) -> None:
        self._show_legend()

    def show_sheets(self) -> None:
        for sheet in self.sheets:
            self.query_one(f"#{sheet.title}", Chart).look(sheet, self.lens)
        self._show_legend()

    def _renew_sheets(self) -> None:
        progress, beneath = self._progress, self._beneath
        planned = progress.epochs if progress else 0
        accuracy = accuracy_series(progress, self._first_epoch) if progress else ()
        loss = loss_series(progress, self._first_epoch) if progress else ()
        self.sheets = (
            Sheet("accuracy", (*accuracy, *beneath["accuracy"]), planned),
            Sheet("loss", (*loss, *beneath["loss"]), planned),
        )
        self.show_sheets()

    def _show_legend(self) -> None:
        rows = legend(self.sheets, self.lens, self.size.width or 60)
        line = self.query_one("#legend", FixedText)
        line.set_class(bool(rows), "-shown")
        line.show(Text("\n").join(rows))
