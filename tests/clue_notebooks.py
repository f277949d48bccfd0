"""Notebooks that the clues have something to say of, as files."""

from typing import Any

import numpy as np
from sample_records import a_run
from simulated_notebooks import simulated_notebook

from fmnist_tui.lab.notebook.file import NotebookFile
from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.run import Curves
from fmnist_tui.lab.records.shorthand import parse, shorthand

WIDTHS = {(16,): 0.862, (32,): 0.872, (64,): 0.881, (128,): 0.884, (16, 8, 4): 0.84, (4, 8, 16): 0.82}
"""Mean validation accuracies of networks by their widths, as on Fashion-MNIST."""


def write_six_networks(notebook: NotebookFile, seeds: int = 5) -> None:
    """Write six networks whose results give more than five clues, the same ones every time."""
    groups = simulated_notebook(np.random.default_rng(0), WIDTHS, networks=tuple(WIDTHS), seeds=seeds)
    for number, group in enumerate(groups):
        for run in group.runs:
            notebook.append_run(
                a_run(f"n{number}r{run.seed}", **_facts(group.recipe), curves=run.curves, seed=run.seed)
            )


def _facts(recipe: Recipe) -> dict[str, Any]:
    return {
        "experiment": shorthand(recipe.architecture),
        "recipe": recipe,
        "parameters": recipe.architecture.parameters,
    }


def write_silent_results(notebook: NotebookFile) -> None:
    """Write results that say nothing: the linear baseline alone."""
    recipe = Recipe(parse("linear"), hyperparameters(epochs=2))
    for seed, accuracy in enumerate((0.85, 0.86, 0.855)):
        curves = Curves((0.8, accuracy), (0.6, 0.5), (0.85, accuracy), (0.5, 0.5))
        notebook.append_run(a_run(f"s{seed}", **_facts(recipe), seed=seed, curves=curves, confusion=None))
