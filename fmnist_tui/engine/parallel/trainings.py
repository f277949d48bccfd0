"""Train jobs and record their runs, in this process or in parallel workers.

The commands and the app train only through this module, so that every run is recorded exactly once.
"""

import shutil
from collections.abc import Callable, Generator
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fmnist_tui.engine.parallel.channel import clear_leftovers
from fmnist_tui.engine.parallel.queue import ActiveRun, Claims, Queue, Refused, is_recordable
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.kept import waits
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.stopping import pop_no_more
from fmnist_tui.lab.toml.reading import NotebookError

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset


@dataclass(frozen=True, slots=True)
class Ended:
    run: Run
    recorded: bool
    """Whether the run is in the notebook; one stopped before its first step is not recorded."""
    problem: str | None = None
    """Why it could not be recorded, and where it is saved instead."""


class Trainings:
    """Trains jobs and records their runs in a notebook.

    Args:
        data: the images.
        notebook: records the runs; the run folders are beside it.
        directory: the folder of the data, if the user gave one.
        make_executor: see `sweep`; None uses a `WorkerProcess`.
        save_model: whether to save models in the run folders.
        again: whether to train finished jobs again.
    """

    def __init__(
        self,
        data: "Dataset",
        notebook: NotebookFile,
        *,
        directory: Path | None = None,
        make_executor: Callable[[], Executor] | None = None,
        save_model: bool = False,
        again: bool = False,
    ) -> None:
        self._data = data
        self._notebook = notebook
        self._directory = directory
        self._make_executor = make_executor
        self._save_model = save_model
        self._cache = CompiledModelCache()
        self._claims = Claims(notebook, again=again)
        clear_leftovers()

    def of(
        self, queue: Queue, show: Callable[[ActiveRun], None] = lambda _: None
    ) -> Generator[Ended | Refused, None, None]:
        """Train a queue until it is empty; yield each training that ended, recorded, and each refused job.

        One at a time trains in this process on all cores, and reuses the compiled model of the last recipe; several
        train in a worker each.

        Args:
            queue: the jobs; they and `at_once` may change meanwhile.
            show: called when a training begins and when it has new progress, in the thread that trains or that
                iterates.

        Raises:
            UserError, ArchitectureError: as `sweep`, after the ended trainings were yielded.
        """
        while queue.waiting:
            runs = self._in_parallel(queue, show) if queue.at_once > 1 else self._here(queue, show)
            with closing(self._claims), closing(runs):
                for run in runs:
                    ended = self._recorded(run, queue)
                    self._settle(run.id, queue)
                    yield ended
                    yield from queue.take_refused()
            yield from queue.take_refused()

    def _here(self, queue: Queue, show: Callable[[ActiveRun], None]) -> Generator[Run, None, None]:
        from fmnist_tui.engine.parallel.worker import train_job

        training = queue.begin(Phase.LOADING, claim=self._claims.take)
        if training is None:
            return

        def report(progress: Progress) -> None:
            training.progress, training.has_reported = progress, True
            show(training)

        try:
            show(training)
            run = train_job(
                training.job,
                training.run_id,
                self._data,
                sink=report,
                control=training.control,
                cache=self._cache,
                folder=self._folder(training.run_id),
                save_model=self._save_model,
            )
            yield run
        finally:
            queue.end(training)

    def _in_parallel(self, queue: Queue, show: Callable[[ActiveRun], None]) -> Generator[Run, None, None]:
        from fmnist_tui.engine.parallel import worker
        from fmnist_tui.engine.parallel.sweep import sweep

        return sweep(
            queue,
            worker.Source(self._data.name, self._directory and self._directory.absolute()),
            make_executor=self._make_executor or worker.WorkerProcess,
            workers=lambda: queue.at_once if queue.at_once > 1 else 0,
            show=show,
            claim=self._claims.take,
            folder=self._folder,
            save_model=self._save_model,
        )

    def _folder(self, run_id: str) -> Path | None:
        """Return the folder of a run, or None if it cannot be created: then there is no journal."""
        try:
            return self._notebook.run_folder(run_id).absolute()
        except NotebookError:
            return None

    def _settle(self, run_id: str, queue: Queue) -> None:
        """Remove a training from the queue and release its claim; called after it is recorded."""
        for training in queue.at_work:
            if training.run_id == run_id:
                queue.end(training)
        self._claims.release_lock(run_id)

    def _recorded(self, run: Run, queue: Queue) -> Ended:
        folder = self._notebook.runs_folder / run.id
        if pop_no_more(folder):
            queue.drop_waiting()
        if not is_recordable(run):
            # A run that is not recorded is not resumed either.
            shutil.rmtree(folder, ignore_errors=True)
            return Ended(run, recorded=False)
        try:
            self._notebook.record(run)
        except NotebookError as error:
            if not waits(folder):
                queue.drop_waiting()  # the next results would be lost too
            return Ended(run, recorded=False, problem=str(error))
        return Ended(run, recorded=True)
