from collections.abc import Iterable
from dataclasses import dataclass, field

from fmnist_tui.lab.experiments.groups import Group, groups
from fmnist_tui.lab.experiments.seeds import next_seeds
from fmnist_tui.lab.plain_text import visible
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import shorthand
from fmnist_tui.lab.toml.reading import Notebook


@dataclass(frozen=True, slots=True)
class Job:
    experiment: str
    recipe: Recipe
    seed: int
    resumes: str | None = field(default=None, compare=False)
    """The id of the interrupted run to resume."""

    def is_job_of(self, run: Run) -> bool:
        return (run.experiment, run.recipe, run.seed) == (self.experiment, self.recipe, self.seed)


def seed_name(of: Run | Job, most: int = 40) -> str:
    """Return `one layer of 64 seed 3`, with at most so many characters of the experiment's name."""
    return f"{visible(of.experiment, most)} seed {of.seed}"


def resumable(groups: Iterable[Group]) -> tuple[Job, ...]:
    return tuple(Job(group.name, group.recipe, run.seed, run.id) for group in groups for run in group.interrupted)


def missing_jobs(groups: Iterable[Group], repeats: int | None = None) -> tuple[Job, ...]:
    return tuple(job_for(group, seed) for group in groups for seed in group.missing_seeds(repeats))


def job_for(group: Group, seed: int) -> Job:
    """Resume the latest interrupted run, if any."""
    resumes = next((run.id for run in group.interrupted if run.seed == seed), None)
    return Job(group.name, group.recipe, seed, resumes)


def jobs_for(notebook: Notebook, recipe: Recipe, busy: Iterable[int], first: int, repeats: int) -> tuple[Job, ...]:
    """Return jobs for `repeats` seeds of a recipe from `first`, without those that are finished or `busy`.

    They belong to the plan with that recipe, else to an experiment named by its shorthand.
    """
    same = (group for group in groups(notebook, recipe.dataset) if group.recipe == recipe)
    group = next(same, Group(shorthand(recipe.architecture), recipe))
    taken = {*busy, *(run.seed for run in group.finished)}
    return tuple(job_for(group, seed) for seed in next_seeds(taken, first, repeats))


def jobs_up_to(groups: Iterable[Group], recipe: Recipe, busy: Iterable[int], repeats: int) -> tuple[Job, ...]:
    """Return jobs for the lowest free seeds, so that `repeats` seeds of a recipe are finished, `busy` or among them.

    They belong to the experiment of that recipe with most finished runs, else to one named by its shorthand.
    """
    same = [group for group in groups if group.recipe == recipe]
    group = max(same, key=lambda each: len(each.finished), default=Group(shorthand(recipe.architecture), recipe))
    taken = {*busy, *(run.seed for run in group.finished)}
    return tuple(job_for(group, seed) for seed in next_seeds(taken, 0, max(repeats - len(taken), 0)))
