"""Seconds of a settled epoch: the engine against PyTorch and JAX, and a convolutional network against Keras.

    python tests/benchmarks/peers.py [--cores 1,2] [--peers PYTHON] [--rounds N] [SHORTHAND...]

PYTHON is that of an environment into which `torch` and `jax` were installed by hand; without it Keras alone
is the peer. Batches of 64, real data, validation on 12,000 images included on every side. The sides train in turn,
so that a noisy machine disturbs them alike, and each waits while another works: a peer an epoch; the engine and Keras
two, of which the second is taken, for the first epoch of a `fit` makes its iterators. PyTorch runs
its eager loop with fused Adam, JAX the batches of a whole epoch in one compiled scan: once as one writes it, and once
with the arithmetic that Keras does for the report's script (see `peer_process.py`). The convolutional network
is the preset's, on a tenth of the images; Keras's side of it is `fit` on NumPy arrays.

Prints the median of each and the ratios to the engine; with `--cores`, on so many cores, one number after another.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import median

import numpy as np
from few_cores import on_each_number_of_cores
from the_script import Clock, Script

from fmnist_tui.engine.dataset.sources import Dataset, split
from fmnist_tui.engine.environment import machine
from fmnist_tui.engine.training.chunks import epoch_order
from fmnist_tui.engine.training.compiled import PreparedRecipe
from fmnist_tui.engine.training.model import build
from fmnist_tui.lab.experiments.presets import presets
from fmnist_tui.lab.layers import Conv2D
from fmnist_tui.lab.records.recipe import Recipe
from fmnist_tui.lab.records.shorthand import parse, shorthand

Side = Callable[[int], float]
"""Trains the epoch of that number; returns its seconds."""


class TwoEpochs(Clock):
    """Ends the training after two epochs: the first of a `fit` makes its iterators, the second is settled."""

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        super().on_epoch_end(epoch, logs)
        self.model.stop_training = len(self.seconds) == 2


def main(arguments: list[str]) -> None:
    options = read_options(arguments)
    script = Script()
    print(f"{machine()}; medians of {options.rounds} epochs in turn, after two that are left out")
    for words in options.shorthands:
        with ExitStack() as running:
            sides: dict[str, Side] = {"engine": engine(Recipe(parse(words)), script.data)}
            if options.peers:
                data = Path(running.enter_context(tempfile.TemporaryDirectory())) / "data.npz"
                write(script, data)
                for peer in ("torch", "jax", "jax-as-keras"):
                    sides[peer] = other_python(running, options.peers, peer, data, words)
            else:
                sides["keras"] = keras_fit(Recipe(parse(words)), script.data)
            print(line(words, in_turn(sides, options.rounds)), flush=True)
    convolutional = next(each for each in presets() if any(isinstance(one, Conv2D) for one in each.architecture.layers))
    recipe, few = Recipe(convolutional.architecture), tenth(script.data)
    times = in_turn({"engine": engine(recipe, few), "keras": keras_fit(recipe, few)}, min(options.rounds, 3))
    print(line(shorthand(convolutional.architecture), times))


def read_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("shorthands", nargs="*", default=["16", "64-32-16", "512"])
    parser.add_argument("--peers", metavar="PYTHON")
    parser.add_argument("--rounds", type=int, default=9)
    return parser.parse_args(arguments)


def engine(recipe: Recipe, data: Dataset) -> Side:
    """Return an epoch as the engine trains it, one of a training that goes on."""
    prepared = PreparedRecipe(replace(recipe, training=replace(recipe.training, epochs=10_000)), data)

    def epoch(number: int) -> float:
        clock = TwoEpochs()
        prepared.fit(0, [clock], initial_epoch=2 * number)
        return clock.seconds[-1]

    return epoch


def keras_fit(recipe: Recipe, data: Dataset) -> Side:
    """Return an epoch of Keras's own `fit` of the same network on NumPy arrays."""
    model = build(recipe.architecture, recipe.training)
    parts = split(data, recipe.training.validation_fraction, recipe.training.split_seed)
    x, y = data.x_train / 255, data.y_train
    x_val, y_val = x[parts.validation_indices], y[parts.validation_indices]

    def epoch(number: int) -> float:
        clock, order = Clock(), epoch_order(parts.train_indices, 0, number)
        held_out = (x_val, y_val)
        model.fit(x[order], y[order], batch_size=64, epochs=2, validation_data=held_out, callbacks=[clock], verbose=0)
        return clock.seconds[-1]

    return epoch


def other_python(running: ExitStack, python: str, peer: str, data: Path, words: str) -> Side:
    """Return an epoch of a peer, which runs in a process of its own."""
    code = Path(__file__).with_name("peer_process.py")
    process = running.enter_context(
        subprocess.Popen(
            [python, str(code), peer, str(data), words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
    )

    def epoch(_: int) -> float:
        assert process.stdin is not None
        assert process.stdout is not None
        print(file=process.stdin, flush=True)
        return float(process.stdout.readline())

    return epoch


def write(script: Script, path: Path) -> None:
    """Write the report's split as vectors of pixels."""
    x, y = script.flat()
    x_val = script.x_val.reshape(len(script.x_val), -1).astype(np.float32)
    np.savez(path, x=x, y=y.astype(np.int64), x_val=x_val, y_val=script.y_val.astype(np.int64))


def tenth(data: Dataset) -> Dataset:
    """Return the first tenth of the training images."""
    some = len(data.x_train) // 10
    return replace(data, x_train=data.x_train[:some], y_train=data.y_train[:some])


def in_turn(sides: Mapping[str, Side], rounds: int) -> dict[str, float]:
    """Return the median seconds of each side."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(rounds + 2):
        for name, epoch in sides.items():
            times[name].append(epoch(number))
    return {name: median(seconds[2:]) for name, seconds in times.items()}


def line(words: str, times: Mapping[str, float]) -> str:
    """Return the seconds of each side, and of the peers the ratio to the engine's."""
    own = times["engine"]
    peers = (f"{name} {seconds:.3f} ({seconds / own:.2f}×)" for name, seconds in times.items() if name != "engine")
    return f"{words:<12} engine {own:.3f}  {'  '.join(peers)}"


if __name__ == "__main__":
    on_each_number_of_cores(main, sys.argv[1:])
