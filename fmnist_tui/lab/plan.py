"""What is left to train: jobs for the trainer, from a plan or from a person's wish."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count, islice

from fmnist_tui.lab.recipe import Recipe
from fmnist_tui.lab.results import Group


@dataclass(frozen=True, slots=True)
class Job:
    """One training to do."""

    experiment: str
    recipe: Recipe
    seed: int


def lacking(groups: Iterable[Group], repeats: int | None = None) -> tuple[Job, ...]:
    """Return the trainings that plans lack, in the order of the plans.

    Args:
        groups: experiments as they stand; those without a plan lack nothing.
        repeats: how many seeds each planned experiment should have, instead of its plan's number.
    """
    return tuple(Job(group.name, group.recipe, seed) for group in groups for seed in group.missing_seeds(repeats))


def untrained_seeds(trained: Iterable[int], first: int, repeats: int) -> tuple[int, ...]:
    """Return the first `repeats` seeds from `first` upwards that are not trained yet."""
    done = set(trained)
    return tuple(islice((seed for seed in count(first) if seed not in done), repeats))
