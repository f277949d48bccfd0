from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from fmnist_tui.engine.training.progress import Point, Progress
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.tui.charts.chart import Chart
from fmnist_tui.tui.charts.experiments import (
    FIGURES,
    TRAIN_COLOUR,
    VALIDATION_COLOUR,
    Figure,
    Marked,
    assign_marks,
    experiment_series,
    training_series,
)
from fmnist_tui.tui.charts.legend import legend
from fmnist_tui.tui.charts.lens import ChartContent, Lens, LensAction
from fmnist_tui.tui.charts.series import Series
from fmnist_tui.tui.widgets.text import FixedText


def accuracy_series(progress: Progress, first_epoch: tuple[Point, ...]) -> tuple[Series, ...]:
    curves = progress.curves
    return _series(progress, first_epoch, curves.accuracy, curves.val_accuracy, "accuracy")


def loss_series(progress: Progress, first_epoch: tuple[Point, ...]) -> tuple[Series, ...]:
    curves = progress.curves
    return _series(progress, first_epoch, curves.loss, curves.val_loss, "loss")


def _series(
    progress: Progress,
    first_epoch: tuple[Point, ...],
    training: tuple[float, ...],
    validation: tuple[float, ...],
    name: str,
) -> tuple[Series, ...]:
    """Return running means within the first epoch, then means of finished epochs, up to the latest point."""
    points = first_epoch if training else ()
    tip = progress.points if not training else progress.points[-1:]
    x = [point.epoch for point in points]
    y = [getattr(point, name) for point in points]
    x += [*map(float, range(1, len(training) + 1)), *(point.epoch for point in tip)]
    y += [*training, *(getattr(point, name) for point in tip)]
    epochs = tuple(map(float, range(1, len(validation) + 1)))
    return (
        Series("train", tuple(x), tuple(y), "train", TRAIN_COLOUR),
        Series("val", epochs, validation, "validation", VALIDATION_COLOUR),
    )


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
        self._of_marked: dict[Figure, tuple[Series, ...]] = dict.fromkeys(FIGURES, ())
        self._progress: Progress | None = None
        self._finished: dict[Figure, tuple[Series, ...]] = dict.fromkeys(FIGURES, ())
        """The curves of a finished experiment, shown while nothing is trained."""
        self._first_epoch: tuple[Point, ...] = ()
        self._dataset: DatasetName | None = None
        """What the curves are on, and so those beneath them."""
        self.sheets = (ChartContent("accuracy"), ChartContent("loss"))

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Chart("accuracy", id="accuracy")
            yield Chart("loss", id="loss")
        yield FixedText(id="legend")

    def show_progress(self, progress: Progress, first_epoch: tuple[Point, ...], dataset: DatasetName) -> None:
        """`first_epoch` holds the points before the first epoch's end."""
        self._progress, self._first_epoch, self._dataset = progress, first_epoch, dataset
        self._renew_sheets()

    def show_group(self, group: Group | None) -> None:
        self._progress, self._dataset = None, group.recipe.dataset if group else None
        for figure in FIGURES:
            self._finished[figure] = training_series(group, figure) if group else ()
        self._renew_sheets()

    def show_beneath(self, groups: Sequence[Group]) -> None:
        """An experiment that stays keeps its letter and line."""
        self.marked = tuple(zip(groups, assign_marks(groups, self.marked), strict=True))
        for figure in FIGURES:
            self._of_marked[figure] = tuple(experiment_series(*marked, figure, quiet=True) for marked in self.marked)
        self._renew_sheets()

    def turn(self, turn: LensAction) -> None:
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
        progress = self._progress
        planned = progress.epochs if progress else 0
        accuracy = accuracy_series(progress, self._first_epoch) if progress else self._finished["accuracy"]
        loss = loss_series(progress, self._first_epoch) if progress else self._finished["loss"]
        self.sheets = (
            ChartContent("accuracy", (*accuracy, *self._beneath("accuracy")), planned),
            ChartContent("loss", (*loss, *self._beneath("loss")), planned),
        )
        self.show_sheets()

    def _beneath(self, figure: Figure) -> tuple[Series, ...]:
        """Return the curves of the marked on the same data; where nothing is shown, on those of the first."""
        datasets = [group.recipe.dataset for group, _ in self.marked]
        dataset = self._dataset or next(iter(datasets), None)
        of_marked = zip(datasets, self._of_marked[figure], strict=True)
        return tuple(series for theirs, series in of_marked if theirs == dataset)

    def _show_legend(self) -> None:
        rows = legend(self.sheets, self.lens, self.size.width or 60)
        line = self.query_one("#legend", FixedText)
        line.set_class(bool(rows), "-shown")
        line.show(Text("\n").join(rows))
