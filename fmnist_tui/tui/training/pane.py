"""The training pane: the running training, its curves, progress and log."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from fmnist_tui.engine.environment import usable_cores
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.runs.pending import Pending
from fmnist_tui.tui.charts.lens import LensAction, lens_keys
from fmnist_tui.tui.keys import global_key
from fmnist_tui.tui.training.charts import ChartScreen, TrainingCharts
from fmnist_tui.tui.training.log_lines import Log, ending, epoch_line
from fmnist_tui.tui.training.messages import JobStarted, QueueEnded, RunEnded, Skipped
from fmnist_tui.tui.training.progress_line import progress_line, progress_words, state_line
from fmnist_tui.tui.training.queue_list import QueueList, QueueView, Row, ended_row, job_words
from fmnist_tui.tui.training.runner import Runner
from fmnist_tui.tui.training.states import State
from fmnist_tui.tui.training.steering import keys_in_border
from fmnist_tui.tui.training.stopping import stop, stop_question
from fmnist_tui.tui.training.watched import Watched, progress_of, watched_elsewhere, watched_here
from fmnist_tui.tui.widgets.dialogs import QuestionDialog
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
        "validation. Experiments marked in the history are drawn behind it, dim, each with its letter; where one has "
        "several seeds, the line is their mean and the shading reaches from the lowest to the highest. The log has a "
        "line an epoch; arrows scroll it, End follows it again. Between them is the queue, if there is one, and "
        "the trainings of other programs in this notebook."
    )

    DEFAULT_CSS = """
    TrainingPane {
        #charts { height: 2fr; min-height: 6; max-height: 22; }
        #state, #progress { height: 1; }
        #log { height: 1fr; min-height: 3; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        global_key("open", "open_chart", "Show a chart on the whole screen", word="Chart", show=True),
        global_key("next", "next(1)", "Show the next training"),
        global_key("previous", "next(-1)", "Show the previous training"),
        Binding(
            "plus,plus_sign",
            "parallel(1)",
            "More in parallel",
            key_display="+",
            show=False,
            tooltip="Train twice as many in parallel, up to one per core",
            id="training.more-in-parallel",
        ),
        Binding(
            "minus",
            "parallel(-1)",
            "Fewer in parallel",
            key_display="-",
            show=False,
            tooltip="Train half as many in parallel, down to one at a time",
            id="training.fewer-in-parallel",
        ),
        *lens_keys(),
        global_key("cancel", "lens('off')", "Stop reading values", word="Stop reading"),
    ]

    def compose_body(self) -> ComposeResult:
        yield FixedText(id="state")
        yield TrainingCharts(id="charts")
        yield FixedText(id="progress")
        yield QueueList()
        yield Log(id="log")

    @property
    def focus_target(self) -> Log:
        return self.query_one("#log", Log)

    def __init__(self, notebook: Path, id: str, at_once: int = 1, directory: Path | None = None) -> None:
        super().__init__(id=id)
        self.runner = Runner(notebook, self.post_message, at_once, directory)
        self._watched: dict[str, Watched] = {}
        """Running trainings by run id, those of this program first."""
        self._front: Watched | None = None
        """The training on the charts; it stays after its end until another replaces it."""
        self._drawn: Progress | None = None
        self._logged = 0

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(PROGRESS_SECONDS, self.refresh_progress)

    def start(self, jobs: tuple[Job, ...], data: "Dataset") -> None:
        if not self.runner.add(jobs, data):
            self.notify(f"queued; {len(self.runner.waiting)} waiting")

    def ask_stop(self) -> None:
        front, watched = self._front, tuple(self._watched.values())
        if front is None or front not in watched:
            self.notify("nothing is being trained")
            return

        def stop_as_answered(answer: str | None) -> None:
            try:
                stop(answer, front, watched, self.runner)
            except UserError as error:
                self.notify(str(error), severity="warning", markup=False)

        self.app.push_screen(
            QuestionDialog("stop", *stop_question(front, watched, len(self.runner.waiting))), stop_as_answered
        )

    def pause_or_resume(self) -> None:
        controls = [training.control for training in self.runner.at_work]
        if not controls:
            self.notify("nothing is being trained here")
        elif any(control.paused for control in controls):
            for control in controls:
                control.resume()
        else:
            for control in controls:
                control.pause()

    def action_next(self, by: int) -> None:
        ids = list(self._watched)
        if not ids:
            self.notify("nothing is being trained")
            return
        place = ids.index(self._front.run_id) + by if self._front and self._front.run_id in ids else 0
        self._show_in_front(self._watched[ids[place % len(ids)]])

    def action_parallel(self, by: int) -> None:
        queue, cores = self.runner.queue, usable_cores()
        queue.at_once = min(2 * queue.at_once, cores) if by > 0 else max(queue.at_once // 2, 1)
        how = "one at a time, with all cores" if queue.at_once == 1 else f"{queue.at_once} in parallel, one thread each"
        self.notify(f"next trainings: {how}")
        self.show_queue()

    def show_state(self, words: str) -> None:
        """Show the state in the pane and in its summary; ignored once the pane is gone."""
        if not self.is_attached:
            return
        line = Text(words, no_wrap=True, overflow="ellipsis")
        self.query_one("#state", FixedText).show(line)
        self.summary = words

    def log_line(self, line: str | Text) -> None:
        if not self.is_attached:
            return
        self.focus_target.add(Text(line) if isinstance(line, str) else line)

    def on_job_started(self, event: JobStarted) -> None:
        event.stop()
        new = watched_here(event.training, event.number, event.total)
        here = {run_id: each for run_id, each in self._watched.items() if each.training}
        elsewhere = {run_id: each for run_id, each in self._watched.items() if run_id not in here | {new.run_id: new}}
        self._watched = {**here, new.run_id: new, **elsewhere}
        if self._front is None or self._front.run_id not in here:
            self._show_in_front(new)

    def show_pending(self, pending: Sequence[Pending]) -> None:
        """Show the trainings of other programs; log those that have ended."""
        here = {training.run_id for training in self.runner.at_work}
        alive = {each.run.id: each for each in pending if each.alive and each.run.id not in here}
        for run_id, watched in list(self._watched.items()):
            if watched.training is None and run_id not in alive:
                del self._watched[run_id]
                self.log_line(f"ended elsewhere: {watched.heading}")
        for run_id, each in alive.items():
            if run_id in self._watched:
                self._watched[run_id].progress = progress_of(each)
            else:
                self._watched[run_id] = watched_elsewhere(each)

    def refresh_progress(self) -> None:
        for watched in self._watched.values():
            watched.look()
        if self._watched and (self._front is None or self._front.run_id not in self._watched):
            self._show_in_front(next(iter(self._watched.values())))
        elif self._front and self._front.run_id in self._watched:
            self._draw_front()
        self.show_queue()

    def _show_in_front(self, watched: Watched) -> None:
        self._front, self._drawn, self._logged = watched, None, 0
        self.log_line(Text(f"{watched.heading} · {watched.dataset}", "bold"))
        self._draw_front()

    def _draw_front(self) -> None:
        front = self._front
        if front is None or front.progress is self._drawn:
            return
        self._drawn = progress = front.progress
        words = front.state_words
        width = self.query_one("#progress").size.width or 60
        state = state_line(f"{words} · {front.heading}", progress.learning_rate, width)
        self.query_one("#state", FixedText).show(state)
        line = progress_line(progress, width)
        self.query_one("#progress", FixedText).show(line)
        self.summary = f"{words} · {progress_words(progress)}"
        self.charts.show_progress(progress, front.first_epoch)
        self._log_epochs(progress.curves)

    def on_run_ended(self, event: RunEnded) -> None:
        run = event.run
        words = ending(run)
        if not event.recorded and not event.problem:
            words += " · nothing was trained, so nothing is recorded"
        over = self._watched.pop(run.id, None)
        if self._front and self._front.run_id == run.id:
            self._front.end(run)
            epochs = max(run.recipe.training.epochs, run.curves.epochs)
            self.charts.show_progress(Progress(Phase.TESTING, epochs, run.curves), self._front.first_epoch)
            self._log_epochs(run.curves)
            self.query_one("#progress", FixedText).show(Text(words, no_wrap=True, overflow="ellipsis"))
        elif over:
            words = f"{over.heading}: {words}"
        self.log_line(Text(words, "bold" if run.status == "finished" else "bold yellow"))
        if event.problem:
            self.log_line(Text(f"not in the notebook: {event.problem}", "bold red"))

    def on_skipped(self, event: Skipped) -> None:
        event.stop()
        self.log_line(Text(f"skipped: {job_words(event.job)}: {event.why}", "bold yellow"))

    def on_queue_ended(self, event: QueueEnded) -> None:
        event.stop()
        self._watched = {run_id: each for run_id, each in self._watched.items() if not each.training}
        over = self._front if self._front and self._front.training else None
        self.show_state(f"{over.ended or f'ended: {over.heading}'} · t trains again" if over else "ready")
        self.show_queue()

    def show_queue(self) -> None:
        runner = self.runner
        view = QueueView(
            done=[ended_row(each.run) for each in runner.done] if runner.busy else (),
            at_work=[each.row(in_front=each is self._front) for each in self._watched.values()],
            waiting=[Row(State.QUEUED, job_words(job)) for job in runner.waiting],
            at_once=runner.queue.at_once,
        )
        self.query_one(QueueList).show_queue(view, rows=4 if self.size.height < 20 else 7)
        keys = keys_in_border(tuple(self._watched.values()))
        if self.border_subtitle != keys:  # setting it redraws the pane, even if unchanged
            self.border_subtitle = keys

    @property
    def charts(self) -> TrainingCharts:
        return self.query_one(TrainingCharts)

    def show_beneath(self, groups: Sequence[Group]) -> None:
        """Show experiments behind the training, in place of those before; an empty sequence removes them."""
        self.charts.show_beneath(groups)

    def action_lens(self, turn: LensAction) -> None:
        self.charts.turn(turn)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool:
        return self.charts.lens.cursor is not None if (action, parameters) == ("lens", ("off",)) else True

    def action_open_chart(self) -> None:
        self.app.push_screen(ChartScreen(self.charts, lambda: self.summary))

    def _log_epochs(self, curves: Curves) -> None:
        for epoch in range(self._logged, curves.epochs):
            self.log_line(epoch_line(curves, epoch))
        self._logged = curves.epochs
