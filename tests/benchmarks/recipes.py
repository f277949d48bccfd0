"""Memory, threads and descriptors of one process after many different recipes, against those after ten.

    PYTHONPATH=tests python tests/benchmarks/recipes.py [RECIPES]

Each recipe is one of other layers, trained an epoch on a few hundred made-up images: what grows is what a compiled
recipe leaves behind. 300 recipes unless given, in some minutes.
"""

import sys
from pathlib import Path

from small_trainings import patterns, recipe, run

from fmnist_tui.engine.environment import machine
from fmnist_tui.engine.training.compiled_cache import CompiledModelCache

FIRST, RECIPES = 10, 300


def main(recipes: int) -> None:
    print(machine())
    print(f"{'recipes':>8} {'resident':>10} {'÷ ten':>7} {'threads':>8} {'descriptors':>12}")
    data, cache = patterns(), CompiledModelCache()
    first = 0.0
    for number in range(1, recipes + 1):
        run(data, recipe(str(3 + number), epochs=1), cache=cache)
        if number == FIRST:
            first = resident()
        if number in (FIRST, recipes) or number % 50 == 0:
            now = resident()
            open_files = len([*Path("/proc/self/fd").iterdir()])
            print(
                f"{number:>8} {now:>7,.0f} MB {now / (first or now):>6.2f}× {status('Threads'):>8} {open_files:>12}",
                flush=True,
            )


def resident() -> float:
    """Return megabytes."""
    return status("VmRSS") / 1024


def status(key: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(f"{key}:")).split()[1])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else RECIPES)
