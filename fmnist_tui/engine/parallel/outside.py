"""Other programs' trainings and queues in this notebook, and this program's queue, shown to them."""

from collections.abc import Collection, Sequence
from hashlib import sha256
from pathlib import Path

from fmnist_tui.engine.parallel.queue import ActiveRun, NotWaitingError, TrainingPlace
from fmnist_tui.engine.training.new_run import new_run
from fmnist_tui.engine.training.progress import Control, Phase, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.pausing import set_paused
from fmnist_tui.lab.runs.pending import PendingRun
from fmnist_tui.lab.runs.queue_orders import Cancel, Move, PutBack, leave_order
from fmnist_tui.lab.runs.queued import write_queued
from fmnist_tui.lab.runs.stopping import request_no_more, request_stop

_NEW = "queued-"
"""Begins the id of a queued run that resumes no other."""


class FolderControl(Control):
    """Writes requests to the run folder; RunFolderError if it cannot."""

    def __init__(self, pending: PendingRun) -> None:
        super().__init__()
        self._folder = pending.folder
        if pending.paused:
            super().pause()
        if pending.stop == "now":
            super().stop()
        elif pending.stop == "epoch":
            super().stop_at_epoch_end()

    def stop(self) -> None:
        request_stop(self._folder, "now")
        super().stop()

    def stop_at_epoch_end(self) -> None:
        request_stop(self._folder, "epoch")
        super().stop_at_epoch_end()

    def pause(self) -> None:
        set_paused(self._folder, True)
        super().pause()

    def resume(self) -> None:
        set_paused(self._folder, False)
        super().resume()

    def drop_queue(self) -> None:
        request_no_more(self._folder)


class FolderQueue:
    """The queue behind another program's training; writes orders to its run folder, RunFolderError if it cannot."""

    def __init__(self, pending: PendingRun) -> None:
        self.run_id = pending.run.id
        self._folder = pending.folder
        self._ids = {queued_job(run): run.id for run in pending.queued}

    @property
    def jobs(self) -> Collection[Job]:
        """What waits, in order."""
        return self._ids.keys()

    def cancel(self, job: Job) -> Job | None:
        """Ask to remove a waiting job; return the one behind it, for `put_back`."""
        run_id = self._id(job)
        leave_order(self._folder, Cancel(run_id))
        jobs = list(self._ids)
        return next(iter(jobs[jobs.index(job) + 1 :]), None)

    def move(self, job: Job, by: int) -> None:
        leave_order(self._folder, Move(self._id(job), by))

    def put_back(self, job: Job, before: Job | None) -> None:
        leave_order(self._folder, PutBack(_queued_run(job), self._ids.get(before) if before else None))

    def _id(self, job: Job) -> str:
        if job not in self._ids:
            raise NotWaitingError("it does not wait any more")
        return self._ids[job]


def outside_run(pending: PendingRun) -> ActiveRun:
    """The progress has whole epochs only."""
    run = pending.run
    phase = Phase.STOPPING if pending.stop else Phase.PAUSED if pending.paused else Phase.TRAINING
    progress = Progress(phase, run.recipe.training.epochs, run.curves)
    job = Job(run.experiment, run.recipe, run.seed)
    return ActiveRun(job, run.id, progress, FolderControl(pending), TrainingPlace.OUTSIDE, started=run.started)


def queued_job(run: Run) -> Job:
    """Return the job of a run in `queued.toml`."""
    return Job(run.experiment, run.recipe, run.seed, None if run.id.startswith(_NEW) else run.id)


def queued_id(job: Job) -> str:
    """Return the id of a job in `queued.toml`, the same as long as it waits."""
    return job.resumes or _NEW + sha256(repr((job.experiment, job.recipe, job.seed)).encode()).hexdigest()[:16]


def publish_queue(folder: Path, waiting: Sequence[Job]) -> None:
    """Let other programs read what is queued; RunFolderError if it cannot be written."""
    write_queued(folder, {run.id: run for run in map(_queued_run, waiting)}.values())


def _queued_run(job: Job) -> Run:
    return new_run(job, queued_id(job))
