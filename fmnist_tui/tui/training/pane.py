from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import BindingType

from fmnist_tui.engine.cores import usable_cores
from fmnist_tui.engine.parallel.parallelism import SIDE_BY_SIDE, Parallelism
from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.experiments.speeds import Speeds
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.pending import PendingRun
from fmnist_tui.tui.background import Background
from fmnist_tui.tui.charts.lens import LensAction
from fmnist_tui.tui.training.activity import Activity, Sources, activity, is_outside
from fmnist_tui.tui.training.charts import TrainingCharts
from fmnist_tui.tui.training.front import FrontTraining
from fmnist_tui.tui.training.keys import PANE_KEYS
from fmnist_tui.tui.training.log_lines import Log
from fmnist_tui.tui.training.messages import ClusterNoted, JobSkipped, JobStarted, QueueEnded, RunEnded
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
        parallelism: Parallelism = SIDE_BY_SIDE,
        directory: Path | None = None,
        scheduler: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.runner = Runner(notebook, self.post_message, background, parallelism, directory, scheduler)
        self._stop_and_pause = StopAndPause(self, self.runner, lambda: self.activity, self.refresh_progress)
        self.queue_changes = QueueChanges(self.runner, lambda: self.activity)
        self.speeds: Speeds | None = None
        self._pending: tuple[PendingRun, ...] = ()
        self._sources, self._activity = Sources(), Activity()
        self._seen: dict[str, ActiveRun] = {}
        """The trainings seen active by run id, until their end is shown."""
        self.row_curves = RowCurves(self, lambda: self.charts, lambda: bool(self.activity.active))
        self.in_front = FrontTraining(self, self.row_curves, self._heading, lambda: self.runner.busy, self.log_line)
        self._unread: dict[str, ActiveRun] = {}
        """Other programs' trainings that ended and whose records were not read yet."""

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
        from fmnist_tui.engine.parallel.side_by_side import seeds_limit

        if limit := seeds_limit(self.runner.queue.parallelism, jobs):
            self.log_line(limit)
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
        shown = self.in_front.training
        return self.activity.find(shown.run_id) if shown else None

    def bring_to_front(self, training: ActiveRun) -> None:
        if not self.in_front.holds(training.run_id):
            self.in_front.show(training)
            self.in_front.draw()

    def action_next(self, by: int) -> None:
        active = self.activity.active
        if not active:
            self.notify("nothing is being trained")
            return
        here = next((place for place, each in enumerate(active) if self.in_front.holds(each.run_id)), None)
        place = 0 if here is None else here + by
        self.in_front.show(active[place % len(active)])
        self.in_front.draw()

    def action_inside(self) -> None:
        from fmnist_tui.engine.training.new_run import new_run
        from fmnist_tui.tui.units.learning_screen import LearningScreen

        shown = self.in_front.training
        if shown is None:
            self.notify("nothing is being trained; in the history this key looks inside a trained network")
        else:
            run = new_run(shown.job, shown.run_id)
            self.app.push_screen(LearningScreen(run, self.runner.runs_folder))

    def action_parallel(self, by: int) -> None:
        from fmnist_tui.engine.memory import parallel_limit

        queue, cores = self.runner.queue, usable_cores()
        now = queue.parallelism.at_once
        number = min(2 * now, cores) if by > 0 else max(now // 2, 1)
        queue.parallelism = replace(queue.parallelism, at_once=number)
        alone = "a recipe's seeds side by side" if queue.parallelism.side_by_side else "one at a time"
        how = f"{number} in parallel, one thread each" if queue.parallelism.several else f"{alone}, with all cores"
        limit = parallel_limit(number)
        self.notify(f"next trainings: {how}" + (f"; {limit}" if limit else ""))
        self.show_queue()

    def show_state(self, words: str, *, timed: bool = False) -> None:
        self.in_front.show_state(words, timed=timed)

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
                self.in_front.show_end(run, gone)
        self.in_front.draw()

    def refresh_progress(self) -> None:
        now = self.activity
        active = {training.run_id: training for training in now.active}
        ended = [gone for run_id, gone in self._seen.items() if is_outside(gone) and run_id not in active]
        for gone in ended:
            self._unread[gone.run_id] = self._seen.pop(gone.run_id)
            self.in_front.end(gone.run_id, f"ended elsewhere: {job_words(gone.job)}")
            self.log_line(f"ended elsewhere: {job_words(gone.job)}")
        new_here = [each for run_id, each in active.items() if run_id not in self._seen and not is_outside(each)]
        self._seen |= active
        for training in now.active:
            self.in_front.keep_first_epoch(training)
        front = self.in_front.training
        if front and front.run_id in active:
            self.in_front.training = active[front.run_id]
            if new_here and is_outside(front):
                self.in_front.show(new_here[0])
        elif active and self.in_front.is_free:
            self.in_front.show(now.active[0])
        self.in_front.draw()
        self.show_queue()

    def _heading(self, training: ActiveRun) -> str:
        queue = self.runner.queue
        total = queue.begun + len(queue.waiting)
        place = f"{training.number} of {total} · " if total > 1 and not is_outside(training) else ""
        return place + job_words(training.job)

    def on_run_ended(self, event: RunEnded) -> None:
        run = event.run
        known = self._seen.pop(run.id, None)
        if known is None:
            return
        if not self.activity.active and self.in_front.is_free:
            self.in_front.show(known)
        self.in_front.show_end(run, known)
        if event.problem:
            self.log_line(Text(f"not in the notebook: {event.problem}", "bold red"))
        self.refresh_progress()

    def on_job_skipped(self, event: JobSkipped) -> None:
        event.stop()
        words = job_words(event.job)
        self.log_line(Text(f"skipped: {words}: {event.why}", "bold yellow"))
        for run_id, known in list(self._seen.items()):
            if known.job == event.job and not is_outside(known):
                del self._seen[run_id]
                self.in_front.end(run_id, f"skipped: {words} · {event.why}")
        self.refresh_progress()

    def on_cluster_noted(self, event: ClusterNoted) -> None:
        event.stop()
        self.log_line(Text(event.sentence, "bold yellow"))

    def on_queue_ended(self, event: QueueEnded) -> None:
        event.stop()
        for run_id, known in list(self._seen.items()):
            if not is_outside(known) and self.activity.find(run_id) is None:
                del self._seen[run_id]
                self.in_front.end(run_id, f"ended: {self._heading(known)}")
        self.refresh_progress()

    def show_queue(self) -> None:
        self.query_one(QueueList).show_queue(self._queue_view(), rows=4 if self.size.height < 20 else 7)
        keys = keys_in_border(self.front, self.activity)
        if self.border_subtitle != keys:  # setting it redraws the pane, even if unchanged
            self.border_subtitle = keys

    def _queue_view(self) -> QueueView:
        runner, shown = self.runner, self.in_front.training
        front = shown.run_id if shown else None
        return queue_view(self.activity, runner.done if runner.busy else (), runner.queue.parallelism.at_once, front)

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
        from fmnist_tui.tui.training.chart_screen import ChartScreen

        self.app.push_screen(ChartScreen(self.charts, self._charts_words))

    def _charts_words(self) -> str:
        return self.row_curves.title or self.summary
