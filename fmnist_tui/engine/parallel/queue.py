import shutil
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from fmnist_tui.engine.clock import running_clock
from fmnist_tui.engine.parallel.parallelism import ONE_AT_A_TIME, Parallelism
from fmnist_tui.engine.training.new_run import new_run, now
from fmnist_tui.engine.training.progress import Control, Phase, Progress
from fmnist_tui.lab.errors import UserError
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.experiments.speeds import TYPICAL
from fmnist_tui.lab.notebook.file import NotebookFile, new_id
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.folder import AlreadyTrainingError, RunFolder, claim
from fmnist_tui.lab.runs.liveness import release_lock
from fmnist_tui.lab.toml.reading import NotebookError

TRAINED_ELSEWHERE = "it is being trained already, by another program"
"""Reason to refuse a job that another program is training."""


def _forget_unbegun(folder: Path) -> None:
    with suppress(UserError):
        journal = RunFolder(folder).read()
        if journal and not journal.run.curves.epochs:
            shutil.rmtree(folder, ignore_errors=True)


class TrainingPlace(StrEnum):
    HERE = "here"
    WORKER = "in a worker"
    CLUSTER = "on a cluster"
    OUTSIDE = "in another program"


@dataclass(slots=True, eq=False)
class ActiveRun:
    """A training in progress, wherever it runs; attributes may be read from other threads."""

    job: Job
    run_id: str
    progress: Progress
    control: Control = field(default_factory=Control)
    place: TrainingPlace = TrainingPlace.HERE
    host: str = ""
    """The machine of a cluster that trains it; empty elsewhere."""
    number: int = 1
    """Its place in the queue, from 1."""
    has_reported: bool = False
    """Whether the training itself has sent progress."""
    started: datetime = field(default_factory=now)
    began: float = field(default_factory=running_clock.seconds)
    """Start in seconds of `running_clock`."""

    @property
    def run(self) -> Run:
        """The run so far, without its seconds."""
        return replace(new_run(self.job, self.run_id, self.started), curves=self.progress.curves)


class Refused(NamedTuple):
    """A job without a record in the notebook."""

    job: Job
    why: str
    run: Run | None = None
    """The run if it was trained but cannot be recorded; `why` says where it is saved."""


def _first(jobs: Sequence[Job]) -> Job:
    return jobs[0]


def accept_all(training: ActiveRun) -> None:
    """Accept every job."""


class NotWaitingError(UserError):
    """The job was begun or cancelled meanwhile."""


class Queue:
    """Thread-safe."""

    def __init__(self, jobs: Iterable[Job] = (), parallelism: Parallelism = ONE_AT_A_TIME) -> None:
        self.parallelism = parallelism
        """May be changed at any time; active runs are not affected."""
        self.begun = 0
        """How many jobs were begun, without the refused ones."""
        self._refused: tuple[Refused, ...] = ()
        self._lock = Lock()
        # Tuples that are replaced whole: readers need no lock.
        self._waiting = tuple(jobs)
        self._active: tuple[ActiveRun, ...] = ()
        self._arranged = False
        """Whether the user moved a waiting job: then the first is begun, whatever is quickest."""
        self._closed = False
        self.own_ids: frozenset[str] = frozenset()
        """Ids of the runs begun here; see `forget_others`."""

    @property
    def waiting(self) -> tuple[Job, ...]:
        return () if self._closed else self._waiting

    @property
    def active(self) -> tuple[ActiveRun, ...]:
        return self._active

    def add(self, jobs: Iterable[Job]) -> None:
        with self._lock:
            self._waiting = (*self._waiting, *jobs)

    def drop_waiting(self) -> int:
        """Return how many jobs were dropped."""
        with self._lock:
            dropped, self._waiting = self._waiting, ()
            return len(dropped)

    def cancel(self, job: Job) -> Job | None:
        """Remove a waiting job and return the one behind it, for `put_back`.

        Raises:
            NotWaitingError: it does not wait any more.
        """
        with self._lock:
            place = self._place(job)
            following = self._waiting[place + 1 : place + 2]
            self._waiting = self._waiting[:place] + self._waiting[place + 1 :]
            return following[0] if following else None

    def move(self, job: Job, by: int) -> None:
        """Move a waiting job towards the end, or towards the start if negative; from then on the order is kept.

        Raises:
            NotWaitingError: it does not wait any more.
        """
        with self._lock:
            rest = list(self._waiting)
            place = self._place(job)
            job = rest.pop(place)
            rest.insert(max(place + by, 0), job)
            self._waiting, self._arranged = tuple(rest), True

    def put_back(self, job: Job, before: Job | None) -> None:
        """Add a job before a waiting one, or at the end; without effect if it waits or is trained."""
        with self._lock:
            if job in self._waiting or any(job == training.job for training in self._active):
                return
            place = self._waiting.index(before) if before in self._waiting else len(self._waiting)
            self._waiting = (*self._waiting[:place], job, *self._waiting[place:])

    def _place(self, job: Job) -> int:
        if job not in self._waiting:
            raise NotWaitingError("it does not wait any more")
        return self._waiting.index(job)

    def stop(self) -> None:
        """Begin no more jobs, and stop active runs after their current step; safe in a signal handler."""
        self._closed = True
        for training in self._active:
            training.control.stop()

    def begin(
        self,
        phase: Phase,
        choose: Callable[[Sequence[Job]], Job | None] = _first,
        claim: Callable[[ActiveRun], str | None] = accept_all,
        place: TrainingPlace = TrainingPlace.HERE,
    ) -> ActiveRun | None:
        """Take a job and return its active run, or None if there is nothing to begin.

        `choose` returns one of the waiting jobs, or None; `claim` may refuse it.
        """
        while True:
            with self._lock:
                if not self.waiting:
                    self._arranged = False
                    return None
                job = choose(self._waiting[:1] if self._arranged else self._waiting)
                if job is None:
                    return None
                index = self._waiting.index(job)
                progress = Progress(phase, job.recipe.training.epochs)
                self.begun += 1
                training = ActiveRun(job, job.resumes or new_id(), progress, place=place, number=self.begun)
                self._active = (*self._active, training)
                self.own_ids |= {training.run_id}
                # Last, so that who reads `waiting` and then `active` never misses the job.
                self._waiting = self._waiting[:index] + self._waiting[index + 1 :]
            if self._closed:  # by a signal handler that has not seen this training
                training.control.stop()
            if (why := claim(training)) is None:
                return training
            self.end(training)
            with self._lock:
                self.begun -= 1
                self._refused = (*self._refused, Refused(job, why))

    def take_refused(self) -> tuple[Refused, ...]:
        """Return the jobs refused since the last call, in order."""
        with self._lock:
            refused, self._refused = self._refused, ()
            return refused

    def forget_others(self, alive_ids: Collection[str]) -> None:
        """Forget own ids that are not alive: another program may resume these runs."""
        with self._lock:
            active = {training.run_id for training in self._active}
            self.own_ids = frozenset(run_id for run_id in self.own_ids if run_id in alive_ids or run_id in active)

    def end(self, training: ActiveRun) -> None:
        with self._lock:
            self._active = tuple(other for other in self._active if other is not training)


