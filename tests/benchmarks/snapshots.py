"""What the snapshots of the first layer cost a training: with and without, in turn, in one process.

    python tests/benchmarks/snapshots.py [SHORTHAND...]

Real data, ten epochs, compiled before. Prints the median seconds of a training of each kind and their ratio, the
milliseconds that an epoch's snapshot takes by itself and their share of an epoch, and the bytes of the file. The share
says more than the ratio, which a busy machine moves by several percent.
"""

import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from unittest.mock import patch

from the_script import Script

from fmnist_tui.engine.environment import machine
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache
from fmnist_tui.engine.training.storage import RunStorage
from fmnist_tui.engine.training.trainer import train
from fmnist_tui.lab.records.recipe import Hyperparameters, Recipe
from fmnist_tui.lab.records.shorthand import parse
from fmnist_tui.lab.runs.folder import RunFolder
from fmnist_tui.lab.runs.snapshots import snapshot_bytes

ROUNDS = 5
EPOCHS = 10

add_snapshot = RunStorage.add_snapshot


def main(shorthands: list[str]) -> None:
    script = Script()
    print(f"{machine()}; medians of {ROUNDS} rounds of {EPOCHS} epochs each")
    print(f"{'hidden':<12} {'without':>8} {'with':>8} {'ratio':>6} {'ms each':>8} {'share':>7} {'kB':>6}")
    for shorthand in shorthands:
        recipe = Recipe(parse(shorthand), Hyperparameters(epochs=EPOCHS))
        cache = CompiledModelCache()
        spent: list[float] = []

        def timed(*given: object, spent: list[float] = spent) -> None:
            began = time.perf_counter()
            add_snapshot(*given)  # type: ignore[arg-type]  # whatever the training gives
            spent.append(time.perf_counter() - began)

        def seconds(how: object, recipe: Recipe = recipe, cache: CompiledModelCache = cache) -> tuple[float, int]:
            with TemporaryDirectory() as folder, patch.object(RunStorage, "add_snapshot", how):
                place = RunFolder(Path(folder) / "run")
                began = time.perf_counter()
                train(recipe, 0, script.data, experiment="", run_id="a", cache=cache, folder=place)
                return time.perf_counter() - began, snapshot_bytes(place.path) or 0

        seconds(timed)  # compiles
        spent.clear()
        without: list[float] = []
        with_them: list[float] = []
        size = 0
        for number in range(ROUNDS):
            for snapshots in (number % 2 == 0, number % 2 == 1):
                took, kept = seconds(timed if snapshots else lambda *_: None)
                (with_them if snapshots else without).append(took)
                size = max(size, kept)
        one, other, each = median(without), median(with_them), median(spent)
        print(
            f"{shorthand:<12} {one:>8.2f} {other:>8.2f} {other / one:>6.3f} {1000 * each:>8.2f} "
            f"{each / (one / EPOCHS):>7.2%} {size / 1000:>6.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:] or ["16", "64-32-16", "512", "conv32x3-pool2-flatten-64"])
