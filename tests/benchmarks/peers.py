"""Seconds of a settled epoch: the engine against PyTorch and JAX, and convolutional networks against Keras too.

    python tests/benchmarks/peers.py [--cores 1,2] [--peers PYTHON] [--rounds N] [SHORTHAND...]

PYTHON is that of an environment into which `torch` and `jax` were installed by hand; without it Keras alone
is the peer. Batches of 64, the whole of the real data, validation on 12,000 images included on every side. The sides
train in turn, so that a noisy machine disturbs them alike, and each waits while another works: a peer an epoch; the
engine and Keras two, of which the second is taken, for the first epoch of a `fit` makes its iterators. Keras runs `fit`
on NumPy arrays, PyTorch its eager loop with fused Adam, JAX the batches of a whole epoch in one compiled scan: once as
one writes it, and once with the arithmetic that Keras does for the report's script (see `peer_process.py`). Without a
SHORTHAND, dense networks and two convolutional ones, of which the last is the preset's; these in three rounds at most.

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

DENSE = ("16", "64-32-16", "512")
CONVOLUTIONAL = "conv16x3-pool2-128-drop0.3"

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
    for words in options.shorthands or [*DENSE, CONVOLUTIONAL, preset_of_convolutions()]:
        recipe = Recipe(parse(words))
        slow = any(isinstance(layer, Conv2D) for layer in recipe.architecture.layers)
        with ExitStack() as running:
            sides: dict[str, Side] = {"engine": engine(recipe, script.data)}
            if slow or not options.peers:
                sides["keras"] = keras_fit(recipe, script.data)
            if options.peers:
                data = Path(running.enter_context(tempfile.TemporaryDirectory())) / "data.npz"
                write(script, data)
                for peer in ("torch", "jax") if slow else ("torch", "jax", "jax-as-keras"):
                    sides[peer] = other_python(running, options.peers, peer, data, words)
            print(line(words, in_turn(sides, min(options.rounds, 3) if slow else options.rounds)), flush=True)


def preset_of_convolutions() -> str:
    return next(words for each in presets() if "conv" in (words := shorthand(each.architecture)))


def read_options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("shorthands", nargs="*", metavar="SHORTHAND")
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
