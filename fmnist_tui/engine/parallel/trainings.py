"""The commands and the app train only through this module, so that every run is recorded exactly once."""

import shutil
import time
from collections.abc import Callable, Generator
from concurrent.futures import Executor
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from fmnist_tui.engine.memory import most_workers
from fmnist_tui.engine.parallel.channel import clear_leftovers
from fmnist_tui.engine.parallel.outside import publish_queue
from fmnist_tui.engine.parallel.queue import ActiveRun, Claims, Queue, Refused, is_recordable
from fmnist_tui.engine.parallel.requests import RequestWatch, obey
from fmnist_tui.engine.profile import timed
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.progress import ignore_progress
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.record_file import is_waiting
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.folder import WEIGHTS_ALONE, Saving
from fmnist_tui.lab.runs.pausing import set_paused
from fmnist_tui.lab.runs.queue_orders import take_orders
from fmnist_tui.lab.runs.stopping import pop_no_more
from fmnist_tui.lab.toml.reading import NotebookError

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset
    from fmnist_tui.engine.parallel.cluster.cluster import Cluster
    from fmnist_tui.engine.parallel.sweep_options import SweepOptions


MOST_PUBLISHED = 4
"""The queue is published in the folders of so many active runs: it is found as long as one of them is active."""
PUBLISHING_SHARE = 0.1
"""Largest share of the time in which the queue is published."""


class Trainings:
    """Trains jobs and records their runs in `notebook`.

    `directory` is the folder of the data, if the user gave one; `again` trains finished jobs again; with a `cluster`
    all are trained there.
    """

    def __init__(
        self,
        data: "Dataset",
        notebook: NotebookFile,
        *,
        directory: Path | None = None,
        make_executor: Callable[[], Executor] | None = None,
        saving: Saving = WEIGHTS_ALONE,
        again: bool = False,
        cluster: "Cluster | None" = None,
    ) -> None:
        self._data = data
        self._cluster = cluster
        self._notebook = notebook
        self._directory = directory
        self._make_executor = make_executor
        self._saving = saving
        self._caches: list[CompiledModelCache] = []
        self._published: dict[str, tuple[Job, ...]] = {}
        """What the folder of each active run says is queued."""
        self._publishing = Lock()
        self._next_publishing = 0.0
        self._claims = Claims(notebook, again=again)
        clear_leftovers()

    def of(
        self, queue: Queue, show: Callable[[ActiveRun], None] = ignore_progress
    ) -> Generator[Run | Refused, None, None]:
        """Train a queue, which may grow, until it is empty; yield each recorded run and each job without a record.

        One recipe at a time trains in this process on all cores, its seeds side by side if the queue says so, and the
        compiled model of the last is reused; several train in a worker each, those on a cluster in one of its workers
        each. `show` gets each start and new progress, in the thread that trains or iterates, one at a time.

        Raises:
            UserError, ArchitectureError: as `sweep` and `cluster_sweep`, after the ended trainings were yielded.
        """
        from fmnist_tui.engine.parallel.sweep_options import SweepOptions

        def publish(training: ActiveRun) -> None:
            self._publish(queue)
            show(training)

        options = SweepOptions(queue, publish, self._claims.take, self._folder, self._saving)
        with RequestWatch(queue, self._notebook.runs_folder, lambda: self._publish(queue)):
            while queue.waiting:
                if self._cluster is not None:
                    runs = self._on_cluster(self._cluster, options)
                elif queue.parallelism.several:
                    runs = self._in_parallel(options)
                else:
                    runs = self._here(options)
                with closing(self._claims), closing(runs):
                    for run in runs:
                        result = self._recorded(run, queue)
                        self._settle(run.id, queue)
                        yield result
                        yield from queue.take_refused()
                yield from queue.take_refused()

    def _here(self, options: "SweepOptions") -> Generator[Run, None, None]:
        from fmnist_tui.engine.parallel.side_by_side import most_seeds, train_side_by_side

        fitting = cache(most_seeds)  # asked once a recipe, for each seed takes its memory only after seconds

        def most(recipe: Recipe) -> int:
            return fitting(recipe) if options.queue.parallelism.seeds_share_cores else 1

        return train_side_by_side(options, self._data, self._caches, most)

    def _in_parallel(self, options: "SweepOptions") -> Generator[Run, None, None]:
        from fmnist_tui.engine.parallel import worker
        from fmnist_tui.engine.parallel.sweep import sweep

        def workers() -> int:
            wanted = options.queue.parallelism.at_once if options.queue.parallelism.several else 0
            return wanted if fitting is None else min(wanted, fitting)

        # Before the first begins, for each takes its memory only after seconds; other executors have other room.
        fitting = most_workers() if self._make_executor is None else None
        return sweep(
            options,
            worker.Source(self._data.name, self._directory and self._directory.absolute()),
            make_executor=self._make_executor or worker.WorkerProcess,
            workers=workers,
        )

    def _on_cluster(self, cluster: "Cluster", options: "SweepOptions") -> Generator[Run, None, None]:
        from fmnist_tui.engine.parallel.cluster.sweep import cluster_sweep

        return cluster_sweep(options, cluster, self._data)

    def _folder(self, run_id: str) -> Path | None:
        """None if it cannot be created: then there is no journal."""
        try:
            return self._notebook.run_folder(run_id).absolute()
        except NotebookError:
            return None

    def _publish(self, queue: Queue) -> None:
        with self._publishing:
            if (began := time.monotonic()) < self._next_publishing:
                return
            waiting = queue.waiting
            for run_id in (training.run_id for training in queue.active[:MOST_PUBLISHED]):
                if self._published.get(run_id, ()) is waiting:
                    continue
                folder = self._notebook.runs_folder / run_id
                if folder.is_dir():
                    self._published[run_id] = waiting
                    with suppress(UserError):
                        publish_queue(folder, waiting)
            self._next_publishing = (ended := time.monotonic()) + (ended - began) / PUBLISHING_SHARE

    def _settle(self, run_id: str, queue: Queue) -> None:
        """Remove a recorded training from the queue and release its claim."""
        folder = self._notebook.runs_folder / run_id
        with self._publishing:
            for training in queue.active:
                if training.run_id == run_id:
                    queue.end(training)
            self._published.pop(run_id, None)
            with suppress(UserError):
                publish_queue(folder, ())
                set_paused(folder, False)
        self._claims.release_lock(run_id)

    def _recorded(self, run: Run, queue: Queue) -> Run | Refused:
        job = Job(run.experiment, run.recipe, run.seed)
        folder = self._notebook.runs_folder / run.id
        obey(queue, take_orders(folder))
        if pop_no_more(folder):
            queue.drop_waiting()
        if not is_recordable(run):
            # A run that is not recorded is not resumed either.
            shutil.rmtree(folder, ignore_errors=True)
            return Refused(job, f"{run.reason}; not recorded")
        try:
            with timed("record"):
                self._notebook.record(run)
        except NotebookError as error:
            if not is_waiting(folder):
                queue.drop_waiting()  # the next results would be lost too
            return Refused(job, str(error), run)
        return run
