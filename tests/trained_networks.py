"""Runs with weights in their folders, drawn at random as if they were trained."""

from pathlib import Path

import numpy as np
from sample_records import a_run

from fmnist_tui.lab.records.recipe import Recipe, hyperparameters
from fmnist_tui.lab.records.run import Run
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.weights import LayerWeights, TrainedWeights, write_weights


def drawn(shorthand: str, seed: int = 0) -> LayerWeights:
    """Return weights as they might be trained; the fourth unit of the first layer is dead."""
    draws = np.random.default_rng(seed)
    layers = tuple(
        {name: draws.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
        for shapes in parse(shorthand).weights()
    )
    first = next(layer for layer in layers if layer)
    if len(first["bias"]) > 4 and shorthand != "linear":
        first["bias"][3] = -1_000
    return layers


def run_of(shorthand: str, folder: Path, *, best: bool = False, **recipe: float) -> Run:
    """Return a run on the garments, with its weights in its folder."""
    network = parse(shorthand)
    run = a_run("r0", experiment=shorthand, recipe=Recipe(network, hyperparameters(epochs=2, **recipe), "synthetic"))
    (folder / run.id).mkdir(parents=True)
    weights = TrainedWeights(drawn(shorthand), drawn(shorthand, 1) if best else None)
    write_weights(folder / run.id, weights)
    return run
