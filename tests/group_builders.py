"""Builders of recipes, runs and groups with invented results."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.run import Curves, Environment, Experiment, Metrics, Run, Status
from fmnist_tui.lab.records.shorthand import parse

NOON = datetime(2025, 1, 31, 12, 0, tzinfo=UTC)
MACHINE = Environment("3.11.9", "2.18.1", "3.8.0", "0.1.0", "a processor, 2 cores, Linux x86_64")
OTHER_HYPERPARAMETERS: dict[str, Any] = {
    "optimizer": "momentum",
    "learning_rate": 0.25,
    "batch_size": 100,
    "epochs": 12,
    "validation_fraction": 0.5,
    "split_seed": 7,
    "patience": 3,
}
"""A value for each that is not the lab report's."""
RISING = Curves((0.70, 0.80), (0.80, 0.60), (0.69, 0.78), (0.85, 0.64))


def made_up_recipe(
    architecture: str = "64", training: Hyperparameters | None = None, dataset: DatasetName = "fashion-mnist"
) -> Recipe:
    return Recipe(parse(architecture), training or Hyperparameters(epochs=2), dataset)


def made_up_run(
    name: str,
    recipe: Recipe,
    seed: int = 0,
    accuracy: float = 0.88,
    *,
    status: Status = "finished",
    curves: Curves = RISING,
    environment: Environment | None = MACHINE,
    reason: str | None = None,
) -> Run:
    return Run(
        id=f"run{seed}",
        experiment=name,
        recipe=recipe,
        seed=seed,
        status=status,
        started=NOON,
        seconds=2.0 + seed,
        parameters=recipe.architecture.parameters,
        curves=curves,
        test=None if status == "failed" else Metrics(accuracy, 0.35),
        environment=environment,
        reason=reason,
    )


def made_up_group(
    name: str = "one layer of 64",
    accuracies: Sequence[float] = (0.88,),
    *,
    recipe: Recipe | None = None,
    planned: bool = True,
    repeats: int | None = None,
    published: Metrics | None = None,
    section: str | None = None,
    note: str | None = None,
    others: Sequence[Run] = (),
) -> Group:
    """Return a group with a finished run for each accuracy, seeds from 0, and a plan unless `planned` is false."""
    recipe = recipe or made_up_recipe()
    runs = (*(made_up_run(name, recipe, seed, accuracy) for seed, accuracy in enumerate(accuracies)), *others)
    plan = Experiment(
        name,
        recipe.architecture,
        recipe.training,
        repeats=len(accuracies) or 1 if repeats is None else repeats,
        published=published,
        section=section,
        note=note,
    )
    return Group(name, recipe, runs, plan if planned else None)
