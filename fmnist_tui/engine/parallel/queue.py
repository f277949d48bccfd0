"""The queue: waiting jobs, active runs, and how many may train at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from fmnist_tui.engine.clock import running_clock
from fmnist_tui.engine.training.new_run import new_run, now
from fmnist_tui.engine.training.progress import Control, Phase, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import new_id
from fmnist_tui.lab.records.run import Run


@dataclass(slots=True, eq=False)
class ActiveRun:
    """A training in progress; all attributes may be read from other threads."""

    job: Job
    run_id: str
    progress: Progress
    control: Control = field(default_factory=Control)
    has_reported: bool = False
    """Whether the training itself has sent progress."""
    started: datetime = field(default_factory=now)
    began: float = field(default_factory=running_clock.seconds)
    """Start in seconds of `running_clock`."""

    @property
    def run(self) -> Run:
        """The run before its first epoch."""
        return new_run(self.job, self.run_id, self.started)


@dataclass(frozen=True, slots=True)
class Refused:
    job: Job
    why: str


def _first(jobs: Sequence[Job]) -> Job:
    return jobs[0]


def accept_all(training: ActiveRun) -> None:
    """Accept every job."""


class Queue:
    """A thread-safe queue of jobs; `stop` may be called from a signal handler."""

    def __init__(self, jobs: Iterable[Job] = (), at_once: int = 1) -> None:
        self.at_once = at_once
        """How many trainings may run at once: one uses all cores, several use one thread each.

        May be changed at any time; active runs are not affected.
        """
        self._refused: tuple[Refused, ...] = ()
        self._lock = Lock()
        # Tuples that are replaced whole: readers need no lock.
        self._waiting = tuple(jobs)
        self._at_work: tuple[ActiveRun, ...] = ()
        self._closed = False

    @property
    def waiting(self) -> tuple[Job, ...]:
        return () if self._closed else self._waiting

    @property
    def at_work(self) -> tuple[ActiveRun, ...]:
        return self._at_work

    def add(self, jobs: Iterable[Job]) -> None:
        with self._lock:
            self._waiting = (*self._waiting, *jobs)

    def drop_waiting(self) -> int:
        """Remove all waiting jobs; return how many there were."""
        with self._lock:
            dropped, self._waiting = self._waiting, ()
            return len(dropped)

    def stop(self) -> None:
        """Begin no more jobs, and stop the active runs after their current step."""
        self._closed = True
        for training in self._at_work:
            training.control.stop()

    def begin(
        self,
        phase: Phase,
        choose: Callable[[Sequence[Job]], Job] = _first,
        claim: Callable[[ActiveRun], str | None] = accept_all,
    ) -> ActiveRun | None:
        """Take a waiting job and return its active run, or None if there is nothing to begin.

        Args:
            phase: the first phase of its progress.
            choose: picks one of the waiting jobs.
            claim: claims the training, or returns why it is refused.
        """
        while True:
            with self._lock:
                if not self.waiting:
                    return None
                job = choose(self._waiting)
                index = self._waiting.index(job)
                self._waiting = self._waiting[:index] + self._waiting[index + 1 :]
                training = ActiveRun(job, job.resumes or new_id(), Progress(phase, job.recipe.training.epochs))
                self._at_work = (*self._at_work, training)
            if self._closed:  # by a signal handler that has not seen this training
                training.control.stop()
            if (why := claim(training)) is None:
                return training
            self.end(training)
            with self._lock:
                self._refused = (*self._refused, Refused(job, why))

    def take_refused(self) -> tuple[Refused, ...]:
        """Return the jobs refused since the last call, in order."""
        with self._lock:
            refused, self._refused = self._refused, ()
            return refused

    def end(self, training: ActiveRun) -> None:
        with self._lock:
            self._at_work = tuple(other for other in self._at_work if other is not training)


def is_recordable(run: Run) -> bool:
    """Return whether a run should be recorded: not if it was stopped before its first step."""
    return not (run.status == "stopped" and run.test is None and not run.curves.epochs)
