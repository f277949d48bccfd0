"""Trainings in threads of this process: the seeds of one recipe side by side.

TensorFlow and XLA free Python's lock while they compute, so that the threads share the cores. Each training makes the
same sums as alone, and its results are the same, bit for bit.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING

from fmnist_tui.engine.cores import usable_cores
from fmnist_tui.engine.memory import WORKER_BYTES, address_limit, available_bytes, memory_limit
from fmnist_tui.engine.parallel.channel import PERIOD
from fmnist_tui.engine.parallel.parallelism import Parallelism
from fmnist_tui.engine.parallel.queue import ActiveRun
from fmnist_tui.engine.parallel.sweep_options import SweepOptions
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.experiments.estimate import memory_bytes
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset

MOST = 4
"""Most trainings at once: each wants Python's lock for some milliseconds an epoch."""

SEED_BYTES = 150_000_000
"""What a further seed takes beside its network: its compiled program and the images of a chunk."""


def most_seeds(recipe: Recipe) -> int:
    """Return how many seeds of a recipe should be trained at once on these cores and in this memory, one at least."""
    return max(min(most_by_cores(), _fitting(recipe)), 1)


def most_by_cores() -> int:
    """Return how many seeds should be trained at once where there is memory enough."""
    return min(usable_cores(), MOST)


def seeds_limit(parallelism: Parallelism, jobs: Iterable[Job]) -> str | None:
    """One sentence where memory leaves room for fewer seeds at once than the cores do."""
    if not parallelism.seeds_share_cores:
        return None
    for recipe, seeds in Counter(job.recipe for job in jobs).items():
        wanted = min(most_by_cores(), seeds)
        if (most := most_seeds(recipe)) < wanted:
            return memory_limit(most, wanted)
    return None


def _fitting(recipe: Recipe) -> int:
    free = available_bytes()
    if address_limit() is not None:
        return 1  # how many addresses TensorFlow reserves for each is not known
    if free is None:
        return MOST
    return 1 + max(free - WORKER_BYTES - memory_bytes(recipe), 0) // (SEED_BYTES + memory_bytes(recipe))


def train_side_by_side(
    options: SweepOptions, data: "Dataset", caches: list[CompiledModelCache], most: Callable[[Recipe], int]
) -> Generator[Run, None, None]:
    """Train the next job of the queue, and beside it those behind it of the same recipe; yield each run as it ends.

    `most` returns how many of a recipe may be trained at once. `caches` are those of an earlier call's threads, then of
    this one's. `options.show` is called in the threads that train, by one at a time.

    An error that is not a training's own stops the others after their current step, and is raised once their runs are
    yielded. Closing the generator early stops all trainings and waits for them; KeyboardInterrupt waits for none.

    Raises:
        UserError: a folder cannot be created, or the data cannot be read.
        ArchitectureError: the network cannot be built.
    """
    threads = _Threads(options, data, caches)
    try:
        threads.begin(most)
        while threads.active:
            if ended := threads.next_ended():
                training, result = ended
                try:
                    if isinstance(result, Run):
                        yield result  # active until the caller has handled its run
                    else:
                        threads.fail(result)
                finally:
                    options.queue.end(training)
            if threads.active:  # else the caller decides where the next is trained
                threads.begin(most)
    except KeyboardInterrupt:
        threads.abandon()
        raise
    finally:
        threads.close()
    if threads.error:
        raise threads.error


class _Threads:
    def __init__(self, options: SweepOptions, data: "Dataset", caches: list[CompiledModelCache]) -> None:
        self.active: dict[ActiveRun, tuple[Thread, CompiledModelCache]] = {}
        self.error: BaseException | None = None
        """The first error that is not a training's own; no job is begun after it."""
        self._options = options
        self._data = data
        self._caches = caches
        self._free: list[CompiledModelCache] = []
        """Those that no thread uses."""
        self._ended = SimpleQueue[tuple[ActiveRun, Run | BaseException]]()
        self._showing = Lock()

    def begin(self, most: Callable[[Recipe], int]) -> None:
        """Begin what may begin now."""
        while not self.error and (training := self._next(most)):
            cache = self._cache_for(training.job.recipe)
            thread = Thread(target=self._train, args=(training, cache), name=f"training {training.run_id}", daemon=True)
            self.active[training] = thread, cache
            self._show(training)
            thread.start()

    def _cache_for(self, recipe: Recipe) -> CompiledModelCache:
        if not self.active:  # those of another recipe would keep its memory; one forgets it when it prepares this
            self._caches[:] = [cache for cache in self._caches if cache.holds(recipe, self._data)] or self._caches[:1]
            self._free = self._caches.copy()
        if not self._free:
            self._free.append(CompiledModelCache())
            self._caches += self._free
        return self._free.pop()

    def _next(self, most: Callable[[Recipe], int]) -> ActiveRun | None:
        recipe = next((training.job.recipe for training in self.active), None)
        if recipe is not None and len(self.active) >= most(recipe):
            return None

        def first(waiting: Sequence[Job]) -> Job | None:
            return waiting[0] if recipe in (None, waiting[0].recipe) else None

        phase = Phase.LOADING if all(cache.is_empty for cache in self._caches) else Phase.COMPILING
        return self._options.queue.begin(phase, first, self._options.claim)

    def next_ended(self) -> tuple[ActiveRun, Run | BaseException] | None:
        """Return a training that ended, with its run or an error that was not its own; None if none did in a moment."""
        try:
            training, result = self._ended.get(timeout=PERIOD)
        except Empty:
            return None
        thread, cache = self.active.pop(training)
        thread.join()
        self._free.append(cache)
        return training, result

    def fail(self, error: BaseException) -> None:
        self.error = self.error or error
        for training in self.active:
            training.control.stop()

    def abandon(self) -> None:
        """Wait for none: the program ends at once."""
        for training in self.active:
            self._options.queue.end(training)
        self.active.clear()

    def close(self) -> None:
        for training in self.active:
            training.control.stop()
        for training, (thread, _) in self.active.items():
            thread.join()
            self._options.queue.end(training)

    def _show(self, training: ActiveRun) -> None:
        with self._showing:
            self._options.show(training)

    def _train(self, training: ActiveRun, cache: CompiledModelCache) -> None:
        from fmnist_tui.engine.parallel.worker import train_job

        def report(progress: Progress) -> None:
            training.progress, training.has_reported = progress, True
            self._show(training)

        try:
            run = train_job(
                training.job,
                training.run_id,
                self._data,
                sink=report,
                control=training.control,
                cache=cache,
                folder=self._options.folder(training.run_id),
                saving=self._options.saving,
            )
        except BaseException as error:
            self._ended.put((training, error))
        else:
            self._ended.put((training, run))
