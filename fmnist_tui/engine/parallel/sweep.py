"""Many trainings side by side: jobs in, runs out as they end.

Each worker is an executor of its own. So the seeds of a recipe can be given to the worker that has compiled it, and
when a worker dies nobody has to guess which training killed it.
"""

from collections.abc import Callable, Generator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait
from pathlib import Path

from fmnist_tui.engine.parallel.channel import PERIOD, Order, SweepEnd
from fmnist_tui.engine.parallel.queue import ActiveRun, Queue, accept_all
from fmnist_tui.engine.parallel.schedule import next_job
from fmnist_tui.engine.parallel.worker import Source, Task, train_task
from fmnist_tui.engine.parallel.worker_death import death_of, run_of_dead
from fmnist_tui.engine.training.progress import Control, Phase
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run


def _nowhere(run_id: str) -> None:
    return None


def ignore_progress(training: ActiveRun) -> None:
    """Look at no progress."""


def sweep(
    queue: Queue,
    source: Source,
    *,
    make_executor: Callable[[], Executor],
    workers: Callable[[], int],
    show: Callable[[ActiveRun], None] = ignore_progress,
    claim: Callable[[ActiveRun], str | None] = accept_all,
    folder: Callable[[str], Path | None] = _nowhere,
    save_model: bool = False,
) -> Generator[Run, None, None]:
    """Train what waits in a queue side by side and yield each run as it ends, whatever became of it.

    A worker that dies ends its training in an interrupted run with all its epochs; a fresh worker takes its place
    and the others go on. Had the training not begun, it is tried once more, then it failed. An error that is no
    training's own fault (see Raises) stops all trainings at their next step, and is raised when their runs are
    yielded. A sweep that is closed before its end abandons what is at work: a `WorkerProcess` ends at once, another
    worker at its next step.

    A run's seconds are those of a worker beside others, with one thread and a share of the machine's memory
    bandwidth: an estimate learned from them is for trainings in a sweep, and somewhat too long for others. One
    thread may add numbers up in another order than several, so a seed's figures are its own only up to rounding.

    Args:
        queue: the jobs, which may grow meanwhile; the seeds of a recipe stay with one worker as long as the others
            have recipes of their own.
        source: where the workers find the data.
        make_executor: makes the executor of one worker, such as a `WorkerProcess`: called for each, and again for
            one that died. Any executor does that can reach this machine's temporary files.
        workers: how many trainings may run at once now; with 0 nothing more is begun.
        show: given a training as it begins and whenever it has a new progress, a few times a second, by the thread
            that asks for the next run.
        claim: takes a training on as its turn comes, or says why it is not to be begun.
        folder: where a run's journal and the like go, by the run's id; None keeps none.
        save_model: whether the trained models are kept in those folders.

    Raises:
        UserError: data that cannot be read any more, or a folder that cannot be made.
        ArchitectureError: a network that cannot be built.
    """
    state = _Sweep(queue, source, make_executor, show, claim, folder, save_model)
    try:
        while (begun := state.begin_one(workers())) or state.at_work:
            ended, _ = wait(state.at_work, 0.0 if begun else PERIOD, FIRST_COMPLETED)
            state.exchange()
            for future in ended:
                if settled := state.settle(future):
                    training, run = settled
                    try:
                        yield run  # at work until whoever takes its run has dealt with it
                    finally:
                        queue.end(training)
    finally:
        state.close()
    if state.error:
        raise state.error


