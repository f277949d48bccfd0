from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from fmnist_tui.engine.cores import usable_cores
from fmnist_tui.engine.memory import parallel_limit
from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.engine.training.progress import Phase, Point, Progress
from fmnist_tui.lab.experiments.estimate import Speed
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.dataset import shown_name
from fmnist_tui.lab.records.run import Curves, Run
from fmnist_tui.lab.runs.pending import PendingRun
from fmnist_tui.tui.background import Background
from fmnist_tui.tui.charts.lens import LensAction
from fmnist_tui.tui.training.activity import Activity, Sources, activity, is_outside
from fmnist_tui.tui.training.charts import ChartScreen, TrainingCharts
from fmnist_tui.tui.training.keys import PANE_KEYS
from fmnist_tui.tui.training.log_lines import Log, ended_words, ending, epoch_line
from fmnist_tui.tui.training.messages import ClusterNoted, JobSkipped, JobStarted, QueueEnded, RunEnded
from fmnist_tui.tui.training.progress_line import doing, progress_line, progress_words, state_line, with_seconds
from fmnist_tui.tui.training.queue_changes import QueueChanges
from fmnist_tui.tui.training.queue_list import QueueList, QueueView, job_words, queue_view, queue_words
from fmnist_tui.tui.training.row_curves import RowCurves
from fmnist_tui.tui.training.runner import Runner
from fmnist_tui.tui.training.stopping import StopAndPause, keys_in_border
from fmnist_tui.tui.widgets.pane import Pane
from fmnist_tui.tui.widgets.text import FixedText

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset

PROGRESS_SECONDS = 0.25