def is_recordable(run: Run) -> bool:
    """Whether a run should be recorded: not if it was stopped before its first step."""
    return not (run.status == "stopped" and run.test is None and not run.curves.epochs)


class Claims:
    """The claimed trainings that are not recorded yet; `again` allows finished jobs."""

    def __init__(self, notebook: NotebookFile, *, again: bool = False) -> None:
        self._notebook = notebook
        self._again = again
        self._held: dict[str, int] = {}
        self._jobs: dict[str, Job] = {}
        """By run id, those held: their folders need not be read at each claim, of which a cluster has many."""

    def take(self, training: ActiveRun) -> str | None:
        """Claim a training, or return why not; if the claim cannot be written, the training begins without one."""
        try:
            with self._notebook.locked():
                why = self._obstacle(training.job)
                if why is None:
                    self._held[training.run_id] = claim(self._notebook.run_folder(training.run_id), training.run)
                    self._jobs[training.run_id] = training.job
                return why
        except AlreadyTrainingError:
            return TRAINED_ELSEWHERE
        except UserError:
            return self._obstacle(training.job)

    def release_lock(self, run_id: str) -> None:
        self._jobs.pop(run_id, None)
        if (held := self._held.pop(run_id, None)) is not None:
            release_lock(held)

    def close(self) -> None:
        """Release all claims; remove the folders of runs without an epoch."""
        for run_id in tuple(self._held):
            _forget_unbegun(self._notebook.runs_folder / run_id)
            self.release_lock(run_id)

    def _obstacle(self, job: Job) -> str | None:
        self._notebook.ownership.refresh()
        if job.resumes and not self._notebook.ownership.owns(job.resumes):
            return self._notebook.ownership.explain_owner(job.resumes)
        others = self._notebook.pending(self._jobs.keys())
        if job in self._jobs.values() or any(run.alive and job.is_job_of(run.run) for run in others):
            return TRAINED_ELSEWHERE
        try:
            runs = self._notebook.read().runs
        except NotebookError:
            return None  # the result will be saved beside it
        if not self._again and any(job.is_job_of(run) and run.status == "finished" for run in runs):
            return "it was trained meanwhile"
        if any(run.id == job.resumes and run.status != "interrupted" for run in runs):
            return "another program resumed it meanwhile"
        return None


def longest_first(jobs: Sequence[Job]) -> list[Job]:
    """Sort by estimated time, so that workers end together (Graham 1969, LPT); may raise ArchitectureError."""
    return sorted(jobs, key=lambda job: -TYPICAL.seconds(job.recipe, job.recipe.training.epochs))


def next_job(waiting: Sequence[Job], compiled: Recipe | None, others: Collection[Recipe | None]) -> Job:
    """Return a seed of the compiled recipe, else of one that no other worker trains, else of the one with most left."""
    same_recipe = (job for job in waiting if job.recipe == compiled)
    not_started = (job for job in waiting if job.recipe not in others)
    if (job := next(same_recipe, None) or next(not_started, None)) is not None:
        return job
    left = Counter(job.recipe for job in waiting)
    return max(waiting, key=lambda job: left[job.recipe])
