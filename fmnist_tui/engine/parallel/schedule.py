"""Which job of a sweep is whose turn."""

from collections import Counter
from collections.abc import Collection, Sequence

from fmnist_tui.lab.experiments.estimate import TYPICAL
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.recipe import Recipe


def longest_first(jobs: Sequence[Job]) -> list[Job]:
    """Return jobs by how long they take, so that at the end no worker waits for a long one (Graham 1969, LPT).

    Raises:
        ArchitectureError: a network that cannot be built.
    """
    return sorted(jobs, key=lambda job: -TYPICAL.seconds(job.recipe, job.recipe.training.epochs))


def next_job(waiting: Sequence[Job], compiled: Recipe | None, others: Collection[Recipe | None]) -> Job:
    """Return what a worker does next: a seed of the recipe it has compiled, if one is left.

    Else it takes the first recipe that no other worker is at; else it helps where most seeds are left.
    """
    its_own = (job for job in waiting if job.recipe == compiled)
    untouched = (job for job in waiting if job.recipe not in others)
    if (job := next(its_own, None) or next(untouched, None)) is not None:
        return job
    left = Counter(job.recipe for job in waiting)
    return max(waiting, key=lambda job: left[job.recipe])
