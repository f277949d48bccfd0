from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple, TypeVar, overload

from rich.text import Text

from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.figures import fixed
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.run import Run
from fmnist_tui.tui.training.activity import Activity, is_outside
from fmnist_tui.tui.training.progress_line import bar, on_host
from fmnist_tui.tui.training.states import State, active_state
from fmnist_tui.tui.widgets.text import FixedText

BAR = 12


class Row(NamedTuple):
    state: State
    words: str
    fraction: float | None = None
    result: str = ""
    in_front: bool = False
    outside: bool = False


Item = TypeVar("Item")


class LazyRows(Sequence[Row]):
    """A row for each item, made when it is asked for: of a queue of a thousand seven are shown, many times a second."""

    def __init__(self, make: Callable[[Item], Row], items: Sequence[Item]) -> None:
        self._row_at: Callable[[int], Row] = lambda place: make(items[place])
        self._count = len(items)

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self._row_at(each) for each in range(self._count)[place]]
        return self._row_at(place)


@dataclass(frozen=True, slots=True)
class QueueView:
    done: Sequence[Row] = ()
    active: Sequence[Row] = ()
    waiting: Sequence[Row] = ()
    max_parallel: int = 1

    @property
    def is_worth_showing(self) -> bool:
        """Whether there is more than the training that the pane shows anyway."""
        return len(self.active) + len(self.waiting) > 1 or any(row.outside for row in self.active)


def queue_view(activity: Activity, done: Sequence[Run], max_parallel: int, front: str | None) -> QueueView:
    """`front` is the id of the run on the charts."""
    return QueueView(
        LazyRows(ended_row, done),
        LazyRows(partial(_active_row, front), activity.active),
        LazyRows(_waiting_row, activity.waiting),
        max_parallel,
    )


class QueueList(FixedText):
    DEFAULT_CSS = """
    QueueList { height: auto; display: none; }
    QueueList.-shown { display: block; }
    """

    def show_queue(self, view: QueueView, rows: int) -> None:
        self.set_class(view.is_worth_showing, "-shown")
        self.show(queue_text(view, self.size.width or 60, rows) if view.is_worth_showing else Text())


def queue_text(view: QueueView, width: int, height: int) -> Text:
    """Running rows matter most, then the next queued, then the last done."""
    room = max(height - 1, 0)
    active = _about_front(view.active, room)
    room -= len(active)
    waiting = view.waiting[: room if not view.done or room < 2 else room - 1]
    room -= len(waiting)
    done = view.done[max(len(view.done) - room, 0) :] if room else ()
    lines = [Text(queue_words(view), "dim"), *map(_line, (*done, *active, *waiting))]
    for line in lines:
        line.truncate(width, overflow="ellipsis")
    text = Text("\n").join(lines)
    text.no_wrap = True
    return text


def ended_row(run: Run) -> Row:
    result = fixed(run.test.accuracy, 4) if run.test else run.status
    return Row(State[run.status.upper()], job_words(Job(run.experiment, run.recipe, run.seed)), result=result)


def _waiting_row(job: Job) -> Row:
    return Row(State.QUEUED, job_words(job))


def _active_row(front: str | None, training: ActiveRun) -> Row:
    progress, state = training.progress, active_state(training)
    fraction = progress.epoch / max(progress.epochs, 1)
    result = "stopping" if training.control.stopping else "paused" if state is State.PAUSED else ""
    result = result or on_host(training)
    waits = progress.phase.is_waiting
    if waits:
        result = f"{progress.phase} {result}".rstrip()
    in_front = training.run_id == front
    return Row(state, job_words(training.job), None if waits else fraction, result, in_front, is_outside(training))


def job_words(job: Job) -> str:
    """Return `one layer of 64 · seed 3`."""
    return f"{visible(job.experiment, 40)} · seed {job.seed}"


def _about_front(rows: Sequence[Row], room: int) -> Sequence[Row]:
    """Return at most `room` rows, including the one on the charts."""
    front = next((place for place, row in enumerate(rows) if row.in_front), 0)
    first = max(min(front - room + 1, len(rows) - room), 0)
    return rows[first : first + room]


def queue_words(view: QueueView) -> str:
    """Return `3 done, 1 running, 2 queued (2 in parallel)`."""
    parts = [f"{len(view.done)} done"] if view.done else []
    parts.append(f"{len(view.active)} running")
    if view.waiting:
        parts.append(f"{len(view.waiting)} queued")
    in_parallel = f" ({view.max_parallel} in parallel)" if view.max_parallel > 1 else ""
    return ", ".join(parts) + in_parallel


def _line(row: Row) -> Text:
    line = Text.assemble((f"{row.state.sign} ", row.state.style), (row.words, "bold" if row.in_front else ""))
    if row.fraction is not None:
        line = Text.assemble(line, "  ", bar(row.fraction, BAR), f" {row.fraction:.0%}")
    if row.in_front:
        line.append("  ◂ shown", "dim")
    if row.result:
        line.append(f"  {row.result}", row.state.style)
    return line