class _Sweep:
    """Who is at work at what, and what went wrong."""

    def __init__(
        self,
        queue: Queue,
        source: Source,
        make_executor: Callable[[], Executor],
        show: Callable[[ActiveRun], None],
        claim: Callable[[ActiveRun], str | None],
        folder: Callable[[str], Path | None],
        save_model: bool,
    ) -> None:
        self.at_work: dict[Future[Run], tuple[ActiveRun, _Worker]] = {}
        self.error: BaseException | None = None
        """The first that is no training's own fault; after it nothing is begun."""
        self._queue = queue
        self._idle: list[_Worker] = []
        self._again: list[ActiveRun] = []
        """Those whose worker died before it had told anything: begun once more."""
        self._tried: set[ActiveRun] = set()
        """Those that were begun once more."""
        self._source = source
        self._make_executor = make_executor
        self._show = show
        self._claim = claim
        self._folder = folder
        self._save_model = save_model
        self._line = SweepEnd()

    def begin_one(self, workers: int) -> bool:
        """Give one of so many workers a job; return whether there were both."""
        if self.error or len(self.at_work) >= max(workers, len(self._again)):
            return False
        worker = self._idle.pop(0) if self._idle else _Worker(self._make_executor)
        training = self._next(worker)
        if training is None:
            self._idle.insert(0, worker)
            return False
        self._show(training)
        self.at_work[worker.begin(training, self._task)] = (training, worker)
        return True

    def _next(self, worker: "_Worker") -> ActiveRun | None:
        while self._again:
            training = self._again.pop(0)
            if not training.control.stopping:
                return training
            self._queue.end(training)
        taken = {each.recipe for _, each in self.at_work.values()}
        return self._queue.begin(
            worker.first_phase, lambda waiting: next_job(waiting, worker.recipe, taken), self._claim
        )

    def exchange(self) -> None:
        """Hand on the person's orders, and the reports that have come since the last time."""
        for training, _ in self.at_work.values():
            self._line.give(training.run_id, {Order.STOP} if self.error else _orders(training.control))
            if progress := self._line.progress(training.run_id):
                training.progress, training.has_reported = progress, True
                self._show(training)

    def settle(self, future: Future[Run]) -> tuple[ActiveRun, Run] | None:
        """Return a training that has ended and its run; None where it has none, or is to be tried again."""
        training, worker = self.at_work.pop(future)
        self._idle.append(worker)
        match future.exception():
            case BrokenExecutor():
                run = run_of_dead(training, self._folder(training.run_id), worker.bury())
                begun = training.has_reported or (run.curves.epochs and not training.job.resumes)
                if not begun and training not in self._tried:
                    self._tried.add(training)
                    self._again.append(training)
                    return None
                return training, run
            case None:
                return training, future.result()
            case error:
                self._queue.end(training)
                self.error = self.error or error
                return None

    def close(self) -> None:
        """Let all workers go; those at work leave as soon as they notice."""
        self._line.close()
        for worker in (*self._idle, *(each for _, each in self.at_work.values())):
            worker.dismiss(wait=not self.at_work)
        for training in (*self._again, *(each for each, _ in self.at_work.values())):
            self._queue.end(training)

    def _task(self, training: ActiveRun) -> Task:
        run_folder = self._folder(training.run_id)
        return Task(training.job, training.run_id, self._source, self._line.folder, run_folder, self._save_model)


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

    def begin(self, training: ActiveRun, task: Callable[[ActiveRun], Task]) -> Future[Run]:
        """Return the future of a training; what goes wrong in beginning it is the future's exception."""
        self.recipe = training.job.recipe
        try:
            self._executor = self._executor or self._make_executor()
            return self._executor.submit(train_task, task(training))
        except Exception as error:
            broken = Future[Run]()
            broken.set_exception(error)
            return broken

    def bury(self) -> str:
        """Forget an executor whose worker has died; return what it died of."""
        death = death_of(self._executor)
        self.dismiss(wait=False)
        self.recipe = self._executor = None
        return death

    def dismiss(self, *, wait: bool) -> None:
        """Let the executor go."""
        if self._executor:
            self._executor.shutdown(wait=wait, cancel_futures=True)


def _orders(control: Control) -> set[Order]:
    orders = set[Order]()
    if control.stopping_now:
        orders.add(Order.STOP)
    if control.stopping:
        orders.add(Order.STOP_AT_EPOCH_END)
    if control.paused:
        orders.add(Order.PAUSE)
    return orders
