"""The training pane: what is trained, its curves as they grow, its progress and its log."""

from pathlib import Path

from rich.text import Text
from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import RichLog, Static

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.progress import Phase, Point, Progress
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.plan import Job
from fmnist_tui.lab.records import Curves, Run
from fmnist_tui.lab.shorthand import shorthand
from fmnist_tui.tui.ask import Ask
from fmnist_tui.tui.charts.chart import Chart
from fmnist_tui.tui.pane import Pane
from fmnist_tui.tui.training.curves import accuracy_series, loss_series
from fmnist_tui.tui.training.messages import JobStarted, QueueEnded, RunEnded
from fmnist_tui.tui.training.progress_line import duration, phase_words, progress_line
from fmnist_tui.tui.training.runner import Runner

PROGRESS_SECONDS = 0.25
"""How often the latest progress is looked at."""


class TrainingPane(Pane):
    """Trains what it is given, one job after another, and shows the one at work."""

    number = 2
    name_shown = "Training"
    about = (
        "What is trained now. The curves grow within the epoch: a solid line for training, a dashed one with dots for "
        "validation. The log has a line an epoch; arrows scroll it, End follows it again."
    )

    DEFAULT_CSS = """
    TrainingPane {
        #charts { height: 2fr; min-height: 6; max-height: 22; }
        #charts Chart { width: 1fr; height: 1fr; }
        #charts #loss { margin-left: 2; }
        #state, #progress { height: 1; }
        #log { height: 1fr; min-height: 3; scrollbar-size-vertical: 1; overflow-x: hidden; background: transparent; }
    }
    """

    def compose_body(self) -> ComposeResult:
        """Lay out the state, the two charts, the progress and the log."""
        yield Static(id="state")
        with Horizontal(id="charts"):
            yield Chart("accuracy", id="accuracy")
            yield Chart("loss", id="loss")
        yield Static(id="progress")
        yield RichLog(id="log", wrap=True, min_width=20)

    @property
    def entrance(self) -> RichLog:
        """The log, which scrolls."""
        return self.query_one("#log", RichLog)

    def __init__(self, notebook: Path, id: str) -> None:
        super().__init__(id=id)
        self.runner = Runner(notebook, self.post_message)
        self._job: Job | None = None
        self._heading = ""
        self._drawn: Progress | None = None
        self._logged = 0
        self._first_epoch: tuple[Point, ...] = ()

    def on_mount(self) -> None:
        """Look at the progress a few times a second."""
        super().on_mount()
        self.set_interval(PROGRESS_SECONDS, self.refresh_progress)

    def start(self, jobs: tuple[Job, ...], data: Dataset) -> None:
        """Train jobs, after those that are waiting."""
        if self.runner.add(jobs):
            self.train_queue(data)
        else:
            self.notify(f"queued; {len(self.runner.waiting)} waiting")

    @work(thread=True, group="training", name="training", exit_on_error=False)
    def train_queue(self, data: Dataset) -> None:
        """Train what is queued, in a thread."""
        self.runner.work(data)

    def ask_stop(self) -> None:
        """Ask how to stop."""
        if not self.runner.busy:
            self.notify("nothing is being trained")
            return
        control = self.runner.control  # the training that is asked about, not the one that follows it
        answers = {"s": "stop now and keep what there is", "e": "stop at the end of this epoch"}
        if waiting := len(self.runner.waiting):
            answers["a"] = f"stop now and drop the {waiting} waiting"

        def stop(answer: str | None) -> None:
            if answer == "a":
                self.runner.drop_waiting()
            if answer in ("s", "a"):
                control.stop()
            elif answer == "e":
                control.stop_at_epoch_end()

        self.app.push_screen(Ask("stop", "Stop the training?", answers), stop)

    def pause_or_resume(self) -> None:
        """Let the training wait, or go on."""
        control = self.runner.control
        if not self.runner.busy:
            self.notify("nothing is being trained")
        elif control.paused:
            control.resume()
        else:
            control.pause()

    def show_state(self, words: str) -> None:
        """Say what goes on, in the pane and in its one line."""
        line = Text(words, no_wrap=True, overflow="ellipsis")
        self.query_one("#state", Static).update(line)
        self.summary = words

    def log_line(self, line: str | Text) -> None:
        """Add a line at the end of the log, which follows its tail unless a person scrolled up."""
        text = Text(line) if isinstance(line, str) else line
        self.entrance.write(text, scroll_end=self.entrance.is_vertical_scroll_end)

    def on_job_started(self, event: JobStarted) -> None:
        """Make room for a new training."""
        event.stop()
        job = event.job
        queue = f"{event.number} of {event.total} · " if event.total > 1 else ""
        self._job = job
        self._heading = f"{queue}{visible(job.experiment, 40)} · seed {job.seed}"
        self._drawn, self._logged, self._first_epoch = None, 0, ()
        self.log_line(Text(f"{self._heading} · {job.recipe.dataset}", "bold"))

    def refresh_progress(self) -> None:
        """Draw the latest picture of the training."""
        self.show_progress(self.runner.progress)

    def show_progress(self, progress: Progress | None) -> None:
        """Draw the latest picture, if it is another than the one drawn."""
        if progress is None or progress is self._drawn or self._job is None:
            return
        self._drawn = progress
        if not progress.curves.epochs and progress.points:
            self._first_epoch = progress.points
        words = f"{phase_words(progress.phase)} · {self._heading}"
        self.show_state(words)
        line = progress_line(progress, self.query_one("#progress").size.width or 60)
        self.query_one("#progress", Static).update(line)
        self.summary = f"{phase_words(progress.phase)} · {line.plain.strip()}"
        self._draw_charts(progress)
        self._log_epochs(progress.curves)

    def on_run_ended(self, event: RunEnded) -> None:
        """Draw the whole run and say how it ended; the message goes on to whom it concerns."""
        run = event.run
        epochs = max(run.recipe.training.epochs, run.curves.epochs)
        self._draw_charts(Progress(Phase.TESTING, epochs, run.curves))
        self._log_epochs(run.curves)
        self.query_one("#progress", Static).update(Text(ending(run), no_wrap=True, overflow="ellipsis"))
        self.log_line(Text(ending(run), "bold" if run.status == "finished" else "bold yellow"))
        if event.problem:
            self.log_line(Text(f"not in the notebook: {event.problem}", "bold red"))

    def on_queue_ended(self, event: QueueEnded) -> None:
        """Say that nothing is being trained."""
        event.stop()
        words = f"ended: {self._heading} · t trains again" if self._job else "ready"
        self._job = None
        self.show_state(words)

    def _draw_charts(self, progress: Progress) -> None:
        span = (0.0, float(progress.epochs))
        accuracy, loss = self.query_one("#accuracy", Chart), self.query_one("#loss", Chart)
        accuracy.show(accuracy_series(progress, self._first_epoch), x_range=span)
        loss.show(loss_series(progress, self._first_epoch), x_range=span)

    def _log_epochs(self, curves: Curves) -> None:
        for epoch in range(self._logged, curves.epochs):
            self.log_line(epoch_line(curves, epoch))
        self._logged = curves.epochs


def epoch_line(curves: Curves, epoch: int) -> str:
    """Return the log's line for an epoch, counted from 0: `epoch  3  loss 0.412 acc 0.853  val 0.398 0.861`."""
    line = f"epoch {epoch + 1:>3}   loss {curves.loss[epoch]:.4f}  acc {curves.accuracy[epoch]:.4f}"
    if curves.val_loss:
        line += f"   val loss {curves.val_loss[epoch]:.4f}  acc {curves.val_accuracy[epoch]:.4f}"
    return line


def ending(run: Run) -> str:
    """Return how a run ended, in a line: `finished: test accuracy 0.8746, loss 0.3511 · 50,890 parameters · 4 s`."""
    words = [f"{run.status}: " + (run.reason or "")] if run.reason else [f"{run.status}"]
    if run.test:
        words.append(f"test accuracy {run.test.accuracy:.4f}, loss {run.test.loss:.4f}")
    words.append(f"{shorthand(run.recipe.architecture)}, {run.parameters:,} parameters")
    words.append(duration(run.seconds))
    return " · ".join(words)
