"""What is trained and what waits, here and in other programs."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from fmnist_tui.engine.parallel.queue import ActiveRun, TrainingPlace
from fmnist_tui.engine.training.progress import Phase
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.runs.pending import PendingRun

if TYPE_CHECKING:
    from fmnist_tui.engine.parallel.outside import FolderQueue


@dataclass(frozen=True, slots=True)
class Activity:
    active: tuple[ActiveRun, ...] = ()
    """The trainings of this program, then those of others."""
    waiting: tuple[Job, ...] = ()
    """The queued jobs of this program, then those of others."""
    journals: tuple[Run, ...] = ()
    """Runs without a record, as their journals have them: active ones and interrupted ones."""
    outside: "tuple[FolderQueue, ...]" = field(default=(), compare=False)
    """For each training of another program, the queue behind it; a program with several trainings shows one queue."""

    @property
    def jobs(self) -> tuple[Job, ...]:
        return (*(training.job for training in self.active), *self.waiting)

    @property
    def seeds(self) -> frozenset[tuple[Recipe, int]]:
        return frozenset((job.recipe, job.seed) for job in self.jobs)

    def queue_of(self, job: Job) -> "FolderQueue | None":
        """Return the queue of another program that a job waits in."""
        return next((queue for queue in self.outside if job in queue.jobs), None)

    def find(self, run_id: str) -> ActiveRun | None:
        return next((training for training in self.active if training.run_id == run_id), None)


class Sources(NamedTuple):
    active: tuple[ActiveRun, ...] = ()
    waiting: tuple[Job, ...] = ()
    own_ids: frozenset[str] = frozenset()
    pending: tuple[PendingRun, ...] = ()

    def are(self, other: "Sources") -> bool:
        """Whether both hold the same objects."""
        return all(getattr(self, name) is getattr(other, name) for name in ("active", "waiting", "own_ids", "pending"))


def activity(sources: Sources) -> Activity:
    """Join the queue and the folders; what both have counts as the queue's."""
    here, waiting, own, pending = sources.active, sources.waiting, sources.own_ids, sources.pending
    ids = {training.run_id for training in here}
    # A run that ended here may still be alive in `pending`, which is a moment older.
    others = [each for each in pending if each.alive and each.run.id not in own]
    known = [each.run for each in pending if not each.alive or each.run.id not in own or each.run.id in ids]
    if not others:
        return Activity(here, waiting, tuple(known))
    from fmnist_tui.engine.parallel.outside import FolderQueue, outside_run

    outside = tuple(map(FolderQueue, others))
    queued = (job for queue in outside for job in queue.jobs)
    return Activity(
        (*here, *map(outside_run, others)),
        tuple(dict.fromkeys((*waiting, *queued))),
        tuple(known),
        outside,
    )


def is_outside(training: ActiveRun) -> bool:
    return training.place is TrainingPlace.OUTSIDE


def is_paused(training: ActiveRun) -> bool:
    """Return whether a training waits to be resumed, or will after its current step."""
    return training.control.paused and training.progress.phase is not Phase.TESTING
