"""Seconds of `run --jobs 1` against `run --jobs N`, in turn, imports included: the lab report's plan from nothing.

    python tests/benchmarks/sweep.py [N] [NAME...]

N is 2 unless given; without names all seventeen experiments are trained. Real data, where the program finds it.
Prints each round, the medians and their ratio.
"""

import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from fmnist_tui.engine.environment import machine

PROGRAM = (sys.executable, "-c", "from fmnist_tui.cli import main; main()")
ROUNDS = 2


def main(at_once: int, names: list[str]) -> None:
    print(f"{machine()}; {ROUNDS} rounds of {', '.join(names) or 'all seventeen'}")
    one, many = [], []
    for _ in range(ROUNDS):
        one.append(seconds(1, names))
        many.append(seconds(at_once, names))
        print(f"--jobs 1: {one[-1]:.1f} s   --jobs {at_once}: {many[-1]:.1f} s", flush=True)
    print(f"--jobs 1 takes {median(one) / median(many):.2f} times as long as --jobs {at_once}")


def seconds(at_once: int, names: list[str]) -> float:
    """Return how long the plan takes in a folder of its own."""
    with TemporaryDirectory() as folder:
        notebook = str(Path(folder) / "experiments.toml")
        subprocess.run([*PROGRAM, "init", "--file", notebook], check=True, capture_output=True)
        command = [*PROGRAM, "run", "--file", notebook, "--dataset", "fashion-mnist", "--jobs", str(at_once), *names]
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - began


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2, sys.argv[2:])
