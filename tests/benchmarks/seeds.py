"""Seconds of five seeds of a recipe against one, as a person waits for them: whole commands, imports included.

    python tests/benchmarks/seeds.py [SHORTHAND...]

`fmnist-tui train` with one seed, with five side by side as without options, with five one after another, and with five
in two processes, in turn, each in a folder of its own. Prints the medians and their ratios to one seed.
"""

import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from processes import program_command, spent

from fmnist_tui.engine.environment import machine

ROUNDS = 3
SEEDS = "5"
WAYS = {
    "one": [],
    "five": ["--repeats", SEEDS],
    "five, --jobs 1": ["--repeats", SEEDS, "--jobs", "1"],
    "five, --jobs 2": ["--repeats", SEEDS, "--jobs", "2"],
}
"""What is added to the command, by what it is called."""


def main(shorthands: list[str]) -> None:
    print(f"{machine()}; medians of {ROUNDS} rounds")
    for shorthand in shorthands:
        seconds: dict[str, list[float]] = {way: [] for way in WAYS}
        for _ in range(ROUNDS):
            for way, options in WAYS.items():
                with TemporaryDirectory() as folder:
                    seconds[way].append(spent(program_command("train", shorthand, *options), Path(folder)).seconds)
        one = median(seconds["one"])
        told = (f"{way} {median(taken):.2f} s ({median(taken) / one:.2f}×)" for way, taken in seconds.items())
        print(f"{shorthand:<12} {'   '.join(told)}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ["16", "64-32-16", "512"])
