"""Seconds of whole trainings of ten epochs, compiling and testing included, imports excluded.

    python tests/benchmarks/trainings.py [SHORTHAND...]

The engine against the report's script, in turn, in one process; five seeds of a recipe, compiled once, against
one; and a recipe with another learning rate after it, in what was compiled for it. Prints the median of each and the
ratios.
"""

import sys
import time
from collections.abc import Callable
from statistics import median

from the_script import Clock, Script, widths_of

from fmnist_tui.engine.environment import machine
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.trainer import train
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.shorthand import parse

ROUNDS = 3
SEEDS = 5


def main(shorthands: list[str]) -> None:
    script = Script()
    print(f"{machine()}; medians of {ROUNDS} rounds")
    print(
        f"{'hidden':<12} {'engine':>8} {'script':>8} {'ratio':>6} {f'{SEEDS} seeds':>8} {'to one':>6} "
        f"{'other rate':>10} {'to one':>6}"
    )
    for shorthand in shorthands:
        ours, theirs, many, changed = [], [], [], []
        for round_number in range(ROUNDS):
            cache = CompiledModelCache()
            ours.append(seconds(engine, script, shorthand, [round_number], cache))
            changed.append(seconds(engine, script, shorthand, [round_number], cache, 0.002))
            del cache
            theirs.append(seconds(as_printed, script, shorthand))
            many.append(seconds(engine, script, shorthand, list(range(SEEDS)), CompiledModelCache()))
        one, other, five, next_rate = median(ours), median(theirs), median(many), median(changed)
        print(
            f"{shorthand:<12} {one:>8.2f} {other:>8.2f} {other / one:>5.1f}× {five:>8.2f} {five / one:>5.1f}× "
            f"{next_rate:>10.2f} {next_rate / one:>5.2f}×",
            flush=True,
        )


def seconds(work: Callable[..., object], *arguments: object) -> float:
    """Return how long some work takes."""
    began = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - began


def engine(
    script: Script, shorthand: str, seeds: list[int], cache: CompiledModelCache, learning_rate: float = 0.001
) -> None:
    """Train seeds of a recipe as the app and the commands do."""
    recipe = Recipe(parse(shorthand), Hyperparameters(learning_rate=learning_rate))
    for seed in seeds:
        train(recipe, seed, script.data, experiment="", run_id="a", cache=cache)


def as_printed(script: Script, shorthand: str) -> None:
    """Build, fit and evaluate as the report's script does."""
    model = script.network(widths_of(shorthand))
    script.fit(model, 10, Clock())
    model.evaluate(script.x_test, script.data.y_test, verbose=0)


if __name__ == "__main__":
    main(sys.argv[1:] or ["16", "64-32-16", "512"])
