"""The training thread: trains what is queued, records it, and says so in few messages.

It touches no widget. Each training at work has its latest picture, which the screen looks at a few times a second;
what begins and what ends is posted as a message. It is no worker of Textual's, for it may outlive the screen.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

from textual.message import Message

from fmnist_tui.engine.parallel.queue import ActiveRun, Queue, Refused
from fmnist_tui.engine.parallel.schedule import longest_first
from fmnist_tui.engine.parallel.trainings import Ended, Trainings
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.toml.reading import NotebookError
from fmnist_tui.tui.training.messages import JobStarted, NotWritable, QueueEnded, RunEnded, Skipped, TrainerBroke

if TYPE_CHECKING:
    from fmnist_tui.engine.dataset.sources import Dataset

WAKE_SECONDS = 0.5
"""How often whoever waits for the end looks whether a signal has come."""


class Runner:
    """A queue, and the thread that trains it while there is something to train.

    Args:
        notebook: where the runs are recorded.
        post: takes what is told; must be callable from any thread.
        at_once: how many trainings may be at work together.
        directory: where the data were found, if a person said where.
    """

    def __init__(
        self, notebook: Path, post: Callable[[Message], object], at_once: int = 1, directory: Path | None = None
    ) -> None:
        self.busy = False
        """Whether a thread trains, or is about to."""
        self.done: tuple[Ended, ...] = ()
        """What ended since the thread began, in order."""
        self._notebook = NotebookFile(notebook)
        self.queue = Queue(at_once=at_once)
        self._post = post
        self._directory = directory
        self._trainings: tuple[Dataset, Trainings] | None = None
        self._lock = Lock()
        self._begun: set[str] = set()
        """The ids of the runs that began since the thread did."""
        self._thread: Thread | None = None

    @property
    def at_work(self) -> tuple[ActiveRun, ...]:
        """The trainings at work, in the order they began."""
        return self.queue.at_work

    @property
    def waiting(self) -> tuple[Job, ...]:
        """The jobs that are not begun."""
        return self.queue.waiting

    @property
    def queued(self) -> tuple[Job, ...]:
        """The jobs at work and those that wait."""
        return (*(each.job for each in self.at_work), *self.waiting)

    def add(self, jobs: Iterable[Job], data: "Dataset") -> bool:
        """Queue jobs, the longest first where several are trained at once; return whether a thread began for them."""
        with self._lock:
            self.queue.add(longest_first(tuple(jobs)) if self.queue.at_once > 1 else jobs)
            if self.busy:
                return False
            self.busy = True
            self.done, self._begun = (), set()
            # A daemon's, so that leaving need not wait for it: whoever leaves decides by `busy`.
            self._thread = Thread(target=self._work, args=(data,), name="training", daemon=True)
            self._thread.start()
            return True

    def drop_waiting(self) -> int:
        """Forget the jobs that are not begun; return how many there were."""
        return self.queue.drop_waiting()

    def stop(self) -> None:
        """Begin nothing any more, and stop what is at work at its next step; a signal handler may call it too."""
        self.queue.stop()

    def fall_silent(self) -> None:
        """Post nothing any more: nobody is there to take it."""
        self._post = lambda message: None

    def wait(self) -> None:
        """Wait until nothing is trained any more."""
        # A signal that comes close behind another may be taken by another thread, which does not wake this one to
        # handle it: so this one wakes by itself.
        while self._thread is not None and self._thread.is_alive():
            self._thread.join(WAKE_SECONDS)

    def _work(self, data: "Dataset") -> None:
        """Train what is queued until nothing is left; the thread's own."""
        try:
            if not self._can_keep():
                self.queue.drop_waiting()
            while not self._rest():
                for each in self._how(data).of(self.queue, self._show):
                    self._tell(each)
        except Exception as error:
            with self._lock:
                self.queue.drop_waiting()
                self.busy = False
                self._post(TrainerBroke(error))
                self._post(QueueEnded())

    def _can_keep(self) -> bool:
        """Whether a result could be kept; say so if it could not, or would have to wait for the notebook."""
        try:
            problem = self._notebook.check_writable()
        except NotebookError as error:
            self._post(NotWritable(str(error)))
            return False
        if problem:
            self._post(NotWritable(problem))
        return True

    def _how(self, data: "Dataset") -> Trainings:
        """Return how these data are trained on: what is compiled for them is kept from one queue to the next."""
        if self._trainings is None or self._trainings[0] is not data:
            self._trainings = data, Trainings(data, self._notebook, directory=self._directory)
        return self._trainings[1]

    def _rest(self) -> bool:
        """Be idle if nothing waits, seen with the lock: so no job is added to a thread that ends."""
        with self._lock:
            if self.queue.waiting:
                return False
            self.busy = False
            self._post(QueueEnded())
            return True

    def _show(self, training: ActiveRun) -> None:
        if training.run_id not in self._begun:
            self._begun.add(training.run_id)
            self._post(JobStarted(training, len(self._begun), len(self._begun) + len(self.waiting)))

    def _tell(self, told: Ended | Refused) -> None:
        if isinstance(told, Ended):
            self.done = (*self.done, told)
            self._post(RunEnded(told))
        else:
            self._post(Skipped(told))
