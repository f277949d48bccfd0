"""Notebooks whose truth is known: every accuracy is drawn from a normal distribution with a mean that is given."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from group_builders import made_up_run

from fmnist_tui.lab.clues import find_clues
from fmnist_tui.lab.clues.clue import Clue
from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.records.architecture import mlp
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.run import Curves, Metrics, Run

SEVENTEEN: tuple[tuple[int, ...], ...] = (
    *((units,) for units in (16, 32, 64, 128, 256, 512)),
    *((16, 16), (16, 32), (16, 8), (16, 8, 4), (8, 16, 8), (4, 8, 16)),
    *((32, 64), (64, 32), (16, 32, 64), (64, 32, 16), (32, 64, 32)),
)
"""The widths of the lab report's seventeen networks."""

SD = 0.0025
"""Between seeds, as published for 30 reruns of one network on Fashion-MNIST."""

CLAIMS = frozenset(
    {
        "doubling",
        "edge-of-range",
        "bottleneck",
        "order-of-widths",
        "still-improving",
        "overfitting",
        "linear-baseline",
        "depth-against-width",
    }
)
"""Rules that may claim that networks differ, a trend, an edge or an order."""

EPOCHS = 10
SETTLED = 5
"""The epoch from which on the curves only have noise."""


def simulated_notebook(
    drawn: np.random.Generator,
    means: Mapping[tuple[int, ...], float] | None = None,
    *,
    networks: Sequence[tuple[int, ...]] = SEVENTEEN,
    seeds: int = 5,
    sd: float = SD,
    dead: float = 0.03,
) -> tuple[Group, ...]:
    """Return experiments whose true accuracies are `means`, 0.87 unless given.

    The curves rise until epoch 5 and are level afterwards, with noise of the same size from epoch to epoch. Of all
    units the share `dead` is, as about one in thirty of real networks with the usual rates.
    """
    groups = (_group(drawn, widths, (means or {}).get(widths, 0.87), seeds, sd) for widths in networks)
    other = np.random.default_rng(round(100 * dead))  # so that the accuracies are drawn as without
    return tuple(_with_dead_units(group, other, dead) for group in groups)


def _with_dead_units(group: Group, drawn: np.random.Generator, share: float) -> Group:
    layers = [stage.shape[-1] for _, stage in group.recipe.architecture.cut_off_layers() if stage.shape]
    runs = (replace(run, dead_units_by_layer=tuple(map(int, drawn.binomial(layers, share)))) for run in group.runs)
    return replace(group, runs=tuple(runs))


def _group(drawn: np.random.Generator, widths: tuple[int, ...], mean: float, seeds: int, sd: float) -> Group:
    recipe = Recipe(mlp(widths))
    name = "-".join(map(str, widths))
    runs = tuple(_run(drawn, name, recipe, seed, float(drawn.normal(mean, sd)), sd) for seed in range(seeds))
    return Group(name, recipe, runs)


def _run(drawn: np.random.Generator, name: str, recipe: Recipe, seed: int, accuracy: float, sd: float) -> Run:
    rest = np.maximum(0, SETTLED - np.arange(1, EPOCHS + 1)) / SETTLED
    noise = drawn.normal(0, sd, EPOCHS)
    noise[-1] = 0  # the last epoch is the result
    val_accuracy = accuracy - 0.05 * rest + noise
    curves = Curves(
        tuple(accuracy + 0.03 - 0.06 * rest - 0.0001 * np.arange(EPOCHS)[::-1]),
        tuple(0.25 + 0.3 * rest + 0.002 * np.arange(EPOCHS)[::-1]),
        tuple(map(float, val_accuracy)),
        tuple(map(float, 0.35 + 0.2 * rest + drawn.normal(0, 0.008, EPOCHS))),
    )
    run = made_up_run(name, recipe, seed, accuracy, curves=curves)
    return replace(run, test=Metrics(float(drawn.normal(accuracy - 0.008, sd)), 0.36))


def false_claims(clues: Sequence[Clue], but: str = "") -> tuple[Clue, ...]:
    """Return the clues that claim a difference, a trend, an edge or an order.

    Args:
        clues: of a notebook of equal networks.
        but: the one that truly differs, of which anything may be claimed.
    """
    return tuple(clue for clue in clues if clue.rule in CLAIMS and _claims(clue, but))


def _claims(clue: Clue, but: str) -> bool:
    return any(
        but not in claim.about
        and (claim.says.endswith("is better") or claim.topic in ("epochs", "units", "learning rate"))
        for claim in clue.claims
    )


def clues_of(groups: Sequence[Group]) -> tuple[Clue, ...]:
    return find_clues(groups)
