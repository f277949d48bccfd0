"""The training thread: takes jobs from a queue, trains them, records them.

It touches no widget. Progress goes into a slot that keeps the latest picture, which the screen
looks at a few times a second; what begins and what ends is posted as a message.
"""

from collections import deque
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from textual.message import Message

from fmnist_tui.engine.dataset.sources import Dataset
from fmnist_tui.engine.progress import Control, Phase, Progress
from fmnist_tui.engine.workbench import Workbench
from fmnist_tui.lab.notebook.file import NotebookFile, new_id
from fmnist_tui.lab.notebook.reading import NotebookError
from fmnist_tui.lab.plan import Job
from fmnist_tui.lab.records import Run
from fmnist_tui.tui.training.messages import JobStarted, QueueEnded, RunEnded, TrainerBroke


class Runner:
    """Jobs waiting, the one at work, and the flags that steer it."""

    def __init__(self, notebook: Path, post: Callable[[Message], object]) -> None:
        self.progress: Progress | None = None
        """The latest picture of the training at work; None between trainings."""
        self.control = Control()
        self._notebook = NotebookFile(notebook)
        self._post = post
        self._workbench = Workbench()
        self._waiting: deque[Job] = deque()
        self._lock = Lock()
        self._begun = 0
        self._at_work: Job | None = None
        self.busy = False
        """Whether a thread trains, or is about to."""

    @property
    def queued(self) -> tuple[Job, ...]:
        """The job at work and those that wait."""
        at_work = self._at_work
        return (*((at_work,) if at_work else ()), *self.waiting)

    @property
    def waiting(self) -> tuple[Job, ...]:
        """The jobs that are not begun."""
        with self._lock:
            return tuple(self._waiting)

    def add(self, jobs: tuple[Job, ...]) -> bool:
        """Queue jobs; return whether a thread must be started for them."""
        with self._lock:
            self._waiting.extend(jobs)
            idle, self.busy = not self.busy, True
            return idle

    def drop_waiting(self) -> int:
        """Forget the jobs that are not begun; return how many there were."""
        with self._lock:
            count = len(self._waiting)
            self._waiting.clear()
            return count

    def work(self, data: Dataset) -> None:
        """Train what is queued, one after another, until nothing is left; runs in a thread of its own."""
        self._begun = 0
        try:
            while job := self._next():
                self._train(job, data)
        except Exception as error:
            with self._lock:
                self._waiting.clear()
                self._post(TrainerBroke(error))
                self._rest()

    def _next(self) -> Job | None:
        with self._lock:
            if not self._waiting:
                self._rest()
                return None
            self._begun += 1
            self.control = Control()
            job = self._at_work = self._waiting.popleft()
            total = self._begun + len(self._waiting)
        self.progress = Progress(Phase.LOADING, job.recipe.training.epochs)
        self._post(JobStarted(job, self._begun, total))
        return job

    def _rest(self) -> None:
        """Be idle; called with the lock that saw the queue empty, so that no job is added to a thread that ends."""
        self.busy, self._at_work, self.progress = False, None, None
        self._post(QueueEnded())

    def _train(self, job: Job, data: Dataset) -> None:
        from fmnist_tui.engine.trainer import train

        run = train(
            job.recipe,
            job.seed,
            data,
            experiment=job.experiment,
            run_id=new_id(),
            sink=self._show,
            control=self.control,
            workbench=self._workbench,
        )
        self._post(RunEnded(run, self._record(run)))

    def _show(self, progress: Progress) -> None:
        self.progress = progress

    def _record(self, run: Run) -> str | None:
        try:
            self._notebook.append_run(run)
        except NotebookError as error:
            return str(error)
        return None
