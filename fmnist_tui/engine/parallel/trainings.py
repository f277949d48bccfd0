"""The one place that begins trainings, for the commands and the app alike: in this process, or side by side.

Whatever ends is recorded here too, so that nobody can train without keeping the result, or keep it twice.
"""

import shutil
from collections.abc import Callable, Generator
from concurrent.futures import Executor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fmnist_tui.engine.parallel.claims import Claims
from fmnist_tui.engine.parallel.queue import ActiveRun, Queue, Refused, was_trained
from fmnist_tui.engine.parallel.sweep_folder import clear_leftovers
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.progress import Phase, Progress
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.notebook.kept import waits
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.stopping import take_no_more
from fmnist_tui.lab.toml.reading import NotebookError

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset


@dataclass(frozen=True, slots=True)
class Ended:
    """A training that is over, well or not."""

    run: Run
    recorded: bool
    """Whether it stands in the notebook; a training that was stopped before its first step need not."""
    problem: str | None = None
    """Why it does not stand there although it should, and where it is kept."""


class Trainings:
    """How jobs are trained and recorded.

    Args:
        data: what they are trained on.
        notebook: where each run is recorded as it ends, with a folder of its own beside it.
        directory: where the data were found, if a person said where.
        make_executor: makes the executor of one worker where several are at work: any of `concurrent.futures`; see
            `sweep`. None gives each a process, a `WorkerProcess`.
        save_model: whether the trained models are kept in the folders of their runs.
        again: whether what was finished is trained once more.
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
        """Train what waits in a queue until nothing does; yield what ended, recorded, and what was not begun.

        One at a time has this process and all its cores, and finds its recipe compiled if it is that of the last;
        several have a worker each.

        Args:
            queue: the jobs, which may grow meanwhile, as may the number of those trained at once.
            show: given a training as it begins and whenever it has a new progress, in the thread that trains or
                that asks for the next.

        Raises:
            UserError, ArchitectureError: as for `sweep`; what had ended before was yielded.
        """
        while queue.waiting:
            runs = self._side_by_side(queue, show) if queue.at_once > 1 else self._here(queue, show)
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

        def take(progress: Progress) -> None:
            training.progress, training.has_reported = progress, True
            show(training)

        try:
            show(training)
            run = train_job(
                training.job,
                training.run_id,
                self._data,
                sink=take,
                control=training.control,
                cache=self._cache,
                folder=self._folder(training.run_id),
                save_model=self._save_model,
            )
            yield run
        finally:
            queue.end(training)

    def _side_by_side(self, queue: Queue, show: Callable[[ActiveRun], None]) -> Generator[Run, None, None]:
        """Train with a worker each, until nothing waits or one at a time is wanted again."""
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
        """Return the folder of a run, or None where none can be made: that costs the journal, not the training."""
        try:
            return self._notebook.run_folder(run_id).absolute()
        except NotebookError:
            return None

    def _settle(self, run_id: str, queue: Queue) -> None:
        """Let others see that a training is over, once they can see what became of it."""
        for training in queue.at_work:
            if training.run_id == run_id:
                queue.end(training)
        self._claims.let_go(run_id)

    def _recorded(self, run: Run, queue: Queue) -> Ended:
        folder = self._notebook.runs_folder / run.id
        if take_no_more(folder):
            queue.drop_waiting()
        if not was_trained(run):
            # What is not worth recording is not worth going on with either.
            shutil.rmtree(folder, ignore_errors=True)
            return Ended(run, recorded=False)
        try:
            self._notebook.record(run)
        except NotebookError as error:
            if not waits(folder):
                queue.drop_waiting()  # what would be trained now would be lost too
            return Ended(run, recorded=False, problem=str(error))
        return Ended(run, recorded=True)
