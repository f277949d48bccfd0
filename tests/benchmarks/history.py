"""Milliseconds to filter and to sort 10,000 runs: as 2,000 experiments of five seeds, and as 10,000 of one.

    python tests/benchmarks/history.py

Prints the median of some rounds and the slowest for each filter and key; what a person waits for at a key stroke.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from random import Random
from statistics import median

from group_builders import made_up_recipe, made_up_run

from fmnist_tui.lab.experiments.groups import Group
from fmnist_tui.lab.fields.registry import FIELDS
from fmnist_tui.lab.filtering.parsing import parse_filter
from fmnist_tui.lab.filtering.sorting import sort_groups
from fmnist_tui.lab.records.run import Curves, Experiment

RUNS = 10_000
ROUNDS = 7
FILTERS = (
    "acc>0.87 params<60k",
    "depth=2 or name~wide",
    "not (status=failed or seconds>=60) optimizer=adam",
    "64-32",
)


def main() -> None:
    """Print a table for each shape of notebook."""
    for seeds in (5, 1):
        groups = many_groups(RUNS // seeds, seeds)
        print(f"\n{len(groups):,} experiments of {seeds} run(s); milliseconds, median and slowest of {ROUNDS}")
        for words in FILTERS:
            told(f"filter {words}", partial(filtered, words, groups))
        for key in FIELDS:
            told(f"sort   {key}", partial(sort_groups, groups, key))


def filtered(words: str, groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Return the groups that words let through, read anew as at every key stroke."""
    wanted = parse_filter(words)
    return tuple(group for group in groups if wanted.matches(group))


def many_groups(count: int, seeds: int) -> tuple[Group, ...]:
    """Return groups of one to three layers of many widths, with figures that nobody trained, the same at every call."""
    draw = Random(0)
    return tuple(made_up(f"experiment {number}", seeds, draw) for number in range(count))


def made_up(name: str, seeds: int, draw: Random) -> Group:
    """Return one such group."""
    recipe = made_up_recipe("-".join(str(draw.randint(4, 512)) for _ in range(draw.randint(1, 3))))
    runs = []
    for seed in range(seeds):
        accuracy = draw.gauss(0.87, 0.01)
        run = made_up_run(name, recipe, seed, accuracy)
        runs.append(replace(run, id=f"{name}-{seed}", curves=Curves((accuracy,), (0.4,), (accuracy - 0.01,), (0.45,))))
    return Group(name, recipe, tuple(runs), Experiment(name, recipe.architecture, recipe.training, repeats=seeds))


def told(what: str, do: Callable[[], object]) -> None:
    """Print how long something takes."""
    seconds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        do()
        seconds.append(time.perf_counter() - began)
    print(f"{what:<58} {1_000 * median(seconds):>7.1f} {1_000 * max(seconds):>7.1f}")


if __name__ == "__main__":
    main()
