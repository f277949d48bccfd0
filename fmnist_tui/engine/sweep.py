"""Many trainings side by side: jobs in, runs out as they end.

Each worker is an executor of its own. So the seeds of a recipe can be given to the worker that has compiled it, and
when a worker dies nobody has to guess which training killed it.
"""

import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from fmnist_tui.engine.channel import PERIOD, Order, SweepEnd
from fmnist_tui.engine.environment import environment
from fmnist_tui.engine.progress import Control, Phase, Progress
from fmnist_tui.engine.schedule import longest_first, next_job
from fmnist_tui.engine.worker import Source, Task, train_task
from fmnist_tui.lab.notebook.file import new_id
from fmnist_tui.lab.plan import Job
from fmnist_tui.lab.recipe import Recipe
from fmnist_tui.lab.records import Run

DIED = "its worker process died; train fewer at a time if memory ran out"
"""Why a run failed whose worker was killed, by the system or by a person."""


def _save_nothing(run_id: str) -> None:
    return None


def _nobody(job: Job, picture: Progress) -> None:
    """Look at no picture."""


def sweep(
    jobs: Sequence[Job],
    source: Source,
    *,
    make_executor: Callable[[], Executor],
    workers: int,
    show: Callable[[Job, Progress], None] = _nobody,
    control: Control | None = None,
    model_path: Callable[[str], Path | None] = _save_nothing,
) -> Generator[Run, None, None]:
    """Train jobs side by side and yield each run as it ends, whatever became of it.

    A worker that dies ends its training in a failed run; a fresh one takes its place and the others go on. Had
    the job not begun, it is tried once more. After a stop no job is begun. An error that is no training's own fault
    (see Raises) stops all trainings at their next step, and is raised when their runs are yielded. A sweep that is
    closed before its end abandons what is at work: a `WorkerProcess` ends at once, another worker at its next step.

    A run's seconds are those of a worker beside others, with one thread and a share of the machine's memory
    bandwidth: an estimate learned from them is for trainings in a sweep, and somewhat too long for others. One
    thread may add numbers up in another order than several, so a seed's figures are its own only up to rounding.

    Args:
        jobs: what is trained; the longest are begun first, and the seeds of a recipe stay with one worker as long
            as the others have recipes of their own.
        source: where the workers find the data.
        make_executor: makes the executor of one worker, such as a `WorkerProcess`: called for each, and again for
            one that died. Any executor does that can reach this machine's temporary files.
        workers: how many trainings run at once at most, 1 or more.
        show: given a job and its latest picture, a few times a second, by the thread that asks for the next run.
        control: the flags of a person, for all trainings at once; may be set from any thread.
        model_path: where the model of a run is saved, by the run's id; None saves nothing.

    Raises:
        Mendable: data that cannot be read any more, or a model path that cannot be made.
        ArchitectureError: a network that cannot be built.
    """
    state = _Sweep(jobs, source, [_Worker(make_executor) for _ in range(min(workers, len(jobs)))], show, model_path)
    control = control or Control()
    try:
        while (begun := not control.stopping and state.begin_one()) or state.at_work:
            ended, _ = wait(state.at_work, 0.0 if begun else PERIOD, FIRST_COMPLETED)
            state.exchange(control)
            for future in ended:
                if run := state.settle(future):
                    yield run
    finally:
        state.close()
    if state.error:
        raise state.error


