"""Seconds of a settled epoch: the engine, the report's script and scikit-learn, in turn, in one process.

    python tests/benchmarks/epochs.py [--cores 1,2] [SHORTHAND...]

Batches of 64, real data. The engine and the script include validation; scikit-learn has none.
Prints the median of each and the ratios to the engine; scikit-learn has only dense layers. With `--cores` all is
measured on so many cores, one number after another.
"""

import sys
import time
import warnings
from statistics import median

from few_cores import on_each_number_of_cores
from the_script import Clock, Script, widths_of

from fmnist_tui.engine.environment import machine
from fmnist_tui.engine.training.compiled import PreparedRecipe
from fmnist_tui.engine.training.model import build
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.shorthand import parse

ROUNDS = 3
EPOCHS = 4


def main(shorthands: list[str]) -> None:
    script = Script()
    print(f"{machine()}; {ROUNDS} rounds of {EPOCHS} epochs each, the first of each round left out")
    print(f"{'hidden':<12} {'engine':>8} {'script':>8} {'ratio':>6} {'sklearn':>8} {'ratio':>6}")
    for shorthand in shorthands:
        recipe = Recipe(parse(shorthand), Hyperparameters(epochs=EPOCHS))
        prepared = PreparedRecipe(recipe, script.data)
        model = build(recipe.architecture, recipe.training)
        ours: list[float] = []
        theirs: list[float] = []
        peer: list[float] = []
        for seed in range(ROUNDS):
            clock = Clock()
            prepared.fit(seed, [clock])
            ours += clock.settled
            clock = Clock()
            script.fit(model, EPOCHS, clock)
            theirs += clock.settled
            if shorthand.replace("-", "").isdecimal():
                peer += scikit_learn(script, widths_of(shorthand))
        engine, keras = median(ours), median(theirs)
        sklearn = f"{median(peer):>8.3f} {median(peer) / engine:>5.1f}×" if peer else f"{'–':>8} {'–':>6}"
        print(f"{shorthand:<12} {engine:>8.3f} {keras:>8.3f} {keras / engine:>5.1f}× {sklearn}", flush=True)


def scikit_learn(script: Script, widths: tuple[int, ...]) -> list[float]:
    """Return the seconds of scikit-learn's second epoch, which needs no set-up."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    x, y = script.flat()
    network = MLPClassifier(widths, batch_size=64, max_iter=1, warm_start=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        network.fit(x, y)
        began = time.perf_counter()
        network.fit(x, y)
    return [time.perf_counter() - began]


if __name__ == "__main__":
    on_each_number_of_cores(
        lambda shorthands: main(shorthands or ["16", "64-32-16", "512", "128-drop0.3"]), sys.argv[1:]
    )
