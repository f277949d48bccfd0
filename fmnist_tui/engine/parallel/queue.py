"""What is to be trained: the jobs that wait, the trainings at work, and how many are trained at once."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

from fmnist_tui.engine.clock import running_clock
from fmnist_tui.engine.environment import environment
from fmnist_tui.engine.training.progress import Control, Phase, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.notebook.file import new_id
from fmnist_tui.lab.records.run import Curves, Run


@dataclass(slots=True, eq=False)
class ActiveRun:
    """A training at work: its latest progress, and the flags that steer it, for whoever looks from another thread."""

    job: Job
    run_id: str
    progress: Progress
    """The latest one: whole, so that older ones are missed by nobody."""
    control: Control = field(default_factory=Control)
    has_reported: bool = False
    """Whether it has told anything itself."""
    started: datetime = field(default_factory=lambda: datetime.now().astimezone().replace(microsecond=0))
    began: float = field(default_factory=running_clock.seconds)

    @property
    def run(self) -> Run:
        """Its run before the first epoch, as its journal begins: interrupted, should nothing more come of it."""
        return Run(
            id=self.run_id,
            experiment=self.job.experiment,
            recipe=self.job.recipe,
            seed=self.job.seed,
            status="interrupted",
            started=self.started,
            seconds=0.0,
            parameters=self.job.recipe.architecture.parameters,
            curves=Curves(),
            environment=environment(),
        )


@dataclass(frozen=True, slots=True)
class Refused:
    """A job that was not begun when its turn came, and why not."""

    job: Job
    why: str


def _first(jobs: Sequence[Job]) -> Job:
    return jobs[0]


def accept_all(training: ActiveRun) -> None:
    """Take every training on: the claim of whoever trains beside no notebook."""


class Queue:
    """Jobs in, trainings out; every method and property may be used from any thread, `stop` from a signal handler.

    Args:
        jobs: what waits from the beginning.
        at_once: how many trainings may be at work together; see `at_once`.
    """

    def __init__(self, jobs: Iterable[Job] = (), at_once: int = 1) -> None:
        self.at_once = at_once
        """How many trainings may be at work together: 1 has all the cores, several have a thread each.

        May be changed at any time; what is at work goes on as it was begun.
        """
        self._refused: tuple[Refused, ...] = ()
        self._lock = Lock()
        # Tuples that are replaced whole: whoever looks needs no lock.
        self._waiting = tuple(jobs)
        self._at_work: tuple[ActiveRun, ...] = ()
        self._closed = False

    @property
    def waiting(self) -> tuple[Job, ...]:
        """The jobs that are not begun, in their order."""
        return () if self._closed else self._waiting

    @property
    def at_work(self) -> tuple[ActiveRun, ...]:
        """The trainings that have begun and not ended, in the order they began."""
        return self._at_work

    def add(self, jobs: Iterable[Job]) -> None:
        """Let jobs wait, behind those that do."""
        with self._lock:
            self._waiting = (*self._waiting, *jobs)

    def drop_waiting(self) -> int:
        """Forget the jobs that are not begun; return how many there were."""
        with self._lock:
            dropped, self._waiting = self._waiting, ()
            return len(dropped)

    def stop(self) -> None:
        """Begin nothing any more, and stop what is at work at its next step."""
        self._closed = True
        for training in self._at_work:
            training.control.stop()

    def begin(
        self,
        phase: Phase,
        choose: Callable[[Sequence[Job]], Job] = _first,
        claim: Callable[[ActiveRun], str | None] = accept_all,
    ) -> ActiveRun | None:
        """Take a job that waits and return its training, or None where none is to be begun.

        Args:
            phase: what the training does first.
            choose: picks from the jobs that wait, one at least.
            claim: takes the training on, or says why it is not to be begun after all.
        """
        while True:
            with self._lock:
                if not self.waiting:
                    return None
                job = choose(self._waiting)
                place = self._waiting.index(job)
                self._waiting = self._waiting[:place] + self._waiting[place + 1 :]
                training = ActiveRun(job, job.resumes or new_id(), Progress(phase, job.recipe.training.epochs))
                self._at_work = (*self._at_work, training)
            if self._closed:  # meanwhile, by a signal handler that has not seen this training
                training.control.stop()
            if (why := claim(training)) is None:
                return training
            self.end(training)
            with self._lock:
                self._refused = (*self._refused, Refused(job, why))

    def take_refused(self) -> tuple[Refused, ...]:
        """Return the jobs whose turn came and that were not begun, in order, since this was asked last."""
        with self._lock:
            refused, self._refused = self._refused, ()
            return refused

    def end(self, training: ActiveRun) -> None:
        """Note that a training is over."""
        with self._lock:
            self._at_work = tuple(each for each in self._at_work if each is not training)


def was_trained(run: Run) -> bool:
    """Whether a run is worth recording: not if it was stopped before its first step."""
    return not (run.status == "stopped" and run.test is None and not run.curves.epochs)