class TrainingPane(Pane):
    number = 2
    heading = "Training"
    about = (
        "The running training. The curves grow within the epoch: a solid line for training, a dashed one with dots for "
        "validation. Experiments on the same data that are marked in the history are drawn behind it, dim, each with "
        "its letter; where one has several seeds, the line is their mean and the shading reaches from the lowest to "
        "the highest. The log has a line an epoch; arrows scroll it, End follows it again. Between them is the queue, "
        "if there is one, and the trainings of other programs in this notebook; Q shows all of it, "
        "to cancel and to move what waits."
    )

    DEFAULT_CSS = """
    TrainingPane {
        #charts { height: 2fr; min-height: 6; max-height: 22; }
        #state, #progress { height: 1; }
        #log { height: 1fr; min-height: 3; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = PANE_KEYS

    def compose_body(self) -> ComposeResult:
        yield FixedText(id="state")
        yield TrainingCharts(id="charts")
        yield FixedText(id="progress")
        yield QueueList()
        yield Log(id="log")

    @property
    def focus_target(self) -> Log:
        return self.query_one("#log", Log)

    def __init__(
        self,
        notebook: Path,
        id: str,
        background: Background,
        max_parallel: int | None = None,
        directory: Path | None = None,
        scheduler: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.runner = Runner(notebook, self.post_message, background, max_parallel, directory, scheduler)
        self._stop_and_pause = StopAndPause(self, self.runner, lambda: self.activity, self.refresh_progress)
        self.queue_changes = QueueChanges(self.runner, lambda: self.activity)
        self.speed: Speed | None = None
        self._pending: tuple[PendingRun, ...] = ()
        self._sources, self._activity = Sources(), Activity()
        self._seen: dict[str, ActiveRun] = {}
        """The trainings seen active by run id, until their end is shown."""
        self._front: ActiveRun | None = None
        """The training on the charts; it stays after its end until another replaces it."""
        self.row_curves = RowCurves(self, lambda: self.charts, lambda: bool(self.activity.active))
        self._ended_briefly = ""
        self._ended = ""
        """How the training on the charts ended; empty while it is active."""
        self._waiting_for: tuple[str, float] | None = None
        """The state before the first training, and since when, while its seconds are shown."""
        self._unread: dict[str, ActiveRun] = {}
        """Other programs' trainings that ended and whose records were not read yet."""
        self._first_epochs: dict[str, tuple[Point, ...]] = {}
        """The points of first epochs by run id, where the curves start."""
        self._drawn: tuple[Progress, str] | None = None
        self._logged = 0

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(PROGRESS_SECONDS, self.refresh_progress)

    @property
    def activity(self) -> Activity:
        queue = self.runner.queue
        waiting = queue.waiting  # before `active`: a job goes from here to there
        sources = Sources(queue.active, waiting, queue.own_ids, self._pending)
        if not sources.are(self._sources):  # a queue may hold thousands of jobs
            self._sources, self._activity = sources, activity(sources)
        return self._activity

    def start(self, jobs: tuple[Job, ...], data: "Dataset") -> None:
        if not self.runner.add(jobs, data):
            self.notify(queue_words(replace(self._queue_view(), done=())))

    def ask_stop(self) -> None:
        self.refresh_progress()
        self._stop_and_pause.ask_stop(self.front)

    def pause_or_resume(self) -> None:
        self.refresh_progress()
        self._stop_and_pause.pause_or_resume(self.front)

    @property
    def front(self) -> ActiveRun | None:
        """The training on the charts, unless it ended."""
        return self.activity.find(self._front.run_id) if self._front else None

    def bring_to_front(self, training: ActiveRun) -> None:
        if self._front is None or self._front.run_id != training.run_id:
            self._show_in_front(training)
            self._draw_front()

    def action_next(self, by: int) -> None:
        active = self.activity.active
        if not active:
            self.notify("nothing is being trained")
            return
        ids = [training.run_id for training in active]
        place = ids.index(self._front.run_id) + by if self._front and self._front.run_id in ids else 0
        self._show_in_front(active[place % len(active)])
        self._draw_front()

    def action_inside(self) -> None:
        from fmnist_tui.engine.training.new_run import new_run
        from fmnist_tui.tui.units.learning_screen import LearningScreen

        if self._front is None:
            self.notify("nothing is being trained; in the history this key looks inside a trained network")
        else:
            run = new_run(self._front.job, self._front.run_id)
            self.app.push_screen(LearningScreen(run, self.runner.runs_folder))

    def action_parallel(self, by: int) -> None:
        queue, cores = self.runner.queue, usable_cores()
        queue.max_parallel = min(2 * queue.max_parallel, cores) if by > 0 else max(queue.max_parallel // 2, 1)
        number = queue.max_parallel
        how = "one at a time, with all cores" if number == 1 else f"{number} in parallel, one thread each"
        limit = parallel_limit(number)
        self.notify(f"next trainings: {how}" + (f"; {limit}" if limit else ""))
        self.show_queue()

    def show_state(self, words: str, *, timed: bool = False) -> None:
        """A `timed` state shows how many seconds it has lasted."""
        self._waiting_for = (words, monotonic()) if timed else None
        if self._front is None or self._ended:
            self._ended = ""
            self._show_state_line(words)

    def log_line(self, line: str | Text) -> None:
        if not self.is_attached:
            return
        self.focus_target.add(Text(line) if isinstance(line, str) else line)

    def on_job_started(self, event: JobStarted) -> None:
        self.refresh_progress()
        self._seen.setdefault(event.training.run_id, event.training)  # it may have ended already

    def show_pending(self, pending: Sequence[PendingRun]) -> None:
        self._pending = tuple(pending)
        self.runner.queue.forget_others({each.run.id for each in pending if each.alive})
        self.refresh_progress()

    def show_records(self, runs: Sequence[Run]) -> None:
        """Show how other programs' trainings ended."""
        for run in reversed(runs) if self._unread else ():
            gone = self._unread.get(run.id)
            if gone and run.curves.epochs >= gone.progress.curves.epochs:
                del self._unread[run.id]
                self._show_end(run, gone)
        self._draw_front()

    def refresh_progress(self) -> None:
        now = self.activity
        active = {training.run_id: training for training in now.active}
        ended = [gone for run_id, gone in self._seen.items() if is_outside(gone) and run_id not in active]
        for gone in ended:
            self._unread[gone.run_id] = self._seen.pop(gone.run_id)
            self._end_front(gone, f"ended elsewhere: {job_words(gone.job)}")
            self.log_line(f"ended elsewhere: {job_words(gone.job)}")
        new_here = [each for run_id, each in active.items() if run_id not in self._seen and not is_outside(each)]
        self._seen |= active
        for training in now.active:
            if not training.progress.curves.epochs and training.progress.points:
                self._first_epochs[training.run_id] = training.progress.points
        front = self._front
        if front and front.run_id in active:
            self._front = active[front.run_id]
            if new_here and is_outside(front):
                self._show_in_front(new_here[0])
        elif active and (front is None or self._ended):
            self._show_in_front(now.active[0])
        self._draw_front()
        self.show_queue()

    def _show_in_front(self, training: ActiveRun) -> None:
        self.row_curves.give_way()
        self._front, self._ended, self._drawn, self._logged = training, "", None, 0
        self.log_line(Text(f"{self._heading(training)} · {shown_name(training.job.recipe.dataset)}", "bold"))

    def _heading(self, training: ActiveRun) -> str:
        queue = self.runner.queue
        total = queue.begun + len(queue.waiting)
        place = f"{training.number} of {total} · " if total > 1 and not is_outside(training) else ""
        return place + job_words(training.job)

    def _draw_front(self) -> None:
        front = self._front
        if front is None or self._ended:
            if front is None and self._waiting_for:
                words, since = self._waiting_for
                self._show_state_line(with_seconds(words, monotonic() - since))
            elif front:
                again = not (self.runner.busy or is_outside(front))
                aside = " · t trains again" if again else ""
                width = self.query_one("#state").size.width or 60
                fits = not self._ended_briefly or cell_len(self._ended + aside) <= width
                self._show_state_line((self._ended if fits else self._ended_briefly) + aside)
            return
        progress, words = front.progress, f"{doing(front)} · {self._heading(front)}"
        if self._drawn == (progress, words):
            return
        drawn, self._drawn = self._drawn, (progress, words)
        width = self.query_one("#progress").size.width or 60
        self.query_one("#state", FixedText).show(state_line(words, progress.learning_rate, width))
        self.summary = f"{doing(front)} · {progress_words(progress, with_rate=False)}"
        if drawn is None or drawn[0] is not progress:
            self.query_one("#progress", FixedText).show(progress_line(progress, width))
            self.charts.show_progress(progress, self._first_epochs.get(front.run_id, ()), front.job.recipe.dataset)
            self._log_epochs(progress.curves)

    def _show_state_line(self, words: str) -> None:
        if self.is_attached and self.summary != words:  # ignored once the pane is gone
            self.query_one("#state", FixedText).show(Text(words, no_wrap=True, overflow="ellipsis"))
            self.summary = words

    def on_run_ended(self, event: RunEnded) -> None:
        run = event.run
        known = self._seen.pop(run.id, None)
        if known is None:
            return
        if not self.activity.active and (self._front is None or self._ended):
            self._show_in_front(known)
        self._show_end(run, known)
        if event.problem:
            self.log_line(Text(f"not in the notebook: {event.problem}", "bold red"))
        self.refresh_progress()

    def _show_end(self, run: Run, known: ActiveRun) -> None:
        words, style = ending(run), "bold" if run.status == "finished" else "bold yellow"
        if self._front is None or self._front.run_id != run.id:
            self.log_line(Text(f"{self._heading(known)}: {words}", style))
            return
        self._ended = ended_words(run, self._heading(known))
        self.row_curves.training_ended(run.experiment)
        self._ended_briefly = f"{run.status}: {self._heading(known)}"
        epochs = max(run.recipe.training.epochs, run.curves.epochs)
        progress = Progress(Phase.TESTING, epochs, run.curves)
        self.charts.show_progress(progress, self._first_epochs.get(run.id, ()), run.recipe.dataset)
        self._log_epochs(run.curves)
        line = self.query_one("#progress", FixedText)
        line.show(Text(ending(run, line.size.width or 60), no_wrap=True, overflow="ellipsis"))
        self.log_line(Text(words, style))

    def on_job_skipped(self, event: JobSkipped) -> None:
        event.stop()
        words = job_words(event.job)
        self.log_line(Text(f"skipped: {words}: {event.why}", "bold yellow"))
        for run_id, known in list(self._seen.items()):
            if known.job == event.job and not is_outside(known):
                del self._seen[run_id]
                self._end_front(known, f"skipped: {words} · {event.why}")
        self.refresh_progress()

    def on_cluster_noted(self, event: ClusterNoted) -> None:
        event.stop()
        self.log_line(Text(event.sentence, "bold yellow"))

    def on_queue_ended(self, event: QueueEnded) -> None:
        event.stop()
        for run_id, known in list(self._seen.items()):
            if not is_outside(known) and self.activity.find(run_id) is None:
                del self._seen[run_id]
                self._end_front(known, f"ended: {self._heading(known)}")
        self.refresh_progress()

    def _end_front(self, training: ActiveRun, words: str) -> None:
        if self._front and self._front.run_id == training.run_id and not self._ended:
            self._ended, self._ended_briefly = words, ""

    def show_queue(self) -> None:
        self.query_one(QueueList).show_queue(self._queue_view(), rows=4 if self.size.height < 20 else 7)
        keys = keys_in_border(self.front, self.activity)
        if self.border_subtitle != keys:  # setting it redraws the pane, even if unchanged
            self.border_subtitle = keys

    def _queue_view(self) -> QueueView:
        runner, front = self.runner, self._front.run_id if self._front else None
        return queue_view(self.activity, runner.done if runner.busy else (), runner.queue.max_parallel, front)

    @property
    def charts(self) -> TrainingCharts:
        return self.query_one(TrainingCharts)

    def show_beneath(self, groups: Sequence[Group]) -> None:
        self.charts.show_beneath(groups)

    def action_lens(self, turn: LensAction) -> None:
        self.charts.turn(turn)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        return self.charts.lens.cursor is not None if (action, parameters) == ("lens", ("off",)) else True

    def action_open_chart(self) -> None:
        self.app.push_screen(ChartScreen(self.charts, self._charts_words))

    def _charts_words(self) -> str:
        return self.row_curves.title or self.summary

    def _log_epochs(self, curves: Curves) -> None:
        for epoch in range(self._logged, curves.epochs):
            self.log_line(epoch_line(curves, epoch))
        self._logged = curves.epochs
