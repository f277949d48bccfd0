"""The order of the jobs in a sweep."""

from collections import Counter
from collections.abc import Collection, Sequence

from fmnist_tui.lab.experiments.estimate import TYPICAL
from fmnist_tui.lab.experiments.jobs import Job
from fmnist_tui.lab.records.recipe import Recipe


def longest_first(jobs: Sequence[Job]) -> list[Job]:
    """Sort jobs by estimated time, longest first, so that workers end together (Graham 1969, LPT).

    Raises:
        ArchitectureError: a network cannot be built.
    """
    return sorted(jobs, key=lambda job: -TYPICAL.seconds(job.recipe, job.recipe.training.epochs))


def next_job(waiting: Sequence[Job], compiled: Recipe | None, others: Collection[Recipe | None]) -> Job:
    """Return a worker's next job: a seed of the recipe it has compiled, if one is left.

    Otherwise the first recipe that no other worker trains, otherwise the recipe with most seeds left.
    """
    same_recipe = (job for job in waiting if job.recipe == compiled)
    not_started = (job for job in waiting if job.recipe not in others)
    if (job := next(same_recipe, None) or next(not_started, None)) is not None:
        return job
    left = Counter(job.recipe for job in waiting)
    return max(waiting, key=lambda job: left[job.recipe])
