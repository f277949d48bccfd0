"""The training on the charts of the training pane."""

from collections.abc import Callable
from time import monotonic

from rich.cells import cell_len
from rich.text import Text

from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.engine.training.progress import Phase, Point, Progress
from fmnist_tui.lab.records.dataset import shown_name
from fmnist_tui.lab.records.run import Curves, Run
from fmnist_tui.tui.training.activity import is_outside
from fmnist_tui.tui.training.charts import TrainingCharts
from fmnist_tui.tui.training.log_lines import ended_words, ending, epoch_line
from fmnist_tui.tui.training.progress_line import doing, progress_line, progress_words, state_line, with_seconds
from fmnist_tui.tui.training.row_curves import RowCurves
from fmnist_tui.tui.widgets.pane import Pane
from fmnist_tui.tui.widgets.text import FixedText


class FrontTraining:
    """Shows the state, progress, curves and epochs of one training; it stays after its end until another replaces it.

    Args:
        pane: the pane that shows it.
        row_curves: what the charts show while nothing is trained.
        heading: returns how a training is named.
        busy: returns whether this program trains.
        log: adds a line to the log.
    """

    def __init__(
        self,
        pane: Pane,
        row_curves: RowCurves,
        heading: Callable[[ActiveRun], str],
        busy: Callable[[], bool],
        log: Callable[[str | Text], object],
    ) -> None:
        self.training: ActiveRun | None = None
        self._pane = pane
        self._row_curves = row_curves
        self._heading = heading
        self._busy = busy
        self._log = log
        self._ended = ""
        """How the training ended; empty while it is active."""
        self._ended_briefly = ""
        self._waiting_for: tuple[str, float] | None = None
        """The state before the first training, and since when, while its seconds are shown."""
        self._first_epochs: dict[str, tuple[Point, ...]] = {}
        """The points of first epochs by run id, where the curves start."""
        self._drawn: tuple[Progress, str] | None = None
        self._logged = 0

    @property
    def is_free(self) -> bool:
        """Whether there is no training yet, or it ended."""
        return self.training is None or bool(self._ended)

    def holds(self, run_id: str) -> bool:
        return self.training is not None and self.training.run_id == run_id

    def show_state(self, words: str, *, timed: bool) -> None:
        """Show the state of the app while no training is active; a `timed` one with the seconds it has lasted."""
        self._waiting_for = (words, monotonic()) if timed else None
        if self.is_free:
            self._ended = ""
            self._show_state_line(words)

    def show(self, training: ActiveRun) -> None:
        """Show a training in place of the one before."""
        self._row_curves.give_way()
        self.training, self._ended, self._drawn, self._logged = training, "", None, 0
        self._log(Text(f"{self._heading(training)} · {shown_name(training.job.recipe.dataset)}", "bold"))

    def keep_first_epoch(self, training: ActiveRun) -> None:
        """Keep the points within the first epoch of any training: its progress drops them when the epoch ends."""
        if not training.progress.curves.epochs and training.progress.points:
            self._first_epochs[training.run_id] = training.progress.points

    def end(self, run_id: str, words: str) -> None:
        """Show that the training in front ended without a record."""
        if self.holds(run_id) and not self._ended:
            self._ended, self._ended_briefly = words, ""

    def show_end(self, run: Run, known: ActiveRun) -> None:
        """Show how a training ended; of one that is not in front, in the log alone."""
        words, style = ending(run), "bold" if run.status == "finished" else "bold yellow"
        if not self.holds(run.id):
            self._log(Text(f"{self._heading(known)}: {words}", style))
            return
        self._ended = ended_words(run, self._heading(known))
        self._row_curves.training_ended(run.experiment)
        self._ended_briefly = f"{run.status}: {self._heading(known)}"
        epochs = max(run.recipe.training.epochs, run.curves.epochs)
        progress = Progress(Phase.TESTING, epochs, run.curves)
        self._charts.show_progress(progress, self._first_epochs.get(run.id, ()), run.recipe.dataset)
        self._log_epochs(run.curves)
        line = self._pane.query_one("#progress", FixedText)
        line.show(Text(ending(run, line.size.width or 60), no_wrap=True, overflow="ellipsis"))
        self._log(Text(words, style))

    def draw(self) -> None:
        training = self.training
        if training is None:
            if self._waiting_for:
                words, since = self._waiting_for
                self._show_state_line(with_seconds(words, monotonic() - since))
        elif self._ended:
            self._draw_ended(training)
        else:
            self._draw_active(training)

    def _draw_ended(self, training: ActiveRun) -> None:
        again = not (self._busy() or is_outside(training))
        aside = " · t trains again" if again else ""
        width = self._pane.query_one("#state").size.width or 60
        fits = not self._ended_briefly or cell_len(self._ended + aside) <= width
        self._show_state_line((self._ended if fits else self._ended_briefly) + aside)

    def _draw_active(self, training: ActiveRun) -> None:
        progress, words = training.progress, f"{doing(training)} · {self._heading(training)}"
        if self._drawn == (progress, words):
            return
        drawn, self._drawn = self._drawn, (progress, words)
        width = self._pane.query_one("#progress").size.width or 60
        self._pane.query_one("#state", FixedText).show(state_line(words, progress.learning_rate, width))
        self._pane.summary = f"{doing(training)} · {progress_words(progress, with_rate=False)}"
        if drawn is None or drawn[0] is not progress:
            self._pane.query_one("#progress", FixedText).show(progress_line(progress, width))
            points = self._first_epochs.get(training.run_id, ())
            self._charts.show_progress(progress, points, training.job.recipe.dataset)
            self._log_epochs(progress.curves)

    def _show_state_line(self, words: str) -> None:
        if self._pane.is_attached and self._pane.summary != words:  # ignored once the pane is gone
            self._pane.query_one("#state", FixedText).show(Text(words, no_wrap=True, overflow="ellipsis"))
            self._pane.summary = words

    @property
    def _charts(self) -> TrainingCharts:
        return self._pane.query_one(TrainingCharts)

    def _log_epochs(self, curves: Curves) -> None:
        for epoch in range(self._logged, curves.epochs):
            self._log(epoch_line(curves, epoch))
        self._logged = curves.epochs