class _Sweep:
    """What waits, what is at work and what went wrong."""

    def __init__(
        self,
        jobs: Sequence[Job],
        source: Source,
        workers: Sequence["_Worker"],
        show: Callable[[Job, Progress], None],
        model_path: Callable[[str], Path | None],
    ) -> None:
        self.at_work: dict[Future[Run], _Training] = {}
        self.error: BaseException | None = None
        """The first that is no training's own fault; after it nothing is begun."""
        self._waiting = longest_first(jobs)
        self._idle = list(workers)
        self._died_early: set[Job] = set()
        """Jobs whose worker died before they had begun."""
        self._source = source
        self._show = show
        self._model_path = model_path
        self._line = SweepEnd()

    def begin_one(self) -> bool:
        """Give an idle worker a job; return whether there were both."""
        if not (self._waiting and self._idle) or self.error:
            return False
        worker = self._idle.pop(0)
        job = next_job(self._waiting, worker.recipe, {each.worker.recipe for each in self.at_work.values()})
        self._waiting.remove(job)
        training = _Training(job, worker, Progress(worker.first_phase, job.recipe.training.epochs))
        self._show(job, training.picture)
        self.at_work[worker.begin(training, self._source, self._line.folder, self._model_path)] = training
        return True

    def exchange(self, control: Control) -> None:
        """Hand on the person's orders, and the pictures that have come since the last time."""
        self._line.give(_orders(control) if self.error is None else {Order.STOP})
        for training in self.at_work.values():
            if picture := self._line.picture(training.run_id):
                training.picture, training.begun = picture, True
                self._show(training.job, picture)

    def settle(self, future: Future[Run]) -> Run | None:
        """Return the run of a training that has ended; None where it has none, or is to be tried again."""
        training = self.at_work.pop(future)
        self._idle.append(training.worker)
        match future.exception():
            case None:
                return future.result()
            case BrokenExecutor():
                training.worker.bury()
                if training.begun or training.job in self._died_early:
                    return training.failed()
                self._died_early.add(training.job)
                self._waiting.insert(0, training.job)
            case error:
                self.error = self.error or error
        return None

    def close(self) -> None:
        """Let all workers go; those at work leave as soon as they notice."""
        self._line.close()
        for worker in (*self._idle, *(each.worker for each in self.at_work.values())):
            worker.dismiss(wait=not self.at_work)


class _Worker:
    """One worker: its executor, made when it is first needed, and the recipe it has compiled."""

    def __init__(self, make_executor: Callable[[], Executor]) -> None:
        self.recipe: Recipe | None = None
        self._make_executor = make_executor
        self._executor: Executor | None = None

    @property
    def first_phase(self) -> Phase:
        """What it does first with a training that it is given now."""
        return Phase.COMPILING if self._executor else Phase.LOADING

    def begin(
        self, training: "_Training", source: Source, folder: Path, model_path: Callable[[str], Path | None]
    ) -> Future[Run]:
        """Return the future of a training; what goes wrong in beginning it is the future's exception."""
        self.recipe = training.job.recipe
        try:
            self._executor = self._executor or self._make_executor()
            task = Task(training.job, training.run_id, source, folder, model_path(training.run_id))
            return self._executor.submit(train_task, task)
        except Exception as error:
            broken = Future[Run]()
            broken.set_exception(error)
            return broken

    def bury(self) -> None:
        """Forget an executor whose worker has died."""
        self.dismiss(wait=False)
        self.recipe = self._executor = None

    def dismiss(self, *, wait: bool) -> None:
        """Let the executor go."""
        if self._executor:
            self._executor.shutdown(wait=wait, cancel_futures=True)


@dataclass(slots=True, eq=False)
class _Training:
    """A training at work, as far as the sweep knows."""

    job: Job
    worker: _Worker
    picture: Progress
    """The latest one."""
    begun: bool = False
    """Whether its worker has sent a picture."""
    run_id: str = field(default_factory=new_id)
    started: datetime = field(default_factory=lambda: datetime.now().astimezone().replace(microsecond=0))
    began: float = field(default_factory=time.perf_counter)

    def failed(self) -> Run:
        """Return the run of a training whose worker has died, with the epochs that it told of."""
        return Run(
            id=self.run_id,
            experiment=self.job.experiment,
            recipe=self.job.recipe,
            seed=self.job.seed,
            status="failed",
            started=self.started,
            seconds=round(time.perf_counter() - self.began, 3),
            parameters=self.job.recipe.architecture.parameters,
            curves=self.picture.curves,
            environment=environment(),
            reason=DIED,
        )


def _orders(control: Control) -> set[Order]:
    orders = set[Order]()
    if control.stopping_now:
        orders.add(Order.STOP)
    if control.stopping:
        orders.add(Order.STOP_AT_EPOCH_END)
    if control.paused:
        orders.add(Order.PAUSE)
    return orders
