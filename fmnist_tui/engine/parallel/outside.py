"""Other programs' trainings in this notebook, and this program's queue, shown to them."""

from collections.abc import Sequence
from pathlib import Path

from fmnist_tui.engine.parallel.queue import ActiveRun, TrainingPlace
from fmnist_tui.engine.training.new_run import new_run
from fmnist_tui.engine.training.progress import Control, Phase, Progress
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.pending import PendingRun
from fmnist_tui.lab.runs.queued import write_queued
from fmnist_tui.lab.runs.stopping import request_no_more, request_stop

_NEW = "queued-"
"""Begins the id of a queued run that resumes no other."""


class FolderControl(Control):
    """Writes requests to the run folder; RunFolderError if it cannot."""

    can_pause = False

    def __init__(self, pending: PendingRun) -> None:
        super().__init__()
        self._folder = pending.folder
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

    def drop_queue(self) -> None:
        request_no_more(self._folder)


def outside_run(pending: PendingRun) -> ActiveRun:
    """The progress has whole epochs only."""
    run = pending.run
    phase = Phase.STOPPING if pending.stop else Phase.TRAINING
    progress = Progress(phase, run.recipe.training.epochs, run.curves)
    job = Job(run.experiment, run.recipe, run.seed)
    return ActiveRun(job, run.id, progress, FolderControl(pending), TrainingPlace.OUTSIDE, started=run.started)


def queued_jobs(pending: PendingRun) -> tuple[Job, ...]:
    return tuple(
        Job(run.experiment, run.recipe, run.seed, None if run.id.startswith(_NEW) else run.id) for run in pending.queued
    )


def publish_queue(folder: Path, waiting: Sequence[Job]) -> None:
    """Let other programs read what is queued; RunFolderError if it cannot be written."""
    write_queued(folder, (_queued_run(job, number) for number, job in enumerate(waiting)))


def _queued_run(job: Job, number: int) -> Run:
    return new_run(job, job.resumes or f"{_NEW}{number}")
