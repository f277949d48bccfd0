from collections.abc import Callable, Generator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, wait

from fmnist_tui.engine.parallel.channel import PERIOD, WorkerLink, WorkerOrder, orders_of
from fmnist_tui.engine.parallel.queue import ActiveRun, TrainingPlace, next_job
from fmnist_tui.engine.parallel.sweep_options import SweepOptions
from fmnist_tui.engine.parallel.worker import Source, Task, cause_of_death, run_after_death, train_task
from fmnist_tui.engine.training.compiled_cache import graphs_of
from fmnist_tui.engine.training.progress import Phase
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run


def sweep(
    options: SweepOptions,
    source: Source,
    *,
    make_executor: Callable[[], Executor],
    workers: Callable[[], int],
) -> Generator[Run, None, None]:
    """Train the queue's jobs in parallel and yield each run as it ends, with any status.

    A worker that dies ends its training in an interrupted run with all finished epochs, and is replaced. If the
    training had not begun, it is tried once more and then recorded as failed. An error under Raises stops all
    trainings after their current step, and is raised once their runs are yielded. Closing the generator early
    abandons the active runs.

    `workers` (how many may train now) may change meanwhile. Any executor will do that shares this machine's temporary
    files. A worker's one thread may sum in another order than several, so a seed's results can differ by rounding.

    Raises:
        UserError: the data cannot be read, or a folder cannot be created.
        ArchitectureError: a network cannot be built.
    """
    state = _Sweep(options, source, make_executor)
    try:
        while (begun := state.begin_one(workers())) or state.active:
            ended, _ = wait(state.active, 0.0 if begun else PERIOD, FIRST_COMPLETED)
            state.exchange()
            for future in ended:
                if settled := state.settle(future):
                    training, run = settled
                    try:
                        yield run  # active until the caller has handled its run
                    finally:
                        options.queue.end(training)
    finally:
        state.close()
    if state.error:
        raise state.error


class _Sweep:
    def __init__(self, options: SweepOptions, source: Source, make_executor: Callable[[], Executor]) -> None:
        self.active: dict[Future[Run], tuple[ActiveRun, _Worker]] = {}
        self.error: BaseException | None = None
        """The first error that is not a training's own; no job is begun after it."""
        self._options = options
        self._idle: list[_Worker] = []
        self._again: list[ActiveRun] = []
        """Trainings to try once more: their worker died before they had begun."""
        self._tried: set[ActiveRun] = set()
        self._source = source
        self._make_executor = make_executor
        self._channel = WorkerLink()

    def begin_one(self, workers: int) -> bool:
        """Return whether a job was begun: one waits and a worker is free."""
        if self.error or len(self.active) >= max(workers, len(self._again)):
            return False
        worker = self._idle.pop(0) if self._idle else _Worker(self._make_executor)
        training = self._next(worker)
        if training is None:
            self._idle.insert(0, worker)
            return False
        self._options.show(training)
        self.active[worker.begin(training, self._task)] = (training, worker)
        return True

    def _next(self, worker: "_Worker") -> ActiveRun | None:
        while self._again:
            training = self._again.pop(0)
            if not training.control.stopping:
                return training
            self._options.queue.end(training)
        taken = {other.recipe for _, other in self.active.values()}
        return self._options.queue.begin(
            worker.first_phase,
            lambda waiting: next_job(waiting, worker.recipe, taken),
            self._options.claim,
            TrainingPlace.WORKER,
        )

    def exchange(self) -> None:
        for training, _ in self.active.values():
            self._channel.give(training.run_id, {WorkerOrder.STOP} if self.error else orders_of(training.control))
            if progress := self._channel.progress(training.run_id):
                training.progress, training.has_reported = progress, True
                self._options.show(training)

    def settle(self, future: Future[Run]) -> tuple[ActiveRun, Run] | None:
        """Return an ended training and its run; None after an error, or if it will be tried again."""
        training, worker = self.active.pop(future)
        self._idle.append(worker)
        match future.exception():
            case BrokenExecutor():
                run = run_after_death(training, self._options.folder(training.run_id), worker.discard_dead())
                begun = training.has_reported or (run.curves.epochs and not training.job.resumes)
                if not begun and training not in self._tried:
                    self._tried.add(training)
                    self._again.append(training)
                    return None
                return training, run
            case None:
                return training, future.result()
            case error:
                self._options.queue.end(training)
                self.error = self.error or error
                return None

    def close(self) -> None:
        self._channel.close()
        for worker in (*self._idle, *(busy for _, busy in self.active.values())):
            worker.shut_down(wait=not self.active)
        for training in (*self._again, *(active for active, _ in self.active.values())):
            self._options.queue.end(training)

    def _task(self, training: ActiveRun) -> Task:
        run_folder = self._options.folder(training.run_id)
        return Task(training.job, training.run_id, self._source, self._channel.folder, run_folder, self._options.saving)


MOST_RECIPES = 50
"""Recipes after which a worker is replaced: XLA keeps each compiled program, some seven megabytes, until its process
ends."""


class _Worker:
    def __init__(self, make_executor: Callable[[], Executor]) -> None:
        self.recipe: Recipe | None = None
        self._recipes = 0
        """How many were compiled in this executor, one after another."""
        self._make_executor = make_executor
        self._executor: Executor | None = None

    @property
    def first_phase(self) -> Phase:
        return Phase.COMPILING if self._executor else Phase.LOADING

    def begin(self, training: ActiveRun, task: Callable[[ActiveRun], Task]) -> Future[Run]:
        """An error in submitting becomes the future's exception."""
        self._take_recipe(training.job.recipe)
        try:
            self._executor = self._executor or self._make_executor()
            return self._executor.submit(train_task, task(training))
        except Exception as error:
            failed = Future[Run]()
            failed.set_exception(error)
            return failed

    def _take_recipe(self, recipe: Recipe) -> None:
        if self.recipe is None or graphs_of(recipe) != graphs_of(self.recipe):
            if self._recipes >= MOST_RECIPES:
                self._discard()
            self._recipes += 1
        self.recipe = recipe

    def discard_dead(self) -> str:
        """Return how it died."""
        death = cause_of_death(self._executor)
        self._discard()
        return death

    def _discard(self) -> None:
        self.shut_down(wait=False)
        self.recipe = self._executor = None
        self._recipes = 0

    def shut_down(self, *, wait: bool) -> None:
        if self._executor:
            self._executor.shutdown(wait=wait, cancel_futures=True)
