"""The whole queue as rows: what is trained and what waits, here and in other programs, with estimated times."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from rich.cells import cell_len
from rich.text import Text

from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.experiments.queue_times import Lanes, queue_times
from fmnist_tui.lab.experiments.speeds import TYPICAL_SPEEDS, Cost, Speeds
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.architecture import ArchitectureError
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.tui.training.activity import Activity, is_outside
from fmnist_tui.tui.training.progress_line import bar, duration, on_host
from fmnist_tui.tui.training.queue_list import job_words
from fmnist_tui.tui.training.states import State, active_state

BAR = 12


@dataclass(frozen=True, slots=True)
class QueueRow:
    job: Job
    program: int = 0
    """0 for this program; others count from 1."""
    training: ActiveRun | None = None
    """None while it waits."""
    place: int = 0
    """Among those that wait in its queue, from 1."""
    waiting: int = 0
    """How many wait in its queue."""
    seconds: float | None = None
    """Estimated time of its training, or what is left of it; None if unknown."""
    until_end: float | None = None
    """Estimated time until it has ended, with what is trained before it."""

    @property
    def outside(self) -> bool:
        return self.program > 0


def queue_rows(activity: Activity, lanes: Lanes, speeds: Speeds | None) -> tuple[QueueRow, ...]:
    """Return the rows of this program, then those of others, each with what is trained first.

    `lanes` are those of this program; `speeds` are those of this machine. While they are unknown, what this program
    trains tells how far the machine is from a typical one.
    """
    here = [training for training in activity.active if not is_outside(training)]
    costs = _Costs(speeds or TYPICAL_SPEEDS.at_pace(_pace(here, lanes)))
    own = [job for job in activity.waiting if activity.queue_of(job) is None]
    rows = [*_rows(here, own, lanes, costs, 0)]
    for program, (active, waiting) in enumerate(_other_programs(activity), 1):
        there = Lanes(len(active), apart=any(training.host for training in active))
        rows += _rows(active, waiting, there, costs, program)
    return tuple(rows)


def _pace(active: Sequence[ActiveRun], lanes: Lanes) -> float:
    """Return how many times as long as on a typical machine the epochs take that are left of active trainings."""
    paces = []
    for training in active:
        progress = training.progress
        if progress.seconds_left and progress.epoch < progress.epochs and not training.control.stopping:
            typical = lanes.seconds(TYPICAL_SPEEDS.epoch_cost(training.job.recipe), len(active))
            paces.append(progress.seconds_left / (typical * (progress.epochs - progress.epoch)))
    return median(paces) if paces else 1.0


def _other_programs(activity: Activity) -> Iterable[tuple[Sequence[ActiveRun], Sequence[Job]]]:
    """Return what each other program trains, and what waits there: trainings with the same queue are one program's."""
    found: list[tuple[list[ActiveRun], list[Job]]] = []
    queues = {queue.run_id: [*queue.jobs] for queue in activity.outside}
    for training in activity.active:
        if is_outside(training):
            waiting = queues.get(training.run_id, [])
            same = next((active for active, jobs in found if jobs and jobs == waiting), None)
            if same is None:
                found.append(([training], waiting))
            else:
                same.append(training)
    return found


def _rows(
    active: Sequence[ActiveRun], waiting: Sequence[Job], lanes: Lanes, costs: "_Costs", program: int
) -> Iterable[QueueRow]:
    trains = [(training, costs.of(training.job.recipe)) for training in active]
    left = [_left(training, cost, lanes, len(active)) for training, cost in trains]
    waits = [(job, costs.of(job.recipe)) for job in waiting]
    ahead = [
        (training.job.recipe, cost or FREE, seconds or 0.0)
        for (training, cost), seconds in zip(trains, left, strict=True)
    ]
    spans = iter(queue_times(ahead, [(job.recipe, cost or FREE) for job, cost in waits], lanes))
    for training, seconds in zip(active, left, strict=True):
        end = next(spans).end
        yield QueueRow(training.job, program, training, seconds=seconds, until_end=None if seconds is None else end)
    for place, ((job, cost), span) in enumerate(zip(waits, spans, strict=True), 1):
        takes = None if cost is None else span.end - span.begin
        yield QueueRow(job, program, None, place, len(waiting), takes, span.end)


FREE = Cost(0.0, 0.0)
"""In place of an unknown cost."""


class _Costs:
    def __init__(self, speeds: Speeds) -> None:
        self._speeds = speeds
        self._known: dict[int, Cost | None] = {}
        """By id of the recipe: hashing a recipe is slow."""

    def of(self, recipe: Recipe) -> Cost | None:
        if id(recipe) not in self._known:
            try:
                self._known[id(recipe)] = self._speeds.cost(recipe)
            except ArchitectureError:
                self._known[id(recipe)] = None
        return self._known[id(recipe)]


def _left(training: ActiveRun, cost: Cost | None, lanes: Lanes, active: int) -> float | None:
    """Return the seconds that are left of one of several active trainings."""
    progress = training.progress
    if progress.seconds_left is not None or cost is None:
        return progress.seconds_left
    return lanes.seconds(cost, active) * (1 - progress.epoch / max(progress.epochs, 1))


def heading(rows: Sequence[QueueRow], max_parallel: int) -> str:
    """Return the line above the rows of a program: `this app: 1 running, 2 queued · ~9 s left`."""
    outside = rows[0].outside
    active = sum(row.training is not None for row in rows)
    parts = [f"{active} running", f"{len(rows) - active} queued"]
    in_parallel = f" ({max_parallel} in parallel)" if max_parallel > 1 and not outside else ""
    left = max(row.until_end or 0.0 for row in rows)
    who = "another program" if outside else "this app"
    return f"{who}: {', '.join(parts)}{in_parallel}" + (f" · {about(left)} left" if left >= 1 else "")


def about(seconds: float) -> str:
    return f"~{duration(seconds)}"


def row_line(row: QueueRow, width: int, *, shown: bool, asked: str = "") -> Text:
    """Return a row in `width` cells: sign, place, job; then a bar, or how long it takes and when it ends.

    `shown` tells whether its curves are on the charts, `asked` what another program was asked to do with it.
    """
    state = active_state(row.training) if row.training else State.QUEUED
    place = f"{row.place:>{len(str(row.waiting))}} " if row.place else ""
    line = Text.assemble((f"{state.sign} ", state.style), (place, "dim"), (job_words(row.job), "bold" if shown else ""))
    tail = _tail(row, state, asked)
    line.truncate(max(width - cell_len(tail.plain) - 2, 0), overflow="ellipsis")
    line.append(" " * max(width - line.cell_len - tail.cell_len, 0))
    line.append_text(tail)
    line.truncate(width)
    line.no_wrap = True
    return line


def _tail(row: QueueRow, state: State, asked: str) -> Text:
    if asked:
        return Text(asked, "dim italic")
    if row.training is None:
        takes = f"{about(row.seconds)} · " if row.seconds is not None else ""
        return Text(f"{takes}done in {about(row.until_end or 0.0)}", "dim")
    progress = row.training.progress
    fraction = progress.epoch / max(progress.epochs, 1)
    if row.training.control.stopping:
        words = "stopping"
    elif state is State.PAUSED:
        words = "paused"
    elif progress.phase.is_waiting:
        return Text(on_host(row.training, progress.phase), "dim")
    else:
        words = f"{about(row.seconds)} left" if row.seconds is not None else ""
    host = f"{visible(row.training.host, 20)}  " if row.training.host else ""
    return Text.assemble((host, "dim"), bar(fraction, BAR), f" {fraction:>4.0%}  {words}")
