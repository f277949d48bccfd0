"""Groups to compare, with invented curves that rise like trained ones."""

import math

from group_builders import made_up_recipe, made_up_run

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.dataset import DatasetName
from fmnist_tui.lab.records.recipe import Hyperparameters
from fmnist_tui.lab.records.run import Curves, Run


def rising(epochs: int, top: float, seed: int) -> Curves:
    """Return curves whose validation accuracy approaches `top`; seeds differ by 0.2 points."""
    epoch_numbers = range(1, epochs + 1)
    top += 0.002 * (seed - 1)
    val = [top - 0.12 * math.exp(-epoch / 2) + 0.002 * math.sin(3 * epoch + seed) for epoch in epoch_numbers]
    return Curves(
        accuracy=tuple(top + 0.02 - 0.16 * math.exp(-epoch / 3) for epoch in epoch_numbers),
        loss=tuple(0.25 + 0.5 * math.exp(-epoch / 3) for epoch in epoch_numbers),
        val_accuracy=tuple(val),
        val_loss=tuple(1.2 * (1 - accuracy) + 0.2 for accuracy in val),
    )


def trained_runs(
    name: str,
    architecture: str,
    seeds: int,
    *,
    top: float = 0.88,
    epochs: int = 10,
    dataset: DatasetName = "fashion-mnist",
    first_seed: int = 0,
) -> tuple[Run, ...]:
    """Return finished runs of one recipe, one for each seed."""
    recipe = made_up_recipe(architecture, Hyperparameters(epochs=epochs), dataset)
    return tuple(
        made_up_run(name, recipe, seed, top + 0.003 * math.sin(seed), curves=rising(epochs, top, seed))
        for seed in range(first_seed, first_seed + seeds)
    )


def trained(
    name: str,
    architecture: str,
    seeds: int,
    *,
    top: float = 0.88,
    epochs: int = 10,
    dataset: DatasetName = "fashion-mnist",
) -> Group:
    """Return an experiment with a number of seeds; with 0 it has no runs."""
    runs = trained_runs(name, architecture, seeds, top=top, epochs=epochs, dataset=dataset)
    return Group(name, made_up_recipe(architecture, Hyperparameters(epochs=epochs), dataset), runs)


def three_experiments() -> tuple[Group, ...]:
    """Return three experiments that differ in their layers, one of them in its epochs too."""
    return (
        trained("one layer of 64", "64", 5),
        trained("three layers", "64-32-16", 3, top=0.87),
        trained("a wide one", "256-drop0.3", 4, top=0.895, epochs=12),
    )


def eight_experiments() -> tuple[Group, ...]:
    """Return enough experiments to fill the screen, with long names and a convolution."""
    more = (
        trained(f"experiment {number} of a long name", "conv32x3-pool2-flatten-128:tanh", 2, top=0.86 + 0.01 * number)
        if number % 2
        else trained(f"experiment {number} of a long name", f"{16 * 2**number}", 3, top=0.85 + 0.01 * number)
        for number in range(5)
    )
    return (*three_experiments(), *more)
